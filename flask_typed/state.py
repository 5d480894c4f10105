"""What flask_typed knows of one app; kept in ``app.extensions["typed"]``.

Registration time fills it. A blueprint may be registered before ``Typed(app)``: its routes wait
here until the app's types and configuration are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from threading import RLock
from types import MappingProxyType
from typing import Any
from weakref import ref

from flask import Flask, Request, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from .codec.codecs import Codecs
from .declare.dependencies import Depends, Provider
from .declare.settings import Settings
from .exceptions import DeclarationError, SetupError, declared_in
from .plan.dependencies import Replacements, uses
from .plan.operation import Operation
from .plan.planning import (
    Plan,
    RouteDetails,
    plan_call,
    plan_operation,
    plan_requirements,
    plan_sent,
    view_methods,
)
from .plan.problems import ProblemShape, ProblemShapes
from .publish.declared import Document
from .schemas.deprecation import without_warning
from .security.guards import Guard
from .security.requirements import note_schemes
from .security.schemes import Requirement
from .serve.dispatch import Dispatcher, Served, make_function, overridden, run_call
from .serve.failing import ProblemWriter, keeps_response
from .serve.rules import checking_rules
from .serve.unrouted import Unrouted
from .serve.weakly import hold_weakly

EXTENSION = "typed"


@dataclass(frozen=True, slots=True)
class Route:
    """A typed route that an app has: a URL rule, its view, and the options of the decorator."""

    dispatcher: Dispatcher
    rule: Rule
    details: RouteDetails


@dataclass(frozen=True, slots=True)
class Tools:
    """What plans, serves and refuses requests of an app's routes, once it has a ``Typed``.

    :param requirements: the ways to be let in that the app declares for all of its routes.
    :param settings: the app's configuration, as it was when ``Typed`` was put on the app.
    """

    plan: Plan
    problems: ProblemWriter
    codecs: Codecs | None
    requirements: tuple[Requirement, ...]
    settings: Settings


class TypedState:
    """The typed routes of an app, and what is needed to serve and publish them.

    :ivar lock: held while something is made that several threads may ask for at once, so that
        none of them sees a part of it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = ref(app)  # not the app: it has the state, and is to be freed when it is dropped
        self.lock = RLock()
        self._plan_rule = hold_weakly(self._plan_late, self)  # one for all: they are many
        self._served: list[tuple[Route, Served]] = []
        self._ids: dict[str, str] = {}
        #: The Security Scheme Objects by their names.
        self._schemes: dict[str, Mapping[str, Any]] = {}
        self._dispatchers: dict[str, Dispatcher] = {}
        #: The first route of each endpoint.
        self._first: dict[str, Route] = {}
        #: What is noted of rules that were added without a decorator of ours, by their identity.
        self._late: dict[int, list[tuple[Route, Served]]] = {}
        self._planned: set[int] = set()
        self._waiting: list[Route] = []
        self._tools: Tools | None = None
        #: What the app publishes, by name.
        self.documents: Mapping[str, Document] = {}
        #: The descriptions that blueprints give to their tags.
        self.tags: dict[str, str] = {}
        #: The requests that the app sends, by name.
        self.webhooks: dict[str, Operation] = {}

    @property
    def app(self) -> Flask:
        """The app."""
        return self._app()  # type: ignore[return-value]  # it is there: its owner asks

    @property
    def ready(self) -> bool:
        """Whether ``Typed`` has been put on the app."""
        return self._tools is not None

    @property
    def tools(self) -> Tools:
        """What the app's routes are planned and served with.

        :raises SetupError: if the app has no ``Typed``.
        """
        if self._tools is None:
            raise SetupError("The app has typed routes, but no Typed: call `Typed(app)`.")
        return self._tools

    @property
    def plan(self) -> Plan:
        """What the app's views are planned with."""
        return self.tools.plan

    @property
    def operations(self) -> list[Operation]:
        """The app's operations, in the order of registration."""
        return [served.operation for _, served in self._all_served()]

    @property
    def endpoints(self) -> Mapping[str, Callable[..., Any]]:
        """The view of each typed endpoint, as it was registered."""
        return {name: dispatcher.view for name, dispatcher in self._dispatchers.items()}

    @property
    def views(self) -> list[tuple[Callable[..., Any], Served]]:
        """Each view as Flask calls it, with each operation that it answers."""
        return [(route.dispatcher.view, served) for route, served in self._all_served()]

    @property
    def problems(self) -> ProblemWriter:
        """What writes the app's errors."""
        return self.tools.problems

    def write_problem(self, problem: HTTPException) -> Response:
        """Return the response for an error of the current request."""
        served = self.find(request)
        return self.problems.response(problem, served.operation if served else None)

    def write_error(self, error: HTTPException) -> Response | None:
        """Return the response for an error that nobody has handled; none for one of a plain route.

        A hook may have aborted, or the program has failed: what is raised then is not told.
        """
        if not has_request_context() or self.find(request) is None or keeps_response(error):
            return None
        try:
            return self.write_problem(error)
        except Exception:
            if error.code != 500:
                raise
            self.app.logger.exception("The 500 of a typed route cannot be written")
            return None

    def make_tools(self, plan: Plan, shape: ProblemShape | None, settings: Settings) -> Tools:
        """Return what the app's routes are planned and served with; nothing is noted yet.

        :raises DeclarationError: for a dependency of the app, or a shape, that cannot work.
        """
        codecs = Codecs(self.lock) if settings.acceleration else None
        shapes = ProblemShapes(plan.factory, shape)
        problems = ProblemWriter(shapes, codecs, self.lock, settings.max_faults)
        return Tools(plan, problems, codecs, plan_requirements(plan), settings)

    def prepare(self, tools: Tools) -> None:
        """Take the tools, and plan the routes that waited for them.

        :raises DeclarationError: if one of them is refused. The app is then as it was before.
        """
        planned = [(route, self._plan_route(route, tools)) for route in self._waiting]
        schemes = self._find_schemes((one for _, served in planned for one in served), tools)
        ids = self._find_ids([one for _, served in planned for one in served])
        self._tools, self._waiting = tools, []
        self._unrouted = Unrouted(tools.problems)
        self._unrouted.install(self.app)
        for route, served in planned:
            self._add(route, served)
        self._ids.update(ids)
        self._schemes = schemes

    def add_route(
        self,
        endpoint: str,
        view: Callable[..., Any],
        details: RouteDetails,
        add_rule: Callable[[Callable[..., Any]], None],
    ) -> None:
        """Add a typed route to the app.

        :param add_rule: adds the URL rule to the app, with the given view function.
        :raises DeclarationError: for one that cannot work. Nothing of it is left behind.
        """
        dispatcher, function = self._find_dispatcher(endpoint, view)
        planned: list[tuple[Route, list[Served]]] = []
        ids: dict[str, str] = {}
        schemes: dict[str, Mapping[str, Any]] = {}

        def plan(rule: Rule) -> None:
            route = Route(dispatcher, rule, details)
            served = self._plan_route(route, self._tools) if self._tools else []
            ids.update(self._find_ids(served))
            schemes.update(self._find_schemes(served))
            planned.append((route, served))

        with checking_rules(self.app, plan):
            add_rule(function)
        self._dispatchers[endpoint] = dispatcher
        for route, served in planned:
            self._add(route, served)
        self._ids.update(ids)
        self._schemes.update(schemes)

    def find(self, current: Request) -> Served | None:
        """Return what answers a request, if its endpoint is typed."""
        dispatcher = self._dispatchers.get(current.endpoint or "")
        return dispatcher.find(current) if dispatcher else None

    def _find_dispatcher(
        self, endpoint: str, view: Callable[..., Any]
    ) -> tuple[Dispatcher, Callable[..., Any]]:
        """Return the endpoint's dispatcher and view function; one view may have several rules.

        :raises AssertionError: if the endpoint is another view's, as Flask does.
        """
        function = self.app.view_functions.get(endpoint)
        dispatcher = self._dispatchers.get(endpoint)
        if function is None or dispatcher is None or dispatcher.view != view:
            if function is not None:
                raise AssertionError(
                    "View function mapping is overwriting an existing endpoint function:"
                    f" {endpoint}"
                )
            dispatcher = Dispatcher(endpoint, view, self._plan_rule)
            function = make_function(dispatcher)
        return dispatcher, function

    def _plan_late(self, rule: Rule) -> None:
        """Plan a rule that was added to a typed endpoint without a decorator of ours.

        What does not go with the view is logged, and is not answered.
        """
        with self.lock:
            if self._tools is not None and id(rule) not in self._planned:
                first = self._first[rule.endpoint]
                details = replace(first.details, operation_id=None)
                route = Route(first.dispatcher, rule, details)
                methods = first.rule if rule.methods is None else rule
                planned = self._plan_route(route, self._tools, methods, self._warn)
                self._late[id(rule)] = self._serve_route(route, planned)

    def _warn(self, error: DeclarationError) -> None:
        """Log what keeps a late rule, or a method of it, from being answered."""
        self.app.logger.warning("A URL rule does not go with its view: %s", error)

    def _find_late(self) -> Iterator[tuple[Route, Served]]:
        """Yield the routes of late rules, in the order of the URL map, with their operations."""
        for endpoint in self._dispatchers:
            for rule in self.app.url_map.iter_rules(endpoint):
                self._plan_late(rule)
                if is_answered(rule):
                    yield from self._late.get(id(rule), ())

    def _all_served(self) -> list[tuple[Route, Served]]:
        """Return all routes with their operations."""
        return [*self._served, *self._find_late()]

    def replan(
        self, replacements: Replacements, answering: Mapping[Served, Served]
    ) -> Mapping[Served, Served]:
        """Return what answers instead of the operations that use a provider that is replaced.

        :param answering: what answers instead of some of them already.
        """
        tools = replace(self.tools, plan=replace(self.plan, replacements=replacements))
        with self.lock:
            return {
                served: self._serve_again(route, served.operation.method, tools)
                for route, served in self._all_served()
                if uses(answering.get(served, served).operation, replacements)
            }

    def _serve_again(self, route: Route, method: str, tools: Tools) -> Served:
        """Return an operation that answers instead of another of a route."""
        return self._serve(route.dispatcher.view, route.rule, method, route.details, tools)

    def call(self, function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
        """Call a function, and before it the providers that it needs."""
        plan = replace(self.plan, replacements=replaced.get().get(self, {}))
        with self.lock:
            call = plan_call(function, given, plan)
        return run_call(call, function, given, self.app)

    def describe_tag(self, tag: str, description: str) -> None:
        """Note what a blueprint says of its tag.

        :raises SetupError: if another blueprint says something else.
        """
        if self.tags.setdefault(tag, description) != description:
            raise SetupError(f"Two blueprints describe the tag {tag!r}, and not alike.")

    def add_webhook(self, name: str, function: Callable[..., Any]) -> None:
        """Note a function that stands for a request that the app sends."""
        if name in self.webhooks:
            raise SetupError(f"Two webhooks are called {name!r}.")
        self.webhooks[name] = plan_sent(function, self.plan)

    def protect(
        self, guard: Guard | None, tools: Tools
    ) -> Callable[[Callable[[], Any]], Callable[..., Any]]:
        """Return what guards views that are not typed: a decorator of theirs, or a dependency."""
        if not isinstance(guard, Depends):
            return guard or (lambda view: view)
        guarding = replace(tools, plan=replace(tools.plan, dependencies=(guard,)))

        def decorate(view: Callable[[], Any]) -> Callable[..., Any]:
            served = self._serve(view, Rule("/"), "GET", RouteDetails(), guarding)

            @wraps(view)
            def answer() -> Any:
                current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
                return served(current, {})

            return answer

        return decorate

    def _plan_route(
        self,
        route: Route,
        tools: Tools,
        methods: Rule | None = None,
        refuse: Callable[[DeclarationError], object] | None = None,
    ) -> list[Served]:
        """Return the operations of a route, ready to run; nothing of them is noted.

        :param methods: the rule that has the methods, if it is another.
        :param refuse: is told of a method that is refused; without it, the route is.
        """
        planned: list[Served] = []
        for method in view_methods(route.dispatcher.view, methods or route.rule):
            try:
                planned.append(self._plan_method(route, method, tools))
            except DeclarationError as error:
                if refuse is None:
                    raise
                refuse(error)
        return planned

    def _plan_method(self, route: Route, method: str, tools: Tools) -> Served:
        """Return the operation of a route for one method."""
        served = self._serve(route.dispatcher.view, route.rule, method, route.details, tools)
        with declared_in(f"view {served.operation.name}"):
            for problem in served.operation.problems:
                tools.problems.shapes.outcome(problem)
        return served

    def _add(self, route: Route, planned: Sequence[Served]) -> None:
        """Note a route, and answer its requests from now on."""
        self._first.setdefault(route.dispatcher.endpoint, route)
        if self._tools is None:
            self._waiting.append(route)
            return
        self._served += self._serve_route(route, planned)

    def _serve_route(self, route: Route, planned: Sequence[Served]) -> list[tuple[Route, Served]]:
        """Answer the requests of a route from now on; return it with each of its operations."""
        self._planned.add(id(route.rule))
        self._unrouted.rules.append(route.rule)
        for served in planned:
            route.dispatcher.serve(served)
        return [(route, served) for served in planned]

    def _serve(
        self,
        view: Callable[..., Any],
        rule: Rule,
        method: str,
        details: RouteDetails,
        tools: Tools,
    ) -> Served:
        """Return the operation of a view, ready to run."""
        operation = plan_operation(view, rule, method, details, tools.plan)
        call = self.app.ensure_sync(without_warning(view))
        return Served(operation, call, tools.problems, self.app, tools.codecs, self.lock)

    def _find_schemes(
        self, planned: Iterable[Served], tools: Tools | None = None
    ) -> dict[str, Mapping[str, Any]]:
        """Return the security schemes that are known, with those of operations and of the app.

        :raises DeclarationError: for two of one name.
        """
        known = dict(self._schemes)
        note_schemes(tools.requirements if tools else (), known)
        for served in planned:
            with declared_in(f"view {served.operation.name}"):
                note_schemes(served.operation.requirements, known)
        return known

    def _find_ids(self, planned: Iterable[Served]) -> dict[str, str]:
        """Return the operationIds that routes declare, with the names of their views.

        :raises DeclarationError: for one that is taken.
        """
        found: dict[str, str] = {}
        for served in planned:
            operation = served.operation
            declared = operation.details.operation_id
            other = self._ids.get(declared or "") or found.get(declared or "")
            if other is not None:
                raise DeclarationError(
                    f"The operation_id {declared!r} is taken by {other}.",
                    instead="Use another, or none: one is made from the endpoint.",
                    where=(f"view {operation.name}",),
                )
            if declared is not None:
                found[declared] = operation.name
        return found


def is_answered(rule: Rule) -> bool:
    """Return whether requests by a rule reach its view: some only build or redirect."""
    return not (rule.build_only or rule.redirect_to or rule.alias or rule.websocket)


#: The providers that are replaced, for each app, where the running code is.
replaced: ContextVar[Mapping[TypedState, Replacements]] = ContextVar(
    "flask_typed_replaced", default=MappingProxyType({})
)


@contextmanager
def override(
    states: Iterable[TypedState], provider: Provider, replacement: Provider
) -> Iterator[None]:
    """Let another provider stand in for one, in some apps, for the code that runs the block."""
    known, answering = dict(replaced.get()), dict(overridden.get())
    for state in states:
        known[state] = {**known.get(state, {}), provider: replacement}
        answering.update(state.replan(known[state], answering))
    tokens = replaced.set(known), overridden.set(answering)
    try:
        yield
    finally:
        replaced.reset(tokens[0])
        overridden.reset(tokens[1])


def get_state(app: Flask) -> TypedState:
    """Return what flask_typed knows of an app; made when it is first asked for."""
    state: TypedState | None = app.extensions.get(EXTENSION)
    if state is None:
        state = app.extensions[EXTENSION] = TypedState(app)
    return state
