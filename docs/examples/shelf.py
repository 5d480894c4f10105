from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Len
from flask import Flask, url_for
from flask_typed import PROVIDED, Created, Depends, Problem, Typed, TypedBlueprint, raises


@dataclass
class NewBook:
    title: Annotated[str, Len(1, 80)]
    price: Annotated[Decimal, Ge(0)]


@dataclass
class Book(NewBook):
    id: int


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


@dataclass
class Shelf:
    books: dict[int, Book] = field(default_factory=dict)


SHELF = Shelf({1: Book("Emma", Decimal("9.50"), 1)})
OnShelf = Annotated[Shelf, Depends(lambda: SHELF)]
books = TypedBlueprint("books", __name__, url_prefix="/books")


@books.get("/<int:book_id>")
@raises(BookNotFound)
def read_book(book_id: int, shelf: OnShelf = PROVIDED) -> Book:
    """Read a book."""
    if book_id not in shelf.books:
        raise BookNotFound(book_id=book_id)
    return shelf.books[book_id]


@books.post("/")
def add_book(new: NewBook, shelf: OnShelf = PROVIDED) -> Created[Book]:
    """Add a book."""
    book = Book(new.title, new.price, len(shelf.books) + 1)
    shelf.books[book.id] = book
    location = url_for(".read_book", book_id=book.id)
    return Created(book, headers={"Location": location})


app = Flask(__name__)
Typed(app)
app.register_blueprint(books)
