"""Calls from sync code into the loop, which return the result, the error and context variables.

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

from .deadlines import find_longest_wait
from .patching import find_original

#: How often a waiting native thread returns to Python, in seconds. If the system resumes a wait
#: after a signal, as gunicorn configures it, Python handles the signal only then.
LOOK = 0.25


class LoopEnded(RuntimeError):
    """The loop ended before a call was done."""

    def __init__(self) -> None:
        super().__init__("The loop that runs async functions has ended, because the process ends.")


class PendingCall(ABC):
    """A result that sync code waits for.

    :param awaitable: its result is the result of the call; ``None`` if a callback finishes the
        call.
    :ivar task: the task that runs the call; its creator sets it.
    :ivar gone: whether the client has disconnected.
    :ivar late: whether the worker is ending and has no more time for the call.
    :ivar cleans_up: whether the call continues even then.
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
        """Wait until the call is done, or until the timeout in seconds."""

    @abstractmethod
    def wake(self) -> None:
        """Wake the caller."""

    def finish(
        self,
        value: Any = None,
        error: BaseException | None = None,
        context: Context | None = None,
    ) -> None:
        """Set the result, and wake the caller.

        :param context: the context of the code that ran; by default, the current context.
        """
        if not self.done:
            self._value, self._error = value, None if self._abandoned else error
            self._context = copy_context() if context is None else context
            self.done = True
            if not self._abandoned:
                self.wake()

    def cancel(self) -> None:
        """On the loop: cancel the task, unless the call is done.

        A task may continue after its call is done, because it may hold objects that the caller
        uses.
        """
        if not self.done and self.task is not None and not self.task.done():
            self.task.add_done_callback(self._end)
            self.task.cancel()

    def abandon(self) -> None:
        """Stop waiting: the result will not wake the caller.

        An error refers to the frame of the task, which refers to the call.
        """
        self._abandoned = True
        self._error = None

    def result(self) -> Any:
        """Return the result or raise the error of a finished call, and adopt its context variables.

        :raises ClientDisconnected: if the task was cancelled because the client disconnected.
        :raises ServiceUnavailable: if it was cancelled because the worker is ending.
        :raises RuntimeError: if the app's own code cancelled it.
        """
        adopt(self._context)
        # The error refers to this frame. If the frame, or an object in it, referred to the error,
        # both would stay until the garbage collector runs.
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

    def fail(self, error: BaseException) -> None:
        """Finish the call with an error, because its task never started or never ends."""
        if not self.done:
            if asyncio.iscoroutine(self.awaitable):
                self.awaitable.close()
            self.finish(error=error, context=Context())

    def _end(self, task: asyncio.Task[None]) -> None:
        """Finish the call of a task that was cancelled before it started."""
        self.fail(asyncio.CancelledError())


class ThreadCall(PendingCall):
    """A call whose caller is a native thread."""

    __slots__ = ("_lock",)

    def __init__(self, awaitable: Awaitable[Any] | None = None) -> None:
        super().__init__(awaitable)
        self._lock = find_original("_thread", "allocate_lock")()
        self._lock.acquire()

    def wait(self, timeout: float | None = None) -> None:
        """Wait for a lock that is released when the call is done.

        :raises DeadlineExceeded: without a timeout, if the time of the request is over.
        """
        if timeout is not None:
            if not self.done:
                self._lock.acquire(timeout=timeout)
            return
        while not self.done:
            self._lock.acquire(timeout=find_longest_wait(LOOK))

    def wake(self) -> None:
        """Release the lock."""
        with suppress(RuntimeError):  # the loop and the code that closes it may both do so
            self._lock.release()


def adopt(context: Context) -> None:
    """Set each context variable to its value in another context."""
    for variable, value in context.items():
        if variable.get(None) is not value:
            variable.set(value)
