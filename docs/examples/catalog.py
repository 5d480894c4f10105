from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Query, Typed
from flask_typed.pydantic import PYDANTIC
from pydantic import AfterValidator, BaseModel, Field, HttpUrl


class Filters(BaseModel):
    limit: int = Field(20, ge=1, le=100, description="How many titles.")
    genres: list[str] = Field([], alias="genre")


class Title(BaseModel):
    name: str
    cover: HttpUrl | None = None


@dataclass
class TitleRow:
    name: str
    genre: str
    purchase_price: int


@dataclass
class Order:
    name: Annotated[str, AfterValidator(str.title)]
    copies: Annotated[int, Field(gt=0)] = 1


ROWS = [TitleRow("Emma", "novel", 8), TitleRow("Walden", "essay", 5)]

app = Flask(__name__)
typed = Typed(app, types=PYDANTIC)


@typed.get("/titles")
def list_titles(filters: Annotated[Filters, Query()]) -> list[Title]:
    """List the titles of some genres."""
    return [row for row in ROWS if row.genre in filters.genres][: filters.limit]


@typed.post("/orders")
def order_title(order: Order) -> Order:
    """Order copies of a title."""
    return order
