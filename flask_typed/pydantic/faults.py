"""pydantic's errors in marshmallow's form, with the places of the request.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydantic
from marshmallow.exceptions import SCHEMA

from ..messages.recognizing import FaultMessage

#: The keys and indexes that lead to a value, outermost first.
Place = tuple["str | int", ...]

#: The JSON values without parts; their methods are no parts.
SCALARS = (str, int, float, type(None))
#: Replacements for pydantic's messages that contain the value of the request.
REWORDED = {
    "union_tag_invalid": "Must be tagged as one of: {expected_tags}.",
    "uuid_parsing": "Input should be a valid UUID",
    "byte_size_unit": "Input should be a number of bytes with a known unit",
}

#: The codes of pydantic's errors, by the beginning of their type; the first match applies.
CODES_OF_TYPES: Mapping[str, str] = {
    "missing": "required",
    "extra_forbidden": "unknown",
    **dict.fromkeys(("value_error", "assertion_error"), "invalid"),
    **dict.fromkeys(("string_too_", "bytes_too_", "too_"), "wrong_length"),
    **dict.fromkeys(("greater_than", "less_than", "finite_number"), "out_of_range"),
    "multiple_of": "not_a_multiple",
    "string_pattern_mismatch": "wrong_pattern",
    **dict.fromkeys(("enum", "literal_error", "union_tag_"), "invalid_choice"),
    "string_": "invalid_string",
    "int_": "invalid_integer",
    **dict.fromkeys(("float_", "decimal_"), "invalid_number"),
    "bool_": "invalid_boolean",
    "none_required": "invalid_null",
    **dict.fromkeys(("datetime_", "timezone_"), "invalid_datetime"),
    "date_": "invalid_date",
    "time_delta_": "invalid_duration",
    "time_": "invalid_time",
    "uuid_": "invalid_uuid",
    "url_": "invalid_url",
    "ip_": "invalid_ip",
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "invalid_array"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_", "dataclass_"), "invalid_object"),
}


def name_code(kind: str) -> str:
    """Return the code of a fault for the type of pydantic's error: the type itself by default."""
    return next((code for start, code in CODES_OF_TYPES.items() if kind.startswith(start)), kind)


def write_messages(error: pydantic.ValidationError, value: Any) -> dict[Any, Any]:
    """Return pydantic's faults in marshmallow's form: nested like the value."""
    messages: dict[Any, Any] = {}
    for path, message in read_faults(error, value):
        node = messages
        for key in path:
            node = node.setdefault(key, {})
        node.setdefault(SCHEMA, []).append(message)
    return messages


def read_faults(
    error: pydantic.ValidationError, value: Any
) -> Iterator[tuple[Place, FaultMessage]]:
    """Yield the place of each fault in the value, with its message, which has a code."""
    for fault in error.errors(include_url=False, include_input=False):
        kind = fault["type"]
        reworded = REWORDED.get(kind, "").format(**fault.get("ctx", {}))
        message = FaultMessage(reworded or fault["msg"], code=name_code(kind))
        yield find_place(fault["loc"], value, is_absent=kind == "missing"), message


def find_place(location: Sequence[str | int], value: Any, *, is_absent: bool) -> Place:
    """Return the keys and indexes of pydantic's location that exist in the value.

    pydantic's location also names members of unions and functions, which the value does not have.

    :param is_absent: whether the last key is missing from the value.
    """
    place: list[str | int] = []
    for part in location[:-1] if is_absent else location:
        if is_inside(part, value):
            place.append(part)
            value = open_value(value, part)
    return (*place, *location[-1:]) if is_absent else tuple(place)


def is_inside(part: str | int, value: Any) -> bool:
    """Return whether a value has a key, an index or an attribute."""
    if isinstance(value, (list, tuple)):
        return isinstance(part, int) and part < len(value)
    if isinstance(value, Mapping):
        return part in value
    return not isinstance(value, SCALARS) and isinstance(part, str) and hasattr(value, part)


def open_value(value: Any, part: Any) -> Any:
    """Return the value under a key, an index or an attribute."""
    return value[part] if isinstance(value, (list, tuple, Mapping)) else getattr(value, part)
