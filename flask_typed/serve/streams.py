"""Streams: the providers of a streamed response are closed once, after its last byte.

Request time. Hooks and decorators may replace the response of the view, or raise. So the app is
watched for the response that it sends, if any.
"""

from __future__ import annotations

import errno
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from contextvars import Context, copy_context
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Response

from ..bridge.ending import ENDING
from ..libraries.flask import current_context, find_request
from .weakly import hold_weakly

#: The key in the environ of a request that holds its streams.
STREAMS = "flask_typed.streams"
EVENT_STREAM = "text/event-stream"


def finish_response(response: Response, stack: ExitStack) -> Response:
    """Close the providers: now, or for a stream after its last byte.

    :param response: complete, or a stream of which nothing is sent yet.
    """
    if response.is_streamed and not response.direct_passthrough:
        body = StreamBody(response.response, stack.pop_all(), copy_context())
        response.response = body
        find_streams().append(body)
    return response


class StreamBody:
    """The body of a streamed response, which closes the providers at its end.

    An error of the body is raised at the ``yield`` of the providers. If the stream is not sent to
    its end, :exc:`GeneratorExit` is raised there.

    :param context: of the request, so that ``current_app`` works while the providers close.
    """

    def __init__(self, body: Iterable[Any], stack: ExitStack, context: Context) -> None:
        self._body: Iterable[Any] | None = body
        self._items = iter(body)
        self._stack: ExitStack | None = stack
        self._context: Context | None = context
        self.when_left: Callable[[StreamBody], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the providers are open."""
        return self._stack is not None

    def follow(self, leave: Callable[..., None]) -> None:
        """Call a function after the providers are closed, with the error if there is one.

        :param leave: takes what an ``__exit__`` takes.
        """
        outer = ExitStack()
        outer.push(leave)
        outer.push(self._stack or ExitStack())
        self._stack = outer

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if ENDING.is_due:  # an error, so that no client takes the stream for complete
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, "The server is about to end")
        try:
            return next(self._items)
        except StopIteration:
            self._leave(None)
            raise
        except ClientDisconnected as error:  # no error for the server to log
            self._leave(error)
            raise ConnectionResetError(errno.ECONNRESET, "The client has disconnected") from None
        except BaseException as error:
            self._leave(error)
            raise

    def __del__(self) -> None:
        """Close a stream that nobody has read to its end, as that of a test client."""
        if self.is_open:
            self.close()

    def close(self, error: BaseException | None = None) -> None:
        """Close the body, and the providers if the body was not sent to its end.

        :param error: the error that stopped it, if there was one.
        """
        body, self._body = self._body, None
        try:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        finally:
            self._leave(error or GeneratorExit())

    def _leave(self, error: BaseException | None) -> None:
        """Close the providers, once."""
        stack, self._stack = self._stack, None
        context, self._context = self._context, None
        if stack is None or context is None:
            return
        traceback = error.__traceback__ if error else None
        when_left, self.when_left = self.when_left, None
        try:
            context.run(stack.__exit__, type(error) if error else None, error, traceback)
        finally:
            if when_left is not None:
                when_left(self)


def find_streams() -> list[StreamBody]:
    """Return the streams of the current request; they are closed if no response is sent."""
    environ = request.environ
    if STREAMS not in environ:
        environ[STREAMS] = []
        hold_context(current_context._get_current_object(), environ)
    streams: list[StreamBody] = environ[STREAMS]
    return streams


def hold_context(context: Any, environ: dict[str, Any]) -> None:
    """Let the streams of a request end before its context.

    Flask pops the context after it has called the response, before the first byte of a stream: what
    extensions keep in it would be closed. So the last stream that ends pops it. If an error is
    raised instead of a response, the streams are closed, and the context is popped at once: a
    teardown function may raise it, or it is already on its way to the server.
    """
    find_context: Any = weakref.ref(context)  # a cycle would wait for the garbage collector
    pop_context = type(context).pop
    handled = sys.exc_info()[1]

    def pop(*exc: Any) -> None:
        passing = sys.exc_info()[1]
        context = find_context()
        del context.pop  # a stream with the request's context pops it again
        streams = environ.pop(STREAMS)
        if passing is not None and passing is not handled:
            with ExitStack() as stack:
                stack.callback(pop_context, context, *exc)
                close_all(streams, passing)
            return
        open_streams = [stream for stream in streams if stream.is_open]
        if not open_streams:
            pop_context(context, *exc)
            return
        waiting = set(map(id, open_streams))

        def leave(stream: StreamBody) -> None:
            waiting.discard(id(stream))
            if not waiting:
                pop_context(context, *exc)

        for stream in open_streams:
            stream.when_left = leave

    context.pop = pop


def follow_streams(app: Flask) -> None:
    """Let an app close the streams that other responses replace, and follow event streams."""
    finalize = hold_weakly(app.finalize_request, app)

    def finalize_request(*args: Any, **kwargs: Any) -> Response:
        try:
            response: Response = finalize(*args, **kwargs)
        except BaseException as error:
            close_all(find_request().environ.get(STREAMS, ()), error)
            raise
        streams = find_request().environ.get(STREAMS)
        if is_event_stream(response):
            ENDING.follow(response)
        if streams:
            is_error = any(isinstance(value, BaseException) for value in args)
            close_unsent(response, streams, may_send=not is_error and sends_stream(response))
        return response

    app.finalize_request = finalize_request  # type: ignore[method-assign,assignment]


def is_event_stream(response: Response) -> bool:
    """Return whether a response sends server-sent events, and will be closed."""
    is_short = isinstance(response.response, list)  # most are
    return not (is_short or response.direct_passthrough) and response.mimetype == EVENT_STREAM


def close_unsent(response: Response, streams: Iterable[StreamBody], *, may_send: bool) -> None:
    """Close streams now if they are not sent, else when the response is closed."""
    for stream in streams:
        if may_send:
            response.call_on_close(stream.close)  # it may be wrapped in another body
        else:
            stream.close()


def sends_stream(response: Response) -> bool:
    """Return whether the body of a response is a stream that is sent, by werkzeug's rules."""
    return sends_body(response) and response.is_streamed


def sends_body(response: Response) -> bool:
    """Return whether the body of a response is sent, by werkzeug's rules."""
    status = response.status_code
    return request.method != "HEAD" and status >= 200 and status not in (204, 304)


def close_all(streams: Iterable[StreamBody], error: BaseException) -> None:
    """Close streams because of an error. If closing raises an error, it replaces the first one."""
    with ExitStack() as stack:
        for stream in streams:
            stack.callback(stream.close, error)
