"""Finds views whose deadline the worker cannot enforce.

Runs when a worker starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..plan.callees import is_async
from .findings import Finding
from .surroundings import Surroundings


def check_deadlines(surroundings: Surroundings) -> Iterator[Finding]:
    """Yield one finding for all views with a timeout that threads run."""
    state = surroundings.app.extensions.get("typed")
    if surroundings.is_gevent or state is None:
        return
    operations = [(view, served.operation) for view, served in state.views]
    names = [
        operation.name
        for view, operation in operations
        if operation.time_limit.can_expire and not is_async(find_handler(view, operation.method))
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


def find_handler(view: Callable[..., Any], method: str) -> Callable[..., Any]:
    """Return the method of a class-based view that answers requests, or the view itself."""
    handler: Callable[..., Any] = getattr(getattr(view, "view_class", None), method.lower(), view)
    return handler
