from dataclasses import dataclass

from flask import Flask
from flask_typed import Problem, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: str


class BookNotFound(Problem):
    """No book has this id."""

    status = 404

    book_id: int


@typed.get("/books/<int:book_id>")
def read_book(book_id: int) -> Book | BookNotFound:
    """Return the book, or the error."""
    return Book("Emma") if book_id == 1 else BookNotFound(book_id=book_id)
