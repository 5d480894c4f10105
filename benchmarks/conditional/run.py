"""A 304 compared with the 200 that it spares: CPU time of the process, without a server.

The view reads rows of SQLite and returns a list of them. Each kind of version is a route: none, a
hash of the response, an attribute of the returned value, and a function that reads one number of
the database. Rounds are interleaved, and each figure is the median of its rounds::

    python benchmarks/conditional/run.py

It prints a table, and the ratio of each 304 to the 200 of the route without a version.
"""

from __future__ import annotations

import io
import sqlite3
import statistics
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_typed import Typed

ROWS = 100
KINDS = ("plain", "hash", "attribute", "function")


@dataclass
class Line:
    """A line of a shelf."""

    id: int
    title: str
    price: float


@dataclass
class Shelf:
    """A shelf of books."""

    name: str
    lines: list[Line]


@dataclass
class ShelfRow(Shelf):
    """A shelf with its version."""

    version: int


def open_database() -> sqlite3.Connection:
    """Return a database with a shelf."""
    database = sqlite3.connect(":memory:")
    database.executescript(
        "CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT, version INTEGER);"
        "CREATE TABLE books (id INTEGER PRIMARY KEY, shelf INTEGER, title TEXT, price REAL);"
        "INSERT INTO shelves VALUES (1, 'Novels', 7);"
    )
    rows = [(number, 1, f"Book {number}", 9.5) for number in range(ROWS)]
    database.executemany("INSERT INTO books VALUES (?, ?, ?, ?)", rows)
    return database


def make_app() -> Flask:
    """Return an app with a route for each kind of version."""
    app = Flask("benchmark")
    typed = Typed(app)
    database = open_database()

    def get_version() -> int:
        version: int = database.execute("SELECT version FROM shelves WHERE id = 1").fetchone()[0]
        return version

    def read() -> Shelf:
        name, version = database.execute(
            "SELECT name, version FROM shelves WHERE id = 1"
        ).fetchone()
        found = database.execute("SELECT id, title, price FROM books WHERE shelf = 1")
        return ShelfRow(name, [Line(*row) for row in found], version)

    options: dict[str, Any] = {"hash": True, "attribute": "version", "function": get_version}
    for kind in KINDS:
        given = {"etag": options[kind]} if kind in options else {}
        typed.get(f"/{kind}", endpoint=kind, **given)(read)
    return app


def make_environ(path: str, tag: str | None) -> dict[str, Any]:
    """Return the environ of a request."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    return environ if tag is None else {**environ, "HTTP_IF_NONE_MATCH": tag}


def ask(app: Flask, path: str, tag: str | None) -> tuple[int, str | None]:
    """Return the status and the tag of a response."""
    heads: list[Any] = []
    body = app(make_environ(path, tag), lambda status, headers: heads.append((status, headers)))  # type: ignore[arg-type,return-value]  # nothing is written
    for _ in body:
        pass
    getattr(body, "close", lambda: None)()
    status, headers = heads[0]
    return int(status.split()[0]), dict(headers).get("ETag")


def measure(app: Flask, path: str, tag: str | None, count: int) -> float:
    """Return the CPU time of a request, in microseconds."""
    began = time.process_time()
    for _ in range(count):
        ask(app, path, tag)
    return (time.process_time() - began) / count * 1e6


def main() -> None:
    """Measure all kinds in turn, and print the medians."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()
    app = make_app()
    cases: list[tuple[str, str | None]] = []
    for kind in KINDS:
        _, tag = ask(app, f"/{kind}", None)
        cases += [(kind, None)] if tag is None else [(kind, None), (kind, tag)]
    for kind, tag in cases:
        assert ask(app, f"/{kind}", tag)[0] == (200 if tag is None else 304)
    taken: dict[tuple[str, str | None], list[float]] = {case: [] for case in cases}
    for _ in range(options.rounds):
        for kind, tag in cases:
            taken[kind, tag].append(measure(app, f"/{kind}", tag, options.requests))
    whole = statistics.median(taken["plain", None])
    print(f"{'version':<12}{'status':>8}{'µs':>8}{'ratio':>8}")
    for (kind, tag), times in taken.items():
        median = statistics.median(times)
        print(f"{kind:<12}{304 if tag else 200:>8}{median:>8.1f}{median / whole:>8.2f}")


if __name__ == "__main__":
    main()
