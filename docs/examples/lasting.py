from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from flask import Flask, current_app
from flask_typed import Depends, Typed

app = Flask(__name__)
app.config["DATABASE"] = "stock.db"
typed = Typed(app)


class Database:
    """A connection pool."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.copies = {"Emma": 2}


def open_database() -> Iterator[Database]:
    """Open the pool of this worker, and close it when the worker ends."""
    name = current_app.config["DATABASE"]
    print("opening", name)
    try:
        yield Database(name)
    finally:
        print("closing", name)


Shared = Annotated[Database, Depends(open_database, scope="app")]


async def open_client(database: Shared) -> AsyncIterator[str]:
    """Open a client that needs the pool: it is opened after the pool, and closed before it."""
    print("opening a client of", database.name)
    try:
        yield "client"
    finally:
        print("closing a client of", database.name)


@typed.get("/stock/<title>", dependencies=[Depends(open_client, scope="app")])
def count_copies(title: str, database: Shared) -> int:
    """Return how many copies are left."""
    return database.copies.get(title, 0)
