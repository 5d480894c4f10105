"""A page of a hundred items compared with a plain list of the same items.

All routes are in one app, and are called in one process without a server. Rounds are interleaved,
and each figure is the median of the CPU times of its rounds::

    pip install ".[example]"
    python benchmarks/pages/run.py

It prints a table: each way against the plain list of the same source.
"""

from __future__ import annotations

import gc
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Le
from flask import Flask
from flask_typed import Cursor, CursorPage, Page, PagedList, Paging, Slice, Typed
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

#: Of which every page has a hundred.
ROWS = 1000
Limit = Annotated[int, Ge(1), Le(100)]
Offset = Annotated[int, Ge(0), Le(1_000_000)]


class Base(DeclarativeBase):
    """The base of the table."""


class BookRow(Base):
    """A book."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    pages: Mapped[int]


@dataclass
class Book:
    """A book as clients see it."""

    id: int
    title: str
    author: str
    pages: int


app = Flask("benchmark")
app.secret_key = "benchmark"  # noqa: S105
app.config.update(TYPED_CHECK_RESPONSES="ignore")
typed = Typed(app)
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
session = Session(engine)
session.add_all(
    BookRow(title=f"Book {number}", author=f"Author {number % 40}", pages=100 + number % 300)
    for number in range(ROWS)
)
session.commit()
books = [Book(row.id, row.title, row.author, row.pages) for row in session.scalars(select(BookRow))]
query = select(BookRow).order_by(BookRow.id)


@typed.get("/list/plain")
def list_plain(limit: Limit = 20, offset: Offset = 0) -> list[Book]:
    return books[offset : offset + limit]


@typed.get("/list/page")
def list_page(paging: Paging) -> Page[Book]:
    return paging.page(books)


@typed.get("/list/slice")
def list_slice(paging: Paging) -> Slice[Book]:
    return paging.slice(books)


@typed.get("/list/paged list")
def list_paged(paging: Paging) -> PagedList[Book]:
    return PagedList(paging.page(books))


@typed.get("/rows/plain", returns=list[Book])
def rows_plain(limit: Limit = 20, offset: Offset = 0) -> Any:
    return session.scalars(query.limit(limit).offset(offset)).all()


@typed.get("/rows/page")
def rows_page(paging: Paging) -> Page[Book]:
    return paging.page(query, session)


@typed.get("/rows/slice")
def rows_slice(paging: Paging) -> Slice[Book]:
    return paging.slice(query, session)


@typed.get("/rows/cursor")
def rows_cursor(cursor: Cursor) -> CursorPage[Book]:
    return cursor.page(query, session)


def ask(client: Any, path: str, count: int) -> float:
    """Return the CPU time of one of several requests, in microseconds."""
    url = f"/{path}?limit=100"
    begin = time.process_time()
    for _ in range(count):
        client.get(url)
    return (time.process_time() - begin) / count * 1e6


def name_ways() -> Iterator[tuple[str, list[str]]]:
    """Yield each source, with the ways to answer; the plain one is the first."""
    yield "list", ["plain", "page", "slice", "paged list"]
    yield "rows", ["plain", "slice", "page", "cursor"]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--count", type=int, default=40, help="the requests of a round")
    options = parser.parse_args()
    client = app.test_client()
    paths = [f"{source}/{way}" for source, ways in name_ways() for way in ways]
    times: dict[str, list[float]] = {path: [] for path in paths}
    for path in paths:
        ask(client, path, 5)
    gc.collect()
    gc.disable()
    for _ in range(options.rounds):
        for path in paths:
            times[path].append(ask(client, path, options.count))
    for source, ways in name_ways():
        plain = statistics.median(times[f"{source}/plain"])
        for way in ways:
            median = statistics.median(times[f"{source}/{way}"])
            print(f"{source:5} {way:11} {median:8.0f} µs {median / plain:6.2f}")


if __name__ == "__main__":
    main()
