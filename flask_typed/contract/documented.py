"""For each typed operation of an app, the answers that its document describes.

Publishing time: the documents are made when the first answer is compared, under the app's lock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import RLock
from typing import Any

from apispec import APISpec
from flask import current_app
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from ..declare.documents import Document
from ..plan.operation import Operation
from ..plan.problems import ProblemShapes
from ..publish.converter import Components, TypedConverter
from ..publish.document import MADE, MORE, Api, make_document, write_document
from ..publish.naming import name_components, name_operations
from ..publish.own import name_own
from ..publish.paths import write_path
from ..publish.plain import REFUSED
from ..publish.variants import Direction
from ..review.references import follow
from .records import Answer, Answers, Content, Reader

Keywords = Mapping[str, Any]

#: Shows everything, also what is hidden.
COMPLETE = Document(
    title="All routes",
    version="0",
    openapi_version="3.1.0",
    servers=(),
    tag_objects=(),
    tag_groups={},
    plain_routes=False,
    webhooks=False,
)
#: Any body.
ANY = Content("*/*", {}, None)


class Documented:
    """The answers of an app's operations.

    :param get_api: returns what the app's documents are made of.
    :param documents: that the app publishes.
    :param lock: held while the documents are made.
    """

    def __init__(
        self,
        get_api: Callable[[], Api],
        documents: Sequence[Document],
        lock: RLock,
    ) -> None:
        self._get_api = get_api
        self._documents = tuple(documents)
        self._lock = lock
        self._answers: Mapping[int, Answers | None] = {}

    def find(self, operation: Operation) -> Answers | None:
        """Return the answers of an operation; ``None`` if its document cannot be made."""
        if id(operation) not in self._answers:
            with self._lock:
                if id(operation) not in self._answers:  # routes may have been added since
                    self._answers = self._make(self._get_api())
        return self._answers[id(operation)]

    def _make(self, api: Api) -> Mapping[int, Answers | None]:
        """Return the answers of all operations, by their ids: the app holds them.

        Those of the first document that shows an operation; of one that none shows, those that it
        would publish.
        """
        failure = make_failure(api.shapes)
        found: dict[int, Answers | None] = {}
        for document in self._documents:
            found = {**dict(self._read(api, document, failure)), **found}
        if len(found) < len(api.operations):
            shown = [replace(o, details=replace(o.details, hidden=False)) for o in api.operations]
            would = self._read(replace(api, operations=shown), COMPLETE, failure)
            originals = {id(s): id(o) for s, o in zip(shown, api.operations, strict=True)}
            found = {**{originals[key]: answers for key, answers in would}, **found}
        return found

    def _read(
        self, api: Api, document: Document, failure: Answer
    ) -> Iterator[tuple[int, Answers | None]]:
        """Yield the answers of the operations that a document shows, as its clients read them."""
        named = [o for o in api.operations if not o.details.hidden]
        ids = dict(zip(map(id, named), name_operations(named), strict=True))
        shown = [o for o in named if document.shows(o.rule, o.details.tags)]
        try:
            text = write_document(make_document(api, document))
        except Exception:  # such as one of Document(edit=…): requests are answered all the same
            current_app.logger.exception(
                "A document cannot be made, and no answer is compared with it"
            )
            yield from ((id(operation), None) for operation in shown)
            return
        made = json.loads(text, parse_float=Decimal)
        reader = Reader(made)
        for operation in shown:
            written = find_operation(made, operation, ids[id(operation)])
            if written is not None:
                yield id(operation), Answers(reader.read(find_responses(written)), failure)


def find_operation(document: Keywords, operation: Operation, operation_id: str) -> Keywords | None:
    """Return an Operation Object; ``None`` for one that ``Document(edit=…)`` has taken out."""
    item = follow(document, document.get("paths", {}).get(write_path(operation.rule)))
    key = operation.method.lower()
    more = {**item.get(MORE, {}), **item.get("additionalOperations", {})}
    others = item.get("x-alternatives", {}).get(key, ())
    there = [one for one in (item.get(key), more.get(operation.method), *others) if one]
    named = [one for one in there if one.get("operationId") == operation_id]
    return next(iter(named or (there if len(there) == 1 else ())), None)


def find_responses(operation: Keywords) -> Keywords:
    """Return the responses of an operation.

    Without the range that an operation gets which refuses nothing: it is for whatever stands before
    the app, and would let every mistake of the view pass.
    """
    responses: Keywords = operation.get("responses", {})
    return {key: part for key, part in responses.items() if part != REFUSED}


def make_failure(shapes: ProblemShapes) -> Answer:
    """Return the answer to a failure of the program: in the shape of errors, or in any other."""
    outcome = shapes.outcome(HTTPException)
    if outcome.field is None:
        return Answer((ANY,))
    roots: list[tuple[fields.Field[Any], Direction]] = [(outcome.field, "out")]
    spec = APISpec("", "", MADE)
    names = name_components(roots)
    components = Components(spec, names, name_own(roots, names, set(names.values())))
    schema = TypedConverter(components, "out").field2property(outcome.field)
    content = {name: {"schema": schema} for name in outcome.media_types}
    text = json.dumps({**spec.to_dict(), "x-responses": {"500": {"content": content}}})
    made = json.loads(text, parse_float=Decimal)
    answer = Reader(made).read(made["x-responses"])["500"]
    return replace(answer, contents=(*answer.contents, ANY))
