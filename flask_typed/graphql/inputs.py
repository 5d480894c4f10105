"""The types of arguments: input objects, made of fields.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import fields, missing
from strawberry.types.base import StrawberryList
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from ..exceptions import DeclarationError
from ..schemas.families.choices import Choice
from ..schemas.families.containers import Array
from ..schemas.families.model_schemas import ModelSchema, ModelValue, wire_name
from ..schemas.fields import accepts_null
from ..schemas.graph_fields import OneOf, UniformArray, WrittenBack, is_json_part
from .attributes import make_input_field
from .choices import DEFINITION, EnumTypes
from .definitions import add_fields, define_type, describe_class
from .kinds import FieldTypes, KindTable
from .names import TypeNames, name_component, name_input
from .scalars import show_scalar
from .shown import Shown
from .written import WrittenTypes


class InputTypes(FieldTypes):
    """Makes the types of arguments, each once."""

    def __init__(self, names: TypeNames, enums: EnumTypes) -> None:
        table: KindTable = (
            (ModelValue, self._show_model),
            (OneOf, self._show_union),
            (WrittenBack, WrittenTypes(names, enums, is_input=True).show),
            (Choice, enums.show),
            (Array, self._show_list),
            (UniformArray, self._show_tuple),
        )
        super().__init__(table)
        self._names = names
        self._models: dict[Any, Any] = {}
        self._unions: dict[Any, Any] = {}

    def _show_list(self, field: Array) -> Shown:
        return Shown(StrawberryList(self.show(field.inner).type))

    def _show_tuple(self, field: UniformArray) -> Shown:
        return Shown(StrawberryList(self.show(field.tuple_fields[0]).type))

    def _show_model(self, field: ModelValue) -> Shown:
        schema: Any = field.schema
        if DEFINITION in vars(field.origin):
            raise DeclarationError(
                f"{field.expected} is a type of Strawberry inside a type of ours.",
                instead="Write a dataclass without Strawberry's decorator.",
            )
        if type(schema) not in self._models:
            name, origin = name_input(name_component(schema)), field.origin
            made = define_type(name, origin, describe_class(origin), is_input=True)
            self._names.name(made, name, origin)
            self._models[type(schema)] = made
            add_fields(made, self._make_fields(schema))
        return Shown(self._models[type(schema)].origin)

    def _make_fields(self, schema: ModelSchema) -> Iterator[StrawberryField]:
        """Yield the fields of an input type."""
        for key, field in schema.load_fields.items():
            default = schema.model_fields[key].default
            shown, published = self.show_optional(field, default, is_required=field.required)
            yield make_input_field(wire_name(key, field), shown, published, field.metadata)

    def show_optional(
        self, field: fields.Field[Any], default: Any, *, is_required: bool
    ) -> tuple[Shown, Any]:
        """Return the type of an input, and its default in GraphQL.

        In GraphQL, a nullable input may always be left out: that means null.

        :param default: of the Python value; marshmallow's ``missing`` if there is none.
        """
        shown = self.show(field)
        if is_required:
            return shown, find_only_value(field)
        if default is not missing and default is not None and can_publish(field):
            return shown, default
        return (shown if accepts_null(field) else shown.optional()), UNSET

    def _show_union(self, field: OneOf) -> Shown:
        name, description = name_input(field.title), field.metadata.get("description")
        key = (name, *(member.model.type for member in field.members.values()))
        if key not in self._unions:
            origin = next(iter(field.members.values())).origin
            made = define_type(name, origin, description, is_input=True, is_one_of=True)
            self._names.name(made, name, origin)
            self._unions[key] = made
            add_fields(made, self._make_members(field))
        return Shown(self._unions[key].origin)

    def _make_members(self, field: OneOf) -> Iterator[StrawberryField]:
        """Yield the fields of an input type of which exactly one is given."""
        for key, member in field.members.items():
            yield make_input_field(key, self.show(member).optional(), UNSET, {})


def find_only_value(field: fields.Field[Any]) -> Any:
    """Return the value of a required input that GraphQL may leave out; ``UNSET`` if there is none.

    It is null, or the only value of a ``Literal``, such as a tag.
    """
    if accepts_null(field):
        return None
    values = field.samples if isinstance(field, Choice) else ()
    return values[0] if len(values) == 1 else UNSET


def can_publish(field: fields.Field[Any]) -> bool:
    """Return whether GraphQL's schema can have the default of a field: a scalar or an enum.

    Other defaults stay the model's own.
    """
    if is_json_part(field):
        return False
    shown = show_scalar(field)
    return isinstance(field, Choice) or (shown is not None and shown.convert is None)
