"""The types of values that another library writes: marshmallow's schemas, and fields of a program.

Registration time. Results are written whole, by their own field, so the generated types read the
keys of JSON. Arguments are JSON for their own field.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from marshmallow import Schema, fields
from strawberry.scalars import JSON
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.unset import UNSET

from ..exceptions import DeclarationError
from ..publish.naming import base_name
from ..publish.variants import Variant, Variants
from ..schemas.families.choices import Choice
from ..schemas.families.model_schemas import wire_name
from ..schemas.fields import TypedField, accepts_null, dump_value
from ..schemas.graph_fields import WrittenBack, is_graphql_name
from ..schemas.marshmallow_forms import find_form
from .attributes import ModelAttribute, make_input_field, make_written_reader
from .choices import EnumTypes
from .definitions import add_fields, define_type, describe_class
from .names import TypeNames, name_input
from .scalars import show_scalar
from .shown import Shown

#: GraphQL's types of JSON Schema's.
TYPES_OF_SCHEMAS = {"string": str, "integer": int, "number": float, "boolean": bool}


class WrittenTypes:
    """Makes the types of JSON values.

    :param is_input: whether they are those of arguments.
    """

    def __init__(self, names: TypeNames, enums: EnumTypes, *, is_input: bool) -> None:
        self._names = names
        self._enums = enums
        self._is_input = is_input
        self._variants = Variants()
        self._made: dict[Variant, Any] = {}

    def show(self, field: WrittenBack) -> Shown:
        """Return the type of the values of a field."""
        return Shown(self._find_type(field.inner), partial(dump_value, field.inner))

    def _find_type(self, field: fields.Field[Any]) -> Any:
        """Return the type of the JSON values of a field."""
        if isinstance(field, fields.Nested):
            made = self._find_nested(field)
            return StrawberryList(made) if field.many or field.schema.many else made
        if isinstance(field, fields.List):
            item = self._find_type(field.inner)
            return StrawberryList(StrawberryOptional(item) if accepts_null(field.inner) else item)
        form = find_form(field)
        if isinstance(form, Choice):
            return self._enums.find_type(form.wire_values)
        shown = show_scalar(form) if form else None
        return (
            shown.type if shown else find_described_type(field, "in" if self._is_input else "out")
        )

    def _find_nested(self, field: fields.Nested) -> Any:
        if isinstance(field, fields.Pluck):
            return self._find_type(field.schema.fields[field.field_name])
        variant = self._variants.find(field)
        if variant not in self._made:
            cls = variant.schema_class
            name = name_input(base_name(variant)) if self._is_input else base_name(variant)
            made = define_type(name, cls, describe_class(cls), is_input=self._is_input)
            self._names.name(made, name, cls)
            self._made[variant] = made
            make = self._make_inputs if self._is_input else self._make_outputs
            add_fields(made, make(variant.schema))
        return self._made[variant].origin

    def _make_outputs(self, schema: Schema) -> Iterator[Any]:
        """Yield the fields of a type of results; marshmallow may leave out those not required."""
        for key, field in schema.dump_fields.items():
            name = reject_schema_key(wire_name(key, field), schema)
            found = self._find_type(field)
            is_present = field.required and not accepts_null(field) and not field.dump_only
            shown = Shown(found if is_present else StrawberryOptional(found))
            yield ModelAttribute(name, shown, make_written_reader(name), field.metadata, key)

    def _make_inputs(self, schema: Schema) -> Iterator[Any]:
        """Yield the fields of a type of arguments."""
        for key, field in schema.load_fields.items():
            name = reject_schema_key(wire_name(key, field), schema)
            found = self._find_type(field)
            is_needed = field.required and not accepts_null(field) and not schema.partial
            shown = Shown(found if is_needed else StrawberryOptional(found))
            yield make_input_field(name, shown, UNSET, field.metadata)


def find_described_type(field: fields.Field[Any], direction: Literal["in", "out"]) -> Any:
    """Return the type of a field by its JSON Schema."""
    schema = field.describe(direction).schema if isinstance(field, TypedField) else {}
    return TYPES_OF_SCHEMAS.get(str(schema.get("type")), JSON)


def reject_schema_key(name: str, schema: Schema) -> str:
    """Return the key of a field of a marshmallow Schema.

    :raises DeclarationError: if it is no name in GraphQL.
    """
    if not is_graphql_name(name):
        raise DeclarationError(
            f"The field {name!r} of {type(schema).__name__} has no name that GraphQL allows.",
            instead="Give it a data_key of ASCII letters, digits and underscores.",
        )
    return name
