"""A proxy that cuts connections: before a request is sent, after it, and within its response.

Imports nothing of ours. Runs in greenlets: the importing program has patched the standard library.
"""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

#: What becomes of a request.
KINDS = ("before", "sent", "answering")
PATIENCE = 60.0


class CuttingProxy:
    """Forwards requests to a server, one after the other on each connection.

    :param server: its host and port.
    :param share: of how many requests the connection is cut, for each kind.
    :ivar cuts: how many were cut, by kind.
    """

    def __init__(self, server: str, share: float) -> None:
        host, port = server.split(":")
        self._server = host, int(port)
        self._share = share
        self._chance = random.SystemRandom()
        self.cuts: Counter[str] = Counter()

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Yield the address at which it listens."""
        with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
            Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield "{}:{}".format(*listener.getsockname())

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # it is closed
                return
            Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Forward the requests of a connection until it ends, or is cut."""
        with closing(client), socket.socket() as server:
            client.settimeout(PATIENCE)
            server.settimeout(PATIENCE)
            try:
                server.connect(self._server)
                while self._forward(client, server):
                    pass
            except OSError:  # one of the two is gone, and the other is closed
                return

    def _forward(self, client: socket.socket, server: socket.socket) -> bool:
        """Forward a request and its response; return whether the connection goes on."""
        request = read_message(client)
        fate = self._choose()
        if not request or fate == "before":
            self.cuts[fate] += bool(request)
            return False
        server.sendall(request)
        if fate == "sent":
            self.cuts[fate] += 1
            client.close()  # the next attempt may come while the work is in progress
            if self._chance.random() < 0.5:
                read_message(server)
            return False
        response = read_message(server)
        if fate == "answering" and response:
            self.cuts[fate] += 1
            client.sendall(response[: self._chance.randrange(1, len(response))])
            return False
        client.sendall(response)
        return bool(response)

    def _choose(self) -> str:
        drawn = self._chance.random() / self._share
        return KINDS[int(drawn)] if drawn < len(KINDS) else ""


def read_message(peer: socket.socket) -> bytes:
    """Return a request or a response with a ``Content-Length``; empty at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = peer.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    length = lengths[0] if lengths else 0
    while len(body) < length:
        piece = peer.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body
