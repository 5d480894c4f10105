"""From the annotation of a stream to its outcome: the kind of the stream, and the field of an item.

Registration time.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable
from typing import Any, get_args

from ..declare.markers import MediaType
from ..declare.replies import Reply, Returns
from ..declare.streams import EventStream
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint, is_type_variable, read_hint
from ..schemas.metadata import Position, reject_unread
from .operation import Outcome
from .phrases import phrase

#: The types of a view that yields its items, or returns an iterator of them.
ITERATORS = (
    *(abc.Iterator, abc.Iterable, abc.Generator),
    *(abc.AsyncIterator, abc.AsyncIterable, abc.AsyncGenerator),
)
#: The names of JSON Lines; the first one is sent if the annotation has none.
LINES = (
    *("application/jsonl", "application/x-ndjson", "application/ndjson"),
    *("application/jsonlines", "application/x-jsonlines"),
)
EVENTS = "text/event-stream"
#: The descriptions of streams in the document.
LINES_WORDS = "A stream of JSON Lines: each line is one value."
EVENTS_WORDS = "A stream of server-sent events: the data of each event is one value."
#: Positions in the annotation of a stream where constraints have no effect.
ON_STREAM = Position("on a stream", (MediaType, Returns), "Write it on the type of the items.")
ON_EVENTS = Position("on a stream of events", (Returns,), "Write it on the type of the items.")
ON_TEXT = Position("on what is sent unchanged", (MediaType,), "Check it in the view.")
ON_CHUNK = Position(
    "on a chunk of a stream", (), "Write it on the stream, or check it in the view."
)


def is_stream_hint(hint: Hint) -> bool:
    """Return whether an annotation is one of a stream."""
    return hint.origin is EventStream or hint.origin in ITERATORS


def is_chunk(hint: Hint) -> bool:
    """Return whether the items of a stream are bytes that are not JSON."""
    return hint.type is bytes and not hint.nullable


def reject_stream_in_union(members: Iterable[Any]) -> None:
    """Raise for a stream that is one of several bodies of one status code."""
    hints = [read_hint(member) for member in members]
    streams = [hint for hint in hints if is_stream_hint(hint)]
    if streams and (len(hints) > 1 or streams[0].nullable):
        raise DeclarationError(
            f"{streams[0]} is a stream, and one of several bodies of one status code.",
            instead=(
                "Give the other bodies status codes of their own by a subclass of Reply, and errors"
                " a Problem."
            ),
        )


def make_stream_outcome(
    hint: Hint, status: int, factory: SchemaFactory, reply: type[Reply[Any]] | None
) -> Outcome:
    """Return the outcome of a stream.

    :raises DeclarationError: for a stream without the type of its items, and for a media type that
        is not one of the stream.
    """
    arguments = get_args(hint.type)
    if not arguments or is_type_variable(arguments[0]):
        raise DeclarationError(
            f"{hint} is a stream without the type of its items.",
            instead=f"Write it: `{hint.origin.__name__}[Book]`.",
        )
    item = read_hint(arguments[0])
    if hint.origin is EventStream:
        return make_event_stream(hint, arguments[0], item, status, factory, reply)
    reject_unread(hint, ON_STREAM, factory.registry)
    named = [name for marker in hint.find(MediaType) for name in marker.names]
    may_be_lines = set(named) <= set(LINES)
    is_text = item.type is str and not (item.nullable or may_be_lines)
    if is_chunk(item) or is_text:
        reject_unread(item, ON_CHUNK, factory.registry)
        media_types = tuple(named) or ("application/octet-stream",)
        words = phrase(status)
        return Outcome(status, None, media_types, words, item.type, reply, stream="raw")
    if not may_be_lines:
        raise DeclarationError(
            f"The items of {hint} are written as JSON Lines, but {named[0]} is another format.",
            instead=f"Name one of {', '.join(LINES)}, or none. Text and bytes may have any.",
        )
    field = factory.shared(arguments[0])
    media_types = tuple(named) or LINES[:1]
    return Outcome(status, field, media_types, LINES_WORDS, None, reply, stream="lines")


def make_event_stream(
    hint: Hint,
    annotation: Any,
    item: Hint,
    status: int,
    factory: SchemaFactory,
    reply: type[Reply[Any]] | None,
) -> Outcome:
    """Return the outcome of a stream of events.

    :param annotation: of the data of an event.
    """
    reject_unread(hint, ON_EVENTS, factory.registry)
    is_text = item.type is str and bool(item.find(MediaType))  # not JSON, but HTML, for instance
    if is_text:
        reject_unread(item, ON_TEXT, factory.registry)
    field = None if is_text else factory.shared(annotation)
    raw = str if is_text else None
    return Outcome(status, field, (EVENTS,), EVENTS_WORDS, raw, reply, stream="events")
