from dataclasses import dataclass
from typing import Annotated

from flask import Flask, Request
from flask_typed import Header, Typed
from werkzeug.datastructures import FileStorage

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Book:
    title: str
    year: int | None = None


@typed.put("/shelves/<int:shelf_id>")
def fill_shelf(
    accept_language: Annotated[str, Header()],  # 1. a marker: header
    request: Request,  # 2. the request itself
    shelf_id: int,  # 3. in the URL rule: path
    books: list[Book],  # 6. everything else: JSON body
    dry_run: bool = False,  # 5. can be written in a query string: query
) -> str:
    """Put books on a shelf."""
    verb = "would hold" if dry_run else "holds"
    return f"{request.path} {verb} {len(books)} books ({accept_language})."


@typed.put("/shelves/<int:shelf_id>/photo")
def photograph_shelf(shelf_id: int, photo: FileStorage) -> str:  # 4. a file
    """Keep a photo of a shelf."""
    return f"{photo.filename} has {len(photo.read())} bytes."
