"""A repeatable POST: the first response again, for the header ``Idempotency-Key``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from ..patience import PATIENCE
from .conftest import HTTP_ERRORS, Client, find_parameter

TWO = {"book_id": 1, "copies": 2}


def order(client: Client, key: str | None = "8e03978e", **change: Any) -> TestResponse:
    """Order copies of a book."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.send("POST", "/orders", json={**TWO, **change}, headers=headers)


def count(models: ModuleType) -> int:
    """Return the number of orders."""
    with models.Session() as session:
        return session.scalar(sa.select(sa.func.count(models.Order.id)))


def test_first(client: Client, models: ModuleType) -> None:
    """A first request is done; another key is another request."""
    answer = order(client)
    assert (answer.status_code, answer.get_json()) == (201, {**TWO, "id": 1})
    assert (order(client, key="b0b5").get_json()["id"], count(models)) == (2, 2)


def test_again(client: Client, models: ModuleType) -> None:
    """A repeated request gets the first response again, and is not done again."""
    first, second = order(client), order(client)
    assert (second.status_code, second.data) == (201, first.data)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert count(models) == 1


def test_other_body(client: Client, models: ModuleType) -> None:
    """Another body with the same key is a 422."""
    order(client)
    assert (order(client, copies=3).status_code, count(models)) == (422, 1)


def test_key(client: Client) -> None:
    """A request without a key is rejected, and one with a key that is too long."""
    assert {order(client, key=key).status_code for key in (None, "x" * 1000)} <= HTTP_ERRORS


def test_rejected(client: Client, models: ModuleType) -> None:
    """A request that was wrong can be corrected, with the same key."""
    assert order(client, copies=0).status_code in HTTP_ERRORS
    assert order(client, book_id=9).status_code == 404
    assert (order(client).status_code, count(models)) == (201, 1)


def test_failed(client: Client, models: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that has failed can be repeated."""
    with monkeypatch.context() as patch:
        patch.setattr(models, "charge", None)  # raises an error when it is called
        try_order(client)
    assert (count(models), order(client).status_code, count(models)) == (0, 201, 1)


def try_order(client: Client) -> None:
    """Send an order that fails: a response with 500, or the error itself."""
    with pytest.raises((TypeError, AssertionError)):
        assert order(client).status_code != 500


def test_meanwhile(client: Client, models: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first request is in progress, a repeated one is a 409, or waits for it."""
    charged, paid = Event(), Event()

    def charge(copies: int) -> None:
        charged.set()
        paid.wait(1)  # in seconds: less than SQLite waits for a lock

    monkeypatch.setattr(models, "charge", charge)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(order, client)
        assert charged.wait(PATIENCE)
        second = order(client)
        paid.set()
    assert (first.result().status_code, count(models)) == (201, 1)
    assert second.status_code == 409 or second.data == first.result().data


def test_published_key(client: Client) -> None:
    """The document requires the header ``Idempotency-Key``."""
    parameter = find_parameter(client.find_operation("post", "/orders"), "Idempotency-Key")
    assert (parameter["in"], parameter["required"]) == ("header", True)


def test_published_problems(client: Client) -> None:
    """The document has the 409 and the 422."""
    responses = client.find_operation("post", "/orders")["responses"]
    assert {"201", "404", "409", "422"} <= set(responses)
