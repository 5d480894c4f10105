"""The types of requests and responses, which the views' signatures use.

Types named ``New…`` and ``…Changes`` are for requests, the others for responses, and ``Author`` is
for both. Views return rows of the database, and the response has only the fields that are declared
here. ``cast`` tells the type checker that the rows fit.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias, TypeVar
from uuid import UUID

import sqlalchemy as sa
from annotated_types import Ge, Le, Len, MaxLen
from flask_typed import Body, Created, FaultMessage, Form, Path, ReadOnly, Returns, Where, WriteOnly
from marshmallow.validate import Regexp
from typing_extensions import Doc

from . import models
from .models import Channel, Genre, OrderStatus, Priority

# Without NUL, which PostgreSQL cannot store.
STORABLE = Regexp(r"^[^\u0000]*$")

# Clients show the message, and tell it from other faults by its code.
NO_ISBN = FaultMessage("Must be 13 digits that start with 978 or 979.", code="invalid_isbn")

Isbn = Annotated[str, Len(13, 13), Regexp(r"^97[89][0-9]{10}$", error=NO_ISBN)]
Email = Annotated[str, Len(3, 254), Regexp(r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]

Password = Annotated[str, Len(8, 128), WriteOnly()]

Id = Annotated[int, Ge(1), Le(2_147_483_647)]
Text = Annotated[str, Len(1, 200), STORABLE]
Notes = Annotated[str, Len(1, 2000), STORABLE]
Caption = Annotated[str, Len(1, 80), STORABLE]
Tags = Annotated[list[Annotated[str, Len(1, 40), STORABLE]], MaxLen(10)]
Price = Annotated[Decimal, Ge(Decimal("0")), Le(Decimal("99999.99"))]
Stock = Annotated[int, Ge(0), Le(1_000_000)]
Quantity = Annotated[int, Ge(1), Le(1000)]


T = TypeVar("T")

# The examples are rows of the sample data, so that /docs can try every operation as it is.
AuthorId = Annotated[Id, Path(example=9)]
BookId = Annotated[Id, Path(example=21)]
OrderId = Annotated[UUID, Path(example="5b3c7a52-9f0e-4c1d-8a64-2e9d1f70b6c3")]

# A new resource with its URL.
Located = Annotated[
    Created[T], Returns(headers={"Location": Annotated[str, Doc("Where it is read.")]})
]


@dataclass
class NewAccount:
    """A new customer."""

    email: Annotated[Email, Body(example="emily@shop.example")]
    password: Annotated[Password, Body(example="a certain slant")] = field(repr=False)


@dataclass
class Account:
    """An account."""

    id: int
    email: str
    is_staff: bool


@dataclass(kw_only=True)
class PasswordLogin:
    """The form of OAuth 2's password grant; client and scopes are ignored."""

    grant_type: Literal["password"]
    username: Annotated[str, Len(1, 254), STORABLE, Form(example="emily@shop.example")]
    password: Annotated[str, Len(1, 128), WriteOnly(), Form(example="a certain slant")] = field(
        repr=False
    )
    scope: str = ""
    client_id: str | None = None
    client_secret: Annotated[str | None, WriteOnly()] = field(default=None, repr=False)


@dataclass
class Token:
    """An access token, with the names of OAuth 2."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    scope: str


@dataclass(kw_only=True)
class Author:
    """An author of books; the server sets the id."""

    id: Annotated[int, ReadOnly()] = 0
    name: Annotated[Text, Body(example="Emily Dickinson")]
    born: date | None = None


@dataclass
class CoverInfo:
    """The metadata of a cover."""

    media_type: str
    caption: str
    size: int
    uploaded: datetime


@dataclass
class NewBook:
    """A book for the catalogue."""

    title: Annotated[Text, Body(example="The Telling")]
    author_id: Id
    isbn: Annotated[Isbn, Body(example="9780000001009")]
    price: Annotated[Price, Body(example="12.50")]
    genre: Genre
    published: date | None = None
    stock: Stock = 0
    tags: Tags = field(default_factory=list)


@dataclass
class NewPrice:
    """A price for a book of the catalogue."""

    isbn: Annotated[Isbn, Body(example="9780000000026")]
    price: Annotated[Price, Body(example="10.90")]


@dataclass
class BookPrice:
    """The price of a book."""

    isbn: str
    title: str
    price: Decimal


@dataclass
class Book:
    """A book in the catalogue."""

    id: int
    title: str
    author: Author
    isbn: str
    price: Decimal
    genre: Genre
    published: date | None
    stock: int
    tags: list[str]
    added: datetime
    cover: CoverInfo | None


@dataclass
class Copies:
    """The number of copies of a book."""

    stock: int


@dataclass
class Delivery:
    """Copies of a book that have arrived."""

    isbn: Annotated[Isbn, Body(example="9780000000026")]
    copies: Quantity


@dataclass
class Delivered:
    """What was added to the stock."""

    lines: int = 0
    copies: int = 0


@dataclass
class OrderState:
    """How far an order is."""

    status: OrderStatus


BookSort: TypeAlias = Literal["title", "price", "added"]


def matches_text(text: str) -> sa.ColumnElement[bool]:
    """Return the condition of a text, in titles and in names of authors."""
    in_title = models.Book.title.icontains(text, autoescape=True)
    return in_title | models.Author.name.icontains(text, autoescape=True)


def is_in_stock(wanted: bool) -> sa.ColumnElement[bool]:
    """Return the condition of books that can be bought now, if it is wanted."""
    return models.Book.stock > 0 if wanted else sa.true()


@dataclass
class BookFilters:
    """The filters of a list of books, each with its condition."""

    text: Annotated[str | None, Len(1, 100), STORABLE, Where(matches_text)] = None
    genre: Annotated[list[Genre], Where(models.Book.genre, "in")] = field(default_factory=list)
    author_id: Annotated[Id | None, Where(models.Book.author_id)] = None
    min_price: Annotated[Price | None, Where(models.Book.price, "ge")] = None
    max_price: Annotated[Price | None, Where(models.Book.price, "le")] = None
    in_stock: Annotated[bool, Where(is_in_stock)] = False


@dataclass
class NewOrderLine:
    """A number of copies of one book."""

    book_id: Id
    quantity: Quantity = 1


@dataclass
class NewOrder:
    """A new order."""

    customer: Annotated[Text, Body(example="Emily Dickinson")]
    email: Annotated[Email, Body(example="emily@shop.example")]
    lines: Annotated[list[NewOrderLine], Len(1, 50)]
    priority: Priority = Priority.NORMAL
    notes: Notes | None = None


@dataclass
class OrderLine:
    """A number of copies of one book, at the price of the day."""

    book_id: int
    quantity: int
    unit_price: Decimal


@dataclass
class Order:
    """An order with its status."""

    id: UUID
    customer: str
    email: str
    created: datetime
    status: OrderStatus
    priority: Priority
    channel: Channel
    notes: str | None
    lines: list[OrderLine]
    total: Decimal


@dataclass
class OrderFilters:
    """The filters of a list of orders."""

    status: Annotated[OrderStatus | None, Where(models.Order.status)] = None
    email: Annotated[Email | None, Where(models.Order.email)] = None
    since: Annotated[datetime | None, Where(models.Order.created, "ge")] = None
