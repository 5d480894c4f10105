"""Orders: place, read, list, cancel."""

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, cast

import sqlalchemy as sa
from flask import current_app, render_template, url_for
from flask_typed import (
    BackgroundTasks,
    Created,
    Cursor,
    CursorPage,
    Depends,
    Event,
    EventStream,
    Filters,
    Header,
    Idempotency,
    MediaType,
    TypedBlueprint,
    raises,
)
from sqlalchemy.orm import Session

from . import models
from .database import Reading, Writing
from .mails import arrange_confirmation
from .models import Channel, OrderStatus
from .problems import OrderNotFound, OrderNotOpen, OutOfStock, UnknownBook
from .schemas import (
    Located,
    NewOrder,
    NewOrderLine,
    Order,
    OrderFilters,
    OrderId,
    OrderState,
)
from .security import Customer

orders = TypedBlueprint(
    "orders",
    __name__,
    url_prefix="/orders",
    description="The orders of customers.",
    timeout=30,  # an order waits until others have released the rows of its books
)

#: How often a stream looks for a change, in seconds.
LOOK_AGAIN = 0.5


@raises(OrderNotFound)
def find_order(order_id: OrderId, account: Customer, session: Reading) -> models.Order:
    """Return an order that the account may see.

    :raises OrderNotFound: No order has this id, or it is none of theirs.
    """
    return load_order(session, order_id, account)


@raises(OrderNotFound)
def find_order_to_change(order_id: OrderId, account: Customer, session: Writing) -> models.Order:
    """Return an order that the account may see, and lock it.

    :raises OrderNotFound: No order has this id, or it is none of theirs.
    """
    return load_order(session, order_id, account, lock=True)


FoundOrder = Annotated[models.Order, Depends(find_order)]
LockedOrder = Annotated[models.Order, Depends(find_order_to_change)]


@orders.get("")
def list_orders(
    account: Customer,
    session: Reading,
    filters: Filters[OrderFilters],
    cursor: Cursor,
) -> CursorPage[Order]:
    """List the orders, newest first: customers see their own.

    New orders do not move others to another page.
    """
    query = filters.apply(sa.select(models.Order).order_by(models.Order.created.desc()))
    if not account.is_staff:
        query = query.where(models.Order.account_id == account.id)
    return cursor.page(query, session)


def get_client(account: Customer) -> int:
    """Return the client that has idempotency keys of its own: the account, with any token."""
    return account.id


@orders.post("", idempotent=Idempotency(client=get_client))
@raises(UnknownBook, OutOfStock)
def place_order(
    account: Customer,
    session: Writing,
    order: NewOrder,
    tasks: BackgroundTasks,
    x_channel: Annotated[Channel, Header(description="Where the order was taken.")] = Channel.WEB,
) -> Located[Order]:
    """Place an order, and mail a confirmation.

    If one book is out of stock, the order is not placed at all. If there was no response, send the
    order again with the same idempotency key: it is placed once.
    """
    row = save_order(account, session, order, tasks, x_channel)
    location = url_for(".read_order", order_id=row.id)
    return Created(cast(Order, row), headers={"Location": location})


@orders.get("/<uuid:order_id>")
def read_order(order: FoundOrder) -> Order:
    """Read one order."""
    return cast(Order, order)


@orders.get("/<uuid:order_id>/events")
def watch_order(order: FoundOrder, session: Reading) -> EventStream[OrderState]:
    """Follow an order until it is shipped or cancelled.

    The stream ends after a minute; browsers connect again. It holds no connection to the database
    while it waits.
    """
    for status in follow(order, session):
        yield Event(OrderState(status), event=status.value)


@orders.get("/<uuid:order_id>/receipt")
def read_receipt(order: FoundOrder) -> Annotated[str, MediaType("text/html")]:
    """Read an order as a page to print."""
    return render_template("receipt.html", order=order)


@orders.post("/<uuid:order_id>/cancel")
@raises(OrderNotOpen)
def cancel_order(session: Writing, order: LockedOrder) -> Order:
    """Cancel an order that was not shipped, and put its books back into stock."""
    return cast(Order, cancel(order, session))


def cancel(order: models.Order, session: Session) -> models.Order:
    """Cancel an order, and put its books back into stock.

    :raises OrderNotOpen: It was shipped or cancelled already.
    """
    if order.status is not OrderStatus.PLACED:
        raise OrderNotOpen(order_id=order.id, order_status=order.status)
    order.status = OrderStatus.CANCELLED
    put_back(session, order.lines)
    return order


def follow(order: models.Order, session: Session) -> Iterator[OrderStatus]:
    """Yield the status of an order, and each new one, until it is final or the time is over."""
    deadline = time.monotonic() + current_app.config["WATCH_SECONDS"]
    known = None
    while True:
        if order.status is not known:
            known = order.status
            yield known
        session.rollback()
        if known is not OrderStatus.PLACED or time.monotonic() >= deadline:
            return
        time.sleep(LOOK_AGAIN)
        session.refresh(order)


def load_order(
    session: Session, order_id: OrderId, account: models.Account, *, lock: bool = False
) -> models.Order:
    """Return an order that an account may see: staff see all, customers their own.

    :param lock: Lock the row until the transaction ends.
    :raises OrderNotFound: No order has this id, or it is none of theirs.
    """
    row = session.get(models.Order, order_id, with_for_update=lock)
    if row is None or not (account.is_staff or row.account_id == account.id):
        raise OrderNotFound(order_id=order_id)
    return row


def save_order(
    account: models.Account,
    session: Session,
    order: NewOrder,
    tasks: BackgroundTasks,
    channel: Channel,
) -> models.Order:
    """Take the books of an order from the stock, store it, and arrange its confirmation.

    :raises UnknownBook: A book does not exist.
    :raises OutOfStock: There are too few copies of one.
    """
    prices = take_from_stock(session, order.lines)
    row = make_order(order, channel, prices)
    row.account_id = account.id
    session.add(row)
    session.flush()
    arrange_confirmation(row, session, tasks)
    return row


def make_order(order: NewOrder, channel: Channel, prices: dict[int, Decimal]) -> models.Order:
    """Return a new order with the prices of today."""
    return models.Order(
        customer=order.customer,
        email=order.email,
        priority=order.priority,
        channel=channel,
        notes=order.notes,
        lines=[
            models.OrderLine(
                position=position,
                book_id=line.book_id,
                quantity=line.quantity,
                unit_price=prices[line.book_id],
            )
            for position, line in enumerate(order.lines)
        ],
    )


def take_from_stock(session: Session, lines: list[NewOrderLine]) -> dict[int, Decimal]:
    """Take the copies for the lines from the stock, and return the price of each book.

    All orders take books by ascending id, so that two of them cannot deadlock.
    """
    needed = count_books(lines)
    return {book_id: take_book(session, book_id, needed[book_id]) for book_id in sorted(needed)}


def take_book(session: Session, book_id: int, quantity: int) -> Decimal:
    """Take copies of a book, in one statement that cannot take more than the stock.

    :raises UnknownBook: No book has this id.
    :raises OutOfStock: There are too few copies.
    """
    price = session.scalar(
        sa.update(models.Book)
        .where(models.Book.id == book_id, models.Book.stock >= quantity)
        .values(stock=models.Book.stock - quantity, version=models.Book.version + 1)
        .returning(models.Book.price)
        .execution_options(synchronize_session=False)
    )
    if price is not None:
        return price
    available = session.scalar(sa.select(models.Book.stock).where(models.Book.id == book_id))
    if available is None:
        raise UnknownBook(book_id=book_id)
    raise OutOfStock(book_id=book_id, requested=quantity, available=available)


def put_back(session: Session, lines: list[models.OrderLine]) -> None:
    """Put the copies of the lines back into stock, also in the order of ids."""
    for book_id, quantity in sorted(count_books(lines).items()):
        session.execute(
            sa.update(models.Book)
            .where(models.Book.id == book_id)
            .values(stock=models.Book.stock + quantity, version=models.Book.version + 1)
            .execution_options(synchronize_session=False)
        )


def count_books(lines: list[NewOrderLine] | list[models.OrderLine]) -> Counter[int]:
    """Return the number of copies of each book; several lines may have the same book."""
    needed: Counter[int] = Counter()
    for line in lines:
        needed[line.book_id] += line.quantity
    return needed
