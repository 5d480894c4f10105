"""The function that Flask calls for a typed endpoint.

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

from flask import Flask, Request, current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from ..codec.codecs import Codecs
from ..exceptions import SetupError
from ..libraries.flask import find_request, handle_user_exception
from ..plan.operation import REQUEST, Operation, PlannedCall
from ..plan.planning import leaves_options
from ..plan.problems import possible_problems
from ..schemas.completing import complete_schemas
from ..security.challenges import add_challenges, find_challenges
from .binding import Binder
from .concurrency import find_route_place
from .failing import ProblemWriter, keeps_response
from .injection import Around, Runner, make_runner
from .lifespan import Values
from .making import RUNNING
from .negotiation import find_negotiation
from .paged import make_responder
from .responding import Responder
from .streaming import Streaming
from .streams import finish_response

#: Plans a URL rule that was added to a typed endpoint without one of our decorators.
PlanRule = Callable[[Rule], None]


def plan_nothing(rule: Rule) -> None:
    """Do nothing: the app of the rule has no ``Typed``."""


class Dispatcher:
    """Finds the operation for a request of one endpoint, among all its rules and methods.

    :param plan_rule: called for a rule that has no operations yet.
    """

    def __init__(
        self, endpoint: str, view: Callable[..., Any], plan_rule: PlanRule = plan_nothing
    ) -> None:
        self.endpoint = endpoint
        self.view = view
        self.plan_rule = plan_rule
        self._served: dict[tuple[int, str], Served] = {}

    def serve(self, served: Served) -> None:
        """Add an operation whose requests are answered from now on."""
        operation = served.operation
        self._served[id(operation.rule), operation.method] = served
        if operation.method == "GET":
            self._served.setdefault((id(operation.rule), "HEAD"), served)

    def find(self, current: Request) -> Served | None:
        """Return the operation of a request's rule and method, if there is one."""
        return self._served.get((id(current.url_rule), current.method))

    def find_by_rule(self, rule: Rule, method: str) -> Served | None:
        """Return the operation of a rule and a method, if there is one."""
        return self._served.get((id(rule), method))

    def find_for(self, current: Request) -> Served | None:
        """Return the operation for a request whose rule and method have none.

        A rule that was added without our decorators works like the first rule. If another view
        calls this one, the operation of the request's method is used, else the first operation.
        ``None`` is returned for an ``OPTIONS`` request that a decorator of the view answers.
        """
        rule: Rule | None = current.url_rule
        if rule is not None and rule.endpoint == self.endpoint:
            self.plan_rule(rule)
            found = self.find(current)
            if found is not None or rule.methods is not None:
                return found
        same_method = (one for (_, method), one in self._served.items() if method == current.method)
        return next(chain(same_method, self._served.values()), None)

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
                " `Typed(app)`, or `typed.init_app(app)`, when you create the app."
            )
        # If planning has rejected the operation, the view must not run without validation.
        if current.method != "OPTIONS" or not leaves_options(self.view):
            rule: Any = current.url_rule  # exists, since a view is called
            raise SetupError(
                f"{current.method} {rule.rule} does not fit the view of the endpoint"
                f" {self.endpoint!r}; see the log for the error."
            )
        answer: ResponseReturnValue = current_app.ensure_sync(self.view)(**view_args)
        return answer


def make_function(dispatcher: Dispatcher) -> Callable[..., ResponseReturnValue]:
    """Return the function of an endpoint, with the attributes of its view.

    It is a plain function: Flask checks on each request whether it is ``async``, and this check
    takes ten times longer for any other object.
    """

    def answer(**view_args: Any) -> ResponseReturnValue:
        return dispatcher.answer(find_request(), view_args)

    share_attributes(answer, dispatcher.view)
    return answer


def share_attributes(function: Any, view: Any) -> None:
    """Give a function the name and docstring of a view, and let both share one ``__dict__``.

    Guards read attributes such as ``csrf_exempt`` from the endpoint's function. A decorator above
    the route sets them on the view after the view was registered.
    """
    functools.update_wrapper(function, view, updated=())
    owner = getattr(view, "__func__", view)  # a bound method has the attributes of its function
    attributes = getattr(owner, "__dict__", {})
    function.__dict__ = attributes if isinstance(attributes, dict) else {}  # a class has another
    # Since Python 3.12 an attribute can mark a function as async. That holds for the view only.
    if inspect.iscoroutinefunction(function):  # pragma: no cover: see above
        function.__dict__ = {
            name: value for name, value in attributes.items() if not name.startswith(ASYNC_MARK)
        }


#: The prefix of the attribute that ``inspect.markcoroutinefunction`` sets.
ASYNC_MARK = "_is_coroutine"


class Pipeline(NamedTuple):
    """The binders and the responder of an operation."""

    security: Binder
    work: Binder
    responder: Responder


class Served:
    """One operation, ready to answer requests.

    :param lock: held while the pipeline is made, because several threads may need it at once.
    :param heartbeat: of streams of events, in seconds.
    """

    _open_stack: Callable[[], ExitStack] = ExitStack
    _binder_class: type[Binder] = Binder
    _responder_class: type[Responder] = Responder
    _around: Around | None = None

    def __init__(
        self,
        operation: Operation,
        call: Callable[..., Any],
        problems: ProblemWriter,
        app: Flask,
        codecs: Codecs | None,
        lock: RLock,
        heartbeat: float | None,
    ) -> None:
        self.operation = operation
        self._call = call
        self._problems = problems
        self._config = app.config
        self._codecs = codecs
        self._lock = lock
        self._heartbeat = heartbeat
        has_streams = any(outcome.stream for outcome in operation.outcomes)
        may_turn_away = operation.max_concurrency is not None or operation.is_negotiated
        is_simple = not (operation.steps or has_streams or may_turn_away or operation.has_tasks)
        self._runners = None if is_simple else self._make_runners(operation, app)
        needs_stack = has_streams or may_turn_away or operation.has_tasks or must_close(operation)
        self._is_light = self._open_stack is ExitStack and not needs_stack
        self._pipeline: Pipeline | None = None

    def _make_runners(self, operation: Operation, app: Flask) -> tuple[Runner, Runner]:
        """Return the runners of the providers before the body is read, and of those after it."""
        admit = make_admitting_runner(operation, app, self._around)
        return admit, make_runner(operation.work.steps, app, self._around)

    @functools.cached_property
    def statuses(self) -> frozenset[int | None]:
        """The status codes of the document; ``None`` is among them if it allows any."""
        outcomes = [outcome.status for outcome in self.operation.outcomes] or [None]
        problems = [problem.code for problem in possible_problems(self.operation)]
        problems += [304] if self.operation.unchanged else []
        return frozenset((*outcomes, *problems)) if None not in outcomes else frozenset({None})

    def __call__(self, current: Request, view_args: Mapping[str, Any]) -> ResponseReturnValue:
        """Answer a request; an HTTP exception gets a problem document.

        :param view_args: the variables of the URL rule.
        """
        values = {name: view_args[name] for name in self.operation.fixed if name in view_args}
        values[REQUEST] = current
        try:
            pipeline = self._pipeline or self._make_pipeline()
            if self._runners is None:
                values.update(pipeline.work.bind(current, view_args))
                return self.respond(current, values, pipeline.responder)
            if self._is_light:
                return self._run_light(current, view_args, values, pipeline, self._runners[1])
            return self._run(current, view_args, values, pipeline, *self._runners)
        except HTTPException as error:
            return self._handle(error, current)

    def _make_pipeline(self) -> Pipeline:
        """Return the pipeline; one thread makes it, at the first request.

        A worker may serve only a hundred of a thousand routes.
        """
        with self._lock:
            if self._pipeline is None:
                operation = self.operation
                security, work = operation.security, operation.work
                complete_schemas(*(reader.schema for reader in operation.readers))
                complete_schemas(*(outcome.field for outcome in operation.outcomes))
                make_binder = functools.partial(
                    self._binder_class,
                    codecs=self._codecs,
                    config=self._config,
                    max_faults=self._problems.max_faults,
                )
                self._pipeline = Pipeline(
                    make_binder(security.readers, None, None),
                    make_binder(work.readers, operation.payload, operation.query_names),
                    make_responder(
                        self._responder_class,
                        operation,
                        current_app.response_class,
                        self._codecs,
                        self._streaming(),
                    ),
                )
            return self._pipeline

    def _streaming(self) -> Streaming:
        """Return what the streams of the operation share."""

        def explain(error: HTTPException) -> bytes:
            return self._problems.response(error, self.operation).get_data()

        return Streaming(self.operation.name, explain, self._heartbeat)

    def _handle(self, error: HTTPException, current: Request) -> ResponseReturnValue:
        """Return the response of Flask's error handlers to an error, or its problem document.

        The error is not changed, because the same object may be raised in other requests.

        This is a method of its own because the traceback of the error refers to the frame that
        caught it. If that frame referred to the error, only the garbage collector would free both.
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
        pipeline: Pipeline,
        admit: Runner,
        provide: Runner,
    ) -> Response:
        """Answer a request of an operation with providers, and close the providers at the end."""
        with self._open_stack() as stack:
            values.update(pipeline.security.bind(current, view_args))
            admit(values, stack)
            values.update(pipeline.work.bind(current, view_args))
            provide(values, stack)
            answer = self.respond(current, values, pipeline.responder)
            return finish_response(current_app.make_response(answer), stack)

    def _run_light(
        self,
        current: Request,
        view_args: Mapping[str, Any],
        values: Values,
        pipeline: Pipeline,
        provide: Runner,
    ) -> ResponseReturnValue:
        """Answer a request of an operation whose providers only make values."""
        values.update(pipeline.work.bind(current, view_args))
        provide(values, NOTHING_TO_CLOSE)
        return self.respond(current, values, pipeline.responder)

    def respond(
        self, current: Request, values: Values, responder: Responder
    ) -> ResponseReturnValue:
        """Call the view, and return its response."""
        arguments = self.operation.inputs.collect(values)
        outer = getattr(current, RUNNING, None)  # of a view that calls this one
        setattr(current, RUNNING, responder)
        try:
            value = self._call(**arguments)
        finally:
            setattr(current, RUNNING, outer)
        return responder.respond(value)


#: The stack of requests without anything to close.
NOTHING_TO_CLOSE = ExitStack()


def must_close(operation: Operation) -> bool:
    """Return whether a request has something to close, or a provider before the body is read."""
    if operation.security.steps or operation.security.readers or operation.repeatable:
        return True
    return any(
        step.yields or step.scope == "app" or step.max_concurrency is not None
        for step in operation.work.steps
    )


def make_admitting_runner(operation: Operation, app: Flask, around: Around | None = None) -> Runner:
    """Return the runner of the providers before the body is read."""
    security = operation.security.steps
    admitting = (*find_route_place(operation, app), *security, *find_negotiation(operation))
    return make_runner(admitting, app, around)


#: The operations that answer in place of others while a provider is overridden.
overridden: ContextVar[Mapping[Served, Served]] = ContextVar(
    "flask_typed_overridden", default=MappingProxyType({})
)


def run_call(
    call: PlannedCall, function: Callable[..., Any], given: Mapping[str, Any], app: Flask
) -> Any:
    """Run the providers that a function needs, then the function."""
    values: Values = {}
    with ExitStack() as stack:
        make_runner(call.steps, app)(values, stack)
        return app.ensure_sync(function)(**call.inputs.collect(values), **given)
