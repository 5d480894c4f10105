"""The shop by its typed client: another service of the house would call it like this."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask_typed import Filters, Paging, Sort
from flask_typed.client import TypedClient
from flask_typed.security.problems import NotAuthenticated

from bookshop.books import add_book, list_books, read_book
from bookshop.models import Genre
from bookshop.problems import BookNotFound, IsbnTaken
from bookshop.schemas import BookFilters, NewBook

from .answers import BOSS
from .conftest import LogIn


@pytest.fixture
def typed_client(app: Flask) -> TypedClient:
    """Return a visitor's client."""
    return TypedClient(app)


def test_reading(typed_client: TypedClient) -> None:
    """Pages, filters and orders are the values of the views, and so are problems."""
    page = typed_client.call(
        list_books,
        filters=Filters(BookFilters(author_id=1)),
        paging=Paging(limit=2),
        sort=Sort("title"),
    )
    assert [book.title for book in page.items] == ["A Wizard of Earthsea", "The Dispossessed"]
    earthsea = typed_client.call(read_book, book_id=3)
    assert (earthsea.price, earthsea.published) == (Decimal("9.90"), date(1968, 11, 1))
    with pytest.raises(BookNotFound) as caught:
        typed_client.call(read_book, book_id=99)
    assert caught.value.book_id == 99


def test_adding(typed_client: TypedClient, log_in: LogIn) -> None:
    """Headers are those of the client, and the answer has those of the response."""
    book = NewBook(
        "Marcovaldo", author_id=2, isbn="9781234567897", price=Decimal("9.5"), genre=Genre.FICTION
    )
    with pytest.raises(NotAuthenticated):
        typed_client.call(add_book, book=book)
    token = log_in(BOSS).environ_base["HTTP_AUTHORIZATION"]
    staff = typed_client.with_headers(Authorization=token)
    answer = staff.send(add_book, book=book)
    assert (answer.status, answer.headers["Location"]) == (201, "/books/22")
    again = staff.send(add_book, book=book)
    assert isinstance(again.problem, IsbnTaken)
