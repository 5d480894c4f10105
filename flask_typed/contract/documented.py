"""The responses that the document describes for each typed operation of an app.

Publishing time: the documents are made when the first response is compared, under the app's lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from apispec import APISpec
from flask import Response, current_app
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from ..exceptions import ResponseDifference
from ..plan.operation import Operation
from ..plan.problems import ProblemShapes
from ..publish.content import Api, DocumentSource
from ..publish.converter import Components, TypedConverter
from ..publish.declared import Document
from ..publish.document import BUILT_VERSION, MORE, make_document
from ..publish.jsontext import write_document
from ..publish.naming import name_components, name_operations
from ..publish.omitting import Omissions
from ..publish.own import name_own
from ..publish.paths import write_path
from ..publish.plain import REFUSED_RESPONSE
from ..publish.variants import Direction
from ..review.references import JSONObject, follow
from .comparing import compare
from .records import Content, DescribedResponse, DescribedResponses, DocumentReader

#: Contains the operations that no other document shows.
COMPLETE = Document(
    title="All routes",
    version="0",
    openapi_version="3.1.0",
    servers=(),
    tag_objects=(),
    tag_groups={},
)
#: Any body.
ANY_BODY = Content("*/*", {}, None)


class Documented:
    """The described responses of an app's operations.

    :param source: the published documents, and their content.
    """

    def __init__(self, source: DocumentSource) -> None:
        self._get_api = source.get_api
        self._documents = source.documents
        self._lock = source.lock
        self.responses: dict[int, DescribedResponses | None] = {}
        self._edited: dict[tuple[int, int], JSONObject] = {}
        self._failure: DescribedResponse | None = None

    def compare(
        self, response: Response, method: str, operation: Operation, limit: int | None
    ) -> Iterator[ResponseDifference]:
        """Yield every difference of a response from its document; none if that cannot be made.

        :param method: of the request.
        :param limit: the maximum number of bytes of a body that is compared.
        """
        responses = self.find(operation)
        if responses is not None:
            yield from compare(response, method, responses, limit)

    def find(self, operation: Operation) -> DescribedResponses | None:
        """Return the responses of an operation; ``None`` if its document cannot be made."""
        if id(operation) not in self.responses:
            with self._lock:
                if id(operation) not in self.responses:
                    self.responses[id(operation)] = self._try_to_make(operation)
        return self.responses[id(operation)]

    def _try_to_make(self, operation: Operation) -> DescribedResponses | None:
        """Return the responses of an operation; ``None`` if its document cannot be made."""
        try:
            return self.make(self._get_api(), operation)
        except Exception:  # such as one of Document(edit=…); the request must not fail
            message = "Responses of %s are not checked: the document cannot be made"
            current_app.logger.exception(message, operation.name)
            return None

    def make(self, api: Api, operation: Operation) -> DescribedResponses | None:
        """Return the responses of an operation in the first document that shows it.

        If no document shows it, a document is made for the check only.
        """
        details = operation.details
        for document in self._documents:
            if not details.hidden and document.shows(operation.rule, details.tags):
                responses = self._read(api, document, operation)
                if responses is not None:
                    return responses
        shown = replace(operation, details=replace(details, hidden=False))
        operations = [shown if one is operation else one for one in api.operations]
        return self._read(replace(api, operations=operations), COMPLETE, shown)

    def _read(
        self, api: Api, document: Document, operation: Operation
    ) -> DescribedResponses | None:
        """Return the responses of an operation in a document; ``None`` if it is not there."""
        made = self._make_document(api, document, operation)
        written = find_operation(made, operation, find_id(api, operation))
        if written is None:
            return None
        self._failure = self._failure or make_failure(api.shapes)
        return DescribedResponses(DocumentReader(made).read(find_responses(written)), self._failure)

    def _make_document(self, api: Api, document: Document, operation: Operation) -> JSONObject:
        """Return a document as clients read it, with one operation if that is enough.

        A whole document may take seconds. It is made only if its author edits it, and made again
        when there are more routes.
        """
        if document.edit is None:
            return make_exactly(api, pick(document, operation))
        key = id(document), len(api.operations)
        if key not in self._edited:
            self._edited[key] = make_exactly(api, document)
        return self._edited[key]


def pick(document: Document, operation: Operation) -> Document:
    """Return a document that shows only the rule of one operation."""
    return replace(
        document,
        blueprints=None,
        tags=None,
        select=lambda rule: rule is operation.rule,
        plain_routes=False,
        webhooks=False,
    )


def make_exactly(api: Api, document: Document) -> JSONObject:
    """Return a document with exact numbers, as clients read it."""
    text = write_document(make_document(api, document))
    made: JSONObject = json.loads(text, parse_float=Decimal)
    return made


def find_id(api: Api, operation: Operation) -> str:
    """Return the operationId of an operation that is not hidden."""
    named = [one for one in api.operations if not one.details.hidden]
    ids = zip(named, name_operations(named), strict=True)
    return next(operation_id for one, operation_id in ids if one is operation)


def find_operation(
    document: JSONObject, operation: Operation, operation_id: str
) -> JSONObject | None:
    """Return an Operation Object; ``None`` if ``Document(edit=…)`` has removed it."""
    item = follow(document, document.get("paths", {}).get(write_path(operation.rule)))
    key = operation.method.lower()
    more = {**item.get(MORE, {}), **item.get("additionalOperations", {})}
    others = item.get("x-alternatives", {}).get(key, ())
    found = [one for one in (item.get(key), more.get(operation.method), *others) if one]
    named = [one for one in found if one.get("operationId") == operation_id]
    return next(iter(named or (found if len(found) == 1 else ())), None)


def find_responses(operation: JSONObject) -> JSONObject:
    """Return the responses of an operation.

    The range for errors from outside the app is left out: any error of the view would match it.
    """
    responses: JSONObject = operation.get("responses", {})
    return {key: part for key, part in responses.items() if part != REFUSED_RESPONSE}


def make_failure(shapes: ProblemShapes) -> DescribedResponse:
    """Return the described response to a failure of the program: a problem, or any other body."""
    outcome = shapes.outcome(HTTPException)
    if outcome.field is None:
        return DescribedResponse((ANY_BODY,))
    roots: list[tuple[fields.Field[Any], Direction]] = [(outcome.field, "out")]
    spec = APISpec("", "", BUILT_VERSION)
    names = name_components(roots)
    own = name_own(roots, names, set(names.values()))
    components = Components(spec, names, own, Omissions())
    schema = TypedConverter(components, "out").field2property(outcome.field)
    content = {name: {"schema": schema} for name in outcome.media_types}
    text = json.dumps({**spec.to_dict(), "x-responses": {"500": {"content": content}}})
    made = json.loads(text, parse_float=Decimal)
    described = DocumentReader(made).read(made["x-responses"])["500"]
    return replace(described, contents=(*described.contents, ANY_BODY))
