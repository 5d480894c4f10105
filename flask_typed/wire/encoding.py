"""JSON values → JSON bytes, by Python's own encoder.

Request and publishing time. It writes numbers of any size, each digit of a Decimal, and nothing
that JSON does not have.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from typing import Any


def encode(value: Any) -> bytes:
    """Return the JSON text of a value; one that holds a Decimal is not for Python's encoder."""
    try:
        text = dumps(value, default=find_decimal)
    except DecimalFound:
        text = encode_exactly(value)
    return text.encode()


#: Python's encoder, without spaces, without what is no JSON.
dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class DecimalFound(Exception):
    """A value holds a Decimal, which Python's encoder cannot write as a number."""


def find_decimal(value: Any) -> Any:
    """Stop Python's encoder at a value that it does not know."""
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
    """Return the text of a key as Python's encoder writes it: numbers and truth are texts too."""
    text: str = dumps({key: 0})
    return text[1:-3]
