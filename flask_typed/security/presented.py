"""The credentials that a request presents, to tell the requests of two clients apart.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Request

from .schemes import Requirement


def find_presented(current: Request, requirements: Iterable[Requirement]) -> Iterator[str]:
    """Yield the credentials of a request: its header ``Authorization``, and its API keys.

    The header of HTTP Digest is another one for each request, so its user name counts.
    """
    authorization = current.authorization
    is_digest = authorization is not None and authorization.type == "digest"
    text = current.headers.get("Authorization", "")
    yield str(authorization and authorization.username) if is_digest else text
    for way in requirements:
        for described in (scheme.describe() for scheme in way):
            if described["type"] == "apiKey":
                yield find_source(current, described["in"]).get(described["name"], "")


def find_source(current: Request, place: str) -> Mapping[str, Any]:
    """Return the values of a request among which an API key is."""
    found: Any = {"header": current.headers, "cookie": current.cookies}.get(place, current.args)
    source: Mapping[str, Any] = found
    return source
