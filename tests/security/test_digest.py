"""HTTP Digest: what proves that a client knows a password, and what does not."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Depends,
    DigestCredentials,
    HTTPDigest,
    NotAuthenticated,
    Security,
    SetupError,
    Typed,
)

from .asking import add


def hash_with(algorithm: str) -> Callable[[str], str]:
    """Return the hash of an algorithm, in hexadecimal digits."""
    name = algorithm.replace("-", "").lower()
    return lambda text: hashlib.new(name, text.encode()).hexdigest()


def prove(challenge: str, password: str, uri: str = "/", **changed: str) -> str:
    """Return the header with which a browser answers a challenge of HTTP Digest."""
    challenged = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    make = hash_with(challenged["algorithm"])
    secret, request = make(f"ann:{challenged['realm']}:{password}"), make(f"GET:{uri}")
    response = make(f"{secret}:{challenged['nonce']}:00000001:c1:auth:{request}")
    parts = {
        "username": "ann",
        "realm": challenged["realm"],
        "nonce": challenged["nonce"],
        "uri": uri,
        "algorithm": challenged["algorithm"],
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
    credentials = DigestCredentials(
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
    assert credentials.matches_hash(secret)
    assert not credentials.matches_hash(make("ann:api:other"))
    assert response.upper() not in repr(credentials)


def test_digest_needs_a_secret_key(typed: Typed, client: FlaskClient) -> None:
    """Nonces are signed."""
    add(typed, HTTPDigest())
    with pytest.raises(
        SetupError, match=r"HTTPDigest signs its nonces: set the app's secret_key\."
    ):
        client.get("/")
