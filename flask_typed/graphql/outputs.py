"""The types of results: objects, lists, unions, enums and scalars, made of fields.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from marshmallow import fields
from strawberry.types.base import StrawberryList
from strawberry.types.union import StrawberryUnion

from ..resources.pages import Paged
from ..schemas.families.choices import Choice
from ..schemas.families.containers import Array
from ..schemas.families.model_schemas import ModelSchema, ModelValue, wire_name
from ..schemas.fields import accepts_null, dump_value
from ..schemas.graph_fields import (
    OneOf,
    UniformArray,
    WrittenBack,
    choose_model,
    find_models,
)
from .attributes import ModelAttribute, make_field_reader
from .choices import DEFINITION, EnumTypes
from .connections import make_connection_fields
from .definitions import add_fields, define_type, describe_class
from .kinds import FieldTypes, KindTable
from .names import TypeNames
from .shown import Shown, make_list_converter, make_set_converter
from .unions import ModelUnion
from .written import WrittenTypes


class OutputTypes(FieldTypes):
    """Makes the types of results, each once."""

    def __init__(self, names: TypeNames, enums: EnumTypes) -> None:
        table: KindTable = (
            (ModelValue, self._show_model),
            (OneOf, self._show_union),
            (WrittenBack, WrittenTypes(names, enums, is_input=False).show),
            (Choice, enums.show),
            (Array, self._show_list),
            (UniformArray, self._show_tuple),
        )
        super().__init__(table)
        self._names = names
        self._enums = enums
        self._models: dict[Any, Any] = {}
        #: The models of types, by the identity of their definitions.
        self.origins: dict[int, type] = {}
        self._unions: dict[Any, ModelUnion] = {}

    def _show_list(self, field: Array) -> Shown:
        item = self.show(field.inner)
        write = partial(dump_value, field.inner)
        of_set = make_set_converter(write, item.convert)
        convert = of_set if field.unique else make_list_converter(item.convert)
        return Shown(StrawberryList(item.type), convert)

    def _show_tuple(self, field: UniformArray) -> Shown:
        item = self.show(field.tuple_fields[0])
        return Shown(StrawberryList(item.type), make_list_converter(item.convert))

    def _show_union(self, field: OneOf) -> Shown:
        """Return a union of models; equal unions are one type."""
        members = list(field.members.values())
        definitions = {id(member): self._define_model(member) for member in members}

        def find_type(value: Any) -> Any:
            return definitions[id(field.find_member(value))]

        types = [definition.origin for definition in definitions.values()]
        name, description = field.title, field.metadata.get("description")
        union = ModelUnion(None, types, find_type, description)
        return self._keep_union(union, name, members[0].origin)

    def _keep_union(self, union: ModelUnion, name: str, origin: type) -> Shown:
        """Return the union of a name and of some types that was made first."""
        key = (name, *(id(annotation.annotation) for annotation in union.type_annotations))
        if key not in self._unions:
            self._names.name(union, name, origin)
            self._unions[key] = union
        return Shown(self._unions[key])

    def join(
        self, models: Sequence[fields.Field[Any]], others: Sequence[Any], named: StrawberryUnion
    ) -> Shown:
        """Return a union of models and of types of Strawberry.

        :param others: the types of Strawberry.
        :param named: has the name and the description, if the annotation has them.
        """
        members = [member for field in models for member in find_models(field)]
        definitions = {id(member): self._define_model(member) for member in members}

        def find_type(value: Any) -> Any:
            member = None if hasattr(value, DEFINITION) else choose_model(members, value)
            return None if member is None else definitions[id(member)]

        types = [*(definition.origin for definition in definitions.values()), *others]
        union = ModelUnion(named.graphql_name, types, find_type, named.description)
        return Shown(union)

    def _show_model(self, field: ModelValue) -> Shown:
        return Shown(self._define_model(field).origin)

    def _define_model(self, field: ModelValue) -> Any:
        """Return the definition of a model's type; its fields are added after it is known."""
        if DEFINITION in vars(field.origin):
            definition = vars(field.origin)[DEFINITION]
            self._names.reserve(definition.name)
            return definition
        schema: Any = field.schema
        made = self._models.get(type(schema))
        if made is None:
            cls, is_page = field.origin, issubclass(field.origin, Paged)
            name = field.model.name + ("Connection" if is_page else "")
            made = self._models[type(schema)] = define_type(name, cls, describe_class(cls))
            self.origins[id(made)] = cls
            self._names.name(made, name, cls)
            make_fields = self._connect if is_page else self._make_fields
            add_fields(made, make_fields(schema))
        return made

    def _connect(self, schema: ModelSchema) -> Iterator[ModelAttribute]:
        """Yield the fields of a connection."""
        name, cls = f"{schema.model.name}Edge", schema.model.origin
        edge = define_type(name, cls, "An item of a page.")
        self._names.name(edge, name, cls)
        return make_connection_fields(schema, self.show, edge)

    def _make_fields(self, schema: ModelSchema) -> Iterator[ModelAttribute]:
        """Yield the fields of a type."""
        for key, field in schema.dump_fields.items():
            shown = self.show(field)
            if may_be_absent(schema, key) and not accepts_null(field):
                shown = shown.optional()
            read = make_field_reader(schema, key, shown.convert)
            name = schema.model_fields[key].name
            yield ModelAttribute(wire_name(key, field), shown, read, field.metadata, name)


def may_be_absent(schema: ModelSchema, key: str) -> bool:
    """Return whether an object may lack a field, which has no default then."""
    described = schema.model_fields[key]
    return described.may_be_absent or not (described.required or schema.has_default(key))
