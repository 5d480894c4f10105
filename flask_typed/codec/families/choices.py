"""Choices: the members of an Enum, and the values of a Literal.

Registration time; requests call the functions that are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from marshmallow import fields

from ...schemas.families.choices import Choice, EnumChoice
from ...schemas.fields import dump_value
from ..constraints import are_integer_choices, are_text_choices
from ..entering import ReadType, ReadTypes
from ..field_codec import FieldCodec
from ..hooks import make_hooked
from ..leaving import WriteType, WriteTypes


def enter_choice(read_types: ReadTypes, field: Choice) -> ReadType | None:
    """Read texts or integers, and take their choices."""
    values = field.wire_values
    if field.validators or not (are_text_choices(values) or are_integer_choices(values)):
        return None
    made = {wire: field.load(wire) for wire in values}
    same = all(value is wire for wire, value in made.items())
    return ReadType(Literal[tuple(values)], None if same else made.__getitem__)


def leave_choice(write_types: WriteTypes, field: Choice) -> WriteType | None:
    """Write texts or integers that are among the choices."""
    values = field.wire_values
    known = are_text_choices(values) or are_integer_choices(values)
    same = known and all(field.load(wire) is wire for wire in values)
    return WriteType(Literal[tuple(values)]) if same and not field.validators else None


def leave_enum(write_types: WriteTypes, field: EnumChoice) -> WriteType | None:
    """Write the value of a member."""
    if field.validators or not all(type(wire) in (str, int) for wire in field.wire_values):
        return None
    members = field.members

    def read(value: Any) -> Any:
        return value._value_ if type(value) is members else dump_value(field, value)

    return WriteType(make_hooked(read))


def enter_held_enum(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read the choices of a held Enum."""
    form = field.form
    return enter_choice(read_types, form) if type(form) is Choice and not field.validators else None


def leave_held_enum(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write the name of a member, or its value."""
    if field.validators or type(field.form) is not Choice or field.by_value not in (True, False):
        return None
    members, wire = field.enum, "_value_" if field.by_value else "_name_"

    def read(value: Any) -> Any:
        return getattr(value, wire) if type(value) is members else dump_value(field, value)

    texts = all(type(getattr(member, wire)) in (str, int) for member in members)
    return WriteType(make_hooked(read)) if texts else None


FIELD_CODECS: Mapping[type, FieldCodec] = {
    Choice: FieldCodec(enter_choice, leave_choice),
    EnumChoice: FieldCodec(enter_choice, leave_enum),
    # marshmallow's own fields, which users wrote.
    fields.Enum: FieldCodec(enter_held_enum, leave_held_enum),
}
