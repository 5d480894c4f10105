"""A table of books, with values that are hard to page by: ``NULL``, equal ones, many types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
)
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """The base of the tables."""


class Genre(Enum):
    """A genre; the names differ from the values."""

    POETRY = "poetry"
    TRAVEL = "travel"


class AuthorRow(Base):
    """An author."""

    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list[BookRow]] = relationship(back_populates="author")


class BookRow(Base):
    """A book."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[Decimal | None]
    day: Mapped[date]
    moment: Mapped[datetime]
    hour: Mapped[time]
    genre: Mapped[Genre]
    code: Mapped[UUID]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[AuthorRow | None] = relationship(back_populates="books")


@dataclass
class Book:
    """A book as clients see it."""

    id: int
    title: str


def make_book(number: int) -> BookRow:
    """Return the book of a number: prices and days repeat, and every third book has no price."""
    return BookRow(
        id=number,
        title=f"Book {number}",
        price=None if number % 3 == 0 else Decimal(number % 2) + Decimal("0.5"),
        day=date(2026, 1, 1 + number % 4),
        moment=datetime(2026, 1, 1 + number % 4, 12, 30, 0, number),
        hour=time(number % 5),
        genre=list(Genre)[number % 2],
        code=UUID(int=100 - number),
        author_id=1 + number % 2 if number > 2 else None,
    )


@contextmanager
def open_database(count: int = 8) -> Iterator[Session]:
    """Open a database with some books of two authors."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([AuthorRow(id=1, name="Jane"), AuthorRow(id=2, name="Emily")])
        session.flush()
        session.add_all(map(make_book, range(1, count + 1)))
        session.commit()
        yield session
    engine.dispose()
