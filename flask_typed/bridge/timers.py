"""The deadlines of greenlets: a timer of the hub interrupts the greenlet where it waits.

Request time; imported only if gevent serves the app.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from gevent.hub import get_hub
from greenlet import getcurrent

from .deadlines import GRACE, Deadline, DeadlineInterrupt


class GreenletDeadline(Deadline):
    """A deadline that interrupts the greenlet that made it.

    A greenlet serves many requests, so the timer must have stopped when the request is over.
    """

    reason = "its code computed, waited without gevent, or cleaned up"

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._greenlet: Any = getcurrent()
        self._timer: Any = None
        self._set_timer(seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop_timer()
        self._greenlet = None
        super().__exit__(kind, error, traceback)

    def _resume(self) -> None:
        """Go on after a pause; the timer may have fired in it."""
        self._set_timer(max(0, self._due - time.monotonic()))

    def _fire(self) -> None:
        """In the hub: interrupt the greenlet, unless it has got more time meanwhile."""
        left = self._due - time.monotonic()
        self._set_timer(min(left, GRACE) if left > 0 else GRACE)  # again, if the greenlet goes on
        if left <= 0:
            self._greenlet.throw(DeadlineInterrupt(self))

    def _set_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = get_hub().loop.timer(seconds)
        self._timer.start(self._fire, update=True)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None
