"""pydantic's errors in marshmallow's form, with the places of the request.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydantic
from marshmallow.exceptions import SCHEMA

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


def write_messages(error: pydantic.ValidationError, value: Any) -> dict[Any, Any]:
    """Return pydantic's faults in marshmallow's form: nested like the value."""
    messages: dict[Any, Any] = {}
    for path, message in read_faults(error, value):
        node = messages
        for key in path:
            node = node.setdefault(key, {})
        node.setdefault(SCHEMA, []).append(message)
    return messages


def read_faults(error: pydantic.ValidationError, value: Any) -> Iterator[tuple[Place, str]]:
    """Yield the place of each fault in the value, with its message."""
    for fault in error.errors(include_url=False, include_input=False):
        reworded = REWORDED.get(fault["type"], "").format(**fault.get("ctx", {}))
        absent = fault["type"] == "missing"
        yield find_place(fault["loc"], value, is_absent=absent), reworded or fault["msg"]


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
