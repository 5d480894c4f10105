"""The five resources with flask_typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from annotated_types import Interval, Len
from flask import Flask
from flask_typed import (
    Created,
    Cursor,
    CursorPage,
    Depends,
    Filters,
    Idempotency,
    MediaType,
    MultiStatus,
    Patch,
    Problem,
    Sort,
    Typed,
    Where,
    model,
    raises,
)
from flask_typed.stores.sqlalchemy import SQLAlchemyStore, make_key_table
from sqlalchemy.orm import Session

from . import models

app = Flask(__name__)
app.config["SECRET_KEY"] = "change me"  # noqa: S105
typed = Typed(app)

Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]
Price = Annotated[int, Interval(ge=0, le=10**9)]


def open_session() -> Iterator[Session]:
    """Run a transaction for a request."""
    with models.Session.begin() as session:
        yield session


Work = Annotated[Session, Depends(open_session)]


def reject_higher_sale_price(book: "NewBook") -> None:
    """Reject a sale that is no sale."""
    if book.sale_price is not None and book.sale_price >= book.price:
        raise ValueError("The sale price has to be lower than the price.")


@model(validators=[reject_higher_sale_price])
@dataclass
class NewBook:
    title: Annotated[str, Len(1, 200)]
    price: Price
    genre: Annotated[str, Len(1, 50)] | None = None
    sale_price: Price | None = None


@dataclass
class Book:
    id: int
    title: str
    genre: str | None
    price: int
    sale_price: int | None


class BookNotFound(Problem):
    """No book has this id."""

    status = 404


def find_book(book_id: Id, session: Work) -> models.Book:
    """Return the row of a book."""
    row = session.get(models.Book, book_id)
    if row is None:
        raise BookNotFound
    return row


FoundBook = Annotated[models.Book, Depends(find_book)]


# -- Partial update --


@typed.patch("/books/<book_id>", returns=Book)
@raises(BookNotFound)
def change_book(row: FoundBook, patch: Patch[NewBook]) -> models.Book:
    """Change some fields of a book."""
    return patch.apply(row)


# -- Pages --


@dataclass
class BookFilters:
    genre: Annotated[str | None, Where(models.Book.genre)] = None
    max_price: Annotated[Price | None, Where(models.Book.price, "le")] = None


SortKey = Literal["title", "price"]
COLUMNS: Mapping[SortKey, Any] = {"title": models.Book.title, "price": models.Book.price}


@typed.get("/books")
def list_books(
    session: Work,
    filters: Filters[BookFilters],
    cursor: Cursor,
    sort: Sort[SortKey] = Sort("title"),
) -> CursorPage[Book]:
    """List the books in pages."""
    return cursor.page(sort.apply(filters.apply(sa.select(models.Book)), COLUMNS), session)


# -- Conditional requests --


@dataclass
class Details(Book):
    blurb: str


def get_version(row: FoundBook) -> int:
    """Return the version of a book."""
    return row.version


@typed.get("/books/<book_id>", etag=get_version)
@raises(BookNotFound)
def read_book(row: FoundBook) -> Details:
    """Read a book."""
    blurb = models.describe(row.title)
    return Details(row.id, row.title, row.genre, row.price, row.sale_price, blurb)


@typed.put("/books/<book_id>", etag=get_version, require_match=True, returns=Book)
@raises(BookNotFound)
def replace_book(row: FoundBook, book: NewBook) -> models.Book:
    """Replace the version of a book that the client has read."""
    for name, value in vars(book).items():
        setattr(row, name, value)
    return row


# -- Repeatable requests --

keys = make_key_table(models.Base.metadata)


def make_store(session: Work) -> SQLAlchemyStore:
    """Keep the keys in the transaction of the view."""
    return SQLAlchemyStore(session, keys)


@dataclass
class NewOrder:
    book_id: Id
    copies: Annotated[int, Interval(ge=1, le=100)]


@dataclass
class Order(NewOrder):
    id: int


@typed.post("/orders", idempotent=Idempotency(make_store, required=True), returns=Created[Order])
@raises(BookNotFound)
def place_order(order: NewOrder, session: Work) -> Created[models.Order]:
    """Order copies of a book."""
    find_book(order.book_id, session)
    row = models.Order(book_id=order.book_id, copies=order.copies)
    session.add(row)
    session.flush()
    models.charge(row.copies)
    return Created(row)


# -- Bulk and formats --


@dataclass
class Delivery:
    id: Id
    copies: Annotated[int, Interval(ge=-1000, le=1000)]


@dataclass
class Stock:
    id: int
    title: str
    stock: int


class OutOfStock(Problem):
    """There are fewer copies of this book."""

    status = 409


@typed.patch("/stock", returns=MultiStatus[Stock])
def change_stock(
    deliveries: Annotated[list[Delivery], Len(1, 100)], session: Work
) -> MultiStatus[models.Book]:
    """Add copies to the stock, or take them away."""

    def change(delivery: Delivery) -> models.Book:
        row = find_book(delivery.id, session)
        if row.stock + delivery.copies < 0:
            raise OutOfStock
        row.stock += delivery.copies
        return row

    return MultiStatus.of(deliveries, change, unit=session.begin_nested)


@typed.get("/stock", returns=Annotated[list[Stock], MediaType("application/json", "text/csv")])
def list_stock(session: Work) -> list[models.Book]:
    """List the stock, as JSON or CSV."""
    return list(session.scalars(sa.select(models.Book).order_by(models.Book.id)))
