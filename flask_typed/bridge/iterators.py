"""Iterators of streams: async ones for sync code, and sync ones that do not block their consumer.

Request time.
"""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextvars import Context
from typing import Any

from .calls import LoopEnded, PendingCall
from .current import get_bridge
from .deadlines import GRACE
from .installing import find_client
from .patching import in_greenlet, is_patched

#: What :meth:`ItemSource.take` returns if there is no item yet.
WAITING: Any = object()


class ItemSource(ABC):
    """Items that are taken one by one; none is made before it is asked for."""

    @abstractmethod
    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or :data:`WAITING` if there is none after a time.

        :param timeout: in seconds; without one, the call waits for the item.
        :raises StopIteration: after the last item.
        """

    @abstractmethod
    def close(self) -> None:
        """Let what makes the items clean up, also while somebody waits for the next one."""


class PlainSource(ItemSource):
    """The items of an iterator that the consumer runs itself. It waits for each of them."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, however long it takes."""
        return next(self._items)

    def close(self) -> None:
        """Close the iterator, if it is a generator."""
        close_sync(self._items)


class HeldIterator(ItemSource):
    """The items of an async iterator, all of which one task of the loop makes.

    asyncio's scopes (``timeout``, ``TaskGroup``) need the same task. If the client disconnects
    while an item is waited for, the task is cancelled.

    :param name: of the iterator in messages.
    """

    def __init__(self, items: AsyncIterator[Any], name: str) -> None:
        self._items = items
        self._name = name
        self._bridge = get_bridge()
        self._task: asyncio.Task[None] | None = None
        self._asking: asyncio.Future[PendingCall] | None = None
        self._call: PendingCall | None = None
        self._has_ended = False

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or :data:`WAITING`.

        :raises ClientDisconnected: if the client disconnected.
        """
        if self._has_ended:
            raise StopIteration
        call = self._call or self._ask()
        if timeout is not None and not call.done:
            with self._bridge.guard(call):
                call.wait(timeout)
            if not call.done:
                return WAITING
        self._call = None
        try:
            return self._bridge.wait_for(call, find_client)
        except StopAsyncIteration:
            self._has_ended = True
            raise StopIteration from None
        except BaseException:
            self._has_ended = True
            raise

    def _ask(self) -> PendingCall:
        """Ask the task for the next item; the first call starts the task."""
        self._bridge.reject_here(self._name)
        self._call = call = self._bridge.make_call()
        if self._task is None:
            self._bridge.start(call, self._run(call))
        else:
            self._bridge.submit(call, self._give, call)
        return call

    def close(self) -> None:
        """Close the iterator in its task."""
        waiting, self._call = self._call, None
        self._has_ended = True
        if self._task is None or self._bridge.is_abandoned:
            return
        if waiting is not None and not waiting.done:
            self._bridge.schedule(waiting.cancel)
            waiting.wait(GRACE)
            waiting.abandon()
            self._bridge.forget(waiting)
            return
        closing = self._bridge.make_call()
        closing.cleans_up = True
        try:
            self._bridge.submit(closing, self._end, closing)
            self._bridge.wait_for(closing)
        except LoopEnded:
            return

    def _give(self, call: PendingCall) -> None:
        """On the loop: let the task make an item for a call."""
        call.task = self._task
        if self._asking is None or self._asking.done():
            call.finish(error=LoopEnded(), context=Context())
        else:
            self._asking.set_result(call)

    def _end(self, call: PendingCall) -> None:
        """On the loop: let the task close the iterator for a call."""
        call.awaitable = CLOSING
        self._give(call)

    async def _run(self, call: PendingCall) -> None:
        """In the task: make the items, one for each call."""
        self._task = call.task = asyncio.current_task()
        while call.awaitable is not CLOSING:
            try:
                item = await anext(self._items)
            except BaseException as error:
                call.finish(error=error)
                return
            self._asking = asyncio.get_running_loop().create_future()
            call.finish(item)
            del item
            try:
                call = await self._asking
            except asyncio.CancelledError:  # the loop ends
                await close_async(self._items)
                raise
        try:
            await close_async(self._items)
        except BaseException as error:
            call.finish(error=error)
        else:
            call.finish()


#: Stands for the item of the call that closes an iterator.
CLOSING: Any = object()


def close_sync(items: Iterator[Any]) -> None:
    """Close an iterator, if it is a generator."""
    close = getattr(items, "close", None)
    if close is not None:
        close()


async def close_async(items: AsyncIterator[Any]) -> None:
    """Close an async iterator, if it is a generator."""
    close = getattr(items, "aclose", None)
    if close is not None:
        await close()


def make_source(items: Any, name: str, *, may_wait: bool) -> ItemSource:
    """Return the source of the items of an iterator, sync or async.

    :param name: of the iterator in messages.
    :param may_wait: whether the consumer takes with a timeout.
    """
    if isinstance(items, AsyncIterator):
        return HeldIterator(items, name)
    if may_wait and is_patched("socket", "threading") and in_greenlet():
        pumped: ItemSource = importlib.import_module(".greenlets", __package__).PumpedIterator(
            items
        )
        return pumped
    return PlainSource(items)
