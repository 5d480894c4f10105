"""The bridge of this process: made when it is first needed, anew after a fork, closed at exit.

Request time.
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
        #: Those of the parent process: to collect them as garbage would close them.
        self._inherited: list[Bridge] = []

    def make(self) -> Bridge:
        """Make a bridge, unless somebody else is faster."""
        with self._lock:  # a native one: nothing that is done meanwhile lets other greenlets run
            bridge = self.bridge
            if bridge is None or not bridge.is_alive:
                bridge = self.bridge = make_bridge()
            return bridge

    def close(self, patience: float | None = None) -> None:
        """End what is left of async code, which may clean up for some seconds."""
        bridge, self.bridge = self.bridge, None
        if bridge is not None and bridge.is_alive:
            bridge.close(patience)

    def forget(self) -> None:
        """Leave alone what only runs in the parent process."""
        self._lock = find_original("_thread", "allocate_lock")()
        bridge, self.bridge = self.bridge, None
        if bridge is not None:
            self._inherited.append(bridge)
            bridge.abandon()


def make_bridge() -> Bridge:
    """Return a bridge for the server that runs: gevent's hub, or any other."""
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
