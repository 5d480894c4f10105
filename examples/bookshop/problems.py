"""The errors of the shop."""

from uuid import UUID

from flask_typed import Problem
from werkzeug.datastructures import WWWAuthenticate

from .models import OrderStatus

REALM = "the bookshop"
#: Before the names of problems that a client could take for another one of the same status code.
TYPES = "https://bookshop.example/problems/"


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
    type = f"{TYPES}no-cover"
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
    """There is no author with the id in the book."""

    status = 409
    author_id: int


class UnknownBook(Problem):
    """There is no book with an id in the order."""

    status = 409
    type = f"{TYPES}unknown-book"
    book_id: int


class AuthorHasBooks(Problem):
    """The author has books and cannot be removed."""

    status = 409
    author_id: int


class BookWasOrdered(Problem):
    """The book has orders and cannot be removed."""

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
    """The format of the picture is not supported."""

    status = 415
    supported: list[str]
