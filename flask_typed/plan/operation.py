"""The records that registration makes. Requests and the document only read them.

An :class:`Operation` is one view on one URL rule for one HTTP method.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..declare.dependencies import Provider, Scope
from ..declare.markers import Location
from ..declare.replies import Reply, Returns
from ..declare.settings import PageHeaders
from ..schemas.deep_objects import DeepObject
from ..schemas.families.model_schemas import Arguments, by_wire_name, entering_fields
from ..schemas.formats import is_converted
from ..security.schemes import Requirement
from .deadlines import NO_TIME_LIMIT, TimeLimit
from .keys import RepeatableRequests
from .validators import Conditions, Freshness

#: The media type of a body if the annotation names none.
JSON = "application/json"

#: The key of the request itself among all values of a request.
REQUEST = "#request"

#: The key of the background tasks of the request.
TASKS = "#tasks"

#: The key of the fields that a client chooses, in the environ of a request.
CHOSEN = "flask_typed.fields"

#: The options of a response without ``Returns``.
NO_RETURNS = Returns()

#: How the values of a reader become arguments. ``fields``: each key is one argument. All others are
#: one argument: the whole JSON value (``whole``), an object of all keys (``model``), an object of
#: keys in brackets (``deep``), or the unchanged body (``raw``). An unread body is a file
#: (``stream``), its chunks (``chunks``), or the value of each line (``lines``).
ReaderShape = Literal["fields", "whole", "model", "deep", "raw", "stream", "chunks", "lines"]
UNREAD_SHAPES: tuple[ReaderShape, ...] = ("stream", "chunks", "lines")


@dataclass(frozen=True)
class Reader:
    """Values that one schema reads together from one location of the request.

    :param source: the schema, or the parts of which it is made.
    :param argument: except for ``fields``, the key of the value.
    :param optional: except for ``fields``, whether the argument has a default.
    :param media_types: of a body, the accepted ones.
    :param alternative: whether it reads a form that is accepted in place of JSON.
    :param is_async: whether the value is an async iterator.
    :param json_patch: of a body that may be a JSON Patch, whether this reader reads it, or the
        other one, of all other bodies; ``None`` for any other body.
    :param row: of a body that may come in CSV, the schema that reads a row.
    """

    location: Location
    source: Schema | Arguments
    shape: ReaderShape = "fields"
    argument: str = ""
    optional: bool = False
    media_types: tuple[str, ...] = ()
    alternative: bool = False
    is_async: bool = False
    json_patch: bool | None = None
    row: Schema | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole body is one value."""
        return self.shape in ("whole", "raw", *UNREAD_SHAPES)

    @cached_property
    def schema(self) -> Schema:
        """The schema. A schema of single arguments is made at the first use."""
        return self.source.make() if isinstance(self.source, Arguments) else self.source

    @cached_property
    def fields(self) -> Mapping[str, fields.Field[Any]]:
        """The fields by their names in the request."""
        if isinstance(self.source, Arguments):
            return by_wire_name(self.source.made)
        return entering_fields(self.source)


#: The kinds of bodies. ``either`` is JSON or a form, as the request's content type declares.
PayloadKind = Literal["json", "text", "bytes", "stream", "form", "either"]


@dataclass(frozen=True, slots=True)
class Payload:
    """The kind of body that a request has.

    :param media_types: the published media types and ranges, the preferred one first.
    :param required: whether a request without a body is rejected.
    :param names: for forms, the locations and names of all fields and files; ``None`` if others
        are ignored.
    :param is_open: whether an object in the form decides about other names itself.
    :param max_length: the number of bytes that it may have; ``None`` for the app's limit.
    """

    kind: PayloadKind
    media_types: tuple[str, ...]
    required: bool
    names: frozenset[tuple[Location, str]] | None = frozenset()
    is_open: bool = False
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class QueryNames:
    """The names that a request may have in its query.

    :param objects: of which each key is a name, in brackets.
    """

    names: frozenset[str]
    objects: tuple[DeepObject, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.names or any(field.key_of(name) for field in self.objects)


def is_among(media_type: str, allowed: Iterable[str]) -> bool:
    """Return whether a media type is one of several, or in a range such as ``image/*``."""
    return any(
        media_type == one
        or (one.endswith("/*") and media_type.startswith(one[:-1]))
        or one == "*/*"
        for one in allowed
    )


#: The kinds of streams: JSON Lines, server-sent events, or text and bytes that are sent unchanged.
StreamKind = Literal["lines", "events", "raw"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One response that the return annotation allows.

    :param status: the status code; ``None`` for a ``flask.Response``, which has its own.
    :param field: writes and describes the body; ``None`` if there is no body.
    :param media_types: of the body; the first one is sent. Empty if there is no body.
    :param raw: ``str`` or ``bytes`` if the body is sent unchanged instead of as JSON.
    :param reply: the :class:`Reply` class of this outcome; ``None`` for a plain value.
    :param untouched: whether it is a ``flask.Response``, which is sent unchanged.
    :param description: a sentence for the document.
    :param headers: the fields of the declared headers, by name.
    :param cookies: the fields of the declared cookies, by name.
    :param examples: of the body, in JSON's form.
    :param returns: the ``Returns`` of the annotation.
    :param others: the bodies that are sent unchanged instead, each with its media type, by the
        Python type of the body.
    :param stream: the kind of a stream, whose items are what ``field`` or ``raw`` describes.
    :param page_headers: the style of the headers of a page; ``None`` for any other body.
    :param chosen: the keys that lead to the objects whose fields clients choose; ``None`` if they
        cannot.
    :param enclose: puts what the view returns into the envelope that ``field`` describes.
    :param disclose: takes it out of the envelope, for clients.
    :param is_tuple: whether the view returns a tuple that is put into the envelope.
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
    returns: Returns = NO_RETURNS
    others: Mapping[type, Outcome] = dataclasses.field(default_factory=dict)
    stream: StreamKind | None = None
    page_headers: PageHeaders | None = None
    chosen: tuple[str, ...] | None = None
    enclose: Callable[[Any], Any] | None = None
    disclose: Callable[[Any], Any] | None = None
    is_tuple: bool = False

    @property
    def is_formatted(self) -> bool:
        """Whether the client chooses the media type, or the body is not sent as JSON."""
        is_other = is_converted(self.media_types) and not self.is_sent_unchanged
        return self.is_negotiated or is_other

    @property
    def is_negotiated(self) -> bool:
        """Whether the client chooses among several media types of one body."""
        return len(self.media_types) > 1 and not self.is_sent_unchanged

    @property
    def is_sent_unchanged(self) -> bool:
        """Whether the view makes the bytes of the body, or its items."""
        return bool(self.raw or self.stream or self.untouched)

    def find_for(self, body: Any) -> Outcome:
        """Return the outcome for a body: this one, or that of a body that is sent unchanged."""
        return next((o for kind, o in self.others.items() if isinstance(body, kind)), self)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return annotation allows.

    :param problems: the errors that the view may return as well as raise.
    """

    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[type[HTTPException], ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """The texts and options of an operation in the document."""

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
    """The arguments of a view or a provider.

    :param keys: for each argument, the key of its value among all values of the request. If the
        value is missing, the argument takes its default.
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
    :param original: the provider in the annotation, which an override may replace.
    :param name: of the provider in messages: function, file and line.
    :param yields: whether it yields its value, and runs on after the response.
    :param refuses_function: whether a function as its value would be a mistake: nothing takes it,
        or it is made by security and not of the annotated type.
    :param replaced: the overridden providers that the value is made of, itself included.
    :param max_concurrency: how many requests may use it at once; ``None`` for no limit.
    """

    key: str
    provider: Provider
    original: Provider
    name: str
    inputs: Inputs
    yields: bool
    refuses_function: bool = False
    scope: Scope = "request"
    replaced: frozenset[Provider] = frozenset()
    max_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A function that is called without a request, and the providers that run before it."""

    name: str
    inputs: Inputs
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the work before the view: values are read, then providers run in order.

    :param readers: in the order in which they run. All of them run before the first provider.
    """

    readers: tuple[Reader, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One view on one URL rule for one HTTP method.

    :param name: of the view in messages: function, file and line.
    :param security: authentication and authorization, before the body is read.
    :param work: everything else that the view needs.
    :param inputs: the arguments of the view.
    :param fixed: variables of the URL rule that are passed on unchanged.
    :param outcomes: the responses that the return annotation allows; empty without an annotation,
        when Flask makes the response.
    :param problems: the errors that the view and its providers declare.
    :param requirements: the alternative security requirements, one of which is enough; empty for a
        public operation.
    :param callbacks: requests that the server sends to a client: by name, operations by the
        expression that is their URL.
    :param query_names: the only names that the query may have; ``None`` if it may have any.
    :param is_annotated: whether the view has an annotation at all.
    :param time_limit: how long its requests may take.
    :param max_concurrency: how many requests may be in progress at once; ``None`` for no limit.
    :param conditions: the preconditions of its requests, and the validators of its responses.
    :param freshness: how caches may reuse its successful responses.
    :param unchanged: the response to a client that has the current representation.
    :param repeatable: how its requests are made repeatable.
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
    query_names: QueryNames | None = None
    is_annotated: bool = True
    time_limit: TimeLimit = NO_TIME_LIMIT
    max_concurrency: int | None = None
    conditions: Conditions | None = None
    freshness: Freshness | None = None
    unchanged: Outcome | None = None
    repeatable: RepeatableRequests | None = None

    @property
    def readers(self) -> tuple[Reader, ...]:
        """The readers of the request's values, in order."""
        return (*self.security.readers, *self.work.readers)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The providers that run, in order."""
        return (*self.security.steps, *self.work.steps)

    @property
    def is_negotiated(self) -> bool:
        """Whether the client chooses the media type of a response."""
        return any(outcome.is_negotiated for outcome in self.outcomes)

    @property
    def is_plain(self) -> bool:
        """Whether a value without a reply is a successful response."""
        return any(o.reply is None and o.status and o.status < 300 for o in self.outcomes)

    @property
    def has_tasks(self) -> bool:
        """Whether the view or a provider may add background tasks."""
        return any(map(takes_tasks, (self.inputs, *(step.inputs for step in self.steps))))


def takes_tasks(inputs: Inputs) -> bool:
    """Return whether an argument collects the background tasks of the request."""
    return any(key == TASKS for _, key in inputs.keys)
