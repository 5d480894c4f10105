"""The operations of an HTTP request: JSON in the body, parameters of a GET, or a form with files.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ..plan.operation import JSON
from ..plan.readers import MULTIPART
from ..wire.decoding import decode_json
from .documents import DocumentRejected
from .execution import SentOperation
from .options import GraphQLOptions
from .persisted import PersistedDocuments
from .uploads import PREFLIGHT, fill_in_files


@dataclass(frozen=True, slots=True)
class Sent:
    """The operations of a request.

    :param operations: each with its error instead, if it cannot be executed.
    :param is_batch: whether they are the items of a list, and so are their results.
    :param is_safe: whether the method allows only queries.
    """

    operations: tuple[SentOperation | DocumentRejected, ...]
    is_batch: bool = False
    is_safe: bool = False


class GraphQLReader:
    """Reads the requests of an endpoint."""

    def __init__(self, options: GraphQLOptions, persisted: PersistedDocuments | None) -> None:
        self._options = options
        self._persisted = persisted

    def read(self, request: Request) -> Sent:
        """Return the operations of a request.

        :raises werkzeug.exceptions.HTTPException: 400 or 415 for a request that is not one.
        """
        if request.method in ("GET", "HEAD"):
            return Sent((self._make(read_parameters(request)),), is_safe=True)
        if self._options.max_body is not None:
            request.max_content_length = self._options.max_body
        if self._options.uploads and request.mimetype == MULTIPART:
            sent = self._read_form(request)
        elif request.mimetype == JSON:
            sent = decode_json(request.get_data())
        else:
            allowed = f"{JSON} or {MULTIPART}" if self._options.uploads else JSON
            raise UnsupportedMediaType(f"The body must be {allowed}.")
        if not isinstance(sent, list):
            return Sent((self._make(sent),))
        if not sent or len(sent) > self._options.max_batch:
            most = self._options.max_batch
            allowed = "Batches are not allowed." if most == 1 else f"A batch has 1 to {most} items."
            raise BadRequest(allowed)
        return Sent(tuple(map(self._make, sent)), is_batch=True)

    def _read_form(self, request: Request) -> Any:
        """Return the operations of a form with files."""
        if not any(name in request.headers for name in PREFLIGHT):
            raise BadRequest(f"A form needs one of the headers {', '.join(PREFLIGHT)}.")
        return fill_in_files(request)

    def _make(self, sent: Any) -> SentOperation | DocumentRejected:
        """Return an operation, or why it cannot be executed."""
        if not isinstance(sent, dict):
            raise BadRequest("An operation is a JSON object.")
        query = sent.get("query")
        variables = sent.get("variables")
        name = sent.get("operationName")
        extensions = sent.get("extensions")
        reject_other(query, str, "query", "a text")
        reject_other(variables, dict, "variables", "an object")
        reject_other(name, str, "operationName", "a text")
        reject_other(extensions, dict, "extensions", "an object")
        try:
            query = self._find_query(query, extensions or {})
        except DocumentRejected as error:
            return error
        return SentOperation(query, variables or {}, name or None)

    def _find_query(self, query: str | None, extensions: Mapping[str, Any]) -> str:
        """Return the text of a document, which may be named by its hash."""
        if self._persisted is not None:
            return self._persisted.find(query, extensions)
        if not query:
            raise BadRequest('The operation has no "query".')
        return query


def read_parameters(request: Request) -> dict[str, Any]:
    """Return the operation in the query parameters of a request."""
    sent: dict[str, Any] = {
        name: request.args[name] for name in ("query", "operationName") if name in request.args
    }
    for name in ("variables", "extensions"):
        text = request.args.get(name)
        if text:
            sent[name] = decode_json(text.encode("utf-8", "surrogatepass"))
    return sent


def reject_other(value: Any, kind: type, name: str, expected: str) -> None:
    """Raise for a member of an operation with a value of another type."""
    if value is not None and not isinstance(value, kind):
        raise BadRequest(f'"{name}" must be {expected}.')
