"""Serves one side of a service that was moved over, and lets a test speak HTTP with it.

A module of tests names its service: ``SERVICE = "fastapi"`` is the folder of ``examples/moving``,
and ``PEER`` is the module of the framework that the side ``before`` is written for. Each side is a
module or package with ``app`` and ``reset``, which makes its data new. Every test then runs on both
sides; ``before`` is skipped where its framework is not installed.

The differences that are on purpose are rows of ``differences.csv`` beside the two sides. The page
of the documentation shows the same file. A module has a question for each row, which returns a line
of text about the answers that it got: it must be the row's ``before``, or its ``after``.
"""

from __future__ import annotations

import csv
import importlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import urllib3
from flask import Flask
from werkzeug.serving import make_server

from ..patience import PATIENCE, wait_until

MOVING = Path(__file__).parents[2] / "examples" / "moving"


@dataclass(frozen=True)
class Client:
    """Sends requests to a server; a method for each method of HTTP.

    The keywords are those of urllib3: ``json``, ``fields`` (a form; multipart unless
    ``encode_multipart=False``; with GET, the query), ``body`` and ``headers``.
    """

    pool: urllib3.HTTPConnectionPool

    def request(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request; redirects are not followed."""
        return self.pool.request(method, path, redirect=False, retries=False, **options)

    def get(self, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a GET request."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a POST request."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a PUT request."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a PATCH request."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a DELETE request."""
        return self.request("DELETE", path, **options)


#: Sends requests, and returns a line about the answers.
Question = Callable[[Client], str]


def describe(answer: urllib3.BaseHTTPResponse) -> str:
    """Return status and media type."""
    return f"{answer.status} {answer.headers.get('Content-Type', '').partition(';')[0]}".strip()


@contextmanager
def serving(program: ModuleType) -> Iterator[int]:
    """Serve the app of a module in a thread, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serve = serving_wsgi if isinstance(program.app, Flask) else serving_asgi
        with serve(program.app, listening):
            yield listening.getsockname()[1]


@contextmanager
def serving_wsgi(app: Flask, listening: socket.socket) -> Iterator[None]:
    """Serve a Flask app. A typed response that its document does not describe is an error."""
    app.testing = True
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    with running(lambda: server.serve_forever(poll_interval=0.02)):
        yield
        server.shutdown()
    server.server_close()


@contextmanager
def serving_asgi(app: Any, listening: socket.socket) -> Iterator[None]:
    """Serve any other app, with its lifespan."""
    uvicorn = importlib.import_module("uvicorn")
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", loop="asyncio", http="h11"))
    with running(lambda: server.run(sockets=[listening])):
        wait_until(lambda: server.started)
        yield
        server.should_exit = True


@contextmanager
def running(serve: Callable[[], None]) -> Iterator[None]:
    """Run a server in a thread, and wait until it has ended."""
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE)


@pytest.fixture(scope="module", params=["before", "after"])
def side(request: pytest.FixtureRequest) -> str:
    """Return the side that the test runs on; skip it where its framework is not installed."""
    if request.param == "before":
        peer = request.module.PEER
        pytest.importorskip(peer, reason=f"{peer} is not installed (the extra is called moving)")
    return str(request.param)


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest, side: str) -> ModuleType:
    """Return the module of the side."""
    return importlib.import_module(f"moving.{request.module.SERVICE}.{side}")


@pytest.fixture(scope="module")
def pool(program: ModuleType) -> Iterator[urllib3.HTTPConnectionPool]:
    """Return connections to the side, which is served once for all tests of the module."""
    with (
        serving(program) as port,
        urllib3.HTTPConnectionPool("127.0.0.1", port, timeout=PATIENCE) as pool,
    ):
        yield pool


@pytest.fixture
def client(program: ModuleType, pool: urllib3.HTTPConnectionPool) -> Client:
    """Return a client of the side, whose data are new."""
    program.reset()
    return Client(pool)


def read_differences(service: str) -> dict[str, dict[str, str]]:
    """Return the differences of a service by their names: ``before``, ``after`` and ``why``."""
    with (MOVING / service / "differences.csv").open(encoding="utf-8", newline="") as table:
        return {row["request"].replace("``", ""): row for row in csv.DictReader(table)}


@pytest.fixture
def answers(request: pytest.FixtureRequest, program: ModuleType, client: Client) -> dict[str, str]:
    """Return the answers to the questions of the module, each asked with new data."""
    found = {}
    for name, ask in request.module.QUESTIONS.items():
        program.reset()
        found[name] = ask(client)
    return found


@pytest.fixture
def listed(request: pytest.FixtureRequest, side: str) -> dict[str, str]:
    """Return what the list of differences has for the side, without the marks of reST."""
    rows = read_differences(request.module.SERVICE)
    return {name: row[side].replace("``", "") for name, row in rows.items()}
