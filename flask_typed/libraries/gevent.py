"""gevent's internals: what it has patched, and which greenlets its servers have.

When a worker starts, and when it ends; imports gevent only where it is there already. Checked
against gevent 24.11.1 to 26.9.0.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any


def find_saved() -> Mapping[str, Mapping[str, Any]]:
    """Return what gevent has replaced, by module and by name; nothing if it has not patched."""
    saved: Mapping[str, Mapping[str, Any]] = getattr(sys.modules.get("gevent.monkey"), "saved", {})
    return saved


def find_serving() -> Iterator[Any]:
    """Yield the greenlets of gevent's servers that have a connection."""
    kind = importlib.import_module("gevent.baseserver").BaseServer
    for thing in gc.get_objects():
        if issubclass(type(thing), kind) and thing.pool is not None:
            yield from thing.pool
