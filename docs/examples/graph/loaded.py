from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Depends, HTTPBearer, NotAuthenticated, Page, Paging, Security, Typed
from flask_typed.graphql import DataLoader


@dataclass
class Author:
    id: int
    name: str


@dataclass
class Book:
    id: int
    title: str
    author_id: int


class Session:
    """Stands for the session of a database, which counts the statements."""

    statements = 0

    def list_books(self) -> list[Book]:
        self.statements += 1
        return [Book(1, "Emma", 1), Book(2, "Persuasion", 1), Book(3, "Middlemarch", 2)]

    def find_authors(self, ids: list[int]) -> list[Author]:
        self.statements += 1
        names = {1: "Jane Austen", 2: "George Eliot"}
        return [Author(author_id, names[author_id]) for author_id in ids]


def open_session() -> Iterator[Session]:
    session = Session()
    yield session
    print(session.statements, "statements")


SessionDep = Annotated[Session, Depends(open_session)]


def make_loader(session: SessionDep) -> DataLoader[int, Author]:
    return DataLoader(session.find_authors)


AuthorLoader = Annotated[DataLoader[int, Author], Depends(make_loader)]


async def author(book: Book, authors: AuthorLoader) -> Author:
    """Load the author."""
    return await authors.load(book.author_id)


def find_user(token: Annotated[str, Depends(HTTPBearer())]) -> str:
    if token != "a secret token":
        raise NotAuthenticated
    return "Ada"


class Query:
    def books(self, session: SessionDep, paging: Paging) -> Page[Book]:
        """List the books."""
        return paging.page(session.list_books())

    def me(self, user: Annotated[str, Security(find_user)]) -> str:
        """Read the name of the reader."""
        return user


app = Flask(__name__)
typed = Typed(app)
typed.graphql("/graphql", Query, resolvers={Book: [author]})
