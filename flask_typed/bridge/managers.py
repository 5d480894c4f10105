"""Async context managers that sync code enters and leaves.

Request time.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any

from .calls import Call, adopt
from .current import get_bridge
from .installing import find_client

Leaving = tuple[Call, Context, tuple[Any, Any, Any]]


class Held:
    """An async context manager as a sync one.

    One task enters and leaves it, as what asyncio calls a scope (``timeout``, ``TaskGroup``) wants
    it. What the manager does to context variables, the block sees, and the other way round. If the
    client goes away, entering is cancelled, leaving is not.
    """

    def __init__(self, manager: AbstractAsyncContextManager[Any]) -> None:
        self._manager = manager
        self._bridge = get_bridge()
        self._leaving: asyncio.Future[Leaving]
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Any:
        opening = self._bridge.make_call(self._manager.__aenter__())
        self._bridge.start(opening, self._hold(opening))
        try:
            return self._bridge.wait_for(opening, find_client)
        except BaseException:
            # An interruption may have come when the manager was entered already.
            self._bridge.schedule(opening.cancel)
            raise
        finally:
            self._task = opening.task

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        if self._task is None or self._task.done():  # the loop has ended it
            return None
        closing = self._bridge.make_call(self._leaving)
        closing.task = self._task
        details = (closing, copy_context(), (kind, error, traceback))
        self._bridge.schedule(self._leaving.set_result, details)
        return self._bridge.wait_for(closing)

    async def _hold(self, opening: Call) -> None:
        """Enter, let the block run, and leave; in the task."""
        self._leaving = asyncio.get_running_loop().create_future()
        try:
            value = await opening.awaitable
        except BaseException as error:
            opening.finish(error=error)
            return
        opening.finish(value)
        try:
            closing, context, details = await self._leaving
        except asyncio.CancelledError as error:  # the loop ends
            await self._manager.__aexit__(type(error), error, error.__traceback__)
            return
        adopt(context)
        try:
            swallowed = await self._manager.__aexit__(*details)
        except BaseException as error:
            closing.finish(error=error)
        else:
            closing.finish(swallowed)
