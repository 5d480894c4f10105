"""Objects with named fields: types of Python's, arguments, and schemas that users wrote.

Registration time; the functions that are made here are called by requests. A type inside itself is
left to its field, which is a hook for msgspec.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
from marshmallow import INCLUDE, Schema, fields, missing

from ...schemas.families.model_schemas import ModelSchema, ModelValue, wire_name
from ...schemas.families.models import ModelField
from ..building import StructField, make_dict_builder, make_model_builder
from ..entering import Entrance, Form, Unknown
from ..field_codec import FieldCodec
from ..foreign import is_known, is_plain_schema, make_twin, name_loaded
from ..leaving import Exit, Exits
from ..loading import Parts
from ..parts import Items, PartMaker

#: Names that a Struct has already.
TAKEN = frozenset(dir(msgspec.Struct))


def enter_model(entrance: Entrance, field: ModelValue) -> Form | None:
    """Read an object with named fields."""
    if field.validators:
        return None
    schema = cast("ModelSchema", field.schema)
    kind = type(schema)
    if kind not in entrance.models:
        entrance.models[kind] = None
        try:
            entrance.models[kind] = enter_schema(entrance, schema)
        except Unknown:
            return None
    return entrance.models[kind]


def enter_schema(entrance: Entrance, schema: ModelSchema) -> Form | None:
    """Read what the constructor of a type is called with; not what has keys without a name."""
    if schema.rest:
        return None
    members, struct = make_entering_struct(entrance, schema)
    build = make_model_builder(schema.model, schema.model_fields, members)
    return Form(struct, build, any(member.form.is_open for member in members))


def enter_arguments(entrance: Entrance, schema: Schema) -> Form:
    """Read an object whose keys are arguments.

    :raises Unknown: for a field of the user's own.
    """
    members, struct = make_entering_struct(entrance, schema)
    return Form(struct, make_dict_builder(members), any(m.form.is_open for m in members))


def make_entering_struct(entrance: Entrance, schema: Schema) -> tuple[list[StructField], Any]:
    """Return the fields of a schema, and the Struct that has them."""
    members = [
        StructField(
            name_loaded(key, field),
            wire_name(key, field),
            entrance.form(field),
            field.required,
            field.load_default,
        )
        for key, field in schema.load_fields.items()
    ]
    names = {f"f{index}": member.wire for index, member in enumerate(members)}
    if not all(map(is_wire_name, names.values())):
        raise Unknown
    described = [
        (name, member.form.type) if member.required else (name, member.form.type, msgspec.UNSET)
        for name, member in zip(names, members, strict=True)
    ]
    struct = msgspec.defstruct(
        "Entering", described, rename=names, forbid_unknown_fields=True, gc=False, kw_only=True
    )
    return members, struct


def is_wire_name(name: str) -> bool:
    """Say whether msgspec takes a name for a key."""
    return not any(character in '\\"' or character < " " for character in name)


def leave_model(exits: Exits, field: ModelValue) -> Exit | None:
    """Write an object with named fields."""
    if field.validators:
        return None
    schema = cast("ModelSchema", field.schema)
    kind = type(schema)
    if kind not in exits.models:
        exits.models[kind] = None
        exits.models[kind] = leave_schema(exits, schema)
    return exits.models[kind]


def leave_schema(exits: Exits, schema: ModelSchema) -> Exit | None:
    """Write the fields of a type under their names on the wire, and those that are constant."""
    described = schema.model_fields
    leaving = {
        key: field
        for key, field in schema.dump_fields.items()
        if described[key].constant is missing
    }
    if schema.rest or not all(can_have(described[key], field) for key, field in leaving.items()):
        return None
    exits_by_key = {key: exits.exit(field) for key, field in leaving.items()}
    names = {
        described[key].name: wire_name(key, field)
        for key, field in leaving.items()
        if described[key].name != wire_name(key, field)
    }
    tag = read_tag(schema)
    types = {key: made.type for key, made in exits_by_key.items()}
    struct = make_leaving_struct(schema, types, tag)
    if not names and not any(made.renamed for made in exits_by_key.values()):
        return Exit(struct)
    renamed = {key: made.renamed or Any for key, made in exits_by_key.items()}
    return Exit(struct, make_leaving_struct(schema, renamed, {**tag, "rename": names}))


def make_leaving_struct(
    schema: ModelSchema, types: Mapping[str, Any], options: Mapping[str, Any]
) -> type[msgspec.Struct]:
    """Return a Struct with fields of the given types, all of which a value has to have."""
    members = [(schema.model_fields[key].name, kind) for key, kind in types.items()]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True, **options)


def can_have(described: ModelField, field: fields.Field[Any]) -> bool:
    """Say whether a Struct can have a field as it is called, and msgspec its name on the wire."""
    name = described.name
    own = described.attribute in (None, name) and name not in TAKEN
    return is_wire_name(field.data_key or name) and own and name.isidentifier()


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


def divide_model(maker: PartMaker, field: ModelValue) -> Parts:
    """Judge the fields."""
    return maker.members_of_model(field.schema)


def enter_foreign(entrance: Entrance, field: Any) -> Form | None:
    """Read an object, or an array of them, of a schema of the user's that is plain."""
    schema = field.schema
    kind = type(schema)
    if field.validators or kind in entrance.making or not is_plain_schema(schema):
        return None
    entrance.making.add(kind)
    try:
        form = enter_arguments(entrance, schema)
    except Unknown:
        return None
    finally:
        entrance.making.remove(kind)
    if not (field.many or schema.many):
        return form
    build: Any = form.build
    items: Any = list[form.type]  # type: ignore[name-defined]  # a value
    return Form(items, lambda read: list(map(build, read)), form.is_open)


def leave_foreign(exits: Exits, field: Any) -> Exit | None:
    """Write an object, or an array of them, of a schema of the user's that is plain."""
    schema = field.schema
    kind = type(schema)
    leaving = schema.dump_fields
    known = is_plain_schema(schema) and all(map(is_known, leaving.values()))
    if field.validators or kind in exits.making or not known or not have_one_name(leaving):
        return None
    exits.making.add(kind)
    try:
        struct = make_foreign_struct(exits, leaving)
    finally:
        exits.making.remove(kind)
    return Exit(tuple[struct, ...] if field.many or schema.many else struct)  # type: ignore[valid-type]  # a value


def make_foreign_struct(exits: Exits, leaving: Mapping[str, fields.Field[Any]]) -> type:
    """Return a Struct with the fields of a schema; a value may lack those that may be left out."""
    types = {key: exits.exit(field).type for key, field in leaving.items()}
    members: list[Any] = [
        (key, types[key])
        if field.required or field.dump_default is not missing
        else (key, types[key], msgspec.UNSET)
        for key, field in leaving.items()
    ]
    return msgspec.defstruct("Leaving", members, gc=False, kw_only=True)


def have_one_name(leaving: Mapping[str, fields.Field[Any]]) -> bool:
    """Say whether a Struct can have each field of a schema under its one name.

    A mapping that lacks a key is asked for an attribute of that name, and has some of its own.
    """
    return all(
        field.attribute in (None, key)
        and field.data_key in (None, key)
        and key not in TAKEN
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
    # marshmallow's own, where users wrote it.
    fields.Nested: FieldCodec(enter_foreign, leave_foreign, divide=divide_foreign),
}
