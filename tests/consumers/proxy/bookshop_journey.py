"""A day in the bookshop in plain HTTP, by hand: ``… URL``.

For proxies that compare requests and responses with the document. ``SL-Violations`` is Prism's
header: it lists the differences between a response and the document.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from steps import live

URL = sys.argv[1]
STAFF = {"username": "staff@shop.example", "password": "twelve geese and a goat"}
PNG = b"\x89PNG\r\n\x1a\n and so on"
NEW = {
    "title": "Notes",
    "author_id": 1,
    "isbn": "9790000000001",
    "price": "12.50",
    "genre": "nonfiction",
    "published": "1843-09-01",
    "tags": ["engine"],
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=part"}

headers: dict[str, str] = {}
book: dict[str, Any] = {}
order: dict[str, Any] = {}


def ask(
    method: str, path: str, status: int, body: Any = None, more: dict[str, str] | None = None
) -> Any:
    """Return the body of a response, which has a status and is as the document says."""
    sent = {**headers, **(more or {})}
    if body is not None and not isinstance(body, bytes):
        body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        answer = urlopen(Request(URL + path, body, sent, method=method), timeout=60)
    except HTTPError as error:
        answer = error
    with answer:
        data = answer.read()
        violations = answer.headers.get("SL-Violations")
        kind = answer.headers.get("Content-Type", "")
        assert violations is None, violations
        assert answer.status == status, (answer.status, data[:300])
    return json.loads(data) if data and "json" in kind else data


def log_in() -> None:
    """A form."""
    form = urlencode({"grant_type": "password", **STAFF}).encode()
    token = ask("POST", "/token", 200, form, FORM)
    headers["Authorization"] = f"Bearer {token['access_token']}"


def fail_to_log_in() -> None:
    """The error of a form."""
    form = urlencode({"grant_type": "password", "username": "nobody", "password": "no"}).encode()
    ask("POST", "/token", 401, form, FORM)


def search() -> None:
    """A query with a list and with a decimal number."""
    found = ask("GET", "/books?genre=crime&genre=science-fiction&max_price=99.50&limit=3", 200)
    assert len(found["items"]) == 3


def suggest() -> None:
    """A cookie."""
    ask("GET", "/books/suggestions", 200, more={"Cookie": "genre=science-fiction"})


def add_book() -> None:
    """A JSON body."""
    book.update(ask("POST", "/books", 201, NEW))


def read_conflict() -> None:
    """An error with fields of its own."""
    assert ask("POST", "/books", 409, NEW)["isbn"] == NEW["isbn"]


def read_book() -> None:
    """A response."""
    assert ask("GET", f"/books/{book['id']}", 200)["price"] == "12.50"


def read_missing() -> None:
    """A book that does not exist."""
    assert ask("GET", "/books/10000", 404)["book_id"] == 10_000


def change_book() -> None:
    """A partial body."""
    changed = ask("PATCH", f"/books/{book['id']}", 200, {"price": "9.00", "stock": 3})
    assert changed["price"] == "9.00"


def clear_date() -> None:
    """A null."""
    assert ask("PATCH", f"/books/{book['id']}", 200, {"published": None})["published"] is None


def upload_cover() -> None:
    """A file with a field."""
    body = (
        b'--part\r\nContent-Disposition: form-data; name="caption"\r\n\r\nThe engine\r\n'
        b'--part\r\nContent-Disposition: form-data; name="cover"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + PNG + b"\r\n--part--\r\n"
    )
    made = ask("PUT", f"/books/{book['id']}/cover", 200, body, MULTIPART)
    assert made["size"] == len(PNG)


def read_cover() -> None:
    """The file comes back."""
    assert ask("GET", f"/books/{book['id']}/cover", 200) == PNG


def place_order() -> None:
    """A header, and nested objects."""
    new = {
        "customer": "Anna",
        "email": "anna@home.example",
        "lines": [{"book_id": book["id"], "quantity": 2}],
    }
    order.update(ask("POST", "/orders", 201, new, {"X-Channel": "phone"}))
    assert (order["total"], order["channel"]) == ("18.00", "phone")


def list_orders() -> None:
    """A time in a query."""
    query = urlencode({"since": order["created"]})
    assert ask("GET", f"/orders?{query}", 200)["total"] == 1


def read_receipt() -> None:
    """A text."""
    assert b"Anna" in ask("GET", f"/orders/{order['id']}/receipt", 200)


def delete_book() -> None:
    """No content."""
    other = ask("POST", "/books", 201, {**NEW, "isbn": "9790000000002"})
    ask("DELETE", f"/books/{other['id']}", 204)


live(
    (
        log_in,
        fail_to_log_in,
        search,
        suggest,
        add_book,
        read_conflict,
        read_book,
        read_missing,
        change_book,
        clear_date,
        upload_cover,
        read_cover,
        place_order,
        list_orders,
        read_receipt,
        delete_book,
    )
)
