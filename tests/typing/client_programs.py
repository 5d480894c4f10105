"""Calls of views by a typed client: only type-checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask.views import MethodView
from flask_typed import (
    PROVIDED,
    Created,
    Depends,
    Event,
    EventStream,
    Page,
    Paging,
    Problem,
    Typed,
    raises,
)
from flask_typed.client import Answer, TypedClient
from flask_typed.testing import assert_problem, client_for
from typing_extensions import assert_type

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: str


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


class Store: ...


Stored = Annotated[Store, Depends(Store)]


@typed.get("/books/<int:book_id>")
@raises(BookNotFound)
def read_book(book_id: int, store: Stored = PROVIDED) -> Book:
    return Book("Emma")


@typed.post("/books")
async def add_book(book: Book, store: Stored) -> Created[Book]:
    return Created(book)


@typed.get("/books")
def list_books(paging: Paging = PROVIDED) -> Page[Book]:
    return paging.page([])


@typed.get("/lines")
def stream_books() -> Iterator[Book]:
    yield Book("Emma")


@typed.get("/async-lines")
async def stream_slowly() -> AsyncIterator[Book]:
    yield Book("Emma")


@typed.get("/events")
async def watch_books() -> EventStream[Book]:
    yield Book("Emma")


class Books(MethodView):
    def get(self, number: int) -> Book:
        return Book(str(number))


client = TypedClient(app)
assert_type(client.call(read_book, 3), Book)
assert_type(client.call(read_book, book_id=3), Book)
assert_type(client.call(add_book, Book("Emma"), PROVIDED).body, Book)
assert_type(client.call(list_books), Page[Book])
assert_type(client.call(stream_books), Iterator[Book])
assert_type(client.call(stream_slowly), Iterator[Book])
assert_type(client.events(watch_books), Iterator[Event[Book]])
assert_type(client.call(Books().get, number=3), Book)
assert_type(client.send(read_book, 3), Answer[Book])
assert_type(client.send(add_book, Book("Emma"), PROVIDED).value, Created[Book])
assert_type(client.with_headers(Authorization="x").call(read_book, 3), Book)
assert_type(client_for(read_book).call(read_book, 3), Book)
assert_problem(client.send(read_book, 3), BookNotFound, book_id=3)

client.call(read_book, "3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
client.call(read_book)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
client.call(read_book, other=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
