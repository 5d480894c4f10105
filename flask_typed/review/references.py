"""Resolves references inside a document, and reads schemas of all versions into one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: A part of a document that is an object.
JSONObject = Mapping[str, Any]

#: The types of JSON Schema.
ALL_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def follow(document: JSONObject, part: Any) -> JSONObject:
    """Return the target of a Reference Object, or the object itself.

    The result is empty if there is no target.
    """
    seen = set()
    while isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
        if part["$ref"] in seen:
            return {}
        seen.add(part["$ref"])
        part = find(document, part["$ref"])
    return part if isinstance(part, Mapping) else {}


def find(document: JSONObject, reference: str) -> Any:
    """Return the target of a JSON Pointer into the same document (``#/…``)."""
    found: Any = document
    for key in reference.removeprefix("#/").split("/"):
        name = key.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def find_schema(media_type: str, content: JSONObject) -> Any:
    """Return the schema of a body, or of an item of a stream; of an event it is that of its data.

    ``None`` is returned if there is none. OpenAPI 3.2 has ``itemSchema`` for items; in earlier
    versions, the schema of an item is in the place of the body's.
    """
    item = content.get("itemSchema", content.get("schema"))
    if media_type != "text/event-stream" or not isinstance(content.get("itemSchema"), Mapping):
        return item
    data = item.get("properties", {}).get("data", item)
    return data.get("contentSchema", data) if isinstance(data, Mapping) else data


@dataclass(frozen=True, slots=True)
class ComparableSchema:
    """A schema in the form in which schemas are compared.

    :param name: the reference to its component, which detects recursion; ``""`` without one.
    :param keywords: without annotations, and without the keywords of the other fields.
    :param types: without ``null``.
    :param nullable: whether ``null`` is valid too.
    :param branches: the schemas of ``anyOf`` and ``oneOf``, except one for ``null`` alone.
    """

    name: str
    keywords: JSONObject
    types: frozenset[str]
    nullable: bool
    branches: tuple[Any, ...]


#: Keywords that do not restrict the values.
ANNOTATIONS = frozenset(
    (
        *("$anchor", "$comment", "$defs", "$id", "$schema", "default", "deprecated", "description"),
        *("discriminator", "example", "examples", "externalDocs", "title", "xml"),
    )
)


#: The types of values; YAML reads dates where JSON has text.
VALUE_TYPES: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}

#: Patterns that say no more than the format beside them.
FORMAT_PATTERNS = {"uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}


def read_comparable(document: JSONObject, schema: Any) -> ComparableSchema:
    """Return a schema in the form in which schemas are compared, with its references resolved."""
    name = schema.get("$ref", "") if isinstance(schema, Mapping) else ""
    if schema is False:
        return ComparableSchema(
            name, {"enum": []}, ALL_TYPES - {"null"}, nullable=True, branches=()
        )
    beside = {k: v for k, v in schema.items() if k != "$ref"} if name else {}
    keywords = {**follow(document, schema), **beside} if schema is not True else {}
    declared = keywords.pop("type", None)
    names = [declared] if isinstance(declared, str) else declared
    types = ALL_TYPES if declared is None else frozenset(names)
    branches = [*keywords.pop("anyOf", ()), *keywords.pop("oneOf", ())]
    nullable = "null" in types
    if declared is not None and keywords.pop("nullable", False):  # OpenAPI 3.0
        nullable = True
    if branches:
        rest = [branch for branch in branches if not is_null(document, branch)]
        nullable = nullable and len(rest) < len(branches)
        branches = rest
    values = keywords.pop("enum", None)
    if "const" in keywords:
        values = [keywords.pop("const")]
    if values is not None:
        nullable = nullable and None in values
        if declared is None and values:
            types = frozenset(VALUE_TYPES.get(type(value), "string") for value in values)
        keywords["enum"] = [value for value in values if value is not None]
    replace_exclusive_flags(keywords)
    if keywords.get("pattern") == FORMAT_PATTERNS.get(keywords.get("format", "")):
        keywords.pop("pattern", None)
    kept = {k: v for k, v in keywords.items() if k not in ANNOTATIONS and not k.startswith("x-")}
    return ComparableSchema(name, kept, types - {"null"}, nullable, tuple(branches))


def is_null(document: JSONObject, schema: Any) -> bool:
    """Return whether ``null`` is the only valid value of a schema."""
    found = follow(document, schema)
    return found.get("type") in ("null", ["null"]) or found.get("enum") == [None]


def replace_exclusive_flags(keywords: dict[str, Any]) -> None:
    """Replace OpenAPI 3.0's exclusive bounds, which are flags, by numbers."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if keywords.get(exclusive) is True and bound in keywords:
            keywords[exclusive] = keywords.pop(bound)
        elif isinstance(keywords.get(exclusive), bool):
            del keywords[exclusive]
