"""Runs background tasks in threads, or greenlets, of their own.

After requests, and when the process ends.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import Any

from flask import Flask

from ..bridge.current import get_bridge
from ..bridge.ending import ENDING
from ..bridge.installing import is_bridge_installed
from ..declare.background import BackgroundStats, BackgroundTask, BackgroundTasksFull
from ..declare.settings import Settings
from ..plan.callees import is_async
from ..plan.operation import PlannedCall
from .injection import make_runner
from .lifespan import Values

#: For how many seconds a process that ends waits for its tasks, unless its server gives it a time.
PATIENCE = 20.0

#: Plans a function some of whose arguments are given.
PlanTask = Callable[[Callable[..., Any], Collection[str]], PlannedCall]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedTask:
    """A background task, ready to run.

    :param call: the plan of the arguments that are provided; ``None`` if none are.
    """

    task: BackgroundTask
    call: PlannedCall | None

    @property
    def is_async(self) -> bool:
        """Whether the function, or a provider of it, runs on the loop."""
        steps = () if self.call is None else self.call.steps
        return is_async(self.task.function) or any(is_async(step.provider) for step in steps)

    def run(self, app: Flask) -> None:
        """Run the task in an app context of its own, and close its providers."""
        with app.app_context(), ExitStack() as stack:
            provided: Mapping[str, Any] = {}
            if self.call is not None:
                values: Values = {}
                make_runner(self.call.steps, app)(values, stack)
                provided = self.call.inputs.collect(values)
            function = app.ensure_sync(self.task.function)
            function(*self.task.args, **self.task.kwargs, **provided)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The tasks of one request, which run one after the other.

    :param app: kept alive until they have run.
    :param origin: the request, for the log.
    :param context: the context variables of the view, without those of Flask.
    :param left: those that have not begun.
    """

    app: Flask
    origin: str
    context: Context
    left: deque[PlannedTask]


class Background:
    """The background tasks of one app in this process: how many run and wait is limited.

    A task is counted as waiting from the moment when a request adds it, so that the limit is
    exact: a request whose task would be one too many is answered with 503.

    :param plan: plans a task some of whose arguments are provided.
    """

    def __init__(self, app: Flask, settings: Settings, plan: PlanTask) -> None:
        self.plan = plan
        self._find_app = weakref.ref(app)
        self._has_started = False
        self._max_running = settings.background_running
        self._max_waiting = settings.background_waiting
        self.forget()

    def forget(self) -> None:
        """Begin without tasks: in a child process, they belong to the parent."""
        self._condition = Condition()
        self._queue: deque[Batch] = deque()
        self._workers = 0
        self._stats = BackgroundStats()
        self._running: dict[PlannedTask, Batch] = {}

    @property
    def app(self) -> Flask:
        """The app."""
        return self._find_app()  # type: ignore[return-value]  # it is there: its owner asks

    def start_once(self, start: Callable[[Flask], None]) -> None:
        """Prepare the app and the process for tasks, once a route may add some."""
        if not self._has_started:
            self._has_started = True
            start(self.app)
            UNFINISHED.add(self)

    def read_stats(self) -> BackgroundStats:
        """Return what was counted."""
        return self._stats

    def reserve(self) -> None:
        """Count a task that is added.

        :raises BackgroundTasksFull: if too many tasks wait.
        """
        with self._condition:
            if self._stats.waiting >= self._max_waiting:
                raise BackgroundTasksFull
            self._count(added=1, waiting=1)

    def drop(self, number: int) -> None:
        """Count tasks that are not run."""
        with self._condition:
            self._count(dropped=number, waiting=-number)

    def submit(self, batch: Batch) -> None:
        """Run tasks soon, or when others have ended."""
        # A process that ends can start no thread for the loop any more.
        if any(planned.is_async for planned in batch.left) and is_bridge_installed(batch.app):
            get_bridge()
        with self._condition:
            self._queue.append(batch)
            if self._workers >= self._max_running:
                return
            self._workers += 1
        try:
            Thread(target=self._work, name="background tasks", daemon=True).start()
        except RuntimeError:  # no more threads: the connection waits, but nothing is lost
            self._work()

    def run(self, batch: Batch) -> Exception | None:
        """Run tasks in order, and return the first error; each error is logged."""
        first: Exception | None = None
        while batch.left:
            planned = batch.left.popleft()
            try:
                with self._counting(planned, batch):
                    batch.context.run(planned.run, batch.app)
            except BaseException as error:
                self._log(planned, batch)
                first = first or (error if isinstance(error, Exception) else None)
        return first

    def drain(self, seconds: float) -> None:
        """Wait for the tasks, and log those that have not ended in time."""
        with self._condition:
            self._condition.wait_for(lambda: not self._workers, seconds)
            running = dict(self._running)
            batches = [*running.values(), *self._queue]
        unfinished = [(planned, batch, "has not ended") for planned, batch in running.items()]
        for batch in batches:
            unfinished += [(planned, batch, "was not run") for planned in batch.left]
        for planned, batch, what in unfinished:
            message = "The background task %s of %s %s: the process ends"
            batch.app.logger.error(message, planned.task.name, batch.origin, what)

    def _work(self) -> None:
        """In a thread or a greenlet: run tasks until none is left."""
        while True:
            with self._condition:
                if not self._queue:
                    self._workers -= 1
                    self._condition.notify_all()
                    return
                batch = self._queue.popleft()
            self.run(batch)

    @contextmanager
    def _counting(self, planned: PlannedTask, batch: Batch) -> Iterator[None]:
        """Count a task that runs."""
        with self._condition:
            self._count(waiting=-1, running=1)
            self._running[planned] = batch
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            with self._condition:
                self._count(running=-1, **{outcome: 1})
                del self._running[planned]

    def _count(self, **changes: int) -> None:
        """Change numbers; the caller holds the lock."""
        stats = self._stats
        self._stats = replace(stats, **{n: getattr(stats, n) + by for n, by in changes.items()})

    def _log(self, planned: PlannedTask, batch: Batch) -> None:
        """Log the error of a task, with the request that added it."""
        message = "Exception in the background task %s of %s"
        exc_info = sys.exc_info()
        batch.app.logger.error(message, planned.task.name, batch.origin, exc_info=exc_info)


#: The background tasks of this process that have to be waited for when it ends.
UNFINISHED: weakref.WeakSet[Background] = weakref.WeakSet()


def drain_all() -> None:
    """Wait for the tasks of all apps when the process ends."""
    deadline = time.monotonic() + ENDING.find_time_left(PATIENCE)
    for background in list(UNFINISHED):
        background.drain(max(0.0, deadline - time.monotonic()))


def forget_all() -> None:
    """Begin without tasks in a child process."""
    for background in list(UNFINISHED):
        background.forget()


atexit.register(drain_all)
os.register_at_fork(after_in_child=forget_all)
