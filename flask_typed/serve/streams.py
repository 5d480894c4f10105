"""Streams: the providers that a response needs until its last byte are closed then, and once.

Request time. Whoever changes the response after the view may send another instead, or none: so the
app tells which response leaves, and whether any does.
"""

from __future__ import annotations

import errno
import functools
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from contextvars import Context, copy_context
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from ..bridge.ending import ENDING
from ..versions import current_context
from .weakly import hold_weakly

#: In the environ of a request, the streams that were made for it.
STREAMS = "flask_typed.streams"


def finish_response(response: Response, stack: ExitStack) -> Response:
    """Close what the providers opened: now, or for a stream after its last byte.

    :param response: whole, or a stream that is not made yet.
    """
    if response.is_streamed and not response.direct_passthrough:
        body = StreamBody(response.response, stack.pop_all(), copy_context())
        response.response = body
        find_streams().append(body)
    return response


class StreamBody:
    """The body of a stream, after which the providers are closed.

    An error of the body is raised at their ``yield``. If the stream is not sent to its end, it is
    :exc:`GeneratorExit`.

    :param context: in which the request was answered: ``current_app`` is there while they close.
    """

    def __init__(self, body: Iterable[Any], stack: ExitStack, context: Context) -> None:
        self._body: Iterable[Any] | None = body
        self._items = iter(body)
        self._stack: ExitStack | None = stack
        self._context: Context | None = context

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if ENDING.is_due:  # cut, so that nobody believes that it is whole
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, "The server is about to end")
        try:
            return next(self._items)
        except StopIteration:
            self._leave(None)
            raise
        except BaseException as error:
            self._leave(error)
            raise

    def close(self, error: BaseException | None = None) -> None:
        """Close the body, and the providers if it was not sent to its end.

        :param error: why it was not, if it was an error.
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
        if stack is not None and context is not None:
            traceback = error.__traceback__ if error else None
            context.run(stack.__exit__, type(error) if error else None, error, traceback)


def find_streams() -> list[StreamBody]:
    """Return the streams of the current request, which are closed if no response comes of it."""
    environ = request.environ
    if STREAMS not in environ:
        environ[STREAMS] = []
        close_with(current_context._get_current_object(), environ)
    streams: list[StreamBody] = environ[STREAMS]
    return streams


def close_with(context: Any, environ: dict[str, Any]) -> None:
    """Close the streams of a request with its context, if an error comes instead of a response.

    It comes of a function that tears down, or passes on its way to the server: Flask pops the
    context after it has called the response.
    """
    find_context: Any = weakref.ref(context)  # else only the garbage collector would free it
    pop_context = type(context).pop
    handled = sys.exc_info()[1]

    def pop(*exc: Any) -> None:
        passing = sys.exc_info()[1]
        context = find_context()
        del context.pop  # streams with the request's context pop it again
        streams = environ.pop(STREAMS)
        try:
            pop_context(context, *exc)
        except BaseException as error:
            close_all(streams, error)
            raise
        if passing is not None and passing is not handled:
            close_all(streams, passing)

    context.pop = pop


def follow_streams(app: Flask) -> None:
    """Let an app close the streams that it makes, and replaces by other responses."""
    finalize = hold_weakly(app.finalize_request, app)
    replacing: Any = functools.partial(close_replaced, finalize)
    app.finalize_request = replacing  # type: ignore[method-assign]


def close_replaced(finalize: Callable[..., Response], *args: Any, **kwargs: Any) -> Response:
    """Finalize a response, and close the streams that are not its body."""
    try:
        response = finalize(*args, **kwargs)
    except BaseException as error:
        close_all(request.environ.get(STREAMS, ()), error)
        raise
    streams = request.environ.get(STREAMS)
    if streams:
        is_error = any(isinstance(value, BaseException) for value in args)
        settle(response, streams, may_send=not is_error and sends_stream(response))
    return response


def settle(response: Response, streams: Iterable[StreamBody], *, may_send: bool) -> None:
    """Close the streams that are not sent; those that may be, when the response is."""
    for stream in streams:
        if may_send:
            response.call_on_close(stream.close)  # it may be inside of another
        else:
            stream.close()


def sends_stream(response: Response) -> bool:
    """Say whether the body of a response is a stream, and is sent, as werkzeug decides it."""
    status = response.status_code
    is_sent = request.method != "HEAD" and status >= 200 and status not in (204, 304)
    return is_sent and response.is_streamed


def close_all(streams: Iterable[StreamBody], error: BaseException) -> None:
    """Close streams for an error; one of theirs would replace it."""
    with ExitStack() as stack:
        for stream in streams:
            stack.callback(stream.close, error)
