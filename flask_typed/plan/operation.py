"""The records that registration makes; requests and the document only read them.

An :class:`Operation` is one view on one URL rule for one HTTP method.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..declare.dependencies import Provider
from ..declare.markers import Location
from ..declare.replies import Reply, Returns
from ..schemas.families.model_schemas import Arguments, by_wire_name, entering_fields
from ..security.schemes import Requirement

#: The media type of a body if the annotation names none.
JSON = "application/json"

#: The key of the request itself among all values of a request.
REQUEST = "#request"

#: What is said of an answer of which nothing is said.
NO_RETURNS = Returns()

#: How a reader's values become arguments: each key is one (``fields``), the whole value is one
#: (``whole``), the keys together make the one (``model``), or those in brackets (``deep``); or
#: the one is the body as it came (``raw``).
ReaderShape = Literal["fields", "whole", "model", "deep", "raw"]


@dataclass(frozen=True)
class Reader:
    """Values that are read from one place of the request in one go, by one schema.

    :param source: the schema, or what it is made of.
    :param argument: except for ``fields``, the key of the value.
    :param optional: except for ``fields``, whether there is a default for it.
    :param media_types: of a body, those that are taken.
    :param alternative: whether it reads from a form what else comes in JSON.
    """

    location: Location
    source: Schema | Arguments
    shape: ReaderShape = "fields"
    argument: str = ""
    optional: bool = False
    media_types: tuple[str, ...] = ()
    alternative: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the one value is the body."""
        return self.shape in ("whole", "raw")

    @cached_property
    def schema(self) -> Schema:
        """The schema; of single arguments, it is made when it is first asked for."""
        return self.source.make() if isinstance(self.source, Arguments) else self.source

    @cached_property
    def fields(self) -> Mapping[str, fields.Field[Any]]:
        """The fields by their names on the wire."""
        if isinstance(self.source, Arguments):
            return by_wire_name(self.source.made)
        return entering_fields(self.source)


@dataclass(frozen=True, slots=True)
class Payload:
    """What kind of body a request has.

    :param kind: ``either`` is JSON or a form, as the client says.
    :param media_types: those that are published, ranges too, the preferred one first.
    :param required: whether a request without a body is refused.
    :param names: for forms, the names of all fields and files.
    """

    kind: Literal["json", "text", "bytes", "form", "either"]
    media_types: tuple[str, ...]
    required: bool
    names: frozenset[str] = frozenset()


def is_among(media_type: str, allowed: Iterable[str]) -> bool:
    """Say whether a media type is one of several, or in one of their ranges: ``image/*``."""
    return any(
        media_type == one
        or (one.endswith("/*") and media_type.startswith(one[:-1]))
        or one == "*/*"
        for one in allowed
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that the return annotation allows.

    :param status: the HTTP status; ``None`` for a ``flask.Response``, which brings its own.
    :param field: writes and describes the body; ``None`` where there is none.
    :param media_types: of the body, the first the one that is sent; none where there is no body.
    :param raw: ``str`` or ``bytes``, if the body is sent as it is instead of as JSON.
    :param reply: the :class:`Reply` class that stands for this outcome; ``None`` for a plain value.
    :param untouched: whether it is a ``flask.Response``, which passes through.
    :param description: a sentence for the document.
    :param headers: the fields of headers that are said to be sent, by name.
    :param cookies: likewise of cookies.
    :param examples: of the body, as it travels.
    :param said: the annotation's own words.
    """

    status: int | None
    field: fields.Field[Any] | None
    media_types: tuple[str, ...]
    description: str
    raw: type[str] | type[bytes] | None = None
    reply: type[Reply[Any]] | None = None
    untouched: bool = False
    headers: Mapping[str, fields.Field[Any]] = dataclasses.field(default_factory=dict)
    cookies: Mapping[str, fields.Field[Any]] = dataclasses.field(default_factory=dict)
    examples: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    said: Returns = NO_RETURNS


@dataclass(frozen=True, slots=True)
class Details:
    """What the document says of an operation in words."""

    summary: str
    description: str
    tags: tuple[str, ...]
    operation_id: str | None
    deprecated: bool
    hidden: bool
    external_docs: Mapping[str, Any] | str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a view or a provider is called with.

    :param keys: for each argument, the key of its value among all values of the request. A value
        that is not there leaves the argument to its default.
    :param constants: arguments that are the same in every request.
    """

    keys: tuple[tuple[str, str], ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)

    def collect(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments by name."""
        arguments = dict(self.constants)
        for name, key in self.keys:
            if key in values:
                arguments[name] = values[key]
        return arguments


@dataclass(frozen=True, slots=True)
class Step:
    """One provider that runs in a request, after all that it depends on.

    :param key: the key of its value.
    :param original: the provider as the annotation says it; an override puts another in its place.
    :param name: the provider as messages call it: function, file and line.
    :param yields: whether it yields its value, and has more to do afterwards.
    """

    key: str
    provider: Provider
    original: Provider
    name: str
    inputs: Inputs
    yields: bool


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A function that is called outside of requests, and the providers that run before it."""

    name: str
    inputs: Inputs
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the work before the view: values are read, then providers run in order.

    :param readers: in the order in which they run; all of them, before any provider.
    """

    readers: tuple[Reader, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One view on one URL rule for one HTTP method.

    :param name: the view as messages call it: function, file and line.
    :param security: what decides who may come in, before the body is read.
    :param work: everything else that the view needs.
    :param inputs: what the view is called with.
    :param fixed: variables of the URL rule that are handed on as they are.
    :param outcomes: the answers that the return annotation allows; none where there is no
        annotation, and the answer is Flask's business.
    :param problems: every kind of error that can be answered, by the view, by a provider, or
        because of what the client sent.
    :param requirements: the ways to be let in, any of which is enough; none for a public operation.
    :param callbacks: requests that the server sends to a client: operations by the expression that
        is their URL, by name.
    """

    name: str
    rule: Rule
    method: str
    security: Phase
    work: Phase
    payload: Payload | None
    inputs: Inputs
    fixed: frozenset[str]
    outcomes: tuple[Outcome, ...]
    problems: tuple[type[HTTPException], ...]
    requirements: tuple[Requirement, ...]
    details: Details
    callbacks: Mapping[str, Mapping[str, Operation]] = field(default_factory=dict)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """What is read from the request, in order."""
        return (*self.security.readers, *self.work.readers)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The providers that run, in order."""
        return (*self.security.steps, *self.work.steps)
