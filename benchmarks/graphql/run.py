"""The GraphQL endpoint of flask_typed compared with Strawberry's own on FastAPI.

Both serve the same schema, keep parsed and validated documents (Strawberry by two of its
extensions), and are called in one process without a server. Rounds are interleaved, and each figure
is the median of the CPU times of its rounds::

    pip install ".[graphql]" fastapi
    python benchmarks/graphql/run.py

It prints a table: requests per second of each, and the ratio.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import strawberry
from fastapi import FastAPI
from flask import Flask
from flask_typed import Depends, Typed
from flask_typed.graphql import DataLoader
from strawberry.dataloader import DataLoader as StrawberryLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))

from calling import Caller, make_asgi_caller, make_wsgi_caller
from works import Work

COUNT = 100


@dataclass
class Author:
    """An author."""

    id: int
    name: str


@dataclass
class Book:
    """A book."""

    id: int
    title: str
    pages: int
    author_id: int


@dataclass
class NewBook:
    """A book to add."""

    title: str
    pages: int


AUTHORS = {number: Author(number, f"Author {number}") for number in range(10)}
BOOKS = [Book(n, f"Book {n}", 100 + n, n % 10) for n in range(COUNT)]


class Store:
    """The store that resolvers depend on."""

    def find(self, book_id: int) -> Book:
        """Return a book."""
        return BOOKS[book_id]


def get_store() -> Store:
    """Return the store."""
    return Store()


def load_authors(keys: list[int]) -> list[Author]:
    """Return authors by their ids."""
    return [AUTHORS[key] for key in keys]


def make_loader() -> DataLoader[int, Author]:
    """Return the loader of a request."""
    return DataLoader(load_authors)


async def author(
    book: Book, loader: Annotated[DataLoader[int, Author], Depends(make_loader)]
) -> Author:
    """The author of a book."""
    return await loader.load(book.author_id)


class Query:
    """The queries of flask_typed."""

    def book(self, book_id: int, store: Annotated[Store, Depends(get_store)]) -> Book:
        return store.find(book_id)

    def books(self) -> list[Book]:
        return BOOKS


class Mutation:
    """The mutations of flask_typed."""

    def add_book(self, book: NewBook) -> Book:
        return Book(1, book.title, book.pages, 1)


flask_app = Flask("benchmark")
flask_app.config.update(TYPED_CHECK_RESPONSES="ignore")
Typed(flask_app).graphql("/graphql", Query, Mutation, resolvers={Book: [author]})


@strawberry.type(name="Author")
class AuthorType:
    """An author for Strawberry."""

    id: int
    name: str


async def load_author_types(keys: list[int]) -> list[AuthorType]:
    """Return authors by their ids."""
    return [AuthorType(id=key, name=AUTHORS[key].name) for key in keys]


@strawberry.type(name="Book")
class BookType:
    """A book for Strawberry."""

    id: int
    title: str
    pages: int
    author_id: int

    @strawberry.field
    async def author(self, info: strawberry.Info) -> AuthorType:
        found: AuthorType = await info.context["loader"].load(self.author_id)
        return found


@strawberry.input(name="NewBookInput")
class NewBookType:
    """A book to add, for Strawberry."""

    title: str
    pages: int


BOOK_TYPES = [BookType(id=b.id, title=b.title, pages=b.pages, author_id=b.author_id) for b in BOOKS]


@strawberry.type(name="Query")
class StrawberryQuery:
    """The queries of Strawberry."""

    @strawberry.field
    def book(self, book_id: int, info: strawberry.Info) -> BookType:
        info.context["store"].find(book_id)
        return BOOK_TYPES[book_id]

    @strawberry.field
    def books(self) -> list[BookType]:
        return BOOK_TYPES


@strawberry.type(name="Mutation")
class StrawberryMutation:
    """The mutations of Strawberry."""

    @strawberry.mutation
    def add_book(self, book: NewBookType) -> BookType:
        return BookType(id=1, title=book.title, pages=book.pages, author_id=1)


def get_context() -> dict[str, Any]:
    """Return the context of a request: FastAPI's way to inject."""
    return {"store": get_store(), "loader": StrawberryLoader(load_author_types)}


fast_app = FastAPI()
fast_app.include_router(
    GraphQLRouter(
        strawberry.Schema(
            StrawberryQuery, StrawberryMutation, extensions=[ParserCache, ValidationCache]
        ),
        context_getter=get_context,
    ),
    prefix="/graphql",
)

FIELDS = "id title pages authorId"
ADDED = {"book": {"title": "A", "pages": 1}}
QUERIES: dict[str, dict[str, Any]] = {
    "one object": {
        "query": f"query($id: Int!) {{ book(bookId: $id) {{ {FIELDS} }} }}",
        "variables": {"id": 3},
    },
    f"a list of {COUNT}": {"query": f"{{ books {{ {FIELDS} }} }}"},
    f"a list of {COUNT}, each with a loader": {"query": "{ books { id author { name } } }"},
    "a mutation": {
        "query": f"mutation($b: NewBookInput!) {{ addBook(book: $b) {{ {FIELDS} }} }}",
        "variables": {"b": ADDED["book"]},
    },
}


def measure(call: Caller, work: Work, count: int) -> float:
    """Return the CPU seconds of so many requests."""
    gc.collect()
    begin = time.process_time()
    call(work, count)
    return time.process_time() - begin


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="of each round")
    options = parser.parse_args()
    callers = {"flask_typed": make_wsgi_caller(flask_app), "FastAPI": make_asgi_caller(fast_app)}
    print(f"{'':40} {'flask_typed':>12} {'FastAPI':>12} {'ratio':>8}")
    for name, sent in QUERIES.items():
        work = make_work(sent)
        answers = [json.loads(call(work, 1)[1]) for call in callers.values()]
        if answers[0] != answers[1] or "errors" in answers[0]:
            raise SystemExit(f"{name}: the answers differ: {str(answers)[:500]}")
        count = max(1, round(options.seconds / measure(callers["FastAPI"], work, 20) * 20))
        times: dict[str, list[float]] = {one: [] for one in callers}
        for _ in range(options.rounds):
            for one, call in callers.items():
                times[one].append(measure(call, work, count))
        ours, theirs = (count / statistics.median(times[one]) for one in callers)
        print(f"{name:40} {ours:12.0f} {theirs:12.0f} {ours / theirs:8.2f}")


def make_work(sent: dict[str, Any]) -> Work:
    """Return the request of an operation."""
    return Work("graphql", "", "POST", "/graphql", "", json.dumps(sent).encode(), None, 1)


if __name__ == "__main__":
    main()
