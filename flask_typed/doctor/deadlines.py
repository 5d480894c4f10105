"""Finds views whose deadline the worker cannot enforce.

Runs when a worker starts.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from .findings import Finding
from .surroundings import Surroundings


def check_deadlines(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield one finding for all views with a timeout that threads run."""
    state = surroundings.app.extensions.get("typed")
    if surroundings.is_gevent or state is None:
        return
    names = [
        served.operation.name
        for view, served in state.views
        if served.operation.time_limit.can_expire and not is_async(view, served.operation.method)
    ]
    if names:
        others = f" and {len(names) - 1} more" if names[1:] else ""
        yield Finding(
            "deadlines",
            "warning",
            f"{names[0]}{others}",
            "a thread cannot be interrupted, so the timeout does not stop a sync view",
            "Use gunicorn's gevent worker: `gunicorn -k gevent`",
        )


def is_async(view: Callable[..., Any], method: str) -> bool:
    """Return whether a view is an ``async def``, or a class whose method is one."""
    view_class = getattr(view, "view_class", None)
    return inspect.iscoroutinefunction(getattr(view_class, method.lower(), view))
