"""JSON values by the rules of JSON Schema: numbers, integers, and equality.

Request time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import Any


def is_json_number(value: Any) -> bool:
    """Return whether a value is a JSON number."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_json_integer(value: Any) -> bool:
    """Return whether a value is a JSON integer; ``1.0`` is one."""
    if not isinstance(value, Decimal):
        return isinstance(value, int) and not isinstance(value, bool)
    return value == value.to_integral_value()


def are_unique(items: Iterable[Any]) -> bool:
    """Return whether no two values are equal, in linear time."""
    keys = list(map(make_equality_key, items))
    return len(set(keys)) == len(keys)


def make_equality_key(value: Any) -> Hashable:
    """Return a key that is equal for two values exactly if they are equal in JSON."""
    if isinstance(value, dict):
        return frozenset((name, make_equality_key(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(make_equality_key, value))
    return ("number", write_digits(value)) if is_json_number(value) else (type(value), value)


def write_digits(value: int | Decimal) -> str:
    """Return the digits of a number in one canonical form.

    A number itself would be a poor key: an attacker could choose numbers with equal hashes.
    """
    sign, digits, exponent = Decimal(value).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    figures = text.rstrip("0")
    if not figures:
        return "0"
    return f"{'-' * sign}{figures}e{int(exponent) + len(text) - len(figures)}"
