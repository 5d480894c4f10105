"""Async context managers that sync code enters and leaves.

Request time.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, NamedTuple

from .calls import GRACE, LoopEnded, PendingCall, adopt
from .current import get_bridge
from .installing import find_client


class Leaving(NamedTuple):
    """How a block was left.

    :param call: who waits for the manager to be left.
    :param context: of the block.
    """

    call: PendingCall
    context: Context
    kind: type[BaseException] | None
    error: BaseException | None
    traceback: TracebackType | None


class HeldManager:
    """An async context manager as a sync one.

    One task enters and leaves it, as what asyncio calls a scope (``timeout``, ``TaskGroup``) wants
    it. What the manager does to context variables, the block sees, and the other way round.

    Until it is open, a client that goes away, or an interruption, cancels the task. From then on
    only the end of the block, or of the loop, closes it: whichever comes first is its ``_leaving``.
    If the task is cancelled meanwhile, as by a scope of its own, the manager hears of it when the
    block has ended.

    :param name: by which messages call it.
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
        if self._bridge.is_abandoned:  # the parent process has it, and leaves it
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
            if kind is None:  # or else the block has failed already
                raise
            return None

    def _give_up(self, error: BaseException) -> None:
        """Leave what was interrupted when it was entered, or is still being entered."""
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
        """On the loop: let the task go on."""
        if self._leaving is not None:  # with the loop, which has been faster
            leaving.call.finish(error=LoopEnded(), context=Context())
            return
        leaving.call.task = self._task
        self._leaving = leaving
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _hold(self, opening: PendingCall) -> None:
        """Enter, let the block run, and leave; in the task."""
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
        finally:  # whatever happened, nobody waits for ever
            leaving.call.finish(error=LoopEnded())

    async def _wait(self) -> tuple[Leaving, BaseException | None]:
        """Return how the block was left, when it was, and what cancelled the task meanwhile.

        If the loop ends first, that is how.
        """
        cancelled: BaseException | None = None
        while self._leaving is None and not self._bridge.is_ending:
            cancelled = await self._wait_once() or cancelled
        if self._leaving is None:
            error = cancelled or asyncio.CancelledError()
            self._leaving = self._make_leaving(type(error), error, error.__traceback__)
        # What is kept says that it is left: the error knows frames that know this object.
        leaving, self._leaving = self._leaving, self._leaving._replace(error=None, traceback=None)
        return leaving, cancelled

    async def _wait_once(self) -> BaseException | None:
        """Wait until the block is left, or the task is cancelled; return what cancelled it."""
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        except asyncio.CancelledError as error:
            return error
        return None

    async def _close(self, leaving: Leaving, cancelled: BaseException | None) -> None:
        """Leave the manager as the block was left; the caller hears of it in any case."""
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
