"""Objects with named fields: Python types, arguments, and schemas that users wrote.

Registration time; requests call the functions that are made here. A recursive type is left to its
field, by a hook for msgspec.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Optional, cast

import msgspec
from marshmallow import INCLUDE, Schema, fields, missing

from ...declare.patches import Patch
from ...schemas.families.model_records import ModelField
from ...schemas.families.model_schemas import (
    LeanSchema,
    ModelSchema,
    ModelValue,
    make_default,
    wire_name,
)
from ...schemas.families.scalars import UUID, Boolean, Float, Integer, String
from ...schemas.families.temporal import Date
from ...schemas.fields import REFUSED, accepts_null
from ...schemas.patches import PatchValue
from ..building import StructField, make_dict_builder, make_model_builder
from ..entering import CustomField, ReadType, ReadTypes
from ..field_codec import FieldCodec
from ..foreign import is_known, is_plain_schema, make_twin, name_loaded
from ..hooks import is_hooked, make_hooked
from ..leaving import WriteType, WriteTypes
from ..loading import Judge, PartPlace, Parts
from ..parts import Items, Members, PartMaker

#: The names that every Struct has.
STRUCT_ATTRIBUTES = frozenset(dir(msgspec.Struct))


def enter_model(read_types: ReadTypes, field: ModelValue) -> ReadType | None:
    """Read an object with named fields."""
    if field.validators:
        return None
    schema = cast("ModelSchema", field.schema)
    kind = type(schema)
    if kind not in read_types.models:
        read_types.models[kind] = None
        try:
            read_types.models[kind] = enter_schema(read_types, schema)
        except CustomField:
            return None
    return read_types.models[kind]


def enter_patch(read_types: ReadTypes, field: PatchValue) -> ReadType | None:
    """Read the changes of an object."""
    read_type = enter_model(read_types, field)
    build: Any = read_type and read_type.build
    if read_type is None or build is None:
        return None
    make = partial(Patch.from_request, field.plan)
    return replace(read_type, build=lambda read: make(build(read)))


def enter_schema(read_types: ReadTypes, schema: ModelSchema) -> ReadType | None:
    """Read the arguments of a type's constructor; a type with free keys is left to its field."""
    if schema.rest:
        return None
    members, struct = make_entering_struct(read_types, schema)
    build = make_model_builder(schema.model, schema.model_fields, members)
    return ReadType(struct, build, any(member.read_type.is_open for member in members))


def enter_arguments(read_types: ReadTypes, schema: Schema) -> ReadType:
    """Read an object whose keys are arguments.

    :raises CustomField: for a custom field.
    """
    members, struct = make_entering_struct(read_types, schema)
    return ReadType(struct, make_dict_builder(members), any(m.read_type.is_open for m in members))


def make_entering_struct(read_types: ReadTypes, schema: Schema) -> tuple[list[StructField], Any]:
    """Return the fields of a schema, and a Struct with these fields."""
    members = [
        StructField(
            name_loaded(key, field),
            wire_name(key, field),
            read_types.find(field),
            field.required,
            field.load_default,
        )
        for key, field in schema.load_fields.items()
    ]
    names = {f"f{index}": member.wire for index, member in enumerate(members)}
    if not all(map(is_wire_name, names.values())):
        raise CustomField
    described = [
        (name, member.read_type.type)
        if member.required
        else (name, member.read_type.type, msgspec.UNSET)
        for name, member in zip(names, members, strict=True)
    ]
    struct = msgspec.defstruct(
        "Entering", described, rename=names, forbid_unknown_fields=True, gc=False, kw_only=True
    )
    return members, struct


def is_wire_name(name: str) -> bool:
    """Return whether msgspec accepts a name as a key."""
    return not any(character in '\\"' or character < " " for character in name)


def leave_model(write_types: WriteTypes, field: ModelValue) -> WriteType | None:
    """Write an object with named fields."""
    if field.validators:
        return None
    schema = cast("ModelSchema", field.schema)
    kind = type(schema)
    if kind not in write_types.models:
        write_types.models[kind] = None
        write_types.models[kind] = leave_schema(write_types, schema)
    return write_types.models[kind]


def leave_schema(write_types: WriteTypes, schema: ModelSchema) -> WriteType | None:
    """Write the fields of a type under their names in JSON, and its constant keys."""
    described = schema.model_fields
    leaving = {
        key: field
        for key, field in schema.dump_fields.items()
        if described[key].constant is missing
    }
    if schema.rest or not all(can_have(described[key], field) for key, field in leaving.items()):
        return None
    made_by_key = {key: write_types.find(field) for key, field in leaving.items()}
    names = {
        described[key].name: wire_name(key, field)
        for key, field in leaving.items()
        if described[key].name != wire_name(key, field)
    }
    tag = read_tag(schema)
    if not all(can_exclude(schema, key, made) for key, made in made_by_key.items()):
        return None
    types = {key: leave_null(schema, key, made.type) for key, made in made_by_key.items()}
    struct = make_leaving_struct(schema, types, tag)
    renamed = {key: exclude(schema, key, made.renamed or Any) for key, made in made_by_key.items()}
    if not names and all(kind is Any for kind in renamed.values()):
        return WriteType(struct)
    options = {**tag, "rename": names, "omit_defaults": True}
    return WriteType(struct, make_leaving_struct(schema, renamed, options))


#: The types whose values msgspec leaves as they are, so that they can be compared with a default.
COMPARED = (String, Integer, Float, Boolean, Date, UUID)


def can_exclude(schema: ModelSchema, key: str, made: WriteType) -> bool:
    """Return whether msgspec can leave out the values that a schema leaves out of a field."""
    field = schema.fields[key]
    if leaves_out_null(schema, field) and not field.allow_none:  # null is one of its choices
        return False
    if not (isinstance(schema, LeanSchema) and schema.excluded.defaults):
        return True
    default = schema.may_be_default(key)
    return not default or (type(field) in COMPARED and not is_hooked(made.type))


def exclude(schema: ModelSchema, key: str, kind: Any) -> Any:
    """Return the type of a field in the second conversion, which leaves out values."""
    if not isinstance(schema, LeanSchema):
        return kind
    excluded, described = schema.excluded, schema.model_fields[key]
    if excluded.defaults and schema.may_be_default(key):
        return make_hooked(partial(replace_default, described, excluded.none))
    if leaves_out_null(schema, schema.fields[key]):
        return Annotated[Optional[kind], NONE]  # noqa: UP045  # it may not be a class
    return kind


def leaves_out_null(schema: ModelSchema, field: fields.Field[Any]) -> bool:
    """Return whether ``None`` is a value of a field, and is left out of responses."""
    return isinstance(schema, LeanSchema) and schema.excluded.none and accepts_null(field)


def leave_null(schema: ModelSchema, key: str, kind: Any) -> Any:
    """Return the type of a field in the first conversion: it keeps ``None`` if it is left out.

    A hook would write it as the text ``null``.
    """
    if kind is None or not leaves_out_null(schema, schema.fields[key]):
        return kind
    return Optional[kind]  # noqa: UP045  # it may not be a class


#: Marks a type whose ``None`` is left out.
NONE = msgspec.Meta(title="None is left out")


def replace_default(described: ModelField, exclude_none: bool, value: Any) -> Any:
    """Return a value, or msgspec's ``UNSET`` if it is left out."""
    is_left_out = value == make_default(described) or (exclude_none and value is None)
    return msgspec.UNSET if is_left_out else value


def make_leaving_struct(
    schema: ModelSchema, types: Mapping[str, Any], options: Mapping[str, Any]
) -> type[msgspec.Struct]:
    """Return a Struct with fields of the given types; those whose ``None`` is left out have it."""
    members: list[Any] = [
        (schema.model_fields[key].name, kind, None)
        if NONE in getattr(kind, "__metadata__", ())
        else (schema.model_fields[key].name, kind)
        for key, kind in types.items()
    ]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True, **options)


def can_have(described: ModelField, field: fields.Field[Any]) -> bool:
    """Return whether a Struct can have a field of this name, and msgspec its name in JSON."""
    name = described.name
    own = described.attribute in (None, name) and name not in STRUCT_ATTRIBUTES
    return is_wire_name(field.data_key or name) and own and name.isidentifier()


def read_tag(schema: ModelSchema) -> Mapping[str, Any]:
    """Return the options for constant keys."""
    return {
        option: value
        for key, described in schema.model_fields.items()
        if described.constant is not missing
        for option, value in (
            ("tag", described.constant),
            ("tag_field", schema.fields[key].data_key),
        )
    }


@dataclass(frozen=True, slots=True)
class PatchParts:
    """The changes of an object.

    :param members: the values that it may have.
    """

    field: PatchValue
    members: Members

    def judge(self, judge: Judge, data: Any, place: PartPlace) -> Any:
        """Return the patch, or :data:`REFUSED`."""
        changes = self.members.judge(judge, data, place)
        return changes if changes is REFUSED else Patch.from_request(self.field.plan, changes)


def divide_patch(maker: PartMaker, field: PatchValue) -> Parts:
    """Judge the fields of a patch."""
    return PatchParts(field, maker.members_of_model(field.schema))


def divide_model(maker: PartMaker, field: ModelValue) -> Parts:
    """Judge the fields."""
    return maker.members_of_model(field.schema)


def enter_foreign(read_types: ReadTypes, field: Any) -> ReadType | None:
    """Read an object, or an array of objects, of a plain custom schema."""
    schema = field.schema
    kind = type(schema)
    if field.validators or kind in read_types.making or not is_plain_schema(schema):
        return None
    read_types.making.add(kind)
    try:
        read_type = enter_arguments(read_types, schema)
    except CustomField:
        return None
    finally:
        read_types.making.remove(kind)
    if not (field.many or schema.many):
        return read_type
    build: Any = read_type.build
    items: Any = list[read_type.type]  # type: ignore[name-defined]  # a value
    return ReadType(items, lambda read: list(map(build, read)), read_type.is_open)


def leave_foreign(write_types: WriteTypes, field: Any) -> WriteType | None:
    """Write an object, or an array of objects, of a plain custom schema."""
    schema = field.schema
    kind = type(schema)
    leaving = schema.dump_fields
    known = is_plain_schema(schema) and all(map(is_known, leaving.values()))
    if field.validators or kind in write_types.making or not known or not have_one_name(leaving):
        return None
    write_types.making.add(kind)
    try:
        struct = make_foreign_struct(write_types, leaving)
    finally:
        write_types.making.remove(kind)
    return WriteType(tuple[struct, ...] if field.many or schema.many else struct)  # type: ignore[valid-type]  # a value


def make_foreign_struct(write_types: WriteTypes, leaving: Mapping[str, fields.Field[Any]]) -> type:
    """Return a Struct with the fields of a schema; those that may be absent are optional."""
    types = {key: write_types.find(field).type for key, field in leaving.items()}
    members: list[Any] = [
        (key, types[key])
        if field.required or field.dump_default is not missing
        else (key, types[key], msgspec.UNSET)
        for key, field in leaving.items()
    ]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True)


def have_one_name(leaving: Mapping[str, fields.Field[Any]]) -> bool:
    """Return whether a Struct can have each field of a schema under its only name.

    msgspec reads an attribute of a mapping that lacks the key, and a dict has attributes.
    """
    return all(
        field.attribute in (None, key)
        and field.data_key in (None, key)
        and key not in STRUCT_ATTRIBUTES
        and key.isidentifier()
        and not hasattr(dict, key)
        for key, field in leaving.items()
    )


def divide_foreign(maker: PartMaker, field: Any) -> Parts | None:
    """Judge the fields of an object, or the items of an array."""
    schema: Schema = field.schema
    unknown = field.unknown or schema.unknown
    if unknown == INCLUDE:
        return None
    twin = make_twin(schema, unknown)
    if field.many or schema.many:
        return Items(field, maker.part(twin), list)
    return maker.members(twin)


FIELD_CODECS: Mapping[type, FieldCodec] = {
    ModelValue: FieldCodec(enter_model, leave_model, divide=divide_model),
    PatchValue: FieldCodec(enter_patch, divide=divide_patch),
    # marshmallow's own fields, which users wrote.
    fields.Nested: FieldCodec(enter_foreign, leave_foreign, divide=divide_foreign),
}
