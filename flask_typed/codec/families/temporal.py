"""Dates and times.

Registration time; the functions that are made here are called by requests.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from marshmallow import fields

from ...schemas.families.temporal import Date, DateTime
from ...schemas.fields import TypedField, dump_value
from ..entering import Entrance, Form, enter_plain
from ..field_codec import FieldCodec, travels_as
from ..hooks import make_hooked
from ..leaving import Exit, Exits, leave_plain


def enter_datetime(entrance: Entrance, field: DateTime) -> Form | None:
    """Read what the field's pattern is like."""
    return None if field.validators else make_datetime_form(field.pattern, field)


def make_datetime_form(pattern: re.Pattern[str], field: fields.Field[Any]) -> Form:
    """Return what reads a date and time by msgspec.

    It rounds digits below microseconds: they are the field's business.
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

    return Form(make_hooked(read))


def leave_datetime(exits: Exits, field: TypedField) -> Exit | None:
    """Write a time of UTC as msgspec does; of others the field says what they are."""
    if field.validators:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value
        return dump_value(field, value)

    return Exit(make_hooked(read))


def enter_held_datetime(entrance: Entrance, field: Any) -> Form | None:
    """Read a date and time with an offset, where none but such are read."""
    strict = type(field.form) is DateTime and all(map(partial(is_read_alike, field), MOMENTS))
    return make_datetime_form(DateTime.pattern, field) if strict and not field.validators else None


#: Python 3.10 gives a time zone to marshmallow that has a name of its own.
MOMENTS = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+01:00")


def is_read_alike(field: Any, text: str) -> bool:
    """Say whether msgspec makes the same of a text as a field."""
    return repr(field._deserialize(text, None, None)) == repr(msgspec.convert(text, dt.datetime))


def leave_held_datetime(exits: Exits, field: Any) -> Exit | None:
    """Write a time of UTC as marshmallow does; of others the field says what they are."""
    if field.validators or type(field.form) is not DateTime:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value.isoformat()
        return dump_value(field, value)

    return Exit(make_hooked(read))


FIELD_CODECS: Mapping[type, FieldCodec] = {
    Date: FieldCodec(enter_plain(dt.date), leave_plain(dt.date)),
    DateTime: FieldCodec(enter_datetime, leave_datetime),
    # marshmallow's own, where users wrote them.
    fields.Date: FieldCodec(
        travels_as(Date, enter_plain(dt.date)), travels_as(Date, leave_plain(dt.date))
    ),
    fields.AwareDateTime: FieldCodec(enter_held_datetime, leave_held_datetime),
}
