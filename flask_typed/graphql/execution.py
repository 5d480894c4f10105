"""Operations: a document and its variables in, data and errors out.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute,
)

from ..declare.deadlines import DeadlineExceeded
from ..libraries.strawberry import EXECUTOR
from ..serve.timing import TimedStack
from ..wire.encoding import encode
from .documents import DocumentRejected, Documents, GraphQLDocument, is_mutation, is_subscription
from .errors import ErrorWriter
from .running import GraphQLContext, find_run

#: Stands for the object whose methods are the fields of a root type.
ROOT: Any = object()
#: The code of an operation that the request may not have.
NOT_ALLOWED = "OPERATION_NOT_ALLOWED"
#: The JSON of no data.
NULL_DATA = b"null"


@dataclass(frozen=True, slots=True)
class SentOperation:
    """One operation of a request, as it was sent."""

    query: str
    variables: Mapping[str, Any]
    name: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an operation.

    :param data: as JSON.
    :param errors: as they are sent.
    :param was_executed: whether the operation began; otherwise the request is at fault.
    """

    data: bytes
    errors: list[dict[str, Any]]
    was_executed: bool = True

    def write(self) -> bytes:
        """Return the JSON of the response."""
        members = [b'"data":' + self.data] if self.was_executed else []
        if self.errors:
            members.append(b'"errors":' + encode(self.errors))
        return b"{%s}" % b",".join(members)


class Engine:
    """Executes the operations of an endpoint.

    :param schema: of graphql-core.
    :param roots: the objects whose methods are the fields of the root types, by operation.
    :param name: of the endpoint.
    :param hides: whether errors name no fields that the client did not name.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        documents: Documents,
        errors: ErrorWriter,
        roots: Mapping[str, Any],
        name: str,
        *,
        hides: bool,
    ) -> None:
        self.documents = documents
        self.errors = errors
        self.schema = schema
        self._roots = roots
        self.name = name
        self._hides = hides

    def find_document(self, operation: SentOperation, *, is_safe: bool) -> GraphQLDocument:
        """Return the document of an operation.

        :param is_safe: whether only a query is allowed.
        :raises DocumentRejected: for a document or an operation that cannot be executed.
        """
        document = self.documents.find(operation.query)
        node = document.find_operation(operation.name)
        if is_safe and (is_mutation(node) or is_subscription(node)):
            message = f"A GET request cannot be a {node.operation.value}: send it with POST."
            raise DocumentRejected(NOT_ALLOWED, [GraphQLError(message)])
        self.documents.bound(document, node, operation.variables)
        return document

    def reject(self, rejected: DocumentRejected) -> Result:
        """Return the outcome of an operation that is not executed."""
        errors = self.errors.write_rejected(rejected.errors, rejected.code)
        return Result(NULL_DATA, errors, was_executed=False)

    def answer(self, operation: SentOperation, context: GraphQLContext, *, is_safe: bool) -> Result:
        """Execute a query or a mutation, and close its providers.

        :param is_safe: whether only a query is allowed.
        """
        try:
            document = self.find_document(operation, is_safe=is_safe)
        except DocumentRejected as error:
            return self.reject(error)
        node = document.find_operation(operation.name)
        if is_subscription(node):
            message = "A subscription needs a stream: accept text/event-stream or multipart/mixed."
            return self.reject(DocumentRejected(NOT_ALLOWED, [GraphQLError(message)]))
        return self._run(operation, document, context, is_whole=is_mutation(node))

    def _run(
        self,
        operation: SentOperation,
        document: GraphQLDocument,
        context: GraphQLContext,
        *,
        is_whole: bool,
    ) -> Result:
        """Execute an operation, and close its providers.

        The data are written while the providers are open: if a value is not JSON, the operation has
        failed, and nothing of it is stored.

        :param is_whole: whether an error of one field makes the whole operation fail: its providers
            are closed with the error, so that nothing of it is stored, it has no data, and its
            background tasks do not run.
        """
        run = find_run(context)
        run.stack = TimedStack()
        result = failure = None
        data = NULL_DATA
        closing: list[dict[str, Any]] = []
        try:
            with run.stack:
                result = self.execute(document, operation, context)
                failure = find_failure(result) if is_whole else None
                if failure is not None:
                    raise failure
                data = encode(result.data)
        except Exception as error:
            if result is None or isinstance(error, DeadlineExceeded):
                raise
            if error is not failure:
                closing = [self.errors.write_failure(error)]
        errors = [*self.errors.write_all(result.errors or ()), *closing]
        has_failed = failure is not None or bool(closing)
        if has_failed:
            run.drop_tasks()
        return Result(NULL_DATA if has_failed else data, errors, was_executed=was_executed(result))

    def execute(
        self,
        document: GraphQLDocument,
        operation: SentOperation,
        context: GraphQLContext,
        root: Any = ROOT,
    ) -> ExecutionResult:
        """Execute an operation once.

        :param root: the event of a subscription.
        :raises DeadlineExceeded: if the time of the request is over.
        """
        run = find_run(context)
        node = document.find_operation(operation.name)
        result: Any = execute(
            self.schema,
            document.node,
            executor_class=EXECUTOR,
            **self.find_options(operation, node, context, root),
        )
        if isawaitable(result):
            result = run.wait_for(result, self.name)
        if run.interrupted is not None:
            raise run.interrupted
        found: ExecutionResult = result
        return found

    def write_event(self, result: ExecutionResult) -> Result:
        """Return the outcome of an event, whose data may be no JSON."""
        errors = self.errors.write_all(result.errors or ())
        try:
            return Result(encode(result.data), errors)
        except (TypeError, ValueError, RecursionError) as error:
            return Result(NULL_DATA, [*errors, self.errors.write_failure(error)])

    def find_options(
        self,
        operation: SentOperation,
        node: OperationDefinitionNode,
        context: GraphQLContext,
        root: Any = ROOT,
    ) -> dict[str, Any]:
        """Return the options with which graphql-core executes an operation."""
        return {
            "root_value": self._roots.get(node.operation.value) if root is ROOT else root,
            "context_value": context,
            "variable_values": dict(operation.variables),
            "operation_name": operation.name,
            "hide_suggestions": self._hides,
            "operation_extensions": None,
        }


def find_failure(result: ExecutionResult) -> BaseException | None:
    """Return the first error of an operation that was executed."""
    return next((error.original_error or error for error in result.errors or ()), None)


def was_executed(result: ExecutionResult) -> bool:
    """Return whether an operation began: there are data, or an error of a field."""
    return result.data is not None or any(error.path for error in result.errors or ())
