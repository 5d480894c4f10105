"""Strawberry's private names, and the differences between the versions of graphql-core.

Registration time; imported once the program has imported Strawberry. Checked against
strawberry-graphql 0.320.0 to 0.341.2, with graphql-core 3.3.2.
"""

from __future__ import annotations

from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.scalar import ScalarDefinition, ScalarWrapper

#: The class that executes Strawberry's schemas: resolvers get its record of the field.
EXECUTOR: Any = StrawberryGraphQLCoreExecutionContext
#: The rules that Strawberry adds to those of GraphQL.
VALIDATION_RULES: tuple[Any, ...] = (MaybeNullValidationRule, OneOfInputValidationRule)


def find_core_schema(schema: Any) -> Any:
    """Return the schema of graphql-core of Strawberry's."""
    return schema._schema


class PostponedDefinition(StrawberryObjectDefinition):
    """The definition of a generic class, until the types of a graph are made.

    Strawberry rejects a type argument of any other generic class when it reads an annotation.
    """

    @property
    def is_graphql_generic(self) -> bool:
        """Whether Strawberry puts type arguments in: flask_typed does."""
        return False


def postpone_definition(cls: type) -> Any:
    """Return a definition of a generic class that Strawberry does not look into."""
    return PostponedDefinition(
        name=cls.__name__,
        is_input=False,
        is_interface=False,
        origin=cls,
        description=None,
        interfaces=[],
        extend=False,
        directives=(),
        is_type_of=None,
        resolve_type=None,
        fields=[],
    )


def make_scalar_annotation(definition: ScalarDefinition) -> Any:
    """Return an annotation of a scalar, which needs no entry in the schema's configuration."""
    wrapper = ScalarWrapper(lambda value: value)
    wrapper._scalar_definition = definition
    return wrapper


def is_scalar_annotation(annotation: Any) -> bool:
    """Return whether an annotation is a scalar that a program has defined."""
    return hasattr(annotation, "_scalar_definition")
