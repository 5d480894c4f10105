"""The requests that are sent for an operation, and what their answers may be.

Development time. The cases are the same in each run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..outside.bodies import BodyBytes, encode_body, find_body_kind
from ..outside.operations import ApiBody, ApiInput, ApiOperation
from ..outside.values import ApiSchemas
from ..publish.samples import NO_VALUE
from ..review.schemas import shorten_json
from .edges import Edge, EdgeFinder
from .sent_edges import BODY_EDGES, find_no_edges, find_text_edges, is_sendable

#: What a request is: valid, invalid, without credentials, or in another media type.
CaseKind = Literal["valid", "invalid", "anonymous", "unsupported"]

#: A media type that no document has.
UNKNOWN_TYPE = "application/x-not-in-the-document"
#: Location and name.
InputKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One request.

    :param words: what is special about it.
    :param values: of the parameters.
    :param about: the parameter that is special, if one is.
    """

    operation: ApiOperation
    kind: CaseKind
    words: str
    values: Mapping[InputKey, Any]
    body: BodyBytes | None = None
    about: InputKey | None = None


class CaseMaker:
    """Makes the cases of one operation.

    :param schemas: of requests.
    """

    def __init__(self, schemas: ApiSchemas, operation: ApiOperation) -> None:
        self._schemas = schemas
        self._operation = operation
        self._edges = EdgeFinder(schemas)
        self._inputs = {(one.location, one.name): one for one in operation.inputs}
        self._bodies = [one for one in operation.bodies if find_body_kind(one.media_type)]

    def make(self) -> Iterator[Case]:
        """Yield the cases, a valid one first; none if no valid request is known."""
        plain = self._make_valid("is valid", self._pick_values(lean=True), lean=True)
        if plain is None:
            return
        yield plain
        if self._operation.credentials:
            yield replace(plain, kind="anonymous", words="has no credentials")
        values = self._pick_values()
        full = self._make_valid("has all its inputs", values, lean=False) or plain
        if full != replace(plain, words=full.words):
            yield full
        yield from self._vary_inputs(plain, values)
        yield from self._vary_body(replace(full, values=plain.values))

    def _pick_values(self, *, lean: bool = False) -> dict[InputKey, Any]:
        """Return a valid value of each parameter; of required ones only, if ``lean``."""
        picked = {
            key: pick_input(self._schemas, one)
            for key, one in self._inputs.items()
            if one.required or not lean
        }
        return {k: v for k, v in picked.items() if v is not NO_VALUE or self._inputs[k].required}

    def _make_valid(self, words: str, values: dict[InputKey, Any], *, lean: bool) -> Case | None:
        """Return a valid request; ``None`` if a part of it is not known."""
        body = None
        if self._operation.bodies:
            value = self._pick_body(lean=lean)
            if value is not NO_VALUE:
                body = encode_body(self._schemas, self._bodies[0], value)
            elif self._operation.is_body_required:
                return None
        if NO_VALUE in values.values():
            return None
        return Case(self._operation, "valid", words, values, body)

    def _pick_body(self, *, lean: bool) -> Any:
        """Return a valid value of the first body of a known kind."""
        for body in self._bodies[:1]:
            return pick_body(self._schemas, body, lean=lean)
        return NO_VALUE

    def _vary_inputs(self, plain: Case, full: Mapping[InputKey, Any]) -> Iterator[Case]:
        """Yield the cases of the parameters. Each differs from a valid request in one of them.

        :param full: a value of each parameter.
        """
        for key, one in self._inputs.items():
            if one.required and one.location != "path":
                values = {k: v for k, v in plain.values.items() if k != key}
                words = f"{one} is missing"
                yield replace(plain, kind="invalid", words=words, values=values, about=key)
            if key not in full:
                continue
            for edge in find_text_edges(self._schemas, self._edges, one, full[key]):
                yield replace(
                    plain,
                    kind="valid" if edge.is_valid else "invalid",
                    words=write_edge(str(one), edge, edge.value),
                    values={**plain.values, key: edge.value},
                    about=key,
                )

    def _vary_body(self, full: Case) -> Iterator[Case]:
        """Yield the cases of the body."""
        if full.body is None:
            return
        body = self._bodies[0]
        yield from self._vary_type(full, full.body)
        if self._operation.is_body_required:
            yield replace(full, kind="invalid", words="body is missing", body=None)
        kind = find_body_kind(body.media_type)
        if kind in ("json", "lines"):
            broken = BodyBytes(full.body.content_type, b'{"')
            yield replace(full, kind="invalid", words="body is no JSON", body=broken)
        edges = BODY_EDGES.get(kind or "", find_no_edges)
        value = self._pick_body(lean=False)
        for edge in edges(self._schemas, self._edges, body, value):
            written = encode_body(self._schemas, body, edge.value)
            if not (written.data or self._operation.is_body_required):
                continue  # a form without fields is no body
            words = write_edge("body", edge, find_part(edge))
            kinds: CaseKind = "valid" if edge.is_valid else "invalid"
            yield replace(full, kind=kinds, words=words, body=written)

    def _vary_type(self, full: Case, body: BodyBytes) -> Iterator[Case]:
        """Yield the cases of the other media types, and of one that the document does not have."""
        for other in self._bodies[1:]:
            value = pick_body(self._schemas, other)
            if value is not NO_VALUE:
                written = encode_body(self._schemas, other, value)
                yield replace(full, words=f"body is {other.media_type}", body=written)
        is_any = any("*" in one.media_type for one in self._operation.bodies)
        if body.data and not is_any:
            unknown = BodyBytes(UNKNOWN_TYPE, body.data)
            words = f"body is {UNKNOWN_TYPE}"
            yield replace(full, kind="unsupported", words=words, body=unknown)


def pick_input(schemas: ApiSchemas, target: ApiInput) -> Any:
    """Return a valid value of a parameter whose text is valid too."""
    values = schemas.pick_valid(target.schema, target.examples)
    return next((value for value in values if is_sendable(target, value)), NO_VALUE)


def pick_body(schemas: ApiSchemas, body: ApiBody, *, lean: bool = False) -> Any:
    """Return a valid value of a body. That of bytes does not matter."""
    if find_body_kind(body.media_type) == "bytes":
        return ""
    return schemas.pick(body.schema, body.examples, lean=lean and not body.examples)


def write_edge(place: str, edge: Edge, value: Any) -> str:
    """Return the words for an edge: "body /price is just under its minimum: -0.01"."""
    words = f"{place} {edge.pointer} {edge.words}" if edge.pointer else f"{place} {edge.words}"
    return words if value is NO_VALUE else f"{words}: {shorten_json(value)}"


def find_part(edge: Edge) -> Any:
    """Return the part of a body that an edge is about, or :data:`NO_VALUE` if it is missing."""
    part = edge.value
    for key in read_keys(edge.pointer):
        if isinstance(part, list) and key.isdigit() and int(key) < len(part):
            part = part[int(key)]
        elif isinstance(part, dict) and key in part:
            part = part[key]
        else:
            return NO_VALUE
    return part


def read_keys(pointer: str) -> Iterable[str]:
    """Return the keys of a JSON Pointer."""
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]
