"""JSON and texts of responses → values that are compared with schemas.

Request time. Numbers are exact: ``0.3`` is a multiple of ``0.1``, and no digit is lost.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any

#: Integers of more digits are read as Decimals: Python refuses to convert them.
MAX_DIGITS = 4000


class RepeatedName(ValueError):
    """An object has two members of one name."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text.

    :raises ValueError: for what is not JSON.
    :raises RepeatedName: for an object that parsers read in different ways.
    """
    return json.loads(
        text,
        parse_int=read_integer,
        parse_float=Decimal,
        parse_constant=reject_constant,
        object_pairs_hook=read_members,
    )


def read_integer(text: str) -> int | Decimal:
    """Return an integer."""
    return int(text) if len(text) < MAX_DIGITS else Decimal(text)


def reject_constant(name: str) -> Any:
    """Raise for what Python writes and JSON does not have.

    :raises ValueError: always.
    """
    raise ValueError(f"{name} is not JSON")


def read_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object.

    :raises RepeatedName: if it has two members of one name.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        raise RepeatedName
    return members


def is_number(value: Any) -> bool:
    """Return whether a value is a number of JSON."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Return whether a value is an integer of JSON: ``1.0`` is one."""
    if not isinstance(value, Decimal):
        return isinstance(value, int) and not isinstance(value, bool)
    return value == value.to_integral_value()


def are_unique(items: Iterable[Any]) -> bool:
    """Return whether no two values are equal; the time is that of reading them once."""
    keys = list(map(make_key, items))
    return len(set(keys)) == len(keys)


def make_key(value: Any) -> Hashable:
    """Return what two values have in common if, and only if, they are equal in JSON."""
    if isinstance(value, dict):
        return frozenset((name, make_key(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(make_key, value))
    return ("number", write_number(value)) if is_number(value) else (type(value), value)


def write_number(value: int | Decimal) -> str:
    """Return the digits of a number, however it was written.

    Numbers themselves would be poor keys: whoever chooses them can make their hashes equal.
    """
    sign, digits, exponent = Decimal(value).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    figures = text.rstrip("0")
    if not figures:
        return "0"
    return f"{'-' * sign}{figures}e{int(exponent) + len(text) - len(figures)}"
