from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Form, Json, Typed
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
typed = Typed(app)


@dataclass
class NewBook:
    title: str
    authors: list[str]


@typed.post("/books")
def add_book(book: Annotated[Json[NewBook], Form()], cover: FileStorage) -> str:
    """Add a book with its cover, in one request."""
    return f"{book.title} by {', '.join(book.authors)}, {cover.filename}"
