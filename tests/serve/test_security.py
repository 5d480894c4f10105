"""Security schemes in requests: credentials, challenges, scopes."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable
from typing import Annotated, Any

import flask
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    BasicCredentials,
    Depends,
    DigestCredentials,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    InsufficientScope,
    MutualTLS,
    NotAuthenticated,
    OAuth2,
    OpenIdConnect,
    Scheme,
    Security,
    SecurityScopes,
    SetupError,
    Typed,
    TypedBlueprint,
    raises,
)
from werkzeug.exceptions import Unauthorized

UNKNOWN = {
    "type": "about:blank",
    "title": "Who sends the request is not known.",
    "status": 401,
}


def add(typed: Typed, scheme: Scheme[Any]) -> None:
    """Add a view that shows what a scheme finds."""

    def view(found: Any) -> str:
        return repr(found)

    view.__annotations__["found"] = Annotated[Any, Depends(scheme)]
    typed.get("/")(view)


def basic(text: str) -> dict[str, str]:
    """Return the header for a name and a password."""
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


BEARER = {"Authorization": "Bearer t0ken"}
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


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that sends the cookies that it is told to send."""
    return app.test_client(use_cookies=False)


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


def test_passwords_are_not_shown() -> None:
    """Not even by accident, in a log."""
    assert "s3cret" not in repr(BasicCredentials("ann", "s3cret"))


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


def test_scopes_are_collected_through_the_tree(typed: Typed, client: FlaskClient) -> None:
    """A provider runs once, with all scopes that are required of it, outermost first."""
    seen = []

    def enter(scopes: SecurityScopes, token: Any) -> str:
        seen.append(scopes)
        return f"{token} for {scopes}"

    def admin(who: Any) -> Any:
        return who

    def view(who: Any, boss: Any) -> list[Any]:
        return [who, boss]

    enter.__annotations__["token"] = Annotated[str, Security(HTTPBearer())]
    admin.__annotations__["who"] = Annotated[str, Security(enter, scopes=["admin"])]
    view.__annotations__.update(
        who=Annotated[str, Security(enter, scopes=["books"])],
        boss=Annotated[str, Security(admin, scopes=["staff", "books"])],
    )
    typed.get("/")(view)
    who = "t0ken for staff books admin"
    assert client.get("/", headers=BEARER).get_json() == [who, who]
    assert list(seen[0]) == ["staff", "books", "admin"]
    assert len(seen) == 1


def test_scopes_are_several() -> None:
    """A text would be taken letter by letter."""
    with pytest.raises(TypeError, match=r"scopes are several: write scopes=\['books'\]\."):
        Security(HTTPBearer(), scopes="books")


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
        "title": "The client may not do this.",
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


def test_public_routes(app: Flask) -> None:
    """They drop what the app and the blueprints ask for; what is their own is asked for."""
    bearer, key = HTTPBearer(), APIKeyHeader("X-Key")
    typed = Typed(app, dependencies=[Security(bearer)])
    outer = TypedBlueprint("outer", __name__, dependencies=[Security(key)])
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", public=True)
    own = TypedBlueprint(
        "own", __name__, url_prefix="/own", public=True, dependencies=[Security(key)]
    )

    def view() -> None: ...

    typed.get("/app")(view)
    typed.get("/public", endpoint="public", public=True)(view)
    outer.get("/outer")(view)
    outer.get("/outer/public", endpoint="public", public=True)(view)
    inner.get("/")(view)
    own.get("/")(view)
    own.get("/public", endpoint="public", public=True)(view)
    outer.register_blueprint(inner)
    outer.register_blueprint(own)
    app.register_blueprint(outer)
    client = app.test_client()
    with_key = {"X-Key": "k"}
    statuses = {
        path: [client.get(path, headers=h).status_code for h in ({}, with_key, BEARER)]
        for path in (
            "/app",
            "/public",
            "/outer",
            "/outer/public",
            "/inner/",
            "/own/",
            "/own/public",
        )
    }
    assert statuses == {
        "/app": [401, 401, 204],
        "/public": [204, 204, 204],
        "/outer": [401, 401, 401],
        "/outer/public": [204, 204, 204],
        "/inner/": [204, 204, 204],
        "/own/": [401, 204, 401],
        "/own/public": [204, 204, 204],
    }
    assert client.get("/outer", headers={**BEARER, **with_key}).status_code == 204


def hash_with(algorithm: str) -> Callable[[str], str]:
    """Return the hash of an algorithm, in hexadecimal digits."""
    name = algorithm.replace("-", "").lower()
    return lambda text: hashlib.new(name, text.encode()).hexdigest()


def prove(challenge: str, password: str, uri: str = "/", **changed: str) -> str:
    """Return the header with which a browser answers a challenge of HTTP Digest."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    make = hash_with(said["algorithm"])
    secret, request = make(f"ann:{said['realm']}:{password}"), make(f"GET:{uri}")
    response = make(f"{secret}:{said['nonce']}:00000001:c1:auth:{request}")
    parts = {
        "username": "ann",
        "realm": said["realm"],
        "nonce": said["nonce"],
        "uri": uri,
        "algorithm": said["algorithm"],
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "c1",
        "response": response,
        **changed,
    }
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in parts.items())


@pytest.fixture
def digest(app: Flask, typed: Typed) -> None:
    """Add a view for who knows the password."""
    app.secret_key = "a secret"
    scheme = HTTPDigest()

    def enter(who: Any) -> str:
        found: DigestCredentials = who
        if not found.matches("s3cret"):
            raise NotAuthenticated
        return found.username

    def view(name: Any) -> str:
        return str(name)

    enter.__annotations__["who"] = Annotated[Any, Depends(scheme)]
    view.__annotations__["name"] = Annotated[str, Security(enter)]
    typed.get("/")(view)


@pytest.mark.usefixtures("digest")
def test_digest(client: FlaskClient) -> None:
    """The password is proved, for this address and method, with our nonce."""
    challenge = client.get("/").headers["WWW-Authenticate"]
    assert re.fullmatch(
        r'Digest realm="api", nonce="[\w.-]+", qop="auth", algorithm=SHA-256', challenge
    )

    def send(authorization: str, path: str = "/") -> int:
        return client.get(path, headers={"Authorization": authorization}).status_code

    assert send(prove(challenge, "s3cret")) == 200
    assert send(prove(challenge, "s3cret", "/?a=%C3%A9"), "/?a=%C3%A9") == 200
    assert send(prove(challenge, "s3cret", "/?a=b%26c=d"), "/?a=b%26c=d") == 200
    assert send(prove(challenge, "s3cret", "/?a=b%26c=d"), "/?a=b&c=d") == 401
    assert send(prove(challenge, "s3cret", "/?"), "/") == 200
    assert send(prove(challenge, "other")) == 401
    assert send(prove(challenge, "s3cret", "/other")) == 401
    assert send(prove(challenge, "s3cret", realm="other")) == 401
    assert send(prove(challenge, "s3cret", nonce="forged.nonce.x")) == 401
    assert send(prove(challenge, "s3cret", algorithm="MD5")) == 401
    assert send(prove(challenge, "s3cret", response="\xe9" * 64)) == 401
    assert send(prove(challenge, "s3cret", nonce="\xe9.\xe8.x")) == 401
    assert send("Digest \xe9") == 401
    assert send(prove(challenge, "s3cret", qop="auth-int")) == 401
    assert send(prove(challenge, "s3cret", cnonce="")) == 401
    assert send("Basic YTpi") == 401


@pytest.mark.usefixtures("digest")
def test_a_nonce_grows_old(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser may answer the next one without asking for the password again."""
    challenge = client.get("/").headers["WWW-Authenticate"]
    header = {"Authorization": prove(challenge, "s3cret")}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 400)
    answer = client.get("/", headers=header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].endswith(", stale=TRUE")


def test_digest_with_a_hash_that_is_kept() -> None:
    """The password itself need not be known; MD5 is there for old clients."""
    make = hash_with("MD5")
    secret = make("ann:api:s3cret")
    response = make(f"{secret}:n:1:c:auth:{make('GET:/')}")
    said = DigestCredentials(
        username="ann",
        realm="api",
        uri="/",
        method="GET",
        nonce="n",
        nc="1",
        cnonce="c",
        algorithm="MD5",
        response=response.upper(),
    )
    assert said.matches_hash(secret)
    assert not said.matches_hash(make("ann:api:other"))
    assert response.upper() not in repr(said)


def test_digest_needs_a_secret_key(typed: Typed, client: FlaskClient) -> None:
    """Nonces are signed."""
    add(typed, HTTPDigest())
    with pytest.raises(
        SetupError, match=r"HTTPDigest signs its nonces: set the app's secret_key\."
    ):
        client.get("/")
