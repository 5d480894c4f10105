"""The typed endpoints of one app.

Made at registration time; each request finds its operation here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request
from werkzeug.routing import Rule

from ..serve.dispatch import Dispatcher, PlanRule, Served, make_function
from .tools import Route


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The typed endpoints of waiting and of served routes.

    :param first: the first route of each endpoint.
    """

    dispatchers: dict[str, Dispatcher] = field(default_factory=dict)
    first: dict[str, Route] = field(default_factory=dict)

    def find(self, current: Request) -> Served | None:
        """Return the operation for a request; ``None`` for a plain endpoint."""
        dispatcher = self.dispatchers.get(current.endpoint or "")
        return dispatcher.find(current) if dispatcher else None

    def find_served(self, rule: Rule, method: str) -> Served | None:
        """Return the operation of a rule and a method; ``None`` for a plain endpoint."""
        dispatcher = self.dispatchers.get(rule.endpoint)
        return dispatcher.find_by_rule(rule, method) if dispatcher else None

    def find_dispatcher(
        self, app: Flask, endpoint: str, view: Callable[..., Any], plan_rule: PlanRule
    ) -> tuple[Dispatcher, Callable[..., Any]]:
        """Return an endpoint's dispatcher and view function; one view may have several rules.

        :raises AssertionError: if another view has the endpoint, as in Flask.
        """
        function = app.view_functions.get(endpoint)
        dispatcher = self.dispatchers.get(endpoint)
        if function is None or dispatcher is None or dispatcher.view != view:
            if function is not None:
                raise AssertionError(
                    "View function mapping is overwriting an existing endpoint function:"
                    f" {endpoint}. Give one of the views another name, or `endpoint=…`."
                )
            dispatcher = Dispatcher(endpoint, view, plan_rule)
            function = make_function(dispatcher)
        return dispatcher, function
