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
    """A header line: its key and value in an environ, and gunicorn's pair of both."""

    key: str
    value: str
    pair: tuple[str, str]


class Head(NamedTuple):
    """The head of a plain request.

    :ivar environ: the variables of the request alone.
    :ivar pairs: the headers as gunicorn's requests have them.
    :ivar size: how many bytes it has, with the empty line.
    :ivar length: the declared size of the body; 0 without one.
    """

    environ: dict[str, Any]
    pairs: list[tuple[str, str]]
    path: str
    size: int
    length: int


class HeadReader:
    """Reads heads, and remembers header lines, since clients send the same ones again and again.

    :param others: further names of headers, in upper case, that are left to gunicorn.
    :param size: how many bytes a head may have: no more than one of its lines.
    :param fields: how many headers it may have.
    :ivar known: the lines that are remembered.
    """

    def __init__(self, others: Collection[str], size: int, fields: int) -> None:
        self._others = OTHERS.union(others)
        self._size = size
        self._count = fields
        self.known: dict[str, Line] = {}

    def read(self, data: bytes) -> Head | None:
        """Return the head at the start of some bytes."""
        end = data.find(b"\r\n\r\n")
        if not 0 <= end <= self._size:
            return None
        first, *rest = data[:end].decode("latin-1").split("\r\n")
        match = REQUEST_LINE.fullmatch(first)
        if match is None or len(rest) > self._count:
            return None
        known, pairs, environ = self.known, [], {}
        for raw in rest:
            line = known.get(raw) or self._learn(raw)
            if line is None or line.key in environ:
                return None
            environ[line.key] = line.value
            pairs.append(line.pair)
        length = environ.get("CONTENT_LENGTH", "0")
        if not (LENGTH.fullmatch(length) and is_persistent(environ) and "HTTP_HOST" in environ):
            return None
        return Head(environ, pairs, describe(environ, match), end + 4, int(length))

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
        line = Line(key if bare else f"HTTP_{key}", value, (name, value))
        if name not in SECRET_NAMES and len(raw) <= LINE_SIZE:
            if len(self.known) >= LINES:
                self.known.clear()
            self.known[raw] = line
        return line


def is_persistent(environ: dict[str, Any]) -> bool:
    """Return whether it is plain what the client wants to happen to the connection."""
    return environ.get("HTTP_CONNECTION", "close").lower() in CONNECTIONS


def describe(environ: dict[str, Any], match: re.Match[str]) -> str:
    """Add the request line to an environ, and return the path as it was sent."""
    method, target, path, query = match.groups()
    environ["REQUEST_METHOD"] = method
    environ["RAW_URI"] = target
    environ["QUERY_STRING"] = query or ""
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"
    return path
