"""The body of a response, compared with its schema.

Request time. Only bodies in memory are read, never streams or files. The response is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response
from webargs.core import is_json

from ..review.references import follow
from ..schemas.formats import find_format
from ..wire.decoding import BodyUnreadable
from ..wire.lossless import RepeatedName, read_json
from ..wire.msgpack import msgpack_to_json
from .schemas import Schema
from .texts import find_types
from .words import ValueFault

#: The formats of bodies that are sent unchanged.
RAW = frozenset({"binary", "byte"})
#: The names of formats in messages.
FORMAT_NAMES: Mapping[str | None, str] = {"json": "JSON", "msgpack": "MessagePack"}


def is_readable(response: Response, limit: int | None) -> bool:
    """Return whether the body is in memory, without content encoding, and not a range.

    :param limit: the maximum number of bytes; ``None`` for no limit.
    """
    if not response.is_sequence or response.direct_passthrough:
        return False
    size = response.calculate_content_length() or 0
    is_cut = "Content-Encoding" in response.headers or "Content-Range" in response.headers
    return not is_cut and (limit is None or size <= limit)


def has_response_body(response: Response) -> bool:
    """Return whether a response has a body; a stream counts as one."""
    return not response.is_sequence or response.direct_passthrough or any(response.response)


def find_faults(schema: Schema, response: Response) -> Iterator[ValueFault]:
    """Yield the places where a readable body differs from its schema."""
    if not is_comparable(schema, response):
        return
    try:
        value = read_value(response)
    except RepeatedName:
        yield ValueFault("", "each name once in an object")
    except (RecursionError, ArithmeticError):  # too deep or too large for Python
        return
    except (ValueError, LookupError):  # LookupError: an unknown charset
        if names_charset(response):
            yield ValueFault("", FORMAT_NAMES.get(find_format(response.mimetype or ""), "text"))
    else:
        yield from find_value_faults(schema, value)


def is_comparable(schema: Schema, response: Response) -> bool:
    """Return whether a schema describes the value of a body: JSON, MessagePack or text.

    A schema describes bytes only by their format. Other formats are not read.
    """
    if follow(schema.document, schema.keywords).get("format") in RAW:
        return False
    has_value = find_format(response.mimetype or "") in ("json", "msgpack")
    return has_value or "string" in find_types(schema.keywords, schema.document)


def read_value(response: Response) -> Any:
    """Return the value of a body in JSON or MessagePack, and any other body as text.

    :raises ValueError: for a body that is not valid for its media type.
    :raises LookupError: for an unknown charset.
    """
    data = response.get_data()
    if find_format(response.mimetype or "") == "msgpack":
        try:
            return read_json(msgpack_to_json(data).decode())
        except BodyUnreadable as error:
            raise ValueError from error
    text = data.decode(find_charset(response))
    return read_json(text) if is_json(response.mimetype) else text


def names_charset(response: Response) -> bool:
    """Return whether the charset of a text is known: XML and others name it inside."""
    media_type = response.mimetype or ""
    is_known = find_format(media_type) is not None or media_type.startswith("text/")
    return is_known or "charset" in response.mimetype_params


def find_charset(response: Response) -> str:
    """Return the charset of the text; JSON is always UTF-8."""
    charset = response.mimetype_params.get("charset", "utf-8")
    return "utf-8" if is_json(response.mimetype) else charset


def find_value_faults(schema: Schema, value: Any) -> list[ValueFault]:
    """Return the faults of a value; none if it is nested too deeply to be compared."""
    try:
        return schema.find_faults(value)
    except RecursionError:
        return []
