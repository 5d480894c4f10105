"""Rows by their ids, for more than one blueprint."""

from sqlalchemy.orm import Session

from . import models
from .problems import BookNotFound


def find_book(session: Session, book_id: int, *, lock: bool = False) -> models.Book:
    """Return a book.

    :param lock: Lock the row until the transaction ends.
    :raises BookNotFound: No book has this id.
    """
    for_update = {"of": models.Book} if lock else None
    row = session.get(models.Book, book_id, with_for_update=for_update)
    if row is None:
        raise BookNotFound(book_id=book_id)
    return row
