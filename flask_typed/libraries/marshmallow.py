"""marshmallow's private names: hooks and fields of schemas, what a field does with a value.

Registration and request time. Checked against marshmallow 4.1.2 to 4.4.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields
from marshmallow.schema import SchemaMeta

#: What a class of schemas may do in another way than marshmallow does.
SCHEMA_METHODS = (
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
#: The methods by which marshmallow's fields read values.
READERS = ("_deserialize", "_validated")


def has_hooks(schema: Schema) -> bool:
    """Say whether a schema has hooks of any kind."""
    return any(schema._hooks.values())


def has_post_load(schema: Schema) -> bool:
    """Say whether hooks make something of the dict that a schema loads."""
    return bool(schema._hooks["post_load"])


def has_own_methods(schema_class: type[Schema]) -> bool:
    """Say whether a class of schemas does something in another way than marshmallow does."""
    return any(getattr(schema_class, n) is not getattr(Schema, n) for n in SCHEMA_METHODS)


def find_readers(field_class: type) -> list[Any]:
    """Return the methods by which a class of fields reads values."""
    readers = (getattr(field_class, name, None) for name in READERS)
    return [reader for reader in readers if reader is not None]


def find_declared_fields(schema_class: type[Schema]) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of a class of schemas by their names."""
    return schema_class._declared_fields


def deserialize_unchecked(field: fields.Field[Any], value: Any) -> Any:
    """Return what a field makes of a JSON value; its validators are not asked.

    :raises marshmallow.ValidationError: for one that it refuses.
    """
    return field._deserialize(value, "", {})


def serialize_unchecked(field: fields.Field[Any], value: Any) -> Any:
    """Return what a field writes for a value of its own, wherever that stands."""
    return field._serialize(value, "", None)


def run_validators(field: fields.Field[Any], value: Any) -> None:
    """Ask the validators of a field.

    :raises marshmallow.ValidationError: with the messages of those that refuse the value.
    """
    field._validate(value)


def forget_schema(field: fields.Nested) -> None:
    """Let a field that holds a schema make it anew, when it is asked for."""
    field._schema = None


def replace_fields(schema: Schema, made: Mapping[str, fields.Field[Any]]) -> None:
    """Give a schema fields of its own, in place of those of its class."""
    schema.declared_fields = dict(made)
    schema._init_fields()


class InheritedHooks(SchemaMeta):
    """Looks for hooks in the bases of some schemas alone: those add nothing but fields.

    :cvar mark: the attribute of classes that add nothing but fields to their base.
    """

    mark: ClassVar[str]

    def resolve_hooks(cls) -> Any:  # noqa: N805  # of a class of classes
        """Return the hooks by what they are for."""
        if type(cls).mark in cls.__dict__:
            return cls.__base__._hooks  # type: ignore[union-attr]  # a schema
        return super().resolve_hooks()
