"""From a view to the operation that a call of it is about, as a client plans it.

Where the client is used: an operation is planned at its first call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import Schema

from ..exceptions import SetupError
from ..plan.operation import Operation
from ..plan.options import NO_EXCLUSION
from ..plan.planning import plan_operation
from ..plan.problems import ProblemShapes
from ..routes.serving import Serving
from ..routes.tools import Route
from ..schemas.factory import FieldMaker
from ..schemas.mirrored import MirrorFactory
from ..serve.dispatch import Served


@dataclass(frozen=True, slots=True)
class Mirrored:
    """An operation with the fields that write its requests and read its responses.

    :param strict: with the rules of the server: what fits them is what the server means.
    :param loose: for values that only a newer or an older server would send or accept.
    """

    served: Operation
    strict: Operation
    loose: Operation


class Mirrors:
    """The operations of an app as its clients plan them."""

    def __init__(self, serving: Serving) -> None:
        plain = serving.tools.plan.factory
        self.serving = serving
        self._factories = tuple(MirrorFactory(plain, is_loose=loose) for loose in (False, True))
        self._known: dict[int, Mirrored] = {}
        #: The shapes of problems that read them, the strict one first.
        self.shapes = tuple(map(ProblemShapes, self._factories))

    def find(self, view: Callable[..., Any], endpoint: str | None, method: str | None) -> Mirrored:
        """Return the operation of a view.

        :raises SetupError: if there is none, or more than one.
        """
        answers = self.serving.all_answers()
        found = [one for one in answers if is_meant(*one, view)]
        chosen = [
            (route, served)
            for route, served in found
            if endpoint in (None, route.dispatcher.endpoint)
            and method in (None, served.operation.method)
        ]
        if len(chosen) != 1:
            raise SetupError(explain_choice(view, chosen or found))
        ((route, served),) = chosen
        with self.serving.tools.lock:
            return self._plan(route, served)

    def _plan(self, route: Route, served: Served) -> Mirrored:
        """Return an operation, which is planned at its first use."""
        known = self._known.get(id(served))
        if known is None:
            strict, loose = (self._replan(route, served, one) for one in self._factories)
            known = self._known[id(served)] = Mirrored(served.operation, strict, loose)
        return known

    def _replan(self, route: Route, served: Served, factory: MirrorFactory) -> Operation:
        plan = replace(self.serving.tools.plan, factory=factory, exclusion=NO_EXCLUSION)
        details = replace(route.details, exclusion=NO_EXCLUSION, fields=False, callbacks={})
        method = served.operation.method
        operation = plan_operation(route.dispatcher.view, route.rule, method, details, plan)
        factory.turn_schemas(
            *(reader.schema for reader in operation.readers),
            *(outcome.field for outcome in operation.outcomes),
        )
        return operation

    @property
    def has_own_shape(self) -> bool:
        """Whether the bodies of errors have a custom shape."""
        return self.serving.tools.problems.shapes.is_custom

    def make_row(self, model: Any) -> Schema:
        """Return the schema that reads a row of a response in CSV, by the rules of forms."""
        loose = self._factories[-1]
        with self.serving.tools.lock:
            return loose.make_model_schema(model, FieldMaker(loose, "form"))()


def is_meant(route: Route, served: Served, view: Callable[..., Any]) -> bool:
    """Return whether an operation is of a view: a function, or a method of a ``MethodView``."""
    registered = route.dispatcher.view
    view_class = getattr(registered, "view_class", None)
    owner = getattr(view, "__self__", None)
    if view_class is None:
        return any(one == registered for one in find_wrapped(view))
    name = getattr(view, "__name__", "")
    return type(owner) is view_class and name.upper() == served.operation.method


def find_wrapped(view: Any) -> Iterator[Any]:
    """Yield a function and those that decorators have wrapped."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def explain_choice(view: Callable[..., Any], found: list[tuple[Route, Served]]) -> str:
    """Return the message about a view without an operation, or with several."""
    name = getattr(view, "__qualname__", repr(view))
    if not found:
        advice = (
            "call a method of an instance: `client.call(Books().get, …)`"
            if inspect.isfunction(view) and "." in name
            else "pass the function below the route's decorator, of a blueprint of this app"
        )
        return f"{name} is not a typed view of the app: {advice}."
    several = ", ".join(
        f"{served.operation.method} {route.rule.rule} ({route.dispatcher.endpoint})"
        for route, served in found
    )
    return (
        f"{name} has several operations: {several}. Choose one by client.at(method=…, endpoint=…)"
    )
