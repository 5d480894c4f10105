"""The attributes behind Werkzeug's responses and headers.

Request time. Checked against Werkzeug 3.1.0 to 3.1.9, and its development version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response


def fill_response(response: Response, body: bytes, content_type: str | None, status: int) -> None:
    """Set all attributes of a new response that has a body."""
    pairs = [("Content-Length", str(len(body)))]
    if content_type is not None:
        pairs.insert(0, ("Content-Type", content_type))
    response.headers = make_headers(pairs)
    response._status, response._status_code = write_status(status)
    response.direct_passthrough = False
    response._on_close = []
    response.response = [body]


def make_headers(pairs: list[tuple[str, str]]) -> Headers:
    """Return headers of values that are known to be valid."""
    headers = Headers()
    headers._list = pairs
    return headers


def add_missing_headers(headers: Headers, pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Add headers whose values are known to be valid, except those that are there.

    :returns: all headers, by their names in small letters. To look for a name in ``Headers`` costs
        an exception.
    """
    known = {name.lower(): value for name, value in headers}
    for name, value in pairs:
        if name.lower() not in known:
            known[name.lower()] = value
            headers._list.append((name, value))
    return known


def append_header(headers: Headers, name: str, value: str) -> None:
    """Add a header whose value is known to be valid."""
    headers._list.append((name, value))


@lru_cache(maxsize=1024)
def write_status(status: int) -> tuple[str, int]:
    """Return the status line of a status code, and the code."""
    response = Response(status=status)
    return response.status, response.status_code


def find_pairs(headers: Headers) -> list[tuple[str, str]] | None:
    """Return the names and values of headers; ``None`` for another class of headers."""
    return headers._list if type(headers) is Headers else None
