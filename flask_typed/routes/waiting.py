"""The first phase of an app's typed routes: they wait for a ``Typed``.

Registration time: a blueprint may be registered before ``Typed(app)``. Types and configuration of
the app are not known yet, so nothing is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.routing import Rule

from .claims import Claims
from .serving import Planned, RoutedOperation
from .tools import Route


@dataclass(frozen=True, slots=True)
class Waiting:
    """The typed routes of an app that has no ``Typed`` yet, in the order of registration."""

    routes: list[Route] = field(default_factory=list)

    def plan(self, route: Route) -> Planned:
        """Return a route without operations."""
        return Planned(route, (), Claims())

    def add(self, planned: Planned) -> None:
        """Keep a route for later."""
        self.routes.append(planned.route)

    def plan_late(self, rule: Rule) -> None:
        """Ignore a rule that was added without one of our decorators."""

    def all_answers(self) -> list[RoutedOperation]:
        """Return an empty list: no route is served yet."""
        return []
