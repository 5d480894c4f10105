"""A typed app that has all kinds of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Depends, Observer, Problem, Typed, raises


@dataclass
class Book:
    """A book."""

    id: int


class BookNotFound(Problem):
    """No book has this id."""

    status = 404


def open_store() -> Iterator[str]:
    """Provide a value that is closed."""
    yield "store"


Observe = Callable[[Observer], FlaskClient]


@pytest.fixture
def observe() -> Observe:
    """Return what makes an app with an observer, and a client of it."""

    def make(observer: Observer) -> FlaskClient:
        app = Flask("shop")
        typed = Typed(app, observers=[observer])

        @typed.get("/books/<int:book_id>")
        @raises(BookNotFound)
        def read_book(
            book_id: int, store: Annotated[str, Depends(open_store)], limit: int = 1
        ) -> Book:
            if book_id == 2:
                raise BookNotFound
            if book_id == 3:
                raise LookupError("a secret")
            return Book(book_id)

        @typed.get("/books")
        def read_books() -> Iterator[Book]:
            yield Book(1)
            yield Book(2)

        @typed.post("/books")
        async def add_book(book: Book) -> Book:
            return book

        app.get("/health")(lambda: "well")
        return app.test_client()

    return make
