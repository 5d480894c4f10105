"""The bridge of this process.

Request time. The bridge is created on first use, and again after a fork, and closed at exit.
"""

from __future__ import annotations

import atexit
import importlib
import os

from .patching import find_original, is_patched
from .threads import Bridge


class Keeper:
    """Holds the one bridge of a process."""

    def __init__(self) -> None:
        self.bridge: Bridge | None = None
        self._lock = find_original("_thread", "allocate_lock")()
        #: The bridges of the parent process. The garbage collector would close them.
        self._inherited: list[Bridge] = []

    def make(self) -> Bridge:
        """Return the bridge; create it unless another thread has done so."""
        with self._lock:  # native: no other greenlet runs in this block
            bridge = self.bridge
            if bridge is None or not bridge.is_alive:
                bridge = self.bridge = make_bridge()
            return bridge

    def close(self, patience: float | None = None) -> None:
        """End the bridge. Running async code may clean up.

        :param patience: for how many seconds; ``CLOSE_TIMEOUT`` of :mod:`.threads` by default.
        """
        bridge, self.bridge = self.bridge, None
        if bridge is not None and bridge.is_alive:
            bridge.close(patience)

    def forget(self) -> None:
        """In a child process: abandon the bridge, which runs in the parent process only."""
        self._lock = find_original("_thread", "allocate_lock")()
        bridge, self.bridge = self.bridge, None
        if bridge is not None:
            self._inherited.append(bridge)
            bridge.abandon()


def make_bridge() -> Bridge:
    """Return a new bridge: for gevent's hub if gevent has patched, else for threads."""
    if not is_patched("socket", "threading"):
        return Bridge()
    bridge: Bridge = importlib.import_module(".hub", __package__).HubBridge()
    return bridge


KEEPER = Keeper()
os.register_at_fork(after_in_child=KEEPER.forget)
atexit.register(KEEPER.close)


def get_bridge() -> Bridge:
    """Return the bridge of this process."""
    bridge = KEEPER.bridge
    return bridge if bridge is not None and bridge.is_alive else KEEPER.make()
