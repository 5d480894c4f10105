"""The shape of error answers: RFC 9457 by default, the user's own if ``Typed`` is given one.

Registration time decides the schema of each kind of problem; request time writes them through it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import cache
from typing import Annotated, Any

from marshmallow import fields
from werkzeug.datastructures import iter_multi_items
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.routing import BaseConverter, IntegerConverter, Rule, UUIDConverter

from ..declare.markers import Header
from ..declare.problems import COMMON, Problem, RequestInvalid
from ..exceptions import DeclarationError, declared_in
from ..schemas.factory import FieldMaker, SchemaFactory
from ..schemas.families.scalars import UUID, Integer, String
from ..schemas.fields import write
from ..schemas.hints import class_hints, join, read_hint, resolve_hints
from ..security.requirements import find_refusals
from .callees import locate
from .operation import Operation, Outcome, Reader
from .paths import Converted, find_converters, path_converters, refuses
from .returns import make_outcome

#: The fields of what werkzeug's converters make: they let nothing else through.
MADE: tuple[tuple[type[BaseConverter], type[fields.Field[Any]]], ...] = (
    (IntegerConverter, Integer),
    (UUIDConverter, UUID),
)

PROBLEM_JSON = "application/problem+json"

#: Makes what is sent for an error; its return annotation is the schema of every error.
ProblemShape = Callable[[HTTPException], Any]


class ProblemShapes:
    """How the errors of an app look.

    :param shape: the user's own shape, or ``None`` for problem details.
    """

    def __init__(self, factory: SchemaFactory, shape: ProblemShape | None = None) -> None:
        self._factory = factory
        self._shape = shape
        self._own = make_own_outcome(shape, factory) if shape else None
        self._outcomes: dict[type[HTTPException], Outcome] = {}

    def outcome(self, problem: type[HTTPException]) -> Outcome:
        """Return how a kind of problem is answered: its status, its schema, its media type."""
        kind = problem if issubclass(problem, Problem) else Problem
        if kind not in self._outcomes:
            made = self._own or Outcome(
                kind.status, self._factory.json(kind), (PROBLEM_JSON,), str(kind.title)
            )
            self._outcomes[kind] = replace(made, headers=self._header_fields(kind))
        return self._outcomes[kind]

    def headers(self, error: HTTPException) -> Iterator[tuple[str, str]]:
        """Yield the headers of an error: members that are headers, and those that were given.

        :raises ResponseMismatch: for a member that does not fit its annotation.
        """
        if not isinstance(error, Problem):
            return
        given = list(iter_multi_items(error.headers or ()))
        names = {name.lower() for name, _ in given}
        made = self.outcome(type(error)).headers
        for member in header_members(type(error)):
            value = getattr(error, member.name)
            if value is not None and member.header.lower() not in names:
                yield member.header, write_header(write(made[member.header], value))
        yield from given

    def _header_fields(self, problem: Any) -> Mapping[str, fields.Field[Any]]:
        make = FieldMaker(self._factory, "header")
        return {
            member.header: make(
                member.annotation,
                place=f"member {member.name!r}, problem {problem.__qualname__}",
                required=not read_hint(member.annotation).nullable,
                metadata=member.words,
            )
            for member in header_members(problem)
        }

    def fit(self, error: HTTPException, operation: Operation) -> HTTPException:
        """Return an error of werkzeug's as the problem that is published for its status.

        So ``abort(422)`` has the shape of all other 422s. The error stays as it is if its own shape
        is published, or if the problem has members that only the program knows.
        """
        if self._own or isinstance(error, Problem):
            return error
        alike = [kind for kind in possible_problems(operation) if kind.code == error.code]
        problem = alike[0] if len(alike) == 1 else HTTPException
        detail = str(error.description or error.name)
        if problem is RequestInvalid:
            return RequestInvalid(errors=[], detail=detail)
        if issubclass(problem, Problem) and not find_names(problem):
            return problem(detail=detail)
        return error

    def value(self, error: HTTPException) -> Any:
        """Return what is sent for an error, before it is written."""
        return self._shape(error) if self._shape else make_members(error)


def write_header(value: Any) -> str:
    """Return the text of a header: several values are joined by commas, as HTTP has it."""
    if isinstance(value, list):
        return ", ".join(map(write_header, value))
    return value if isinstance(value, str) else json.dumps(value)


def make_own_outcome(shape: ProblemShape, factory: SchemaFactory) -> Outcome:
    """Return the answer that a shape of the user's own describes."""
    hints = resolve_hints(shape)
    if "return" not in hints:
        raise DeclarationError(
            "The problem shape has no return annotation.",
            instead="Annotate what it returns: that is the schema of every error.",
            where=(locate(shape),),
        )
    with declared_in(f"problem shape {locate(shape)}"):
        return make_outcome(hints["return"], None, factory, None)


def possible_problems(operation: Operation) -> Iterable[type[HTTPException]]:
    """Return every kind of error that an operation can answer, its own first."""
    problems = list(operation.problems)
    problems += find_refusals(operation.requirements)
    if any(may_refuse(reader, operation.rule) for reader in operation.readers):
        problems.append(RequestInvalid)
    if operation.payload:
        problems += [BadRequest, RequestEntityTooLarge, UnsupportedMediaType]
    return dict.fromkeys(problems)


def published_problems(operation: Operation) -> Iterable[type[HTTPException]]:
    """Return every kind of error that a client may meet: the routing's too."""
    problems = list(possible_problems(operation))
    if any(map(refuses, path_converters(operation.rule).values())):
        problems.append(NotFound)
    return dict.fromkeys(problems)


def may_refuse(reader: Reader, rule: Rule) -> bool:
    """Say whether a reader can find a fault; URL converters have sorted out some of them before."""
    if reader.location != "path":
        return True
    converters = find_converters(rule)
    return any(
        field.validators or not is_sorted_out(field, converters[name])
        for name, field in reader.fields.items()
    )


def is_sorted_out(field: fields.Field[Any], converter: BaseConverter) -> bool:
    """Say whether all that a URL converter lets through is of a field's type."""
    made = [made for kind, made in MADE if isinstance(converter, kind)]
    return isinstance(field, (String, Converted)) or type(field) in made


def make_members(error: HTTPException) -> dict[str, Any]:
    """Return the members of a problem document."""
    if not isinstance(error, Problem):
        return {
            "type": Problem.type,
            "title": error.name,
            "status": error.code,
            "detail": str(error.description or error.name),
        }
    # A title or a detail may be a lazy text of flask-babel, which becomes one here.
    title = str(error.title)
    members: dict[str, Any] = {"type": error.type, "title": title, "status": error.status}
    if error.detail is not None:
        members["detail"] = str(error.detail)
    for name in find_names(type(error)):
        members[name] = getattr(error, name)
    return members


@cache
def find_names(problem: type[Problem]) -> tuple[str, ...]:
    """Return the names of a problem's own members."""
    taken = {*COMMON, *(member.name for member in header_members(problem))}
    return tuple(field.name for field in dataclass_fields(problem) if field.name not in taken)


@dataclass(frozen=True, slots=True)
class HeaderMember:
    """A member of a problem that is a header of its response.

    :param header: the name of the header.
    :param annotation: the type of the value, without the marker.
    :param words: of the marker, for the document.
    """

    name: str
    header: str
    annotation: Any
    words: Mapping[str, Any]


@cache
def header_members(problem: type[Any]) -> tuple[HeaderMember, ...]:
    """Return the members of a problem that are headers of its response."""
    if not issubclass(problem, Problem):
        return ()
    found = []
    for name, annotation in class_hints(problem).items():
        hint = read_hint(annotation)
        for marker in hint.find(Header):
            header = marker.alias or name.replace("_", "-").title()
            others = tuple(item for item in hint.metadata if item is not marker)
            bare = Annotated[(hint.type, *others)] if others else hint.type
            full = join([bare, None]) if hint.nullable else bare
            found.append(HeaderMember(name, header, full, marker.words()))
    return tuple(found)
