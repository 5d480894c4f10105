from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Flask
from flask_typed import Created, Typed

T = TypeVar("T")


@dataclass
class Envelope(Generic[T]):
    data: T
    message: str = "ok"


@dataclass
class Book:
    title: str


app = Flask(__name__)
typed = Typed(app, envelope=Envelope)
books = [Book("Emma")]


@typed.get("/books")
def list_books() -> list[Book]:
    """The list is enclosed."""
    return books


@typed.post("/books")
def add_book(book: Book) -> Created[Envelope[Book]]:
    """The view makes the envelope, with a message of its own."""
    books.append(book)
    return Created(Envelope(book, f"{book.title} was added."))


@typed.get("/health", envelope=None)
def check_health() -> str:
    """This route has no envelope."""
    return "ok"
