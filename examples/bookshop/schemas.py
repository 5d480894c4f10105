"""What travels: the types that stand in the signatures of the views.

Types named ``New…`` and ``…Changes`` come in, the others go out, and ``Author`` does both. A view
returns rows of the database; only the fields declared here leave. Where it does, ``cast`` tells the
type checker.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypedDict, TypeVar
from uuid import UUID

from annotated_types import Ge, Le, Len, MaxLen
from flask_typed import Created, Query, ReadOnly, Returns, WriteOnly
from marshmallow.validate import Regexp
from typing_extensions import Doc

from .models import Channel, Genre, OrderStatus, Priority

# No NUL: PostgreSQL does not store it.
STORABLE = Regexp(r"^[^\u0000]*$")

Isbn = Annotated[str, Len(13, 13), Regexp(r"^97[89][0-9]{10}$")]
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
Limit = Annotated[int, Ge(1), Le(100)]
Offset = Annotated[int, Ge(0), Le(1_000_000)]


T = TypeVar("T")

# Something that was made, and where it is.
Located = Annotated[
    Created[T], Returns(headers={"Location": Annotated[str, Doc("Where it is read.")]})
]


@dataclass
class NewAccount:
    """Who wants to buy books."""

    email: Email
    password: Password = field(repr=False)


@dataclass
class Account:
    """Someone who may log in."""

    id: int
    email: str
    is_staff: bool


@dataclass(kw_only=True)
class PasswordLogin:
    """What OAuth 2 sends for a password; of clients and scopes there is nothing to choose."""

    grant_type: Literal["password"]
    username: Annotated[str, Len(1, 254), STORABLE]
    password: Annotated[str, Len(1, 128), WriteOnly()] = field(repr=False)
    scope: str = ""
    client_id: str | None = None
    client_secret: Annotated[str | None, WriteOnly()] = field(default=None, repr=False)


@dataclass
class Token:
    """What lets a client in, as OAuth 2 names it."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    scope: str


@dataclass(kw_only=True)
class Author:
    """Someone who wrote books; the id is ours to give."""

    id: Annotated[int, ReadOnly()] = 0
    name: Text
    born: date | None = None


@dataclass
class CoverInfo:
    """What is known of a cover without looking at it."""

    media_type: str
    caption: str
    size: int
    uploaded: datetime


@dataclass
class NewBook:
    """A book for the catalogue."""

    title: Text
    author_id: Id
    isbn: Isbn
    price: Price
    genre: Genre
    published: date | None = None
    stock: Stock = 0
    tags: Tags = field(default_factory=list)


class BookChanges(TypedDict, total=False):
    """What to change in a book; what is absent stays as it is."""

    title: Text
    author_id: Id
    isbn: Isbn
    price: Price
    genre: Genre
    published: date | None
    stock: Stock
    tags: Tags


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
    """How many copies of a book we have."""

    stock: int


@dataclass
class BookPage:
    """Some of the books that were found."""

    total: int
    items: list[Book]


BookSort = Literal["title", "-title", "price", "-price", "added", "-added"]
# The order counts, so one parameter holds all of it: sort=price,-title
BookSorts = Annotated[tuple[BookSort, ...], MaxLen(3), Query(explode=False)]


@dataclass
class BookFilters:
    """Which books to list, in what order."""

    text: Annotated[str, Len(1, 100), STORABLE] | None = None
    genre: list[Genre] = field(default_factory=list)
    author_id: Id | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    in_stock: bool = False
    sort: BookSorts = ("-added",)
    limit: Limit = 20
    offset: Offset = 0


@dataclass
class NewOrderLine:
    """So many of one book."""

    book_id: Id
    quantity: Quantity = 1


@dataclass
class NewOrder:
    """What a customer wants."""

    customer: Text
    email: Email
    lines: Annotated[list[NewOrderLine], Len(1, 50)]
    priority: Priority = Priority.NORMAL
    notes: Notes | None = None


@dataclass
class OrderLine:
    """So many of one book, at the price of the day."""

    book_id: int
    quantity: int
    unit_price: Decimal


@dataclass
class Order:
    """What a customer wants, and how far it has come."""

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
class OrderPage:
    """Some of the orders that were found."""

    total: int
    items: list[Order]
