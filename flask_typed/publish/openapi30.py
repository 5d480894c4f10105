"""Converts a document to OpenAPI 3.0.

Publishing time. OpenAPI 3.0 has an older dialect of JSON Schema. An ordered list of small functions
rewrites the keywords that it lacks. Keywords that cannot be rewritten are kept under ``x-`` names,
and some are described in words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ..bridge.pausing import Pauses
from ..schemas.families.choices import TYPE_NAMES
from .keywords import Keywords

#: Keywords whose value is one schema, a list of schemas, or schemas by name.
ONE_SCHEMA = ("items", "additionalProperties", "not", "propertyNames")
SEVERAL_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED_SCHEMAS = ("properties",)

#: All keywords of a Schema Object of 3.0.
SCHEMA_KEYWORDS = frozenset(
    (
        *("$ref", "title", "description", "type", "format", "nullable", "enum", "default"),
        *("example", "deprecated", "readOnly", "writeOnly", "xml", "externalDocs"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "items", "minItems", "maxItems", "uniqueItems"),
        *("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
        *("allOf", "anyOf", "oneOf", "not", "discriminator"),
    )
)
#: Only ``null``. OpenAPI 3.0 has no such type, and ``nullable`` requires a type.
NULL: Mapping[str, Any] = {"type": "string", "nullable": True, "enum": [None]}


def write_openapi_30(document: Mapping[str, Any], pauses: Pauses | None = None) -> dict[str, Any]:
    """Return a document as one of OpenAPI 3.0.3.

    :param document: an OpenAPI 3.1 document, which is not changed.
    :param pauses: of the work; none by default.
    """
    pauses = pauses or Pauses()
    components = dict(document.get("components", {}))
    if "schemas" in components:
        schemas = pauses.between(components["schemas"].items())
        components["schemas"] = {name: lower(schema) for name, schema in schemas}
    schemes = components.get("securitySchemes", {})
    if schemes:
        components["securitySchemes"] = {n: s for n, s in schemes.items() if not is_new(s)}
    paths = {
        path: {
            method: lower_security(part, schemes) for method, part in lower_holders(item).items()
        }
        for path, item in pauses.between(document["paths"].items())
    }
    changed = {"components": components} if components else {}
    lowered = lower_security(document, schemes)
    if "webhooks" in lowered:  # the extension that ReDoc reads
        lowered["x-webhooks"] = lower_holders(lowered.pop("webhooks"))
    info = lower_info(document["info"])
    return {**lowered, "openapi": "3.0.3", "info": info, "paths": paths, **changed}


def lower_info(info: Mapping[str, Any]) -> Keywords:
    """Return an Info Object without a summary, and a license with only name and URL."""
    lowered = {("x-summary" if key == "summary" else key): value for key, value in info.items()}
    if "identifier" in lowered.get("license", ()):
        known = dict(lowered["license"])
        url = f"https://spdx.org/licenses/{known.pop('identifier')}.html"
        lowered["license"] = {"url": url, **known}
    return lowered


def is_new(scheme: Mapping[str, Any]) -> bool:
    """Return whether OpenAPI 3.0 lacks a security scheme."""
    return bool(scheme["type"] == "mutualTLS")


def lower_security(part: Mapping[str, Any], schemes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation, or the document, without the security schemes that OpenAPI 3.0 lacks.

    The description then requires a client certificate. Only OAuth 2.0 and OpenID Connect have
    scopes.
    """
    requirements = part.get("security", [])
    if not requirements:
        return dict(part)
    lowered = [lower_requirement(requirement, schemes) for requirement in requirements]
    pairs = zip(lowered, requirements, strict=True)
    written = {**part, "security": [now for now, before in pairs if now or not before]}
    is_certified = any(is_new(schemes[name]) for names in requirements for name in names)
    return append_sentence(written, "Requires a client certificate.") if is_certified else written


def lower_requirement(requirement: Keywords, schemes: Mapping[str, Any]) -> Keywords:
    """Return a Security Requirement Object without the schemes that OpenAPI 3.0 lacks."""
    with_scopes = ("oauth2", "openIdConnect")
    return {
        name: scopes if schemes[name]["type"] in with_scopes else []
        for name, scopes in requirement.items()
        if not is_new(schemes[name])
    }


def lower_holders(part: Any) -> Any:
    """Return a part of the document with every ``schema`` rewritten.

    Examples are skipped: they may contain a key ``schema`` that is not one.
    """
    if isinstance(part, list):
        return [lower_holders(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: inner
        if key in ("example", "examples")
        else lower(inner)
        if key == "schema"
        else lower_holders(inner)
        for key, inner in part.items()
    }


def lower(schema: Any) -> Any:
    """Return a schema, and the schemas inside it, in the dialect of OpenAPI 3.0."""
    if not isinstance(schema, dict):
        return schema  # additionalProperties may be true or false
    lowered = dict(lower_inner(schema))
    for rewrite in REWRITES:
        lowered = rewrite(lowered)
    return lowered


def lower_inner(schema: Keywords) -> Iterator[tuple[str, Any]]:
    """Yield the keywords of a schema, with the schemas inside rewritten."""
    for keyword, value in schema.items():
        if keyword in ONE_SCHEMA:
            yield keyword, lower(value)
        elif keyword in SEVERAL_SCHEMAS:
            yield keyword, list(map(lower, value))
        elif keyword in NAMED_SCHEMAS:
            yield keyword, {name: lower(inner) for name, inner in value.items()}
        else:
            yield keyword, value


def wrap_reference(schema: Keywords) -> Keywords:
    """Move a reference into ``allOf`` if other keywords are beside it: they would be ignored."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {"allOf": [{"$ref": schema["$ref"]}, *beside.pop("allOf", [])], **beside}


def split_types(schema: Keywords) -> Keywords:
    """Replace several types by ``nullable``, or by ``anyOf``: a schema has only one type."""
    kind = schema.get("type")
    if kind == "null":
        return {**schema, **NULL}
    if not isinstance(kind, list):
        return schema
    others = [name for name in kind if name != "null"]
    if len(others) == 1:
        return {**schema, "type": others[0], **({"nullable": True} if "null" in kind else {})}
    rest = {key: value for key, value in schema.items() if key not in ("type", "enum")}
    if "enum" not in schema:
        return {"anyOf": [pick_type(name) for name in kind], **rest}
    values = {name: [v for v in schema["enum"] if find_type(v, kind) == name] for name in kind}
    members = [{**pick_type(name), "enum": found} for name, found in values.items() if found]
    return {"anyOf": members, **rest} if members else {"not": {}, **rest}


def pick_type(name: str) -> Keywords:
    """Return the schema of one type."""
    if name == "null":
        return dict(NULL)
    return {"type": name, "items": {}} if name == "array" else {"type": name}


def find_type(value: Any, kinds: Collection[str]) -> str:
    """Return the type of a JSON value; an integer is a number if only that is among the types."""
    names: Mapping[type, str] = {list: "array", dict: "object", **TYPE_NAMES}
    name = names[type(value)]
    return "number" if name == "integer" and name not in kinds else name


def write_exclusive_flags(schema: Keywords) -> Keywords:
    """Replace an exclusive bound by a bound and a flag. The narrower of two bounds applies."""
    for bound, narrower in (("minimum", max), ("maximum", min)):
        flag = f"exclusive{bound.capitalize()}"
        if flag not in schema:
            continue
        limit = schema[flag]
        if bound in schema and narrower(schema[bound], limit) != limit:
            schema = {key: value for key, value in schema.items() if key != flag}
        else:
            schema = {**schema, bound: limit, flag: True}
    return schema


def write_constant(schema: Keywords) -> Keywords:
    """Replace ``const`` by an ``enum`` of one value."""
    if "const" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "const"}
    return {**rest, "enum": [schema["const"]]}


def write_encoding(schema: Keywords) -> Keywords:
    """Replace the content encoding Base64 by the format ``byte``."""
    if schema.get("contentEncoding") != "base64":
        return schema
    rest = {key: value for key, value in schema.items() if key != "contentEncoding"}
    return {**rest, "format": "byte"}


def write_examples(schema: Keywords) -> Keywords:
    """Keep only the first of several examples."""
    examples = schema.get("examples")
    if not isinstance(examples, list):
        return schema
    rest = {key: value for key, value in schema.items() if key != "examples"}
    return {**rest, "example": examples[0]} if examples else rest


def join_places(schema: Keywords) -> Keywords:
    """Replace ``prefixItems`` by one schema for all positions, and refer to ``x-prefixItems``."""
    if schema.get("type") != "array":
        return schema
    places = schema.get("prefixItems", [])
    is_closed = "items" not in schema and schema.get("maxItems") == len(places) > 0
    kinds = [place for index, place in enumerate(places) if place not in places[:index]]
    rest = schema.get("items", {})
    if not is_closed:
        kinds = [*(kind for kind in kinds if kind != rest), rest]
    kept = {key: value for key, value in schema.items() if key not in ("items", "prefixItems")}
    written = {**kept, "items": {"anyOf": kinds} if len(kinds) > 1 else kinds[0]}
    if len(kinds) == 1:
        return written
    further = {} if is_closed else {"x-items": rest}
    written = append_sentence(written, "Each position has its own schema: see x-prefixItems.")
    return {**written, "x-prefixItems": places, **further}


def drop_names(schema: Keywords) -> Keywords:
    """Replace ``propertyNames`` by a sentence and an ``x-`` keyword."""
    if "propertyNames" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "propertyNames"}
    written = append_sentence(rest, "Not every string is a valid key: see x-propertyNames.")
    return {**written, "x-propertyNames": schema["propertyNames"]}


def set_aside(schema: Keywords) -> Keywords:
    """Rename keywords that OpenAPI 3.0 lacks to ``x-…``: they would make the schema invalid."""
    return {
        k if k in SCHEMA_KEYWORDS or k.startswith("x-") else f"x-{k}": v for k, v in schema.items()
    }


def append_sentence(schema: Keywords, words: str) -> Keywords:
    """Return a schema with a sentence added to its description."""
    return {**schema, "description": " ".join(filter(None, (schema.get("description"), words)))}


#: The functions that rewrite a schema, in this order.
REWRITES: tuple[Callable[[Keywords], Keywords], ...] = (
    write_constant,
    split_types,
    wrap_reference,
    write_exclusive_flags,
    write_encoding,
    write_examples,
    join_places,
    drop_names,
    set_aside,
)
