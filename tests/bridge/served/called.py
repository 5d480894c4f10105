"""Views that a typed client calls over HTTP. The test has the blueprint only."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from flask import Flask
from flask_typed import (
    PROVIDED,
    Created,
    Depends,
    Event,
    EventStream,
    HTTPBearer,
    Problem,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)
from werkzeug.datastructures import FileStorage


@dataclass
class Book:
    """A book."""

    title: str
    price: Decimal
    id: int = 0


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


class Store:
    """What only the server has."""


def open_store() -> Store:
    """Return what the client never makes."""
    return Store()


books = TypedBlueprint("books", __name__, url_prefix="/books")


@books.post("/")
def add_book(book: Book, store: Annotated[Store, Depends(open_store)] = PROVIDED) -> Created[Book]:
    """Add a book."""
    book.id = 7
    return Created(book, headers={"Location": "/books/7"})


@books.get("/<int:book_id>")
@raises(BookNotFound)
async def read_book(book_id: int, sleep: float = 0.0) -> Book:
    """Read a book."""
    if book_id == 404:
        raise BookNotFound(book_id=book_id)
    time.sleep(sleep)
    return Book("Emma", Decimal("9.50"), book_id)


@books.get("/all")
def list_books(pause: float) -> Iterator[Book]:
    """Stream the books, one after the other."""
    yield Book("Emma", Decimal(1))
    time.sleep(pause)
    yield Book("Persuasion", Decimal(2))


@books.get("/sold")
async def watch_books() -> EventStream[int]:
    """Stream the ids of sold books."""
    yield Event(1, id="a")
    yield 2


@books.put("/cover")
def set_cover(cover: FileStorage) -> bytes:
    """Send a cover back."""
    return cover.read()


@books.put("/lines")
def count(items: Iterator[Book]) -> int:
    """Count books that come one by one."""
    return sum(1 for _ in items)


@books.get("/mine")
def name_user(token: Annotated[str, Security(HTTPBearer())] = PROVIDED) -> str:
    """Return the token."""
    return token


@books.get("/chunks")
async def read_chunks() -> AsyncIterator[bytes]:
    """Stream bytes."""
    yield b"a"
    yield b"b"


app = Flask(__name__)
Typed(app)
app.register_blueprint(books)


@app.get("/plain")
def plain() -> dict[str, bool]:
    """Tell that the server is ready."""
    return {"ready": True}
