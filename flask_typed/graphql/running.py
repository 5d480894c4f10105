"""What one request has made so far, for all resolvers of its operations.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from typing import Any

from flask import Request

from ..bridge.handing import Handing
from ..declare.deadlines import DeadlineExceeded
from ..plan.operation import REQUEST, TASKS


class GraphQLContext:
    """The context of a request: ``info.context`` in a resolver.

    :ivar request: Flask's request.
    """

    def __init__(self, request: Request, tasks: Any = None) -> None:
        self.request = request
        self._state = Run({REQUEST: request, TASKS: tasks})


def find_run(context: GraphQLContext) -> Run:
    """Return what the request of a context has made so far."""
    return context._state


class FailedProvider:
    """A provider that has failed in this request, and is not run again."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Run:
    """The values of one request, and how its resolvers are called.

    :param given: the values that are there from the start, by their keys.
    :ivar stack: closes the providers at the end.
    :ivar shared: the values of providers by their identity, or how they have failed.
    :ivar made: the arguments that providers give each resolver, by its phases.
    :ivar is_on_loop: whether the operation goes on as async code, on the loop.
    :ivar interrupted: the error that has ended the time of the request.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.stack: ExitStack = ExitStack()
        self.shared: dict[Any, Any] = {}
        self.made: dict[Any, dict[str, Any]] = {}
        self.is_on_loop = False
        self.interrupted: DeadlineExceeded | None = None
        self._handing: Handing | None = None
        self._tasks = given[TASKS]
        self._earlier_tasks = 0 if self._tasks is None else len(self._tasks)

    def drop_tasks(self) -> None:
        """Do not run the background tasks of the operation, because it has failed.

        Other operations of a batch have tasks of their own.
        """
        if self._tasks is not None:
            self._tasks.drop_after(self._earlier_tasks)

    def wait_for(self, awaitable: Any, name: str) -> Any:
        """Return the result of an awaitable, while the functions that it hands over run here.

        :param name: of the operation, for messages.
        """
        self._handing = Handing(name)
        self.is_on_loop = True
        token = CURRENT_RUN.set(self)
        try:
            return self._handing.run(awaitable)
        finally:
            CURRENT_RUN.reset(token)
            self.is_on_loop = False
            self._handing = None

    def hand(self, function: Callable[[], Any]) -> Any:
        """On the loop: return the future of a function that the caller of the operation runs."""
        handing: Any = self._handing  # it is there while the operation is on the loop
        return handing.hand(function)


#: The request whose operation is on the loop, for the code that it runs there.
CURRENT_RUN: ContextVar[Run | None] = ContextVar("flask_typed_graphql", default=None)
