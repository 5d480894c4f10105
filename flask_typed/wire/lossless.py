"""JSON text → JSON values without loss of digits and of repeated names.

Request time: responses are compared with their schemas. ``0.3`` is a multiple of ``0.1``.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from .limits import MAX_NUMBER_LENGTH


class RepeatedName(ValueError):
    """An object has two members of one name."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text.

    :raises ValueError: for a text that is not JSON.
    :raises RepeatedName: for an object with a repeated name, which parsers read in different ways.
    """
    return json.loads(
        text,
        parse_int=read_integer,
        parse_float=Decimal,
        parse_constant=reject_no_number,
        object_pairs_hook=read_members,
    )


def read_integer(text: str) -> int | Decimal:
    """Return an integer, or a Decimal if it has more digits than Python converts."""
    return int(text) if len(text) <= MAX_NUMBER_LENGTH else Decimal(text)


def reject_no_number(name: str) -> Any:
    """Raise for ``NaN``, ``Infinity`` and ``-Infinity``, which are not JSON.

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
