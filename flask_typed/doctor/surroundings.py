"""Describes where an app runs: the server, the class of its worker, and gevent's patch.

Runs when a worker starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask

from ..bridge.patching import is_patched

#: The modules that gevent must patch for an app: without one of them, some waits block.
NEEDED = ("os", "queue", "select", "signal", "socket", "ssl", "subprocess", "threading", "time")
#: Modules that do not block if they are not patched.
HELPFUL = frozenset({"signal"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an app runs.

    :param worker_class: gunicorn's name for it; ``None`` under another server.
    :param connections: the number of concurrent requests of a gevent worker.
    :param threads: the number of concurrent requests of a threaded worker.
    :param preload: whether gunicorn's main process loads the app.
    :param serves_in_greenlets: whether a greenlet has handled a request; for other servers.
    :param patched_before: whether the patch came before the app was created; ``None`` if that is
        unknown.
    """

    app: Flask
    worker_class: str | None = None
    connections: int = 1000
    threads: int = 1
    preload: bool = False
    patched_before: bool | None = None
    serves_in_greenlets: bool = False

    @property
    def is_gevent(self) -> bool:
        """Whether greenlets handle the requests."""
        if self.worker_class is None:
            return self.serves_in_greenlets or is_patched("socket")
        return "gevent" in self.worker_class.lower()

    @property
    def is_sync(self) -> bool:
        """Whether the worker handles one request at a time."""
        return self.worker_class in ("sync", "gunicorn.workers.sync.SyncWorker")


def describe_worker(app: Flask, config: Any, patched_before: bool | None) -> Surroundings:
    """Return the surroundings of an app under gunicorn.

    :param config: gunicorn's configuration.
    """
    return Surroundings(
        app,
        config.worker_class_str,
        config.worker_connections,
        config.threads,
        config.preload_app,
        patched_before,
    )


def find_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back
