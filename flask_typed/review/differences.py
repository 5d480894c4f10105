"""The changes between two documents, and which of them break clients.

A change is breaking if existing clients cannot expect it: a request that was accepted is rejected
or has another effect, or a response contains something new that clients must handle. Adding a key
to a response is not breaking, because clients ignore unknown keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .references import JSONObject, find_schema, follow
from .schemas import Difference, SchemaComparison

#: The keys of a Path Item Object that hold operations.
OPERATION_KEYS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``flask typed diff --format json`` prints these fields.

    :param operation: method and path, as in the newer document.
    :param where: the part of the operation; ``""`` for the whole operation.
    :param what: the change, in words.
    """

    breaking: bool
    operation: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return the change as one line of text."""
        part = f"{self.where}: " if self.where else ""
        return f"{self.operation}: {part}{self.what}"


@dataclass(frozen=True, slots=True)
class DocumentOperation:
    """One operation with the document that it is in.

    :param parameters: by location and name.
    """

    document: JSONObject
    operation: JSONObject
    parameters: Mapping[tuple[str, str], JSONObject]


def compare_documents(old: JSONObject, new: JSONObject) -> Iterator[Change]:
    """Yield the changes, operation by operation."""
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


def read_operations(
    document: JSONObject,
) -> Iterator[tuple[tuple[str, str], tuple[str, DocumentOperation]]]:
    """Yield the operations by method and path. The names of path variables do not count."""
    for path, item_or_reference in document.get("paths", {}).items():
        item = follow(document, item_or_reference)
        for method, operation in read_methods(item):
            if isinstance(operation, Mapping):
                parameters = {
                    key: parameter
                    for part in (item, operation)
                    for key, parameter in list_parameters(document, path, part)
                }
                place = DocumentOperation(document, operation, parameters)
                yield (strip_names(path), method), (f"{method} {path}", place)


def strip_names(path: str) -> str:
    """Return a path without the names of its variables, which clients do not send."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def read_methods(item: JSONObject) -> Iterator[tuple[str, Any]]:
    """Yield the operations of a Path Item Object by method, in upper case."""
    yield from ((method.upper(), item[method]) for method in OPERATION_KEYS if method in item)
    yield from item.get("additionalOperations", item.get("x-additionalOperations", {})).items()


def list_parameters(
    document: JSONObject, path: str, part: JSONObject
) -> Iterator[tuple[tuple[str, str], JSONObject]]:
    """Yield parameters by location and name.

    Path variables are named by position, headers in lower case.
    """
    variables = re.findall(r"\{([^}]*)\}", path)
    for parameter_or_reference in part.get("parameters", ()):
        parameter = follow(document, parameter_or_reference)
        location, name = parameter.get("in", ""), parameter.get("name", "")
        if location == "path" and name in variables:
            name = str(variables.index(name))
        elif location == "header":
            name = name.lower()
        yield (location, name), parameter


class OperationComparison:
    """Compares one operation in two documents."""

    def __init__(self, name: str, old: DocumentOperation, new: DocumentOperation) -> None:
        self._name = name
        self._old = old
        self._new = new

    def compare(self) -> Iterator[Change]:
        """Yield the changes."""
        yield from self._compare_details()
        yield from self._compare_parameters()
        yield from self._compare_bodies()
        yield from self._compare_responses()
        yield from self._compare_security()

    def _change(self, breaking: bool, where: str, message: str) -> Change:
        return Change(breaking, self._name, where, message)

    def _compare_details(self) -> Iterator[Change]:
        old, new = self._old.operation, self._new.operation
        if new.get("deprecated") and not old.get("deprecated"):
            yield self._change(False, "", "it is deprecated now")
        names = [operation.get("operationId") for operation in (old, new)]
        if names[0] != names[1]:
            message = (
                f"operationId changed from {names[0]!r} to {names[1]!r}: generated clients change"
            )
            yield self._change(False, "", message)

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
                yield self._change(False, where, "the parameter is optional now")
            styles = [read_style(location, one) for one in (parameter, other)]
            if styles[0] != styles[1]:
                yield self._change(
                    True, where, f"the style changed from {styles[0]} to {styles[1]}"
                )
            yield from self._compare_content(
                read_content(parameter), read_content(other), where, "in"
            )
        for (location, key), parameter in new.items():
            if (location, key) not in old:
                required = bool(parameter.get("required"))
                message = f"the parameter is new{' and required' if required else ''}"
                where = f"{location} {parameter.get('name')!r}"
                yield self._change(required and location != "path", where, message)

    def _compare_bodies(self) -> Iterator[Change]:
        old, new = (
            follow(p.document, p.operation.get("requestBody")) for p in (self._old, self._new)
        )
        needed, needs = bool(old.get("required")), bool(new.get("required"))
        if old and not new:
            yield self._change(True, "body", "the body is gone")
        elif needs and not needed:
            yield self._change(True, "body", "the body is required now")
        elif needed and not needs:
            yield self._change(False, "body", "the body is optional now")
        if old and new:
            yield from self._compare_content(
                old.get("content", {}), new.get("content", {}), "body", "in"
            )

    def _compare_responses(self) -> Iterator[Change]:
        old, new = (p.operation.get("responses", {}) for p in (self._old, self._new))
        for status, response in old.items():
            succeeds = status.startswith(("2", "3"))
            if status not in new:
                yield self._change(succeeds, status, "the response is gone")
                continue
            was = follow(self._old.document, response)
            now = follow(self._new.document, new[status])
            yield from self._compare_content(
                was.get("content", {}), now.get("content", {}), status, "out"
            )
            yield from self._compare_headers(was.get("headers", {}), now.get("headers", {}), status)
        for status in new:
            if status not in old:
                yield self._change(False, status, "the response is new")

    def _compare_headers(self, old: JSONObject, new: JSONObject, status: str) -> Iterator[Change]:
        """Yield the changes to the headers of a response."""
        current = {name.lower(): header for name, header in new.items()}
        for name, header_or_reference in old.items():
            where = f"{status} header {name!r}"
            header = follow(self._old.document, header_or_reference)
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
        self, old: JSONObject, new: JSONObject, where: str, side: Literal["in", "out"]
    ) -> Iterator[Change]:
        """Yield the changes to the content of each media type."""
        for media_type, known in old.items():
            kind = f"{where} {media_type}" if len({*old, *new}) > 1 else where
            if media_type not in new:
                yield self._change(True, kind, f"{media_type} is no longer {verb_of(side)}")
                continue
            comparison = SchemaComparison(self._old.document, self._new.document, side)
            schemas = (find_schema(media_type, one) for one in (known, new[media_type]))
            was, now = ({} if schema is None else schema for schema in schemas)
            for difference in comparison.compare(was, now):
                place = f"{kind} {difference.place}" if difference.place else kind
                yield self._change(is_breaking(difference, side), place, difference.message)
        for media_type in new:
            if media_type not in old:
                message = f"{media_type} is {verb_of(side)} now"
                yield self._change(False, where, message)

    def _compare_security(self) -> Iterator[Change]:
        """Yield the changes to security. Each old requirement must still be enough."""
        olds, news = (
            p.operation.get("security", p.document.get("security", [])) or [{}]
            for p in (self._old, self._new)
        )
        for requirement in olds:
            if not any(is_enough(requirement, other) for other in news):
                yield self._change(
                    True, "security", f"{describe_requirement(requirement)} is not enough now"
                )
        for requirement in news:
            if any(is_enough(known, requirement) for known in olds) and not any(
                is_enough(requirement, known) for known in olds
            ):
                yield self._change(
                    False, "security", f"{describe_requirement(requirement)} is enough now"
                )


def is_breaking(difference: Difference, side: Literal["in", "out"]) -> bool:
    """Return whether a difference of schemas breaks clients that send or read such values."""
    return difference.kind in ("other", "narrower" if side == "in" else "wider")


def verb_of(side: Literal["in", "out"]) -> str:
    """Return the server's verb for values of a direction."""
    return "accepted" if side == "in" else "sent"


def read_content(parameter: JSONObject) -> JSONObject:
    """Return the content of a parameter or a header by media type; ``""`` if it has a schema."""
    content: JSONObject = parameter.get("content") or {"": {"schema": parameter.get("schema", {})}}
    return content


def read_style(location: str, parameter: JSONObject) -> str:
    """Return the style of a parameter, which may be OpenAPI's default."""
    style = parameter.get("style", "form" if location in ("query", "cookie") else "simple")
    exploded = parameter.get("explode", style == "form")
    return f"{style}{' exploded' if exploded else ''}"


def is_enough(known: Mapping[str, Any], required: Mapping[str, Any]) -> bool:
    """Return whether credentials for one Security Requirement Object satisfy another."""
    return all(
        name in known and set(scopes) <= set(known[name]) for name, scopes in required.items()
    )


def describe_requirement(requirement: Mapping[str, Any]) -> str:
    """Return the schemes and scopes of a Security Requirement Object in words."""
    parts = [
        f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in requirement.items()
    ]
    return " and ".join(parts) or "no authentication"
