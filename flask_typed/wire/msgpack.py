"""MessagePack and the JSON text of the same value.

Request time. msgspec reads and writes both.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec

from ..exceptions import ResponseMismatch
from .decoding import BodyUnreadable

#: Bytes that may be a float which is infinite or not a number; JSON has neither.
NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]|\xca[\x7f\xff][\x80-\xff]")

read_json_text = msgspec.json.Decoder().decode
write_json_text = msgspec.json.Encoder().encode
read_packed = msgspec.msgpack.Decoder().decode
write_packed = msgspec.msgpack.Encoder().encode


def json_to_msgpack(text: bytes) -> bytes:
    """Return the MessagePack form of a JSON text.

    :raises ResponseMismatch: for an integer that MessagePack cannot hold.
    """
    try:
        return write_packed(read_json_text(text))
    except OverflowError:
        raise ResponseMismatch("integers of 64 bits, for MessagePack", "a larger one") from None


def msgpack_to_json(data: bytes) -> bytes:
    """Return the JSON text of a value in MessagePack.

    Binary data becomes base64, a timestamp becomes the text of a datetime in UTC, and the keys of a
    map become text.

    :raises werkzeug.exceptions.BadRequest: for anything that is not MessagePack, or that JSON
        cannot express.
    """
    try:
        value = read_packed(data)
        if NOT_FINITE.search(data):
            reject_not_finite(value)
        return write_json_text(value)
    except RecursionError as error:
        raise BodyUnreadable("The body is nested too deeply.") from error
    # TypeError: an extension, or a key that is not a scalar; ValueError: not UTF-8
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise BodyUnreadable(
            "The body is not MessagePack, or holds values that JSON lacks."
        ) from error


def reject_not_finite(value: Any) -> None:
    """Raise for a float that is infinite or not a number, anywhere in a value.

    :raises ValueError: for such a float.
    """
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, float) and not math.isfinite(item):
            raise ValueError
        if isinstance(item, dict):
            left += item.values()
        elif isinstance(item, list):
            left += item
