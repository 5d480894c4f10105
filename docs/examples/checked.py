from dataclasses import dataclass
from typing import Annotated

from flask import Flask, jsonify
from flask_typed import Reply, Returns, Typed

app = Flask(__name__)
app.config["TYPED_CHECK_RESPONSES"] = "error"
typed = Typed(app)


@dataclass
class Book:
    id: int
    title: str


OnShelf = Annotated[Reply[Book], Returns(headers={"X-Shelf": int})]


@typed.get("/books/<int:book_id>")
def read_book(book_id: int) -> OnShelf:
    """Read a book, from the response of an older program."""
    return jsonify(id=str(book_id))  # type: ignore[return-value]
