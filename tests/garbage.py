"""Counts what is left to the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Callable


def count_garbage(run: Callable[[], object]) -> int:
    """Run something, and return how many objects refer to each other when nobody else does."""
    while gc.collect():  # what finalizers of earlier tests leave is found by the next one
        pass
    gc.disable()
    try:
        run()
        return gc.collect()
    finally:
        gc.enable()
