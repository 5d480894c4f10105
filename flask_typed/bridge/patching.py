"""Looks up gevent's patches of the standard library, and the originals.

Does not import gevent.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def is_patched(*modules: str) -> bool:
    """Return whether gevent has patched all of these modules of the standard library."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and all(map(monkey.is_module_patched, modules))


def in_greenlet() -> bool:
    """Return whether a greenlet of gevent is running, so that a hub runs others beside it."""
    gevent = sys.modules.get("gevent")
    return gevent is not None and isinstance(gevent.getcurrent(), gevent.Greenlet)


def find_original(module: str, name: str) -> Any:
    """Return the original of a name of the standard library, from before gevent's patch."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None:
        return monkey.get_original(module, name)
    return getattr(importlib.import_module(module), name)
