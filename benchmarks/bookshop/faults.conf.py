"""The shop's own configuration, and a view that reports the resources left in its worker."""

import asyncio
import gc
import json
import os
import runpy
from pathlib import Path
from typing import Any

from greenlet import greenlet

SHOP = Path(__file__).resolve().parents[2] / "examples" / "bookshop" / "gunicorn.conf.py"
globals().update(runpy.run_path(str(SHOP)))


def post_worker_init(worker: Any) -> None:
    """Answer ``/left`` beside the app."""
    app = worker.wsgi

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/left":
            return app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(count()).encode()]

    worker.wsgi = answer


def count() -> dict[str, int]:
    """Return how much of each kind there is, after the garbage is gone."""
    from flask_typed.bridge.current import get_bridge  # noqa: PLC0415  # after the patch

    gc.collect()
    return {
        "pid": os.getpid(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "greenlets": sum(
            issubclass(type(thing), greenlet) and not thing.dead and bool(thing)
            for thing in gc.get_objects()
        ),
        "tasks": len(asyncio.all_tasks(get_bridge().loop)),
    }
