"""The unit of work: committed after the view, before the first byte; or nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from .conftest import ENGINE
from .contract import CheckedClient
from .test_orders import NEW_ORDER, read_stock


@pytest.fixture
def full_disk(app: Flask) -> Iterator[None]:
    """Let every commit of something written fail."""

    def commit(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("bookshop_writes"):
            raise OSError("The disk is full.")

    app.testing = False  # the client gets the answer that a server would send
    event.listen(app.extensions[ENGINE], "commit", commit)
    yield
    app.testing = True


@pytest.mark.usefixtures("full_disk")
def test_commit_that_fails_is_an_error(app: Flask, customer: CheckedClient) -> None:
    """The answer was made, but what is sent is a 500, and the books stay on their shelves."""
    answer = super(CheckedClient, customer).open("/orders/", method="POST", json=NEW_ORDER)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "full" not in answer.text
    assert "Location" not in answer.headers
    assert read_stock(customer, 3) == 40
    assert customer.get("/orders/").json["items"] == []
    assert app.extensions[ENGINE].pool.checkedout() == 0


def test_connections_come_back(app: Flask, customer: CheckedClient) -> None:
    """However a request ends, its connection goes back to the pool."""
    pool = app.extensions[ENGINE].pool
    for lines in ([{"book_id": 3}], [{"book_id": 3, "quantity": 1000}], [{"book_id": 99}], []):
        customer.post("/orders/", json={**NEW_ORDER, "lines": lines})
        assert pool.checkedout() == 0
    customer.get("/orders/")
    assert pool.checkedout() == 0


def test_no_request_holds_two_connections(app: Flask, customer: CheckedClient) -> None:
    """Who is let in gives the connection back before the body is read."""
    pool = app.extensions[ENGINE].pool
    most = 0

    def check_out(*connection: object) -> None:
        nonlocal most
        most = max(most, pool.checkedout())

    event.listen(pool, "checkout", check_out)
    assert customer.post("/orders/", json=NEW_ORDER).status_code == 201
    assert most == 1
