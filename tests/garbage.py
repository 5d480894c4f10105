"""Counts what is left to the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable


def count_garbage(run: Callable[[], object]) -> int:
    """Run something, and return how many objects refer to each other when nobody else does.

    The objects of other tests are frozen meanwhile: to visit all of them takes seconds.
    """
    gc.disable()
    try:
        gc.freeze()
        run()
        return gc.collect()
    finally:
        gc.unfreeze()
        gc.enable()
