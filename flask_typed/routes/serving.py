"""The second phase of an app's typed routes: they are served.

Registration time, from the moment when the app gets a ``Typed``. Routes may be added later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from werkzeug.routing import Rule

from ..exceptions import DeclarationError, SetupError
from ..plan.dependencies import Replacements, uses
from ..plan.operation import Operation, PlannedCall
from ..plan.planning import plan_sent
from ..plan.resolvers import ResolverPlan
from ..publish.declared import Document
from ..serve.dispatch import Served
from ..serve.json_forms import JsonForm
from ..serve.unrouted import Unrouted
from .asking import install_asking
from .claims import Claims
from .endpoints import Endpoints
from .tools import Route, Tools

#: Plans by functions, and by the names of the given arguments.
Calls = WeakKeyDictionary[Callable[..., Any], dict[frozenset[str], PlannedCall]]
#: A route with one of its operations.
RoutedOperation = tuple[Route, Served]


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned route that is not yet registered."""

    route: Route
    served: Sequence[Served]
    claims: Claims


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """The typed routes of an app with a ``Typed``, and the objects that serve and publish them.

    :param endpoints: those of the app's first phase too.
    :param unrouted: writes the errors for URLs that have the shape of a typed route.
    :param documents: of the app, by name.
    :param claims: the names that are in use.
    :param webhooks: the requests that the app sends, by name.
    :param answers: the routes that were added with a decorator of ours, in order of registration.
    :param planned: the rules that are planned, by their identity.
    :param late: the answers of rules that were added without a decorator of ours, by the identity
        of the rule.
    :param forms: the JSON forms of types that were used outside of requests.
    :param calls: the plans of functions that were called outside of requests, by the names of the
        given arguments.
    :param resolvers: the plans of resolvers of GraphQL.
    """

    tools: Tools
    endpoints: Endpoints
    unrouted: Unrouted
    documents: Mapping[str, Document]
    claims: Claims = field(default_factory=Claims)
    webhooks: dict[str, Operation] = field(default_factory=dict)
    answers: list[RoutedOperation] = field(default_factory=list)
    planned: set[int] = field(default_factory=set)
    late: dict[int, list[RoutedOperation]] = field(default_factory=dict)
    forms: dict[Any, JsonForm] = field(default_factory=dict)
    calls: Calls = field(default_factory=WeakKeyDictionary)
    resolvers: list[ResolverPlan] = field(default_factory=list)

    def plan(self, route: Route) -> Planned:
        """Plan a route.

        :raises DeclarationError: for one that cannot work.
        """
        served = self.tools.plan_route(route)
        return Planned(route, served, self.claims.find_new(served))

    def add(self, planned: Planned) -> None:
        """Serve a planned route."""
        self.answers.extend(self._serve(planned.route, planned.served))
        self.claims.add(planned.claims)

    def plan_late(self, rule: Rule) -> None:
        """Plan a rule that was added to a typed endpoint without a decorator of ours.

        A method that does not fit the view is logged and not served.
        """
        with self.tools.lock:
            if id(rule) not in self.planned:
                first = self.endpoints.first[rule.endpoint]
                details = replace(first.details, operation_id=None)
                route = Route(first.dispatcher, rule, details)
                methods = first.rule if rule.methods is None else rule
                served = self.tools.plan_route(route, methods, self._warn)
                self.late[id(rule)] = self._serve(route, served)

    def _warn(self, error: DeclarationError) -> None:
        """Log why a late rule, or one of its methods, is not served."""
        self.tools.app.logger.warning("A URL rule does not fit its view: %s", error)

    def _serve(self, route: Route, served: Iterable[Served]) -> list[RoutedOperation]:
        """Register a planned route; return it with each of its operations."""
        self.planned.add(id(route.rule))
        self.unrouted.rules.append(route.rule)
        answers = [(route, one) for one in served]
        for _, one in answers:
            route.dispatcher.serve(one)
        return answers

    def all_answers(self) -> list[RoutedOperation]:
        """Return all routes with their operations; late rules come last."""
        return [*self.answers, *self._find_late()]

    def _find_late(self) -> Iterator[RoutedOperation]:
        """Yield late rules with their operations, in the order of the URL map."""
        for endpoint in self.endpoints.dispatchers:
            for rule in self.tools.app.url_map.iter_rules(endpoint):
                self.plan_late(rule)
                if is_answered(rule):
                    yield from self.late.get(id(rule), ())

    def replan(
        self, replacements: Replacements, answering: Mapping[Served, Served]
    ) -> Mapping[Served, Served]:
        """Return the stand-ins of operations that use a replaced provider.

        :param answering: the stand-ins of an outer replacement.
        """
        tools = self.tools.with_replacements(replacements)
        with tools.lock:
            return {
                served: tools.serve(
                    route.dispatcher.view, route.rule, served.operation.method, route.details
                )
                for route, served in self.all_answers()
                if uses(answering.get(served, served).operation, replacements)
            }

    def add_webhook(self, name: str, function: Callable[..., Any]) -> None:
        """Note a function that stands for a request that the app sends."""
        if name in self.webhooks:
            raise SetupError(f"Two webhooks are called {name!r}: give one of them another name.")
        self.webhooks[name] = plan_sent(function, self.tools.plan)


def start_serving(
    waiting: Sequence[Route], tools: Tools, endpoints: Endpoints, documents: Mapping[str, Document]
) -> Serving:
    """Return the second phase of an app, which answers the requests of the routes that waited.

    :raises DeclarationError: if one of them is refused. The app is then as it was before.
    """
    routes = [(route, tools.plan_route(route)) for route in waiting]
    served = [one for _, several in routes for one in several]
    claims = Claims().find_new(served, tools.requirements)
    serving = Serving(tools, endpoints, Unrouted(tools.problems), documents, claims)
    serving.unrouted.install(tools.app)
    install_asking(tools.app, endpoints)
    for route, several in routes:
        serving.add(Planned(route, several, Claims()))
    return serving


def is_answered(rule: Rule) -> bool:
    """Return whether requests by a rule reach its view: some only build or redirect."""
    return not (rule.build_only or rule.redirect_to or rule.alias or rule.websocket)
