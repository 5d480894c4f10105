import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from celery import Celery, current_task
from celery.signals import worker_process_init
from flask import Flask
from flask_typed import PROVIDED, Created, Depends, Typed
from flask_typed.celery import TaskMessage, TypedCelery
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
app.logger.setLevel("INFO")
typed = Typed(app)
celery = Celery("outbox", broker=os.environ.get("BROKER_URL", "memory://"))
celery.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": int(os.environ.get("VISIBILITY", "3600"))},
)
tasks = TypedCelery(celery, typed)
engine = sa.create_engine(os.environ.get("DATABASE_URL", "sqlite:///:memory:"))


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: sa.JSON}


class OrderRow(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


class Waiting(Base):
    """A task that was not sent yet: the outbox."""

    __tablename__ = "waiting"

    id: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    arguments: Mapped[dict[str, Any]]


class Handled(Base):
    """A task that has run."""

    __tablename__ = "handled"

    id: Mapped[str] = mapped_column(primary_key=True)


Base.metadata.create_all(engine)


@worker_process_init.connect
def forget_connections(**options: Any) -> None:
    """In a process that the worker has forked, forget the connections of its parent."""
    engine.dispose(close=False)


def begin() -> Iterator[Session]:
    with Session(engine) as session, session.begin():
        yield session


Work = Annotated[Session, Depends(begin)]


def begin_once(session: Work) -> Iterator[Session | None]:
    """Begin the work of a task, or provide ``None`` if it was done before."""
    task_id = current_task.request.id
    if session.get(Handled, task_id) is None:
        session.add(Handled(id=task_id))
        session.flush()  # another worker with the same task waits here
        yield session
    else:
        yield None


WorkOnce = Annotated[Session | None, Depends(begin_once)]


@dataclass
class NewOrder:
    email: str


@dataclass
class Order(NewOrder):
    id: int


@tasks.task
def mail_order(order_id: int, work: WorkOnce = PROVIDED) -> None:
    """Mail the confirmation of an order."""
    if work is not None:
        order = work.get_one(OrderRow, order_id)
        send_mail(order.email, f"Your order {order.id}")


def send_mail(address: str, subject: str) -> None:
    time.sleep(float(os.environ.get("MAIL_SECONDS", "0")))
    app.logger.info("Mail to %s: %s", address, subject)


@typed.post("/orders")
def place_order(new: NewOrder, session: Work) -> Created[Order]:
    """Place an order. The order and its mail are committed together."""
    row = OrderRow(email=new.email)
    session.add(row)
    session.flush()
    message = mail_order.prepare(row.id)
    session.add(Waiting(id=message.id, task=message.task, arguments=dict(message.arguments)))
    return Created(Order(row.email, row.id))


def relay(session: Work) -> int:
    """Send the tasks that wait; return their number."""
    query = sa.select(Waiting).limit(100).with_for_update(skip_locked=True)
    rows = session.scalars(query).all()
    for row in rows:
        tasks.send(TaskMessage(row.id, row.task, row.arguments))
        session.delete(row)
    return len(rows)


@app.cli.command("relay")
def run_relay() -> None:
    """Send tasks for ever: one process does this."""
    while True:
        if not typed.call(relay):
            time.sleep(0.2)
