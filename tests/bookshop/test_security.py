"""Who may do what: tokens that are missing, forged, old or too weak, on every route."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from bookshop import database, models, security

from .answers import (
    ANNA,
    BAD_TOKEN,
    BOSS,
    INSUFFICIENT_SCOPE,
    NO_CREDENTIALS,
    NOT_AUTHENTICATED,
)
from .conftest import LogIn
from .contract import CheckedClient, Contract
from .test_document import OPERATIONS

#: Who needs a token, and for what.
CUSTOMERS = {
    ("GET", "/accounts/me"),
    ("GET", "/orders"),
    ("POST", "/orders"),
    ("GET", "/orders/{order_id}"),
    ("GET", "/orders/{order_id}/events"),
    ("GET", "/orders/{order_id}/receipt"),
    ("POST", "/orders/{order_id}/cancel"),
}
STAFF = {
    ("POST", "/authors"),
    ("PUT", "/authors/{author_id}"),
    ("PATCH", "/authors/{author_id}"),
    ("DELETE", "/authors/{author_id}"),
    ("POST", "/books"),
    ("POST", "/books/illustrated"),
    ("PATCH", "/books/prices"),
    ("PUT", "/books/{book_id}"),
    ("PATCH", "/books/{book_id}"),
    ("DELETE", "/books/{book_id}"),
    ("PUT", "/books/{book_id}/cover"),
    ("DELETE", "/books/{book_id}/cover"),
    ("POST", "/deliveries"),
}
ALL = {(m.upper(), path) for path, methods in OPERATIONS.items() for m in methods.split()}
VALUES = {"{order_id}": "6f2c1a1e-0000-4000-8000-000000000000", "{isbn}": "9780000000002"}
TOO_WEAK = 'Bearer realm="the bookshop", error="insufficient_scope", scope="staff"'


def fill(path: str) -> str:
    """Return a path of the document with values for its variables."""
    return re.sub(r"{\w+}", lambda found: VALUES.get(found[0], "3"), path)


def forge(app: Flask, payload: Any, *, key: str = "", salt: str = "bookshop.token") -> str:
    """Return a token that says what a forger wants."""
    return URLSafeTimedSerializer(key or str(app.secret_key), salt=salt).dumps(payload)


def test_document_says_who_may_do_what(contract: Contract) -> None:
    """Every operation that needs a token is published with its scope, and no other is."""
    expected = {
        **dict.fromkeys(ALL, None),
        **{operation: [{"account": ["customer"]}] for operation in CUSTOMERS},
        **{operation: [{"account": ["staff"]}] for operation in STAFF},
    }
    paths = contract.document["paths"]
    found = {(m, path): paths[path][m.lower()].get("security") for m, path in ALL}
    assert found == expected


def test_document_says_how_to_log_in(contract: Contract) -> None:
    """The scheme names the route that gives tokens."""
    (scheme,) = contract.document["components"]["securitySchemes"].values()
    assert scheme["flows"] == {"password": {"tokenUrl": "/token", "scopes": security.SCOPES}}


@pytest.mark.parametrize(("method", "path"), sorted(CUSTOMERS | STAFF))
def test_visitor_is_refused(client: CheckedClient, method: str, path: str) -> None:
    """Without a token nothing else is looked at: neither the path nor the body."""
    answer = client.open(fill(path), method=method, data=b"{", content_type="text/plain")
    assert (answer.status_code, answer.json) == (401, NOT_AUTHENTICATED)
    assert answer.headers.getlist("WWW-Authenticate") == [NO_CREDENTIALS]


@pytest.mark.parametrize(("method", "path"), sorted(STAFF))
def test_customer_is_refused(customer: CheckedClient, method: str, path: str) -> None:
    """What the staff does is not for customers, and the answer says what is missing."""
    answer = customer.open(fill(path), method=method, data=b"{", content_type="text/plain")
    assert (answer.status_code, answer.json) == (403, INSUFFICIENT_SCOPE)
    assert answer.headers.getlist("WWW-Authenticate") == [TOO_WEAK]


@pytest.mark.parametrize(("method", "path"), sorted(ALL - CUSTOMERS - STAFF))
def test_public_route_asks_nobody(client: CheckedClient, method: str, path: str) -> None:
    """Reading the catalogue, registering and logging in need no token."""
    answer = client.open(fill(path), method=method)
    assert "WWW-Authenticate" not in answer.headers
    assert answer.status_code not in (401, 403)


@pytest.mark.parametrize("scheme", ["Basic YTpi", "Bearer", "Bearer ", "Token abc", "", "\xe9"])
def test_header_without_a_token(client: CheckedClient, scheme: str) -> None:
    """Credentials of another kind are none."""
    answer = client.get("/accounts/me", headers={"Authorization": scheme})
    assert (answer.status_code, answer.json) == (401, NOT_AUTHENTICATED)
    assert answer.headers["WWW-Authenticate"] == NO_CREDENTIALS


@pytest.mark.parametrize(
    ("payload", "signed"),
    [
        pytest.param([1, ["customer", "staff"]], {"key": "a guess"}, id="key"),
        pytest.param([1, ["customer", "staff"]], {"salt": "cookie-session"}, id="salt"),
        pytest.param([99, ["customer"]], {}, id="account that went"),
        pytest.param([2, ["customer", "staff"]], {}, id="rights that it lost"),
        pytest.param([1, ["customer"]], {}, id="rights that it has got since"),
    ],
)
def test_token_that_is_no_good(
    app: Flask, client: CheckedClient, payload: Any, signed: dict[str, str]
) -> None:
    """A token is ours, of an account, with its present rights; or it is no token."""
    headers = {"Authorization": f"Bearer {forge(app, payload, **signed)}"}
    answer = client.get("/accounts/me", headers=headers)
    assert (answer.status_code, answer.json) == (401, NOT_AUTHENTICATED)
    assert answer.headers["WWW-Authenticate"] == BAD_TOKEN


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "\xe9", "a" * 5000, "%00", "a b"])
def test_text_that_is_no_token(client: CheckedClient, token: str) -> None:
    """Whatever stands in the header, it is refused in peace."""
    answer = client.get("/accounts/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json) == (401, NOT_AUTHENTICATED)


def test_every_byte_of_a_token_counts(app: Flask, client: CheckedClient) -> None:
    """A token with one letter changed is no token."""
    token = forge(app, [1, ["customer", "staff"]])
    for place in range(len(token) - 1):  # the last letter has bits that say nothing
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        headers = {"Authorization": f"Bearer {changed}"}
        assert client.get("/accounts/me", headers=headers).status_code == 401


@pytest.mark.parametrize(("age", "status"), [(3600, 200), (3602, 401)])
def test_token_lasts_an_hour(
    log_in: LogIn, monkeypatch: pytest.MonkeyPatch, age: int, status: int
) -> None:
    """A token is good for an hour, and then no more."""
    made = int(time.time()) - age
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda signer: made)
        client = log_in(ANNA)
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda signer: made + age)
        assert client.get("/accounts/me").status_code == status


def test_rights_are_lost_at_once(app: Flask, log_in: LogIn) -> None:
    """Who leaves the staff changes nothing any more with the token that they have."""
    boss = log_in(BOSS)
    assert boss.patch("/books/3", json={"stock": 7}).status_code == 200
    with app.app_context(), database.open_session() as session:
        session.execute(sa.update(models.Account).values(is_staff=False))
        session.commit()
    assert boss.patch("/books/3", json={"stock": 8}).status_code == 401
    assert log_in(BOSS).patch("/books/3", json={"stock": 8}).status_code == 403
