"""A schema of Strawberry whose fields are functions with annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from flask_typed.graphql.attributes import install_readers
from flask_typed.graphql.faults import InputFault, InputInvalid
from flask_typed.graphql.types import GraphTypes
from flask_typed.libraries.strawberry import find_core_schema
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.types import default_registry
from graphql import GraphQLError, print_type
from marshmallow import missing
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver


class Argument:
    """An argument with a default."""

    def __init__(self, annotation: Any, default: Any = missing) -> None:
        self.annotation = annotation
        self.default = default


def stand_in() -> int:
    """Stand for a resolver: Strawberry reads its annotations."""
    raise NotImplementedError  # pragma: no cover: never called


class Graph:
    """Fields of a query, and the schema of them.

    :param config: of Strawberry.
    """

    def __init__(
        self, factory: SchemaFactory | None = None, config: StrawberryConfig | None = None
    ) -> None:
        self.factory = factory or SchemaFactory(default_registry())
        self.config = config or StrawberryConfig()
        self.types = GraphTypes(self.factory, self.config.name_converter)
        self._fields: list[StrawberryField] = []
        self._made: strawberry.Schema | None = None

    def add(self, name: str, returns: Any, function: Callable[..., Any], **arguments: Any) -> Graph:
        """Add a field whose value a function returns."""
        shown = self.types.make_output(returns)
        declared = {
            key: one if isinstance(one, Argument) else Argument(one)
            for key, one in arguments.items()
        }
        inputs = {
            key: self.types.make_input(one.annotation, key, one.default)
            for key, one in declared.items()
        }
        field = StrawberryField(
            python_name=name, graphql_name=name, type_annotation=StrawberryAnnotation(shown.type)
        )
        field.base_resolver = StrawberryResolver(stand_in)
        field.arguments = [
            StrawberryArgument(key, key, StrawberryAnnotation(one.annotation), default=one.default)
            for key, one in inputs.items()
        ]

        def get_result(source: Any, info: Any, args: Any, kwargs: Mapping[str, Any]) -> Any:
            values = {key: inputs[key].load(value) for key, value in kwargs.items()}
            made = function(**values)
            return made if shown.convert is None or made is None else shown.convert(made)

        field.get_result = get_result  # type: ignore[method-assign]  # of this field
        self._fields.append(field)
        return self

    def echo(self, annotation: Any, default: Any = missing) -> Graph:
        """Add a field ``echo`` that returns its argument ``value``."""
        given = default if default is not missing else None
        return self.add(
            "echo", annotation, lambda value=given: value, value=Argument(annotation, default)
        )

    @property
    def schema(self) -> strawberry.Schema:
        """The schema, made at its first use."""
        if self._made is None:
            self._made = self.make_schema()
        return self._made

    def make_schema(self) -> strawberry.Schema:
        """Return the schema of the fields."""
        query = strawberry.type(type("Query", (), {"__annotations__": {"nothing": int}}))
        fields = self._fields

        class TypedSchema(strawberry.Schema):
            def get_fields(self, type_definition: Any) -> list[StrawberryField]:
                return fields if type_definition.name == "Query" else type_definition.fields

        options: dict[str, Any] = {
            "scalar_overrides": self.types.scalars,
            "config": self.config,
        }
        made = TypedSchema(query, **options)
        if self.types.settle_names():
            made = TypedSchema(query, **options)
        install_readers(find_core_schema(made))
        return made

    def show(self, name: str) -> str:
        """Return the definition of a type without descriptions."""
        kind = find_core_schema(self.schema).type_map[name]
        lines = re.sub(r'""".*?"""', "", print_type(kind), flags=re.DOTALL).splitlines()
        return "\n".join(filter(str.strip, lines))

    def type_of(self, name: str) -> str:
        """Return the type of a field of the query."""
        return str(find_core_schema(self.schema).query_type.fields[name].type)

    def type_of_argument(self, name: str, argument: str) -> str:
        """Return the type of an argument of a field of the query."""
        fields = find_core_schema(self.schema).query_type.fields
        return str(fields[name].args[argument].type)

    def run(self, query: str, **variables: Any) -> Any:
        """Return the data of a query."""
        result = self.schema.execute_sync(query, variables)
        assert result.errors is None
        return result.data

    def run_with_faults(self, query: str, **variables: Any) -> list[InputFault]:
        """Return the faults of the arguments of a query."""
        (error,) = self.find_errors(query, **variables)
        assert isinstance(error.original_error, InputInvalid)
        return error.original_error.faults

    def run_with_error(self, query: str, **variables: Any) -> str:
        """Return the message of the first error of a query."""
        return self.find_errors(query, **variables)[0].message

    def find_errors(self, query: str, **variables: Any) -> list[GraphQLError]:
        """Return the errors of a query."""
        return self.schema.execute_sync(query, variables).errors or []
