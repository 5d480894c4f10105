"""A worker of gunicorn that is told to end: what is left is interrupted while it may clean up.

Setup time, and when the worker ends. gunicorn kills a worker that has not ended some seconds after
SIGTERM (``graceful_timeout``); its own workers interrupt what still runs at that moment, or never.
"""

from __future__ import annotations

import importlib
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from ..libraries.gevent import find_serving
from ..libraries.gunicorn import call_in_workers
from .current import KEEPER
from .patching import find_original, is_patched

#: For how long what is interrupted may clean up, in seconds: the last third of the time that a
#: worker has, but not more.
LAST = 5.0
SHARE = 1 / 3

Handler = Callable[[int, "FrameType | None"], Any]


class Ending:
    """What the worker knows of its end.

    :ivar is_due: whether what is left has to end now.
    """

    def __init__(self) -> None:
        self.is_due = False
        self._is_watched = False

    def watch(self, worker: Any) -> None:
        """Listen for SIGTERM in a worker; in its main thread, when it has its own handlers."""
        if self._is_watched:  # for another app
            return
        self._is_watched = True
        before: Any = signal.getsignal(signal.SIGTERM)

        def end(number: int, frame: FrameType | None) -> None:
            if callable(before):
                before(number, frame)
            self.start(float(worker.cfg.graceful_timeout))

        signal.signal(signal.SIGTERM, end)
        signal.siginterrupt(signal.SIGTERM, False)  # as gunicorn has it

    def start(self, seconds: float) -> None:
        """Interrupt what is left, when it is time; from a signal handler.

        :param seconds: after which the worker is killed.
        """
        last = min(LAST, seconds * SHARE)
        if is_patched("socket", "threading"):
            importlib.import_module("gevent").spawn_later(seconds - last, self._end_greenlets, last)
        else:  # neither a lock nor the hub may be asked for in a signal handler
            find_original("_thread", "start_new_thread")(self.end_threads, (seconds - last, last))

    def end_threads(self, seconds: float, last: float) -> None:
        """In a native thread: cancel what waits, then end the loop."""
        time.sleep(seconds)
        self.is_due = True
        bridge = KEEPER.bridge
        if bridge is not None and bridge.is_alive:
            bridge.interrupt()
            time.sleep(last / 3)
            KEEPER.close(last / 3)

    def _end_greenlets(self, last: float) -> None:
        """In a greenlet: kill those that serve, as gunicorn would, then end the loop."""
        self.is_due = True
        gevent = importlib.import_module("gevent")
        gevent.killall(list(find_serving()), timeout=last / 2)
        KEEPER.close(last / 3)


ENDING = Ending()


def await_end(config: Any) -> None:
    """Let each worker of a gunicorn watch for its end.

    :param config: gunicorn's.
    """
    call_in_workers(config, ENDING.watch)
