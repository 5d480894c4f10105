"""The bodies of streams: each item is checked and written when the client can take it.

Request time.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, got_request_exception, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected, HTTPException, InternalServerError
from werkzeug.wrappers import Response

from ..bridge.iterators import WAITING, ItemSource, make_source
from ..codec.dumping import Dumper
from ..codec.writing import write_body
from ..declare.streams import NO_DATA, Event
from ..exceptions import ResponseMismatch
from ..plan.operation import Outcome
from ..schemas.families.unions import Tagged

#: For how many seconds the first event is waited for, so that its error is an ordinary response.
FIRST_WAIT = 1.0
#: The headers of streams, for proxies and browsers; the view's own win.
HEADERS = {"X-Accel-Buffering": "no"}
EVENT_HEADERS = {**HEADERS, "Cache-Control": "no-cache, no-transform"}
#: Values that can be iterated over, and are one value.
ONE_VALUE = (str, bytes, Mapping)
#: Items that are made already are sent together until they have as many bytes.
MOST_JOINED = 32 * 1024
#: What is sent when there has been no event for some time.
HEARTBEAT = b":\n\n"

#: Returns the body of the response to an error, in the app's shape.
ExplainError = Callable[[HTTPException], bytes]
#: Returns an item as it is sent.
WriteItem = Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Streaming:
    """What the streams of one operation share.

    :param name: of the view in messages.
    :param explain: returns the problem document of an error.
    :param heartbeat: after how many seconds without an event a comment is sent; ``None`` for never.
    """

    name: str
    explain: ExplainError
    heartbeat: float | None


class ItemStream:
    """The body of a stream.

    An error before the first item is raised, so the response is an ordinary one. After it, the
    error is logged, and the client can tell: a stream of events ends with an event ``error`` that
    has a problem document, any other one is cut off.

    :param write: returns an item as it is sent.
    :param has_events: whether it is one of events.
    """

    def __init__(
        self, source: ItemSource, write: WriteItem, streaming: Streaming, *, has_events: bool
    ) -> None:
        self._source = source
        self._write = write
        self._streaming = streaming
        self._has_events = has_events
        self._heartbeat = streaming.heartbeat if has_events else None
        self._count = 0
        self._first: bytes | None = None
        self._has_ended = False
        self._is_closed = False
        self._kept: Exception | None = None

    def start(self) -> None:
        """Make the first item, or wait for it for a moment.

        :raises Exception: any, of what makes the items.
        """
        timeout = None if self._heartbeat is None else min(FIRST_WAIT, self._heartbeat)
        try:
            item = self._source.take(timeout)
        except StopIteration:
            self._has_ended = True
        else:
            self._first = HEARTBEAT if item is WAITING else self._write_next(item)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        if self._has_ended:
            raise StopIteration
        try:
            self._raise_kept()
            item = self._source.take(self._heartbeat)
            if item is WAITING:
                return HEARTBEAT
            written = self._write_next(item)
            return self._join_ready(written) if self._source.has_ready else written
        except (StopIteration, ClientDisconnected):
            self._has_ended = True
            raise
        except Exception as error:
            self._has_ended = True
            return self._tell(error)

    def _write_next(self, item: Any) -> bytes:
        written = self._write(item)
        self._count += 1
        return written

    def _join_ready(self, first: bytes) -> bytes:
        """Return an item with those that are made already: sending each costs more than joining."""
        parts, length = [first], len(first)
        while self._source.has_ready and length < MOST_JOINED:
            try:
                part = self._write_next(self._source.take())
            except Exception as error:  # it is told after the items before it
                self._kept = error
                break
            parts.append(part)
            length += len(part)
        return b"".join(parts)

    def _raise_kept(self) -> None:
        """Raise the error of an item whose predecessors were sent first."""
        error, self._kept = self._kept, None
        if error is not None:
            raise error

    def _tell(self, error: Exception) -> bytes:
        """Log an error, and return the event for it.

        :raises ConnectionResetError: if there are no events, so that the server cuts the stream.
        """
        if not isinstance(error, HTTPException):
            app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
            got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
            app.logger.error(
                "Exception in the stream of %s after item %d on %s [%s]",
                self._streaming.name,
                self._count,
                request.path,
                request.method,
                exc_info=sys.exc_info(),
            )
        if not self._has_events:
            reason = f"The stream of {self._streaming.name} ended after item {self._count}"
            raise ConnectionResetError(errno.ECONNRESET, reason) from None
        shown = error if isinstance(error, HTTPException) else InternalServerError()
        return write_event(Event(event="error"), self._streaming.explain(shown))

    def __del__(self) -> None:
        """Close a stream that is not sent, because a decorator made another response."""
        self.close()

    def close(self) -> None:
        """Close what makes the items, once."""
        if not self._is_closed:
            self._is_closed = True
            self._source.close()


def make_item_stream(
    outcome: Outcome, items: Any, dumper: Dumper | None, streaming: Streaming
) -> ItemStream:
    """Return the body of a stream, which is not started yet.

    :param items: an iterator, a generator or a collection, sync or async.
    :raises ResponseMismatch: for anything else.
    """
    is_async = isinstance(items, AsyncIterable)
    if not is_async and (not isinstance(items, Iterable) or isinstance(items, ONE_VALUE)):
        found = f"a value of type {type(items).__name__}"
        raise ResponseMismatch("an iterator of the items of a stream", found)
    has_events = outcome.stream == "events"
    opened = aiter(items) if is_async else iter(items)
    source = make_source(opened, streaming.name, in_turns=outcome.stream == "raw")
    return ItemStream(source, make_writer(outcome, dumper), streaming, has_events=has_events)


def find_headers(outcome: Outcome) -> Mapping[str, str]:
    """Return the headers of a stream, which a reply may replace."""
    return EVENT_HEADERS if outcome.stream == "events" else HEADERS


def start_stream(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Start the stream of a response, if it has one that is sent.

    :raises Exception: any, of what makes the items.
    """
    stream = answer.response if isinstance(answer, Response) else None
    if isinstance(stream, ItemStream) and request.method != "HEAD":
        try:
            stream.start()
        except BaseException:
            stream.close()
            raise
    return answer


def make_writer(outcome: Outcome, dumper: Dumper | None) -> WriteItem:
    """Return the function that writes the items of a stream."""
    write = make_value_writer(outcome, dumper)
    if outcome.stream == "raw":
        return write
    if outcome.stream == "lines":
        return lambda item: write(item) + b"\n"
    tagged = outcome.field if isinstance(outcome.field, Tagged) else None

    def write_item(item: Any) -> bytes:
        event = item if isinstance(item, Event) else Event(item)
        if event.data is NO_DATA:
            return write_event(event, None)
        if event.event is None and tagged is not None:
            event = replace(event, event=tagged.find_tag(event.data))
        return write_event(event, write(event.data))

    return write_item


def make_value_writer(outcome: Outcome, dumper: Dumper | None) -> WriteItem:
    """Return the function that writes the value of an item: as JSON, or unchanged."""
    field, raw = outcome.field, outcome.raw or bytes

    def write_unchanged(chunk: Any) -> bytes:
        if not isinstance(chunk, raw):
            raise ResponseMismatch(raw.__name__, f"a value of type {type(chunk).__name__}")
        return chunk.encode() if isinstance(chunk, str) else chunk

    if field is None:
        return write_unchanged
    return lambda value: write_body(field, value, dumper)


def write_event(event: Event[Any], data: bytes | None) -> bytes:
    """Return an event as text: a line for each field, and for each line of data and comment."""
    parts = [
        *(("", line) for line in split_lines(event.comment)),
        ("event", event.event),
        ("id", event.id),
        ("retry", event.retry),
        *(("data", line) for line in split_lines(None if data is None else data.decode())),
    ]
    lines = [f"{name}: {value}\n" for name, value in parts if value is not None]
    return "".join((*lines, "\n")).encode() if lines else HEARTBEAT


def split_lines(text: str | None) -> list[str]:
    """Return the lines of a text, by the line breaks of server-sent events."""
    return [] if text is None else re.split(r"\r\n|\r|\n", text)
