"""Security schemes in requests: credentials that are there, missing or malformed."""

from __future__ import annotations

import base64
from copy import copy
from typing import Any

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    BasicCredentials,
    DeclarationError,
    HTTPBasic,
    HTTPBearer,
    MutualTLS,
    NotAuthenticated,
    OAuth2,
    OpenIdConnect,
    Scheme,
    Typed,
)

from .asking import BEARER, UNKNOWN, add


def basic(text: str) -> dict[str, str]:
    """Return the header for a name and a password."""
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


CASES = [
    pytest.param(
        HTTPBasic(realm='the "shop"'),
        {"headers": basic("ann:s3cret:1")},
        "BasicCredentials(username='ann')",
        'Basic realm="the \\"shop\\"", charset="UTF-8"',
        id="basic",
    ),
    pytest.param(HTTPBearer(), {"headers": BEARER}, "'t0ken'", 'Bearer realm="api"', id="bearer"),
    pytest.param(
        OAuth2(realm="shop"), {"headers": BEARER}, "'t0ken'", 'Bearer realm="shop"', id="oauth"
    ),
    pytest.param(
        OpenIdConnect("https://id.example/.well-known/openid-configuration"),
        {"headers": BEARER},
        "'t0ken'",
        'Bearer realm="api"',
        id="openid",
    ),
    pytest.param(
        APIKeyHeader("X-Key"),
        {"headers": {"X-Key": "k"}},
        "'k'",
        'Apikey realm="api", in="header", name="X-Key"',
        id="header",
    ),
    pytest.param(
        APIKeyQuery("key"),
        {"query_string": {"key": "k"}},
        "'k'",
        'Apikey realm="api", in="query", name="key"',
        id="query",
    ),
    pytest.param(
        APIKeyCookie("key"),
        {"headers": {"Cookie": "key=k"}},
        "'k'",
        'Apikey realm="api", in="cookie", name="key"',
        id="cookie",
    ),
    pytest.param(
        MutualTLS(),
        {"environ_base": {"SSL_CLIENT_S_DN": "CN=ann"}},
        "'CN=ann'",
        "Mutual",
        id="mutual-tls",
    ),
]


@pytest.mark.parametrize(("scheme", "sent", "found", "challenge"), CASES)
def test_credentials_are_found_or_asked_for(
    typed: Typed,
    client: FlaskClient,
    scheme: Scheme[Any],
    sent: dict[str, Any],
    found: str,
    challenge: str,
) -> None:
    """Without them, the answer says what is missing."""
    add(typed, scheme)
    assert client.get("/", **sent).get_json() == found
    answer = client.get("/")
    assert answer.status_code == 401
    assert answer.get_json() == UNKNOWN
    assert answer.headers.getlist("WWW-Authenticate") == [challenge]


@pytest.mark.parametrize(("scheme", "sent", "found", "challenge"), CASES)
def test_optional_credentials(
    typed: Typed,
    client: FlaskClient,
    scheme: Any,
    sent: dict[str, Any],
    found: str,
    challenge: str,
) -> None:
    """Without them there is None."""
    scheme.optional = True
    try:
        add(typed, scheme)
        assert client.get("/", **sent).get_json() == found
        assert client.get("/").get_json() == "None"
    finally:
        scheme.optional = False


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        pytest.param(HTTPBasic(), "Bearer t", id="basic-other"),
        pytest.param(HTTPBasic(), "Basic ###", id="basic-no-base64"),
        pytest.param(HTTPBasic(), "Basic YQ==", id="basic-no-colon"),
        pytest.param(HTTPBasic(), "Basic", id="basic-nothing"),
        pytest.param(HTTPBasic(), "Basic \xe9\xe8", id="basic-not-ascii"),
        pytest.param(HTTPBearer(), "Basic \xe9\xe8", id="bearer-not-ascii"),
        pytest.param(HTTPBearer(), "Bearer", id="bearer-nothing"),
        pytest.param(HTTPBearer(), "Bearer ", id="bearer-empty"),
        pytest.param(HTTPBearer(), "Token t", id="bearer-other"),
        pytest.param(HTTPBearer(), "t0ken", id="bearer-bare"),
    ],
)
def test_malformed_credentials_are_none(
    typed: Typed, client: FlaskClient, scheme: Scheme[Any], header: str
) -> None:
    """They are 401, and nothing of them is in the answer."""
    add(typed, scheme)
    answer = client.get("/", headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()) == (401, UNKNOWN)


MAYBE_BASIC = HTTPBasic(name="maybe", optional=True)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param("Basic ###", 401, id="no-base64"),
        pytest.param("basic YQ==", 401, id="no-colon"),
        pytest.param("Basic", 401, id="nothing"),
        pytest.param("Bearer t0ken", 200, id="another-scheme"),
        pytest.param(None, 200, id="missing"),
    ],
)
@pytest.mark.parametrize(
    "scheme",
    [
        pytest.param(MAYBE_BASIC, id="alone"),
        pytest.param(MAYBE_BASIC | APIKeyHeader("X-Key", name="key"), id="either"),
        pytest.param(MAYBE_BASIC & APIKeyHeader("X-Key", name="key", optional=True), id="both"),
    ],
)
def test_optional_basic_credentials(
    typed: Typed, client: FlaskClient, scheme: Scheme[Any], header: str | None, status: int
) -> None:
    """They may be missing, but malformed ones are not ignored."""
    add(typed, scheme)
    headers = {"Authorization": header} if header else {}
    answer = client.get("/", headers=headers)
    assert (answer.status_code, answer.get_json()) == (status, UNKNOWN if status == 401 else "None")


def test_passwords_are_not_shown() -> None:
    """Not even by accident, in a log."""
    assert "s3cret" not in repr(BasicCredentials("ann", "s3cret"))


def test_one_scheme_or_another(typed: Typed, client: FlaskClient) -> None:
    """Any of them is enough; all are asked for."""
    add(typed, HTTPBearer() | APIKeyHeader("X-Key") | HTTPBearer())
    assert client.get("/", headers=BEARER).get_json() == "'t0ken'"
    assert client.get("/", headers={"X-Key": "k"}).get_json() == "'k'"
    answer = client.get("/")
    assert answer.status_code == 401
    assert answer.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="api"',
        'Apikey realm="api", in="header", name="X-Key"',
    ]


def test_one_scheme_and_another(typed: Typed, client: FlaskClient) -> None:
    """Both credentials come as a pair."""
    add(typed, HTTPBearer() & APIKeyHeader("X-Key"))
    assert client.get("/", headers={**BEARER, "X-Key": "k"}).get_json() == "('t0ken', 'k')"
    assert client.get("/", headers=BEARER).status_code == 401
    assert client.get("/", headers={"X-Key": "k"}).status_code == 401


def test_schemes_that_are_joined_may_be_optional(app: Flask) -> None:
    """One of two that are enough; both of two that are needed."""
    bearer, key = HTTPBearer(optional=True), APIKeyHeader("X-Key")
    assert (bearer | key).optional
    assert not (bearer & key).optional
    with app.test_request_context("/"):
        request = flask.request._get_current_object()  # type: ignore[attr-defined]
        assert (bearer | key)(request) is None
        with pytest.raises(NotAuthenticated, match="401"):
            (bearer & key)(request)


OPTIONS_OF_FASTAPI = [
    pytest.param(
        lambda: HTTPBearer(auto_error=False),
        "HTTPBearer() has no auto_error=.",
        "Write `optional=True` for `auto_error=False`.",
        id="auto_error",
    ),
    pytest.param(
        lambda: APIKeyHeader("X-Key", scheme_name="key"),
        "APIKeyHeader() has no scheme_name=.",
        "Write name=….",
        id="scheme_name",
    ),
    pytest.param(
        lambda: OAuth2(tokenUrl="token"),
        "OAuth2() has no tokenUrl=.",
        "Write `OAuth2(PasswordFlow(token_url=…))`.",
        id="tokenUrl",
    ),
    pytest.param(
        lambda: APIKeyHeader(name="X-Key"),
        "APIKeyHeader() has no key; name= is the name of the scheme in the document.",
        'Write `APIKeyHeader("X-Key")`.',
        id="name",
    ),
]


@pytest.mark.parametrize(("make", "what", "instead"), OPTIONS_OF_FASTAPI)
def test_arguments_of_fastapi(make: Any, what: str, instead: str) -> None:
    """They are refused with their equivalents."""
    with pytest.raises(DeclarationError) as caught:
        make()
    assert (caught.value.what, caught.value.instead) == (what, instead)


def test_a_copy() -> None:
    """A copy is made without arguments, which nobody has to explain."""
    assert copy(APIKeyHeader("X-Key", name="key")).key == "X-Key"
