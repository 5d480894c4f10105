"""Async code that hands sync functions to the caller that waits for it.

Request time. A function that blocks would block the loop, and with it every other request. So the
code on the loop hands it over, and the caller runs it: in its own greenlet or thread, one function
after another, with the request's own context.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, NamedTuple

from ..declare.deadlines import DeadlineExceeded
from .calls import PendingCall
from .current import get_bridge
from .deadlines import GRACE
from .installing import find_client

#: The result of a call that ended because functions wait to be run.
JOBS: Any = object()


class HandedFunction(NamedTuple):
    """A function that the caller runs, and the future of its result."""

    function: Callable[[], Any]
    future: asyncio.Future[Any]


class Ran(NamedTuple):
    """The future of a function that was run, with its outcome."""

    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """On the loop: set the outcome, unless nobody waits for it any more."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.error)


class Handing:
    """Runs an awaitable on the loop, and what it hands over in the caller.

    :param name: of the async code in messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._bridge = get_bridge()
        self._jobs: deque[HandedFunction] = deque()
        self._task: asyncio.Task[Any] | None = None
        # On the loop: the call of the caller while it waits, and the outcome once there is one.
        self._waiting: PendingCall | None = None
        self._outcome: tuple[Any, BaseException | None] | None = None

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """Return the result of an awaitable.

        :raises RuntimeError: if the caller is the loop, which would wait for itself.
        :raises ClientDisconnected: if the client disconnected.
        """
        self._bridge.reject_here(self._name)
        call = self._bridge.make_call(awaitable)
        self._bridge.start(call, self._drive(call))
        result = self._bridge.wait_for(call, find_client)
        while result is JOBS:
            call = self._bridge.make_call()
            self._bridge.submit(call, self._attend, call, self._work())
            result = self._bridge.wait_for(call, find_client)
        return result

    def hand(self, function: Callable[[], Any]) -> asyncio.Future[Any]:
        """On the loop: let the caller run a function; return the future of its result."""
        future = asyncio.get_running_loop().create_future()
        self._jobs.append(HandedFunction(function, future))
        self._wake(JOBS)
        return future

    def _work(self) -> list[Ran]:
        """In the caller: run all functions that wait, and return their outcomes.

        An error that ends the request cancels the awaitable.
        """
        done: list[Ran] = []
        while self._jobs:
            function, future = self._jobs.popleft()
            try:
                done.append(Ran(future, function()))
            except DeadlineExceeded:
                self._cancel()
                raise
            except Exception as error:
                done.append(Ran(future, error=error))
            except BaseException:
                self._cancel()
                raise
        return done

    def _cancel(self) -> None:
        """Cancel the awaitable, and let it clean up."""
        call = self._bridge.make_call()
        call.cleans_up = True
        try:
            self._bridge.submit(call, self._attend, call, [])
            self._bridge.schedule(call.cancel)
            call.wait(GRACE)
        finally:
            call.abandon()
            self._bridge.forget(call)

    async def _drive(self, call: PendingCall) -> None:
        """In the task: await the awaitable, and keep its outcome for the caller."""
        self._task = asyncio.current_task()
        self._waiting = call
        try:
            self._outcome = await call.awaitable, None
        except BaseException as error:
            self._outcome = None, error
        self._wake(None)

    def _attend(self, call: PendingCall, done: list[Ran]) -> None:
        """On the loop: let the caller wait, with the outcomes of the functions that it ran."""
        call.task = self._task
        self._waiting = call
        for ran in done:
            ran.tell()
        if self._jobs or self._outcome is not None:
            self._wake(JOBS)

    def _wake(self, value: Any) -> None:
        """On the loop: end the call of the caller, if it waits."""
        call, self._waiting = self._waiting, None
        if call is None:
            return
        if self._outcome is None:
            call.finish(value, context=Context())
        else:
            result, error = self._outcome
            self._outcome = None, None
            call.finish(result, error)
            del error
