"""marshmallow schemas and fields that users wrote: which of them can be accelerated.

Registration time. A schema is plain if it has no hooks and no validators of its own, overrides no
method of marshmallow, and has only marshmallow's own fields.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from ..libraries.marshmallow import has_hooks, has_own_methods
from ..schemas.families.model_schemas import GeneratedSchema
from ..schemas.fields import TypedField
from ..schemas.marshmallow_fields import HeldField

#: marshmallow's classes of fields that use only the value.
KNOWN_FIELDS: frozenset[type] = frozenset(
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


def find_field_class(field: fields.Field[Any]) -> type:
    """Return the class of a field; for a ``Held`` one, the class that the user wrote."""
    kind: type = type(field)
    return kind.__bases__[1] if isinstance(field, HeldField) and kind.__bases__[1:] else kind


def is_known(field: fields.Field[Any]) -> bool:
    """Return whether a field is one of ours, or one of marshmallow's own."""
    known = isinstance(field, HeldField) and find_field_class(field) in KNOWN_FIELDS
    return known or isinstance(field, TypedField)


def is_plain_field(field: fields.Field[Any]) -> bool:
    """Return whether a field has only a type and validators, without hooks and functions."""
    if isinstance(field, TypedField):
        return not field.checks
    # marshmallow has these hooks since 4.2
    return not any(getattr(field, name, ()) for name in ("pre_load", "post_load"))


def is_plain_schema(schema: Schema) -> bool:
    """Return whether a schema only loads and dumps its fields."""
    return (
        not has_hooks(schema)
        and not has_own_methods(type(schema))
        and not schema.partial
        and all(is_plain_name(key, field) for key, field in schema.fields.items())
    )


def make_twin(schema: Schema, unknown: Any) -> GeneratedSchema:
    """Return a generated schema with the fields and messages of a plain schema.

    :param unknown: the policy for unknown keys.
    """
    twin: Any = GeneratedSchema.from_dict(dict(schema.fields), name=type(schema).__name__)
    made: GeneratedSchema = twin(unknown=unknown)
    made.error_messages = schema.error_messages
    return made


def is_plain_name(key: str, field: fields.Field[Any]) -> bool:
    """Return whether a field's value is under one key; a dot in the name is a path of keys."""
    return "." not in (field.attribute or key)


def name_loaded(key: str, field: fields.Field[Any]) -> str:
    """Return the key under which a schema puts a loaded value."""
    return field.attribute or key
