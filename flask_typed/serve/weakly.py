"""References that do not keep an app alive: one that refers to itself is not freed when dropped.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod


def hold_weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that calls a method, and does not keep the method's object alive."""
    if not hasattr(method, "__self__"):
        return method  # a function that somebody has put in the method's place
    find = WeakMethod(method)

    def call(*args: Any) -> Any:
        return find()(*args)  # type: ignore[misc]  # its object is there: who else would call

    return call
