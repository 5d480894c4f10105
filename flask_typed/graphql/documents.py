"""Documents: parsed, bounded and validated once, and kept for the next request.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from ..libraries.strawberry import VALIDATION_RULES
from .limits import TEXT_UNIT, Size, TooLarge, measure_document, reject_values
from .options import GraphQLOptions
from .recent import Recent

#: How many documents are kept, and how long each of them may be, in characters.
MOST_KEPT = 256
LONGEST_KEPT = 16 * 1024
#: How many errors of one document are reported.
MAX_ERRORS = 20
#: The code of documents that exceed a limit.
TOO_LARGE = "OPERATION_TOO_LARGE"


class DocumentRejected(Exception):
    """A document that is not executed.

    :param code: of all its errors.
    """

    def __init__(self, code: str, errors: Sequence[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


@dataclass(frozen=True, slots=True)
class GraphQLDocument:
    """A document that can be executed.

    :param sizes: of its operations, by name.
    :param room: how many values its text can have.
    """

    node: DocumentNode
    sizes: Mapping[str | None, Size]
    room: int

    def find_operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation that a request names, or the only one.

        :raises DocumentRejected: if there is no such operation, or more than one.
        """
        found = get_operation_ast(self.node, name)
        if found is None:
            message = (
                "The document has several operations: name one in operationName."
                if name is None
                else f"The document has no operation {name!r}."
            )
            raise DocumentRejected("OPERATION_RESOLUTION_FAILURE", [GraphQLError(message)])
        return found


class Documents:
    """Makes documents for the requests of an endpoint, and keeps the last ones.

    :param allows_introspection: whether operations may ask for the schema.
    """

    def __init__(
        self, schema: GraphQLSchema, options: GraphQLOptions, *, allows_introspection: bool
    ) -> None:
        self._schema = schema
        self._options = options
        self._hides = not allows_introspection
        own = () if allows_introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *VALIDATION_RULES, *own)
        self._kept: Recent[GraphQLDocument] = Recent()

    def find(self, text: str) -> GraphQLDocument:
        """Return the document of a text.

        :raises DocumentRejected: for one that is not valid, or too large.
        """
        known = self._kept.find(text)
        if known is not None:
            return known
        document = self._make(text)
        if len(text) <= LONGEST_KEPT:
            self._kept.keep(text, document, MOST_KEPT)
        return document

    def bound(
        self,
        document: GraphQLDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        """Reject variables that the arguments of an operation have too often.

        :raises DocumentRejected: for values that are together too large.
        """
        size = document.sizes[operation.name.value if operation.name else None]
        try:
            reject_values(operation, size, variables, document.room)
        except TooLarge as error:
            raise DocumentRejected(TOO_LARGE, [error]) from error

    def _make(self, text: str) -> GraphQLDocument:
        """Parse, bound and validate a text."""
        try:
            node = parse(text, max_tokens=self._options.max_tokens)
            sizes = measure_document(node, self._options)
        except GraphQLSyntaxError as error:
            raise DocumentRejected("GRAPHQL_PARSE_FAILED", [error]) from error
        except TooLarge as error:
            raise DocumentRejected(TOO_LARGE, [error]) from error
        except RecursionError as error:
            deep = GraphQLError("The document is nested too deeply.")
            raise DocumentRejected(TOO_LARGE, [deep]) from error
        errors = validate(
            self._schema, node, self._rules, max_errors=MAX_ERRORS, hide_suggestions=self._hides
        )
        if errors:
            raise DocumentRejected("GRAPHQL_VALIDATION_FAILED", errors)
        room = self._options.max_tokens + len(text) // TEXT_UNIT
        return GraphQLDocument(node, sizes, room)


def is_subscription(operation: OperationDefinitionNode) -> bool:
    """Return whether an operation is a subscription."""
    return operation.operation is OperationType.SUBSCRIPTION


def is_mutation(operation: OperationDefinitionNode) -> bool:
    """Return whether an operation is a mutation."""
    return operation.operation is OperationType.MUTATION
