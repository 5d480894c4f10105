"""Interrupts long work in a request, so that other greenlets run meanwhile.

Request and publishing time. Does not import gevent; under other servers nothing happens.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeVar

from .patching import in_greenlet, is_patched

T = TypeVar("T")

#: For how many seconds the work goes on before a pause.
SLICE = 0.004


class Pauses:
    """The pauses of one piece of work.

    :param lock: is held once by the work, and released in pauses.
    """

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock
        self._sleep = find_sleep()
        self._due = time.perf_counter() + SLICE

    def take(self) -> None:
        """Let other greenlets run, if the work has gone on for long enough."""
        if self._sleep is None or time.perf_counter() < self._due:
            return
        if self._lock is not None:
            self._lock.release()
        try:
            self._sleep(0)
        finally:
            if self._lock is not None:
                self._lock.acquire()
            self._due = time.perf_counter() + SLICE

    def between(self, items: Iterable[T]) -> Iterator[T]:
        """Yield items, with pauses between them."""
        if self._sleep is None:
            yield from items
            return
        for item in items:
            yield item
            self.take()


@contextmanager
def deferring_collections() -> Iterator[None]:
    """Let no garbage collection start in a block that makes many objects that live on.

    Each collection would visit again all that the block has made so far. In a process that has
    switched collections off, they stay off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # what the app has frozen stays frozen
            gc.freeze()
            gc.unfreeze()  # all objects count as old now, without a visit
        gc.enable()


def find_sleep() -> Any:
    """Return the function that lets other greenlets run; ``None`` where none could.

    Without gevent's patch of ``threading``, locks would block all greenlets of the thread.
    """
    return sys.modules["gevent"].sleep if is_patched("threading") and in_greenlet() else None
