from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Le, Len
from flask import Flask
from flask_typed import Problem, Typed, raises

app = Flask(__name__)
typed = Typed(app)


@dataclass
class NewBook:
    title: Annotated[str, Len(1, 200)]
    price: Annotated[Decimal, Ge(0)]


@dataclass
class Book(NewBook):
    """A book of the shop."""

    id: int = 0


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


shelf = {1: Book("Emma", Decimal("9.50"), 1)}


@typed.get("/books/<int:book_id>")
@raises(BookNotFound)
def read_book(book_id: int) -> Book:
    """Read one book."""
    if book_id not in shelf:
        raise BookNotFound(book_id=book_id)
    return shelf[book_id]


class Query:
    def book(self, book_id: int) -> Book:
        """Read one book."""
        return read_book(book_id)

    def books(self, limit: Annotated[int, Ge(1), Le(100)] = 20) -> list[Book]:
        """List the books, newest first."""
        return [*reversed(shelf.values())][:limit]


class Mutation:
    def add_book(self, book: NewBook) -> Book:
        """Add a book."""
        added = Book(**vars(book), id=len(shelf) + 1)
        shelf[added.id] = added
        return added


typed.graphql("/graphql", Query, Mutation)
