"""The shape of error responses: RFC 9457 by default, or the ``problem_shape`` of ``Typed``.

The schema of each kind of problem is chosen at registration time, and writes it at request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cache
from typing import Any, cast

from marshmallow import fields
from werkzeug.datastructures import iter_multi_items
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotAcceptable,
    NotFound,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.routing import BaseConverter, IntegerConverter, Rule, UUIDConverter

from ..declare.patches import PatchConflict
from ..declare.problems import COMMON_ARGUMENTS, Problem, RequestInvalid
from ..exceptions import DeclarationError, declared_in
from ..libraries.werkzeug import find_converters
from ..messages.translating import translate_message
from ..schemas.factory import SchemaFactory
from ..schemas.families.scalars import UUID, Integer, String
from ..schemas.fields import dump_value
from ..schemas.hints import resolve_hints
from ..security.requirements import find_refusals
from .callees import locate
from .operation import Operation, Outcome, Reader
from .paths import Converted, path_converters, refuses
from .problem_headers import header_members, write_header
from .returns import make_header_fields, make_outcome

#: The field classes that accept every value of one of werkzeug's converters.
CONVERTER_FIELDS: tuple[tuple[type[BaseConverter], type[fields.Field[Any]]], ...] = (
    (IntegerConverter, Integer),
    (UUIDConverter, UUID),
)

PROBLEM_JSON = "application/problem+json"

#: Makes the body for an error; its return annotation is the schema of every error.
ProblemShape = Callable[[HTTPException], Any]


class ProblemShapes:
    """The shapes of an app's error responses.

    :param shape: a custom shape, or ``None`` for problem details.
    """

    def __init__(self, factory: SchemaFactory, shape: ProblemShape | None = None) -> None:
        self._factory = factory
        self._shape = shape
        self._own = make_own_outcome(shape, factory) if shape else None
        self._outcomes: dict[type[HTTPException], Outcome] = {}
        self._published: dict[int, tuple[Operation, Sequence[type[HTTPException]]]] = {}

    @property
    def is_custom(self) -> bool:
        """Whether the body of an error has a custom shape."""
        return self._own is not None

    def outcome(self, problem: type[HTTPException]) -> Outcome:
        """Return the response to a kind of problem: status code, schema and media type."""
        kind = problem if issubclass(problem, Problem) else Problem
        if kind not in self._outcomes:
            made = self._own or Outcome(
                kind.status, self._factory.json(kind), (PROBLEM_JSON,), kind.title
            )
            members = {member.header: member.annotation for member in header_members(kind)}
            with declared_in(f"problem {kind.__qualname__}"):
                headers = make_header_fields(members, "header", self._factory)
            self._outcomes[kind] = replace(made, headers=headers)
        return self._outcomes[kind]

    def published(self, operation: Operation) -> Sequence[type[HTTPException]]:
        """Return :func:`published_problems`, which documents ask for more than once."""
        key = id(operation)
        if key not in self._published:
            self._published[key] = operation, tuple(published_problems(operation))
        return self._published[key][1]

    def headers(self, error: HTTPException) -> Sequence[tuple[str, str]]:
        """Return the headers of an error: members that are headers, and those that were given.

        :raises ResponseMismatch: for a member that does not fit its annotation.
        """
        has_headers = isinstance(error, Problem) and (error.headers or header_members(type(error)))
        return list(self._write_headers(cast("Problem", error))) if has_headers else ()

    def _write_headers(self, error: Problem) -> Iterator[tuple[str, str]]:
        given = list(iter_multi_items(error.headers or ()))
        names = {name.lower() for name, _ in given}
        made = self.outcome(type(error)).headers
        for member in header_members(type(error)):
            value = getattr(error, member.name)
            if value is not None and member.header.lower() not in names:
                yield member.header, write_header(dump_value(made[member.header], value))
        yield from given

    def fit(self, error: HTTPException, operation: Operation) -> HTTPException:
        """Return the published problem for an error of werkzeug's with the same status code.

        So the response to ``abort(422)`` has the shape of all other 422s. The error is returned
        unchanged if its own shape is published, or if the problem has members of its own.
        """
        if self._own or isinstance(error, Problem):
            return error
        alike = [kind for kind in possible_problems(operation) if kind.code == error.code]
        problem = alike[0] if len(alike) == 1 else HTTPException
        detail = str(error.description or error.name)
        if problem is RequestInvalid:
            return RequestInvalid(errors=[], detail=detail)
        if issubclass(problem, Problem) and not find_problem_members(problem):
            return problem(detail=detail)
        return error

    def value(self, error: HTTPException) -> Any:
        """Return the body for an error, before it is written."""
        return self._shape(error) if self._shape else make_members(error)


def make_own_outcome(shape: ProblemShape, factory: SchemaFactory) -> Outcome:
    """Return the response that a custom shape describes."""
    hints = resolve_hints(shape)
    if "return" not in hints:
        raise DeclarationError(
            "The problem shape has no return annotation.",
            instead="Annotate its return type: it is the schema of every error.",
            where=(locate(shape),),
        )
    with declared_in(f"problem shape {locate(shape)}"):
        return make_outcome(hints["return"], None, factory, None)


def possible_problems(operation: Operation) -> Iterable[type[HTTPException]]:
    """Return every kind of error response of an operation, the declared ones first."""
    problems = list(operation.problems)
    problems += find_refusals(operation.requirements)
    is_closed = operation.query_names is not None
    in_order = sorted(operation.readers, key=is_of_path)  # those of paths take longer
    if is_closed or any(may_refuse(reader, operation.rule) for reader in in_order):
        problems.append(RequestInvalid)
    if operation.is_negotiated:
        problems.append(NotAcceptable)
    if operation.payload:
        problems += [BadRequest, RequestEntityTooLarge, UnsupportedMediaType]
    if any(reader.json_patch for reader in operation.readers):
        problems.append(PatchConflict)
    return dict.fromkeys(problems)


def published_problems(operation: Operation) -> Iterable[type[HTTPException]]:
    """Return every kind of error response that a client may get, including those of routing."""
    problems = list(possible_problems(operation))
    if any(map(refuses, path_converters(operation.rule).values())):
        problems.append(NotFound)
    return dict.fromkeys(problems)


def is_of_path(reader: Reader) -> bool:
    """Return whether a reader reads the variables of the URL."""
    return reader.location == "path"


def may_refuse(reader: Reader, rule: Rule) -> bool:
    """Return whether a reader can find a fault that no URL converter has rejected before."""
    if not is_of_path(reader):
        return True
    converters = find_converters(rule)
    return any(
        field.validators or getattr(field, "checks", ()) or not accepts_all(field, converters[name])
        for name, field in reader.fields.items()
    )


def accepts_all(field: fields.Field[Any], converter: BaseConverter) -> bool:
    """Return whether a field accepts every value of a URL converter."""
    made = [made for kind, made in CONVERTER_FIELDS if isinstance(converter, kind)]
    return isinstance(field, (String, Converted)) or type(field) in made


def make_members(error: HTTPException) -> dict[str, Any]:
    """Return the members of a problem document."""
    if not isinstance(error, Problem):
        return {
            "type": Problem.type,
            "title": translate_message(error.name),
            "status": error.code,
            "detail": translate_message(str(error.description or error.name)),
        }
    # A title or a detail may be a lazy text of flask-babel, which is evaluated here.
    title = translate_message(str(error.title))
    members: dict[str, Any] = {"type": error.type, "title": title, "status": error.status}
    if error.detail is not None:
        members["detail"] = translate_message(str(error.detail))
    for name in find_problem_members(type(error)):
        members[name] = getattr(error, name)
    return members


@cache
def find_problem_members(problem: type[Problem]) -> tuple[str, ...]:
    """Return the names of a problem's own members."""
    taken = {*COMMON_ARGUMENTS, *(member.name for member in header_members(problem))}
    return tuple(field.name for field in dataclass_fields(problem) if field.name not in taken)
