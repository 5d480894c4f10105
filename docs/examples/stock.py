from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask_typed import Depends, Problem, Typed, raises

app = Flask(__name__)
typed = Typed(app)

SHELF = {"Emma": 2, "Persuasion": 0}


@dataclass
class Transaction:
    """Changes that are all made, or none."""

    taken: dict[str, int] = field(default_factory=dict)


class SoldOut(Problem):
    """Too few copies are left."""

    status = 409
    title_wanted: str


def get_transaction() -> Iterator[Transaction]:
    transaction = Transaction()
    app.logger.info("begin")
    try:
        yield transaction
    except BaseException:
        app.logger.info("roll back")
        raise
    SHELF.update({name: SHELF[name] - count for name, count in transaction.taken.items()})
    app.logger.info("commit")


@dataclass
class Shelf:
    """A class may be a provider: its arguments are declared like those of a view."""

    transaction: Annotated[Transaction, Depends(get_transaction)]
    most: Annotated[int, Ge(1)] = 10

    @raises(SoldOut)
    def take(self, name: str, count: int) -> None:
        if min(SHELF[name], self.most) < count:
            raise SoldOut(title_wanted=name)
        self.transaction.taken[name] = count


@dataclass
class Order:
    title: str
    count: Annotated[int, Ge(1)] = 1


@typed.post("/orders")
@raises(SoldOut)
def order(order: Order, shelf: Annotated[Shelf, Depends()]) -> int:
    """Order copies of a book, and learn how many there were."""
    shelf.take(order.title, order.count)
    return SHELF[order.title]


@typed.get("/stock")
def stock() -> dict[str, int]:
    """Look at the shelf."""
    return SHELF
