"""Sends bytes to a worker of gunicorn's in this process, over a real socket."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from termios import FIONREAD
from typing import Any

import gevent
from gevent import socket
from gunicorn.config import Config

LISTENER = ("127.0.0.1", 80)
DATE = re.compile(rb"Date: [^\r]*")
#: Variables of an environ that are objects of one request, and the client's port.
OWN = frozenset({"wsgi.input", "wsgi.errors", "gunicorn.socket", "wsgi.early_hints", "REMOTE_PORT"})
#: Seconds; a worker answers at once.
PATIENCE = 60.0

App = Callable[..., Any]


@dataclass
class Log:
    """Keeps what gunicorn logs, and its access log."""

    lines: list[tuple[str, Any]] = field(default_factory=list)
    accesses: list[tuple[Any, ...]] = field(default_factory=list)

    def access(self, response: Any, request: Any, environ: Any, time: Any) -> None:
        """Keep a line of the access log."""
        line = (response.status, response.sent, response.headers, response.headers_sent)
        self.accesses.append((request.method, request.uri, request.headers, *line))

    def __getattr__(self, level: str) -> Callable[..., None]:
        """Keep a line, unless it is for those who debug gunicorn."""
        if level == "debug":
            return lambda message, *values: None
        return lambda message, *values: self.lines.append((level, message))


@dataclass(eq=False)
class Exchange:
    """What an app, the operator and the client have seen.

    :ivar requests: the variables of each request.
    :ivar plain: how many of them were plain.
    :ivar reset: whether the worker closed the connection with bytes unread: then it is chance how
        much of its last response arrives.
    """

    requests: list[dict[str, Any]] = field(default_factory=list)
    log: Log = field(default_factory=Log)
    received: bytes = b""
    plain: int = 0
    reset: bool = False

    def compare(self, other: Exchange) -> None:
        """Fail unless the same was seen in both."""
        size = min(len(self.received), len(other.received)) if self.reset or other.reset else None
        assert self.received[:size] == other.received[:size]
        assert self.requests == other.requests
        assert self.log == other.log


class Listener:
    """The socket that listens."""

    def getsockname(self) -> tuple[str, int]:
        """Return its address."""
        return LISTENER


def make_worker(worker_class: Any, found: Exchange, app: App, settings: dict[str, Any]) -> Any:
    """Return a worker that was not started.

    :param settings: of gunicorn; ``alive`` is whether the worker goes on.
    """
    cfg = Config()
    for name, value in settings.items():
        cfg.set(name, value)
    worker = worker_class.__new__(worker_class)
    worker.cfg, worker.log, worker.alive = cfg, found.log, True
    worker.nr, worker.max_requests = 0, cfg.max_requests or 1_000_000

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        found.requests.append({name: name in OWN or value for name, value in environ.items()})
        found.plain += type(start_response.__self__).__module__.startswith("flask_typed")
        return app(environ, start_response)

    worker.wsgi = wsgi
    return worker


def exchange(worker_class: Any, chunks: Sequence[bytes], app: App, **settings: Any) -> Exchange:
    """Send chunks to a worker, each after it has seen the one before, and then no more."""
    found = Exchange()
    worker = make_worker(worker_class, found, app, settings)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client = socket.create_connection(listener.getsockname())
        server, addr = listener.accept()
    with client, gevent.Timeout(PATIENCE):
        serving = gevent.spawn(worker.handle, Listener(), server, addr)
        send(client, server, chunks, found)
        receive(client, found)
        serving.join()
    found.received = DATE.sub(b"Date:", found.received)
    return found


def send(client: Any, server: Any, chunks: Sequence[bytes], found: Exchange) -> None:
    """Send chunks, as long as the worker wants them.

    What it has sent is read before: it would be lost if the worker has closed the connection.
    """
    try:
        for chunk in chunks:
            client.sendall(chunk)
            while count_unread(server):
                gevent.sleep(0.0005)
            client.settimeout(0)
            receive(client, found)
            client.settimeout(None)
        client.shutdown(socket.SHUT_WR)
    except OSError:  # the worker has closed the connection
        client.settimeout(None)


def count_unread(server: Any) -> int:
    """Return how many bytes a worker has not taken from its socket; none if it has closed it."""
    if server.fileno() < 0:
        return 0
    return int.from_bytes(ioctl(server.fileno(), FIONREAD, bytes(4)), sys.byteorder)


def receive(client: Any, found: Exchange) -> None:
    """Read what a worker sends, until it closes the connection or, if it does not wait, so far."""
    try:
        while part := client.recv(65536):
            found.received += part
    except BlockingIOError:
        return
    except ConnectionResetError:
        found.reset = True
