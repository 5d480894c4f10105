from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from flask import Flask
from flask.views import MethodView
from flask_typed import Depends, Typed

T = TypeVar("T")


class Repository(Generic[T]):
    rows: list[T]

    def __init__(self, after: T | None = None) -> None:
        self.after = after
        self.rows = []


class Crud(MethodView, Generic[T]):
    def post(self, item: T) -> list[T]:
        """Add an item."""
        return [item]


@dataclass
class Bed:
    ward: int


class Beds(Crud[Bed]):
    """The beds."""


app = Flask(__name__)
typed = Typed(app)
typed.route("/beds")(Beds)


@typed.get("/after")
def read_after(repository: Annotated[Repository[int], Depends()]) -> int | None:
    """Return the parsed parameter."""
    return repository.after
