"""The background tasks of a request: they are collected, and run once the response was sent.

Request time. Hooks may replace the response of the view, or raise, so the app is watched for the
response that it sends.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Request
from werkzeug.wrappers import Response

from ..bridge.deadlines import CURRENT
from ..declare.background import BackgroundTask, BackgroundTasks
from ..libraries.flask import copy_outer_context, current_context, find_request
from ..plan.operation import TASKS
from .background import Background, Batch, PlannedTask
from .dispatch import Pipeline, Served
from .injection import Runner
from .lifespan import Values
from .streams import StreamBody
from .timing import TimedServed
from .weakly import hold_weakly

#: The key in the environ of a request that holds its background tasks.
COLLECTED = "flask_typed.tasks"
#: The header that tells requests apart in logs.
REQUEST_ID = "X-Request-ID"


class RequestTasks(BackgroundTasks):
    """Collects the tasks of a request until they run, or are dropped."""

    def __init__(self, background: Background, current: Request) -> None:
        super().__init__()
        self._background = background
        self._current = current
        self._planned: deque[PlannedTask] | None = deque()

    def __del__(self) -> None:
        self.drop()

    def _accept(self, task: BackgroundTask, given: frozenset[str] | None) -> None:
        """Plan the task and keep it.

        :raises RuntimeError: if the tasks of the request run already.
        """
        if self._planned is None:
            raise RuntimeError(
                f"The background task {task.name} is too late: the request has ended."
            )
        call = None if given is None else self._background.plan(task.function, given)
        self._background.reserve()
        super()._accept(task, given)
        self._planned.append(PlannedTask(task, call))

    def drop_after(self, count: int) -> None:
        """Do not run the tasks that were added after others, because what added them has failed.

        :param count: of the tasks that are kept.
        """
        planned: Any = self._planned  # the request has not ended
        for _ in range(len(planned) - count):
            planned.pop()
            self._tasks.pop()
            self._background.drop(1)

    def drop(self) -> None:
        """Do not run the tasks, because the request ended with an error."""
        planned, self._planned = self._planned, None
        if planned:
            self._background.drop(len(planned))

    def settle(self, response: Response) -> None:
        """Run the tasks after a response of the app, or drop them."""
        if response.status_code >= 400:
            self.drop()
            return
        batch = self._take(response)
        if batch is None:
            return
        if batch.app.testing:
            run_after_context(lambda: self._run_now(batch))
        else:
            call_when_sent(response, lambda: self._background.submit(batch))

    def leave(self, kind: type[BaseException] | None, *error: Any) -> None:
        """At the end of a stream: run the tasks, or drop them after an error."""
        if kind is not None:
            self.drop()
            return
        batch = self._take(None)
        if batch is not None:
            (self._run_now if batch.app.testing else self._background.submit)(batch)

    def _take(self, response: Response | None) -> Batch | None:
        """Return the tasks, if there are any; no more can be added."""
        planned, self._planned = self._planned, None
        if not planned:
            return None
        context = copy_outer_context()
        context.run(CURRENT.set, None)  # the deadline is one of the request
        origin = describe(self._current, response)
        return Batch(self._background.app, origin, context, planned)

    def _run_now(self, batch: Batch) -> None:
        """In a test: run the tasks, and raise the first error."""
        error = self._background.run(batch)
        if error is not None:
            raise error


class ServedWithTasks(Served):
    """An operation whose view or providers may add background tasks."""

    def __init__(self, background: Background, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._background = background
        background.start_once(follow_responses)

    def _run(
        self,
        current: Request,
        view_args: Mapping[str, Any],
        values: Values,
        pipeline: Pipeline,
        admit: Runner,
        provide: Runner,
    ) -> Response:
        """Answer a request, and let its tasks run after the response, or drop them."""
        tasks = values[TASKS] = RequestTasks(self._background, current)
        try:
            answer = super()._run(current, view_args, values, pipeline, admit, provide)
        except BaseException:
            tasks.drop()
            raise
        if isinstance(answer.response, StreamBody):
            answer.response.follow(tasks.leave)
        else:
            current.environ.setdefault(COLLECTED, []).append(tasks)
        return answer


class TimedServedWithTasks(ServedWithTasks, TimedServed):
    """Such an operation whose requests have a deadline."""


def describe(current: Request, response: Response | None) -> str:
    """Return a request as the log names it: method, path, endpoint, and its id if it has one."""
    headers = current.headers if response is None else response.headers
    number = headers.get(REQUEST_ID) or current.headers.get(REQUEST_ID)
    name = f"{current.method} {current.path} ({current.endpoint})"
    return f"{name}, request {number}" if number else name


def follow_responses(app: Flask) -> None:
    """Let an app run the tasks of a request after the response that it sends."""
    finalize = hold_weakly(app.finalize_request, app)

    def finalize_request(*args: Any, **kwargs: Any) -> Response:
        collected: list[RequestTasks] = find_request().environ.pop(COLLECTED, [])
        try:
            response: Response = finalize(*args, **kwargs)
        except BaseException:
            for tasks in collected:
                tasks.drop()
            raise
        for tasks in collected:
            tasks.settle(response)
        return response

    app.finalize_request = finalize_request  # type: ignore[method-assign,assignment]


def call_when_sent(response: Response, function: Callable[[], None]) -> None:
    """Call a function when the server closes a response."""
    body: Any = response.response
    if not response.direct_passthrough:
        response.call_on_close(function)
        return
    close = getattr(body, "close", None)  # a server closes the file, and not the response

    def close_both() -> None:
        try:
            if close is not None:
                close()
        finally:
            function()

    body.close = close_both


def run_after_context(function: Callable[[], None]) -> None:
    """Call a function once the context of the current request has ended."""
    context = current_context._get_current_object()
    find_context: Any = weakref.ref(context)  # a cycle would wait for the garbage collector
    before = vars(context).get("pop")

    def pop(*exc: Any) -> None:
        context = find_context()
        del context.pop
        if before is not None:  # streams hold the context
            context.pop = before
        context.pop(*exc)
        function()

    context.pop = pop
