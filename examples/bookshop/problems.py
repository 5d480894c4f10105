"""What can go wrong, and what the client is told."""

from uuid import UUID

from flask_typed import Problem
from werkzeug.datastructures import WWWAuthenticate

from .models import OrderStatus

REALM = "the bookshop"


class WrongCredentials(Problem):
    """No account has this email and this password."""

    status = 401

    def __post_init__(self) -> None:
        super().__post_init__()
        self.www_authenticate = (WWWAuthenticate("bearer", {"realm": REALM}),)


class AuthorNotFound(Problem):
    """No author has this id."""

    status = 404
    author_id: int


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


class CoverNotFound(Problem):
    """This book has no cover."""

    status = 404
    book_id: int


class OrderNotFound(Problem):
    """No order has this id."""

    status = 404
    order_id: UUID


class EmailTaken(Problem):
    """Another account has this email."""

    status = 409
    email: str


class UnknownAuthor(Problem):
    """The book names an author whom we don't have."""

    status = 409
    author_id: int


class UnknownBook(Problem):
    """The order names a book that we don't have."""

    status = 409
    book_id: int


class AuthorHasBooks(Problem):
    """The author can't go while there are books of theirs."""

    status = 409
    author_id: int


class BookWasOrdered(Problem):
    """The book can't go, there are orders for it."""

    status = 409
    book_id: int


class IsbnTaken(Problem):
    """Another book has this ISBN."""

    status = 409
    isbn: str


class OutOfStock(Problem):
    """There are not enough copies of a book."""

    status = 409
    book_id: int
    requested: int
    available: int


class OrderNotOpen(Problem):
    """The order was shipped or cancelled already."""

    status = 409
    order_id: UUID
    order_status: OrderStatus


class CoverTooLarge(Problem):
    """The picture is too large."""

    status = 413
    limit: int


class CoverNotAnImage(Problem):
    """The file is no picture that a browser shows."""

    status = 415
    supported: list[str]
