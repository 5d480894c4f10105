from dataclasses import dataclass

import urllib3
from flask import Flask
from flask_typed import Problem, Typed, raises
from flask_typed.client import TypedClient
from shelf import BookNotFound, books, read_book

shelf = TypedClient.of(
    books,
    url="http://shelf.internal:8000",
    timeout=urllib3.Timeout(connect=0.5, read=2),
    retries=urllib3.Retry(2, allowed_methods=["GET"]),
)
app = Flask(__name__)
typed = Typed(app)


@dataclass
class Excerpt:
    title: str
    text: str


class NothingToRead(Problem):
    """There is no such book to read from."""

    status = 404


@typed.get("/excerpts/<int:book_id>")
@raises(NothingToRead)
def read_excerpt(book_id: int) -> Excerpt:
    """Read the beginning of a book."""
    try:
        book = shelf.call(read_book, book_id)
    except BookNotFound as error:
        raise NothingToRead from error
    return Excerpt(book.title, "…")
