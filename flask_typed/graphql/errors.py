"""The errors of a response: problems with their members, nothing of what went wrong inside.

Request time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app, got_request_exception
from graphql import GraphQLError
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized

from ..declare.problems import Problem, RequestInvalid
from ..exceptions import ResponseMismatch
from ..security.problems import InsufficientScope, NotAuthenticated
from ..serve.failing import ProblemWriter, keeps_response
from ..wire.encoding import encode
from .faults import InputInvalid

#: The codes of errors that clients of GraphQL know by other names.
CODES_BY_CLASS: Mapping[type[HTTPException], str] = {
    RequestInvalid: "BAD_USER_INPUT",
    NotAuthenticated: "UNAUTHENTICATED",
    InsufficientScope: "FORBIDDEN",
    Unauthorized: "UNAUTHENTICATED",
    Forbidden: "FORBIDDEN",
}
#: What graphql-core writes before the text of an error of a scalar.
QUOTED = ", but encountered error"
INTERNAL = "INTERNAL_SERVER_ERROR"
#: The code of errors that have no other: an argument or a variable of the wrong type.
BAD_INPUT = "BAD_USER_INPUT"
#: The members of a problem document that the message has.
IN_MESSAGE = ("title", "detail")
WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class ErrorWriter:
    """Writes the errors of the operations of an endpoint.

    :param problems: writes the problem documents of the app.
    :param name: of the endpoint, for the log.
    """

    def __init__(self, problems: ProblemWriter, name: str) -> None:
        self._problems = problems
        self._name = name

    def write_all(self, errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
        """Return the errors of an operation as they are sent."""
        return [self.write(error) for error in errors]

    def write(self, error: GraphQLError) -> dict[str, Any]:
        """Return an error as it is sent: of a program's error, only that there was one."""
        if is_of_request(error):
            message, extensions = self._describe_graphql_error(error)
            message = self._describe_input(error) if message == error.message else message
        else:
            message, extensions = self._describe(find_cause(error))
        return {**write_error_place(error), "message": message, "extensions": extensions}

    def write_rejected(self, errors: Sequence[GraphQLError], code: str) -> list[dict[str, Any]]:
        """Return the errors of a document or a request that is not executed."""
        return [
            {
                **write_error_place(error),
                "message": self._describe_input(error),
                "extensions": {"code": code},
            }
            for error in errors
        ]

    def write_failure(self, error: Exception) -> dict[str, Any]:
        """Return the error of an operation as a whole: of events, or of a provider that closes."""
        message, extensions = self._describe(error)
        return {"message": message, "extensions": extensions}

    def _describe(self, cause: BaseException) -> tuple[str, dict[str, Any]]:
        """Return the message and the extensions of an error."""
        if isinstance(cause, HTTPException) and not keeps_response(cause):
            try:
                return self._describe_problem(cause)
            except ResponseMismatch as error:
                cause = error
        if isinstance(cause, InputInvalid):
            return cause.detail, {"code": BAD_INPUT, "errors": cause.faults}
        if isinstance(cause, GraphQLError) and is_for_client(cause):
            return self._describe_graphql_error(cause)
        return self._describe_internal(cause)

    def _describe_internal(self, cause: BaseException) -> tuple[str, dict[str, Any]]:
        """Return the message and the extensions of a program's error, which is logged."""
        self.log(cause)
        return "Internal Server Error", {"code": INTERNAL}

    def _describe_graphql_error(self, error: GraphQLError) -> tuple[str, dict[str, Any]]:
        """Return the message and the extensions of an error of GraphQL.

        The program may have given it any values.
        """
        extensions = {"code": BAD_INPUT, **(error.extensions or {})}
        try:
            encode([error.message, extensions])
        except (TypeError, ValueError, RecursionError) as reason:
            return self._describe_internal(reason)
        return error.message, extensions

    def _describe_problem(self, error: HTTPException) -> tuple[str, dict[str, Any]]:
        """Return the message and the extensions of an HTTP exception.

        :raises ResponseMismatch: for a member that does not fit its annotation.
        """
        document = json.loads(self._problems.response(error).get_data())
        members = document if isinstance(document, dict) else {}
        message = next((members[one] for one in reversed(IN_MESSAGE) if members.get(one)), None)
        shown = {key: value for key, value in members.items() if key not in IN_MESSAGE}
        return message or error.name, {"code": find_error_code(error), **shown}

    def _describe_input(self, error: GraphQLError) -> str:
        """Return the message of an error of what the client has sent.

        graphql-core quotes any error of a scalar. A ``ValueError`` is how a scalar rejects a value;
        any other is an error of the program, which is logged.
        """
        cause = find_cause(error)
        if isinstance(cause, (GraphQLError, ValueError)):
            return error.message
        self.log(cause)
        return f"{error.message.partition(QUOTED)[0]}."

    def log(self, error: BaseException) -> None:
        """Log an error of the program, as Flask logs those of views."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
        got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
        app.logger.error("Exception in %s", self._name, exc_info=error)


def find_cause(error: GraphQLError) -> BaseException:
    """Return the error that a resolver or a scalar has raised."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def is_of_request(error: GraphQLError) -> bool:
    """Return whether an error is one of a variable or an argument, which the client has sent.

    graphql-core names the place of such an argument in the document. The error of a value that
    does not fit its type has none, and would show the value.
    """
    inner = error.original_error
    return error.path is None or (isinstance(inner, GraphQLError) and bool(inner.nodes))


def is_for_client(cause: GraphQLError) -> bool:
    """Return whether an error of GraphQL comes from a resolver, or from Strawberry itself.

    Strawberry's own errors, such as that of a permission, are subclasses. graphql-core raises the
    others for values that do not fit their types.
    """
    return type(cause) is not GraphQLError or not is_raised_by_graphql(cause)


def is_raised_by_graphql(error: GraphQLError) -> bool:
    """Return whether code of graphql-core has raised an error."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    name = "" if traceback is None else traceback.tb_frame.f_globals.get("__name__", "")
    return str(name).partition(".")[0] == "graphql"


def find_error_code(error: HTTPException) -> str:
    """Return the code of an HTTP exception: that of GraphQL's clients, or of its class."""
    kind = type(error)
    for known, code in CODES_BY_CLASS.items():
        if kind is known or (issubclass(kind, known) and not issubclass(kind, Problem)):
            return code
    return WORD_BOUNDARY.sub("_", kind.__name__).upper()


def write_error_place(error: GraphQLError) -> dict[str, Any]:
    """Return where an error is: in the document, and in the data."""
    place: dict[str, Any] = {}
    if error.locations:
        place["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.path:
        place["path"] = list(error.path)
    return place
