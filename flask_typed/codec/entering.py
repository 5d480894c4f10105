"""marshmallow fields → the types as which msgspec reads what enters.

Registration time. A type takes nothing that its field refuses. Where msgspec has no such type, the
field itself is asked, by a hook.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Literal, Optional, cast

import msgspec
from marshmallow import Schema, fields

from ..schemas.families.choices import Choice, EnumChoice
from ..schemas.families.containers import Array, FixedArray, Object, has_crowd, is_scalar
from ..schemas.families.model_schemas import ModelSchema, ModelValue, wire_name
from ..schemas.families.scalars import UUID, Anything, Boolean, Float, Integer, Null, String
from ..schemas.families.temporal import Date, DateTime
from ..schemas.fields import TypedField
from ..schemas.searching import stop_at_first
from .building import Part, make_dict_builder, make_model_builder
from .foreign import find_class, is_known, is_plain_field, is_plain_schema, name_loaded
from .hooks import is_ours, make_hooked
from .limits import (
    Limits,
    are_integers,
    are_texts,
    limit_entering_float,
    limit_integer,
    limit_length,
)
from .refused import Refused

#: Makes the value of the declared type of what msgspec has read.
Build = Callable[[Any], Any]


class Unknown(Exception):
    """A field that the user wrote: it may ask for more than the value, and is not hurried."""


@dataclass(frozen=True, slots=True)
class Form:
    """How msgspec reads the values of a field.

    :param type: for msgspec.
    :param build: what is left to do; nothing if there is none.
    :param is_open: whether values may be nested more deeply than the type is.
    :param is_asked: whether the field itself is asked about the value as a whole.
    """

    type: Any
    build: Build | None = None
    is_open: bool = False
    is_asked: bool = False


class Entrance:
    """Makes forms; each schema's once."""

    def __init__(self) -> None:
        self._models: dict[type[Schema], Form | None] = {}
        self._making: set[type[Schema]] = set()

    def form(self, field: fields.Field[Any]) -> Form:
        """Return the form of a field.

        :raises Unknown: for a field of the user's own.
        """
        make = FORMS.get(find_class(field))
        form = make(self, field) if make and is_plain_field(field) else None
        if form is None:
            form = hook(field)
        return nullable(form) if field.allow_none else form

    def model(self, schema: ModelSchema) -> Form | None:
        """Return the form of a type with named fields; none for one inside itself."""
        kind = type(schema)
        if kind not in self._models:
            self._models[kind] = None
            self._models[kind] = self._make_model(schema)
        return self._models[kind]

    def foreign(self, schema: Schema) -> Form:
        """Return the form of a schema of the user's.

        :raises Unknown: for a field of another class, and for a schema inside itself.
        """
        kind = type(schema)
        if kind in self._making:
            raise Unknown
        self._making.add(kind)
        try:
            return self.arguments(schema)
        finally:
            self._making.remove(kind)

    def arguments(self, schema: Schema) -> Form:
        """Return the form of an object whose keys are arguments."""
        parts, struct = self._make_struct(schema)
        build = make_dict_builder(parts)
        return Form(struct, build, any(part.form.is_open for part in parts))

    def _make_model(self, schema: ModelSchema) -> Form | None:
        if schema.rest:
            return None
        parts, struct = self._make_struct(schema)
        build = make_model_builder(schema.model, schema.model_fields, parts)
        return Form(struct, build, any(part.form.is_open for part in parts))

    def _make_struct(self, schema: Schema) -> tuple[list[Part], Any]:
        """Return the fields of a schema, and the Struct that has them."""
        parts = [
            Part(
                name_loaded(key, field),
                wire_name(key, field),
                self.form(field),
                field.required,
                field.load_default,
            )
            for key, field in schema.load_fields.items()
        ]
        names = {f"f{index}": part.wire for index, part in enumerate(parts)}
        reject_unsayable(names.values())
        members = [
            (name, part.form.type) if part.required else (name, part.form.type, msgspec.UNSET)
            for name, part in zip(names, parts, strict=True)
        ]
        struct = msgspec.defstruct(
            "Entering", members, rename=names, forbid_unknown_fields=True, gc=False, kw_only=True
        )
        return parts, struct


def reject_unsayable(names: Any) -> None:
    """Raise for a name that msgspec does not take for a key."""
    for name in names:
        if any(character in '\\"' or character < " " for character in name):
            raise Unknown


def hook(field: fields.Field[Any]) -> Form:
    """Return the form of a field that is asked itself."""
    if not (is_ours(field) or is_known(field)):
        raise Unknown
    if is_scalar(field):
        return Form(make_hooked(field.deserialize), is_asked=True)
    # The others are looked for when it is known that there is one.
    return Form(make_hooked(stop_at_first(field.deserialize)), is_open=True, is_asked=True)


def nullable(form: Form) -> Form:
    """Return a form that takes null too."""
    build = form.build

    def build_some(value: Any) -> Any:
        return None if value is None else build(value)  # type: ignore[misc]  # is there, see below

    kind: Any = Optional[form.type]  # noqa: UP045  # it may be no class
    return replace(form, type=kind, build=build_some if build else None)


def limited(kind: Any, limits: Limits | None) -> Form | None:
    """Return the form of a type with constraints, if they can be said."""
    return None if limits is None else Form(limit(kind, limits))


def limit(kind: Any, limits: Limits) -> Any:
    """Return a type with constraints."""
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind


def plain(kind: Any, *, is_open: bool = False) -> Callable[[Entrance, TypedField], Form | None]:
    """Return what makes the form of a field without validators."""

    def make(entrance: Entrance, field: TypedField) -> Form | None:
        return None if field.validators else Form(kind, is_open=is_open)

    return make


def enter_uuid(entrance: Entrance, field: UUID) -> Form | None:
    """Read 36 characters, for which msgspec takes what the field takes; it takes others too."""
    if field.validators:
        return None

    def read(value: Any) -> uuid.UUID:
        if not isinstance(value, str) or len(value) != 36:
            raise ValueError
        return msgspec.convert(value, uuid.UUID)

    return Form(make_hooked(read))


def enter_held_number(field: Any, form: type, kind: type, limits: Limits | None) -> Form | None:
    """Read a number that travels as one."""
    return limited(kind, limits) if type(field.form) is form else None


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


def enter_choice(entrance: Entrance, field: Choice) -> Form | None:
    """Read texts, or integers, and take what they stand for."""
    values = field.wire_values
    if field.validators or not (are_texts(values) or are_integers(values)):
        return None
    made = {wire: field.load(wire) for wire in values}
    same = all(value is wire for wire, value in made.items())
    return Form(Literal[tuple(values)], None if same else made.__getitem__)


def enter_array(entrance: Entrance, field: Array) -> Form | None:
    """Read an array."""
    limits = limit_length(field.validators)
    if limits is None or (field.unique and not is_scalar(field.inner)):
        return None
    try:
        inner = entrance.form(field.inner)
    except Unknown:
        return None
    kind = limit(list[inner.type], limits)  # type: ignore[name-defined]  # a value
    return Form(kind, build_array(field, inner.build), inner.is_open)


def build_array(field: Array, build: Build | None) -> Build | None:
    """Return what makes the collection of the items that were read."""
    collect: Any = field.collect
    if field.unique:
        make: Any = build or (lambda item: item)
        return lambda items: collect_unique(collect, map(make, items), items)
    if collect is list:
        return (lambda items: list(map(build, items))) if build else None
    return (lambda items: collect(map(build, items))) if build else collect


def collect_unique(collect: Any, values: Iterable[Any], items: list[Any]) -> Any:
    """Return a set of values, if it has them all."""
    listed = list(values)
    if has_crowd(listed):
        raise Refused
    made = collect(listed)
    if len(made) != len(items):
        raise Refused
    return made


def enter_fixed(entrance: Entrance, field: FixedArray) -> Form | None:
    """Read an array of a fixed length."""
    if field.validators or not field.tuple_fields:
        return None
    try:
        forms = [entrance.form(item) for item in field.tuple_fields]
    except Unknown:
        return None
    builds = [form.build for form in forms]

    def build(items: tuple[Any, ...]) -> tuple[Any, ...]:
        pairs = zip(builds, items, strict=True)
        return tuple(build(item) if build else item for build, item in pairs)

    kind: Any = tuple[tuple(form.type for form in forms)]  # type: ignore[misc]  # made, not written
    return Form(kind, build if any(builds) else None, any(form.is_open for form in forms))


def enter_object(entrance: Entrance, field: Object) -> Form | None:
    """Read an object whose keys are any texts."""
    limits = limit_length(field.validators) if field.collect is dict else None
    if limits is None or type(field.key_field) is not String or field.key_field.validators:
        return None
    try:
        inner = entrance.form(field.value_field)
    except Unknown:
        return None
    kind = limit(dict[str, inner.type], limits)  # type: ignore[name-defined]  # a value
    build = inner.build
    if build is None:
        return Form(kind, None, inner.is_open)

    def build_values(items: Mapping[str, Any]) -> dict[str, Any]:
        return {key: build(value) for key, value in items.items()}

    return Form(kind, build_values, inner.is_open)


def enter_model(entrance: Entrance, field: ModelValue) -> Form | None:
    """Read an object with named fields."""
    if field.validators:
        return None
    try:
        return entrance.model(cast("ModelSchema", field.schema))
    except Unknown:
        return None


def enter_held_choice(entrance: Entrance, field: Any) -> Form | None:
    """Read what an Enum's form says."""
    form = field.form
    return enter_choice(entrance, form) if type(form) is Choice and not field.validators else None


def enter_held_datetime(entrance: Entrance, field: Any) -> Form | None:
    """Read a date and time with an offset, where none but such are read."""
    strict = type(field.form) is DateTime and all(map(partial(is_read_alike, field), MOMENTS))
    return make_datetime_form(DateTime.pattern, field) if strict and not field.validators else None


#: Python 3.10 gives a time zone to marshmallow that has a name of its own.
MOMENTS = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00+01:00")


def is_read_alike(field: Any, text: str) -> bool:
    """Say whether msgspec makes the same of a text as a field."""
    return repr(field._deserialize(text, None, None)) == repr(msgspec.convert(text, dt.datetime))


def enter_held_list(entrance: Entrance, field: Any) -> Form | None:
    """Read an array of marshmallow's."""
    limits = limit_length(field.validators)
    if limits is None:
        return None
    inner = entrance.form(field.inner)
    build = inner.build
    made = (lambda items: list(map(build, items))) if build else None
    return Form(limit(list[inner.type], limits), made, inner.is_open)  # type: ignore[name-defined]  # a value


def enter_held_schema(entrance: Entrance, field: Any) -> Form | None:
    """Read an object, or an array of them, of a schema of the user's that is plain."""
    schema = field.schema
    if field.validators or not is_plain_schema(schema):
        return None
    try:
        form = entrance.foreign(schema)
    except Unknown:
        return None
    if not (field.many or schema.many):
        return form
    build: Any = form.build
    kind: Any = list[form.type]  # type: ignore[name-defined]  # a value
    return Form(kind, lambda items: list(map(build, items)), form.is_open)


#: How each class of field is read; a subclass is a class of its own. ``None`` asks the field.
FORMS: Mapping[type, Callable[[Entrance, Any], Form | None]] = {
    String: lambda entrance, field: limited(str, limit_length(field.validators)),
    Integer: lambda entrance, field: limited(int, limit_integer(field.validators)),
    Float: lambda entrance, field: limited(float, limit_entering_float(field.validators)),
    Boolean: plain(bool),
    Null: plain(None),
    Anything: plain(Any, is_open=True),
    Date: plain(dt.date),
    DateTime: enter_datetime,
    UUID: enter_uuid,
    Choice: enter_choice,
    EnumChoice: enter_choice,
    Array: enter_array,
    FixedArray: enter_fixed,
    Object: enter_object,
    ModelValue: enter_model,
    # marshmallow's own, where users wrote them.
    fields.String: lambda entrance, field: limited(str, limit_length(field.validators)),
    fields.Integer: lambda entrance, field: enter_held_number(
        field, Integer, int, limit_integer(field.validators)
    ),
    fields.Float: lambda entrance, field: enter_held_number(
        field, Float, float, limit_entering_float(field.validators)
    ),
    fields.Boolean: plain(bool),
    fields.Raw: lambda entrance, field: (
        Form(Any, is_open=True) if field.allow_none and not field.validators else None
    ),
    fields.Date: lambda entrance, field: (
        Form(dt.date) if type(field.form) is Date and not field.validators else None
    ),
    fields.UUID: enter_uuid,
    fields.AwareDateTime: enter_held_datetime,
    fields.Enum: enter_held_choice,
    fields.List: enter_held_list,
    fields.Nested: enter_held_schema,
}
