"""marshmallow's private names: hooks and fields of schemas, and how a field loads and dumps.

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
    """Return whether a schema has hooks."""
    return any(schema._hooks.values())


def has_post_load(schema: Schema) -> bool:
    """Return whether a schema has hooks that change the loaded dict."""
    return bool(schema._hooks["post_load"])


def has_own_methods(schema_class: type[Schema]) -> bool:
    """Return whether a schema class overrides a method of marshmallow's."""
    return any(getattr(schema_class, n) is not getattr(Schema, n) for n in SCHEMA_METHODS)


def find_readers(field_class: type) -> list[Any]:
    """Return the methods with which a field class reads values."""
    readers = (getattr(field_class, name, None) for name in READERS)
    return [reader for reader in readers if reader is not None]


def find_declared_fields(schema_class: type[Schema]) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of a schema class by name."""
    return schema_class._declared_fields


def deserialize_unchecked(field: fields.Field[Any], value: Any) -> Any:
    """Return the value that a field loads from JSON, without its validators.

    :raises marshmallow.ValidationError: for one that it refuses.
    """
    return field._deserialize(value, "", {})


def serialize_unchecked(field: fields.Field[Any], value: Any) -> Any:
    """Return the JSON value that a field dumps, without its validators."""
    return field._serialize(value, "", None)


def run_validators(field: fields.Field[Any], value: Any) -> None:
    """Run the validators of a field.

    :raises marshmallow.ValidationError: with the messages of those that refuse the value.
    """
    field._validate(value)


def forget_schema(field: fields.Nested) -> None:
    """Let a nested field make its schema again when it is next used."""
    field._schema = None


def replace_fields(schema: Schema, made: Mapping[str, fields.Field[Any]]) -> None:
    """Give a schema its own fields in place of those of its class."""
    schema.declared_fields = dict(made)
    schema._init_fields()


class InheritedHooks(SchemaMeta):
    """Finds hooks in the bases of a schema class only: generated classes add only fields.

    :cvar mark: the attribute of classes that add nothing but fields to their base.
    """

    mark: ClassVar[str]

    def resolve_hooks(cls) -> Any:  # noqa: N805  # of a class of classes
        """Return the hooks by their purpose."""
        if type(cls).mark in cls.__dict__:
            return cls.__base__._hooks  # type: ignore[union-attr]  # a schema
        return super().resolve_hooks()
