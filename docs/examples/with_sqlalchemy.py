from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval, Len
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


class BookRow(Base):
    __tablename__ = "book_row"

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
Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]  # more does not fit into a column


@typed.get("/books", returns=list[Book])
def list_books(session: DbSession) -> Sequence[BookRow]:
    """List the books."""
    return session.scalars(select(BookRow).order_by(BookRow.title)).all()


@typed.post("/books", returns=Created[Book])
@raises(TitleIsTaken)
def add_book(book: Book, session: DbSession) -> Created[BookRow]:
    """Add a book."""
    row = BookRow(title=book.title)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise TitleIsTaken(detail=f"It is {book.title!r}.") from error
    return Created(row)


@typed.get("/books/<int:book_id>", returns=Book)
@raises(NotFound)
def read_book(book_id: Id) -> BookRow:
    """Read a book."""
    return db.get_or_404(BookRow, book_id, description="No book has this id.")
