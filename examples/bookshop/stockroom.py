"""The stockroom: the catalogue and deliveries as JSON Lines, of any length."""

from collections.abc import Iterator
from typing import cast

import sqlalchemy as sa
from flask_typed import TypedBlueprint, raises

from . import models
from .database import Reading, Writing
from .problems import UnknownIsbn
from .schemas import Book, Delivered, Delivery
from .security import STAFF

stockroom = TypedBlueprint("stockroom", __name__, description="Many books at once.")

#: How many rows are read from the database at once.
ROWS = 100


@stockroom.get("/catalogue")
def read_catalogue(session: Reading) -> Iterator[Book]:
    """Read the whole catalogue, a book in each line."""
    query = sa.select(models.Book).order_by(models.Book.id)
    for row in session.scalars(query, execution_options={"yield_per": ROWS}):
        yield cast(Book, row)


@stockroom.post("/deliveries", dependencies=[STAFF])
@raises(UnknownIsbn)
def add_deliveries(session: Writing, deliveries: Iterator[Delivery]) -> Delivered:
    """Add the copies that each line names to the stock.

    If one line cannot be added, none is.
    """
    delivered = Delivered()
    for delivery in deliveries:
        add_copies(session, delivery)
        delivered.lines += 1
        delivered.copies += delivery.copies
    return delivered


def add_copies(session: Writing, delivery: Delivery) -> None:
    """Add copies to the stock.

    :raises UnknownIsbn: No book has this ISBN.
    """
    found = session.scalar(
        sa.update(models.Book)
        .where(models.Book.isbn == delivery.isbn)
        .values(stock=models.Book.stock + delivery.copies, version=models.Book.version + 1)
        .returning(models.Book.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        raise UnknownIsbn(isbn=delivery.isbn)
