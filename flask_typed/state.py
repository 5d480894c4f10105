"""What flask_typed knows of one app; kept in ``app.extensions["typed"]``.

Registration time fills it. A blueprint may be registered before ``Typed(app)``: its routes wait
here until the app's types and configuration are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from .exceptions import DeclarationError, SetupError
from .plan.operation import Operation
from .plan.planning import RouteDetails, plan_operation, view_methods
from .plan.problems import ProblemShape, ProblemShapes
from .schemas.factory import SchemaFactory
from .serve.dispatch import Dispatcher
from .serve.failing import ProblemWriter

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
        #: In the order of registration.
        self.operations: list[Operation] = []
        self._ids: dict[str, str] = {}
        self._dispatchers: dict[str, Dispatcher] = {}
        self._waiting: list[Route] = []
        self._factory: SchemaFactory | None = None
        self._problems: ProblemWriter | None = None

    @property
    def ready(self) -> bool:
        """Whether ``Typed`` has been put on the app."""
        return self._factory is not None

    @property
    def problems(self) -> ProblemWriter:
        """What writes the app's errors."""
        if self._problems is None:
            raise SetupError("The app has typed routes, but no Typed: call `Typed(app)`.")
        return self._problems

    def prepare(self, factory: SchemaFactory, shape: ProblemShape | None) -> None:
        """Take the app's types and configuration, and plan the routes that waited for them."""
        self._problems = ProblemWriter(ProblemShapes(factory, shape))
        self._factory = factory
        waiting, self._waiting = self._waiting, []
        for route in waiting:
            self._plan(route, factory)

    def add_route(
        self,
        endpoint: str,
        view: Callable[..., Any],
        details: RouteDetails,
        add_rule: Callable[[Dispatcher], None],
    ) -> None:
        """Add a typed route to the app.

        :param add_rule: adds the URL rule to the app, with the given view function.
        """
        dispatcher = self._find_dispatcher(endpoint, view)
        known = len(self._rules(endpoint))
        add_rule(dispatcher)
        self._dispatchers[endpoint] = dispatcher
        for rule in self._rules(endpoint)[known:]:
            route = Route(dispatcher, rule, details)
            if self._factory is None:
                self._waiting.append(route)
            else:
                self._plan(route, self._factory)

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

    def _plan(self, route: Route, factory: SchemaFactory) -> None:
        view = route.dispatcher.view
        call = self.app.ensure_sync(view)
        for method in view_methods(view, route.rule):
            operation = plan_operation(view, route.rule, method, route.details, factory)
            self._check(operation)
            self.operations.append(operation)
            route.dispatcher.serve(operation, call, self.problems)

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


def get_state(app: Flask) -> TypedState:
    """Return what flask_typed knows of an app; made when it is first asked for."""
    state: TypedState = app.extensions.setdefault(EXTENSION, TypedState(app))
    return state
