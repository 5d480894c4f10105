"""The fields of generated object types: they read an attribute, or a key.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from marshmallow import fields, missing
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField
from typing_extensions import Self, is_typeddict

from ..schemas.families.model_records import ModelField
from ..schemas.families.model_schemas import ModelSchema
from .shown import Shown, ValueConversion, convert_value

#: Returns the value of a field. GraphQL passes more about the request, which is not needed.
Read = Callable[..., Any]
#: The reason of a field that is deprecated without one, as GraphQL has it.
NO_REASON = "No longer supported"


class ModelAttribute(StrawberryField):
    """A field of a generated type, whose values come from an object of the program.

    :param graphql_name: the name in GraphQL.
    :param read: returns the value of the field of an object.
    :param model_name: the name in the model, if there is one.
    """

    def __init__(
        self,
        graphql_name: str,
        shown: Shown,
        read: Read,
        documentation: Mapping[str, Any] | None = None,
        model_name: str = "",
    ) -> None:
        described = documentation or {}
        super().__init__(
            python_name=graphql_name,
            graphql_name=graphql_name,
            type_annotation=StrawberryAnnotation(shown.type),
            description=described.get("description"),
            deprecation_reason=NO_REASON if described.get("deprecated") else None,
        )
        self.read = read
        self.model_name = model_name or graphql_name

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        """Return the value of the field of an object."""
        return self.read(source)

    def __copy__(self) -> Self:
        """Return a copy that reads the same."""
        made = type(self)(self.model_name, Shown(None), self.read)
        vars(made).update(vars(self))
        return made


def make_input_field(name: str, shown: Shown, default: Any, metadata: Any) -> StrawberryField:
    """Return a field of an input type."""
    return StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(shown.type),
        default=default,
        description=metadata.get("description"),
        deprecation_reason=NO_REASON if metadata.get("deprecated") else None,
    )


def make_field_reader(schema: ModelSchema, key: str, convert: ValueConversion | None) -> Read:
    """Return what reads a field of a model from an object or a mapping.

    :param key: of the field in the schema.
    """
    field, described = schema.dump_fields[key], schema.model_fields[key]
    read = make_slow_reader(schema, field, described)
    is_plain = described.constant is missing and not described.may_be_absent
    if is_plain and not is_typeddict(schema.model.origin):
        name = described.attribute or described.name
        read = make_attribute_reader(schema.model.origin, name, read)
    return read if convert is None else make_converting_reader(read, convert)


def make_attribute_reader(origin: type, name: str, read_other: Read) -> Read:
    """Return what reads an attribute of an instance of a class.

    :param read_other: reads it from any other object.
    """

    def read(source: Any, _info: Any = None) -> Any:
        return getattr(source, name) if isinstance(source, origin) else read_other(source)

    return read


def make_slow_reader(schema: ModelSchema, field: fields.Field[Any], described: ModelField) -> Read:
    """Return what reads a field as a response of REST does."""

    def read(source: Any, _info: Any = None) -> Any:
        value = schema.read_attribute(source, field, described)
        return None if value is missing else value

    return read


def make_converting_reader(read: Read, convert: ValueConversion) -> Read:
    """Return what reads a field, and converts its value."""

    def read_and_convert(source: Any, _info: Any = None) -> Any:
        return convert_value(convert, read(source))

    return read_and_convert


def make_written_reader(name: str) -> Read:
    """Return what reads a key of a value that is written already."""

    def read(source: Any, _info: Any = None) -> Any:
        return source.get(name)

    return read


def install_readers(schema: GraphQLSchema) -> None:
    """Let GraphQL read generated fields directly, without Strawberry's functions between."""
    for kind in schema.type_map.values():
        for field in kind.fields.values() if isinstance(kind, GraphQLObjectType) else ():
            definition = field.extensions.get("strawberry-definition")
            if isinstance(definition, ModelAttribute):
                field.resolve = definition.read
