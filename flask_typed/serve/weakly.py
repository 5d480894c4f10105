"""References that do not keep an app alive: reference counting cannot free an app in a cycle.

Setup time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref


def hold_weakly(method: Callable[..., Any], owner: object) -> Callable[..., Any]:
    """Return a function that calls a method of an object without keeping the object alive.

    Once the method is replaced in the object's class, the new one is called.

    :param method: of the owner. A function that others have set in its place is returned unchanged.
    """
    if getattr(method, "__self__", None) is not owner:
        return method
    find = ref(owner)
    function: Callable[..., Any] = method.__func__  # type: ignore[attr-defined]  # of a method
    name = method.__name__
    is_of_class = getattr(type(owner), name, None) is function  # else of the object alone

    def call(*args: Any, **kwargs: Any) -> Any:
        found = find()
        current = getattr(type(found), name) if is_of_class else function
        return current(found, *args, **kwargs)

    return call
