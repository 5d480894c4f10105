"""Where an app runs: the server, its kind of worker, and whether gevent has patched."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask

from ..bridge.patching import is_patched

#: What gevent patches for an app: with less, something of it blocks.
NEEDED = ("os", "queue", "select", "signal", "socket", "ssl", "subprocess", "threading", "time")
#: What blocks nothing if it is not patched.
HELPFUL = frozenset({"signal"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an app runs.

    :param worker_class: gunicorn's word for it; ``None`` under another server.
    :param connections: how many requests a worker of gevent's takes at once.
    :param threads: how many requests a worker of threads takes at once.
    :param preload: whether gunicorn's first process loads the app.
    :param patched_before: whether gevent had patched when the app was made; ``None`` if nobody
        knows.
    """

    app: Flask
    worker_class: str | None = None
    connections: int = 1000
    threads: int = 1
    preload: bool = False
    patched_before: bool | None = None

    @property
    def is_gevent(self) -> bool:
        """Whether greenlets answer the requests."""
        if self.worker_class is None:
            return "gevent.pywsgi" in sys.modules or is_patched("socket")
        return "gevent" in self.worker_class

    @property
    def is_sync(self) -> bool:
        """Whether a worker answers one request at a time."""
        return self.worker_class in ("sync", "gunicorn.workers.sync.SyncWorker")


def describe_worker(app: Flask, config: Any, patched_before: bool | None) -> Surroundings:
    """Return where an app runs under gunicorn.

    :param config: gunicorn's.
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
    """Yield a frame and those that called it, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back
