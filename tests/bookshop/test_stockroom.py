"""The stockroom: many books at once, as JSON Lines."""

from __future__ import annotations

import json

from .answers import invalid, problem
from .contract import CheckedClient

LINES = "application/jsonl"


def deliver(client: CheckedClient, *lines: str) -> tuple[int, object]:
    """Send deliveries, and return the status code and the JSON of the response."""
    response = client.post("/deliveries", data="\n".join(lines), content_type=LINES)
    return response.status_code, response.get_json()


def read_stock(client: CheckedClient, book_id: int) -> int:
    """Return the number of copies of a book."""
    stock: int = client.get(f"/books/{book_id}").get_json()["stock"]
    return stock


def test_catalogue(client: CheckedClient) -> None:
    """Each line is a book."""
    response = client.get("/catalogue")
    books = [json.loads(line) for line in response.text.splitlines()]
    assert response.mimetype == LINES
    assert len(books) == client.get("/books").get_json()["total"]
    assert books[2] == client.get("/books/3").get_json()


def test_deliveries(staff: CheckedClient) -> None:
    """The copies of all lines are added."""
    before = read_stock(staff, 3)
    isbn = staff.get("/books/3").get_json()["isbn"]
    line = json.dumps({"isbn": isbn, "copies": 2})
    assert deliver(staff, line, "", line) == (200, {"lines": 2, "copies": 4})
    assert read_stock(staff, 3) == before + 4


def test_a_line_that_is_invalid(staff: CheckedClient) -> None:
    """Nothing is added, also from the lines before it."""
    before = read_stock(staff, 3)
    isbn = staff.get("/books/3").get_json()["isbn"]
    line = json.dumps({"isbn": isbn, "copies": 2})
    status, answer = deliver(staff, line, json.dumps({"isbn": isbn, "copies": 0}))
    expected = invalid(("body", "/1/copies", "Must be greater than or equal to 1."))
    expected["detail"] += " See line 2."
    assert (status, answer) == (422, expected)
    assert read_stock(staff, 3) == before


def test_an_unknown_book(staff: CheckedClient) -> None:
    """It is told which."""
    unknown = "9790000000000"
    assert deliver(staff, json.dumps({"isbn": unknown, "copies": 1})) == (
        409,
        problem(409, "No book has this ISBN.", isbn=unknown),
    )


def test_customers_deliver_nothing(customer: CheckedClient) -> None:
    """Deliveries are for staff."""
    assert deliver(customer)[0] == 403
