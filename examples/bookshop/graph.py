"""GraphQL: the same rows, problems and accounts as the routes, for clients that choose fields.

Methods of plain classes are the fields. A loader reads what many rows refer to in one statement.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, cast
from uuid import UUID

import sqlalchemy as sa
from flask_typed import (
    BackgroundTasks,
    Cursor,
    CursorPage,
    Depends,
    Filters,
    Page,
    Paging,
    Sort,
    Typed,
)
from flask_typed.graphql import DataLoader

from . import models
from .authors import find_author
from .books import list_books, save_new_book
from .database import Reading, Writing
from .lookup import find_book
from .models import Channel
from .orders import cancel, follow, list_orders, load_order, save_order
from .schemas import (
    Author,
    Book,
    BookFilters,
    BookSort,
    Id,
    NewBook,
    NewOrder,
    Order,
    OrderFilters,
    OrderLine,
    OrderState,
)
from .security import Customer, Staff


class Query:
    """The catalogue, and the orders of the account."""

    def books(
        self,
        session: Reading,
        filters: Filters[BookFilters],
        paging: Paging,
        sort: Sort[BookSort] = Sort("-added"),
    ) -> Page[Book]:
        """Search the catalogue."""
        return list_books(session, filters, paging, sort)

    def book(self, session: Reading, book_id: Id) -> Book:
        """Read one book."""
        return cast(Book, find_book(session, book_id))

    def author(self, session: Reading, author_id: Id) -> Author:
        """Read one author."""
        return cast(Author, find_author(session, author_id))

    def orders(
        self, account: Customer, session: Reading, filters: Filters[OrderFilters], cursor: Cursor
    ) -> CursorPage[Order]:
        """List the orders, newest first: customers see their own."""
        return list_orders(account, session, filters, cursor)


class Mutation:
    """Changes. If one field of an operation fails, none of them is stored."""

    def add_book(self, staff: Staff, session: Writing, book: NewBook) -> Book:
        """Add a book."""
        return cast(Book, save_new_book(session, book))

    def place_order(
        self,
        account: Customer,
        session: Writing,
        order: NewOrder,
        tasks: BackgroundTasks,
        channel: Channel = Channel.WEB,
    ) -> Order:
        """Place an order, and mail a confirmation."""
        return cast(Order, save_order(account, session, order, tasks, channel))

    def cancel_order(self, account: Customer, session: Writing, order_id: UUID) -> Order:
        """Cancel an order that was not shipped, and put its books back into stock."""
        return cast(Order, cancel(load_order(session, order_id, account, lock=True), session))


class Subscription:
    """Changes that the server sends."""

    def order_state(
        self, account: Customer, session: Reading, order_id: UUID
    ) -> Iterator[OrderState]:
        """Follow an order until it is shipped or cancelled."""
        for status in follow(load_order(session, order_id, account), session):
            yield OrderState(status)


def make_book_loader(session: Reading) -> DataLoader[int, models.Book]:
    """Return what loads books by their ids."""

    def load(ids: list[int]) -> list[models.Book]:
        found = session.scalars(sa.select(models.Book).where(models.Book.id.in_(ids)))
        by_id = {row.id: row for row in found}
        return [by_id[book_id] for book_id in ids]

    return DataLoader(load)


def make_shelf_loader(session: Reading) -> DataLoader[int, list[models.Book]]:
    """Return what loads the books of authors by the ids of the authors."""

    def load(ids: list[int]) -> list[list[models.Book]]:
        query = sa.select(models.Book).where(models.Book.author_id.in_(ids))
        by_author = defaultdict(list)
        for row in session.scalars(query.order_by(models.Book.id)):
            by_author[row.author_id].append(row)
        return [by_author[author_id] for author_id in ids]

    return DataLoader(load)


Books = Annotated[DataLoader[int, models.Book], Depends(make_book_loader)]
Shelves = Annotated[DataLoader[int, list[models.Book]], Depends(make_shelf_loader)]


async def books(author: Author, shelves: Shelves) -> list[Book]:
    """Load the books of an author."""
    return cast(list[Book], await shelves.load(author.id))


async def book(line: OrderLine, loader: Books) -> Book:
    """Load the book of a line."""
    return cast(Book, await loader.load(line.book_id))


def init_app(typed: Typed) -> None:
    """Add the endpoint to the app."""
    typed.graphql(
        "/graphql",
        Query,
        Mutation,
        Subscription,
        resolvers={Author: [books], OrderLine: [book]},
        timeout=30,  # as for an order by REST
    )
