"""What flask_typed knows of one app; kept in ``app.extensions["typed"]``.

Registration time fills it. A blueprint may be registered before ``Typed(app)``: its routes wait
here until the app's types and configuration are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from types import MappingProxyType
from typing import Any

from flask import Flask, Request, request
from werkzeug.routing import Rule

from .codec.codecs import Codecs
from .declare.dependencies import Depends, Provider
from .declare.documents import Document, Guard
from .declare.security import Requirement
from .exceptions import DeclarationError, SetupError
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
from .serve.dispatch import Dispatcher, Served, overridden, run_call
from .serve.failing import ProblemWriter
from .serve.unrouted import Unrouted

EXTENSION = "typed"


@dataclass(frozen=True, slots=True)
class Route:
    """A typed route that an app has: a URL rule, its view, and what the decorator said."""

    dispatcher: Dispatcher
    rule: Rule
    details: RouteDetails


class TypedState:
    """The typed routes of an app, and what is needed to serve and publish them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._served: list[tuple[Route, Served]] = []
        self._ids: dict[str, str] = {}
        self._dispatchers: dict[str, Dispatcher] = {}
        self._waiting: list[Route] = []
        self._plan: Plan | None = None
        #: What the app asks of a client before any route does.
        self.requirements: tuple[Requirement, ...] = ()
        self._problems: ProblemWriter | None = None
        self._codecs: Codecs | None = None
        #: What the app publishes, by name.
        self.documents: Mapping[str, Document] = {}
        #: The descriptions that blueprints give to their tags.
        self.tags: dict[str, str] = {}
        #: The requests that the app sends, by name.
        self.webhooks: dict[str, Operation] = {}

    @property
    def ready(self) -> bool:
        """Whether ``Typed`` has been put on the app."""
        return self._plan is not None

    @property
    def plan(self) -> Plan:
        """What the app's views are planned with."""
        if self._plan is None:
            raise SetupError("The app has typed routes, but no Typed: call `Typed(app)`.")
        return self._plan

    @property
    def operations(self) -> list[Operation]:
        """The app's operations, in the order of registration."""
        return [served.operation for _, served in self._served]

    @property
    def views(self) -> list[tuple[Callable[..., Any], Served]]:
        """Each view as Flask calls it, with each operation that it answers."""
        return [(route.dispatcher.view, served) for route, served in self._served]

    @property
    def problems(self) -> ProblemWriter:
        """What writes the app's errors."""
        if self._problems is None:
            raise SetupError("The app has typed routes, but no Typed: call `Typed(app)`.")
        return self._problems

    def prepare(self, plan: Plan, shape: ProblemShape | None, *, accelerated: bool) -> None:
        """Take the app's types and configuration, and plan the routes that waited for them."""
        self._codecs = Codecs() if accelerated else None
        self._problems = ProblemWriter(ProblemShapes(plan.factory, shape), self.app, self._codecs)
        self._unrouted = Unrouted(self._problems)
        self._unrouted.install(self.app)
        self.requirements = plan_requirements(plan)
        self._plan = plan
        waiting, self._waiting = self._waiting, []
        for route in waiting:
            self._add(route, plan)

    def add_route(
        self,
        endpoint: str,
        view: Callable[..., Any],
        details: RouteDetails,
        add_rule: Callable[[Callable[..., Any]], None],
    ) -> None:
        """Add a typed route to the app.

        :param add_rule: adds the URL rule to the app, with the given view function.
        """
        dispatcher = self._find_dispatcher(endpoint, view)
        known = len(self._rules(endpoint))
        add_rule(dispatcher.function)
        self._dispatchers[endpoint] = dispatcher
        for rule in self._rules(endpoint)[known:]:
            route = Route(dispatcher, rule, details)
            if self._plan is None:
                self._waiting.append(route)
            else:
                self._add(route, self._plan)

    def find(self, current: Request) -> Served | None:
        """Return what answers a request, if its endpoint is typed."""
        dispatcher = self._dispatchers.get(current.endpoint or "")
        return dispatcher.find(current) if dispatcher else None

    def _find_dispatcher(self, endpoint: str, view: Callable[..., Any]) -> Dispatcher:
        """Return the endpoint's dispatcher; one view may have several rules.

        Another view under the same endpoint gets its own, which Flask will refuse.
        """
        dispatcher = self._dispatchers.get(endpoint)
        if dispatcher is None or dispatcher.view != view:
            return Dispatcher(endpoint, view)
        return dispatcher

    def _rules(self, endpoint: str) -> list[Rule]:
        # Map.iter_rules sorts the whole map on each call: a thousand routes would wait for it.
        rules: list[Rule] = self.app.url_map._rules_by_endpoint.get(endpoint, [])
        return list(rules)

    def replan(
        self, replacements: Replacements, answering: Mapping[Served, Served]
    ) -> Mapping[Served, Served]:
        """Return what answers instead of the operations that use a provider that is replaced.

        :param answering: what answers instead of some of them already.
        """
        plan = replace(self.plan, replacements=replacements)
        return {
            served: self._serve_route(route, served.operation.method, plan)
            for route, served in self._served
            if uses(answering.get(served, served).operation, replacements)
        }

    def call(self, function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
        """Call a function, and before it the providers that it needs."""
        plan = replace(self.plan, replacements=replaced.get().get(self, {}))
        return run_call(plan_call(function, given, plan), function, given, self.app)

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

    def protect(self, guard: Guard | None) -> Callable[[Callable[[], Any]], Callable[..., Any]]:
        """Return what guards views that are not typed: a decorator of theirs, or a dependency."""
        if not isinstance(guard, Depends):
            return guard or (lambda view: view)
        plan = replace(self.plan, dependencies=(guard,))

        def decorate(view: Callable[[], Any]) -> Callable[..., Any]:
            served = self._serve(view, Rule("/"), "GET", RouteDetails(), plan)

            @wraps(view)
            def answer() -> Any:
                current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
                return served(current, {})

            return answer

        return decorate

    def _add(self, route: Route, plan: Plan) -> None:
        self._unrouted.rules.append(route.rule)
        for method in view_methods(route.dispatcher.view, route.rule):
            served = self._serve_route(route, method, plan)
            self._check(served.operation)
            self._served.append((route, served))
            route.dispatcher.serve(served)

    def _serve_route(self, route: Route, method: str, plan: Plan) -> Served:
        """Return a route's operation, ready to run."""
        return self._serve(route.dispatcher.view, route.rule, method, route.details, plan)

    def _serve(
        self,
        view: Callable[..., Any],
        rule: Rule,
        method: str,
        details: RouteDetails,
        plan: Plan,
    ) -> Served:
        """Return the operation of a view, ready to run."""
        operation = plan_operation(view, rule, method, details, plan)
        return Served(operation, self.app.ensure_sync(view), self.problems, self.app, self._codecs)

    def _check(self, operation: Operation) -> None:
        """Raise for what only the app as a whole can know to be wrong."""
        try:
            for problem in operation.problems:
                self.problems.shapes.outcome(problem)
            self._take_id(operation)
        except DeclarationError as error:
            raise error.within(f"view {operation.name}") from error.__cause__

    def _take_id(self, operation: Operation) -> None:
        """Note the operationId that a route says; another may not say it."""
        said = operation.details.operation_id
        if said is None:
            return
        if said in self._ids:
            raise DeclarationError(
                f"The operation_id {said!r} is taken by {self._ids[said]}.",
                instead="Say another, or none: one is made from the endpoint.",
            )
        self._ids[said] = operation.name


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
    state: TypedState = app.extensions.setdefault(EXTENSION, TypedState(app))
    return state
