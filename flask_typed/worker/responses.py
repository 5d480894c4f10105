"""gunicorn's responses, with what it has checked once remembered, and one system call less.

Runs in a request.
"""

from __future__ import annotations

from time import time
from typing import Any, NamedTuple

from .gunicorns import Response

#: How many headers are remembered, and how long they may be.
HEADERS, VALUE_SIZE = 1024, 128
#: Headers that are not remembered: they hold secrets.
SECRET_HEADERS = frozenset({"set-cookie", "authorization"})
#: Statuses without a body.
EMPTY = frozenset({204, 304})
#: Up to this size, a body leaves together with the head.
JOINED_SIZE = 65_536


class KnownHeader(NamedTuple):
    """A header that gunicorn has accepted.

    :ivar line: as it is sent.
    :ivar length: of the body, if the header declares it.
    """

    line: bytes
    length: int | None


class Known:
    """What gunicorn has accepted.

    :ivar statuses: status codes by status lines.
    """

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.headers: dict[tuple[str, str], KnownHeader] = {}
        self._starts: dict[tuple[str, bool], bytes] = {}
        self._second = 0

    def remember_status(self, status: str, code: int | None) -> None:
        """Remember a status line of responses that have a body."""
        if code is not None and code >= 200 and code not in EMPTY and len(self.statuses) < HEADERS:
            self.statuses[status] = code

    def remember(self, header: tuple[str, str], known: KnownHeader) -> None:
        """Remember a header."""
        name, value = header
        if name.lower() in SECRET_HEADERS or len(value) > VALUE_SIZE:
            return
        if len(self.headers) >= HEADERS:
            self.headers.clear()
        self.headers[header] = known

    def find_starts(self) -> dict[tuple[str, bool], bytes]:
        """Return what heads have begun with in this second, by status and whether they close."""
        second = int(time())
        if second != self._second:
            self._second = second
            self._starts = {}
        return self._starts


class PlainResponse(Response):  # type: ignore[misc]  # gunicorn has no annotations
    """A response to a plain request."""

    status: Any
    status_code: int | None
    headers: list[tuple[str, str]]
    headers_sent: bool
    response_length: int | None
    sent: int

    def __init__(self, request: Any, sock: Any, cfg: Any, known: Known) -> None:
        super().__init__(request, sock, cfg)
        self._known = known
        self._joins = False
        self._lines: list[bytes] = []

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        """See PEP 3333. gunicorn's own checks what was not checked before."""
        plain = exc_info is None and self.status is None and self.req.method != "HEAD"
        code = self._known.statuses.get(status) if plain and type(status) is str else None
        self._joins = False
        if code is None:
            write = super().start_response(status, headers, exc_info)
            if plain:
                self._known.remember_status(status, self.status_code)
            return write
        self.status, self.status_code = status, code
        self.process_headers(headers)
        if self.response_length is None:
            self.chunked = self.is_chunked()
        sendable = len(self._lines) == len(self.headers)
        self._joins = sendable and not (self.chunked or self.upgrade)
        return self.write

    def process_headers(self, headers: Any) -> None:
        """Add headers; gunicorn's own checks those that it has not seen before."""
        known, accepted, lines = self._known.headers, self.headers, self._lines
        for header in headers:
            try:
                line, length = known[header]
            except (KeyError, TypeError):  # not known, or not hashable
                self._check(header)
            else:
                accepted.append(header)
                lines.append(line)
                if length is not None:
                    self.response_length = length

    def _check(self, header: Any) -> None:
        before, self.response_length = self.response_length, None
        count = len(self.headers)
        super().process_headers((header,))
        for name, value in self.headers[count:]:
            if not value.isascii():
                continue
            line = f"{name}: {value}\r\n".encode()
            self._lines.append(line)
            if type(header) is tuple and header == (name, value):
                self._known.remember(header, KnownHeader(line, self.response_length))
        if self.response_length is None:
            self.response_length = before

    def write(self, arg: Any) -> None:
        """Send a part of the body, the first one together with the head."""
        length = self.response_length
        if (
            length is None
            or not self._joins
            or self.headers_sent
            or type(arg) is not bytes
            or len(arg) > min(length, JOINED_SIZE)
        ):
            super().write(arg)
            return
        send(self.sock, b"".join([self._make_start(), *self._lines, b"\r\n", arg]))
        self.headers_sent = True
        self.sent = len(arg)

    def _make_start(self) -> bytes:
        """Return the status line, and the headers that each response has."""
        starts, key = self._known.find_starts(), (self.status, self.should_close())
        if key not in starts:
            starts[key] = "".join(self.default_headers()).encode("latin-1")
        return starts[key]


def send(client: Any, data: bytes) -> None:
    """Send all of some bytes: mostly at once, which gevent's ``sendall`` prepares longer for."""
    size = client.send(data)
    if size < len(data):
        client.sendall(data[size:])
