"""A FastAPI view that queries PostgreSQL with asyncpg."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI
from sql_fastapi import Book


def make_app() -> FastAPI:
    """Return the app."""
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ["DATABASE_URL"], min_size=10, max_size=10
        ) as pool:
            pools.append(pool)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/books")
    async def list_books(shelf: int) -> list[Book]:
        rows = await pools[0].fetch(QUERY, shelf)
        return [Book(**row) for row in rows]

    return app


QUERY = "SELECT id, title, price FROM books WHERE shelf = $1 ORDER BY id"
