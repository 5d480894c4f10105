"""Schemas and fields of marshmallow that users wrote: which of them do nothing that is not known.

Registration time. A schema is plain if it has no hooks, no validators of its own, no method of
marshmallow's in another version, and no fields but marshmallow's own.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from ..schemas.families.model_schemas import GeneratedSchema
from ..schemas.fields import TypedField
from ..schemas.marshmallow_fields import HeldField

#: marshmallow's classes whose fields look at nothing but the value.
KNOWN: frozenset[type] = frozenset(
    {
        fields.AwareDateTime,
        fields.Boolean,
        fields.Date,
        fields.DateTime,
        fields.Decimal,
        fields.Dict,
        fields.Email,
        fields.Enum,
        fields.Float,
        fields.IP,
        fields.IPInterface,
        fields.IPv4,
        fields.IPv4Interface,
        fields.IPv6,
        fields.IPv6Interface,
        fields.Integer,
        fields.List,
        fields.NaiveDateTime,
        fields.Nested,
        fields.Raw,
        fields.String,
        fields.Time,
        fields.TimeDelta,
        fields.Tuple,
        fields.URL,
        fields.UUID,
    }
)

#: What a class of schemas may do in another way than marshmallow does.
METHODS = (
    "_deserialize",
    "_do_load",
    "_serialize",
    "dict_class",
    "dump",
    "get_attribute",
    "handle_error",
    "load",
    "on_bind_field",
    "set_class",
)


def find_class(field: fields.Field[Any]) -> type:
    """Return the class that says what a field does: of one that is held, the user's."""
    kind: type = type(field)
    return kind.__bases__[1] if isinstance(field, HeldField) and kind.__bases__[1:] else kind


def is_known(field: fields.Field[Any]) -> bool:
    """Say whether a field is one of ours, or one of marshmallow's that the user wrote."""
    known = isinstance(field, HeldField) and find_class(field) in KNOWN
    return known or isinstance(field, TypedField)


def is_plain_field(field: fields.Field[Any]) -> bool:
    """Say whether a value has no more to go through than its type and its validators."""
    # marshmallow has these since 4.2
    around = (getattr(field, name, ()) for name in ("pre_load", "post_load"))
    return isinstance(field, TypedField) or not any(around)


def is_plain_schema(schema: Schema) -> bool:
    """Say whether a schema does nothing but load and dump its fields."""
    kind = type(schema)
    return (
        not any(schema._hooks.values())
        and all(getattr(kind, name) is getattr(Schema, name) for name in METHODS)
        and not schema.partial
        and all(is_plain_name(key, field) for key, field in schema.fields.items())
    )


def make_twin(schema: Schema, unknown: Any) -> GeneratedSchema:
    """Return a schema of ours that loads what a plain one loads, and says what it says.

    :param unknown: what it does with unknown keys.
    """
    twin: Any = GeneratedSchema.from_dict(dict(schema.fields), name=type(schema).__name__)
    made: GeneratedSchema = twin(unknown=unknown)
    made.error_messages = schema.error_messages
    return made


def is_plain_name(key: str, field: fields.Field[Any]) -> bool:
    """Say whether a field's values stand under one key; a dot stands for a way through several."""
    return "." not in (field.attribute or key)


def name_loaded(key: str, field: fields.Field[Any]) -> str:
    """Return the key under which a schema puts a loaded value."""
    return field.attribute or key
