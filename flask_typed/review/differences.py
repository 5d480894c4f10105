"""What changed between two documents, and what of that breaks those who use the API.

Breaking is what a client cannot know: a request that was accepted is refused or has another effect,
or an answer holds what no answer held. A key that is added to an answer breaks nobody: clients
ignore what they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .references import Keywords, follow
from .schemas import Difference, SchemaComparison

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    :param operation: method and path, as the newer document has them.
    :param where: the part of the operation, if it is not the whole.
    """

    breaking: bool
    operation: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return a line for people."""
        part = f"{self.where}: " if self.where else ""
        return f"{self.operation}: {part}{self.what}"


@dataclass(frozen=True, slots=True)
class Place:
    """One operation in one document.

    :param parameters: by place and name.
    """

    document: Keywords
    operation: Keywords
    parameters: Mapping[tuple[str, str], Keywords]


def compare_documents(old: Keywords, new: Keywords) -> Iterator[Change]:
    """Yield what changed, operation by operation."""
    known, current = dict(read_operations(old)), dict(read_operations(new))
    for key, (name, place) in known.items():
        if key not in current:
            yield Change(True, name, "", "the operation is gone")
        else:
            newer, other = current[key]
            yield from OperationComparison(newer, place, other).compare()
    for key, (name, _) in current.items():
        if key not in known:
            yield Change(False, name, "", "the operation is new")


def read_operations(document: Keywords) -> Iterator[tuple[tuple[str, str], tuple[str, Place]]]:
    """Yield the operations by path, whatever its variables are called, and method."""
    for path, said in document.get("paths", {}).items():
        item = follow(document, said)
        for method, operation in read_methods(item):
            if isinstance(operation, Mapping):
                parameters = {
                    key: parameter
                    for part in (item, operation)
                    for key, parameter in read_parameters(document, path, part)
                }
                place = Place(document, operation, parameters)
                yield (strip_names(path), method), (f"{method} {path}", place)


def strip_names(path: str) -> str:
    """Return a path without the names of its variables, of which a client sees nothing."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def read_methods(item: Keywords) -> Iterator[tuple[str, Any]]:
    """Yield the operations of a Path Item Object by method, in capitals."""
    yield from ((method.upper(), item[method]) for method in METHODS if method in item)
    yield from item.get("additionalOperations", item.get("x-additionalOperations", {})).items()


def read_parameters(
    document: Keywords, path: str, part: Keywords
) -> Iterator[tuple[tuple[str, str], Keywords]]:
    """Yield parameters by place and name; a path's by their position, headers without case."""
    variables = re.findall(r"\{([^}]*)\}", path)
    for said in part.get("parameters", ()):
        parameter = follow(document, said)
        location, name = parameter.get("in", ""), parameter.get("name", "")
        if location == "path" and name in variables:
            name = str(variables.index(name))
        elif location == "header":
            name = name.lower()
        yield (location, name), parameter


class OperationComparison:
    """Compares one operation of two documents."""

    def __init__(self, name: str, old: Place, new: Place) -> None:
        self._name = name
        self._old = old
        self._new = new

    def compare(self) -> Iterator[Change]:
        """Yield what changed."""
        yield from self._compare_words()
        yield from self._compare_parameters()
        yield from self._compare_bodies()
        yield from self._compare_answers()
        yield from self._compare_security()

    def _change(self, breaking: bool, where: str, what: str) -> Change:
        return Change(breaking, self._name, where, what)

    def _compare_words(self) -> Iterator[Change]:
        old, new = self._old.operation, self._new.operation
        if new.get("deprecated") and not old.get("deprecated"):
            yield self._change(False, "", "it is deprecated now")
        names = [operation.get("operationId") for operation in (old, new)]
        if names[0] != names[1]:
            what = f"operationId is {names[1]!r}, and was {names[0]!r}: clients are generated anew"
            yield self._change(False, "", what)

    def _compare_parameters(self) -> Iterator[Change]:
        old, new = self._old.parameters, self._new.parameters
        for (location, key), parameter in old.items():
            where = f"{location} {parameter.get('name')!r}"
            if (location, key) not in new:
                yield self._change(True, where, "the parameter is gone")
                continue
            other = new[location, key]
            if other.get("required") and not parameter.get("required"):
                yield self._change(True, where, "the parameter is required now")
            elif parameter.get("required") and not other.get("required"):
                yield self._change(False, where, "the parameter may be left out now")
            styles = [read_style(location, one) for one in (parameter, other)]
            if styles[0] != styles[1]:
                yield self._change(
                    True, where, f"it is written as {styles[1]}, and was {styles[0]}"
                )
            yield from self._compare_content(
                read_content(parameter), read_content(other), where, "in"
            )
        for (location, key), parameter in new.items():
            if (location, key) not in old:
                required = bool(parameter.get("required"))
                what = f"the parameter is new{' and required' if required else ''}"
                where = f"{location} {parameter.get('name')!r}"
                yield self._change(required and location != "path", where, what)

    def _compare_bodies(self) -> Iterator[Change]:
        old, new = (
            follow(p.document, p.operation.get("requestBody")) for p in (self._old, self._new)
        )
        needed, needs = bool(old.get("required")), bool(new.get("required"))
        if old and not new:
            yield self._change(True, "body", "no body is taken now")
        elif needs and not needed:
            yield self._change(True, "body", "a body is required now")
        elif needed and not needs:
            yield self._change(False, "body", "the body may be left out now")
        if old and new:
            yield from self._compare_content(
                old.get("content", {}), new.get("content", {}), "body", "in"
            )

    def _compare_answers(self) -> Iterator[Change]:
        old, new = (p.operation.get("responses", {}) for p in (self._old, self._new))
        for status, answer in old.items():
            succeeds = status.startswith(("2", "3"))
            if status not in new:
                yield self._change(succeeds, status, "the answer is gone")
                continue
            was, now = follow(self._old.document, answer), follow(self._new.document, new[status])
            yield from self._compare_content(
                was.get("content", {}), now.get("content", {}), status, "out"
            )
            yield from self._compare_headers(was.get("headers", {}), now.get("headers", {}), status)
        for status in new:
            if status not in old:
                yield self._change(False, status, "the answer is new")

    def _compare_headers(self, old: Keywords, new: Keywords, status: str) -> Iterator[Change]:
        """Yield what changed about the headers of an answer."""
        current = {name.lower(): header for name, header in new.items()}
        for name, said in old.items():
            where = f"{status} header {name!r}"
            header = follow(self._old.document, said)
            other = follow(self._new.document, current.pop(name.lower(), None))
            if not other:
                yield self._change(True, where, "the header is gone")
                continue
            if header.get("required") and not other.get("required"):
                yield self._change(True, where, "the header may be missing now")
            yield from self._compare_content(
                read_content(header), read_content(other), where, "out"
            )
        for name in current:
            yield self._change(False, f"{status} header {name!r}", "the header is new")

    def _compare_content(
        self, old: Keywords, new: Keywords, where: str, side: Literal["in", "out"]
    ) -> Iterator[Change]:
        """Yield what changed about what is sent in each media type."""
        for media_type, said in old.items():
            kind = f"{where} {media_type}" if len({*old, *new}) > 1 else where
            if media_type not in new:
                yield self._change(True, kind, f"{media_type} is {words(side)} no more")
                continue
            comparison = SchemaComparison(self._old.document, self._new.document, side)
            schemas = (content.get("schema", {}) for content in (said, new[media_type]))
            for difference in comparison.compare(*schemas):
                place = f"{kind} {difference.place}" if difference.place else kind
                yield self._change(is_breaking(difference, side), place, difference.what)
        for media_type in new:
            if media_type not in old:
                what = f"{media_type} is {words(side)} now"
                yield self._change(False, where, what)

    def _compare_security(self) -> Iterator[Change]:
        """Yield what changed about who is let in: each old way has to be enough."""
        olds, news = (
            p.operation.get("security", p.document.get("security", [])) or [{}]
            for p in (self._old, self._new)
        )
        for way in olds:
            if not any(is_enough(way, wanted) for wanted in news):
                yield self._change(True, "security", f"{say_way(way)} is not enough now")
        for way in news:
            if any(is_enough(known, way) for known in olds) and not any(
                is_enough(way, known) for known in olds
            ):
                yield self._change(False, "security", f"{say_way(way)} is enough now")


def is_breaking(difference: Difference, side: Literal["in", "out"]) -> bool:
    """Say whether a difference of schemas breaks clients that write, or read, such values."""
    return difference.kind in ("other", "narrower" if side == "in" else "wider")


def words(side: Literal["in", "out"]) -> str:
    """Return what is done with values."""
    return "taken" if side == "in" else "sent"


def read_content(parameter: Keywords) -> Keywords:
    """Return what a parameter or a header holds, by media type; most hold a schema."""
    content: Keywords = parameter.get("content") or {"": {"schema": parameter.get("schema", {})}}
    return content


def read_style(location: str, parameter: Keywords) -> str:
    """Return how a parameter is written, OpenAPI's defaults counted."""
    style = parameter.get("style", "form" if location in ("query", "cookie") else "simple")
    exploded = parameter.get("explode", style == "form")
    return f"{style}{' exploded' if exploded else ''}"


def is_enough(way: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Say whether what is brought for one way is all that another asks for."""
    return all(name in way and set(scopes) <= set(way[name]) for name, scopes in wanted.items())


def say_way(way: Mapping[str, Any]) -> str:
    """Return what a client brings."""
    parts = [f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in way.items()]
    return " and ".join(parts) or "no authentication"
