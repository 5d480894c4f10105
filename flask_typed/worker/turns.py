"""Whose turn it is: of the connections that have a request, the one that was served longest ago.

Runs between requests, in the worker.
"""

from __future__ import annotations

from operator import attrgetter
from time import monotonic
from typing import Any

from gevent import get_hub, getcurrent

READABLE = 1


class Turn:
    """A place in the queue of a worker: each connection has one.

    :param turns: the queue.
    """

    __slots__ = ("_deadline", "_greenlet", "_timer", "_turns", "_waits", "served")

    def __init__(self, turns: Turns) -> None:
        self.served = 0
        self._turns = turns
        self._greenlet: Any = getcurrent()
        self._waits = False
        self._deadline = 0.0
        self._timer: Any = None

    def wait(self, watcher: Any, deadline: float) -> bool:
        """Wait until a watcher's event has happened, and the connections before had their turn.

        :param deadline: as :func:`time.monotonic` returns it.
        :returns: ``False`` if the time is over.
        """
        self._deadline = deadline
        if self._timer is None:
            self._set_timer(deadline - monotonic())
        self._waits = True
        watcher.start(self._turns.add, self)
        try:
            return bool(get_hub().switch())
        finally:
            self._waits = False
            watcher.stop()

    def resume(self, ready: bool) -> None:
        """Continue the connection, unless it was ended. Runs in the hub."""
        if self._waits:
            self._waits = False
            self._greenlet.switch(ready)

    def close(self) -> None:
        """Stop measuring time."""
        if self._timer is not None:
            self._timer.close()
            self._timer = None

    def _set_timer(self, seconds: float) -> None:
        self._timer = get_hub().loop.timer(max(seconds, 0.0))
        self._timer.start(self._expire)

    def _expire(self) -> None:
        """End the wait if its time is over. Runs in the hub.

        A timer is not set for each request: it looks whether the connection has waited since.
        """
        self.close()
        if self._waits:
            left = self._deadline - monotonic()
            if left > 0:
                self._set_timer(left)
            else:
                self.resume(ready=False)


class Turns:
    """The queue of a worker.

    All connections that became ready at once are served once, in the order of their last turns.
    Only then the hub looks for others.
    """

    def __init__(self) -> None:
        self._ready: list[Turn] = []
        self._served = 0

    def add(self, turn: Turn) -> None:
        """Add a connection that has something to read. Runs in the hub."""
        self._ready.append(turn)
        if len(self._ready) == 1:
            get_hub().loop.run_callback(self._serve)

    def pause(self, turn: Turn, deadline: float) -> None:
        """Let the other connections have their turn."""
        timer = get_hub().loop.timer(0.0)
        try:
            turn.wait(timer, deadline)
        finally:
            timer.close()

    def _serve(self) -> None:
        """Serve the connections that are ready. Runs in the hub."""
        ready, self._ready = self._ready, []
        for turn in sorted(ready, key=attrgetter("served")):
            self._served += 1
            turn.served = self._served
            turn.resume(ready=True)
