"""GraphQL: the rows, the problems and the accounts of the shop in one endpoint."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bookshop import create_app
from bookshop.mails import Mailer

from .answers import TYPES
from .conftest import ENGINE
from .contract import CheckedClient
from .test_orders import NEW_ORDER, read_id, read_stock

pytest.importorskip("strawberry", reason="GraphQL endpoints need the extra")

#: The arguments of NEW_ORDER by GraphQL's names.
LINES = [{"bookId": 3, "quantity": 2}, {"bookId": 15}]
ORDER = {"customer": "Anna Blume", "email": "anna@example.org", "lines": LINES}
BOOK = {
    "title": "The Telling",
    "authorId": 1,
    "isbn": "9780000001016",
    "price": "12.50",
    "genre": "FICTION",
}
PLACE = "mutation($order: NewOrderInput!) { placeOrder(order: $order) { id status total } }"
ADD = "mutation($book: NewBookInput!) { addBook(book: $book) { id author { name } } }"


def send(client: FlaskClient, query: str, **variables: Any) -> dict[str, Any]:
    """Send an operation, and return the whole JSON of the response."""
    response = client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def failed(path: str, column: int, message: str, code: str, **members: Any) -> dict[str, Any]:
    """Return the result of an operation whose field has failed."""
    return {
        "data": None,
        "errors": [
            {
                "locations": [{"line": 1, "column": column}],
                "path": [path],
                "message": message,
                "extensions": {"code": code, **members},
            }
        ],
    }


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Return the statements that are sent to the database, in order."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(app.extensions[ENGINE], "before_cursor_execute", note)
    yield found
    event.remove(app.extensions[ENGINE], "before_cursor_execute", note)


def test_books_are_searched(client: CheckedClient) -> None:
    """Filters, order and page are arguments, and the page is a connection."""
    query = """{
        books(filters: {genre: [POETRY]}, sort: ["title"], limit: 2, offset: 1) {
            totalCount pageInfo { hasNextPage hasPreviousPage }
            edges { node { title genre price author { name } } }
        }
    }"""
    assert send(client, query) == {
        "data": {
            "books": {
                "totalCount": 4,
                "pageInfo": {"hasNextPage": True, "hasPreviousPage": True},
                "edges": [
                    {
                        "node": {
                            "title": "The Iliad",
                            "genre": "POETRY",
                            "price": "10.00",
                            "author": {"name": "Homer"},
                        }
                    },
                    {
                        "node": {
                            "title": "The Odyssey",
                            "genre": "POETRY",
                            "price": "10.00",
                            "author": {"name": "Homer"},
                        }
                    },
                ],
            }
        }
    }


def test_rows_by_their_ids(client: CheckedClient) -> None:
    """A client chooses the fields of a book and of an author in one request."""
    query = "{ book(bookId: 3) { title tags } author(authorId: 2) { name books { title } } }"
    assert send(client, query) == {
        "data": {
            "book": {"title": "A Wizard of Earthsea", "tags": ["magic", "sea"]},
            "author": {
                "name": "Italo Calvino",
                "books": [
                    {"title": "Invisible Cities"},
                    {"title": "If on a Winter's Night a Traveler"},
                    {"title": "The Baron in the Trees"},
                    {"title": "Six Memos for the Next Millennium"},
                ],
            },
        }
    }


def test_row_that_does_not_exist(client: CheckedClient) -> None:
    """The error has the members of the problem in REST."""
    assert send(client, "{ book(bookId: 99) { title } }") == failed(
        "book",
        3,
        "No book has this id.",
        "BOOK_NOT_FOUND",
        type=TYPES["No book has this id."],
        status=404,
        book_id=99,
    )


def test_arguments_are_constrained(client: CheckedClient) -> None:
    """The constraints of the query parameters apply, with the same codes."""
    query = '{ books(filters: {text: ""}, limit: 0) { totalCount } }'
    assert send(client, query) == failed(
        "books",
        3,
        "2 values of the request cannot be accepted.",
        "BAD_USER_INPUT",
        errors=[
            {
                "pointer": "/filters/text",
                "code": "wrong_length",
                "detail": "Shorter than minimum length 1.",
            },
            {
                "pointer": "/limit",
                "code": "out_of_range",
                "detail": "Must be greater than or equal to 1.",
            },
        ],
    )


def test_nested_books_take_one_statement(client: CheckedClient, statements: list[str]) -> None:
    """The books of all authors are loaded together: the list, its count, and one for the rest."""
    found = send(client, "{ books(limit: 21) { totalCount nodes { author { books { id } } } } }")
    assert len(found["data"]["books"]["nodes"]) == 21
    assert len(statements) == 3


def test_orders_are_of_the_account(customer: CheckedClient, stranger: CheckedClient) -> None:
    """Customers see their own orders."""
    assert customer.post("/orders/", json=NEW_ORDER).status_code == 201
    query = "{ orders { nodes { customer total } } }"
    mine = [{"customer": "Anna Blume", "total": "31.30"}]
    assert send(customer, query) == {"data": {"orders": {"nodes": mine}}}
    assert send(stranger, query) == {"data": {"orders": {"nodes": []}}}


def test_books_of_orders_take_one_statement(staff: CheckedClient, statements: list[str]) -> None:
    """The books of all lines are loaded together."""
    found = send(staff, "{ orders { nodes { lines { book { title } } } } }")
    lines = [line for order in found["data"]["orders"]["nodes"] for line in order["lines"]]
    assert [line["book"]["title"] for line in lines] == [
        "Murder on the Orient Express",
        "The Left Hand of Darkness",
        "Solaris",
    ]
    assert len(statements) == 4  # the account, the orders, their lines, the books


def test_security_after_a_field_that_has_read(
    app: Flask, customer: CheckedClient, client: CheckedClient
) -> None:
    """Each field has its own security, and a request still holds one connection."""
    pool = app.extensions[ENGINE].pool
    most = 0

    def check_out(*connection: object) -> None:
        nonlocal most
        most = max(most, pool.checkedout())

    event.listen(pool, "checkout", check_out)
    query = "{ book(bookId: 3) { id } orders { nodes { id } } }"
    assert send(customer, query) == {"data": {"book": {"id": 3}, "orders": {"nodes": []}}}
    assert most == 1
    members = {"type": "about:blank", "status": 401}
    assert send(client, query) == failed(
        "orders", 26, "Authentication is required.", "UNAUTHENTICATED", **members
    )
    assert pool.checkedout() == 0


def test_order_is_placed(customer: CheckedClient) -> None:
    """A mutation does what the route does."""
    assert send(customer, PLACE, order=ORDER) == {
        "data": {"placeOrder": {"id": ANY, "status": "PLACED", "total": "31.30"}}
    }
    assert read_stock(customer, 3) == 38


def test_order_is_cancelled(customer: CheckedClient) -> None:
    """Its books are back in stock."""
    order_id = send(customer, PLACE, order=ORDER)["data"]["placeOrder"]["id"]
    query = "mutation($id: UUID!) { cancelOrder(orderId: $id) { status } }"
    assert send(customer, query, id=order_id) == {"data": {"cancelOrder": {"status": "CANCELLED"}}}
    assert read_stock(customer, 3) == 40


def test_book_is_added(staff: CheckedClient, customer: CheckedClient) -> None:
    """Staff may; a customer is told that they may not."""
    assert send(staff, ADD, book=BOOK) == {
        "data": {"addBook": {"id": 22, "author": {"name": "Ursula K. Le Guin"}}}
    }
    assert send(customer, ADD, book=BOOK) == failed(
        "addBook",
        34,
        "The client is not allowed to do this.",
        "FORBIDDEN",
        type="about:blank",
        status=403,
    )


def test_one_failed_field_undoes_the_mutation(
    customer: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first order was stored, and is rolled back with the second one; nothing is mailed."""
    sent: list[str] = []
    monkeypatch.setattr(Mailer, "send", lambda mailer, address, subject: sent.append(address))
    query = """mutation($one: NewOrderInput!, $two: NewOrderInput!) {
        one: placeOrder(order: $one) { id }
        two: placeOrder(order: $two) { id }
    }"""
    too_many = {**ORDER, "lines": [{"bookId": 4, "quantity": 41}]}
    assert send(customer, query, one=ORDER, two=too_many) == {
        "data": None,
        "errors": [
            {
                "locations": [{"line": 3, "column": 9}],
                "path": ["two"],
                "message": "There are not enough copies of a book.",
                "extensions": {
                    "code": "OUT_OF_STOCK",
                    "type": TYPES["There are not enough copies of a book."],
                    "status": 409,
                    "book_id": 4,
                    "requested": 41,
                    "available": 40,
                },
            }
        ],
    }
    assert read_stock(customer, 3) == 40
    assert customer.get("/orders/").json["items"] == []
    assert sent == []
    assert send(customer, PLACE, order=ORDER)["data"] is not None
    assert sent == ["anna@example.org"]


def test_other_scopes_in_one_mutation(staff: CheckedClient) -> None:
    """The second field finds the transaction of the first one."""
    query = """mutation($book: NewBookInput!, $order: NewOrderInput!) {
        addBook(book: $book) { id } placeOrder(order: $order) { total }
    }"""
    assert send(staff, query, book=BOOK, order=ORDER) == {
        "data": {"addBook": {"id": 22}, "placeOrder": {"total": "31.30"}}
    }


def test_order_is_followed(app: Flask, staff: CheckedClient) -> None:
    """The stream has the status, each new one, and an end."""
    order_id = read_id(staff, "grace@example.org")
    query = "subscription($id: UUID!) { orderState(orderId: $id) { status } }"
    reader = FlaskClient(app, app.response_class)  # the checked one reads a stream to its end
    reader.environ_base.update(staff.environ_base)
    response = reader.post(
        "/graphql",
        json={"query": query, "variables": {"id": order_id}},
        headers={"Accept": "text/event-stream"},
    )
    assert response.mimetype == "text/event-stream"
    events = iter(response.response)
    assert next(events) == make_event("PLACED")
    assert staff.post(f"/orders/{order_id}/cancel").status_code == 200
    assert list(events) == [make_event("CANCELLED"), b"event: complete\ndata: \n\n"]


def make_event(status: str) -> bytes:
    """Return an event with the status of an order."""
    data = json.dumps({"data": {"orderState": {"status": status}}}, separators=(",", ":"))
    return f"event: next\ndata: {data}\n\n".encode()


def test_without_strawberry(shop: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop starts, and has no such endpoint."""
    monkeypatch.setitem(sys.modules, "strawberry", None)
    url = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": shop.secret_key, "TESTING": True})
    assert app.test_client().post("/graphql", json={"query": "{ __typename }"}).status_code == 404
    app.extensions[ENGINE].dispose()
