from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask_typed import Body, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: str
    author: str


@dataclass
class Loan:
    book: Book
    due: date


@typed.post("/titles")
def read_title(book: Book) -> str:
    """Take one argument: it is the whole body."""
    return book.title


@typed.post("/loans")
def lend(book: Book, days: Annotated[int, Body(), Ge(1)], since: Annotated[date, Body()]) -> Loan:
    """Take several: each is a key of one object."""
    return Loan(book, since + timedelta(days=days))


@typed.put("/motto")
def set_motto(text: Annotated[str, Body(embed=True)]) -> str:
    """Take one, as a key of an object."""
    return text
