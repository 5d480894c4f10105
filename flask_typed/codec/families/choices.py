"""Choices: the members of an Enum, and the values of a Literal.

Registration time; the functions that are made here are called by requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from marshmallow import fields

from ...schemas.families.choices import Choice, EnumChoice
from ...schemas.fields import dump_value
from ..constraints import are_integers, are_texts
from ..entering import Entrance, Form
from ..field_codec import FieldCodec
from ..hooks import make_hooked
from ..leaving import Exit, Exits


def enter_choice(entrance: Entrance, field: Choice) -> Form | None:
    """Read texts, or integers, and take what they stand for."""
    values = field.wire_values
    if field.validators or not (are_texts(values) or are_integers(values)):
        return None
    made = {wire: field.load(wire) for wire in values}
    same = all(value is wire for wire, value in made.items())
    return Form(Literal[tuple(values)], None if same else made.__getitem__)


def leave_choice(exits: Exits, field: Choice) -> Exit | None:
    """Write texts, or integers, that are among the choices."""
    values = field.wire_values
    known = are_texts(values) or are_integers(values)
    same = known and all(field.load(wire) is wire for wire in values)
    return Exit(Literal[tuple(values)]) if same and not field.validators else None


def leave_enum(exits: Exits, field: EnumChoice) -> Exit | None:
    """Write the value of a member."""
    if field.validators or not all(type(wire) in (str, int) for wire in field.wire_values):
        return None
    members = field.members

    def read(value: Any) -> Any:
        return value._value_ if type(value) is members else dump_value(field, value)

    return Exit(make_hooked(read))


def enter_held_enum(entrance: Entrance, field: Any) -> Form | None:
    """Read what an Enum's form says."""
    form = field.form
    return enter_choice(entrance, form) if type(form) is Choice and not field.validators else None


def leave_held_enum(exits: Exits, field: Any) -> Exit | None:
    """Write the name of a member, or its value."""
    if field.validators or type(field.form) is not Choice or field.by_value not in (True, False):
        return None
    members, wire = field.enum, "_value_" if field.by_value else "_name_"

    def read(value: Any) -> Any:
        return getattr(value, wire) if type(value) is members else dump_value(field, value)

    texts = all(type(getattr(member, wire)) in (str, int) for member in members)
    return Exit(make_hooked(read)) if texts else None


FIELD_CODECS: Mapping[type, FieldCodec] = {
    Choice: FieldCodec(enter_choice, leave_choice),
    EnumChoice: FieldCodec(enter_choice, leave_enum),
    # marshmallow's own, where users wrote it.
    fields.Enum: FieldCodec(enter_held_enum, leave_held_enum),
}
