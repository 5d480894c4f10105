"""The errors of the shop."""

from uuid import UUID

from flask_typed import Problem
from werkzeug.datastructures import WWWAuthenticate

from .models import OrderStatus

REALM = "the bookshop"


class ShopProblem(Problem):
    """An error of the shop; its type says which, so that clients need not read titles."""

    type_base = "https://bookshop.example/problems/"


class WrongCredentials(ShopProblem):
    """No account has this email and this password."""

    status = 401

    def __post_init__(self) -> None:
        super().__post_init__()
        self.www_authenticate = (WWWAuthenticate("bearer", {"realm": REALM}),)


class AuthorNotFound(ShopProblem):
    """No author has this id."""

    status = 404
    author_id: int


class BookNotFound(ShopProblem):
    """No book has this id."""

    status = 404
    book_id: int


class CoverNotFound(ShopProblem):
    """This book has no cover."""

    status = 404
    book_id: int


class OrderNotFound(ShopProblem):
    """No order has this id."""

    status = 404
    order_id: UUID


class EmailTaken(ShopProblem):
    """Another account has this email."""

    status = 409
    email: str


class UnknownAuthor(ShopProblem):
    """There is no author with the id in the book."""

    status = 409
    author_id: int


class UnknownIsbn(ShopProblem):
    """No book has this ISBN."""

    status = 409
    isbn: str


class UnknownBook(ShopProblem):
    """There is no book with an id in the order."""

    status = 409
    book_id: int


class AuthorHasBooks(ShopProblem):
    """The author has books and cannot be removed."""

    status = 409
    author_id: int


class BookWasOrdered(ShopProblem):
    """The book has orders and cannot be removed."""

    status = 409
    book_id: int


class IsbnTaken(ShopProblem):
    """Another book has this ISBN."""

    status = 409
    isbn: str


class OutOfStock(ShopProblem):
    """There are not enough copies of a book."""

    status = 409
    book_id: int
    requested: int
    available: int


class OrderNotOpen(ShopProblem):
    """The order was shipped or cancelled already."""

    status = 409
    order_id: UUID
    order_status: OrderStatus


class CoverTooLarge(ShopProblem):
    """The picture is too large."""

    status = 413
    limit: int


class CoverNotAnImage(ShopProblem):
    """The format of the picture is not supported."""

    status = 415
    supported: list[str]
