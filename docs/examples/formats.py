from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Len
from flask import Flask
from flask_typed import Created, MediaType, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: Annotated[str, Len(1, 200)]
    price: Annotated[Decimal, Ge(0)]
    pages: int | None = None


Formats = MediaType("application/json", "application/msgpack", "text/csv")
books = [Book("Emma", Decimal("7.90"), 474), Book("Lady Susan", Decimal("3.50"))]


@typed.get("/books")
def list_books() -> Annotated[list[Book], Formats]:
    """List the books in the format that the client prefers."""
    return books


@typed.post("/books")
def add_books(new: Annotated[list[Book], Formats]) -> Created[Annotated[list[Book], Formats]]:
    """Add books from any of the formats."""
    books.extend(new)
    return Created(new)
