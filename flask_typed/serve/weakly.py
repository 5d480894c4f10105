"""References that do not keep an app alive: one that refers to itself is not freed when dropped.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref


def hold_weakly(method: Callable[..., Any], owner: object) -> Callable[..., Any]:
    """Return a function that calls a method of an object, and does not keep the object alive.

    :param method: of the owner; a function that somebody has put in its place is kept as it is.
    """
    if getattr(method, "__self__", None) is not owner:
        return method
    find = ref(owner)
    function: Callable[..., Any] = method.__func__  # type: ignore[attr-defined]  # a method's

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(find(), *args, **kwargs)

    return call
