import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from annotated_types import Ge
from feed import Feed
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_typed import Created, Depends, Event, EventStream, Header, Problem, Typed, raises
from marshmallow.validate import Regexp
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app)  # the address of the client, which nginx sends
limiter = Limiter(
    get_remote_address,
    app=app,
    storage_uri=os.environ["REDIS_URL"],
    in_memory_fallback_enabled=True,
    headers_enabled=True,
)
typed = Typed(app)


@dataclass
class NewOrder:
    title: str
    copies: Annotated[int, Ge(1)] = 1


@dataclass
class Order(NewOrder):
    id: int = 0


class OrderNotFound(Problem):
    """No order has this id."""

    status = 404


def open_database() -> Iterator[sa.Engine]:
    """Open the pool of this worker."""
    engine = sa.create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    yield engine
    engine.dispose()


def open_feed() -> Iterator[Feed]:
    """Open the connection to Redis of this worker."""
    retry = Retry(ConstantBackoff(0.5), 20)  # Redis may restart
    redis = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=5, retry=retry)
    feed = Feed(redis, "orders")
    yield feed
    feed.close()


Database = Annotated[sa.Engine, Depends(open_database, scope="app")]
LastEventId = Annotated[str | None, Header(), Regexp("[0-9]+-[0-9]+$")]
Orders = Annotated[Feed, Depends(open_feed, scope="app")]

INSERT = sa.text(
    "INSERT INTO orders (key, title, copies) VALUES (:key, :title, :copies)"
    " ON CONFLICT (key) DO NOTHING"
)
BY_KEY = sa.text("SELECT id, title, copies FROM orders WHERE key = :key")
BY_ID = sa.text("SELECT id, title, copies FROM orders WHERE id = :id")


@typed.post("/orders")
def place_order(
    new: NewOrder, idempotency_key: Annotated[UUID, Header()], database: Database, orders: Orders
) -> Created[Order]:
    """Place an order, once for each key."""
    values = {"key": idempotency_key, "title": new.title, "copies": new.copies}
    with database.begin() as connection:
        connection.execute(INSERT, values)
        row = connection.execute(BY_KEY, values).one()
    order = Order(**row._mapping)
    orders.publish(typed.dump_json(order, Order))  # after the commit
    return Created(order)


@typed.get("/orders/<int:order_id>")
@raises(OrderNotFound)
def read_order(order_id: int, database: Database) -> Order:
    """Read an order."""
    with database.connect() as connection:
        row = connection.execute(BY_ID, {"id": order_id}).one_or_none()
    if row is None:
        raise OrderNotFound()
    return Order(**row._mapping)


@typed.get("/orders/events")
def watch_orders(orders: Orders, last_event_id: LastEventId = None) -> EventStream[Order]:
    """Watch the orders of all hosts."""
    after = last_event_id or orders.last
    yield Event(id=after, retry=1000)  # a client knows where to continue before the first order
    for number, data in orders.listen(after):
        yield Event(typed.load(Order, data), event="order", id=number)


@typed.get("/titles")
@raises(TooManyRequests)
@limiter.limit("10 per minute")
def search_titles(text: str) -> list[str]:
    """Search the titles."""
    return [title for title in ("Emma", "Persuasion") if text in title]
