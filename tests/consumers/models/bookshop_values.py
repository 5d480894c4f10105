"""Values of the bookshop, with the models that datamodel-code-generator makes."""

from __future__ import annotations

import json
from typing import Any

from models import Book, BookNotFound, NewBook
from steps import live

NEW: dict[str, Any] = {
    "title": "Notes",
    "author_id": 1,
    "isbn": "9790000000001",
    "price": "12.50",
    "genre": "nonfiction",
    "published": "1843-09-01",
    "tags": ["engine"],
}


def accept() -> None:
    """A valid body is one of the model, and is sent as it was."""
    assert json.loads(NewBook(**NEW).model_dump_json(exclude_unset=True)) == NEW


def refuse() -> None:
    """Other values are refused."""
    faults = [{"price": value} for value in ({}, [], None, "cheap", "")]
    faults += [{"genre": "no genre"}, {"isbn": "12"}, {"title": ""}, {"unknown": 1}]
    for fault in faults:
        try:
            NewBook(**{**NEW, **fault})
        except ValueError:
            continue
        raise AssertionError(f"{fault} is accepted")


def refuse_bounds() -> None:
    """Prices outside the bounds are refused."""
    for price in ("-1", "100000"):
        try:
            NewBook(**{**NEW, "price": price})
        except ValueError:
            continue
        raise AssertionError(f"{price} is accepted")


def read_response() -> None:
    """A response is one of the model."""
    book = {
        **{key: value for key, value in NEW.items() if key != "author_id"},
        "id": 1,
        "author": {"id": 1, "name": "Ada Lovelace", "born": None},
        "stock": 0,
        "added": "2024-05-03T09:00:00Z",
        "cover": None,
    }
    assert json.loads(Book(**book).model_dump_json()) == book


def read_problem() -> None:
    """An error is one of the model."""
    problem: dict[str, Any] = {"title": "No book has this id.", "status": 404, "book_id": 7}
    kinds = BookNotFound.model_fields.get("type")
    if kinds is not None:  # FastAPI's has none
        problem["type"] = "https://bookshop.example/problems/book-not-found"
    assert BookNotFound(**problem).book_id == 7


live((accept, refuse, refuse_bounds, read_response, read_problem))
