"""Reads plain requests: those whose bytes mean the same under every configuration of gunicorn.

Runs in a request. A head that is not plain, or not complete, is left to gunicorn.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

#: How many bytes are looked at; a longer head is not plain.
SIZE = 8192
#: How many header lines are remembered, and how long they may be.
LINES, LINE_SIZE = 2048, 256

#: A request in origin-form: its method, target, path and query. ``//`` and ``#`` are not plain.
REQUEST_LINE = re.compile(
    r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) "
    r'((/(?!/)[!"$->@-~]*)(?:\?([!"$-~]*))?) HTTP/1\.1'
)
#: A header without ``_`` in its name, whose value is printable ASCII.
HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*([!-~](?:[ -~]*[!-~])?)[ \t]*")
LENGTH = re.compile("[0-9]{1,15}")

#: Headers that change where a message ends, or what is spoken.
OTHERS = frozenset({"TRANSFER-ENCODING", "EXPECT", "UPGRADE", "HTTP2-SETTINGS"})
#: Headers that are not remembered: they hold secrets.
SECRET_NAMES = frozenset({"AUTHORIZATION", "COOKIE", "PROXY-AUTHORIZATION"})
CONNECTIONS = frozenset({"keep-alive", "close"})


class Line(NamedTuple):
    """A header line: its key and value in an environ, and gunicorn's pair of both.

    :ivar scheme: the line itself, if it tells the scheme of the request.
    """

    key: str
    value: str
    pair: tuple[str, str]
    scheme: str


class Fields(NamedTuple):
    """The header lines of a plain request.

    :ivar raw: their bytes, with the empty line.
    :ivar environ: their variables.
    :ivar pairs: the headers as gunicorn's requests have them.
    :ivar length: the declared size of the body; 0 without one.
    :ivar closes: whether the client wants the connection to end.
    :ivar schemes: the lines that tell the scheme of the request.
    """

    raw: bytes
    environ: dict[str, str]
    pairs: list[tuple[str, str]]
    length: int
    closes: bool
    schemes: str


class Head(NamedTuple):
    """The head of a plain request.

    :ivar target: the method, the target, its path as it was sent, and its query.
    :ivar size: how many bytes the head has, with the empty line.
    """

    target: tuple[str, str, str, str | None]
    fields: Fields
    size: int


class HeadReader:
    """Reads heads, and remembers header lines, since clients send the same ones again and again.

    :param others: further names of headers, in upper case, that are left to gunicorn.
    :param schemes: the names, in upper case, of headers that tell the scheme of the request.
    :param limits: how many bytes a head may have, no more than one of its lines, and how many
        headers.
    :ivar known: the lines that are remembered.
    """

    def __init__(
        self, others: Collection[str], schemes: Collection[str], limits: tuple[int, int]
    ) -> None:
        self._others = OTHERS.union(others)
        self._schemes = frozenset(schemes)
        self._size, self._count = limits
        self.known: dict[str, Line] = {}

    def read(self, data: bytes, last: Fields | None = None) -> Head | None:
        """Return the head at the start of some bytes.

        :param last: the header lines of the last request of the connection.
        """
        start = data.find(b"\r\n") + 2
        match = REQUEST_LINE.fullmatch(data[: start - 2].decode("latin-1"))
        if match is None:
            return None
        fields = last
        if fields is None or not data.startswith(fields.raw, start):
            fields = self._read_fields(data, start)
        if fields is None or (size := start + len(fields.raw)) - 4 > self._size:
            return None
        target: Any = match.groups()
        return Head(target, fields, size)

    def _read_fields(self, data: bytes, start: int) -> Fields | None:
        end = data.find(b"\r\n\r\n", start)
        if not 0 <= end <= self._size:
            return None
        lines = data[start:end].decode("latin-1").split("\r\n")
        if len(lines) > self._count:
            return None
        known, pairs, environ, schemes = self.known, [], {}, ""
        for raw in lines:
            line = known.get(raw) or self._learn(raw)
            if line is None or line.key in environ:
                return None
            environ[line.key] = line.value
            pairs.append(line.pair)
            schemes += line.scheme
        length = environ.get("CONTENT_LENGTH", "0")
        connection = environ.get("HTTP_CONNECTION", "keep-alive").lower()
        if connection not in CONNECTIONS or "HTTP_HOST" not in environ:
            return None
        if not LENGTH.fullmatch(length):
            return None
        closes = connection == "close"
        return Fields(data[start : end + 4], environ, pairs, int(length), closes, schemes)

    def _learn(self, raw: str) -> Line | None:
        """Return a header line that is not known yet."""
        match = HEADER_LINE.fullmatch(raw)
        if match is None:
            return None
        name, value = match[1].upper(), match[2]
        if name in self._others:
            return None
        key = name.replace("-", "_")
        bare = key in ("CONTENT_TYPE", "CONTENT_LENGTH")
        scheme = f"{raw}\r\n" if name in self._schemes else ""
        line = Line(key if bare else f"HTTP_{key}", value, (name, value), scheme)
        if name not in SECRET_NAMES and len(raw) <= LINE_SIZE:
            if len(self.known) >= LINES:
                self.known.clear()
            self.known[raw] = line
        return line


def unquote_path(path: str) -> str:
    """Return a path as an environ has it."""
    return unquote_to_bytes(path).decode("latin-1") if "%" in path else path
