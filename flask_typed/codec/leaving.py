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
from marshmallow import Schema, fields, missing

from ..schemas.families.choices import Choice, EnumChoice
from ..schemas.families.containers import Array, FixedArray, Object
from ..schemas.families.decimals import DecimalText
from ..schemas.families.encoded import Address, Base64
from ..schemas.families.model_schemas import ModelSchema, ModelValue, wire_name
from ..schemas.families.models import ModelField
from ..schemas.families.scalars import UUID, Boolean, Float, Integer, Null, String
from ..schemas.families.temporal import Date, DateTime, Duration, Time
from ..schemas.fields import TypedField, write
from .foreign import find_class, is_known, is_plain_schema
from .hooks import is_hooked, make_hooked
from .limits import (
    Limits,
    are_integers,
    are_texts,
    limit_integer,
    limit_leaving_float,
    limit_length,
)
from .writing import write_json

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
        self._making: set[type[Schema]] = set()

    def exit(self, field: fields.Field[Any]) -> Exit:
        """Return the exit of a field."""
        make = EXITS.get(find_class(field))
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

    def foreign(self, schema: Schema) -> Exit | None:
        """Return the exit of a schema of the user's; none if it does more than is known."""
        kind = type(schema)
        leaving = schema.dump_fields
        known = is_plain_schema(schema) and all(map(is_known, leaving.values()))
        if kind in self._making or not known or not all(map(is_said, leaving, leaving.values())):
            return None
        self._making.add(kind)
        try:
            exits = {key: self.exit(field) for key, field in leaving.items()}
        finally:
            self._making.remove(kind)
        members: list[Any] = [
            (key, exits[key].type)
            if field.required or field.dump_default is not missing
            else (key, exits[key].type, msgspec.UNSET)
            for key, field in leaving.items()
        ]
        return Exit(msgspec.defstruct("Leaving", members, gc=False, kw_only=True))

    def _make_model(self, schema: ModelSchema) -> Exit | None:
        if schema.rest:
            return None
        described = schema.model_fields
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
    members = [(schema.model_fields[key].name, kind) for key, kind in types.items()]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True, **options)


def is_sayable(described: ModelField, field: fields.Field[Any]) -> bool:
    """Say whether a Struct can have a field as it is called, and msgspec its name on the wire."""
    name = described.name
    wire = field.data_key or name
    plain = not any(character in '\\"' or character < " " for character in wire)
    own = described.attribute in (None, name) and name not in TAKEN
    return plain and own and name.isidentifier()


def is_said(key: str, field: fields.Field[Any]) -> bool:
    """Say whether a Struct can have a field of a schema under its one name.

    A mapping that lacks a key is asked for an attribute of that name, and has some of its own.
    """
    same = field.attribute in (None, key) and field.data_key in (None, key)
    return same and key not in TAKEN and key.isidentifier() and not hasattr(dict, key)


def read_tag(schema: ModelSchema) -> Mapping[str, Any]:
    """Return the options for the keys that always have the same value."""
    return {
        option: value
        for key, described in schema.model_fields.items()
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


def leave_held_datetime(exits: Exits, field: Any) -> Exit | None:
    """Write a time of UTC as marshmallow does; of others the field says what they are."""
    if field.validators or type(field.form) is not DateTime:
        return None

    def read(value: Any) -> Any:
        if type(value) is dt.datetime and value.tzinfo is dt.timezone.utc:
            return value.isoformat()
        return write(field, value)

    return Exit(make_hooked(read))


def leave_held_enum(exits: Exits, field: Any) -> Exit | None:
    """Write the name of a member, or its value."""
    if field.validators or type(field.form) is not Choice or field.by_value not in (True, False):
        return None
    members, wire = field.enum, "_value_" if field.by_value else "_name_"

    def read(value: Any) -> Any:
        return getattr(value, wire) if type(value) is members else write(field, value)

    texts = all(type(getattr(member, wire)) in (str, int) for member in members)
    return Exit(make_hooked(read)) if texts else None


def leave_held_list(exits: Exits, field: Any) -> Exit | None:
    """Write an array of marshmallow's."""
    inner = exits.exit(field.inner)  # without other names: a schema that has them is not hurried
    return limited(tuple[inner.type, ...], limit_length(field.validators))  # type: ignore[name-defined]  # a value


def leave_held_schema(exits: Exits, field: Any) -> Exit | None:
    """Write an object, or an array of them, of a schema of the user's that is plain."""
    made = None if field.validators else exits.foreign(field.schema)
    if made is None:
        return None
    return Exit(tuple[made.type, ...]) if field.many or field.schema.many else made  # type: ignore[name-defined]  # a value


def formed(form: type, kind: Any) -> Callable[[Exits, Any], Exit | None]:
    """Return what makes the exit of a field of marshmallow's without validators."""

    def make(exits: Exits, field: Any) -> Exit | None:
        return Exit(kind) if type(field.form) is form and not field.validators else None

    return make


def limit_held(field: Any, form: type, limits: Limits | None) -> Limits | None:
    """Return the constraints of a number that travels as one."""
    return limits if type(field.form) is form else None


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
    # marshmallow's own, where users wrote them.
    fields.String: lambda exits, field: limited(str, limit_length(field.validators)),
    fields.Integer: lambda exits, field: limited(
        int, limit_held(field, Integer, limit_integer(field.validators))
    ),
    fields.Float: lambda exits, field: limited(
        float, limit_held(field, Float, limit_leaving_float(field.validators))
    ),
    fields.Boolean: formed(Boolean, bool),
    fields.UUID: formed(UUID, uuid.UUID),
    fields.Date: formed(Date, dt.date),
    fields.AwareDateTime: leave_held_datetime,
    fields.Enum: leave_held_enum,
    fields.List: leave_held_list,
    fields.Nested: leave_held_schema,
}
