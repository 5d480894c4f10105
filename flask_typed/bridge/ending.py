"""Ends a gunicorn worker gracefully: running requests are interrupted in time to clean up.

Setup time, and when the worker ends. gunicorn kills a worker that has not ended within
``graceful_timeout`` after SIGTERM. gunicorn's own workers interrupt running requests only at that
moment, or never. Event streams do not end by themselves, and their clients connect again: under
gevent they are interrupted at once.
"""

from __future__ import annotations

import importlib
import signal
import time
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType
from typing import Any
from weakref import WeakSet

from werkzeug.wrappers import Response

from ..libraries.gevent import find_serving
from ..libraries.gunicorn import call_after_workers, call_in_workers, close_interrupted
from .current import KEEPER
from .lifespan import end_lifespans
from .patching import find_original, is_patched

#: How long interrupted requests may clean up: the last third of the worker's time, at most this
#: many seconds.
LAST = 5.0
SHARE = 1 / 3
#: How many seconds before the worker is killed it has to be done.
MARGIN = 1.0

Handler = Callable[[int, "FrameType | None"], Any]


class Ending:
    """The end of this worker.

    :ivar is_due: whether running requests must end now.
    """

    def __init__(self) -> None:
        self.is_due = False
        self._has_begun = False
        self._is_watched = False
        self._deadline: float | None = None
        #: The greenlets that send an event stream.
        self._streaming: WeakSet[Any] = WeakSet()
        self._interrupted: WeakSet[Any] = WeakSet()

    def watch(self, worker: Any) -> None:
        """Handle SIGTERM in a worker: in its main thread, after it has set its own handlers."""
        if self._is_watched:  # by another app
            return
        self._is_watched = True
        before: Any = signal.getsignal(signal.SIGTERM)

        def end(number: int, frame: FrameType | None) -> None:
            if callable(before):
                before(number, frame)
            self.start(float(worker.cfg.graceful_timeout))

        signal.signal(signal.SIGTERM, end)
        signal.siginterrupt(signal.SIGTERM, False)  # as gunicorn sets it
        if is_patched("socket", "threading") and hasattr(worker, "timeout_ctx"):
            close_interrupted(worker, self.has_interrupted)

    def start(self, seconds: float) -> None:
        """Interrupt running requests in time. Call this in a signal handler.

        :param seconds: the time until the worker is killed.
        """
        last = min(LAST, seconds * SHARE)
        self._has_begun = True
        self._deadline = time.monotonic() + seconds
        if is_patched("socket", "threading"):
            gevent = importlib.import_module("gevent")
            gevent.spawn(self._end_event_streams)
            gevent.spawn_later(seconds - last, self._end_greenlets, last)
        else:  # a signal handler may use neither a lock nor the hub
            find_original("_thread", "start_new_thread")(self.end_threads, (seconds - last, last))

    def end_threads(self, seconds: float, last: float) -> None:
        """In a native thread: cancel waiting calls, close the app's values, then end the loop."""
        time.sleep(seconds)
        self.is_due = True
        bridge = KEEPER.bridge
        if bridge is not None and bridge.is_alive:
            bridge.interrupt()
        time.sleep(last / 3)
        end_lifespans()
        KEEPER.close(last / 3)

    def follow(self, response: Response) -> None:
        """Interrupt an event stream when the worker is told to end.

        :param response: of the current request, not sent yet.
        """
        if is_patched("socket", "threading"):
            greenlet: Any = importlib.import_module("gevent").getcurrent()
            self._streaming.add(greenlet)
            response.call_on_close(partial(self._streaming.discard, greenlet))
            if self._has_begun:
                self._interrupt([greenlet])

    def find_time_left(self, default: float) -> float:
        """Return for how many seconds the worker may still clean up.

        :param default: for a process that nobody has told to end within a time.
        """
        if self._deadline is None:
            return default
        return max(0.0, self._deadline - time.monotonic() - MARGIN)

    def has_interrupted(self) -> bool:
        """Return whether the current greenlet was interrupted."""
        return self.is_due or importlib.import_module("gevent").getcurrent() in self._interrupted

    def _end_event_streams(self) -> None:
        """In a greenlet: kill the greenlets of event streams."""
        self._interrupt(list(self._streaming))

    def _end_greenlets(self, last: float) -> None:
        """In a greenlet: kill the greenlets of requests, as gunicorn would, then end the rest.

        The values of the app are closed, then the loop ends.
        """
        self.is_due = True
        serving = list(find_serving())
        self._interrupt(serving)
        gevent = importlib.import_module("gevent")
        gevent.joinall(serving, timeout=last / 3)  # killall() would raise an error after it
        gevent.spawn(end_lifespans).join(last / 3)
        KEEPER.close(last / 4)

    def _interrupt(self, greenlets: Iterable[Any]) -> None:
        """Kill greenlets, and do not wait for them."""
        self._interrupted.update(greenlets)
        importlib.import_module("gevent").killall(greenlets, block=False)


ENDING = Ending()


def await_end(config: Any) -> None:
    """Let each worker of a gunicorn handle SIGTERM, and close the app's values when it exits.

    :param config: gunicorn's configuration.
    """
    call_in_workers(config, ENDING.watch)
    call_after_workers(config, end_lifespans)
