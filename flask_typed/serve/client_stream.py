"""The bytes that a client sends, and the errors of a body that ends too early or is too long.

Request time.
"""

from __future__ import annotations

import io
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..declare.deadlines import DeadlineExceeded
from ..libraries.werkzeug import has_data
from ..wire.decoding import BodyUnreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class ClientStream:
    """A request's stream whose errors count as errors of the client.

    Servers raise exceptions of their own classes while they read; gunicorn does for invalid chunks.
    Errors outside of the stream are the server's, such as a full disk while a file is stored.

    :ivar count: the number of bytes that have been read. werkzeug uses only :meth:`read`.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def read(self, *size: int) -> bytes:
        """Return the next bytes.

        :raises werkzeug.exceptions.BadRequest: if the server raises an error.
        """
        try:
            data: bytes = self._stream.read(*size)
        except (HTTPException, DeadlineExceeded):
            raise
        except Exception as error:
            raise BodyUnreadable("The body cannot be read.") from error
        self.count += len(data)
        return data

    @property
    def is_exhausted(self) -> bool:
        """Whether werkzeug's limit was reached."""
        return bool(getattr(self._stream, "is_exhausted", False))


def watch_stream(request: Request) -> ClientStream:
    """Wrap the stream of a request for all later readers, and return the wrapper."""
    source = ClientStream(request.stream)
    request.stream = source  # type: ignore[assignment]  # as far as werkzeug reads it
    return source


def open_source(request: Request) -> ClientStream:
    """Return the body of a request, from its begin, for a view that reads it itself.

    If a hook has read the whole body, as a log of requests does, werkzeug holds it.
    """
    if has_data(request):
        return ClientStream(BytesIO(request.get_data()))
    return watch_stream(request)


def reject_cut_off(request: Request) -> None:
    """Reject a body without Content-Length that was longer than the app allows.

    werkzeug returns the bytes up to the limit as if the body ended there.

    :raises werkzeug.exceptions.RequestEntityTooLarge: for such a body.
    """
    if request.content_length is None and getattr(request.stream, "is_exhausted", False):
        raise RequestEntityTooLarge


def reject_short(request: Request, count: int) -> None:
    """Reject a body that ended before its Content-Length; not every server checks this.

    :param count: the number of bytes that were read.
    :raises werkzeug.exceptions.BadRequest: for such a body.
    """
    if count < (request.content_length or 0):
        raise BodyUnreadable("The body is shorter than its Content-Length.")


class RawBody(io.RawIOBase):
    """A body that the view reads itself; errors of the client are HTTP exceptions."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request
        self._source = open_source(request)

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read the next bytes into a buffer, and return their number.

        :raises werkzeug.exceptions.HTTPException: 400 or 413 for a body that is cut off, too large
            or cannot be read.
        """
        view = memoryview(buffer).cast("B")
        data = self._source.read(len(view))
        if not data:
            reject_cut_off(self._request)
            reject_short(self._request, self._source.count)
        view[: len(data)] = data
        return len(data)


def open_stream(request: Request) -> io.BufferedReader:
    """Return the unread body of a request as a file."""
    return io.BufferedReader(RawBody(request))
