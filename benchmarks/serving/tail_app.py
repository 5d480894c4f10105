"""The typed app of ``benchmarks/peers``, which counts consecutive requests of one connection.

It is imported in a worker after gevent's patch. ``GET /counted`` returns the counts since the last
call as JSON: ``requests``; ``cpu``, the CPU time of the worker in seconds; ``runs``, how often the
connection changed; ``longest``, the most requests of one run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from contenders.flask_typed_app import make_app as make_typed_app
from gevent import getcurrent

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Counter:
    """Count requests before they go to an app.

    :param wait: so many seconds each request waits, as for a database; 0 lets others have their
        turn, and None does not wait.
    """

    def __init__(self, app: Wsgi, wait: float | None) -> None:
        self.app = app
        self.wait = wait
        self.last: object = None
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.cpu = time.process_time()
        self.requests = self.runs = self.run = self.longest = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] == "/counted":
            return self.report(start_response)
        self.count()
        if self.wait is not None:
            time.sleep(self.wait)  # gevent's
        return self.app(environ, start_response)

    def count(self) -> None:
        """Count a request: each connection has a greenlet of its own."""
        current = getcurrent()
        self.run = self.run + 1 if current is self.last else 1
        self.runs += self.run == 1
        self.longest = max(self.longest, self.run)
        self.requests += 1
        self.last = current

    def report(self, start_response: Callable[..., Any]) -> list[bytes]:
        """Answer with what was counted."""
        cpu = time.process_time() - self.cpu
        counted = {
            "cpu": cpu,
            "requests": self.requests,
            "runs": self.runs,
            "longest": self.longest,
        }
        self.reset()
        body = json.dumps(counted).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


def make_app(wait: float | None = None) -> Counter:
    """Return the app."""
    return Counter(make_typed_app(), wait)
