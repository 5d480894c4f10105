"""Dates and times.

Registration time; requests call the functions that are made here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from marshmallow import fields

from ...libraries.marshmallow import deserialize_unchecked
from ...schemas.families.temporal import Date, DateTime
from ...schemas.fields import TypedField, dump_value
from ..entering import ReadType, ReadTypes, enter_plain
from ..field_codec import FieldCodec, travels_as
from ..hooks import make_hooked
from ..leaving import WriteType, WriteTypes, leave_plain


def enter_datetime(read_types: ReadTypes, field: DateTime) -> ReadType | None:
    """Read a date and time that matches the field's pattern."""
    return None if field.validators else make_datetime_form(field.pattern, field)


def make_datetime_form(pattern: re.Pattern[str], field: fields.Field[Any]) -> ReadType:
    """Return the read type of a date and time.

    msgspec rounds digits below microseconds, so the field reads texts that have them.
    """
    match = pattern.fullmatch
    load = field.deserialize

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError
        found = match(value)
        if found is None or len(found["fraction"] or "") > 6:
            return load(value)
        return msgspec.convert(value, dt.datetime)

    return ReadType(make_hooked(read))


def leave_datetime(write_types: WriteTypes, field: TypedField) -> WriteType | None:
    """Write a date and time in UTC by msgspec, and others by the field."""
    if field.validators:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value
        return dump_value(field, value)

    return WriteType(make_hooked(read))


def enter_held_datetime(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read a date and time with an offset, if the field reads no others."""
    strict = type(field.form) is DateTime and all(map(partial(is_read_alike, field), MOMENTS))
    return make_datetime_form(DateTime.pattern, field) if strict and not field.validators else None


#: On Python 3.10, marshmallow may make a time zone with a name, which msgspec does not.
MOMENTS = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+01:00")


def is_read_alike(field: Any, text: str) -> bool:
    """Return whether msgspec and a field make the same value from a text."""
    return repr(deserialize_unchecked(field, text)) == repr(msgspec.convert(text, dt.datetime))


def leave_held_datetime(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write a date and time in UTC as marshmallow does, and others by the field."""
    if field.validators or type(field.form) is not DateTime:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value.isoformat()
        return dump_value(field, value)

    return WriteType(make_hooked(read))


FIELD_CODECS: Mapping[type, FieldCodec] = {
    Date: FieldCodec(enter_plain(dt.date), leave_plain(dt.date)),
    DateTime: FieldCodec(enter_datetime, leave_datetime),
    # marshmallow's own fields, which users wrote.
    fields.Date: FieldCodec(
        travels_as(Date, enter_plain(dt.date)), travels_as(Date, leave_plain(dt.date))
    ),
    fields.AwareDateTime: FieldCodec(enter_held_datetime, leave_held_datetime),
}
