"""Slow computations, which must not block the other requests of a gevent worker."""

from collections.abc import Callable
from typing import TypeVar

import gevent

R = TypeVar("R")


def run_in_thread(function: Callable[..., R], *args: object) -> R:
    """Call a function in a native thread, and let other requests continue meanwhile."""
    result: R = gevent.get_hub().threadpool.apply(function, args)
    return result
