"""Iterators of streams: async ones for sync code, and sync ones that do not block their consumer.

Request time.
"""

from __future__ import annotations

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from time import perf_counter
from typing import Any, TypeVar

from .calls import LoopEnded, PendingCall
from .current import get_bridge
from .deadlines import GRACE
from .installing import find_client
from .patching import in_greenlet, is_patched

T = TypeVar("T")

#: What :meth:`ItemSource.take` returns if there is no item yet.
WAITING: Any = object()


class ItemSource(ABC):
    """Items that are taken one by one.

    An item is made when it is asked for, or at once after one that was made quickly.
    """

    @property
    def has_ready(self) -> bool:
        """Whether the next item is made already."""
        return False

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


#: An item is quick if it was made within these seconds.
QUICK = 0.0002
#: After how many quick items in a row the next ones are made at once.
STEADY = 8
#: How many items are made at once, at most, and for how many seconds.
MOST_AT_ONCE = 32
AT_ONCE = 0.002


class Pace:
    """Decides whether an item is made before the one before it is taken.

    Sending takes longer than making an item that is there already, such as a row of a table. Many
    of them are sent at once. Items that the iterator waits for are sent one by one.
    """

    def __init__(self) -> None:
        self._quick = 0
        self._count = 0
        self._begin = self._last = 0.0

    def start(self) -> None:
        """Note that the first item is being made."""
        self._count = 0
        self._begin = self._last = perf_counter()

    def allows_next(self) -> bool:
        """Note that an item was made, and return whether the next one may be made at once."""
        now = perf_counter()
        self._quick = self._quick + 1 if now - self._last < QUICK else 0
        self._last = now
        self._count += 1
        is_soon = self._count < MOST_AT_ONCE and now - self._begin < AT_ONCE
        return self._quick >= STEADY and is_soon


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
        self._ready: deque[Any] = deque()
        self._task: asyncio.Task[None] | None = None
        self._call: PendingCall | None = None
        self._has_ended = False
        # On the loop:
        self._pace = Pace()
        self._asking: asyncio.Future[None] | None = None
        self._wanted: PendingCall | None = None
        self._error: BaseException | None = None
        self._is_over = False

    @property
    def has_ready(self) -> bool:
        """Whether the next item is made already."""
        return bool(self._ready)

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or :data:`WAITING`.

        :raises ClientDisconnected: if the client disconnected.
        """
        if self._ready and self._call is None:
            return self._ready.popleft()
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
            self._bridge.wait_for(call, find_client)
        except StopAsyncIteration:
            self._has_ended = True
            raise StopIteration from None
        except BaseException:
            self._has_ended = True
            raise
        return self._ready.popleft()

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
        """Close the iterator in its task, and wait for it.

        The loop itself does not wait: the garbage collector may run on it.
        """
        waiting, self._call = self._call, None
        self._has_ended = True
        self._ready.clear()
        if self._task is None or self._bridge.is_abandoned:
            return
        may_wait = not self._bridge.is_here
        if waiting is not None and not waiting.done:
            self._bridge.schedule(waiting.cancel)
            if may_wait:
                waiting.wait(GRACE)
            waiting.abandon()
            self._bridge.forget(waiting)
            return
        closing = self._bridge.make_call()
        closing.cleans_up = True
        try:
            self._bridge.submit(closing, self._end, closing)
            if may_wait:
                self._bridge.wait_for(closing)
            else:
                self._bridge.forget(closing)
        except (LoopEnded, StopAsyncIteration):
            return

    def _give(self, call: PendingCall) -> None:
        """On the loop: let the task make an item for a call."""
        call.task = self._task
        self._wanted = call
        if self._ready or self._is_over:
            self._wake()
        elif self._asking is not None:
            self._asking.set_result(None)

    def _end(self, call: PendingCall) -> None:
        """On the loop: let the task close the iterator for a call."""
        call.awaitable = CLOSING
        self._ready.clear()
        is_making = self._asking is None and not self._is_over
        self._give(call)
        if is_making:
            call.cancel()

    async def _run(self, call: PendingCall) -> None:
        """In the task: make the items that are asked for, and quick ones at once."""
        self._task = call.task = asyncio.current_task()
        self._wanted = call
        self._pace.start()
        try:
            while not self._is_closing:
                self._ready.append(await anext(self._items))
                self._wake()
                if not self._pace.allows_next():
                    await self._wait_for_asking()
                    self._pace.start()
            await close_async(self._items)
        except BaseException as error:
            is_closed = self._is_closing and isinstance(error, asyncio.CancelledError)
            self._error = None if is_closed else error
        self._is_over = True
        self._wake()

    @property
    def _is_closing(self) -> bool:
        return self._wanted is not None and self._wanted.awaitable is CLOSING

    def _wake(self) -> None:
        """On the loop: finish the call that waits for an item, if there is one."""
        call, self._wanted = self._wanted, None
        if call is None:
            return
        error, self._error = (None, self._error) if self._ready else (self._error, None)
        call.finish(error=error)

    async def _wait_for_asking(self) -> None:
        """In the task: wait until an item is asked for."""
        self._asking = asyncio.get_running_loop().create_future()
        try:
            await self._asking
        except asyncio.CancelledError:  # the loop ends
            await close_async(self._items)
            raise LoopEnded from None
        finally:
            self._asking = None


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


class ThreadIterator(AsyncIterator[T]):
    """The items of a sync iterator that waits, which do not block the loop.

    The iterator runs in a thread of its own: in one of asyncio's, of which there are few, it would
    wait for those of other requests.

    :param interrupt: makes the iterator return or raise where it waits. It is called if the
        consumer is cancelled, so that nothing uses the iterator after its consumer.
    """

    def __init__(self, items: Iterator[T], interrupt: Callable[[], None]) -> None:
        self._items = items
        self._interrupt = interrupt
        self._threads = ThreadPoolExecutor(1, "flask_typed_body")

    async def __anext__(self) -> T:
        run, loop = copy_context().run, asyncio.get_running_loop()
        making = loop.run_in_executor(self._threads, run, self._make)
        try:
            item: T = await asyncio.shield(making)
        except asyncio.CancelledError:
            self._interrupt()
            await asyncio.gather(making, return_exceptions=True)
            raise
        if item is WAITING:
            raise StopAsyncIteration
        return item

    def _make(self) -> Any:
        """In the thread: return the next item, or :data:`WAITING` after the last one."""
        return next(self._items, WAITING)


def make_source(items: Any, name: str, *, in_turns: bool) -> ItemSource:
    """Return the source of the items of an iterator, sync or async.

    :param name: of the iterator in messages.
    :param in_turns: whether a sync iterator runs only while an item is waited for.
    """
    if isinstance(items, AsyncIterator):
        return HeldIterator(items, name)
    if not in_turns and is_patched("socket", "threading") and in_greenlet():
        pumped: ItemSource = importlib.import_module(".greenlets", __package__).PumpedIterator(
            items
        )
        return pumped
    return PlainSource(items)
