"""Flask-JWT-Extended: its tokens behind a bearer scheme, its errors as problem documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import APIKeyCookie, UndocumentedResponse

from .answers import problem

jwt = pytest.importorskip("flask_jwt_extended", reason="Flask-JWT-Extended is not installed")

Document = Callable[[], dict[str, Any]]
UNKNOWN = "Authentication is required."
INVALID = 'Bearer realm="api", error="invalid_token"'


@pytest.fixture
def program(load: Callable[[str], ModuleType]) -> ModuleType:
    """Return the program of the docs."""
    return load("with_jwt")


@pytest.fixture
def app(program: ModuleType) -> Flask:
    """Return the program's app."""
    app: Flask = program.app
    return app


def bearer(token: str) -> dict[str, str]:
    """Return the headers that bring a token."""
    return {"Authorization": f"Bearer {token}"}


def test_no_token(client: FlaskClient) -> None:
    """Without a token the scheme refuses: Flask-JWT-Extended is not asked."""
    response = client.get("/loans")
    assert (response.status_code, response.get_json()) == (401, problem(401, UNKNOWN))
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_no_jwt(client: FlaskClient) -> None:
    """What is no JWT is a 401, of which the detail is PyJWT's sentence."""
    response = client.get("/loans", headers=bearer("abc"))
    assert (response.status_code, response.get_json()) == (
        401,
        problem(401, UNKNOWN, detail="Not enough segments"),
    )
    assert response.headers["WWW-Authenticate"] == INVALID


def test_expired(client: FlaskClient, app: Flask) -> None:
    """An expired token is a 401."""
    with app.app_context():
        token = jwt.create_access_token("ada", expires_delta=timedelta(seconds=-1))
    response = client.get("/loans", headers=bearer(token))
    assert (response.status_code, response.get_json()) == (
        401,
        problem(401, UNKNOWN, detail="Signature has expired"),
    )
    assert response.headers["WWW-Authenticate"] == INVALID


def test_refresh_token(client: FlaskClient, app: Flask) -> None:
    """What Flask-JWT-Extended checks besides the signature is a 401 as well."""
    with app.app_context():
        token = jwt.create_refresh_token("ada")
    response = client.get("/loans", headers=bearer(token))
    assert (response.status_code, response.get_json()) == (
        401,
        problem(401, UNKNOWN, detail="Only non-refresh tokens are allowed"),
    )


def test_a_good_token(client: FlaskClient) -> None:
    """The view is given the identity in the token."""
    token = client.post("/tokens", json={"name": "ada"}).get_json()
    response = client.get("/loans", headers=bearer(token))
    assert response.get_json() == "The loans of ada."


def test_too_little_scope(client: FlaskClient) -> None:
    """A token without the scope that the route wants is a 403 that says which one."""
    token = client.post("/tokens", json={"name": "ada"}).get_json()
    response = client.delete("/loans", headers=bearer(token))
    assert (response.status_code, response.get_json()) == (
        403,
        problem(403, "The client is not allowed to do this."),
    )
    assert response.headers["WWW-Authenticate"] == (
        'Bearer realm="api", error="insufficient_scope", scope="write"'
    )


def test_a_token_without_scopes(client: FlaskClient, app: Flask) -> None:
    """A token that says nothing of scopes has none."""
    with app.app_context():
        token = jwt.create_access_token("ada")
    response = client.delete("/loans", headers=bearer(token))
    assert (response.status_code, response.get_json()) == (
        403,
        problem(403, "The client is not allowed to do this."),
    )


def test_enough_scope(client: FlaskClient) -> None:
    """A token with the scope is let in."""
    token = client.post("/tokens", json={"name": "ada", "scope": "read write"}).get_json()
    assert client.delete("/loans", headers=bearer(token)).status_code == 204


def test_the_decorator_lets_in(client: FlaskClient) -> None:
    """``jwt_required`` works on a typed view."""
    token = client.post("/tokens", json={"name": "ada"}).get_json()
    assert client.get("/plain", headers=bearer(token)).get_json() == "The loans of ada."


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        pytest.param({}, 401, "Missing Authorization Header", id="none"),
        pytest.param(bearer("abc"), 422, "Not enough segments", id="malformed"),
    ],
)
def test_the_decorator_refuses(
    client: FlaskClient, headers: dict[str, str], status: int, message: str
) -> None:
    """The errors of ``jwt_required`` are its own handlers' to answer: tests are warned."""
    with pytest.warns(UndocumentedResponse, match=f"read_plainly .* answered {status}"):
        response = client.get("/plain", headers=headers)
    assert (response.status_code, response.get_json()) == (status, {"msg": message})


def test_tokens_in_cookies(client: FlaskClient, program: ModuleType) -> None:
    """For tokens in cookies the scheme is that of the cookie."""
    program.app.config["JWT_TOKEN_LOCATION"] = ["cookies"]
    token = client.post("/tokens", json={"name": "ada"}).get_json()
    with program.typed.override(program.token, APIKeyCookie("access_token_cookie")):
        response = client.get("/loans")
        assert (response.status_code, response.get_json()) == (401, problem(401, UNKNOWN))
        client.set_cookie("access_token_cookie", token)
        assert client.get("/loans").get_json() == "The loans of ada."


def test_published(document: Document) -> None:
    """The document has the scheme, the scopes, 401 and 403; of the decorator it knows nothing."""
    published = document()
    loans, plain = published["paths"]["/loans"], published["paths"]["/plain"]
    assert published["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    assert loans["get"]["security"] == [{"token": []}]
    assert loans["delete"]["security"] == [{"token": ["write"]}]
    assert list(loans["get"]["responses"]) == ["200", "401"]
    assert list(loans["delete"]["responses"]) == ["204", "401", "403"]
    assert list(plain["get"]["responses"]) == ["200", "4XX"]
