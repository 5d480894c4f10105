"""marshmallow fields → the types as which msgspec checks and writes what leaves.

Registration time. A value is converted to a type that takes nothing that the field refuses, and has
no more than the field writes; what was converted is encoded.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Optional, cast

import msgspec
from marshmallow import fields, missing

from ..schemas.choices import Choice, EnumChoice
from ..schemas.containers import Array, FixedArray, Object
from ..schemas.decimals import DecimalText
from ..schemas.encoded import Address, Base64
from ..schemas.fields import TypedField, write
from ..schemas.models import ModelField
from ..schemas.objects import ModelSchema, ModelValue, wire_name
from ..schemas.scalars import UUID, Boolean, Float, Integer, Null, String
from ..schemas.temporal import Date, DateTime, Duration, Time
from .encoding import write_json
from .hooks import is_hooked, make_hooked
from .limits import (
    Limits,
    are_integers,
    are_texts,
    limit_integer,
    limit_leaving_float,
    limit_length,
)

#: Names that a Struct has already.
TAKEN = frozenset(dir(msgspec.Struct))
#: Fields that write texts, which msgspec may write as they are.
TEXTS = (DateTime, Time, Duration, DecimalText, Base64, Address, UUID, Date, String)


@dataclass(frozen=True, slots=True)
class Exit:
    """How msgspec writes the values of a field.

    :param type: to which they are converted.
    :param renamed: to which what was converted is converted again, if something in it has another
        name on the wire; an object is asked by its own names alone.
    """

    type: Any
    renamed: Any = None


class Exits:
    """Makes exits; each schema's once."""

    def __init__(self) -> None:
        self._models: dict[type[ModelSchema], Exit | None] = {}

    def exit(self, field: fields.Field[Any]) -> Exit:
        """Return the exit of a field."""
        make = EXITS.get(type(field))
        made = (make(self, field) if make else None) or hook(field)
        if not field.allow_none or made.type is None or is_hooked(made.type):
            return made
        renamed = made.renamed and Optional[made.renamed]  # noqa: UP045  # it may be no class
        return Exit(Optional[made.type], renamed)  # noqa: UP045

    def model(self, schema: ModelSchema) -> Exit | None:
        """Return the exit of a type with named fields; none for one inside itself."""
        kind = type(schema)
        if kind not in self._models:
            self._models[kind] = None
            self._models[kind] = self._make_model(schema)
        return self._models[kind]

    def _make_model(self, schema: ModelSchema) -> Exit | None:
        described = schema._fields
        leaving = {
            key: field
            for key, field in schema.dump_fields.items()
            if described[key].constant is missing
        }
        if not all(is_sayable(described[key], field) for key, field in leaving.items()):
            return None
        exits = {key: self.exit(field) for key, field in leaving.items()}
        names = {
            described[key].name: wire_name(key, field)
            for key, field in leaving.items()
            if described[key].name != wire_name(key, field)
        }
        tag = read_tag(schema)
        types = {key: made.type for key, made in exits.items()}
        struct = make_struct(schema, types, tag)
        if not names and not any(made.renamed for made in exits.values()):
            return Exit(struct)
        renamed = {key: made.renamed or Any for key, made in exits.items()}
        return Exit(struct, make_struct(schema, renamed, {**tag, "rename": names}))


def make_struct(
    schema: ModelSchema, types: Mapping[str, Any], options: Mapping[str, Any]
) -> type[msgspec.Struct]:
    """Return a Struct with fields of the given types, all of which a value has to have."""
    members = [(schema._fields[key].name, kind) for key, kind in types.items()]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True, **options)


def is_sayable(described: ModelField, field: fields.Field[Any]) -> bool:
    """Say whether a Struct can have a field as it is called, and msgspec its name on the wire."""
    name = described.name
    wire = field.data_key or name
    plain = not any(character in '\\"' or character < " " for character in wire)
    own = described.attribute in (None, name) and name not in TAKEN
    return plain and own and name.isidentifier()


def read_tag(schema: ModelSchema) -> Mapping[str, Any]:
    """Return the options for the keys that always have the same value."""
    return {
        option: value
        for key, described in schema._fields.items()
        if described.constant is not missing
        for option, value in (
            ("tag", described.constant),
            ("tag_field", schema.fields[key].data_key),
        )
    }


def hook(field: fields.Field[Any]) -> Exit:
    """Return the exit of a field that writes by itself."""
    if isinstance(field, TEXTS):
        return Exit(make_hooked(lambda value: write(field, value)))
    return Exit(make_hooked(lambda value: msgspec.Raw(write_json(field, value))))


def limited(kind: Any, limits: Limits | None) -> Exit | None:
    """Return the exit of a type with constraints, if they can be said."""
    if limits is None:
        return None
    return Exit(Annotated[kind, msgspec.Meta(**limits)] if limits else kind)


def plain(kind: Any) -> Callable[[Exits, TypedField], Exit | None]:
    """Return what makes the exit of a field without validators."""
    return lambda exits, field: None if field.validators else Exit(kind)


def leave_in_utc(exits: Exits, field: TypedField) -> Exit | None:
    """Write a time of UTC as msgspec does; of others the field says what they are."""
    if field.validators:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value
        return write(field, value)

    return Exit(make_hooked(read))


def leave_enum(exits: Exits, field: EnumChoice) -> Exit | None:
    """Write the value of a member."""
    if field.validators or not all(type(wire) in (str, int) for wire in field.wire_values):
        return None
    members = field.members

    def read(value: Any) -> Any:
        return value._value_ if type(value) is members else write(field, value)

    return Exit(make_hooked(read))


def leave_choice(exits: Exits, field: Choice) -> Exit | None:
    """Write texts, or integers, that are among the choices."""
    values = field.wire_values
    known = are_texts(values) or are_integers(values)
    same = known and all(field.load(wire) is wire for wire in values)
    return Exit(Literal[tuple(values)]) if same and not field.validators else None


def leave_array(exits: Exits, field: Array) -> Exit | None:
    """Write an array; a set has an order to be brought into."""
    limits = limit_length(field.validators)
    if field.unique or limits is None:
        return None
    inner = exits.exit(field.inner)
    made = limited(tuple[inner.type, ...], limits)  # type: ignore[name-defined]  # a value
    return made and replace(made, renamed=inner.renamed and many(inner.renamed))


def many(kind: Any) -> Any:
    """Return the type of arrays."""
    return tuple[kind, ...]


def leave_fixed(exits: Exits, field: FixedArray) -> Exit | None:
    """Write an array of a fixed length."""
    if field.validators or not field.tuple_fields:
        return None
    inner = [exits.exit(item) for item in field.tuple_fields]
    renamed: Any = tuple[tuple(made.renamed or Any for made in inner)]  # type: ignore[misc]  # made, not written
    kind: Any = tuple[tuple(made.type for made in inner)]  # type: ignore[misc]
    return Exit(kind, renamed if any(made.renamed for made in inner) else None)


def leave_object(exits: Exits, field: Object) -> Exit | None:
    """Write an object whose keys are any texts."""
    limits = limit_length(field.validators)
    if limits is None or type(field.key_field) is not String or field.key_field.validators:
        return None
    inner = exits.exit(field.value_field)
    made = limited(dict[str, inner.type], limits)  # type: ignore[name-defined]  # a value
    renamed = inner.renamed and dict[str, inner.renamed]  # type: ignore[name-defined]
    return made and replace(made, renamed=renamed)


def leave_model(exits: Exits, field: ModelValue) -> Exit | None:
    """Write an object with named fields."""
    return None if field.validators else exits.model(cast("ModelSchema", field.schema))


#: How each class of field is written; a subclass is a class of its own. ``None`` asks the field.
EXITS: Mapping[type, Callable[[Exits, Any], Exit | None]] = {
    String: lambda exits, field: limited(str, limit_length(field.validators)),
    Integer: lambda exits, field: limited(int, limit_integer(field.validators)),
    Float: lambda exits, field: limited(float, limit_leaving_float(field.validators)),
    Boolean: plain(bool),
    Null: plain(None),
    UUID: plain(uuid.UUID),
    Date: plain(dt.date),
    DateTime: leave_in_utc,
    EnumChoice: leave_enum,
    Choice: leave_choice,
    Array: leave_array,
    FixedArray: leave_fixed,
    Object: leave_object,
    ModelValue: leave_model,
}
