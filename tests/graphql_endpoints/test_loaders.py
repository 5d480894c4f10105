"""Data loaders: keys that many resolvers ask for are loaded together."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from flask_typed import Depends
from flask_typed.graphql import DataLoader

from .conftest import Serve

notes: list[Any] = []


@pytest.fixture(autouse=True)
def _forget() -> None:
    notes.clear()


@dataclass
class Author:
    """An author."""

    id: int


@dataclass
class Book:
    """A book."""

    id: int
    author: int


def load_authors(keys: list[int]) -> list[Author | LookupError]:
    """Note the keys."""
    notes.append(keys)
    return [Author(key) if key < 9 else LookupError() for key in keys]


async def load_later(keys: list[int]) -> list[Author | LookupError]:
    """Likewise, on the loop."""
    await asyncio.sleep(0)
    return load_authors(keys)


Loader = DataLoader[int, Author]
Sync = Annotated[Loader, Depends(lambda: DataLoader(load_authors))]
Async = Annotated[Loader, Depends(lambda: DataLoader(load_later))]


async def author(book: Book, loader: Sync) -> Author | None:
    """Load the author."""
    return await loader.load(book.author)


def writer(book: Book, loader: Sync) -> Author:
    """Load the author in a function that does not wait."""
    return loader.load(book.author)  # type: ignore[return-value]


async def late(book: Book, loader: Async, another: Sync) -> list[Author]:
    """Load with both."""
    return [await loader.load(book.author), await another.load(book.author)]


class Queries:
    def books(self, of: int = 2) -> list[Book]:
        return [Book(number, number % of) for number in range(4)]

    async def later(self) -> list[Book]:
        return [Book(0, 5), Book(1, 9)]


FIELDS = {Book: [author, writer, late]}


def test_one_batch(serve: Serve) -> None:
    """Each key is loaded once, also for functions that do not wait."""
    send = serve(Queries, resolvers=FIELDS)
    found = send("{ books { id author { id } writer { id } } }")["data"]["books"]
    assert found == [
        {"id": number, "author": {"id": number % 2}, "writer": {"id": number % 2}}
        for number in range(4)
    ]
    assert notes == [[0, 1]]


def test_on_the_loop(serve: Serve) -> None:
    """An error is one of its key, and the functions of the request run with it."""
    send = serve(Queries, resolvers=FIELDS)
    found = send("{ later { id author { id } } books { late { id } } }")
    assert found["data"] == {
        "later": [{"id": 0, "author": {"id": 5}}, {"id": 1, "author": None}],
        "books": [{"late": [{"id": number % 2}] * 2} for number in range(4)],
    }
    assert [error["path"] for error in found["errors"]] == [["later", 1, "author"]]
    assert sorted(key for keys in notes for key in keys) == [0, 0, 1, 1, 5, 9]


def test_a_field_in_place_of_an_attribute(serve: Serve) -> None:
    """The function wins: the model has the id, and GraphQL the author."""
    send = serve(Queries, resolvers=FIELDS)
    query = '{ __type(name: "Book") { fields { name } } }'
    names = [field["name"] for field in send(query)["data"]["__type"]["fields"]]
    assert names == ["id", "author", "writer", "late"]


def test_without_a_request() -> None:
    """A loader works in any coroutine."""

    async def use() -> Author:
        return await DataLoader(load_authors).load(3)

    assert asyncio.run(use()) == Author(3)
