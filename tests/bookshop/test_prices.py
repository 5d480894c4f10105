"""Prices: the list in two formats, and changes to many of them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from .answers import problem
from .contract import CheckedClient

EARTHSEA = {"isbn": "9780000000026", "title": "A Wizard of Earthsea", "price": "9.90"}
NOBODY = "9790000000000"
UNKNOWN_ISBN = problem(409, "No book has this ISBN.", isbn=NOBODY)


def test_list(client: CheckedClient) -> None:
    """The list is JSON for programs and a table for people; caches keep it for a minute."""
    listed = client.get("/books/prices")
    assert EARTHSEA in listed.json
    assert listed.headers["Cache-Control"] == "public, max-age=60"
    table = client.get("/books/prices", headers={"Accept": "text/csv"})
    assert list(csv.DictReader(StringIO(table.text))) == listed.json
    known = {"Accept": "text/csv", "If-None-Match": table.headers["ETag"]}
    assert client.get("/books/prices", headers=known).status_code == 304
    assert client.get("/books/prices", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize("as_table", [False, True], ids=["JSON", "CSV"])
def test_changes(staff: CheckedClient, as_table: bool) -> None:
    """Known books have their new price; the others are told."""
    changes = [{"isbn": EARTHSEA["isbn"], "price": "10.90"}, {"isbn": NOBODY, "price": "1"}]
    table = "isbn,price\n" + "".join(f"{one['isbn']},{one['price']}\n" for one in changes)
    sent: dict[str, Any] = {"data": table, "content_type": "text/csv"}
    answer = staff.patch("/books/prices", **(sent if as_table else {"json": changes}))
    assert answer.status_code == 207
    done, failed = answer.json
    assert done == {"value": {**EARTHSEA, "price": "10.90"}, "outcome": "done"}
    assert failed == {"problem": UNKNOWN_ISBN, "outcome": "failed"}
    assert staff.get("/books/3").json["price"] == "10.90"


def test_no_price(staff: CheckedClient) -> None:
    """A price that is none changes nothing."""
    answer = staff.patch(
        "/books/prices", data="isbn,price\n9780000000026,free\n", content_type="text/csv"
    )
    assert [fault["pointer"] for fault in answer.json["errors"]] == ["/0/price"]
