"""Slow computations, which must not block the other requests of a gevent worker."""

from collections.abc import Callable
from typing import TypeVar

import gevent
from gevent.monkey import is_module_patched

R = TypeVar("R")


def run_in_thread(function: Callable[..., R], *args: object) -> R:
    """Call a function in a native thread; other requests of a gevent worker continue meanwhile."""
    if not is_module_patched("threading"):  # in tests, and under servers with threads
        return function(*args)
    result: R = gevent.get_hub().threadpool.apply(function, args)
    return result
