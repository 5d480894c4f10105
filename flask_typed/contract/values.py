"""JSON values as schemas compare them: what is a number, and which are equal.

Request time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any


def is_json_number(value: Any) -> bool:
    """Return whether a value is a number of JSON."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_json_integer(value: Any) -> bool:
    """Return whether a value is an integer of JSON: ``1.0`` is one."""
    if not isinstance(value, Decimal):
        return isinstance(value, int) and not isinstance(value, bool)
    return value == value.to_integral_value()


def are_unique(items: Iterable[Any]) -> bool:
    """Return whether no two values are equal; the time is that of reading them once."""
    keys = list(map(make_equality_key, items))
    return len(set(keys)) == len(keys)


def make_equality_key(value: Any) -> Hashable:
    """Return what two values have in common if, and only if, they are equal in JSON."""
    if isinstance(value, dict):
        return frozenset((name, make_equality_key(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(make_equality_key, value))
    return ("number", write_digits(value)) if is_json_number(value) else (type(value), value)


def write_digits(value: int | Decimal) -> str:
    """Return the digits of a number, however it was written.

    Numbers themselves would be poor keys: whoever chooses them can make their hashes equal.
    """
    sign, digits, exponent = Decimal(value).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    figures = text.rstrip("0")
    if not figures:
        return "0"
    return f"{'-' * sign}{figures}e{int(exponent) + len(text) - len(figures)}"
