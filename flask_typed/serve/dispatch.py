"""What Flask calls for a typed endpoint.

Request time; made at registration.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from ..exceptions import ResponseMismatch, SetupError
from ..plan.operation import Operation
from .binding import bind
from .failing import ProblemWriter
from .responding import Responder


class Dispatcher:
    """The view function of one endpoint of an app, for all its rules and methods.

    It looks like the view that it stands for (name, docstring, ``methods`` of class-based views).
    """

    def __init__(self, endpoint: str, view: Callable[..., Any]) -> None:
        functools.update_wrapper(self, view)
        self.endpoint = endpoint
        self.view = view
        self._served: dict[tuple[int, str], Served] = {}

    def serve(
        self, operation: Operation, call: Callable[..., Any], problems: ProblemWriter
    ) -> None:
        """Answer the requests of an operation from now on."""
        served = Served(operation, call, problems)
        self._served[id(operation.rule), operation.method] = served
        if operation.method == "GET":
            self._served.setdefault((id(operation.rule), "HEAD"), served)

    def __call__(self, /, **view_args: Any) -> ResponseReturnValue:
        """Answer the current request."""
        rule: Rule | None = request.url_rule
        served = self._served.get((id(rule), request.method))
        if served is None:
            raise SetupError(
                f"The endpoint {self.endpoint!r} is typed, but its app has no Typed: call"
                " `Typed(app)`, or `typed.init_app(app)`, when the app is made."
            )
        return served(view_args)


class Served:
    """One operation, ready to run."""

    def __init__(
        self, operation: Operation, call: Callable[..., Any], problems: ProblemWriter
    ) -> None:
        self._operation = operation
        self._call = call
        self._problems = problems
        self._responder = Responder(operation)

    def __call__(self, view_args: dict[str, Any]) -> ResponseReturnValue:
        """Bind, call, respond."""
        try:
            current = request._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
            value = self._call(**bind(self._operation, current, view_args))
            return self._responder.respond(value)
        except HTTPException as error:
            self._problems.attach(error)
            raise
        except ResponseMismatch as error:
            error.view = self._operation.name
            raise
