"""What Flask calls for a typed endpoint.

Request time; made at registration.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from itertools import chain
from threading import RLock
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Flask, Request, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..codec.codecs import Codecs
from ..exceptions import SetupError
from ..plan.operation import REQUEST, Call, Operation
from ..plan.planning import leaves_options
from ..plan.problems import possible_problems
from ..schemas.completing import complete_schemas
from ..security.challenges import add_challenges, find_challenges
from ..versions import handle_user_exception
from .binding import Binder
from .failing import ProblemWriter, keeps_response
from .injection import Runner, Values, make_runner
from .making import RUNNING
from .responding import Responder
from .streams import finish

#: Plans a rule that somebody has added to a typed endpoint without a decorator of ours.
PlanRule = Callable[[Rule], None]


def plan_nothing(rule: Rule) -> None:
    """Leave a rule alone: its app has no ``Typed``."""


class Dispatcher:
    """Finds the operation that answers a request of one endpoint, for all its rules and methods.

    :param plan_rule: called for a rule that is not known yet.
    """

    def __init__(
        self, endpoint: str, view: Callable[..., Any], plan_rule: PlanRule = plan_nothing
    ) -> None:
        self.endpoint = endpoint
        self.view = view
        self.plan_rule = plan_rule
        self._served: dict[tuple[int, str], Served] = {}

    def serve(self, served: Served) -> None:
        """Answer the requests of an operation from now on."""
        operation = served.operation
        self._served[id(operation.rule), operation.method] = served
        if operation.method == "GET":
            self._served.setdefault((id(operation.rule), "HEAD"), served)

    def find(self, current: Request) -> Served | None:
        """Return the operation that answers a request of a rule that is known."""
        return self._served.get((id(current.url_rule), current.method))

    def find_for(self, current: Request) -> Served | None:
        """Return the operation that answers a request which comes in an unusual way.

        By a rule that was added without our decorators it is answered as by the first rule. If
        another view calls this one, its own method decides, else the first operation answers.
        ``None`` stands for an ``OPTIONS`` that a decorator of the view has asked for.
        """
        rule: Rule | None = current.url_rule
        if rule is not None and rule.endpoint == self.endpoint:
            self.plan_rule(rule)
            found = self.find(current)
            if found is not None or rule.methods is not None:
                return found
        alike = (one for (_, method), one in self._served.items() if method == current.method)
        return next(chain(alike, self._served.values()), None)

    def answer(self, current: Request, view_args: Mapping[str, Any]) -> ResponseReturnValue:
        """Answer a request.

        :raises SetupError: if the app has no ``Typed``.
        """
        served = self.find(current) or self.find_for(current)
        if served is not None:
            return overridden.get().get(served, served)(current, view_args)
        if not self._served:
            raise SetupError(
                f"The endpoint {self.endpoint!r} is typed, but its app has no Typed: call"
                " `Typed(app)`, or `typed.init_app(app)`, when the app is made."
            )
        # An operation that was refused when the rule was planned is not left to the view.
        if current.method != "OPTIONS" or not leaves_options(self.view):
            rule: Any = current.url_rule  # a view that is called has one
            raise SetupError(
                f"{current.method} {rule.rule} does not go with the view of the endpoint"
                f" {self.endpoint!r}; the log says why."
            )
        answer: ResponseReturnValue = current_app.ensure_sync(self.view)(**view_args)
        return answer


def make_function(dispatcher: Dispatcher) -> Callable[..., ResponseReturnValue]:
    """Return the view function of an endpoint, which looks like the view that it stands for.

    It is a function of Python, since at each request Flask asks whether it is ``async``, which
    takes ten times longer to say of any other object.
    """

    def answer(**view_args: Any) -> ResponseReturnValue:
        current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
        return dispatcher.answer(current, view_args)

    share_attributes(answer, dispatcher.view)
    return answer


def share_attributes(function: Any, view: Any) -> None:
    """Give a function the name, the docstring and the very attributes of a view.

    Guards read marks from the endpoint's function, as ``csrf_exempt``. A decorator above the route
    sets them on the view, and does so after the view was registered.
    """
    functools.update_wrapper(function, view, updated=())
    owner = getattr(view, "__func__", view)  # a bound method has the attributes of its function
    attributes = getattr(owner, "__dict__", {})
    function.__dict__ = attributes
    # Since Python 3.12 an attribute may say so, which is true of the view alone.
    if inspect.iscoroutinefunction(function):  # pragma: no cover: see above
        function.__dict__ = {
            name: value for name, value in attributes.items() if not name.startswith(ASYNC_MARK)
        }


#: How the attribute begins by which ``inspect.markcoroutinefunction`` makes a function async.
ASYNC_MARK = "_is_coroutine"


class Parts(NamedTuple):
    """What reads the requests of an operation, and writes its answers."""

    security: Binder
    work: Binder
    responder: Responder


class Served:
    """One operation, ready to run.

    :param lock: held while something is made that several threads may ask for at once.
    """

    def __init__(
        self,
        operation: Operation,
        call: Callable[..., Any],
        problems: ProblemWriter,
        app: Flask,
        codecs: Codecs | None,
        lock: RLock,
    ) -> None:
        self.operation = operation
        self._call = call
        self._problems = problems
        self._config = app.config
        self._codecs = codecs
        self._lock = lock
        self._runners = make_runners(operation, app) if operation.steps else None
        self._parts: Parts | None = None

    @functools.cached_property
    def statuses(self) -> frozenset[int | None]:
        """The statuses that the document has; ``None`` where it says that any may come."""
        outcomes = [outcome.status for outcome in self.operation.outcomes] or [None]
        problems = [problem.code for problem in possible_problems(self.operation)]
        return frozenset((*outcomes, *problems)) if None not in outcomes else frozenset({None})

    def __call__(self, current: Request, view_args: Mapping[str, Any]) -> ResponseReturnValue:
        """Answer a request; an error gets the document that the app gives to errors.

        :param view_args: the variables of the URL rule.
        """
        values = {name: view_args[name] for name in self.operation.fixed if name in view_args}
        values[REQUEST] = current
        try:
            parts = self._parts or self._make_parts()
            if self._runners is None:
                values.update(parts.work.bind(current, view_args))
                return self._respond(current, values, parts.responder)
            return self._run(current, view_args, values, parts, *self._runners)
        except HTTPException as error:
            return self._handle(error, current)

    def _make_parts(self) -> Parts:
        """Return what reads and writes, made when it is first asked for, by one thread.

        Of a thousand routes, a worker may serve a hundred.
        """
        with self._lock:
            if self._parts is None:
                operation = self.operation
                security, work = operation.security, operation.work
                complete_schemas(*(reader.schema for reader in operation.readers))
                complete_schemas(*(outcome.field for outcome in operation.outcomes))
                make_binder = functools.partial(
                    Binder,
                    codecs=self._codecs,
                    config=self._config,
                    max_faults=self._problems.max_faults,
                )
                self._parts = Parts(
                    make_binder(security.readers, None),
                    make_binder(work.readers, operation.payload),
                    Responder(operation, current_app.response_class, self._codecs),
                )
            return self._parts

    def _handle(self, error: HTTPException, current: Request) -> ResponseReturnValue:
        """Return what Flask's error handlers make of an error, or its document.

        The error may be raised in other requests too: nothing is written to it.

        A method of its own: the error knows the frame where it was caught, which must not know the
        error, or both would wait for the garbage collector.
        """
        answer: ResponseReturnValue | HTTPException = handle_user_exception(error)
        if answer is not error:
            challenges = find_challenges(error, self.operation.requirements, current)
            return add_challenges(answer, challenges) if challenges else answer
        if keeps_response(error):
            return error.get_response(current.environ)
        return self._problems.response(error, self.operation)

    def _run(
        self,
        current: Request,
        view_args: Mapping[str, Any],
        values: Values,
        parts: Parts,
        admit: Runner,
        provide: Runner,
    ) -> ResponseReturnValue:
        """Admit, bind, provide, call, respond, close."""
        with ExitStack() as stack:
            values.update(parts.security.bind(current, view_args))
            admit(values, stack)
            values.update(parts.work.bind(current, view_args))
            provide(values, stack)
            answer = self._respond(current, values, parts.responder)
            return finish(current_app.make_response(answer), stack)

    def _respond(
        self, current: Request, values: Values, responder: Responder
    ) -> ResponseReturnValue:
        arguments = self.operation.inputs.collect(values)
        around = getattr(current, RUNNING, None)  # of a view that calls this one
        setattr(current, RUNNING, responder)
        try:
            value = self._call(**arguments)
        finally:
            setattr(current, RUNNING, around)
        return responder.respond(value)


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
