"""Writes a document as JSON, piece by piece.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ..bridge.pausing import Pauses

#: How many levels of a document are divided: each operation and each component is a piece.
PIECES = 3

encode, decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def write_document(document: Mapping[str, Any], pauses: Pauses | None = None) -> bytes:
    """Return the document's JSON text.

    :param pauses: of the work; none by default.
    """
    pauses = pauses or Pauses()
    return b"".join(pauses.between(write_pieces(document, PIECES)))


def write_pieces(part: Any, depth: int) -> Iterator[bytes]:
    """Yield the JSON text of a part in pieces.

    :param depth: how many levels of objects are divided.
    """
    if not depth or not part or not isinstance(part, dict):
        yield encode(part)
        return
    separator = b"{"
    for key, value in part.items():
        yield separator + encode(key) + b":"
        yield from write_pieces(value, depth - 1)
        separator = b","
    yield b"}"


def is_plain_json(part: Any, depth: int, pauses: Pauses) -> bool:
    """Return whether a part is equal to what is read from its JSON text.

    :param depth: how many levels of objects are divided.
    :raises Exception: any, if there is no such text, or if users' values cannot be compared.
    """
    if depth and isinstance(part, dict):
        keys = [str.__str__(key) for key in part]
        return is_plain_json(keys, 0, pauses) and all(
            is_plain_json(value, depth - 1, pauses) for value in part.values()
        )
    pauses.take()
    return bool(decode(encode(part)) == part)
