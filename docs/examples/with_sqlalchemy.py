from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from annotated_types import Len
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Created, Depends, Problem, ReadOnly, Typed, raises
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.exceptions import NotFound


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class BookRow(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)


with app.app_context():
    db.create_all()


@dataclass
class Book:
    title: Annotated[str, Len(1, 80)]
    id: Annotated[int, ReadOnly()] = 0


class TitleIsTaken(Problem):
    """Another book has this title."""

    status = 409


def open_session() -> Iterator[Session]:
    """Commit the changes of a view; after an error, Flask-SQLAlchemy rolls back."""
    session = db.session()
    yield session
    session.commit()


DbSession = Annotated[Session, Depends(open_session)]


@typed.get("/books")
def list_books(session: DbSession) -> list[Book]:
    """List the books."""
    rows = session.scalars(select(BookRow).order_by(BookRow.title)).all()
    return cast(list[Book], rows)


@typed.post("/books")
@raises(TitleIsTaken)
def add_book(book: Book, session: DbSession) -> Created[Book]:
    """Add a book."""
    row = BookRow(title=book.title)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise TitleIsTaken(detail=f"It is {book.title!r}.") from error
    return Created(cast(Book, row))


@typed.get("/books/<int:book_id>")
@raises(NotFound)
def read_book(book_id: int) -> Book:
    """Read a book."""
    return cast(Book, db.get_or_404(BookRow, book_id, description="No book has this id."))
