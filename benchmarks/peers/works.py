"""The requests to every contender, and the expected responses.

An order has ``id`` (UUID), ``customer``, ``email``, ``created`` (date and time in UTC),
``priority`` (one of three texts), ``notes`` (text or null, optional) and ``lines``; a line has
``sku`` (1 to 20 characters), ``qty`` (an integer of at least 1), ``price`` (a number), ``tags``
(texts) and ``due`` (a date). An order of 3 lines is a body of 431 bytes, and one of 1,000 lines
of 88 kB.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LINES = 1000


def make_line(index: int) -> dict[str, Any]:
    """Return one line of an order, as JSON."""
    return {
        "sku": f"SKU-{index:05}",
        "qty": index % 7 + 1,
        "price": 1.5 + index % 50 * 0.25,
        "tags": ["new", "sale"],
        "due": "2026-12-24",
    }


def make_order(lines: int) -> dict[str, Any]:
    """Return an order, as JSON."""
    return {
        "id": "5f0c2a3e-6d0b-4c59-8c5e-0f8b6f1b2a3d",
        "customer": "Ada Lovelace",
        "email": "ada@example.org",
        "created": "2026-11-27T08:00:00Z",
        "priority": "high",
        "notes": None,
        "lines": [make_line(index) for index in range(lines)],
    }


def make_bad() -> dict[str, Any]:
    """Return an order of three lines with a fault in each."""
    order = make_order(3)
    order["lines"][0]["sku"] = "x" * 30
    order["lines"][1]["qty"] = 0
    order["lines"][2]["due"] = "soon"
    return order


def make_last() -> dict[str, Any]:
    """Return a large order with a fault in its last line."""
    order = make_order(LINES)
    order["lines"][-1]["qty"] = 0
    return order


@dataclass(frozen=True)
class Work:
    """One kind of request.

    :param expected: the JSON of the answer; nothing if the request is to be refused.
    :param count: so many requests are one measurement.
    """

    name: str
    title: str
    method: str
    path: str
    query: str
    body: bytes
    expected: Any
    count: int


def post(name: str, title: str, order: Any, count: int, *, valid: bool = True) -> Work:
    """Return the work of sending an order, which comes back."""
    body = json.dumps(order).encode()
    return Work(name, title, "POST", "/orders", "", body, order if valid else None, count)


#: What is found with four parameters of the query.
FOUND = {"q": "flask", "page": 3, "size": 50, "newest": True}
QUERY = "q=flask&page=3&size=50&newest=true"

WORKS = {
    work.name: work
    for work in (
        Work("query", "4 parameters in, 4 fields out", "GET", "/found", QUERY, b"", FOUND, 100),
        post("small", "an order of 3 lines in and out", make_order(3), 100),
        post("big", "an order of 1,000 lines in and out", make_order(LINES), 3),
        Work(
            "list",
            "1,000 lines, made and sent",
            "GET",
            "/lines",
            "",
            b"",
            [make_line(index) for index in range(LINES)],
            5,
        ),
        Work(
            "ready",
            "1,000 lines that are there, out",
            "GET",
            "/ready",
            "",
            b"",
            [make_line(index) for index in range(LINES)],
            5,
        ),
        post("bad", "an order of 3 lines, 3 faults", make_bad(), 60, valid=False),
        post("last", "a fault in the last of 1,000 lines", make_last(), 3, valid=False),
    )
}
