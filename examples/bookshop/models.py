"""The tables."""

from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask_typed.stores.sqlalchemy import make_key_table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates
from sqlalchemy.types import TypeDecorator

CENT = Decimal("0.01")


class Genre(Enum):
    """The genre of a book."""

    CHILDREN = "children"
    CRIME = "crime"
    FICTION = "fiction"
    NONFICTION = "nonfiction"
    POETRY = "poetry"
    SCIENCE_FICTION = "science-fiction"


class OrderStatus(Enum):
    """The status of an order."""

    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Priority(Enum):
    """The speed of a delivery."""

    ECONOMY = "economy"
    NORMAL = "normal"
    EXPRESS = "express"


class Channel(Enum):
    """The channel of an order."""

    WEB = "web"
    SHOP = "shop"
    PHONE = "phone"


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(timezone.utc)


class Money(TypeDecorator[Decimal]):
    """An amount, stored in whole cents because SQLite has no decimal numbers."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value.quantize(CENT).scaleb(2))

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


class Moment(TypeDecorator[datetime]):
    """A time with a UTC offset, stored in UTC because SQLite has no time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else to_utc(value)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return to_utc(value) if value.tzinfo else value.replace(tzinfo=timezone.utc)


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC."""
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:  # in the first or last hours of the calendar
        return moment.replace(tzinfo=timezone.utc)


def enum_values(enum: type[Enum]) -> list[str]:
    """Return the values of an enum, which are stored."""
    return [member.value for member in enum]


class Base(DeclarativeBase):
    """The base class of all tables."""

    type_annotation_map = {
        Decimal: Money,
        Enum: sa.Enum(Enum, native_enum=False, length=20, values_callable=enum_values),
        datetime: Moment,
        list[str]: sa.JSON,
    }


#: The keys of orders that clients may place again, with the first response to each.
idempotency_keys = make_key_table(Base.metadata)


class Account(Base):
    """The account of a customer or of staff."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    is_staff: Mapped[bool] = mapped_column(default=False)

    @property
    def scopes(self) -> list[str]:
        """The scopes that a login grants."""
        return ["customer", "staff"] if self.is_staff else ["customer"]


class Author(Base):
    """An author of books."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    born: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Book(Base):
    """A book in the catalogue.

    SQLAlchemy counts the version of a row that it changes; a statement that changes rows by itself,
    as each order does, has to count it, too.
    """

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("authors.id"), index=True)
    isbn: Mapped[str] = mapped_column(sa.String(13), unique=True)
    price: Mapped[Decimal]
    genre: Mapped[Genre]
    published: Mapped[date | None]
    stock: Mapped[int] = mapped_column(sa.BigInteger)
    tags: Mapped[list[str]]
    added: Mapped[datetime] = mapped_column(default=now, index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    author: Mapped[Author] = relationship(lazy="joined", innerjoin=True)
    cover: Mapped["Cover | None"] = relationship(
        lazy="joined", cascade="all, delete-orphan", passive_deletes=True
    )

    @validates("price")
    def round_price(self, key: str, price: Decimal) -> Decimal:
        """Round a price to cents before it is stored."""
        return price.quantize(CENT)

    @property
    def tag(self) -> str:
        """The version of all that a reader sees: the book, its author and its cover."""
        cover = f".{self.cover.uploaded.timestamp()}" if self.cover else ""
        return f"{self.version}.{self.author.version}{cover}"


class Cover(Base):
    """The cover of a book, in its own table because each order updates the row of a book."""

    __tablename__ = "covers"

    book_id: Mapped[int] = mapped_column(
        sa.ForeignKey("books.id", ondelete="CASCADE"), primary_key=True
    )
    media_type: Mapped[str] = mapped_column(sa.String(20))
    caption: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    uploaded: Mapped[datetime]
    image: Mapped[bytes] = mapped_column(deferred=True)


class Order(Base):
    """An order and its status. Orders by phone may have no account."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    customer: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254))
    created: Mapped[datetime] = mapped_column(default=now, index=True)
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.PLACED)
    priority: Mapped[Priority]
    channel: Mapped[Channel]
    notes: Mapped[str | None] = mapped_column(sa.Text)

    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="OrderLine.position"
    )

    @property
    def total(self) -> Decimal:
        """The total price."""
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal("0.00"))


class OrderLine(Base):
    """A number of copies of one book, at the price of the day."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("books.id"), index=True)
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]


class Mail(Base):
    """The confirmation of an order, which must not be lost."""

    __tablename__ = "mails"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    order_id: Mapped[UUID] = mapped_column(sa.ForeignKey("orders.id"), index=True)
    created: Mapped[datetime] = mapped_column(default=now)
    enqueued: Mapped[datetime | None]
    sent: Mapped[datetime | None] = mapped_column(index=True)

    order: Mapped[Order] = relationship()
