"""Sync iterators in greenlets of their own, so that their consumer does not have to wait.

Request time; imported only if gevent has patched the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from contextvars import copy_context
from typing import Any

import gevent
from gevent.event import Event

from .deadlines import GRACE
from .iterators import WAITING, ItemSource, close_sync


class PumpedIterator(ItemSource):
    """The items of an iterator that runs in its own greenlet, with the consumer's context."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._wanted = Event()
        self._made = Event()
        self._item: Any = None
        self._error: BaseException | None = None
        self._greenlet: gevent.Greenlet[..., None] | None = None
        self._has_ended = False
        self._is_asked = False

    def take(self, timeout: float | None = None) -> Any:
        """Return the next item, or :data:`~.iterators.WAITING`."""
        if self._has_ended:
            raise StopIteration
        if self._greenlet is None:
            self._greenlet = gevent.spawn(copy_context().run, self._run)
        if not self._is_asked:
            self._is_asked = True
            self._wanted.set()
        if not self._made.wait(timeout):
            return WAITING
        self._made.clear()
        self._is_asked = False
        self._raise_error()
        item, self._item = self._item, None
        return item

    def close(self) -> None:
        """Interrupt the iterator where it waits, or close it."""
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

    def _run(self) -> None:
        """In the greenlet: make an item each time one is wanted."""
        try:
            while True:
                self._wanted.wait()
                self._wanted.clear()
                self._item = next(self._items)
                self._made.set()
        except BaseException as error:
            self._error = error
        finally:
            self._made.set()
            close_sync(self._items)
