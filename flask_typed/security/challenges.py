"""401 and 403 that say what a client has to bring: the ``WWW-Authenticate`` header.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from flask import Request, Response, current_app
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, Unauthorized

from .headers import Challenge
from .http import TokenScheme
from .problems import InsufficientScope
from .schemes import Requirement


def find_challenges(
    error: HTTPException, ways: Iterable[Requirement], request: Request
) -> Sequence[WWWAuthenticate]:
    """Return the challenges of an operation for a 401, and for a 403 for want of scopes.

    None if the error brings its own.

    :param ways: the ways to be let in.
    """
    if isinstance(error, Unauthorized) and not error.www_authenticate:
        schemes = dict.fromkeys(scheme for way in ways for scheme in way)
        found = [c for scheme in schemes for c in scheme.challenges(request)]
        return tuple({str(c): c for c in found}.values())
    if isinstance(error, InsufficientScope) and not error.challenges:
        return [
            demand(scheme.realm, scopes)
            for way in ways
            for scheme, scopes in way.items()
            if isinstance(scheme, TokenScheme)
        ]
    return ()


def add_challenges(answer: ResponseReturnValue, challenges: Iterable[WWWAuthenticate]) -> Response:
    """Return the response of an error handler, which says what a client has to bring.

    A handler that answers with another status, a redirect for instance, has its own way.
    """
    response: Response = current_app.make_response(answer)
    if response.status_code not in (401, 403) or "WWW-Authenticate" in response.headers:
        return response
    own = copy(response)  # a handler may return the same object each time
    own.headers = response.headers.copy()
    for challenge in challenges:
        own.headers.add("WWW-Authenticate", challenge.to_header())
    return own


def demand(realm: str, scopes: Iterable[str]) -> Challenge:
    """Return what a client is told whose token is not enough (RFC 6750, section 3.1)."""
    said: dict[str, str | None] = {"realm": realm, "error": "insufficient_scope"}
    needed = " ".join(scopes)
    return Challenge("bearer", {**said, "scope": needed} if needed else said)
