"""SQLAlchemy's rows and collections as answers, without a word about them in the annotation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

import pytest
from flask import Flask
from flask_typed import DeclarationError, ResponseMismatch, Typed
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    WriteOnlyMapped,
    mapped_column,
    relationship,
)

flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy")


class Base(DeclarativeBase):
    """The base of the tables."""


db = flask_sqlalchemy.SQLAlchemy(model_class=Base)


class AuthorRow(Base):
    """A table with collections of all kinds."""

    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    born: Mapped[datetime]
    books: Mapped[list[BookRow]] = relationship()
    found: DynamicMapped[BookRow] = relationship(viewonly=True)
    added: WriteOnlyMapped[BookRow] = relationship(viewonly=True)


class BookRow(Base):
    """A table."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))


@dataclass
class Book:
    """A book as clients see it."""

    title: str


@dataclass
class Author:
    """An author as clients see it."""

    born: datetime
    books: list[Book]
    found: list[Book]


@dataclass
class Added:
    """An annotation with a collection that cannot be read."""

    added: list[Book]


class Pair(TypedDict):
    """Two columns."""

    id: int
    title: str


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """Return an app with a database in memory."""
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", TYPED_NAIVE_DATETIMES="utc")
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.session.add(AuthorRow(born=datetime(1775, 12, 16), books=[BookRow(title="Emma")]))
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


COLUMNS = select(BookRow.id, BookRow.title)

ROWS = [
    pytest.param(list[Book], lambda: db.session.scalars(select(BookRow)), [{"title": "Emma"}]),
    pytest.param(list[Book], lambda: db.session.query(BookRow), [{"title": "Emma"}]),
    pytest.param(list[Book], lambda: db.paginate(select(BookRow)), [{"title": "Emma"}]),
    pytest.param(list[Pair], lambda: db.session.execute(COLUMNS), [{"id": 1, "title": "Emma"}]),
    pytest.param(
        list[Pair], lambda: db.session.execute(COLUMNS).mappings(), [{"id": 1, "title": "Emma"}]
    ),
    pytest.param(Pair, lambda: db.session.execute(COLUMNS).first(), {"id": 1, "title": "Emma"}),
    pytest.param(list[tuple[int, str]], lambda: db.session.execute(COLUMNS).all(), [[1, "Emma"]]),
    pytest.param(
        list[Any],
        lambda: db.session.execute(COLUMNS).all(),
        [[1, "Emma"]],
    ),
    pytest.param(
        Author,
        lambda: db.session.get(AuthorRow, 1),
        {
            "born": "1775-12-16T00:00:00Z",
            "books": [{"title": "Emma"}],
            "found": [{"title": "Emma"}],
        },
    ),
]


def serve(app: Flask, annotation: Any, read: Any) -> Any:
    """Return the JSON of the answer with rows."""
    Typed(app).get("/", returns=annotation)(read)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize(("annotation", "read", "expected"), ROWS)
def test_rows(app: Flask, annotation: Any, read: Any, expected: Any) -> None:
    """Rows have the fields of the annotation as attributes; collections and results have items."""
    assert serve(app, annotation, read) == expected


def test_a_collection_that_cannot_be_read(app: Flask) -> None:
    """The message is SQLAlchemy's, at the place of the collection."""
    with pytest.raises(ResponseMismatch, match=r"at \$\.added .* use the select\(\) method"):
        serve(app, Added, lambda: db.session.get(AuthorRow, 1))


def test_a_table_is_not_an_annotation(app: Flask) -> None:
    """The message says how rows become a response."""
    with pytest.raises(DeclarationError, match="BookRow is a table of SQLAlchemy") as caught:
        serve(app, list[BookRow], lambda: None)
    assert "returns=" in caught.value.instead
