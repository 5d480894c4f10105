from dataclasses import dataclass

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Author:
    name: str
    born: int | None = None


@dataclass
class Book:
    title: str
    author: Author
    pages: int = 100


@typed.get("/book")
def read_book() -> Book:
    """All fields."""
    return Book("Emma", Author("Jane"))


@typed.get("/without-none", exclude_none=True)
def read_without_none() -> Book:
    """Only fields that are not None."""
    return Book("Emma", Author("Jane"))


@typed.get("/without-defaults", exclude_defaults=True)
def read_without_defaults() -> Book:
    """Only fields that differ from their defaults."""
    return Book("Emma", Author("Jane"))
