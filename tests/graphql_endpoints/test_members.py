"""The schema of an endpoint: what makes its fields, and what cannot be one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

import pytest
import strawberry
from annotated_types import Ge
from flask import Flask
from flask_typed import (
    Body,
    Cursor,
    CursorPage,
    DeclarationError,
    Depends,
    Filters,
    Page,
    Paging,
    Sort,
    Typed,
    Where,
)
from flask_typed.graphql import field
from graphql import build_client_schema, get_introspection_query, print_schema

from .conftest import Serve


@dataclass
class Book:
    """A book."""

    id: int
    title: str


class Queries:
    def book(self) -> Book:
        return Book(1, "A")


def show(send: Any) -> str:
    """Return the schema in GraphQL's language."""
    return print_schema(build_client_schema(send(get_introspection_query())["data"]))


class Base:
    """The base of a plain class."""

    def first(self) -> int:
        return self._hidden()

    def _hidden(self) -> int:
        return 1


class Derived(Base):
    """Queries.

    More about them.
    """

    constant = 3

    def second(self, number: Annotated[int, Ge(2)] = 2) -> Annotated[int, Ge(0)]:
        """Double a number.

        :param number: The number.
        """
        return number * 2

    Book = Book

    @staticmethod
    def _third() -> None: ...


def test_a_plain_class(serve: Serve) -> None:
    """Its public methods are the fields, those of its bases too."""
    send = serve(Derived)
    assert send("{ first second }") == {"data": {"first": 1, "second": 4}}
    assert (
        show(send)
        == '''"""Queries."""
type Query {
  first: Int!

  """Double a number."""
  second(
    """The number."""
    number: Int! = 2
  ): Int!
}'''
    )
    found = send("{ second(number: 1) }")
    assert found["errors"][0]["message"] == "One value of the request cannot be accepted."
    assert found["errors"][0]["extensions"] == {
        "code": "BAD_USER_INPUT",
        "errors": [
            {
                "pointer": "/number",
                "code": "out_of_range",
                "detail": "Must be greater than or equal to 2.",
            }
        ],
    }


def test_paging(serve: Serve) -> None:
    """The parameters of a page are arguments of the field."""

    class Books:
        def books(self, paging: Paging, min_id: int = 0) -> Page[Book]:
            books = [Book(number, str(number)) for number in range(min_id, 5)]
            return paging.page(books)

    send = serve(Books)
    query = "{ books(limit: 2, offset: 1, minId: 1) { nodes { id } totalCount } }"
    assert send(query) == {"data": {"books": {"nodes": [{"id": 2}, {"id": 3}], "totalCount": 4}}}
    found = send("{ books(limit: 0) { totalCount } }")
    assert found["errors"][0]["extensions"]["errors"][0]["pointer"] == "/limit"


@dataclass
class BookFilters:
    """Filters."""

    id_max: Annotated[int | None, Where("id", "le")] = None


class Lists:
    def ordered(self, sort: Sort[Literal["title", "id"]] = Sort("-id")) -> str:
        return repr(sort)

    def filtered(self, filters: Filters[BookFilters]) -> int | None:
        return filters.values.id_max

    def cursor(self, cursor: Cursor) -> CursorPage[Book]:
        return cursor.page([Book(1, "A"), Book(2, "B")], key=lambda book: book.id)


def test_sorting_and_filters(app: Flask, serve: Serve) -> None:
    """So are those of an order, of filters and of cursors."""
    app.secret_key = "secret"
    send = serve(Lists)
    orders = 'a: ordered b: ordered(sort: ["title", "-id"])'
    query = f"{{ {orders} filtered c: filtered(filters: {{idMax: 3}}) }}"
    assert send(query) == {
        "data": {"a": "Sort('-id')", "b": "Sort('title', '-id')", "filtered": None, "c": 3}
    }
    selection = "nodes { id } pageInfo { endCursor }"
    query = f"query($at: String) {{ cursor(limit: 1, cursor: $at) {{ {selection} }} }}"
    first = send(query)["data"]["cursor"]
    second = send(query, at=first["pageInfo"]["endCursor"])["data"]["cursor"]
    assert [first["nodes"], second["nodes"]] == [[{"id": 1}], [{"id": 2}]]
    assert second["pageInfo"] == {"endCursor": None}


@dataclass
class NeededFilters:
    """Filters, one of which is required."""

    id_max: Annotated[int, Where("id", "le")]


PRESET = Filters(BookFilters(7))


class Filtered:
    def optional(self, filters: Filters[BookFilters]) -> int | None:
        return filters.values.id_max

    def needed(self, filters: Filters[NeededFilters]) -> int:
        return filters.values.id_max

    def preset(self, filters: Filters[BookFilters] = PRESET) -> int | None:
        return filters.values.id_max


def test_filters_that_are_left_out(serve: Serve) -> None:
    """An object of filters may be missing, unless it has a required one."""
    send = serve(Filtered)
    assert send("{ optional preset needed(filters: {idMax: 2}) }") == {
        "data": {"optional": None, "preset": 7, "needed": 2}
    }
    assert """
  optional(filters: BookFiltersInput): Int
  needed(filters: NeededFiltersInput!): Int!
  preset(filters: BookFiltersInput): Int
""" in show(send)


def test_names(serve: Serve) -> None:
    """Strawberry's configuration and ``strawberry.argument`` have the last word."""

    class Books:
        def by_id(self, book_id: Annotated[int, strawberry.argument(name="n")], at_all: int) -> int:
            return book_id + at_all

    config = strawberry.schema.config.StrawberryConfig(auto_camel_case=False)
    send = serve(Books, config=config)
    assert send("{ by_id(n: 1, at_all: 2) }") == {"data": {"by_id": 3}}


@strawberry.type
class Shelf:
    """A class of Strawberry with a model."""

    best: Book
    tags: set[str]

    @field
    def page(self) -> Page[Book]:
        return Page([self.best], 1)


def test_models_in_classes_of_strawberry(serve: Serve) -> None:
    """They are converted as the results of resolvers are."""

    class Shelves:
        def shelf(self) -> Shelf:
            return Shelf(best=Book(1, "A"), tags={"b", "a"})

    send = serve(Shelves)
    query = "{ shelf { best { title } tags page { totalCount } } }"
    assert send(query)["data"]["shelf"] == {
        "best": {"title": "A"},
        "tags": ["a", "b"],
        "page": {"totalCount": 1},
    }


def test_two_classes_of_one_name(serve: Serve) -> None:
    """They get names by their modules, as in the document."""

    def make() -> Any:
        @dataclass
        class Book:
            pages: int

        return Book

    other = make()
    other.__module__ = "other.shop"

    class Books:
        def one(self) -> Book:
            return Book(1, "A")

        def two(self) -> other:  # type: ignore[valid-type]
            return other(3)

    send = serve(Books)
    assert send("{ one { id } two { pages } }") == {"data": {"one": {"id": 1}, "two": {"pages": 3}}}


def make_app() -> Typed:
    return Typed(Flask("shop"))


class Untyped:
    def one(self): ...  # type: ignore[no-untyped-def]


class Unnamed:
    def one(self, x) -> int: ...  # type: ignore[no-untyped-def]


class InBody:
    def one(self, book: Annotated[Book, Body()]) -> int: ...


def read_book(book: Annotated[Book, Body()]) -> Book: ...


class ByProvider:
    def one(self, book: Annotated[Book, Depends(read_book)]) -> int: ...


class NoIterator:
    def one(self) -> int: ...


class Made:
    def __init__(self, x: int) -> None: ...

    def one(self) -> int: ...


class Unknown:
    def one(self) -> complex: ...


class Nothing:
    """Nothing."""


def without_arguments() -> int: ...


def title(book: Book) -> str: ...


class WithClassMethod:
    @classmethod
    def one(cls) -> int: ...


class WithStaticMethod:
    @staticmethod
    def one() -> int: ...


class WithProperty:
    @property
    def one(self) -> int: ...


class WithPartial:
    one = partial(without_arguments)


class SameFields:
    def one_book(self) -> int: ...

    def oneBook(self) -> int: ...  # noqa: N802  # the name in GraphQL


class SameArguments:
    def one(self, a_b: int, aB: int) -> int: ...  # noqa: N803  # the name in GraphQL


class NotAscii:
    def größe(self) -> int: ...  # noqa: PLC2401  # GraphQL rejects it


class Stream:
    async def one(self) -> AsyncIterator[int]:
        yield 1  # pragma: no cover  # it is refused


@pytest.mark.parametrize(
    ("classes", "options", "message"),
    [
        ((Untyped,), {}, r"no return annotation.*\n  in resolver Untyped\.one"),
        ((Unnamed,), {}, r"The argument has no annotation\.\n  in argument 'x', resolver Unnamed"),
        ((InBody,), {}, r"is a value of the body, but the body.*\n  in argument 'book', resolver"),
        ((ByProvider,), {}, r"value of the body.*\n  in argument 'book', dependency read_book"),
        ((Queries, None, NoIterator), {}, r"A subscription returns the iterator of its events\."),
        ((Made,), {}, r"Made cannot be made without arguments\.\n  in GraphQL Query"),
        ((Unknown,), {}, r"complex"),
        ((Nothing,), {}, r"Nothing has no public methods, so Query would have no fields\."),
        ((Queries(),), {}, r"is not a class\.\n  in GraphQL Query, GraphQL /graphql"),
        ((Queries,), {"resolvers": {Book: [without_arguments]}}, r"but takes no argument\."),
        ((Queries,), {"types": [list[int]]}, r"Strawberry rejects the schema"),
        ((WithClassMethod,), {}, r"WithClassMethod\.one is not a method, but a classmethod\."),
        ((WithStaticMethod,), {}, r"WithStaticMethod\.one is not a method, but a staticmethod\."),
        ((WithProperty,), {}, r"WithProperty\.one is not a method, but a property\."),
        ((WithPartial,), {}, r"WithPartial\.one is not a method, but a partial\."),
        ((SameFields,), {}, r"fields 'one_book' and 'oneBook' have the same name in GraphQL"),
        ((SameArguments,), {}, r"arguments 'a_b' and 'aB' have the same name in GraphQL: 'aB'\."),
        ((NotAscii,), {}, r"Strawberry rejects the schema: Names must only contain"),
        ((Stream,), {}, r"An async generator is a field of a subscription only\."),
        ((Queries,), {"resolvers": {Book: [partial(title)]}}, r"in resolvers= is not a function\."),
        ((Queries,), {"resolvers": {Book: [title, title]}}, r"fields 'title' and 'title' have"),
        (
            (Queries,),
            {"resolvers": {Nothing: [title]}},
            r"adds fields to .*Nothing.*, but no",
        ),
    ],
)
def test_what_cannot_be(classes: Any, options: Any, message: str) -> None:
    """It is refused when the endpoint is added."""
    with pytest.raises(DeclarationError, match=message):
        make_app().graphql("/graphql", *classes, **options)


def test_arguments_that_are_left_out(serve: Serve) -> None:
    """Strawberry's words for them work in our classes, too."""

    class Given:
        def unset(self, n: int | None = strawberry.UNSET) -> str:
            return repr(n)

        def maybe(self, n: strawberry.Maybe[int | None] = None) -> str:
            return repr(n)

    send = serve(Given)
    assert send("{ unset other: unset(n: 3) }") == {"data": {"unset": "UNSET", "other": "3"}}
    found = send("{ maybe null: maybe(n: null) other: maybe(n: 3) }")
    assert found == {"data": {"maybe": "None", "null": "Some(None)", "other": "Some(3)"}}


def test_several_apps() -> None:
    """One object serves them all, each with a schema of its own."""
    typed = Typed()
    typed.graphql("/graphql", Queries)
    for name in "ab":
        app = Flask(name)
        typed.init_app(app)
        response = app.test_client().post("/graphql", json={"query": "{ book { id } }"})
        assert response.get_json() == {"data": {"book": {"id": 1}}}


def test_options_of_the_route(typed: Typed, client: Any, document: Any) -> None:
    """They are those of other routes; the document does not have it by default."""
    typed.graphql("/graphql", Queries, endpoint="graph", max_body=20)
    response = client.post("/graphql", json={"query": "{ book { id title } }"})
    assert response.status_code == 413
    assert document()["paths"] == {}
    assert "graph" in typed.app.view_functions
