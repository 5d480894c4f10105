"""gunicorn's internals: the configuration of the server that loads an app, and its hooks.

Setup time; imports nothing of gunicorn. Checked against gunicorn 23.0.0 to 27.0.1.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any


def find_config() -> Any:
    """Return the configuration of the gunicorn that is loading the app; ``None`` without one.

    It is on the stack: gunicorn gives an app no other way to learn of it.
    """
    base = sys.modules.get("gunicorn.app.base")
    if base is None:
        return None
    load = base.BaseApplication.wsgi.__code__
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is load:
            return frame.f_locals["self"].cfg
        frame = frame.f_back
    return None


def call_in_workers(config: Any, function: Callable[[Any], object]) -> None:
    """Call a function with each worker before it serves, after the hook of the user.

    :param config: gunicorn's.
    """
    before = config.post_worker_init

    def post_worker_init(worker: Any) -> None:
        before(worker)
        function(worker)

    config.set("post_worker_init", post_worker_init)
