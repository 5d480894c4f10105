"""The ``WWW-Authenticate`` header of responses with 401 and 403.

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
    """Return the challenges of an operation for a 401, or for a 403 because of missing scopes.

    The result is empty if the error has its own challenges.

    :param ways: the security requirements of the operation, any of which is enough.
    """
    if isinstance(error, Unauthorized) and not error.www_authenticate:
        schemes = dict.fromkeys(scheme for way in ways for scheme in way)
        found = [c for scheme in schemes for c in scheme.challenges(request)]
        return tuple({str(c): c for c in found}.values())
    if isinstance(error, InsufficientScope) and not error.challenges:
        return [
            demand_scopes(scheme.realm, scopes)
            for way in ways
            for scheme, scopes in way.items()
            if isinstance(scheme, TokenScheme)
        ]
    return ()


def add_challenges(answer: ResponseReturnValue, challenges: Iterable[WWWAuthenticate]) -> Response:
    """Return the response of an error handler with challenges.

    A response with another status code than 401 or 403, such as a redirect, is returned unchanged.
    """
    response: Response = current_app.make_response(answer)
    if response.status_code not in (401, 403) or "WWW-Authenticate" in response.headers:
        return response
    own = copy(response)  # a handler may return the same object each time
    own.headers = response.headers.copy()
    for challenge in challenges:
        own.headers.add("WWW-Authenticate", challenge.to_header())
    return own


def demand_scopes(realm: str, scopes: Iterable[str]) -> Challenge:
    """Return the challenge for a token with insufficient scopes (RFC 6750, section 3.1)."""
    parameters: dict[str, str | None] = {"realm": realm, "error": "insufficient_scope"}
    needed = " ".join(scopes)
    return Challenge("bearer", {**parameters, "scope": needed} if needed else parameters)
