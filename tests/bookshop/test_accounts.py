"""Accounts: made, logged in to, and looked at; a password goes in and never comes out."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bookshop import create_app, database, models, schemas
from bookshop.accounts import NOBODYS_HASH

from .answers import (
    ANNA,
    BOSS,
    MISSING,
    NO_CREDENTIALS,
    NO_MATCH,
    UNKNOWN,
    invalid,
    problem,
)
from .contract import CheckedClient

CARLA = {"email": "Carla@Example.org", "password": "twelve geese"}
WRONG = problem(401, "No account has this email and this password.")


def send_login(client: CheckedClient, email: str, password: str, **more: str) -> TestResponse:
    """Log in as OAuth 2 wants it."""
    fields = {"grant_type": "password", "username": email, "password": password, **more}
    return client.post("/token", data=fields)


def test_account_is_made(client: CheckedClient) -> None:
    """A new account is a customer's; the address is kept in lower case."""
    answer = client.post("/accounts/", json=CARLA)
    expected = {"id": 4, "email": "carla@example.org", "is_staff": False}
    assert (answer.status_code, answer.json) == (201, expected)


def test_new_account_can_be_used(client: CheckedClient) -> None:
    """Who has registered logs in, however they write the address, and is let in."""
    client.post("/accounts/", json=CARLA)
    token = send_login(client, "CARLA@example.org", CARLA["password"]).get_json()["access_token"]
    answer = client.get("/accounts/me", headers={"Authorization": f"bearer {token}"})
    expected = {"id": 4, "email": "carla@example.org", "is_staff": False}
    assert (answer.status_code, answer.json) == (200, expected)


@pytest.mark.parametrize("email", ["anna@example.org", "ANNA@EXAMPLE.ORG"])
def test_email_that_another_account_has(client: CheckedClient, email: str) -> None:
    """Two accounts can't share an address, and the first keeps its password."""
    answer = client.post("/accounts/", json={"email": email, "password": "my own, not yours"})
    taken = problem(409, "Another account has this email.", email="anna@example.org")
    assert (answer.status_code, answer.json) == (409, taken)
    assert send_login(client, *ANNA).status_code == 200


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"email": "carla@"}, ("/email", NO_MATCH), id="no address"),
        pytest.param(
            {"password": "goose"}, ("/password", "Shorter than minimum length 8."), id="short"
        ),
        pytest.param(
            {"password": "g" * 129}, ("/password", "Longer than maximum length 128."), id="long"
        ),
        pytest.param({"is_staff": True}, ("/is_staff", UNKNOWN), id="rights of its own"),
    ],
)
def test_bad_account_is_refused(
    client: CheckedClient, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    """What an account can't be is said where it is."""
    answer = client.post("/accounts/", json={**CARLA, **change})
    assert (answer.status_code, answer.json) == (422, invalid(("body", *fault)))


@pytest.mark.parametrize(
    ("who", "scope"),
    [
        pytest.param(ANNA, "customer", id="customer"),
        pytest.param(BOSS, "customer staff", id="staff"),
    ],
)
def test_login_grants_what_the_account_may_do(
    client: CheckedClient, who: tuple[str, str], scope: str
) -> None:
    """A token comes with its lifetime and scopes, and no cache keeps it."""
    answer = send_login(client, *who)
    expected = {"access_token": ANY, "token_type": "bearer", "expires_in": 3600, "scope": scope}
    assert (answer.status_code, answer.json) == (200, expected)
    assert answer.headers["Cache-Control"] == "no-store"


def test_login_as_clients_send_it(client: CheckedClient) -> None:
    """A client may name itself and the scopes that it wants."""
    more = {"scope": "staff", "client_id": "page", "client_secret": ""}
    answer = send_login(client, *ANNA, **more)
    assert (answer.status_code, answer.get_json()["scope"]) == (200, "customer")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param(ANNA[0], "from front to back", id="password"),
        pytest.param(ANNA[0], ANNA[1].upper(), id="case"),
        pytest.param("nobody@example.org", ANNA[1], id="email"),
        pytest.param("' OR 1=1 --", "' OR 1=1 --", id="no email"),
    ],
)
def test_wrong_credentials(client: CheckedClient, email: str, password: str) -> None:
    """Whichever of the two is wrong, the answer is the same."""
    answer = send_login(client, email, password)
    assert (answer.status_code, answer.json) == (401, WRONG)
    assert answer.headers["WWW-Authenticate"] == NO_CREDENTIALS


@pytest.mark.parametrize("email", [ANNA[0], "nobody@example.org"])
def test_wrong_credentials_cost_the_same(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    """A hash is checked whether there is an account or not: the time says nothing."""
    checked = []

    def check(digest: str, password: str) -> bool:
        checked.append(password)
        return False

    monkeypatch.setattr(import_module("bookshop.accounts"), "check_password", check)
    assert send_login(client, email, "wrong").status_code == 401
    assert checked == ["wrong"]


def test_nobodys_hash_is_as_slow_as_others(app: Flask, client: CheckedClient) -> None:
    """What is checked for nobody is made as it is for everybody."""
    client.post("/accounts/", json=CARLA)
    with app.app_context(), database.open_session() as session:
        account = session.get_one(models.Account, 4)
    assert account.password_hash.split("$")[0] == NOBODYS_HASH.split("$")[0]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param(
            {"grant_type": "implicit"},
            [("form", "/grant_type", "Must be one of: password.")],
            id="grant",
        ),
        pytest.param({"username": "a\0"}, [("form", "/username", NO_MATCH)], id="NUL"),
        pytest.param({"pin": "1234"}, [("form", "/pin", UNKNOWN)], id="unknown field"),
    ],
)
def test_bad_login_is_refused(
    client: CheckedClient, change: dict[str, str], faults: list[tuple[str, str, str]]
) -> None:
    """What is no password login is said where it is."""
    fields = {"grant_type": "password", "username": "a@b.c", "password": "geese", **change}
    answer = client.post("/token", data=fields)
    assert (answer.status_code, answer.json) == (422, invalid(*faults))


def test_login_without_anything(client: CheckedClient) -> None:
    """A login needs three fields."""
    answer = client.post("/token")
    names = ("grant_type", "username", "password")
    faults = [("form", f"/{name}", MISSING) for name in names]
    assert (answer.status_code, answer.json) == (422, invalid(*faults))


def test_login_in_json(client: CheckedClient) -> None:
    """OAuth 2 sends a form, and nothing else is taken."""
    answer = client.post("/token", data="{}", content_type="application/json")
    detail = "The body must be application/x-www-form-urlencoded."
    assert (answer.status_code, answer.json) == (
        415,
        problem(415, "Unsupported Media Type", detail=detail),
    )


def test_account_is_read(staff: CheckedClient) -> None:
    """Everybody reads their own account."""
    answer = staff.get("/accounts/me")
    expected = {"id": 1, "email": BOSS[0], "is_staff": True}
    assert (answer.status_code, answer.json) == (200, expected)


def test_password_stays_inside(
    app: Flask, client: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer and no line of the log has a password or its hash, whatever becomes of it."""
    caplog.set_level(logging.DEBUG)
    answers = [
        client.post("/accounts/", json=CARLA),
        client.post("/accounts/", json=CARLA),
        client.post("/accounts/", json={**CARLA, "email": "no"}),
        send_login(client, CARLA["email"], CARLA["password"]),
        send_login(client, CARLA["email"], CARLA["password"], pin="1"),
        send_login(client, "nobody@example.org", CARLA["password"]),
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 422, 200, 422, 401]
    with app.app_context(), database.open_session() as session:
        secrets = (CARLA["password"], session.get_one(models.Account, 4).password_hash)
    said = [caplog.text, *(f"{answer.headers}{answer.text}" for answer in answers)]
    assert not [text for text in said for secret in secrets if secret in text]


def test_password_is_not_shown() -> None:
    """What a password came in is printed without it."""
    login = schemas.PasswordLogin(
        grant_type="password", username="a", password="geese", client_secret="geese"
    )
    assert "geese" not in repr((schemas.NewAccount("a@b.c", "geese"), login))


@pytest.mark.parametrize(
    ("email", "password", "made"),
    [
        pytest.param("Boss@Shop.example", "between shelves", 1, id="both"),
        pytest.param("boss@shop.example", None, 0, id="no password"),
        pytest.param(None, "between shelves", 0, id="no email"),
    ],
)
def test_staff_is_made_when_both_are_told(
    tmp_path: Path, email: str | None, password: str | None, made: int
) -> None:
    """A shop that is told an email and a password has one account, however often it starts."""
    config = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite",
        "SECRET_KEY": "k",
        "STAFF_EMAIL": email,
        "STAFF_PASSWORD": password,
    }
    for _ in range(2):
        app = create_app(config)
        with app.app_context(), database.open_session() as session:
            found = session.query(models.Account).all()
        app.extensions["bookshop.engine"].dispose()
        assert [(account.email, account.is_staff) for account in found] == [
            ("boss@shop.example", True)
        ] * made
