from dataclasses import dataclass
from itertools import count

from flask import Flask, url_for
from flask_typed import Accepted, Created, NoContent, Reply, Typed
from typing_extensions import TypeVar

app = Flask(__name__)
typed = Typed(app)

T = TypeVar("T")


class Partial(Reply[T]):
    """A custom reply: the class sets the status code."""

    status = 206


@dataclass
class NewBook:
    title: str


@dataclass
class Book:
    id: int
    title: str


@dataclass
class Job:
    state: str


numbers = count(1)
books: dict[int, Book] = {}


@typed.post("/books")
def add_book(book: NewBook) -> Created[Book]:
    """201, with a header."""
    added = Book(next(numbers), book.title)
    books[added.id] = added
    return Created(added, headers={"Location": url_for("read_book", book_id=added.id)})


@typed.get("/books")
def list_books(limit: int = 1) -> list[Book] | Partial[list[Book]]:
    """200 with all, or 206 with some."""
    found = list(books.values())
    return found if len(found) <= limit else Partial(found[:limit])


@typed.get("/books/<int:book_id>")
def read_book(book_id: int) -> Book | None:
    """200; the book may be null."""
    return books.get(book_id)


@typed.delete("/books/<int:book_id>")
def delete_book(book_id: int) -> None:
    """204, without a body."""
    books.pop(book_id, None)


@typed.put("/index")
def build_index(now: bool = False) -> Accepted[Job] | NoContent:
    """202 with a job, or 204 with a header."""
    if now:
        return NoContent(headers={"X-Index": "built"})
    return Accepted(Job("waiting"))


@typed.post("/drafts", status=202)
def add_draft(book: NewBook) -> NewBook:
    """202, the status of the route."""
    return book
