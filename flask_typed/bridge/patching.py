"""What gevent has patched, and what was there before.

Asks gevent only if somebody has imported it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def is_patched(*modules: str) -> bool:
    """Say whether gevent has patched all of these modules of the standard library."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and all(map(monkey.is_module_patched, modules))


def find_original(module: str, name: str) -> Any:
    """Return what the standard library had under a name before gevent patched it."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None:
        return monkey.get_original(module, name)
    return getattr(importlib.import_module(module), name)
