"""Requests that are observed, for traces, metrics and logs.

Setup time installs it, on apps with observers; the classes of their typed operations are made at
registration. Request time: observers are told when a request begins, when the last byte of its
response is given to the server, and which parts the work of a typed one has.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cache, partial
from types import TracebackType
from typing import Any, cast

from flask import Flask, Request, got_request_exception
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..declare.observing import NO_CONTEXT, ObservedRequest, Observer, PartKind, RequestWatch
from ..declare.problems import Problem
from ..libraries.flask import find_request
from ..plan.callees import short_name
from ..plan.operation import Operation, Step
from .binding import Binder
from .dispatch import Served
from .injection import Around
from .places import ViewArgs
from .responding import Responder
from .streams import sends_body
from .weakly import hold_weakly

OBSERVER_LOGGER = logging.getLogger("flask_typed.observers")
FAILED = "An observer of requests has failed"
#: The key of a request's observation in its environ.
OBSERVED = "flask_typed.observed"
#: The methods of HTTP that are told apart; a client may invent others.
KNOWN_METHODS = frozenset(
    ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE")
)

#: Returns the operation of a request, if its route is typed.
FindServed = Callable[[Request], "Served | None"]
#: Returns the operationId of an operation in the document, if it has one.
FindOperationId = Callable[[Operation], "str | None"]
#: Returns the operationIds of an app, by the identity of the rule and by method.
NameOperations = Callable[[], Mapping[tuple[int, str], str]]


class KnownIds:
    """The operationIds of an app, which may get more routes.

    :param name: returns all of them.
    """

    def __init__(self, name: NameOperations) -> None:
        self._name = name
        self._known: Mapping[tuple[int, str], str | None] = {}

    def find(self, operation: Operation) -> str | None:
        """Return the operationId of an operation."""
        key = id(operation.rule), operation.method
        if key not in self._known:
            self._known = {key: None, **self._name()}
        return self._known[key]


class Observation:
    """One request, and what its observers do with it.

    :ivar request: what they are told.
    """

    def __init__(self, environ: dict[str, Any], observers: Sequence[Observer]) -> None:
        method = environ.get("REQUEST_METHOD", "")
        known = method if method in KNOWN_METHODS else "_OTHER"
        self.request = ObservedRequest(environ, known, time.time_ns())
        self._begin = time.perf_counter()
        self._observers = observers
        self._watches: list[RequestWatch] = []
        #: Those that do something in these contexts: many observers need only the end.
        self._activating: list[RequestWatch] = []
        self._parting: list[RequestWatch] = []
        self._active: AbstractContextManager[Any] | None = None
        self._has_ended = False
        self._is_complete = False

    def start(self) -> None:
        """Tell the observers that the request begins, and enter their contexts."""
        for observer in self._observers:
            watch = guard(observer.start, self.request)
            if watch is not None:
                self._add(watch)
        self._active = self.activate()
        self._active.__enter__()

    def _add(self, watch: RequestWatch) -> None:
        """Add what one observer does in this request."""
        kind = type(watch)
        self._watches.append(watch)
        if kind.activate is not RequestWatch.activate:
            self._activating.append(watch)
        if kind.part is not RequestWatch.part:
            self._parting.append(watch)

    def activate(self) -> AbstractContextManager[Any]:
        """Return the contexts of all observers together."""
        if not self._activating:
            return NO_CONTEXT
        return join([guard(watch.activate) for watch in self._activating])

    def part(self, kind: PartKind, name: str) -> AbstractContextManager[Any]:
        """Return the contexts of a part."""
        if not self._parting:
            return NO_CONTEXT
        return join([guard(watch.part, kind, name) for watch in self._parting])

    def see(self, response: Response) -> None:
        """Note the response that the app sends: all of it is known, unless it is a stream."""
        self._is_complete = not (response.is_streamed or response.direct_passthrough)
        if self._is_complete and sends_body(response):
            self.request.size = sum(map(len, response.iter_encoded()))

    def count(self, chunk: bytes) -> None:
        """Count the bytes of a chunk of a stream."""
        self.request.size = (self.request.size or 0) + len(chunk)

    def suspend(self) -> None:
        """Leave the contexts, because the app has given the response to the server, or failed."""
        active, self._active = self._active, None
        if active is not None:
            active.__exit__(None, None, None)

    def follow(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """Return the body for the server; the request ends with it."""
        if self._is_complete:
            self.end()
            return body
        wrapper = self.request.environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(body, wrapper):  # servers send it as a file
            self.request.size = None
            close = getattr(body, "close", None)
            body.close = partial(close_and_end, close, self)  # type: ignore[attr-defined]
            return body
        return ObservedBody(body, self)

    def end(self, error: BaseException | None = None) -> None:
        """Tell the observers that the request has ended, once.

        :param error: that ended it.
        """
        if self._has_ended:
            return
        self._has_ended = True
        if error is not None and self.request.error is None:
            self.request.error = type(error)
        self.request.seconds = time.perf_counter() - self._begin
        for watch in self._watches:
            guard(watch.end)


def guard(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of an observer, and log its error."""
    try:
        return function(*arguments)
    except Exception:
        OBSERVER_LOGGER.exception(FAILED)
        return None


class Guarded:
    """A context of an observer, whose errors are logged."""

    __slots__ = ("_context", "_is_open")

    def __init__(self, context: AbstractContextManager[Any]) -> None:
        self._context = context
        self._is_open = False

    def __enter__(self) -> None:
        try:
            self._context.__enter__()
        except Exception:
            OBSERVER_LOGGER.exception(FAILED)
        else:
            self._is_open = True

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        """Leave the context, which cannot suppress an error of the request."""
        if not self._is_open:
            return
        try:
            self._context.__exit__(kind, error, traceback)
        except Exception as raised:
            if raised is not error:
                OBSERVER_LOGGER.exception(FAILED)


def join(contexts: Iterable[AbstractContextManager[Any] | None]) -> AbstractContextManager[Any]:
    """Return several contexts as one."""
    used = [Guarded(one) for one in contexts if one is not None and one is not NO_CONTEXT]
    if len(used) < 2:
        return used[0] if used else NO_CONTEXT
    joined = ExitStack()
    for one in used:
        joined.enter_context(one)
    return joined


class ObservedBody:
    """The body of a response whose end is observed.

    :param body: as the app has made it.
    """

    def __init__(self, body: Iterable[bytes], observation: Observation) -> None:
        self._body = body
        self._chunks = iter(body)
        self._observation = observation

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            with self._observation.activate():
                chunk = next(self._chunks)
        except StopIteration:
            self._observation.end()
            raise
        except BaseException as error:
            self._observation.end(error)
            raise
        self._observation.count(chunk)
        return chunk

    def close(self) -> None:
        """Close the body; the request has ended then."""
        close_and_end(getattr(self._body, "close", None), self._observation)


def install_observing(
    app: Flask, observers: Sequence[Observer], find: FindServed, find_id: FindOperationId
) -> None:
    """Let observers see all requests of an app."""
    inner = hold_weakly(app.wsgi_app, app)
    dispatch = hold_weakly(app.full_dispatch_request, app)
    finalize = hold_weakly(app.finalize_request, app)

    def observe(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        observation = environ[OBSERVED] = Observation(environ, observers)

        def start(status: str, headers: Any, *error: Any) -> Any:
            observation.request.status = int(status[:3])
            return start_response(status, headers, *error)

        try:
            body: Iterable[bytes] = inner(environ, start)
        except BaseException as error:
            observation.suspend()
            observation.end(error)
            raise
        observation.suspend()
        return observation.follow(body)

    def full_dispatch_request(*arguments: Any) -> Any:
        current = find_request()
        observation = find_observation(current)
        if observation is not None:
            describe_route(observation.request, current, find, find_id)
            observation.start()
        return dispatch(*arguments)

    def finalize_request(*arguments: Any, **options: Any) -> Response:
        response: Response = finalize(*arguments, **options)
        observation = find_observation(find_request())
        if observation is not None:
            observation.see(response)
        return response

    app.wsgi_app = observe  # type: ignore[method-assign]  # public, for middleware
    app.full_dispatch_request = full_dispatch_request  # type: ignore[method-assign]
    app.finalize_request = finalize_request  # type: ignore[method-assign,assignment]
    got_request_exception.connect(note_error, app)


def find_observation(current: Request) -> Observation | None:
    """Return the observation of a request; ``None`` for one that a test made itself."""
    found: Observation | None = current.environ.get(OBSERVED)
    return found


def note_error(sender: Flask, exception: BaseException, **others: Any) -> None:
    """Note an exception that no handler of the app takes."""
    observation = find_observation(find_request())
    if observation is not None:
        observation.request.error = type(exception)


def close_and_end(close: Callable[[], None] | None, observation: Observation) -> None:
    """Close a body that the server has sent; the request has ended then.

    :param close: of the body, if it has one.
    """
    try:
        if close is not None:
            with observation.activate():
                close()
    finally:
        observation.end()


def describe_route(
    observed: ObservedRequest, current: Request, find: FindServed, find_id: FindOperationId
) -> None:
    """Note the route of a request."""
    rule: Any = current.url_rule
    if rule is None:
        return
    observed.route = f"{current.script_root}{rule.rule}"
    observed.endpoint = rule.endpoint
    served = find(current)
    if served is not None:
        observed.operation_id = find_id(served.operation)
        observed.view = name_view(served.operation)


class ObservedBinder(Binder):
    """Reads the values of a request, as a part of its work."""

    def bind(self, request: Request, view_args: ViewArgs) -> dict[str, Any]:
        """Return values of a request by their keys."""
        if self._payload is None and not any(self._pairs):
            return super().bind(request, view_args)
        with observe_part("validation", ""):
            return super().bind(request, view_args)


class ObservedResponder(Responder):
    """Makes the responses of an operation, as a part of the work."""

    def respond(self, value: Any) -> ResponseReturnValue:
        """Return the response for the return value of a view."""
        with observe_part("writing", ""):
            return super().respond(value)


def observe_provider(step: Step) -> Callable[[], AbstractContextManager[Any]]:
    """Return what makes the context of a provider."""
    return partial(observe_part, "provider", short_name(step.original))


class ObservedStack(ExitStack):
    """The open providers of a request, whose end is a part of the work."""

    has_any = False

    def push(self, exit: Any) -> Any:  # noqa: A002  # the name that it overrides
        """Note that there is something to close."""
        self.has_any = True
        return super().push(exit)

    def pop_all(self) -> ObservedStack:
        """Return a stack with all that is open."""
        moved: Any = super().pop_all()
        moved.has_any, self.has_any = self.has_any, False
        return cast("ObservedStack", moved)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None:
        """Close the providers."""
        if not self.has_any:
            return super().__exit__(kind, error, traceback)
        with observe_part("closing", ""):
            return super().__exit__(kind, error, traceback)


class ObservedServed(Served):
    """An operation whose requests are observed; a mixin of the other classes of operations."""

    _binder_class = ObservedBinder
    _around: Around | None = staticmethod(observe_provider)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        stack: Any = self._open_stack
        self._open_stack = make_observed_stack(stack)
        responder: Any = self._responder_class
        self._responder_class = make_observed_responder(responder)
        self._call = partial(call_view, self._call, name_view(self.operation))

    def _handle(self, error: HTTPException, current: Request) -> ResponseReturnValue:
        """Return the response to an error, and note its type."""
        observation = find_observation(current)
        if observation is not None:
            observation.request.problem = name_problem(error)
        return super()._handle(error, current)


def call_view(call: Callable[..., Any], name: str, **arguments: Any) -> Any:
    """Call a view, as a part of the work."""
    with observe_part("view", name):
        return call(**arguments)


def observe_part(kind: PartKind, name: str) -> AbstractContextManager[Any]:
    """Return the context of a part of the current request's work."""
    observation = find_observation(find_request())
    return NO_CONTEXT if observation is None else observation.part(kind, name)


def name_view(operation: Operation) -> str:
    """Return the name of a view's function, without its place."""
    return operation.name.partition(" (")[0]


def name_problem(error: HTTPException) -> str:
    """Return the type of a problem, or the name of its class."""
    known = error.type if isinstance(error, Problem) else Problem.type
    return type(error).__name__ if known == Problem.type else known


@cache
def make_observed_responder(kind: Any) -> Any:
    """Return a class of responders that are observed."""
    return type(f"Observed{kind.__name__}", (ObservedResponder, kind), {})


@cache
def make_observed_stack(kind: Any) -> Any:
    """Return a class of stacks that are observed."""
    return type(f"Observed{kind.__name__}", (ObservedStack, kind), {})


@cache
def make_observed(kind: type[Served]) -> type[Served]:
    """Return a class of operations whose requests are observed."""
    return type(f"Observed{kind.__name__}", (ObservedServed, kind), {})
