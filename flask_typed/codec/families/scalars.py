"""Scalars: text, numbers, booleans, null, UUIDs; and values of any type.

Registration time; requests call the functions that are made here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from marshmallow import fields

from ...schemas.families.scalars import UUID, Anything, Boolean, Float, Integer, Null, String
from ...wire.limits import SAFE_DIGITS
from ..constraints import limit_entering_float, limit_integer, limit_leaving_float, limit_length
from ..entering import ReadType, ReadTypes, enter_limited, enter_plain
from ..field_codec import Convert, FieldCodec, travels_as
from ..hooks import make_hooked
from ..leaving import WriteType, WriteTypes, leave_limited, leave_plain
from ..refused import Refused

#: Integers that fit into 64 bits, without fraction and exponent.
SAFE_INTEGER = re.compile(rf"-?(0|[1-9][0-9]{{0,{SAFE_DIGITS - 1}}})")


def enter_string(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read a text."""
    return enter_limited(str, limit_length(field.validators))


def leave_string(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write a text."""
    return leave_limited(str, limit_length(field.validators))


def convert_string(field: String) -> Convert | None:
    """Check the length of a text."""
    if not field.validators:
        return str
    limits = limit_length(field.validators)
    if limits is None:
        return None
    least, most = limits.get("min_length", 0), limits.get("max_length", float("inf"))

    def read(text: Any) -> Any:
        if not isinstance(text, str) or not least <= len(text) <= most:
            raise Refused
        return text

    return read


def enter_integer(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read an integer."""
    return enter_limited(int, limit_integer(field.validators))


def leave_integer(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write an integer."""
    return leave_limited(int, limit_integer(field.validators))


def convert_integer(field: Integer) -> Convert | None:
    """Read an integer without fraction and exponent, and check its bounds."""
    limits = limit_integer(field.validators)
    if limits is None or "multiple_of" in limits:
        return None
    least, most = limits.get("ge", float("-inf")), limits.get("le", float("inf"))

    def read(text: Any) -> int:
        if not isinstance(text, str) or not SAFE_INTEGER.fullmatch(text):
            return field.deserialize(text)  # type: ignore[no-any-return]  # an integer
        number = int(text)
        if not least <= number <= most:
            raise Refused
        return number

    return read


def enter_float(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read a number."""
    return enter_limited(float, limit_entering_float(field.validators))


def leave_float(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write a number."""
    return leave_limited(float, limit_leaving_float(field.validators))


def convert_boolean(field: Boolean) -> Convert | None:
    """Read one of marshmallow's words for booleans."""
    if field.validators:
        return None
    words: dict[Any, bool] = {**dict.fromkeys(field.truthy, True)}
    words.update(dict.fromkeys(field.falsy, False))

    def read(text: Any) -> Any:
        return words[text] if type(text) is str and text in words else field.deserialize(text)

    return read


def enter_uuid(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read 36 characters. msgspec would accept other lengths that the field rejects."""
    if field.validators:
        return None

    def read(value: Any) -> uuid.UUID:
        if not isinstance(value, str) or len(value) != 36:
            raise ValueError
        return msgspec.convert(value, uuid.UUID)

    return ReadType(make_hooked(read))


def enter_raw(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read a value of any type, including null."""
    return ReadType(Any, is_open=True) if field.allow_none and not field.validators else None


FIELD_CODECS: Mapping[type, FieldCodec] = {
    String: FieldCodec(enter_string, leave_string, convert_string),
    Integer: FieldCodec(enter_integer, leave_integer, convert_integer),
    Float: FieldCodec(enter_float, leave_float),
    Boolean: FieldCodec(enter_plain(bool), leave_plain(bool), convert_boolean),
    Null: FieldCodec(enter_plain(None), leave_plain(None)),
    Anything: FieldCodec(enter_plain(Any, is_open=True)),
    UUID: FieldCodec(enter_uuid, leave_plain(uuid.UUID)),
    # marshmallow's own fields, which users wrote.
    fields.String: FieldCodec(enter_string, leave_string),
    fields.Integer: FieldCodec(
        travels_as(Integer, enter_integer), travels_as(Integer, leave_integer)
    ),
    fields.Float: FieldCodec(travels_as(Float, enter_float), travels_as(Float, leave_float)),
    fields.Boolean: FieldCodec(enter_plain(bool), travels_as(Boolean, leave_plain(bool))),
    fields.Raw: FieldCodec(enter_raw),
    fields.UUID: FieldCodec(enter_uuid, travels_as(UUID, leave_plain(uuid.UUID))),
}
