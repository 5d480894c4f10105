"""A connection waits as long as with gunicorn's own worker."""

from __future__ import annotations

import gc
from time import monotonic
from typing import Any
from weakref import ref

import gevent
import pytest
from flask_typed.worker import GeventWorker
from gevent import socket

from .apps import echo, ignore
from .exchanging import PATIENCE, App, Exchange, Listener, exchange, make_worker

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"


def wait_for_end(worker_class: Any, app: App, data: bytes) -> tuple[bytes, float]:
    """Send bytes, and return what comes until the worker closes, and the seconds that it took."""
    worker = make_worker(worker_class, Exchange(), app, {"keepalive": 1})
    ours, theirs = socket.socketpair()
    with ours, gevent.Timeout(PATIENCE):
        gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        ours.sendall(data)
        start, received = monotonic(), b""
        while part := ours.recv(65536):
            received += part
    return received, monotonic() - start


@pytest.mark.parametrize(
    ("app", "data", "count"),
    [(echo, b"", 0), (echo, GET, 1), (echo, GET + b"GET", 1), (ignore, POST + b"ab", 1)],
    ids=["nothing", "one-request", "a-part-of-another", "a-part-of-a-body"],
)
def test_keepalive(app: App, data: bytes, count: int) -> None:
    """A connection that sends no whole request is closed after ``keepalive`` seconds."""
    received, seconds = wait_for_end(GeventWorker, app, data)
    assert received.count(b"HTTP/1.1 ") == count
    assert seconds >= 0.9


@pytest.mark.parametrize("data", [GET, POST + b"hello"], ids=["GET", "POST"])
def test_requests_leave_nothing_to_the_collector(data: bytes) -> None:
    """What a request has needed is freed at its end."""
    responses = []

    def keep(environ: Any, start_response: Any) -> Any:
        responses.append(ref(start_response.__self__))
        return echo(environ, start_response)

    gc.disable()
    try:
        exchange(GeventWorker, [data, data], keep)
        assert [response() for response in responses] == [None, None]
    finally:
        gc.enable()


def test_activity() -> None:
    """The time is measured anew after each request."""
    worker = make_worker(GeventWorker, Exchange(), echo, {"keepalive": 1})
    ours, theirs = socket.socketpair()
    with ours, gevent.Timeout(PATIENCE):
        serving = gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        for _ in range(3):
            gevent.sleep(0.5)
            ours.sendall(GET)
            assert ours.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert not serving.dead


def test_a_slow_body_holds_nobody_up() -> None:
    """An app that reads a body waits for it as long as the client takes."""
    worker = make_worker(GeventWorker, Exchange(), echo, {"keepalive": 1})
    ours, theirs = socket.socketpair()
    with ours, gevent.Timeout(PATIENCE):
        gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        ours.sendall(POST)
        for byte in b"hello":
            gevent.sleep(0.3)
            ours.sendall(bytes([byte]))
        received = b""
        while not received.endswith(b"\r\n\r\n>hello"):
            received += ours.recv(65536)


def test_a_slow_reader_gets_all() -> None:
    """A response that does not fit into the socket is sent as the client reads it."""

    def send_some(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Length", "60000")])
        return [b"x" * 60_000]

    worker = make_worker(GeventWorker, Exchange(), send_some, {"keepalive": 1})
    ours, theirs = socket.socketpair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with ours, gevent.Timeout(PATIENCE):
        gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        for _ in range(2):  # the second time, the headers are known
            ours.sendall(GET)
            received = b""
            while received.count(b"x") < 60_000:
                received += ours.recv(1000)
        assert received.startswith(b"HTTP/1.1 200 OK\r\n")
