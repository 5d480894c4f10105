"""gunicorn's bodies of requests, of which a part was read with the head.

Runs in a request.
"""

from __future__ import annotations

from functools import cached_property
from io import BytesIO
from typing import Any

from .gunicorns import LengthReader, RequestBody, SocketUnreader

#: How many bytes are asked of a socket at once.
CHUNK_SIZE = 65_536

#: What is behind a body that has arrived whole.
EMPTY_READER = LengthReader(None, 0)


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


class WholeBody(RequestBody):  # type: ignore[misc]  # gunicorn has no annotations
    """A body that has arrived with the head, mostly read at once."""

    reader = EMPTY_READER
    failed = False

    def __init__(self, data: bytes) -> None:
        self._data = data  # gunicorn's own __init__ would make a buffer

    @cached_property
    def buf(self) -> BytesIO:
        """The bytes that were not read."""
        buffer = BytesIO()
        buffer.write(self._data)
        return buffer

    def read(self, size: Any = None) -> Any:
        """Return bytes, as gunicorn's body does."""
        reads_all = size is None or (type(size) is int and size >= len(self._data))
        if reads_all and "buf" not in self.__dict__:
            self.buf = BytesIO()
            return self._data
        return super().read(size)


def make_plain_body(data: bytes, unreader: BodyUnreader) -> Any:
    """Return a body of which a part has arrived."""
    body = RequestBody(LengthReader(unreader, unreader.left))
    body.buf.write(data)
    return body
