"""Prices: a list for other shops and spreadsheets, and changes to many of them at once."""

from typing import Annotated, TypeAlias, cast

import sqlalchemy as sa
from annotated_types import Len
from flask_typed import Cache, MediaType, MultiStatus, TypedBlueprint

from . import models
from .database import Reading, Writing
from .problems import UnknownIsbn
from .schemas import BookPrice, NewPrice
from .security import STAFF

prices = TypedBlueprint("prices", __name__, url_prefix="/prices", description="Many prices.")

#: What people open in a spreadsheet, and programs read.
TABLE = MediaType("application/json", "text/csv")

Prices: TypeAlias = Annotated[list[BookPrice], TABLE]
NewPrices: TypeAlias = Annotated[list[NewPrice], TABLE, Len(1, 500)]


@prices.get("", etag=True, cache=Cache(max_age=60, public=True))
def list_prices(session: Reading) -> Prices:
    """List the price of each book."""
    return cast(Prices, session.scalars(sa.select(models.Book).order_by(models.Book.id)).all())


@prices.patch("", dependencies=[STAFF])
def change_prices(session: Writing, changes: NewPrices) -> MultiStatus[BookPrice, UnknownIsbn]:
    """Change many prices; those of unknown books are told."""
    isbns = [change.isbn for change in changes]
    query = sa.select(models.Book).where(models.Book.isbn.in_(isbns)).order_by(models.Book.id)
    lock = query.with_for_update(of=models.Book)
    rows = {row.isbn: row for row in session.scalars(lock)}

    def change_price(change: NewPrice) -> BookPrice:
        if change.isbn not in rows:
            raise UnknownIsbn(isbn=change.isbn)
        rows[change.isbn].price = change.price
        return cast(BookPrice, rows[change.isbn])

    return MultiStatus.of(changes, change_price)
