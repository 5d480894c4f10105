"""The records that registration makes; requests and the document only read them.

An :class:`Operation` is one view on one URL rule for one HTTP method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..declare.markers import Location
from ..declare.replies import Reply
from ..schemas.objects import entering_fields

#: How a reader's values become arguments: each key is one (``fields``), the whole value is one
#: (``whole``), the keys together make the one (``model``), or those in brackets (``deep``).
Shape = Literal["fields", "whole", "model", "deep"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Values that are read from one place of the request in one go, by one schema.

    :param argument: except for ``fields``, the argument that the value is for.
    :param optional: except for ``fields``, whether the view has a default for it.
    """

    location: Location
    schema: Schema
    shape: Shape = "fields"
    argument: str = ""
    optional: bool = False

    @property
    def fields(self) -> Mapping[str, fields.Field[Any]]:
        """The fields by their names on the wire."""
        return entering_fields(self.schema)


@dataclass(frozen=True, slots=True)
class Payload:
    """What kind of body a request has.

    :param media_types: those that are taken, the preferred one first.
    :param required: whether a request without a body is refused.
    :param names: for forms, the names of all fields and files.
    """

    kind: Literal["json", "form"]
    media_types: tuple[str, ...]
    required: bool
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that the return annotation allows.

    :param status: the HTTP status; ``None`` for a ``flask.Response``, which brings its own.
    :param field: writes and describes the body; ``None`` where there is none.
    :param media_type: of the body; ``None`` where there is none.
    :param raw: ``str`` or ``bytes``, if the body is sent as it is instead of as JSON.
    :param reply: the :class:`Reply` class that stands for this outcome; ``None`` for a plain value.
    :param description: a sentence for the document.
    """

    status: int | None
    field: fields.Field[Any] | None
    media_type: str | None
    description: str
    raw: type[str] | type[bytes] | None = None
    reply: type[Reply[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What the document says of an operation in words."""

    summary: str
    description: str
    tags: tuple[str, ...]
    operation_id: str | None
    deprecated: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One view on one URL rule for one HTTP method.

    :param name: the view as messages call it: function, file and line.
    :param fixed: arguments that the URL rule gives and that are not ours to check.
    :param requests: arguments that take the request object itself.
    :param outcomes: the answers that the return annotation allows; none where there is no
        annotation, and the answer is Flask's business.
    """

    name: str
    rule: Rule
    method: str
    readers: tuple[Reader, ...]
    payload: Payload | None
    fixed: frozenset[str]
    requests: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    problems: tuple[type[HTTPException], ...]
    details: Details
