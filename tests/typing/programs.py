"""Programs as users write them: only type-checked, by mypy --strict and by pyright."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeAlias, TypedDict, TypeVar

import flask
from annotated_types import Ge, Len
from flask import Flask
from flask.views import MethodView
from flask_typed import (
    Accepted,
    APIKeyHeader,
    AssumeUTC,
    BackgroundStats,
    BackgroundTasks,
    BasicCredentials,
    Body,
    Cache,
    Created,
    Cursor,
    CursorPage,
    DataInvalid,
    Depends,
    ETag,
    Event,
    EventStream,
    Extra,
    FileResponse,
    Filters,
    Form,
    Header,
    HTTPBasic,
    HTTPBearer,
    IfMatch,
    InsufficientScope,
    Json,
    JsonPatch,
    MediaType,
    NoContent,
    NotAuthenticated,
    OAuth2,
    Page,
    PagedList,
    PageSize,
    Paging,
    PasswordFlow,
    Patch,
    Preconditions,
    Problem,
    Query,
    Reply,
    RequestInvalid,
    Security,
    SecurityScopes,
    Sort,
    Typed,
    TypedBlueprint,
    TypedField,
    Where,
    computed,
    model,
    raises,
)
from marshmallow import Schema, fields
from typing_extensions import assert_type
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, NotFound

T = TypeVar("T")
Limit = Annotated[int, Query(description="How many."), Ge(1)]


@dataclass
class NewBook:
    title: Annotated[str, Len(1, 200)]
    price: Annotated[Decimal, Ge(0)]
    published: date | None = None


@dataclass
class Book(NewBook):
    id: int = 0


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    type = "https://shop.example/problems/book-not-found"

    book_id: int
    hint: str | None = None


class Partial(Reply[T], Generic[T]):
    status = 206


class BookSchema(Schema):
    title = fields.String(required=True)


books = TypedBlueprint("books", __name__, url_prefix="/books", tags=["books"])


@books.get("/", summary="List", deprecated=True)
def list_books(genre: list[str] = [], limit: Limit = 20) -> list[Book]:
    return []


@books.post("/", status=201)
def add_book(book: NewBook) -> Created[Book]:
    return Created(Book(book.title, book.price), headers={"Location": "/books/1"})


@books.get("/<int:book_id>")
@raises(BookNotFound, NotFound)
def read_book(book_id: int, x_user: Annotated[str | None, Header()] = None) -> Book:
    raise BookNotFound(book_id=book_id, detail=x_user)


@books.put("/<int:book_id>/cover")
async def set_cover(book_id: int, cover: FileStorage, note: Annotated[str, Form()]) -> None: ...


@books.patch("/<int:book_id>")
def change_book(
    book_id: int, title: Annotated[str, Body()], price: Annotated[Decimal, Body()]
) -> Book | Accepted[int] | NoContent | Partial[list[Book]]:
    return Partial([], headers=[("X-Total", "1")])


@books.delete("/<int:book_id>", methods=["DELETE"])
def delete_book(book_id: int, request: flask.Request) -> flask.Response:
    return flask.Response(status=204)


@books.get("/scan")
def send_scan() -> Annotated[FileResponse, MediaType("image/png")]:
    return flask.send_file("scan.png")


@books.post("/many")
def add_many(added: Iterator[Book], dry: bool = False) -> int:
    return sum(1 for book in added if book.title and not dry)


@books.post("/many-async")
async def add_many_async(added: AsyncIterator[Book]) -> int:
    return len([book async for book in added])


@books.get("/lines")
def stream_books() -> Iterator[Book]:
    yield Book("Emma", Decimal(1))


@books.get("/async-lines")
async def stream_books_async() -> AsyncIterator[Book]:
    yield Book("Emma", Decimal(1))


@books.get("/events")
def watch_books(last_event_id: Annotated[int, Header()] = 0) -> EventStream[Book | str]:
    yield Book("Emma", Decimal(1))
    yield Event("sold", id=str(last_event_id), retry=100)
    yield Event(comment="nothing new")


@books.get("/async-events")
async def watch_books_async() -> EventStream[Book]:
    yield Event(Book("Emma", Decimal(1)))


@books.get("/returned-events")
def return_events() -> EventStream[int]:
    events: list[int | Event[int]] = [1, Event(2)]
    return iter(events)


@books.route("/page", methods=["GET", "POST"], strict_slashes=False)
def page() -> Annotated[str, MediaType("text/html")]:
    return "<p>"


@books.route("/things")
class Things(MethodView):
    def get(self, limit: Limit) -> list[Book]:
        return []


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents


class MoneyField(TypedField):
    json_schema = {"type": "integer"}

    def load(self, value: Any) -> Money:
        return Money(value)

    def dump(self, value: Any) -> int:
        return int(value.cents)


@dataclass
class Oops:
    code: int
    places: list[str]


def shape(error: HTTPException) -> Oops:
    faults = error.errors if isinstance(error, RequestInvalid) else []
    return Oops(error.code or 500, [fault["pointer"] for fault in faults])


typed = Typed(types={Money: MoneyField, complex: fields.Raw}, problem_shape=shape)


@typed.get("/schema")
def schema(name: str) -> Annotated[dict[str, Any], BookSchema()]:
    return {"title": name}


app = Flask(__name__)
typed.init_app(app)
app.register_blueprint(books)

# What is decorated stays what it is.
assert_type(list_books(["a"], limit=3), "list[Book]")
assert_type(add_book(NewBook("a", Decimal(1))), "Created[Book]")
assert_type(add_book(NewBook("a", Decimal(1))).body, Book)
assert_type(read_book(1), Book)
assert_type(Things().get(3), "list[Book]")

# What is wrong is seen.
read_book("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
BookNotFound(book="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
BookNotFound(book_id="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
books.get("/", sumary="List")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Created()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def get_limit(limit: Limit = 20) -> int:
    """Provide a limit."""
    return limit


class BookStore:
    """A store, which needs a limit."""

    def __init__(self, limit: Annotated[int, Depends(get_limit)]) -> None:
        self.limit = limit


def get_transaction(store: Annotated[BookStore, Depends()]) -> Iterator[int]:
    """Lend a transaction."""
    yield store.limit


bearer = HTTPBearer(optional=True)
either = bearer | HTTPBasic()
both = bearer & APIKeyHeader("X-Key")
oauth = OAuth2(PasswordFlow(token_url="/token", scopes={"books": "Books."}), name="account")


def get_user(
    token: Annotated[str | None, Depends(bearer)],
    credentials: Annotated[str | BasicCredentials, Depends(either)],
    pair: Annotated[tuple[str, str], Depends(both)],
    scopes: SecurityScopes,
) -> str:
    """Provide who it is."""
    if token is None:
        raise NotAuthenticated(detail="No token.")
    if "books" not in scopes.scopes:
        raise InsufficientScope
    return token


User = Annotated[str, Security(get_user, scopes=["books"])]
guarded = TypedBlueprint("guarded", __name__, dependencies=[Security(oauth)])
guarded_typed = Typed(dependencies=[Depends(get_limit, use_cache=False)])


@guarded.get("/me", dependencies=[Depends(get_limit)], public=True)
def read_me(user: User, transaction: Annotated[int, Depends(get_transaction)]) -> str:
    """Read who it is."""
    return user


def open_store() -> Iterator[BookStore]:
    """Open what lives as long as a worker."""
    yield BookStore(1)


Opened = Annotated[BookStore, Depends(open_store, scope="app")]


def get_copy(store: Opened) -> BookStore:
    """Make what few requests may use at once."""
    return store


@guarded.post("/copies", max_body=1000, max_concurrency=4)
def add_copy(
    title: Annotated[str, Body()],
    store: Annotated[BookStore, Depends(get_copy, max_concurrency=2)],
) -> str:
    """Add a copy."""
    return title


small = TypedBlueprint("small", __name__, max_body=1000, cache="max-age=60")


def get_title_version(store: Opened) -> int:
    """Return a version."""
    return len(repr(store))


@small.put("/titles", etag=get_title_version, last_modified=datetime.now, require_match=True)
def put_title(title: Annotated[str, Body()], match: IfMatch) -> str:
    """Check a version in the view, too."""
    match.check(ETag(7, weak=True), last_modified=datetime.now(timezone.utc))
    assert_type(match, Preconditions)
    return title


@small.get("/titles", etag=True, cache=Cache(max_age=timedelta(minutes=1), vary=["Accept"]))
def read_title() -> str:
    """Read a title."""
    return str(ETag.of(b""))


def check_dependencies(request: flask.Request) -> None:
    """Schemes, overrides and calls have types."""
    assert_type(read_me("ann", 1), str)
    assert_type(bearer(request), str | None)
    assert_type(either(request), str | BasicCredentials | None)
    assert_type(both(request), tuple[str, str] | None)
    assert_type(guarded_typed.call(get_limit), int)
    with guarded_typed.override(get_limit, lambda: 5):
        pass


class Animal:
    """A base class."""


class Pet(Animal):
    """A subclass."""


class BookRow:
    """A row of a database, with the attributes of a book."""


def add_pet() -> Created[Pet]:
    """Return a reply."""
    return Created(Pet())


reply: Created[Animal] = add_pet()  # a reply of a subclass is a reply of its base


@books.get("/rows", returns=list[Book], exclude_none=True)
def list_rows() -> list[BookRow]:
    """Return rows of a database."""
    return [BookRow()]


@books.get("/maybe")
async def find_book(book_id: int) -> Created[Book] | BookNotFound | NotFound | None:
    """Return an error instead of raising it."""
    return BookNotFound(book_id=book_id) if book_id else NotFound()


@books.get("/with-headers")
def read_with_headers() -> tuple[Book, dict[str, str]]:
    """Return a body with headers."""
    return Book("Emma", Decimal(1)), {"X-Shelf": "7"}


@books.get("/log")
def read_log() -> Book | Annotated[str, MediaType("text/plain")]:
    """Return one of two media types."""
    return "line"


def convert_values(data: Any) -> None:
    """To JSON and back."""
    assert_type(typed.load(Book, data), Book)
    assert_type(typed.load(list[Book], b"[]"), list[Book])
    assert_type(typed.dump_json(Book("Emma", Decimal(1)), Book), bytes)
    typed.dump([BookRow()], list[Book])
    try:
        typed.load(Book, data)
    except DataInvalid as error:
        assert_type(error.errors[0].pointer, str)


class Meeting:
    """An event whose time has no zone in the database."""

    at: Annotated[datetime, AssumeUTC()]


lean = TypedBlueprint("lean", __name__, exclude_none=True)


def reject_blank(text: str) -> None:
    """Reject a blank text."""
    if not text.strip():
        raise ValueError("Must not be blank.")


def check_line(line: Line) -> None:
    """Reject a line without a title."""
    reject_blank(line.the_title)


@model(rename="camel", validators=[check_line])
@dataclass
class Line:
    the_title: Annotated[str, reject_blank, str.strip]
    more: Annotated[dict[str, int], Extra()] = field(default_factory=dict)

    @property
    @computed
    def length(self) -> int:
        return len(self.the_title)

    @cached_property
    @computed
    def words(self) -> list[str]:
        return self.the_title.split()


@model(rename=str.upper, extra="ignore")
class Row(TypedDict):
    the_title: str


@model(computed=["double"])
class Pair(NamedTuple):
    number: int

    @property
    def double(self) -> int:
        return self.number * 2


class Store(Generic[T]):
    """A generic provider."""

    def __init__(self, first: T) -> None:
        self.first = first


class Crud(MethodView, Generic[T]):
    def post(self, item: T, store: Annotated[Store[T], Depends()]) -> list[T]:
        return [item, store.first]


@books.route("/lines")
class Lines(Crud[Line]):
    """The lines."""


@books.get("/json")
def read_json(
    where: Json[Line],
    ids: Annotated[Json[list[int]], Query(alias="i")],
    anything: Annotated[object, Body()],
    numbers: Iterator[int],
) -> dict[str, object]:
    """Read JSON."""
    return {where.the_title: ids, "all": list(numbers), "any": anything}


def check_models(store: Store[Line]) -> None:
    """Decorated classes stay what they are."""
    line = Line("a")
    assert_type(line.length, int)
    assert_type(line.words, "list[str]")
    assert_type(Row(the_title="a")["the_title"], str)
    assert_type(Pair(1).double, int)
    assert_type(Lines().post(line, store), "list[Line]")
    assert_type(read_json(line, [1], None, iter([])), "dict[str, object]")
    model(rename="snake")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def send_mail(number: int, address: str = "", *, store: Annotated[Store[Line], Depends()]) -> None:
    """Use what a provider makes."""


async def send_message(number: int, *, subject: str) -> None:
    """Take a keyword."""


def clean_up(store: Annotated[Store[Line], Depends()]) -> None:
    """Use a provider only."""


def check_background(tasks: BackgroundTasks, store: Store[Line]) -> None:
    """Each value that is passed to a task is checked; provided arguments may be left out."""
    tasks.add(send_mail, 1)
    tasks.add(send_mail, 1, "a")
    tasks.add(send_mail, 1, store=store)
    tasks.add(send_message, 1, subject="a")
    tasks.add(clean_up)
    tasks.add(send_mail, "1")  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue]
    tasks.add(send_message, 1, subject=2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    tasks.add(send_message, 1, sub="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    tasks.add(clean_up, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(Typed().background_stats(), BackgroundStats)


@dataclass
class LineFilters:
    """The filters of a list."""

    title: Annotated[str | None, Where(lambda text: text, "eq")] = None


SortKey: TypeAlias = Literal["title", "price"]
SORT_VALUES: Mapping[SortKey, Callable[[Line], Any]] = {"title": str, "price": repr}


@books.get("/paged")
def list_lines(
    paging: Annotated[Paging, PageSize(max=500)],
    filters: Filters[LineFilters],
    sort: Sort[SortKey] = Sort("-title"),
) -> Page[Line]:
    """List in pages."""
    return paging.page(sort.sorted(list[Line](), SORT_VALUES))


@books.get("/feed")
def read_lines(cursor: Cursor) -> CursorPage[Line]:
    """List by cursor."""
    return cursor.page(list[Line](), key=repr)


@books.get("/listed", page_headers="x-pagination")
def read_list(paging: Paging) -> PagedList[Line]:
    """List alone, with headers."""
    return PagedList(paging.slice(list[Line]()))


def check_pages() -> None:
    """A test makes the arguments, and reads the page."""
    page = list_lines(Paging(2, offset=4), Filters(LineFilters()), Sort("price"))
    lines: list[Line] = page.items
    following: str | None = read_lines(Cursor(limit=len(lines))).next
    body: list[Line] = read_list(Paging(page.total)).body
    print(following, body)


class Ticket(TypedDict):
    title: str


class PlainRow:
    title: str


@typed.patch("/patched/<int:book_id>")
def patch_book(book_id: int, patch: Patch[Book]) -> Book:
    assert_type(patch.values, Book)
    assert_type(patch.values.title, str)
    assert_type(patch.given, frozenset[str])
    assert_type(patch.apply(PlainRow()), PlainRow)
    return patch.apply(read_book(book_id))


@typed.patch("/operations")
def patch_book_by_operations(patch: Annotated[Patch[Book], JsonPatch(max_operations=5)]) -> None:
    assert_type(patch, Patch[Book])


assert_type(Patch(Book, title="x"), Patch[Book])
assert_type(patch_book(1, Patch(Book, title="x")), Book)
assert_type(Patch(Ticket, title="x").values["title"], str)
