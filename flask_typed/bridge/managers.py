"""Async context managers for sync code.

Request time.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, NamedTuple

from .calls import LoopEnded, PendingCall, adopt
from .current import get_bridge
from .deadlines import GRACE
from .installing import find_client


class Leaving(NamedTuple):
    """The end of a ``with`` block.

    :param call: the call of the code that waits for ``__aexit__``.
    :param context: the context of the block.
    """

    call: PendingCall
    context: Context
    kind: type[BaseException] | None
    error: BaseException | None
    traceback: TracebackType | None


class HeldManager:
    """An async context manager as a sync one.

    One task enters and exits the manager, because asyncio's scopes (``timeout``, ``TaskGroup``)
    require it. The block and the manager see each other's changes to context variables.

    While the manager is being entered, an interruption or a disconnecting client cancels the task.
    Once it is open, only the end of the block or of the loop closes it. The first of the two is
    kept as ``_leaving``. If the task is cancelled while the block runs, for instance by a scope
    that the manager opened, the manager gets the cancellation when the block has ended.

    :param name: the name in messages; the class of the manager by default.
    """

    def __init__(self, manager: AbstractAsyncContextManager[Any], name: str = "") -> None:
        self._manager = manager
        self._name = name or type(manager).__qualname__
        self._bridge = get_bridge()
        self._task: asyncio.Task[None] | None = None
        self._is_open = False
        self._leaving: Leaving | None = None
        self._waiting: asyncio.Future[None] | None = None

    def __enter__(self) -> Any:
        self._bridge.reject_here(self._name)
        opening = self._bridge.make_call(self._manager.__aenter__())
        try:
            self._bridge.start(opening, self._hold(opening))
            return self._bridge.wait_for(opening, find_client)
        except BaseException as error:
            if self._is_open or not opening.done:
                self._give_up(error)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        if self._bridge.is_abandoned:  # the parent process has the manager, and exits it
            return None
        leaving = self._make_leaving(kind, error, traceback)
        if self._bridge.is_here:
            leaving.call.abandon()
            self._leave(leaving)
            self._bridge.reject_here(self._name)
        try:
            self._bridge.submit(leaving.call, self._leave, leaving)
            return self._bridge.wait_for(leaving.call)
        except LoopEnded:
            if kind is None:  # otherwise, the error of the block is raised
                raise
            return None

    def _give_up(self, error: BaseException) -> None:
        """Exit the manager after an interruption while it was being entered."""
        leaving = self._make_leaving(type(error), error, error.__traceback__)
        try:
            self._bridge.submit(leaving.call, self._leave, leaving)
            leaving.call.wait(GRACE if self._is_open else 0)
        finally:
            leaving.call.abandon()
            self._bridge.forget(leaving.call)

    def _make_leaving(self, *error: Any) -> Leaving:
        closing = self._bridge.make_call()
        closing.cleans_up = True
        return Leaving(closing, copy_context(), *error)

    def _leave(self, leaving: Leaving) -> None:
        """On the loop: let the task exit the manager."""
        if self._leaving is not None:  # the loop ended first
            leaving.call.finish(error=LoopEnded(), context=Context())
            return
        leaving.call.task = self._task
        self._leaving = leaving
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _hold(self, opening: PendingCall) -> None:
        """In the task: enter the manager, let the block run, and exit the manager."""
        self._task = asyncio.current_task()
        try:
            value = await opening.awaitable
        except BaseException as error:
            opening.finish(error=error)
            return
        self._is_open = True
        opening.finish(value)
        leaving, cancelled = await self._wait()
        try:
            await self._close(leaving, cancelled)
        finally:  # the caller must not wait for ever
            leaving.call.finish(error=LoopEnded())

    async def _wait(self) -> tuple[Leaving, BaseException | None]:
        """Wait for the end of the block; return it, and the last cancellation of the task.

        If the loop ends first, its end counts as the end of the block.
        """
        cancelled: BaseException | None = None
        while self._leaving is None and not self._bridge.is_ending:
            cancelled = await self._wait_once() or cancelled
        if self._leaving is None:
            error = cancelled or asyncio.CancelledError()
            self._leaving = self._make_leaving(type(error), error, error.__traceback__)
        # Keep it without the error, whose frames refer to this object.
        leaving, self._leaving = self._leaving, self._leaving._replace(error=None, traceback=None)
        return leaving, cancelled

    async def _wait_once(self) -> BaseException | None:
        """Wait for the end of the block, or for a cancellation of the task, and return that."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        except asyncio.CancelledError as error:
            return error
        return None

    async def _close(self, leaving: Leaving, cancelled: BaseException | None) -> None:
        """Exit the manager with the outcome of the block, and finish the call in any case."""
        adopt(leaving.context)
        call, details = leaving.call, leaving[2:]
        if leaving.kind is not None:
            cancelled = None
        elif cancelled is not None:
            details = type(cancelled), cancelled, cancelled.__traceback__
        try:
            swallowed = await self._manager.__aexit__(*details)
        except BaseException as error:
            call.finish(error=error)
        else:
            call.finish(swallowed, None if swallowed else cancelled)
        finally:
            del details, cancelled
