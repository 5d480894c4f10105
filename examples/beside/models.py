"""The tables that all programs share, and the work that takes time."""

import os

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

DATABASE = os.environ.get("BESIDE_DATABASE", "books.sqlite")
engine = sa.create_engine(f"sqlite:///{DATABASE}")
Session = sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The tables."""


class Book(Base):
    """A book; prices are in cents, and each change counts the version."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    genre: Mapped[str | None]
    price: Mapped[int]
    sale_price: Mapped[int | None]
    stock: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Order(Base):
    """An order of some copies of a book."""

    __tablename__ = "book_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("book.id"))
    copies: Mapped[int]


class UsedKey(Base):
    """A key of a repeatable request; without a body while the first request is in progress."""

    __tablename__ = "used_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    body: Mapped[str | None]


def describe(title: str) -> str:
    """Return the blurb of a book: the work that a 304 saves."""
    return f"Everybody should read {title}."


def charge(copies: int) -> None:
    """Charge the client for copies, with a service that takes its time."""


def reset() -> None:
    """Make the data new."""
    Base.metadata.create_all(engine)
    with Session.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        session.add_all(
            Book(title=title, genre=genre, price=price, sale_price=sale_price, stock=stock)
            for title, genre, price, sale_price, stock in [
                ("Emma", "novel", 900, 700, 3),
                ("Odes", "poetry", 400, None, 0),
                ("The Sea, the Sea", "novel", 1200, None, 5),
                ("Dracula", "horror", 400, None, 2),
                ("Sonnets", "poetry", 400, 300, 1),
            ]
        )
