"""gevent's internals: the originals of patched names, and the greenlets of its servers.

When a worker starts and ends, and for requests that are interrupted; imports gevent only where it
is there already. Checked against gevent 24.11.1 to 26.9.0.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any


def find_saved() -> Mapping[str, Mapping[str, Any]]:
    """Return the originals that gevent has replaced, by module and name; none without a patch."""
    saved: Mapping[str, Mapping[str, Any]] = getattr(sys.modules.get("gevent.monkey"), "saved", {})
    return saved


def find_serving() -> Iterator[Any]:
    """Yield the greenlets of gevent's servers that handle a connection."""
    kind = importlib.import_module("gevent.baseserver").BaseServer
    for thing in gc.get_objects():
        if issubclass(type(thing), kind) and thing.pool is not None:
            yield from thing.pool


def reads_with_pywsgi(environ: Mapping[str, Any]) -> bool:
    """Return whether ``gevent.pywsgi`` reads a request.

    If it is interrupted while it reads a body, it no longer knows where the next request begins.
    """
    return type(environ.get("wsgi.input")).__module__ == "gevent.pywsgi"
