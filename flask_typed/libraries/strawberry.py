"""Strawberry's private names, and the differences between the versions of graphql-core.

Any time. Checked against Strawberry 0.341.2 with graphql-core 3.3.2.
"""

from __future__ import annotations

from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

#: The class that executes Strawberry's schemas: resolvers get its record of the field.
EXECUTOR: Any = StrawberryGraphQLCoreExecutionContext
#: The rules that Strawberry adds to those of GraphQL.
VALIDATION_RULES: tuple[Any, ...] = (MaybeNullValidationRule, OneOfInputValidationRule)


def find_core_schema(schema: Any) -> Any:
    """Return the schema of graphql-core of Strawberry's."""
    return schema._schema
