"""Values that users write for the document, and their JSON form.

Declaration, registration and publishing time.
"""

from __future__ import annotations

import json
import math
from collections import UserString
from collections.abc import Callable, Mapping, Set
from datetime import date, time
from decimal import Decimal
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from typing import Any

import msgspec

from ..exceptions import DeclarationError
from .limits import MAX_DECLARED_DEPTH, MAX_DIGITS

#: An integer of this many bits has at most ``MAX_DIGITS`` digits.
MAX_BITS = int(MAX_DIGITS * math.log2(10))

ADDRESSES = (
    *(IPv4Address, IPv4Interface, IPv4Network),
    *(IPv6Address, IPv6Interface, IPv6Network),
)


class NotJson(ValueError):
    """A value has no JSON form, or is too large for one. The message has the reason."""


def to_json(value: Any) -> Any:
    """Return the JSON form of a value, made only of Python's built-in types.

    JSON values are unchanged, dates become ISO 8601, sets become sorted arrays, an ``Enum`` becomes
    its value, and so on.

    :raises NotJson: for a value without such a form.
    """
    try:
        return convert(value, 0)
    except NotJson:
        raise
    except Exception as error:  # methods of any class may raise anything
        raise NotJson(f"{type(value).__name__} raises {type(error).__name__}") from error


def convert(value: Any, depth: int) -> Any:
    """Return the JSON form of a value at a depth inside another value."""
    if value is None or isinstance(value, bool):
        return value
    if depth > MAX_DECLARED_DEPTH:
        raise NotJson("it is nested too deeply")
    found = next(
        (make for kind, make in CONVERSIONS_BY_CLASS if isinstance(value, kind)), convert_other
    )
    return found(value, depth + 1)


def convert_text(value: str, depth: int = 0) -> str:
    """Return a text that can be encoded."""
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotJson("a text holds half of a surrogate pair") from None
    return text


def convert_int(value: int, depth: int = 0) -> int:
    """Return an integer that is not too large."""
    if value.bit_length() > MAX_BITS:
        raise NotJson(f"a number has more than {MAX_DIGITS} digits")
    return int(value)


def convert_float(value: float, depth: int = 0) -> float:
    """Return a finite number: JSON has no NaN and no infinity."""
    if not math.isfinite(value):
        raise NotJson(f"{float(value)} is not a number in JSON")
    return float(value)


def convert_decimal(value: Decimal, depth: int = 0) -> int | float:
    """Return the number that is equal to a Decimal, in every digit."""
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise NotJson(f"{value} is not a number in JSON")
    if value == value.to_integral_value():
        return int(value)
    if Decimal(repr(float(value))) != value:
        raise NotJson(f"{value} has more digits than a float")
    return float(value)


def convert_mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    """Return an object."""
    return {convert_key(key): convert(inner, depth) for key, inner in value.items()}


def convert_key(key: Any) -> str:
    """Return a key of an object: a text, or the JSON text of another value."""
    known = convert(key, MAX_DECLARED_DEPTH)
    return known if isinstance(known, str) else json.dumps(known)


def convert_set(value: Set[Any], depth: int) -> list[Any]:
    """Return the items of a set, in the same order in every process."""
    return sorted((convert(item, depth) for item in value), key=json.dumps)


def convert_other(value: Any, depth: int) -> Any:
    """Return the JSON form of a lazy text, or of a type that msgspec knows (a dataclass, …)."""
    if hasattr(type(value), "__html__"):  # as in Flask's encoder; lazy translations have it
        return convert_text(str(value))
    try:
        known = msgspec.to_builtins(value)
    except TypeError:
        raise NotJson(f"{type(value).__name__} has no form in JSON") from None
    return convert(known, depth)


#: The conversion of each class; the first match is used.
CONVERSIONS_BY_CLASS: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
    (Enum, lambda value, depth: convert(value.value, depth)),
    (str, convert_text),
    (int, convert_int),
    (float, convert_float),
    (Decimal, convert_decimal),
    ((date, time), lambda value, depth: value.isoformat()),
    (Mapping, convert_mapping),
    ((list, tuple), lambda value, depth: [convert(item, depth) for item in value]),
    (Set, convert_set),
    ((*ADDRESSES, UserString), lambda value, depth: convert_text(str(value))),
)


def find_json_fault(value: Any) -> str | None:
    """Return the reason why a value is not JSON without conversion; ``None`` if it is JSON."""
    try:
        reject_not_json(value, 0)
    except NotJson as error:
        return str(error)
    except Exception as error:  # as in to_json()
        return f"{type(value).__name__} raises {type(error).__name__}"
    return None


def reject_not_json(value: Any, depth: int) -> None:
    """Raise for a value that is not JSON without conversion.

    :raises NotJson: for the first such value.
    """
    if isinstance(value, (Mapping, list, tuple)):
        if depth == MAX_DECLARED_DEPTH:
            raise NotJson("it is nested too deeply")
        if isinstance(value, Mapping):
            reject_key_types(value)
        for inner in value.values() if isinstance(value, Mapping) else value:
            reject_not_json(inner, depth + 1)
    elif not isinstance(value, (str, int, float, type(None))):
        raise NotJson(f"{type(value).__name__} is not a type of JSON")
    else:
        convert(value, 0)


def reject_key_types(value: Mapping[Any, Any]) -> None:
    """Raise for a key of an object that is not a text.

    :raises NotJson: for the first such key.
    """
    for key in value:
        if not isinstance(key, str):
            raise NotJson(f"the key {show(key)} is not a text")
        convert_text(key)


def show(value: Any) -> str:
    """Return the short ``repr`` of a value for a message, even if its class raises."""
    try:
        written = repr(value)
    except Exception:  # any class may raise, and Python does for very large integers
        return f"a value of type {type(value).__name__}"
    return written if len(written) < 80 else f"{written[:77]}..."


def reject_no_json(subject: str, value: Any, *places: str) -> None:
    """Raise for a value of the document that is not JSON.

    :param subject: the name of the value, for the message: ``"contact="``.
    :raises DeclarationError: for such a value.
    """
    fault = find_json_fault(value)
    if fault is not None:
        raise DeclarationError(
            f"{subject} cannot be written as JSON: {fault}.",
            instead="Write it in the form for the document: text, numbers, lists and dicts.",
            where=places,
        )
