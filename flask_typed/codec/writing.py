"""JSON bytes of a value, filtered and checked by its field.

Request time.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from ..exceptions import ResponseMismatch
from ..schemas.families.scalars import Anything
from ..schemas.fields import dump_value
from ..wire.encoding import encode, encode_plain
from .dumping import Dumper
from .refused import Refused


def write_body(field: fields.Field[Any], body: Any, dumper: Dumper | None) -> bytes:
    """Return the JSON text of a body; its field writes it if the accelerated path does not.

    :raises ResponseMismatch: for a value that does not fit its field, or is not valid JSON.
    """
    if dumper is not None:
        try:
            return dumper.dump(body)
        except Refused:
            pass
    return write_by_field(field, body)


def write_by_field(field: fields.Field[Any], value: Any) -> bytes:
    """Return the JSON text of a value, filtered and checked by its field.

    :raises ResponseMismatch: for a value that does not fit its field, or is not valid JSON.
    """
    written = write_by_encoder(field, value)
    return encode_dumped(field, value) if written is None else written


def encode_dumped(field: fields.Field[Any], value: Any) -> bytes:
    """Return the JSON text of the value that a field dumps."""
    try:
        dumped = dump_value(field, value)
    except RecursionError as error:
        raise ResponseMismatch("a JSON value", "one that contains itself") from error
    try:
        return encode(dumped)
    except (TypeError, ValueError, RecursionError) as error:
        raise ResponseMismatch("a JSON value", str(error)) from error


def write_by_encoder(field: fields.Field[Any], value: Any) -> bytes | None:
    """Return the JSON text of a value of any type, if Python's encoder knows all types in it."""
    if type(field) is not Anything or field.validators:
        return None
    try:
        return encode_plain(value)
    except (TypeError, ValueError, RecursionError):  # the field meets it too, and reports it
        return None
