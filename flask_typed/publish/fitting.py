"""Checks defaults against published schemas.

Publishing time. A marshmallow field validates its default itself, but it does not know the keywords
that its metadata adds to the schema. References are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from ..schemas.constraints import Choices, as_written, is_multiple
from ..schemas.families.temporal import Date, DateTime
from ..wire.jsonvalues import NotJson
from .keywords import Keywords

#: Returns whether the value of a keyword (first argument) allows a value (second argument).
SchemaCheck = Callable[[Any, Any], bool]

#: The Python types of each type of JSON Schema.
PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
#: For each format, a function that raises an error for invalid text.
FORMAT_READERS: Mapping[str, Callable[[str], object]] = {
    "date": Date().load,
    "date-time": DateTime().load,
    "uuid": UUID,
    "ipv4": IPv4Address,
    "ipv6": IPv6Address,
    "regex": re.compile,
    "email": lambda text: text.index("@"),
}


def reject_mismatch(schema: Keywords, value: Any) -> None:
    """Raise if a value is not valid against a schema.

    :raises NotJson: with the keyword that the value violates.
    """
    for keyword, fits in SCHEMA_CHECKS.items():
        if keyword in schema and not fits(schema[keyword], value):
            raise NotJson(f"it violates {keyword!r} of its own schema")


def is_valid(schema: Any, value: Any) -> bool:
    """Return whether a value is valid against a schema."""
    if not isinstance(schema, Mapping):
        return schema is not False
    checks = SCHEMA_CHECKS
    return all(checks[word](schema[word], value) for word in schema if word in checks)


def is_of_type(kinds: str | Sequence[str], value: Any) -> bool:
    """Return whether a value has one of several types."""
    names = [kinds] if isinstance(kinds, str) else kinds
    return any(is_of(name, value) for name in names)


def is_of(name: str, value: Any) -> bool:
    """Return whether a value has a type. ``true`` is not a number, and 3.0 is an integer."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, PYTHON_TYPES[name])


def has_format(name: str, value: Any) -> bool:
    """Return whether a text has a format. Any text has an unknown format."""
    if isinstance(value, str) and name in FORMAT_READERS:
        try:
            FORMAT_READERS[name](value)
        except (ValueError, ValidationError, re.error):
            return False
    return True


def for_type(kind: type | tuple[type, ...], check: Callable[[Any, Any], bool]) -> SchemaCheck:
    """Return a check that applies to values of a type, and accepts all others."""

    def fits(limit: Any, value: Any) -> bool:
        is_other = not isinstance(value, kind) or isinstance(value, bool)
        return is_other or check(limit, value)

    return fits


def has_properties(schemas: Keywords, value: Mapping[str, Any]) -> bool:
    """Return whether the properties of an object that have schemas are valid."""
    return all(is_valid(schemas[key], inner) for key, inner in value.items() if key in schemas)


#: The Python types of JSON numbers.
NUMBER_TYPES = (int, float)
#: The checks by keyword; other keywords are not checked.
SCHEMA_CHECKS: Mapping[str, SchemaCheck] = {
    "type": is_of_type,
    "enum": lambda values, value: value in Choices(values),
    "format": has_format,
    "minimum": for_type(NUMBER_TYPES, lambda bound, value: value >= bound),
    "maximum": for_type(NUMBER_TYPES, lambda bound, value: value <= bound),
    "exclusiveMinimum": for_type(NUMBER_TYPES, lambda bound, value: value > bound),
    "exclusiveMaximum": for_type(NUMBER_TYPES, lambda bound, value: value < bound),
    "multipleOf": for_type(
        NUMBER_TYPES, lambda step, value: is_multiple(as_written(value), as_written(step))
    ),
    "minLength": for_type(str, lambda least, value: len(value) >= least),
    "maxLength": for_type(str, lambda most, value: len(value) <= most),
    "pattern": for_type(str, lambda pattern, value: re.search(pattern, value) is not None),
    "minItems": for_type(list, lambda least, value: len(value) >= least),
    "maxItems": for_type(list, lambda most, value: len(value) <= most),
    "minProperties": for_type(dict, lambda least, value: len(value) >= least),
    "maxProperties": for_type(dict, lambda most, value: len(value) <= most),
    "required": for_type(dict, lambda names, value: all(name in value for name in names)),
    "properties": for_type(dict, has_properties),
    "items": for_type(list, lambda schema, value: all(is_valid(schema, item) for item in value)),
    "allOf": lambda schemas, value: all(is_valid(schema, value) for schema in schemas),
    "anyOf": lambda schemas, value: any(is_valid(schema, value) for schema in schemas),
    "oneOf": lambda schemas, value: any(is_valid(schema, value) for schema in schemas),
    "not": lambda schema, value: "$ref" in str(schema) or not is_valid(schema, value),
}
