"""Books: the catalogue, its search, and changes to it."""

import asyncio
import time
from collections.abc import Mapping
from typing import Annotated, Any, cast

import sqlalchemy as sa
from annotated_types import Ge, Le
from flask import url_for
from flask_typed import (
    Body,
    Cookie,
    Created,
    Depends,
    Filters,
    Form,
    IfMatch,
    Json,
    Page,
    Paging,
    Patch,
    Query,
    Sort,
    TypedBlueprint,
    raises,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from . import models
from .covers import Picture, covers, read_picture, save_cover
from .database import Reading, Writing, open_session
from .lookup import find_book
from .prices import prices
from .problems import BookNotFound, BookWasOrdered, IsbnTaken, UnknownAuthor
from .schemas import Book, BookFilters, BookId, BookSort, Caption, Copies, Located, NewBook
from .security import STAFF

books = TypedBlueprint(
    "books", __name__, url_prefix="/books", description="The catalogue, and its search."
)
books.register_blueprint(covers)
books.register_blueprint(prices)

#: How often a waiting request checks the number of copies, in seconds.
LOOK_AGAIN = 0.1

#: A body and changes for the book that is the example of an id.
ILIAD = {
    "title": "The Iliad",
    "author_id": 8,
    "isbn": "9780000000200",
    "price": "10.00",
    "genre": "poetry",
    "stock": 40,
}
CHANGES = {"price": "9.50", "tags": ["war", "sea"]}
TELLING = {
    "title": "The Telling",
    "author_id": 1,
    "isbn": "9780000001016",
    "price": "12.50",
    "genre": "fiction",
}

SORT_COLUMNS: Mapping[BookSort, Any] = {
    "title": models.Book.title,
    "price": models.Book.price,
    "added": models.Book.added,
}


@books.get("")
def list_books(
    session: Reading,
    filters: Filters[BookFilters],
    paging: Paging,
    sort: Sort[BookSort] = Sort("-added"),
) -> Page[Book]:
    """Search the catalogue.

    The text is searched in titles and in names of authors.
    """
    query = filters.apply(sa.select(models.Book).join(models.Book.author))
    found = query.options(contains_eager(models.Book.author))
    return paging.page(sort.apply(found, SORT_COLUMNS, last=models.Book.id), session)


@books.get("/suggestions")
def suggest_books(
    session: Reading,
    genre: Annotated[
        models.Genre | None, Cookie(description="The genre that was searched for last.")
    ] = None,
) -> list[Book]:
    """Suggest five books in stock, of the visitor's genre if they have chosen one."""
    query = sa.select(models.Book).where(models.Book.stock > 0)
    if genre is not None:
        query = query.where(models.Book.genre == genre)
    newest_first = query.order_by(models.Book.added.desc(), models.Book.id)
    rows = session.scalars(newest_first.limit(5)).all()
    return cast(list[Book], rows)


@books.post("", dependencies=[STAFF])
@raises(UnknownAuthor, IsbnTaken)
def add_book(session: Writing, book: NewBook) -> Located[Book]:
    """Add a book."""
    row = save_new_book(session, book)
    location = url_for(".read_book", book_id=row.id)
    return Created(cast(Book, row), headers={"Location": location})


@books.post("/illustrated", dependencies=[STAFF])
@raises(UnknownAuthor, IsbnTaken)
def add_illustrated_book(
    picture: Annotated[Picture, Depends(read_picture)],  # before the transaction begins
    session: Writing,
    book: Annotated[Json[NewBook], Form(example=TELLING)],
    caption: Annotated[Caption, Form()],
) -> Located[Book]:
    """Add a book with its cover: JSON beside a picture, in one request."""
    added = add_book(session, book)
    row = cast(models.Book, added.body)
    save_cover(session, row.id, picture, caption)
    session.refresh(row)
    return added


@books.get("/<int:book_id>", etag="tag")
@raises(BookNotFound)
def read_book(session: Reading, book_id: BookId) -> Book:
    """Read one book."""
    return cast(Book, find_book(session, book_id))


@books.get("/<int:book_id>/stock")
@raises(BookNotFound)
async def watch_stock(
    book_id: BookId,
    known: int | None = None,
    seconds: Annotated[float, Query(), Ge(0), Le(2)] = 0,
) -> Copies:
    """Read the number of copies. If it is the number that the client knows, wait for a change.

    A waiting request costs the worker a coroutine, and holds no database connection.
    """
    deadline = time.monotonic() + seconds
    while True:
        stock = await asyncio.to_thread(read_stock, book_id)
        if stock != known or time.monotonic() >= deadline:
            return Copies(stock)
        await asyncio.sleep(LOOK_AGAIN)


def read_stock(book_id: int) -> int:
    """Return the number of copies of a book."""
    with open_session() as session:
        return find_book(session, book_id).stock


@books.put("/<int:book_id>", dependencies=[STAFF], require_match=True)
@raises(BookNotFound, UnknownAuthor, IsbnTaken)
def replace_book(
    session: Writing,
    book_id: BookId,
    book: Annotated[NewBook, Body(example=ILIAD)],
    match: IfMatch,
) -> Book:
    """Replace a book that nobody has changed, and nobody has ordered, since it was read."""
    values = resolve_author(session, vars(book))  # locked before the book
    row = find_book(session, book_id, lock=True)
    match.check(row.tag)
    return cast(Book, save_book(session, row, values))


@books.patch("/<int:book_id>", dependencies=[STAFF], etag="tag")
@raises(BookNotFound, UnknownAuthor, IsbnTaken)
def update_book(
    session: Writing,
    book_id: BookId,
    patch: Annotated[Patch[NewBook], Body(example=CHANGES)],
    match: IfMatch,
) -> Book:
    """Change the fields of a book that are sent; the others stay."""
    moved = {"author_id": patch.values.author_id} if "author_id" in patch.given else {}
    author = resolve_author(session, moved)  # locked before the book
    row = find_book(session, book_id, lock=True)
    match.check(row.tag)
    return cast(Book, save_book(session, patch.apply(row), author))


@books.delete("/<int:book_id>", dependencies=[STAFF])
@raises(BookNotFound, BookWasOrdered)
def delete_book(session: Writing, book_id: BookId, match: IfMatch) -> None:
    """Remove a book without orders from the catalogue."""
    row = find_book(session, book_id, lock=True)
    match.check(row.tag)
    session.delete(row)
    try:
        session.flush()
    except IntegrityError:
        raise BookWasOrdered(book_id=book_id) from None


def resolve_author(session: Session, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes with the author in place of the id; lock the author in the transaction.

    Authors are locked before their books, as when an author is removed: this avoids deadlocks.

    :raises UnknownAuthor: There is no author with this id.
    """
    if "author_id" not in changes:
        return dict(changes)
    lock = {"read": True, "key_share": True}
    author = session.get(models.Author, changes["author_id"], with_for_update=lock)
    if author is None:
        raise UnknownAuthor(author_id=changes["author_id"])
    return {**changes, "author": author}


def save_new_book(session: Session, book: NewBook) -> models.Book:
    """Add a row for a new book.

    :raises UnknownAuthor: Its author does not exist.
    :raises IsbnTaken: Another book has the ISBN.
    """
    return save_book(session, models.Book(cover=None), resolve_author(session, vars(book)))


def save_book(session: Session, row: models.Book, values: dict[str, Any]) -> models.Book:
    """Write values into a row, which may be a new one.

    :raises IsbnTaken: Another book has the ISBN.
    """
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    isbn = row.isbn
    try:
        session.flush()
    except IntegrityError:  # the author exists and the values are valid: the ISBN is taken
        raise IsbnTaken(isbn=isbn) from None
    return row
