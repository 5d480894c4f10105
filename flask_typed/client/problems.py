"""From an error response to the problem that the server has raised.

Where the client is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from marshmallow import ValidationError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

from ..declare.problems import Problem
from ..plan.operation import Operation
from ..plan.problem_headers import header_members
from ..plan.problems import PROBLEM_JSON, ProblemShapes, find_problem_members, published_problems
from ..wire.decoding import decode_json


def read_problem_document(response: Response) -> Mapping[str, Any] | None:
    """Return the problem document of a response; ``None`` if it has none."""
    if response.mimetype != PROBLEM_JSON:
        return None
    try:
        found = decode_json(response.get_data())
    except BadRequest:
        return None
    return found if isinstance(found, dict) else None


def find_problem(
    operation: Operation,
    shapes: Iterable[ProblemShapes],
    document: Mapping[str, Any],
    response: Response,
) -> HTTPException | None:
    """Return the problem of a document as its class; ``None`` if the operation has none like it.

    :param shapes: those that read members; the first one that can does.
    """
    candidates = list(find_candidates(operation, document, response.status_code))
    for candidate in candidates:
        for shape in shapes:
            made = make_problem(candidate, shape, document, response.headers)
            if made is not None:
                return made
    return None


def find_candidates(
    operation: Operation, document: Mapping[str, Any], status: int
) -> Iterator[type[HTTPException]]:
    """Yield the classes that a document may be of: by its type, else by status and title.

    A title may be translated: the only class of a status counts too.
    """
    alike = [kind for kind in published_problems(operation) if kind.code == status]
    uri, title = document.get("type", Problem.type), document.get("title")
    if uri != Problem.type:
        yield from (kind for kind in alike if getattr(kind, "type", None) == uri)
        return
    plain = [kind for kind in alike if getattr(kind, "type", Problem.type) == Problem.type]
    named = [kind for kind in plain if name_title(kind) == title]
    yield from named or (plain if len(plain) == 1 else ())


def name_title(kind: type[HTTPException]) -> str:
    """Return the title of a kind of problem."""
    return str(kind.title) if issubclass(kind, Problem) else kind().name


def make_problem(
    kind: type[HTTPException], shapes: ProblemShapes, document: Mapping[str, Any], headers: Headers
) -> HTTPException | None:
    """Return a problem with the members of a document; ``None`` if they do not fit."""
    detail = document.get("detail")
    if not issubclass(kind, Problem):
        return kind(description=detail)
    outcome = shapes.outcome(kind)
    schema: Any = outcome.field.schema  # type: ignore[union-attr]  # a model
    members: dict[str, Any] = {}
    try:
        for key, field in schema.model_fields.items():
            made = schema.fields[key]
            if field.name in find_problem_members(kind) and made.data_key in document:
                members[field.name] = made.deserialize(document[made.data_key])
        members.update(
            (member.name, outcome.headers[member.header].deserialize(headers[member.header]))
            for member in header_members(kind)
            if member.header in headers
        )
        return cast("HTTPException", kind(detail=detail, **members))
    except (ValidationError, TypeError):
        return None
