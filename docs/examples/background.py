from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from flask import Flask, current_app
from flask_typed import BackgroundTasks, Created, Depends, Typed

app = Flask(__name__)
app.logger.setLevel("INFO")
typed = Typed(app)


@dataclass
class NewOrder:
    email: str
    title: str


@dataclass
class Order(NewOrder):
    id: int


class Mailer:
    def send(self, to: str, subject: str) -> None:
        current_app.logger.info("To %s: %s", to, subject)


def open_mailer() -> Iterator[Mailer]:
    """Connect to the mail server, and disconnect after the task."""
    yield Mailer()


Mail = Annotated[Mailer, Depends(open_mailer)]


def confirm(order: Order, mailer: Mail) -> None:
    """Mail a confirmation."""
    mailer.send(order.email, f"Your order {order.id}: {order.title}")


@typed.post("/orders")
def place_order(new: NewOrder, tasks: BackgroundTasks) -> Created[Order]:
    """Place an order, and mail a confirmation."""
    order = Order(new.email, new.title, id=7)
    tasks.add(confirm, order)
    return Created(order)
