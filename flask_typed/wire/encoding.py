"""JSON values → JSON bytes, by Python's own encoder.

Request and publishing time. The encoder writes numbers of any size and every digit of a Decimal,
and rejects values that are not JSON.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from typing import Any


def encode(value: Any) -> bytes:
    """Return the JSON text of a value, by Python's encoder unless it holds a Decimal."""
    try:
        text = dumps(value, default=find_decimal)
    except DecimalFound:
        text = encode_exactly(value)
    return text.encode()


def encode_plain(value: Any) -> bytes:
    """Return the JSON text of a value that has only the types of Python's encoder.

    :raises TypeError: for any other type, a Decimal too.
    """
    text: str = dumps(value)
    return text.encode()


#: Python's encoder, without spaces, ``NaN`` and infinities.
dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class DecimalFound(Exception):
    """A value holds a Decimal, which Python's encoder cannot write as a number."""


def find_decimal(value: Any) -> Any:
    """Raise for a value that Python's encoder does not know."""
    if isinstance(value, Decimal):
        raise DecimalFound
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def encode_exactly(value: Any) -> str:
    """Return the JSON text of a value, with every digit of every Decimal."""
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{encode_key(key)}:{encode_exactly(inner)}" for key, inner in value.items())
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(encode_exactly, value))}]"
    text: str = dumps(value)
    return text


def encode_key(key: Any) -> str:
    """Return the text of a key as Python's encoder writes it: numbers and booleans become texts."""
    text: str = dumps({key: 0})
    return text[1:-3]
