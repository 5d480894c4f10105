"""Deadlines of requests: when their time is over, they are interrupted where they wait.

Request time. A greenlet is interrupted by a timer of the hub (:mod:`.timers`). A native thread
cannot be interrupted: it checks its deadline while it waits for async code, and where it is asked.
"""

from __future__ import annotations

import asyncio
import importlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from types import TracebackType
from typing import Any

from typing_extensions import Self

from ..declare.deadlines import DeadlineExceeded
from .patching import in_greenlet, is_patched

#: How long interrupted code may clean up, in seconds.
GRACE = 5.0

#: The deadline of the running request, in the context of the code that handles it.
CURRENT: ContextVar[Deadline | None] = ContextVar("flask_typed_deadline", default=None)


class DeadlineInterrupt(DeadlineExceeded, asyncio.CancelledError):
    """What is raised in the code that waits.

    Its two bases let all libraries discard the connection that the code waited for. As an
    ``Exception``, it passes the clean-up of psycopg's pool, which a ``BaseException`` such as
    ``gevent.Timeout`` does not: the pool would lose a connection for good. As a cancellation, it
    lets SQLAlchemy invalidate the connection, and is neither wrapped nor taken for an error of the
    network, after which redis would repeat the command.

    :param deadline: the cause; deadlines may be nested.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(deadline.seconds)
        self.deadline = deadline


class Deadline:
    """The time of one request; a context manager for the code that handles it.

    :param seconds: from now on.
    :ivar reason: why a request may end later.
    """

    reason = "a thread cannot be interrupted"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = self._due = time.monotonic() + seconds

    def __enter__(self) -> Self:
        self._token = CURRENT.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        CURRENT.reset(self._token)
        self._due = math.inf

    @property
    def lateness(self) -> float:
        """For how many seconds the time has been over; negative before."""
        return time.monotonic() - self._end

    def find_wait(self, longest: float) -> float:
        """Return for how many seconds the code may wait at once.

        :raises DeadlineExceeded: if the time is over.
        """
        left = self._due - time.monotonic()
        if left <= 0:
            raise DeadlineInterrupt(self)
        return min(left, longest)

    def begin_closing(self) -> None:
        """Give the code that cleans up :data:`GRACE` seconds, unless it has more."""
        self._due = max(self._due, time.monotonic() + GRACE)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Let the code in the block run to its end; then the time is over if it would be."""
        due, self._due = self._due, math.inf
        try:
            yield
        finally:
            self._due = due
            self._resume()

    def _resume(self) -> None:
        """Go on after a pause. A thread checks its deadline itself."""

    def has_caused(self, error: BaseException) -> bool:
        """Return whether an error is the interruption, or was raised because of it."""
        known: set[int] = set()
        link: BaseException | None = error
        while link is not None and id(link) not in known:
            if isinstance(link, DeadlineInterrupt) and link.deadline is self:
                return True
            known.add(id(link))
            link = link.__cause__ or link.__context__
        return False


@cache
def load_timers() -> Any:
    """Return the module of the deadlines of greenlets."""
    return importlib.import_module(".timers", __package__)


def make_deadline(seconds: float) -> Deadline:
    """Return the deadline of a request that begins now."""
    if in_greenlet() or is_patched("threading"):
        made: Deadline = load_timers().GreenletDeadline(seconds)
        return made
    return Deadline(seconds)


def prepare_deadlines() -> None:
    """Import what the first request would import."""
    if is_patched("threading"):
        load_timers()


def find_longest_wait(longest: float) -> float:
    """Return for how many seconds the code may wait at once, with or without a deadline.

    :raises DeadlineExceeded: if the time of the request is over.
    """
    deadline = CURRENT.get()
    return longest if deadline is None else deadline.find_wait(longest)


@contextmanager
def pausing_deadline() -> Iterator[None]:
    """Let the code in the block run to its end, because other requests need it too."""
    deadline = CURRENT.get()
    with nullcontext() if deadline is None else deadline.pause():
        yield


def begin_closing() -> None:
    """Give the providers of the current request, which are about to close, time of their own."""
    deadline = CURRENT.get()
    if deadline is not None:
        deadline.begin_closing()
