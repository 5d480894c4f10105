"""What sync code waits for: a coroutine that runs on the loop, and hands back all that it did.

Request time.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any

from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

from .patching import find_original

#: For how long async code may clean up when its caller was interrupted, in seconds.
GRACE = 5.0

#: How often a native thread that waits looks up, in seconds: where the system resumes a wait after
#: a signal, as gunicorn asks it to, Python handles the signal no sooner.
LOOK = 0.25


class LoopEnded(RuntimeError):
    """The loop ended before it gave a result."""

    def __init__(self) -> None:
        super().__init__("The loop that runs async functions has ended, as the process does.")


class PendingCall(ABC):
    """One result that sync code waits for.

    :param awaitable: what gives it, if a task is to await something for this call alone.
    :ivar task: what runs it; its creator notes it here.
    :ivar gone: whether the client went away.
    :ivar late: whether the worker ends, and has no more time for it.
    :ivar cleans_up: whether it goes on all the same.
    """

    __slots__ = (
        "_abandoned",
        "_context",
        "_error",
        "_value",
        "awaitable",
        "cleans_up",
        "done",
        "gone",
        "late",
        "task",
    )

    def __init__(self, awaitable: Awaitable[Any] | None = None) -> None:
        self.awaitable: Any = awaitable
        self.task: asyncio.Task[None] | None = None
        self.done = False
        self.gone = False
        self.late = False
        self.cleans_up = False
        self._abandoned = False
        self._value: Any = None
        self._error: BaseException | None = None
        self._context: Context

    @abstractmethod
    def wait(self, timeout: float | None = None) -> None:
        """Wait until it is done, or for so many seconds."""

    @abstractmethod
    def wake(self) -> None:
        """Let the caller go on."""

    def finish(
        self,
        value: Any = None,
        error: BaseException | None = None,
        context: Context | None = None,
    ) -> None:
        """Hand over the result.

        :param context: of the code that ran; the caller's of this method, unless it is given.
        """
        if not self.done:
            self._value, self._error = value, error
            self._context = copy_context() if context is None else context
            self.done = True
            if not self._abandoned:
                self.wake()

    def cancel(self) -> None:
        """Cancel the task, unless it has given the result; on the loop.

        What the task does after that is for somebody else: it may hold what the caller uses.
        """
        if not self.done and self.task is not None and not self.task.done():
            self.task.add_done_callback(self._end)
            self.task.cancel()

    def abandon(self) -> None:
        """Wait no more: whatever comes, nobody is there to be woken."""
        self._abandoned = True

    def result(self) -> Any:
        """Return or raise what came of it, when it is done, in the context that it left.

        :raises ClientDisconnected: if the task was cancelled since the client has gone.
        :raises ServiceUnavailable: if it was cancelled since the worker ends.
        :raises RuntimeError: if code of the app's own has cancelled it.
        """
        adopt(self._context)
        # The error knows this frame: if the frame, or what it holds, knew the error, both would
        # wait for the garbage collector.
        error, self._error = self._error, None
        if error is None:
            return self._value
        try:
            if isinstance(error, asyncio.CancelledError):
                if self.gone:
                    raise ClientDisconnected
                if self.late:
                    raise ServiceUnavailable("The server is about to end.")
                raise RuntimeError("The task of an async function was cancelled.") from error
            raise error
        finally:
            del error

    def refuse(self, error: BaseException) -> None:
        """Finish with an error, for a task that does not begin, or never ends."""
        if not self.done:
            if asyncio.iscoroutine(self.awaitable):
                self.awaitable.close()
            self.finish(error=error, context=Context())

    def _end(self, task: asyncio.Task[None]) -> None:
        """Note that a task has ended which was cancelled before it began."""
        self.refuse(asyncio.CancelledError())


class ThreadCall(PendingCall):
    """Its caller is a native thread."""

    __slots__ = ("_lock",)

    def __init__(self, awaitable: Awaitable[Any] | None = None) -> None:
        super().__init__(awaitable)
        self._lock = find_original("_thread", "allocate_lock")()
        self._lock.acquire()

    def wait(self, timeout: float | None = None) -> None:
        """Wait for a lock that is released when it is done."""
        if timeout is not None:
            if not self.done:
                self._lock.acquire(timeout=timeout)
            return
        while not self.done:
            self._lock.acquire(timeout=LOOK)

    def wake(self) -> None:
        """Release the lock."""
        with suppress(RuntimeError):  # the loop and who ends it may do so at once
            self._lock.release()


def adopt(context: Context) -> None:
    """Set each context variable to what it is in another context."""
    for variable, value in context.items():
        if variable.get(None) is not value:
            variable.set(value)
