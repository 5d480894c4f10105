"""Challenges: what a client is told whose credentials are refused, or not enough."""

from __future__ import annotations

from typing import Annotated, Any

from flask import abort
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyHeader,
    Depends,
    HTTPBasic,
    HTTPBearer,
    InsufficientScope,
    NotAuthenticated,
    Security,
    Typed,
    raises,
)
from werkzeug.exceptions import Unauthorized

from .asking import BEARER, UNKNOWN


def test_a_token_that_is_refused_is_invalid(typed: Typed, client: FlaskClient) -> None:
    """The challenge says so; a challenge of the view's own is left as it is."""
    bearer = HTTPBearer()

    def enter(token: Any) -> None:
        raise NotAuthenticated(detail="The token has expired.")

    @raises(Unauthorized)
    def own() -> None:
        abort(401, www_authenticate=HTTPBasic(realm="own").challenges(None)[0])  # type: ignore[arg-type]

    enter.__annotations__["token"] = Annotated[str, Depends(bearer)]
    typed.get("/", dependencies=[Security(enter)])(lambda: None)
    typed.get("/own", dependencies=[Depends(bearer)])(own)
    answer = client.get("/", headers=BEARER)
    assert answer.get_json() == {**UNKNOWN, "detail": "The token has expired."}
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="api", error="invalid_token"'
    ]
    answer = client.get("/own", headers=BEARER)
    assert answer.headers.getlist("WWW-Authenticate") == ['Basic realm="own", charset="UTF-8"']


def test_a_client_without_a_scope(typed: Typed, client: FlaskClient) -> None:
    """It is told what it needs, if it can get a token for that."""

    def enter(token: Any, key: Any) -> None:
        raise InsufficientScope

    enter.__annotations__.update(
        token=Annotated[str, Depends(HTTPBearer())],
        key=Annotated[str, Depends(APIKeyHeader("X-Key"))],
    )
    typed.get("/", dependencies=[Security(enter, scopes=["books", "admin"])])(lambda: None)
    answer = client.get("/", headers={**BEARER, "X-Key": "k"})
    assert answer.status_code == 403
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "The client is not allowed to do this.",
        "status": 403,
    }
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="api", error="insufficient_scope", scope="books admin"'
    ]


def test_a_client_that_may_do_nothing(typed: Typed, client: FlaskClient) -> None:
    """No scope would help, or none is known."""

    @raises(InsufficientScope)
    def enter(token: Any) -> None:
        raise InsufficientScope

    enter.__annotations__["token"] = Annotated[str, Depends(HTTPBearer())]
    typed.get("/", dependencies=[Security(enter)])(lambda: None)
    answer = client.get("/", headers=BEARER)
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="api", error="insufficient_scope"'
    ]
