"""A flask_typed view that queries PostgreSQL with psycopg 3."""

from __future__ import annotations

import os
from dataclasses import dataclass

from flask import Flask
from flask_typed import Typed
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool


@dataclass
class Book:
    """A row."""

    id: int
    title: str
    price: float


def make_app() -> Flask:
    """Return the app."""
    app = Flask("sql")
    typed = Typed(app)
    url = os.environ["DATABASE_URL"]
    pool = ConnectionPool(url, kwargs=DIRECT, min_size=10, max_size=10, open=True)

    @typed.get("/books")
    def list_books(shelf: int) -> list[Book]:
        with (
            pool.connection() as connection,
            connection.cursor(row_factory=class_row(Book)) as rows,
        ):
            return rows.execute(QUERY, [shelf]).fetchall()

    return app


#: One statement is a transaction of its own.
DIRECT = {"autocommit": True}
QUERY = "SELECT id, title, price FROM books WHERE shelf = %s ORDER BY id"
