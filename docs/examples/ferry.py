from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le
from flask import Flask
from flask_typed import Body, Created, Problem, Typed, raises


@dataclass
class Booking:
    seats: Annotated[int, Ge(1), Le(4)]
    name: Annotated[str, Body(example="Ada")]


@dataclass
class Ticket(Booking):
    number: int
    price: int


class FerryFull(Problem):
    """The ferry has not enough free seats."""

    status = 409
    free: int


app = Flask(__name__)
app.config["TYPED_TITLE"] = "Ferry"
ferry = Typed(app)


@ferry.post("/tickets")
@raises(FerryFull)
def book(booking: Booking) -> Created[Ticket]:
    """Book seats on the ferry."""
    raise NotImplementedError
