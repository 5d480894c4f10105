"""A FastAPI view that queries PostgreSQL with the async API of psycopg 3."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel


class Book(BaseModel):
    """A row."""

    id: int
    title: str
    price: float


def make_app() -> FastAPI:
    """Return the app."""
    url = os.environ["DATABASE_URL"]
    pool = AsyncConnectionPool(url, kwargs=DIRECT, min_size=10, max_size=10, open=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/books")
    async def list_books(shelf: int) -> list[Book]:
        async with (
            pool.connection() as connection,
            connection.cursor(row_factory=class_row(Book)) as rows,
        ):
            await rows.execute(QUERY, [shelf])
            return await rows.fetchall()

    return app


#: One statement is a transaction of its own.
DIRECT = {"autocommit": True}
QUERY = "SELECT id, title, price FROM books WHERE shelf = %s ORDER BY id"
