"""Sync iterators in greenlets of their own, so that their consumer does not have to wait.

Request time; imported only if gevent has patched the standard library.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import gevent
from gevent.event import Event

from .deadlines import GRACE
from .iterators import WAITING, ItemSource, Pace, close_sync


class PumpedIterator(ItemSource):
    """The items of an iterator that runs in its own greenlet, with the consumer's context.

    If the iterator waits, the consumer takes what was made before.
    """

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._wanted = Event()
        self._made = Event()
        self._ready: deque[Any] = deque()
        self._error: BaseException | None = None
        self._greenlet: gevent.Greenlet[..., None] | None = None
        self._has_ended = False
        self._is_asked = False
        self._pace = Pace()

    @property
    def has_ready(self) -> bool:
        """Whether the next item is made already."""
        return bool(self._ready)

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or :data:`~.iterators.WAITING`."""
        if self._ready:
            self._is_asked = False
            return self._ready.popleft()
        self._raise_error()
        if self._has_ended:
            raise StopIteration
        if self._greenlet is None:
            self._greenlet = gevent.spawn(copy_context().run, self._run)
        if not self._is_asked:
            self._is_asked = True
            self._made.clear()
            self._wanted.set()
        if not self._made.wait(timeout):
            return WAITING
        self._is_asked = False
        if not self._ready:
            self._raise_error()
        return self._ready.popleft()

    def close(self) -> None:
        """Interrupt the iterator where it waits, or close it."""
        self._ready.clear()
        self._has_ended = True
        if self._greenlet is None:
            close_sync(self._items)
            return
        self._greenlet.kill(timeout=GRACE)
        with suppress(StopIteration, gevent.GreenletExit):
            self._raise_error()

    def _raise_error(self) -> None:
        """Raise the error of the iterator, if there is one."""
        error, self._error = self._error, None
        if error is not None:
            self._has_ended = True
            try:
                raise error
            finally:
                del error  # its traceback refers to this frame

    def _make(self) -> None:
        """In the greenlet: make an item."""
        self._ready.append(next(self._items))
        self._wanted.clear()
        if not self._made.is_set():
            self._made.set()

    def _run(self) -> None:
        """In the greenlet: make an item each time one is wanted, or several quick ones."""
        try:
            while True:
                self._wanted.wait()
                self._pace.start()
                self._make()
                while self._pace.allows_next():
                    self._make()
        except BaseException as error:
            self._error = error
        try:
            close_sync(self._items)
        except BaseException as error:  # else gevent prints it, and nobody else learns of it
            self._error = error
        self._made.set()
