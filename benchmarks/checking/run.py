"""The cost of checking responses: disabled, for a sample, and for each response.

Apps that differ only in their configuration handle the same request, in one process and without a
server: the WSGI app is called directly. Rounds are interleaved, and each figure is the median of
its rounds. ``bare`` has no check at all, ``production`` is the default::

    pip install ".[checks]"
    python benchmarks/checking/run.py

It prints a table of microseconds per request, by app and by number of books in the response.
"""

from __future__ import annotations

import io
import statistics
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Len
from flask import Flask
from flask_typed import Typed

SIZES = (1, 10, 100)
CONFIGS: dict[str, dict[str, Any]] = {
    "bare": {},
    "production": {},
    "1 in 100": {"TYPED_CHECK_SAMPLE": 0.01},
    "tests": {"TESTING": True},
}


@dataclass
class Book:
    """A book."""

    id: Annotated[int, Ge(1)]
    title: Annotated[str, Len(1, 200)]
    price: float
    tags: list[str]


BOOKS = [Book(number, f"Book {number}", 9.5, ["new", "paper"]) for number in range(1, 101)]


def make_app(name: str) -> Flask:
    """Return an app with a route that returns some books."""
    app = Flask("shop")
    app.config.update(CONFIGS[name])
    typed = Typed(app)
    if name == "bare":
        del app.process_response  # Flask's own is there again

    @typed.get("/<int:count>")
    def list_books(count: int) -> list[Book]:
        return BOOKS[:count]

    return app


def ask(app: Flask, count: int) -> bytes:
    """Return the body of the answer."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/{count}",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    return b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))


def time_app(app: Flask, size: int, requests: int) -> float:
    """Return the microseconds of CPU time that a request takes."""
    start = time.process_time()
    for _ in range(requests):
        ask(app, size)
    return (time.process_time() - start) / requests * 1e6


def main() -> None:
    """Measure, and print the table."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--count", type=int, default=300, help="requests in each round")
    options = parser.parse_args()
    apps = {name: make_app(name) for name in CONFIGS}
    times: dict[tuple[str, int], list[float]] = {}
    for number in range(options.rounds + 1):
        for name, app in apps.items():
            for size in SIZES:
                requests = max(options.count // (size if name == "tests" else 1), 3)
                taken = time_app(app, size, requests)
                if number:  # the first round makes what is made late
                    times.setdefault((name, size), []).append(taken)
    print(f"{'':12}" + "".join(f"{size:>10}" for size in SIZES))
    for name in apps:
        medians = (statistics.median(times[name, size]) for size in SIZES)
        print(f"{name:12}" + "".join(f"{median:10.1f}" for median in medians))


if __name__ == "__main__":
    main()
