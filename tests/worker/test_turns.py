"""No connection is served twice while others wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import gevent.event
import pytest
from flask_typed.worker import GeventWorker
from flask_typed.worker.turns import Turn, Turns
from gevent import socket

from .exchanging import PATIENCE, Exchange, Listener, make_worker

PLAIN = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OTHER = b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: http\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@contextmanager
def connect(app: Any, count: int) -> Iterator[list[Any]]:
    """Yield clients that are connected to one worker."""
    worker = make_worker(GeventWorker, Exchange(), app, {"keepalive": 60})
    clients, served = [], []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        for _ in range(count):
            clients.append(socket.create_connection(listener.getsockname()))
            served.append(gevent.spawn(worker.handle, Listener(), *listener.accept()))
    with gevent.Timeout(PATIENCE):
        yield clients
        gevent.joinall(served)
    for client in clients:
        client.close()


def note(order: list[str], act: Callable[[], None] = lambda: None) -> Any:
    """Return an app that keeps whom it has served."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        order.append(environ["REMOTE_PORT"])
        if len(order) == 1:
            act()
        start_response("200 OK", [("Content-Length", "0")])
        return []

    return app


def port(client: Any) -> str:
    """Return the port of a client."""
    return str(client.getsockname()[1])


@pytest.mark.parametrize("kind", [PLAIN, OTHER])
def test_all_are_served_in_turn(kind: bytes) -> None:
    """Each connection has sent all of its requests already."""
    order: list[str] = []
    with connect(note(order), 5) as clients:
        for client in clients:
            client.sendall(kind * 3 + LAST)
        ports = sorted(map(port, clients))
    rounds = [sorted(order[start : start + 5]) for start in range(0, 20, 5)]
    assert rounds == [ports] * 4


@pytest.mark.parametrize("kind", [PLAIN, OTHER])
def test_who_comes_later_does_not_wait(kind: bytes) -> None:
    """A request that comes while others are served is next, before their second ones."""
    order: list[str] = []
    with connect(note(order, lambda: late.sendall(LAST)), 4) as clients:
        late, *others = clients
        for client in others:
            client.sendall(kind * 3 + LAST)
        last = port(late)
    assert order.index(last) <= 3


def test_waiting_ends() -> None:
    """A connection that is killed while it waits is told so, as gunicorn's own worker does."""
    worker = make_worker(GeventWorker, Exchange(), note([]), {"keepalive": 60})
    ours, theirs = socket.socketpair()
    with ours, gevent.Timeout(PATIENCE):
        serving = gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        gevent.sleep(0)
        serving.kill(block=False)
        assert ours.recv(65536).startswith(b"HTTP/1.1 500 ")


def test_an_interrupted_request_of_a_worker_that_ends() -> None:
    """The connection is closed at once."""
    waits = gevent.event.Event()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        waits.set()
        return [gevent.sleep(PATIENCE)]

    worker = make_worker(GeventWorker, Exchange(), app, {"keepalive": 60})
    ours, theirs = socket.socketpair()
    with ours, gevent.Timeout(PATIENCE):
        serving = gevent.spawn(worker.handle, Listener(), theirs, ("127.0.0.1", 1))
        ours.sendall(PLAIN)
        waits.wait()
        worker.alive = False
        serving.kill()
        assert ours.recv(65536) == b""


def test_a_turn_that_nobody_waits_for() -> None:
    """A connection may have ended between its event and its turn."""
    turn = Turn(Turns())
    turn.resume(ready=True)
    turn.close()
