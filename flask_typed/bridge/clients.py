"""Cancels async code whose client disconnects.

Request time; only on Linux, whose epoll reports that the other side has closed a connection.
"""

from __future__ import annotations

import asyncio
import os
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .patching import find_original

if TYPE_CHECKING:
    from .calls import PendingCall

#: Whether the system reports disconnects.
CAN_WATCH = hasattr(select, "EPOLLRDHUP")
#: The key in the environ of a request whose client is no longer watched, mostly because it has
#: disconnected.
GONE = "flask_typed.client_gone"


@dataclass(frozen=True, slots=True)
class Client:
    """The client of a request.

    :param descriptor: the file descriptor of the connection.
    :param environ: the WSGI environ of the request.
    """

    descriptor: int
    environ: dict[str, Any]


class Clients:
    """Cancels calls whose client has closed the connection.

    A client that has closed only its half counts as disconnected, because the two look the same.
    All methods run on the loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = find_original("select", "epoll")()
        self._calls: dict[int, set[PendingCall]] = {}
        # In an empty context: the current one belongs to the first request that is watched.
        Context().run(loop.add_reader, self._epoll.fileno(), self._notice)

    def watch(self, client: Client, call: PendingCall) -> None:
        """Cancel a call when its client disconnects. An HTTP/2 connection may have several."""
        descriptor = client.descriptor
        with suppress(OSError, ValueError):  # it is watched already, or closed
            self._epoll.register(descriptor, select.EPOLLRDHUP | select.EPOLLONESHOT)
        self._calls.setdefault(descriptor, set()).add(call)

    def leave(self, client: Client, call: PendingCall) -> None:
        """Stop watching the client of a call."""
        calls = self._calls.get(client.descriptor, set())
        calls.discard(call)
        if not calls and self._calls.pop(client.descriptor, None) is not None:
            with suppress(OSError, ValueError):  # closed by the server, which unregisters it
                self._epoll.unregister(client.descriptor)

    def forget(self, descriptor: int) -> None:
        """Stop watching a client, although calls of it wait."""
        self._calls.pop(descriptor, None)
        with suppress(OSError, ValueError):
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Stop watching all clients."""
        self._loop.remove_reader(self._epoll.fileno())
        self.abandon()

    def abandon(self) -> None:
        """Close only the file descriptor, in a child process, which does not have the loop."""
        self._epoll.close()

    def _notice(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            for call in self._calls.get(descriptor, ()):
                call.gone = True
                call.cancel()


def find_socket(environ: Mapping[str, Any]) -> Any:
    """Return the socket of a request's connection; ``None`` if the server does not give it."""
    return environ.get("gunicorn.socket") or environ.get("werkzeug.socket")


def shut_reading(environ: Mapping[str, Any]) -> None:
    """Let code that waits for the rest of a request find the end of the connection.

    The response can still be sent; the server closes the connection after it. Nothing happens if
    the connection has other requests, or if the server does not give its socket.
    """
    connection = find_socket(environ)
    if connection is None or not environ["SERVER_PROTOCOL"].startswith("HTTP/1."):
        return
    with suppress(OSError):  # shutdown() of a TLS socket would end encryption, too
        raw = find_original("socket", "socket")(fileno=os.dup(connection.fileno()))
        with raw:
            raw.shutdown(socket.SHUT_RD)
    body = environ["wsgi.input"]
    if hasattr(body, "failed"):  # so gunicorn does not look for another request behind the body
        body.failed = True
