"""Clients that go away while async code works for them.

Request time; on Linux, whose epoll says when the other side has closed a connection.
"""

from __future__ import annotations

import asyncio
import select
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .patching import find_original

if TYPE_CHECKING:
    from .calls import PendingCall

#: Whether the system says it.
CAN_WATCH = hasattr(select, "EPOLLRDHUP")
#: In the environ of a request that was ended since its client has gone.
GONE = "flask_typed.client_gone"


@dataclass(frozen=True, slots=True)
class Client:
    """Who asked.

    :param descriptor: of the connection's socket.
    :param environ: of the request.
    """

    descriptor: int
    environ: dict[str, Any]


class Clients:
    """Cancels calls whose client has closed the connection.

    A client that has closed its half alone counts as gone: nobody can tell the two apart. All of
    it happens on the loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = find_original("select", "epoll")()
        self._calls: dict[int, set[PendingCall]] = {}
        # In no context: this one is of the first request that is looked at.
        Context().run(loop.add_reader, self._epoll.fileno(), self._notice)

    def watch(self, client: Client, call: PendingCall) -> None:
        """Cancel a call when its client goes away. Of HTTP/2, one connection may have several."""
        descriptor = client.descriptor
        with suppress(OSError, ValueError):  # it is looked at already, or closed
            self._epoll.register(descriptor, select.EPOLLRDHUP | select.EPOLLONESHOT)
        self._calls.setdefault(descriptor, set()).add(call)

    def leave(self, client: Client, call: PendingCall) -> None:
        """Look no more: it is done."""
        calls = self._calls.get(client.descriptor, set())
        calls.discard(call)
        if not calls and self._calls.pop(client.descriptor, None) is not None:
            with suppress(OSError, ValueError):  # closed by the server: the system has forgotten it
                self._epoll.unregister(client.descriptor)

    def close(self) -> None:
        """Look no more for anybody."""
        self._loop.remove_reader(self._epoll.fileno())
        self.abandon()

    def abandon(self) -> None:
        """Give back the descriptor alone: in a child process the loop is not there."""
        self._epoll.close()

    def _notice(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            for call in self._calls.get(descriptor, ()):
                call.gone = True
                call.cancel()
