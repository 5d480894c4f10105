"""The values of a cursor, as JSON that keeps their types.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

#: The types that JSON has itself.
KEPT_TYPES = (str, int, float, bool, type(None))


class Fetched(NamedTuple):
    """The rows of a page.

    :ivar item: returns the item of a row; ``None`` if the row is the item.
    :ivar values: returns the values that a row is ordered by.
    """

    rows: list[Any]
    item: Callable[[Any], Any] | None
    values: Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class MemberName:
    """The name of a member of an enumeration, whose class the column knows."""

    name: str


#: For each other type a letter, its text, and its value from the text. A datetime is a date too.
VALUE_KINDS: Mapping[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    Enum: ("e", lambda value: value.name, MemberName),
    datetime: ("t", datetime.isoformat, datetime.fromisoformat),
    date: ("d", date.isoformat, date.fromisoformat),
    time: ("h", time.isoformat, time.fromisoformat),
    Decimal: ("n", str, Decimal),
    UUID: ("u", str, UUID),
    bytes: ("b", bytes.hex, bytes.fromhex),
}
VALUE_READERS: Mapping[str, Callable[[str], Any]] = {
    letter: read for letter, _, read in VALUE_KINDS.values()
}


def write_cursor_value(value: Any) -> Any:
    """Return the JSON form of a value that items are ordered by.

    :raises TypeError: for a value of another type.
    """
    for kind, (letter, write, _) in VALUE_KINDS.items():
        if isinstance(value, kind):
            return [letter, write(value)]
    if isinstance(value, KEPT_TYPES):
        return value
    raise TypeError(
        f"A cursor cannot hold {type(value).__name__}: order by a text, a number, a moment, a UUID,"
        " bytes or an enumeration."
    )


def read_cursor_value(written: Any) -> Any:
    """Return the value of its JSON form."""
    if isinstance(written, list):
        letter, text = written
        return VALUE_READERS[letter](text)
    return written
