"""The state of one app, in ``app.extensions["typed"]``.

Registration time fills it. A blueprint may be registered before ``Typed(app)``: its routes wait
until the app's types and configuration are known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from threading import RLock
from typing import Any
from weakref import ref

from flask import Flask, Request, has_request_context, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from .exceptions import SetupError
from .plan.operation import Operation, PlannedCall
from .plan.planning import RouteDetails
from .plan.resolvers import ResolverPlan
from .publish.declared import Document
from .routes.endpoints import Endpoints
from .routes.overriding import plan_function
from .routes.serving import Planned, Serving, start_serving
from .routes.tools import Route, Tools
from .routes.waiting import Waiting
from .serve.dispatch import Served
from .serve.failing import keeps_response
from .serve.rules import checking_rules
from .serve.weakly import hold_weakly

EXTENSION = "typed"


class TypedState:
    """The typed routes of an app, in one of two phases: waiting for a ``Typed``, or served.

    :ivar lock: held while something is made that several threads may need at once, so that
        none of them sees a part of it.
    :ivar tags: the descriptions that blueprints give to their tags.
    """

    def __init__(self, app: Flask) -> None:
        self._app = ref(app)  # not the app: it has the state, and is to be freed when it is dropped
        self.lock = RLock()
        self._plan_rule = hold_weakly(self._plan_late, self)  # one for all: they are many
        self._endpoints = Endpoints()
        self._phase: Waiting | Serving = Waiting()
        self.tags: dict[str, str] = {}

    @property
    def app(self) -> Flask:
        """The app."""
        return self._app()  # type: ignore[return-value]  # it is there: its owner asks

    @property
    def ready(self) -> bool:
        """Whether ``Typed`` has been put on the app."""
        return isinstance(self._phase, Serving)

    @property
    def waiting(self) -> Waiting:
        """The routes that wait for a ``Typed``.

        :raises SetupError: if the app has one.
        """
        if isinstance(self._phase, Serving):
            raise SetupError(
                f"The app {self.app.name!r} has a Typed already: call Typed(app) or init_app(app)"
                " once."
            )
        return self._phase

    @property
    def serving(self) -> Serving:
        """The record that serves and publishes the app's routes.

        :raises SetupError: if the app has no ``Typed``.
        """
        if isinstance(self._phase, Waiting):
            raise SetupError("The app has typed routes, but no Typed: call `Typed(app)`.")
        return self._phase

    @property
    def tools(self) -> Tools:
        """The tools that plan the app's routes and write their errors."""
        return self.serving.tools

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents of the app, by name."""
        return self.serving.documents

    @property
    def operations(self) -> list[Operation]:
        """The app's operations, in the order of registration."""
        return [served.operation for _, served in self._phase.all_answers()]

    @property
    def needing(self) -> list[Operation | ResolverPlan]:
        """What needs providers: the app's operations, and the resolvers of GraphQL."""
        return [*self.operations, *self.serving.resolvers]

    @property
    def endpoints(self) -> Mapping[str, Callable[..., Any]]:
        """The view of each typed endpoint as it was registered, for the doctor."""
        dispatchers = self._endpoints.dispatchers
        return {name: dispatcher.view for name, dispatcher in dispatchers.items()}

    @property
    def views(self) -> list[tuple[Callable[..., Any], Served]]:
        """Each view as Flask calls it, with each of its operations."""
        return [(route.dispatcher.view, served) for route, served in self._phase.all_answers()]

    def find(self, current: Request) -> Served | None:
        """Return the operation for a request; ``None`` for a plain endpoint."""
        return self._endpoints.find(current)

    def write_problem(self, problem: HTTPException) -> Response:
        """Return the response for an error of the current request."""
        served = self.find(request)
        return self.tools.problems.response(problem, served.operation if served else None)

    def write_error(self, error: HTTPException) -> Response | None:
        """Return the response for an unhandled error; ``None`` on a plain route.

        A hook may have aborted, or the program has failed: the response does not tell the cause.
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

    def start_serving(
        self, waiting: Waiting, tools: Tools, documents: Mapping[str, Document]
    ) -> None:
        """Begin the second phase: plan the routes that waited, and serve them.

        :param waiting: the first phase, which ends.
        :raises DeclarationError: for a route that cannot work. The app stays unchanged then.
        """
        with self.lock:
            self._phase = start_serving(waiting.routes, tools, self._endpoints, documents)

    def add_route(
        self,
        endpoint: str,
        view: Callable[..., Any],
        details: RouteDetails,
        add_rule: Callable[[Callable[..., Any]], None],
    ) -> None:
        """Add a typed route to the app.

        :param add_rule: adds the URL rule to the app, with the given view function.
        :raises DeclarationError: for a route that cannot work. Nothing of it is kept.
        """
        endpoints, phase = self._endpoints, self._phase
        dispatcher, function = endpoints.find_dispatcher(self.app, endpoint, view, self._plan_rule)
        planned: list[Planned] = []

        def plan(rule: Rule) -> None:
            planned.append(phase.plan(Route(dispatcher, rule, details)))

        with checking_rules(self.app, plan):
            add_rule(function)
        endpoints.dispatchers[endpoint] = dispatcher
        for one in planned:
            endpoints.first.setdefault(endpoint, one.route)
            phase.add(one)

    def name_operations(self) -> dict[tuple[int, str], str]:
        """Return the operationIds of the document, by the identity of the rule and by method.

        A hidden operation has none.
        """
        from .publish.naming import name_operations  # noqa: PLC0415  # only observers need it

        operations = [one for one in self.operations if not one.details.hidden]
        keys = [(id(operation.rule), operation.method) for operation in operations]
        return dict(zip(keys, name_operations(operations), strict=True))

    def plan_task(self, function: Callable[..., Any], given: Collection[str]) -> PlannedCall:
        """Return the plan of a background task."""
        return plan_function(self.serving, function, given)

    def _plan_late(self, rule: Rule) -> None:
        """Plan a rule that was added to a typed endpoint without a decorator of ours."""
        self._phase.plan_late(rule)

    def describe_tag(self, tag: str, description: str) -> None:
        """Keep a blueprint's description of its tag.

        :raises SetupError: if another blueprint has a different one.
        """
        if self.tags.setdefault(tag, description) != description:
            raise SetupError(
                f"Two blueprints describe the tag {tag!r}, and not alike: describe it in one of"
                " them, or in TYPED_TAGS."
            )


def get_state(app: Flask) -> TypedState:
    """Return the state of an app, which is made on first use."""
    state: TypedState | None = app.extensions.get(EXTENSION)
    if state is None:
        state = app.extensions[EXTENSION] = TypedState(app)
    return state
