"""401 and 403 that say what a client has to bring: the ``WWW-Authenticate`` header.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Request
from werkzeug.exceptions import HTTPException, Unauthorized

from ..declare.schemes import TokenScheme
from ..declare.security import Challenge, InsufficientScope, Requirement


def challenge(error: HTTPException, ways: Iterable[Requirement], request: Request) -> None:
    """Add the challenges of an operation to a 401 that has none, and to a 403 for want of scopes.

    :param ways: the ways to be let in.
    """
    if isinstance(error, Unauthorized) and not error.www_authenticate:
        schemes = dict.fromkeys(scheme for way in ways for scheme in way)
        found = [c for scheme in schemes for c in scheme.challenges(request)]
        error.www_authenticate = tuple({str(c): c for c in found}.values())
    elif isinstance(error, InsufficientScope) and not error.challenges:
        tokens = [
            (scheme, scopes)
            for way in ways
            for scheme, scopes in way.items()
            if isinstance(scheme, TokenScheme)
        ]
        error.challenges = tuple(demand(scheme.realm, scopes) for scheme, scopes in tokens)


def demand(realm: str, scopes: Iterable[str]) -> Challenge:
    """Return what a client is told whose token is not enough (RFC 6750, section 3.1)."""
    said: dict[str, str | None] = {"realm": realm, "error": "insufficient_scope"}
    needed = " ".join(scopes)
    return Challenge("bearer", {**said, "scope": needed} if needed else said)
