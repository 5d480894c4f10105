"""Orders: placed, read, listed, cancelled, and the stock that they take."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .answers import (
    MISSING,
    NO_INTEGER,
    NO_MATCH,
    TOO_SHORT,
    TOO_SMALL,
    UNKNOWN,
    invalid,
    problem,
)
from .contract import CheckedClient

NEW_ORDER = {
    "customer": "Anna Blume",
    "email": "anna@example.org",
    "lines": [{"book_id": 3, "quantity": 2}, {"book_id": 15}],
}
ORDER = {
    "id": ANY,
    "customer": "Anna Blume",
    "email": "anna@example.org",
    "created": ANY,
    "status": "placed",
    "priority": "normal",
    "channel": "web",
    "notes": None,
    "lines": [
        {"book_id": 3, "quantity": 2, "unit_price": "9.90"},
        {"book_id": 15, "quantity": 1, "unit_price": "11.50"},
    ],
    "total": "31.30",
}
OF_GRACE = {
    "id": ANY,
    "customer": "Grace Hopper",
    "email": "grace@example.org",
    "created": "2024-06-01T09:00:00Z",
    "status": "placed",
    "priority": "express",
    "channel": "phone",
    "notes": "Gift wrapping, please.",
    "lines": [{"book_id": 8, "quantity": 1, "unit_price": "8.99"}],
    "total": "8.99",
}
OF_ADA = {
    "id": ANY,
    "customer": "Ada Lovelace",
    "email": "ada@example.org",
    "created": "2024-05-31T09:00:00Z",
    "status": "shipped",
    "priority": "normal",
    "channel": "shop",
    "notes": None,
    "lines": [
        {"book_id": 1, "quantity": 1, "unit_price": "12.50"},
        {"book_id": 15, "quantity": 1, "unit_price": "11.50"},
    ],
    "total": "24.00",
}
NOBODY = "6f2c1a1e-0000-4000-8000-000000000000"
NOT_FOUND = problem(404, "No order has this id.", order_id=NOBODY)


def read_stock(client: CheckedClient, book_id: int) -> int:
    """Return how many copies of a book are there."""
    stock: int = client.get(f"/books/{book_id}").get_json()["stock"]
    return stock


def read_id(client: CheckedClient, email: str) -> str:
    """Return the id of a customer's order."""
    found: str = client.get(f"/orders/?email={email}").get_json()["items"][0]["id"]
    return found


def test_order_is_placed(customer: CheckedClient) -> None:
    """An order comes back with the prices of the day and what it costs."""
    answer = customer.post("/orders/", json=NEW_ORDER)
    assert (answer.status_code, answer.json) == (201, ORDER)
    assert answer.headers["Location"] == f"/orders/{UUID(answer.get_json()['id'])}"
    assert customer.get(answer.headers["Location"]).json == answer.json


def test_order_says_what_it_wants(customer: CheckedClient) -> None:
    """What may be left out may be said, the channel in a header."""
    said = {"priority": "economy", "notes": "Ring twice."}
    answer = customer.post("/orders/", json={**NEW_ORDER, **said}, headers={"X-Channel": "phone"})
    assert (answer.status_code, answer.json) == (201, {**ORDER, **said, "channel": "phone"})


def test_order_takes_from_stock(customer: CheckedClient) -> None:
    """The copies on several lines for one book are added up."""
    lines = [{"book_id": 3, "quantity": 30}, {"book_id": 3, "quantity": 10}]
    assert customer.post("/orders/", json={**NEW_ORDER, "lines": lines}).status_code == 201
    assert read_stock(customer, 3) == 0


def test_order_keeps_the_price_of_the_day(staff: CheckedClient) -> None:
    """A price that changes later is for later orders."""
    location = staff.post("/orders/", json=NEW_ORDER).headers["Location"]
    staff.patch("/books/3", json={"price": "99"})
    assert staff.get(location).json == ORDER


def test_order_for_more_than_there_is(staff: CheckedClient) -> None:
    """One book that is out of stock, and no other is taken either."""
    lines = [{"book_id": 3, "quantity": 1}, {"book_id": 4, "quantity": 41}]
    answer = staff.post("/orders/", json={**NEW_ORDER, "lines": lines})
    assert (answer.status_code, answer.json) == (
        409,
        problem(
            409,
            "There are not enough copies of a book.",
            book_id=4,
            requested=41,
            available=40,
        ),
    )
    assert read_stock(staff, 3) == 40
    assert len(staff.get("/orders/").get_json()["items"]) == 2


def test_order_for_an_unknown_book(customer: CheckedClient) -> None:
    """A book that isn't there can't be ordered."""
    answer = customer.post("/orders/", json={**NEW_ORDER, "lines": [{"book_id": 99}]})
    assert (answer.status_code, answer.json) == (
        409,
        {
            **problem(409, "There is no book with an id in the order.", book_id=99),
            "type": "https://bookshop.example/problems/unknown-book",
        },
    )


def test_all_faults_of_an_order_come_at_once(customer: CheckedClient) -> None:
    """Faults of the header and of every line come in one answer."""
    order = {
        "customer": "A\0",
        "email": "anna@",
        "lines": [{"book_id": 3, "quantity": 0}, {"quantity": "2"}, 7, {"book_id": 3, "gift": 1}],
        "priority": "now",
        "notes": "",
    }
    answer = customer.post("/orders/", json=order, headers={"X-Channel": "fax"})
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("header", "/x-channel", "Must be one of: web, shop, phone."),
            ("body", "/customer", NO_MATCH),
            ("body", "/email", NO_MATCH),
            ("body", "/lines/0/quantity", TOO_SMALL),
            ("body", "/lines/1/book_id", MISSING),
            ("body", "/lines/1/quantity", NO_INTEGER),
            ("body", "/lines/2", "Invalid input type."),
            ("body", "/lines/3/gift", UNKNOWN),
            ("body", "/priority", "Must be one of: economy, normal, express."),
            ("body", "/notes", TOO_SHORT),
        ),
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"lines": []}, ("/lines", TOO_SHORT), id="no lines"),
        pytest.param(
            {"lines": [{"book_id": 3}] * 51},
            ("/lines", "Longer than maximum length 50."),
            id="many lines",
        ),
        pytest.param(
            {"lines": [{"book_id": 3, "quantity": 1001}]},
            ("/lines/0/quantity", "Must be less than or equal to 1000."),
            id="many copies",
        ),
        pytest.param({"email": "a@b.c\n"}, ("/email", NO_MATCH), id="line feed after email"),
        pytest.param({"notes": 7}, ("/notes", "Not a valid string."), id="number for notes"),
    ],
)
def test_bad_order_is_refused(
    customer: CheckedClient, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    """What an order can't be is said where it is."""
    answer = customer.post("/orders/", json={**NEW_ORDER, **change})
    assert (answer.status_code, answer.json) == (422, invalid(("body", *fault)))


def test_order_with_a_key_twice(customer: CheckedClient) -> None:
    """The last of two values for a key counts, as everywhere in Python."""
    text = json.dumps(NEW_ORDER).replace("{", '{"customer": "Zoe", ', 1)
    answer = customer.post("/orders/", data=text, content_type="application/json; charset=utf-8")
    assert (answer.status_code, answer.json) == (201, ORDER)


def test_order_is_placed_once(customer: CheckedClient, stranger: CheckedClient) -> None:
    """With the same key, a client gets its order again, and takes nothing more from the stock."""
    headers = {"Idempotency-Key": '"8e03978e"'}
    first, again = (customer.post("/orders/", json=NEW_ORDER, headers=headers) for _ in range(2))
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert read_stock(customer, 3) == 38
    other = customer.post("/orders/", json={**NEW_ORDER, "notes": "Hello."}, headers=headers)
    assert (other.status_code, other.json) == (
        422,
        {
            **problem(422, "The idempotency key was used for another request."),
            "type": "urn:flask-typed:idempotency-key-reused",
        },
    )
    placed = stranger.post("/orders/", json=NEW_ORDER, headers=headers)
    assert placed.headers["Location"] != first.headers["Location"]


def test_order_that_fails_is_placed_later(customer: CheckedClient, staff: CheckedClient) -> None:
    """An order that could not be placed leaves its key free."""
    order = {**NEW_ORDER, "lines": [{"book_id": 3, "quantity": 41}]}
    headers = {"Idempotency-Key": "one"}
    assert customer.post("/orders/", json=order, headers=headers).status_code == 409
    staff.patch("/books/3", json={"stock": 41})
    assert customer.post("/orders/", json=order, headers=headers).status_code == 201


def test_keys_are_deleted(app: Flask, customer: CheckedClient) -> None:
    """A command deletes the keys that have expired: none of today."""
    customer.post("/orders/", json=NEW_ORDER, headers={"Idempotency-Key": "one"})
    assert app.test_cli_runner().invoke(args=["delete-keys"]).output == "0\n"


def test_order_is_read(staff: CheckedClient) -> None:
    """An order is there under its id."""
    answer = staff.get(f"/orders/{read_id(staff, 'ada@example.org')}")
    assert (answer.status_code, answer.json) == (200, OF_ADA)


def page_of(*orders: Any) -> dict[str, Any]:
    """Return the body of the only page of a list."""
    return {"items": list(orders), "next": None, "previous": None}


def test_orders_are_listed(staff: CheckedClient) -> None:
    """A cursor leads to the next page and back, and only in the list that it is of."""
    staff.post("/orders/", json=NEW_ORDER)
    answer = staff.get("/orders/?limit=1")
    first = answer.get_json()
    assert (answer.status_code, first["items"], first["previous"]) == (200, [ORDER], None)
    assert answer.headers["Link"].startswith('<?limit=1&cursor=>; rel="first", <?limit=1&cursor=')
    second = staff.get(f"/orders/?cursor={first['next']}").get_json()
    assert (len(second["items"]), second["next"]) == (2, None)
    assert staff.get(f"/orders/?cursor={second['previous']}").get_json()["items"] == [ORDER]
    others = staff.get(f"/orders/?status=placed&cursor={first['next']}")
    assert others.get_json() == invalid(("query", "/cursor", "Not a cursor of this list."))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("status=shipped", [OF_ADA], id="status"),
        pytest.param("status=cancelled", [], id="no such status"),
        pytest.param("email=grace@example.org", [OF_GRACE], id="customer"),
        pytest.param("since=2024-06-01T09:00:00Z", [OF_GRACE], id="since, UTC"),
        pytest.param("since=2024-06-01T10:00:00.1%2B01:00", [], id="since, offset"),
        pytest.param("since=0001-01-01T00:00:00%2B14:00&status=shipped", [OF_ADA], id="year one"),
    ],
)
def test_orders_are_found(staff: CheckedClient, query: str, found: list[Any]) -> None:
    """Each filter finds its orders."""
    answer = staff.get(f"/orders/?{query}")
    assert (answer.status_code, answer.json) == (200, page_of(*found))


def test_all_faults_of_a_search_come_at_once(staff: CheckedClient) -> None:
    """Each parameter has its fault; a time needs an offset."""
    answer = staff.get("/orders/?status=lost&email=ada&since=2024-01-01T00:00:00&limit=")
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("query", "/status", "Must be one of: placed, shipped, cancelled."),
            ("query", "/email", NO_MATCH),
            ("query", "/since", "Not a valid date and time with an offset (RFC 3339)."),
            ("query", "/limit", NO_INTEGER),
        ),
    )


def test_order_is_cancelled(customer: CheckedClient) -> None:
    """A cancelled order is still there, and its books are back on the shelves."""
    location = customer.post("/orders/", json=NEW_ORDER).headers["Location"]
    assert (read_stock(customer, 3), read_stock(customer, 15)) == (38, 39)
    answer = customer.post(f"{location}/cancel")
    assert (answer.status_code, answer.json) == (200, {**ORDER, "status": "cancelled"})
    assert (read_stock(customer, 3), read_stock(customer, 15)) == (40, 40)
    assert customer.get(location).json == answer.json


def test_order_is_cancelled_once(customer: CheckedClient) -> None:
    """A second time the books don't come back again."""
    location = customer.post("/orders/", json=NEW_ORDER).headers["Location"]
    customer.post(f"{location}/cancel")
    answer = customer.post(f"{location}/cancel")
    assert (answer.status_code, answer.json) == (
        409,
        problem(
            409,
            "The order was shipped or cancelled already.",
            order_id=location.rpartition("/")[2],
            order_status="cancelled",
        ),
    )
    assert read_stock(customer, 3) == 40


def test_shipped_order_is_not_cancelled(staff: CheckedClient) -> None:
    """What was sent can't be called back."""
    order_id = read_id(staff, "ada@example.org")
    answer = staff.post(f"/orders/{order_id}/cancel")
    assert (answer.status_code, answer.json) == (
        409,
        problem(
            409,
            "The order was shipped or cancelled already.",
            order_id=order_id,
            order_status="shipped",
        ),
    )


def test_receipt_is_a_page(customer: CheckedClient) -> None:
    """A receipt is HTML, and what a customer wrote is escaped in it."""
    order = {**NEW_ORDER, "customer": "<b>Anna</b>"}
    location = customer.post("/orders/", json=order).headers["Location"]
    answer = customer.get(f"{location}/receipt")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert "&lt;b&gt;Anna&lt;/b&gt;" in answer.text
    assert "<td>€ 31.30</td>" in answer.text


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/receipt"), ("POST", "/cancel")]
)
def test_unknown_order(customer: CheckedClient, method: str, path: str) -> None:
    """Every route says that no order has the id, the page too."""
    answer = customer.open(f"/orders/{NOBODY}{path}", method=method)
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/receipt"), ("POST", "/cancel")]
)
def test_order_of_somebody_else(
    customer: CheckedClient, stranger: CheckedClient, method: str, path: str
) -> None:
    """To others an order is not there, and they can't touch it."""
    location = customer.post("/orders/", json=NEW_ORDER).headers["Location"]
    answer = stranger.open(f"{location}{path}", method=method)
    assert (answer.status_code, answer.json) == (
        404,
        problem(404, "No order has this id.", order_id=location.rpartition("/")[2]),
    )
    assert customer.get(location).json == ORDER


def test_customers_list_their_own_orders(
    customer: CheckedClient, stranger: CheckedClient, staff: CheckedClient
) -> None:
    """The list has one's own; the staff sees all."""
    customer.post("/orders/", json=NEW_ORDER)
    assert customer.get("/orders/").json == page_of(ORDER)
    assert stranger.get("/orders/").json == page_of()
    assert stranger.get("/orders/?email=anna@example.org").json == page_of()
    assert len(staff.get("/orders/").get_json()["items"]) == 3


def test_staff_cancels_any_order(customer: CheckedClient, staff: CheckedClient) -> None:
    """Who works in the shop reads and cancels the orders of all."""
    location = customer.post("/orders/", json=NEW_ORDER).headers["Location"]
    assert staff.get(location).json == ORDER
    assert staff.post(f"{location}/cancel").status_code == 200
    assert customer.get(location).json == {**ORDER, "status": "cancelled"}


def test_path_that_is_no_id(client: CheckedClient) -> None:
    """What the URL rule does not match is not there."""
    answer = client.get("/orders/first")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_order_is_followed(app: Flask, staff: CheckedClient) -> None:
    """Each new status is an event; after the last one, the stream ends."""
    order_id = read_id(staff, "grace@example.org")
    reader = FlaskClient(app, app.response_class)  # the checked one reads a stream to its end
    reader.environ_base.update(staff.environ_base)
    events = iter(reader.get(f"/orders/{order_id}/events").response)
    assert next(events) == b'event: placed\ndata: {"status":"placed"}\n\n'
    assert staff.post(f"/orders/{order_id}/cancel").status_code == 200
    assert list(events) == [b'event: cancelled\ndata: {"status":"cancelled"}\n\n']


def test_order_is_followed_for_some_time(app: Flask, staff: CheckedClient) -> None:
    """The stream ends although nothing has happened."""
    app.config["WATCH_SECONDS"] = 0
    response = staff.get(f"/orders/{read_id(staff, 'grace@example.org')}/events")
    app.config["WATCH_SECONDS"] = 60
    assert response.text == 'event: placed\ndata: {"status":"placed"}\n\n'
