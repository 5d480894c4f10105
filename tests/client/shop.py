"""Views of all kinds of arguments and responses, for a client in process."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from annotated_types import Ge, Len
from flask import Flask, Response, redirect
from flask.views import MethodView
from flask_typed import (
    PROVIDED,
    Accepted,
    Body,
    Cookie,
    Created,
    Cursor,
    Depends,
    Event,
    EventStream,
    FileResponse,
    Filters,
    Form,
    Header,
    HTTPBearer,
    IfMatch,
    Json,
    JsonPatch,
    MediaType,
    NoContent,
    NumberedPaging,
    Overloaded,
    Page,
    PagedList,
    Paging,
    Patch,
    Problem,
    Query,
    ReadOnly,
    Security,
    Sort,
    Typed,
    Where,
    WriteOnly,
    raises,
)
from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

app = Flask("shop", static_folder=None)
app.testing = True
app.secret_key = "0123456789abcdef" * 4
typed = Typed(app)


class Genre(enum.Enum):
    """A genre."""

    POETRY = "poetry"
    PROSE = "prose"


@dataclass
class NewBook:
    """A book of a request."""

    title: Annotated[str, Len(1, 20)]
    price: Annotated[Decimal, Ge(0)]
    published: date | None = None


@dataclass
class Book(NewBook):
    """A book with fields of one direction."""

    id: Annotated[int, ReadOnly()] = 0
    secret: Annotated[str, WriteOnly()] = "none"
    slug: str = field(init=False, default="")


@dataclass(frozen=True)
class Account:
    """What a response cannot be made of by the constructor."""

    name: str
    password: Annotated[str, WriteOnly()]
    level: int = 1
    tags: list[str] = field(default_factory=list)


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


class SoldOut(Problem):
    """The book is sold out."""

    status = 409
    type = "https://shop.example/problems/sold-out"
    wanted: Decimal
    again: date | None = None


class Store:
    """What a provider makes."""

    name = "store"


def open_store() -> Store:
    """Return what no request has."""
    return Store()


Stored = Annotated[Store, Depends(open_store)]


@typed.get("/books")
def list_books(
    store: Stored = PROVIDED,
    genre: list[Genre] = [],
    limit: Annotated[int, Ge(1)] = 20,
    q: str | None = None,
) -> list[Any]:
    """Return what came."""
    return [store.name, [one.value for one in genre], limit, q]


@typed.post("/books")
@raises(SoldOut)
def add_book(book: Book, store: Stored) -> Created[Book]:
    """Add a book."""
    if book.title == "gone":
        raise SoldOut(wanted=book.price, detail="Try again.")
    book.slug = f"{book.title}-{book.secret}"
    book.id = 7
    return Created(book, headers={"Location": "/books/7"})


@typed.get("/books/<int:book_id>")
@raises(BookNotFound, NotFound)
def read_book(book_id: int, store: Stored = PROVIDED) -> Book:
    """Read a book."""
    if book_id == 404:
        raise BookNotFound(book_id=book_id, detail="Gone.")
    if book_id == 405:
        raise NotFound("Nowhere.")
    return Book("Emma", Decimal("9.50"), id=book_id)


@typed.patch("/books/<int:book_id>")
def change_book(book_id: int, patch: Annotated[Patch[NewBook], JsonPatch()]) -> list[str]:
    """Return the names that were given."""
    return sorted(patch.given)


@typed.put("/books/<int:book_id>", require_match=True)
def replace_book(book_id: int, match: IfMatch) -> None:
    """Replace the third version."""
    match.check(3)


@typed.get("/accounts")
def read_account() -> Account:
    """Return what has a password."""
    return Account("ada", "secret", 3)


@typed.get("/names/<name>")
def name_all(
    name: str,
    x_user: Annotated[str | None, Header()] = None,
    sid: Annotated[str | None, Cookie()] = None,
) -> list[str | None]:
    """Return what came."""
    return [name, x_user, sid]


@dataclass
class Limits:
    """What spreads over parameters."""

    low: int | None = None
    words: list[str] = field(default_factory=list)
    high: int | None = 9


@typed.get("/spread")
def spread(
    limits: Annotated[Limits, Query()],
    deep: Annotated[Limits | None, Query(style="deepObject")] = None,
    piped: Annotated[list[int], Query(style="pipeDelimited")] = [],
) -> list[Any]:
    """Return what came."""
    return [[limits.low, limits.words], deep and [deep.low, deep.words], piped]


@dataclass
class BookFilters:
    """Filters of books."""

    title: Annotated[str | None, Where(lambda value: value)] = None


@typed.get("/page")
def page(
    paging: Paging,
    sort: Sort[Literal["title", "price"]] = Sort("-price"),  # the documented way
    filters: Filters[BookFilters] = PROVIDED,
) -> Page[str]:
    """Return a page of what came."""
    return paging.page([repr(sort), str(filters.values.title), "c", "d"])


@typed.get("/numbered")
def number_pages(paging: NumberedPaging) -> PagedList[int]:
    """Return the items alone."""
    return PagedList(paging.page(range(100)))


@typed.get("/cursor")
def page_on(cursor: Cursor) -> list[Any]:
    """Return what came."""
    return [cursor.limit, cursor.cursor]


@typed.post("/form")
def take_form(
    cover: FileStorage,
    more: list[FileStorage],
    note: Annotated[str, Form()],
    meta: Annotated[Json[dict[str, int]], Form()],
    number: Annotated[int | None, Form()] = None,
) -> list[Any]:
    """Return what came."""
    return [cover.filename, cover.read().decode(), len(more), note, meta, number]


@typed.post("/plain-form")
def take_plain_form(note: Annotated[str, Form()]) -> str:
    """Return what came."""
    return note


@typed.post("/two")
def take_two(title: Annotated[str, Body()], price: Annotated[Decimal, Body()]) -> list[Any]:
    """Return what came."""
    return [title, price]


Table = Annotated[list[NewBook], MediaType("text/csv")]


@typed.post("/csv")
def copy_table(rows: Table) -> Table:
    """Return the rows."""
    return rows


@typed.post("/packed")
def copy_packed(
    book: Annotated[NewBook, MediaType("application/msgpack")],
) -> Annotated[NewBook, MediaType("application/msgpack")]:
    """Return the book."""
    return book


@typed.get("/negotiated")
def choose() -> Annotated[NewBook, MediaType("application/msgpack", "application/json")]:
    """Return a book as the client likes it."""
    return NewBook("Emma", Decimal(1))


@typed.post("/raw")
def reverse(data: bytes) -> bytes:
    """Return bytes."""
    return data[::-1]


@typed.post("/text")
def shout(
    text: Annotated[str, Body(), MediaType("text/plain")],
) -> Annotated[str, MediaType("text/html")]:
    """Return text."""
    return text.upper()


@typed.post("/lines")
def double(items: Iterator[NewBook]) -> Iterator[NewBook]:
    """Stream books."""
    for item in items:
        yield item
        yield item


@typed.get("/events")
async def watch() -> EventStream[int]:
    """Stream events."""
    yield Event(1, id="a", event="sold", retry=3)
    yield Event(comment="waiting")
    yield 2


@typed.get("/words")
def speak() -> Annotated[Iterator[str], MediaType("text/plain")]:
    """Stream text."""
    yield "é"
    yield "ü"


@typed.get("/chosen")
def choose_reply(kind: int) -> Accepted[int] | NoContent | Book:
    """Return one of several replies."""
    replies: list[Any] = [Accepted(3), NoContent(headers={"X-A": "1"}), read_book(1)]
    chosen: Accepted[int] | NoContent | Book = replies[kind]
    return chosen


@typed.get("/elsewhere")
def go_elsewhere() -> Response:
    """Redirect."""
    made: Any = redirect("/books")
    chosen: Response = made
    return chosen


@typed.get("/file")
def send() -> FileResponse:
    """Return a response of Flask."""
    return app.response_class("content", mimetype="image/png")


bearer = HTTPBearer()


@typed.get("/mine")
def name_user(token: Annotated[str, Security(bearer)] = PROVIDED) -> str:
    """Return the token."""
    return token


@typed.get("/busy", max_concurrency=2)
def be_busy() -> int:
    """Answer 503."""
    raise Overloaded(retry_after=7)


@typed.get("/fails")
def fail() -> int:
    """Fail."""
    raise RuntimeError


def find_tenant(x_tenant: Annotated[str, Header()], depth: int = 3) -> str:
    """Return what no attribute of a str tells."""
    return f"{x_tenant}{depth}"


@typed.get("/<lang>/tenant")
def name_tenant(
    tenant: Annotated[str, Depends(find_tenant)] = PROVIDED, **variables: Any
) -> list[Any]:
    """Return what came."""
    return [tenant, variables]


class Books(MethodView):
    """A view of two methods."""

    def get(self, number: int) -> int:
        """Return the number."""
        return number

    def post(self, number: int, text: Annotated[str, Body(embed=True)]) -> str:
        """Return the text."""
        return f"{number}{text}"


typed.add_url_rule("/class/<int:number>", view_func=Books.as_view("books"))


@typed.route("/both", methods=["GET", "DELETE"])
def be_both() -> str:
    """Have two operations."""
    return "both"


class BookSchema(Schema):
    """A schema of marshmallow's, with fields of one direction."""

    id = fields.Integer(dump_only=True)
    title = fields.String(required=True)
    secret = fields.String(load_only=True)


@typed.post("/schema")
def take_schema(book: BookSchema) -> BookSchema:
    """Return the book with an id."""
    made: Any = {**book, "id": len(book["secret"])}  # type: ignore[dict-item,index]  # it is a dict
    chosen: BookSchema = made
    return chosen
