"""gunicorn's bodies of requests, of which a part was read with the head.

Runs in a request.
"""

from __future__ import annotations

from typing import Any

from .gunicorns import LengthReader, RequestBody, SocketUnreader

#: How many bytes are asked of a socket at once.
CHUNK_SIZE = 65_536

NO_BODY = LengthReader(None, 0)


class BodyUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no annotations
    """Reads a body from a socket, and nothing behind it.

    :ivar left: how many bytes of the body are still to be read.
    """

    def __init__(self, sock: Any, left: int) -> None:
        super().__init__(sock)
        self.left = left

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; none at the end of the body, or of the connection."""
        data: bytes = self.sock.recv(min(self.left, CHUNK_SIZE))
        self.left -= len(data)
        return data

    def drain(self) -> bool:
        """Read the rest of the body, and return whether it was complete."""
        while self.left:
            if not self.chunk():
                return False
        return True


def make_plain_body(data: bytes, unreader: BodyUnreader) -> Any:
    """Return a body whose first bytes were read."""
    body = RequestBody(LengthReader(unreader, unreader.left) if unreader.left else NO_BODY)
    body.buf.write(data)
    return body
