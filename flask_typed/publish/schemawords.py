"""Checks the values of JSON Schema keywords.

Publishing time. The metadata of a marshmallow field becomes keywords of its schema, and may have
any value: ``{"type": 5}`` would make the whole document invalid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..declare.checks import is_text
from ..declare.objects import are_examples, has_fields, is_bool, is_external_docs, is_uri
from ..schemas.factory import find_examples
from ..wire.jsonvalues import NotJson
from .keywords import Keywords

#: The types of JSON Schema.
JSON_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def is_bound(value: Any) -> bool:
    """Return whether a value is a number, as the keywords of bounds require."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_positive(value: Any) -> bool:
    """Return whether a value is a number greater than zero."""
    return is_bound(value) and value > 0


def is_count(value: Any) -> bool:
    """Return whether a value is a non-negative integer."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_list(value: Any) -> bool:
    """Return whether a value is an array."""
    return isinstance(value, list)


def is_filled_list(value: Any) -> bool:
    """Return whether a value is an array with items."""
    return isinstance(value, list) and bool(value)


def are_names(value: Any) -> bool:
    """Return whether a value is an array of unique strings."""
    return is_list(value) and all(map(is_text, value)) and len(set(value)) == len(value)


def is_type(value: Any) -> bool:
    """Return whether a value is one type of JSON Schema, or a list of types."""
    if is_text(value):
        return value in JSON_TYPES
    return bool(value) and are_names(value) and set(value) <= set(JSON_TYPES)


def is_pattern(value: Any) -> bool:
    """Return whether a value is a regular expression."""
    try:
        re.compile(value)
    except (TypeError, re.error, RecursionError, OverflowError):
        return False
    return is_text(value)


def is_well_formed(value: Any) -> bool:
    """Return whether a value is a schema with valid values for all keywords."""
    if not isinstance(value, Mapping):
        return is_bool(value)
    return all(fits_keyword(keyword, inner) for keyword, inner in value.items())


def are_schemas(value: Any) -> bool:
    """Return whether a value is an array of schemas."""
    return is_filled_list(value) and all(map(is_well_formed, value))


def are_named_schemas(value: Any) -> bool:
    """Return whether a value holds schemas by name."""
    return isinstance(value, Mapping) and all(map(is_well_formed, value.values()))


def is_xml(value: Any) -> bool:
    """Return whether a value is an XML Object."""
    flags = {"attribute": is_bool, "wrapped": is_bool}
    return has_fields(value, {"name": is_text, "namespace": is_uri, "prefix": is_text, **flags})


#: The check of each keyword's value. Other keywords may have any value.
KEYWORDS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("title", "description", "format", "contentEncoding"), is_text),
    **dict.fromkeys(("$ref", "$schema", "$id"), is_uri),
    **dict.fromkeys(("contentMediaType", "$comment", "$anchor"), is_text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly", "nullable", "uniqueItems"), is_bool),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), is_bound),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), is_count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), is_count),
    **dict.fromkeys(("items", "not", "additionalProperties", "propertyNames"), is_well_formed),
    **dict.fromkeys(("if", "then", "else", "contains"), is_well_formed),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "contentSchema"), is_well_formed),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), are_schemas),
    **dict.fromkeys(("properties", "patternProperties", "$defs"), are_named_schemas),
    **dict.fromkeys(("dependentSchemas",), are_named_schemas),
    "multipleOf": is_positive,
    "pattern": is_pattern,
    "required": are_names,
    "enum": is_filled_list,
    "type": is_type,
    "xml": is_xml,
    "externalDocs": is_external_docs,
    "examples": are_examples,
}


def fits_keyword(keyword: str, value: Any) -> bool:
    """Return whether a keyword may have a value."""
    return keyword not in KEYWORDS or KEYWORDS[keyword](value)


def reject_keyword_value(keyword: str, value: Any) -> None:
    """Raise if a keyword cannot have a value.

    :raises NotJson: with the value.
    """
    if not fits_keyword(keyword, value):
        raise NotJson(f"{value!r} is not valid for this keyword")


def write_as_objects(keyword: str, value: Any) -> Any:
    """Return the value of a keyword with the schemas ``true`` and ``false`` written as objects.

    OpenAPI 3.0 allows them only for ``additionalProperties``, and apispec takes them for names.
    """
    if KEYWORDS.get(keyword) is is_well_formed and keyword != "additionalProperties":
        return write_as_object(value)
    if KEYWORDS.get(keyword) is are_schemas:
        return list(map(write_as_object, value))
    if KEYWORDS.get(keyword) is are_named_schemas:
        return {name: write_as_object(inner) for name, inner in value.items()}
    return value


def write_as_object(schema: Any) -> Keywords:
    """Return a schema, which may be ``true`` or ``false``, as an object."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return {keyword: write_as_objects(keyword, value) for keyword, value in schema.items()}


def list_examples(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema whose examples are a list. Only parameters have examples by name."""
    if not isinstance(keywords.get("examples"), Mapping):
        return dict(keywords)
    return {**keywords, "examples": list(find_examples({"examples": keywords["examples"]}))}
