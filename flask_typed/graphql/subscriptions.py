"""Subscriptions: each event is executed as an operation, and sent while the client listens.

Request time. The stream is one of server-sent events (the "distinct connections" of graphql-sse),
or ``multipart/mixed`` as Apollo's clients take it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any

from flask import Response, current_app
from graphql import ExecutionResult, GraphQLSchema, create_source_event_stream
from werkzeug.exceptions import ClientDisconnected

from ..bridge.iterators import ItemSource, make_source
from ..declare.streams import Event
from ..libraries.strawberry import EXECUTOR
from ..serve.streaming import EVENT_HEADERS, HEADERS, ItemStream, Streaming, write_event
from ..serve.streams import EVENT_STREAM, finish_response
from ..serve.timing import TimedStack
from .documents import GraphQLDocument
from .execution import NULL_DATA, Engine, Result, SentOperation, was_executed
from .resolving import SyncEvents
from .responses import MIXED
from .running import GraphQLContext, find_run
from .shown import ValueConversion, convert_value

#: The item after the last one.
LAST_ITEM: Any = object()
PART_BOUNDARY = "graphql"
PART_START = f"--{PART_BOUNDARY}\r\nContent-Type: application/json\r\n\r\n".encode()
#: The Content-Type of each kind of stream.
CONTENT_TYPES = {
    EVENT_STREAM: f"{EVENT_STREAM}; charset=utf-8",
    # Not quoted: gql looks for this text.
    MIXED: f"{MIXED}; boundary={PART_BOUNDARY}; subscriptionSpec=1.0",
}


class Failure:
    """The item in place of an event that could not be made."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class CompletedSource(ItemSource):
    """The events of a subscription, and then the end. An error of theirs is an item, too."""

    def __init__(self, source: ItemSource) -> None:
        self._source = source
        self._has_ended = False
        self._is_complete = False

    @property
    def has_ready(self) -> bool:
        """Whether the next event is made already."""
        return not self._has_ended and self._source.has_ready

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or ``WAITING``.

        :raises StopIteration: after the end.
        """
        if self._is_complete:
            raise StopIteration
        if self._has_ended:
            self._is_complete = True
            return LAST_ITEM
        try:
            return self._source.take(timeout)
        except StopIteration:
            self._has_ended = self._is_complete = True
            return LAST_ITEM
        except ClientDisconnected:
            raise
        except Exception as error:
            self._has_ended = True
            return Failure(error)

    def close(self) -> None:
        """Let what makes the events clean up."""
        self._source.close()


def stream(
    engine: Engine,
    operation: SentOperation,
    document: GraphQLDocument,
    context: GraphQLContext,
    media_type: str,
    heartbeat: float | None,
) -> Response | Result:
    """Return the response of a subscription; a result if it could not begin.

    :param media_type: one of the two of streams.
    :param heartbeat: after how many seconds without an event a comment is sent.
    """
    run = find_run(context)
    with TimedStack() as stack:
        run.stack = stack
        events = open_events(engine, operation, document, context)
        if isinstance(events, ExecutionResult):
            errors = engine.errors.write_all(events.errors or ())
            return Result(NULL_DATA, errors, was_executed=was_executed(events))
        source = CompletedSource(make_source(events, engine.name, in_turns=False))

        def execute(item: Any) -> bytes:
            if isinstance(item, Failure):
                return Result(NULL_DATA, [engine.errors.write_failure(item.error)]).write()
            result = engine.execute(document, operation, context, item)
            run.made.clear()
            return engine.write_event(result).write()

        write = STREAM_WRITERS[media_type](execute)
        streaming = Streaming(engine.name, lambda error: b"", heartbeat)
        body = ItemStream(source, write, streaming, has_events=media_type == EVENT_STREAM)
        try:
            body.start()
        except BaseException:
            body.close()
            raise
        response = make_stream_response(body, media_type)
        finish_response(response, stack)
        return response
    raise AssertionError  # pragma: no cover: the stack suppresses nothing


def make_stream_response(body: Any, media_type: str) -> Response:
    """Return the response with a stream."""
    headers = EVENT_HEADERS if media_type == EVENT_STREAM else HEADERS
    response: Response = current_app.response_class(body, headers=headers)
    response.headers["Content-Type"] = CONTENT_TYPES[media_type]
    return response


def respond_by_stream(result: Result, media_type: str) -> Response:
    """Return the response with a single result to a client that takes a stream.

    It is an event, as in graphql-sse: of a query, or of a subscription that could not begin.
    """
    write = STREAM_WRITERS[media_type](Result.write)
    return make_stream_response(write(result) + write(LAST_ITEM), media_type)


def open_events(
    engine: Engine, operation: SentOperation, document: GraphQLDocument, context: GraphQLContext
) -> Any:
    """Return the iterator of the events of a subscription; its result if it could not begin."""
    node = document.find_operation(operation.name)
    options = engine.find_options(operation, node, context)
    options["raw_variable_values"] = options.pop("variable_values")
    executor: Any = EXECUTOR.build(engine.schema, document.node, **options)
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    run = find_run(context)
    events: Any = create_source_event_stream(executor)
    if isawaitable(events):
        events = run.wait_for(events, engine.name)
    if run.interrupted is not None:
        raise run.interrupted
    if isinstance(events, ExecutionResult):
        return events
    return events.items if isinstance(events, SyncEvents) else aiter(events)


#: Returns the data and errors of an item, as JSON.
Execute = Callable[[Any], bytes]


def make_event_writer(execute: Execute) -> Callable[[Any], bytes]:
    """Return the function that writes items as server-sent events."""

    def write(item: Any) -> bytes:
        if item is LAST_ITEM:
            return write_event(Event(event="complete"), b"")
        return write_event(Event(event="next"), execute(item))

    return write


def make_part_writer(execute: Execute) -> Callable[[Any], bytes]:
    """Return the function that writes items as parts of ``multipart/mixed``."""

    def write(item: Any) -> bytes:
        if item is LAST_ITEM:
            return f"--{PART_BOUNDARY}--\r\n".encode()
        return PART_START + b'{"payload":%s}\r\n' % execute(item)

    return write


STREAM_WRITERS = {EVENT_STREAM: make_event_writer, MIXED: make_part_writer}


def convert_events(schema: GraphQLSchema, conversions: Mapping[str, ValueConversion]) -> None:
    """Let the events of subscriptions be converted, as the results of other resolvers are."""
    for field in schema.subscription_type.fields.values() if schema.subscription_type else ():
        convert = conversions.get(field.extensions["strawberry-definition"].python_name)
        if convert is not None:
            field.resolve = make_event_reader(convert)


def make_event_reader(convert: ValueConversion) -> Callable[..., Any]:
    """Return what reads the value of the field of a subscription from an event."""
    return lambda event, *_, **__: convert_value(convert, event)
