"""What Flask calls for a typed endpoint.

Request time; made at registration.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from flask import Flask, Request, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..codec.codecs import Codecs
from ..exceptions import ResponseMismatch, SetupError
from ..plan.operation import REQUEST, Call, Operation, Payload, Phase
from ..plan.problems import possible_problems
from .binding import Binder
from .challenging import challenge
from .failing import ProblemWriter
from .injection import Runner, Values, finish, make_runner
from .responding import Responder


class Dispatcher:
    """Finds what answers a request of one endpoint of an app, for all its rules and methods.

    :ivar function: the view function that the app gets. It looks like the view that it stands for
        (name, docstring, ``methods`` of class-based views).
    """

    def __init__(self, endpoint: str, view: Callable[..., Any]) -> None:
        self.endpoint = endpoint
        self.view = view
        self.function = make_function(self)
        self._served: dict[tuple[int, str], Served] = {}

    def serve(self, served: Served) -> None:
        """Answer the requests of an operation from now on."""
        operation = served.operation
        self._served[id(operation.rule), operation.method] = served
        if operation.method == "GET":
            self._served.setdefault((id(operation.rule), "HEAD"), served)

    def find(self, current: Request) -> Served | None:
        """Return what answers a request."""
        rule: Rule | None = current.url_rule
        return self._served.get((id(rule), current.method))


def make_function(dispatcher: Dispatcher) -> Callable[..., ResponseReturnValue]:
    """Return the view function of an endpoint.

    It is a function of Python, since at each request Flask asks whether it is ``async``, which
    takes ten times longer to say of any other object.
    """

    @functools.wraps(dispatcher.view)
    def answer(**view_args: Any) -> ResponseReturnValue:
        current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
        served = dispatcher.find(current)
        if served is None:
            raise SetupError(
                f"The endpoint {dispatcher.endpoint!r} is typed, but its app has no Typed: call"
                " `Typed(app)`, or `typed.init_app(app)`, when the app is made."
            )
        return overridden.get().get(served, served)(current, view_args)

    return answer


class Served:
    """One operation, ready to run."""

    def __init__(
        self,
        operation: Operation,
        call: Callable[..., Any],
        problems: ProblemWriter,
        app: Flask,
        codecs: Codecs | None,
    ) -> None:
        self.operation = operation
        self._app = app
        self._call = call
        self._problems = problems
        self._codecs = codecs
        self._runners = make_runners(operation, app) if operation.steps else None

    # What reads and writes is made when it is first asked for: of a thousand routes, a worker
    # may serve a hundred.
    @functools.cached_property
    def _security(self) -> Binder:
        return self._make_binder(self.operation.security, None)

    @functools.cached_property
    def _work(self) -> Binder:
        return self._make_binder(self.operation.work, self.operation.payload)

    def _make_binder(self, phase: Phase, payload: Payload | None) -> Binder:
        return Binder(phase.readers, payload, self._codecs, self._app.config)

    @functools.cached_property
    def _responder(self) -> Responder:
        return Responder(self.operation, self._app, self._codecs)

    @functools.cached_property
    def statuses(self) -> frozenset[int | None]:
        """The statuses that the document has; ``None`` where it says that any may come."""
        outcomes = [outcome.status for outcome in self.operation.outcomes] or [None]
        problems = [problem.code for problem in possible_problems(self.operation)]
        return frozenset((*outcomes, *problems)) if None not in outcomes else frozenset({None})

    def __call__(self, current: Request, view_args: Mapping[str, Any]) -> ResponseReturnValue:
        """Answer a request; an error gets the document that the app gives to errors."""
        values = {name: view_args[name] for name in self.operation.fixed if name in view_args}
        values[REQUEST] = current
        try:
            if self._runners is None:
                values.update(self._work.bind(current))
                return self._respond(values)
            return self._run(current, values, *self._runners)
        except HTTPException as error:
            challenge(error, self.operation.requirements, current)
            self._problems.attach(error)
            return self._handle(error)
        except ResponseMismatch as error:
            error.view = self.operation.name
            raise

    def _handle(self, error: HTTPException) -> ResponseReturnValue:
        """Return what Flask's error handlers make of an error, or its document.

        A method of its own: the error knows the frame where it was caught, which must not know the
        error, or both would wait for the garbage collector.
        """
        answer = self._app.handle_user_exception(error)
        return error.response or error if answer is error else answer

    def _run(
        self, current: Request, values: Values, admit: Runner, provide: Runner
    ) -> ResponseReturnValue:
        """Admit, bind, provide, call, respond, close."""
        with ExitStack() as stack:
            values.update(self._security.bind(current))
            admit(values, stack)
            values.update(self._work.bind(current))
            provide(values, stack)
            return finish(self._app.make_response(self._respond(values)), stack)

    def _respond(self, values: Values) -> ResponseReturnValue:
        return self._responder.respond(self._call(**self.operation.inputs.collect(values)))


def make_runners(operation: Operation, app: Flask) -> tuple[Runner, Runner]:
    """Return what runs the providers before the body is read, and those after."""
    return make_runner(operation.security.steps, app), make_runner(operation.work.steps, app)


#: What answers instead of an operation, where a provider is overridden.
overridden: ContextVar[Mapping[Served, Served]] = ContextVar(
    "flask_typed_overridden", default=MappingProxyType({})
)


def run_call(call: Call, function: Callable[..., Any], given: Mapping[str, Any], app: Flask) -> Any:
    """Run the providers that a function needs, and the function."""
    values: Values = {}
    with ExitStack() as stack:
        make_runner(call.steps, app)(values, stack)
        return app.ensure_sync(function)(**call.inputs.collect(values), **given)
