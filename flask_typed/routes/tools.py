"""The tools of one app, which turn its routes into operations. An app without ``Typed`` has none.

Registration time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, cast
from weakref import ref

from flask import Flask
from werkzeug.routing import Rule

from ..codec.codecs import Codecs
from ..declare.settings import Settings
from ..exceptions import DeclarationError, declared_in
from ..plan.dependencies import Replacements
from ..plan.operation import Operation
from ..plan.planning import Plan, RouteDetails, plan_operation, plan_requirements, view_methods
from ..plan.problems import ProblemShape, ProblemShapes
from ..schemas.deprecation import without_warning
from ..security.schemes import Requirement
from ..serve.background import Background
from ..serve.conditional import make_conditional
from ..serve.dispatch import Dispatcher, Served
from ..serve.failing import ProblemWriter
from ..serve.idempotency import make_idempotent
from ..serve.observing import make_observed
from ..serve.tasks import ServedWithTasks, TimedServedWithTasks
from ..serve.timing import TimedServed


@dataclass(frozen=True, slots=True)
class Route:
    """A typed route that an app has: a URL rule, its view, and the options of the decorator."""

    dispatcher: Dispatcher
    rule: Rule
    details: RouteDetails


@dataclass(frozen=True, slots=True)
class Tools:
    """Plans, serves and refuses requests of an app's routes.

    :param find_app: returns the app. The app has the tools, so a reference would keep it alive.
    :param lock: held while something is made that several threads may need at once.
    :param requirements: the security requirements of the app.
    :param settings: the app's configuration when it got its ``Typed``.
    :param background: runs the background tasks of the app.
    :param is_observed: whether the requests of the app are observed.
    """

    find_app: ref[Flask]
    lock: RLock
    plan: Plan
    problems: ProblemWriter
    codecs: Codecs | None
    requirements: tuple[Requirement, ...]
    settings: Settings
    background: Background
    is_observed: bool = False

    @property
    def app(self) -> Flask:
        """The app."""
        return self.find_app()  # type: ignore[return-value]  # it is there: its owner asks

    def plan_route(
        self,
        route: Route,
        methods: Rule | None = None,
        refuse: Callable[[DeclarationError], object] | None = None,
    ) -> list[Served]:
        """Return the operations of a route, ready to run but not registered.

        :param methods: the rule that has the methods, if it is another.
        :param refuse: called with the error of a rejected method; by default, it is raised.
        """
        planned: list[Served] = []
        for method in view_methods(route.dispatcher.view, methods or route.rule):
            try:
                planned.append(self._plan_method(route, method))
            except DeclarationError as error:
                if refuse is None:
                    raise
                refuse(error)
        return planned

    def _plan_method(self, route: Route, method: str) -> Served:
        """Return the operation of a route for one method."""
        served = self.serve(route.dispatcher.view, route.rule, method, route.details)
        with declared_in(f"view {served.operation.name}"):
            for problem in served.operation.problems:
                self.problems.shapes.outcome(problem)
        return served

    def serve(
        self, view: Callable[..., Any], rule: Rule, method: str, details: RouteDetails
    ) -> Served:
        """Return the operation of a view, ready to run."""
        app = self.app
        operation = plan_operation(view, rule, method, details, self.plan)
        call = app.ensure_sync(without_warning(view))
        heartbeat = self.settings.stream_heartbeat
        arguments = operation, call, self.problems, app, self.codecs, self.lock, heartbeat
        given = (self.background,) if operation.has_tasks else ()
        kind = find_class(operation, is_observed=self.is_observed)
        serve = cast("Callable[..., Served]", kind)
        return serve(*given, *arguments)

    def with_replacements(self, replacements: Replacements) -> Tools:
        """Return tools that plan with replaced providers."""
        return replace(self, plan=replace(self.plan, replacements=replacements))


def find_class(operation: Operation, *, is_observed: bool) -> type[Served]:
    """Return the class that serves an operation."""
    kinds = {
        (False, False): Served,
        (False, True): TimedServed,
        (True, False): ServedWithTasks,
        (True, True): TimedServedWithTasks,
    }
    kind = kinds[operation.has_tasks, operation.time_limit.can_expire]
    is_conditional = operation.conditions is not None or operation.freshness is not None
    kind = make_conditional(kind) if is_conditional else kind
    kind = kind if operation.repeatable is None else make_idempotent(kind)
    return make_observed(kind) if is_observed else kind


def make_tools(
    app: Flask,
    lock: RLock,
    plan: Plan,
    shape: ProblemShape | None,
    settings: Settings,
    background: Background,
    *,
    is_observed: bool,
) -> Tools:
    """Return the tools of an app.

    :raises DeclarationError: for a dependency of the app, or a shape, that cannot work.
    """
    codecs = Codecs(lock) if settings.acceleration else None
    shapes = ProblemShapes(plan.factory, shape)
    problems = ProblemWriter(shapes, codecs, lock, settings.max_faults)
    requirements = plan_requirements(plan)
    return Tools(
        ref(app), lock, plan, problems, codecs, requirements, settings, background, is_observed
    )
