"""The schema of an endpoint: Strawberry's, with our fields.

Setup time.
"""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import StrawberryException
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from ..exceptions import DeclarationError
from .members import MemberMaker


class TypedSchema(strawberry.Schema):
    """A schema whose fields are made by a :class:`MemberMaker`."""

    def __init__(self, maker: MemberMaker, query: type, **options: Any) -> None:
        self._maker = maker
        super().__init__(query, **options)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type; Strawberry calls this."""
        return self._maker.find_fields(type_definition)


def make_schema(maker: MemberMaker, query: type, **options: Any) -> TypedSchema:
    """Return the schema of an endpoint.

    :raises DeclarationError: for a schema that cannot work.
    """
    try:
        return make_named_schema(maker, query, **options)
    except (StrawberryException, GraphQLError, TypeError, ValueError) as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, DeclarationError):
                raise cause from None
            cause = cause.__cause__
        raise DeclarationError(
            f"Strawberry rejects the schema: {error}", instead="See its message."
        ) from error


def make_named_schema(maker: MemberMaker, query: type, **options: Any) -> TypedSchema:
    """Return a schema in which each type has a name of its own.

    A model gets another name if another type has it, which is known once all types are made. A type
    that the program has made with Strawberry keeps its name, and Strawberry rejects the first try.
    """
    try:
        schema = TypedSchema(maker, query, **options)
    except (StrawberryException, TypeError):
        if not maker.types.settle_names():
            raise
        return TypedSchema(maker, query, **options)
    return TypedSchema(maker, query, **options) if maker.types.settle_names() else schema
