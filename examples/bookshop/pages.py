"""The plain Flask part of the shop, which does not use the typed blueprints."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from .database import open_session
from .models import Author, Book, Genre

pages = Blueprint("pages", __name__)
legacy = Blueprint("legacy", __name__, url_prefix="/legacy")

GENRES = {genre.value: genre for genre in Genre}


@pages.get("/")
def home() -> ResponseReturnValue:
    """The page with the search form."""
    text = request.args.get("text", "").replace("\0", "").strip()[:100]
    genre = GENRES.get(request.args.get("genre", ""))
    page = render_template(
        "home.html", books=search(text, genre), text=text, genre=genre, genres=list(Genre)
    )
    response = make_response(page)
    if genre is not None:
        response.set_cookie("genre", genre.value, max_age=30 * 24 * 3600, samesite="Lax")
    return response


@pages.get("/health")
def health() -> dict[str, str]:
    """Check that the database responds."""
    with open_session() as session:
        session.execute(sa.select(1))
    return {"status": "ok"}


@legacy.get("/catalogue")
def catalogue() -> list[dict[str, Any]]:
    """All titles, in the format of the shop's till."""
    with open_session() as session:
        rows = session.scalars(sa.select(Book).order_by(Book.isbn).limit(1000)).all()
    return [make_entry(book) for book in rows]


@legacy.get("/stock/<isbn>")
def stock(isbn: str) -> dict[str, Any]:
    """One book, by its ISBN."""
    if not (isbn.isascii() and isbn.isdigit()):
        abort(404)
    with open_session() as session:
        book = session.scalar(sa.select(Book).where(Book.isbn == isbn))
    if book is None:
        abort(404)
    return make_entry(book)


def make_entry(book: Book) -> dict[str, Any]:
    """Return a book in the format of the till."""
    return {"isbn": book.isbn, "title": book.title, "price": book.price, "stock": book.stock}


def search(text: str, genre: Genre | None) -> list[Book]:
    """Find the books for the page."""
    query = sa.select(Book).join(Book.author).order_by(Book.title).limit(50)
    if text:
        query = query.where(
            Book.title.icontains(text, autoescape=True)
            | Author.name.icontains(text, autoescape=True)
        )
    if genre is not None:
        query = query.where(Book.genre == genre)
    with open_session() as session:
        return list(session.scalars(query))
