"""The five resources with Litestar, msgspec and sqlakeyset."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from litestar import Litestar, Request, Response, Router, get, patch, post, put
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException, NotFoundException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.params import Body, HeaderParameter, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy.orm import Session

from . import models
from .keys import KeyReused, RequestInProgress, repeat

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Genre = Annotated[str, Meta(min_length=1, max_length=50)]
Price = Annotated[int, Meta(ge=0, le=10**9)]


def open_session() -> Iterator[Session]:
    """Run a transaction for a request."""
    with models.Session.begin() as session:
        yield session


Work = NamedDependency[Session]


class NewBook(Struct, forbid_unknown_fields=True):
    title: Title
    price: Price
    genre: Genre | None = None
    sale_price: Price | None = None

    def __post_init__(self) -> None:
        """Reject a sale that is no sale."""
        if self.sale_price is not None and self.sale_price >= self.price:
            raise ValueError("The sale price has to be lower than the price.")


class Book(Struct):
    id: int
    title: str
    genre: str | None
    price: int
    sale_price: int | None


def find_book(book_id: int, session: Session) -> models.Book:
    """Return the row of a book."""
    row = session.get(models.Book, book_id)
    if row is None:
        raise NotFoundException("No book has this id.")
    return row


# -- Partial update --


class BookPatch(Struct, forbid_unknown_fields=True):
    title: Title | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    genre: Genre | UnsetType | None = UNSET
    sale_price: Price | UnsetType | None = UNSET


@patch("/books/{book_id:int}", raises=[NotFoundException], sync_to_thread=True)
def change_book(book_id: Id, data: BookPatch, session: Work) -> Book:
    """Change some fields of a book."""
    row = find_book(book_id, session)
    changes = msgspec.to_builtins(data)
    stored = {name: getattr(row, name) for name in NewBook.__struct_fields__}
    try:
        msgspec.convert(stored | changes, NewBook)
    except msgspec.ValidationError as error:
        raise ValidationException(str(error)) from error
    for name, value in changes.items():
        setattr(row, name, value)
    return msgspec.convert(row, Book, from_attributes=True)


# -- Pages --

SortKey = Literal["title", "-title", "price", "-price"]
COLUMNS = {"title": models.Book.title, "price": models.Book.price}


class BookPage(Struct):
    items: list[Book]
    next: str | None


@get("/books", sync_to_thread=True)
def list_books(
    session: Work,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    cursor: str | None = None,
    genre: str | None = None,
    max_price: Price | None = None,
    sort: SortKey = "title",
) -> BookPage:
    """List the books in pages."""
    query = sa.select(models.Book)
    if genre is not None:
        query = query.where(models.Book.genre == genre)
    if max_price is not None:
        query = query.where(models.Book.price <= max_price)
    column = COLUMNS[sort.removeprefix("-")]
    ordered = column.desc() if sort.startswith("-") else column
    try:
        page = select_page(session, query.order_by(ordered, models.Book.id), limit, page=cursor)
    except (BadBookmark, InvalidPage):
        raise ValidationException("Not a cursor of this list.") from None
    books = msgspec.convert([row for (row,) in page], list[Book], from_attributes=True)
    return BookPage(books, page.paging.bookmark_next if page.paging.has_next else None)


# -- Conditional requests --


class Details(Book):
    blurb: str


class OtherVersion(ClientException):
    status_code = 412


class MatchRequired(ClientException):
    status_code = 428


def has_tag(header: str, etag: str) -> bool:
    """Return whether a list of tags has a tag, or all."""
    return header == "*" or etag in [tag.strip() for tag in header.split(",")]


@get(
    "/books/{book_id:int}",
    raises=[NotFoundException],
    responses={304: ResponseSpec(None, description="The client has this version.")},
    response_headers=[ResponseHeader("ETag", documentation_only=True)],
    sync_to_thread=True,
)
def read_book(
    book_id: Id,
    session: Work,
    if_none_match: Annotated[str, HeaderParameter(name="If-None-Match")] = "",
) -> Response[Details]:
    """Read a book."""
    row = find_book(book_id, session)
    etag = f'"{row.version}"'
    if has_tag(if_none_match.replace("W/", ""), etag):
        return Response(None, status_code=304, headers={"ETag": etag})
    details = msgspec.convert(
        {**vars(row), "blurb": models.describe(row.title)}, Details, strict=True
    )
    return Response(details, headers={"ETag": etag})


@put(
    "/books/{book_id:int}",
    raises=[NotFoundException, OtherVersion, MatchRequired],
    sync_to_thread=True,
)
def replace_book(
    book_id: Id,
    data: NewBook,
    session: Work,
    if_match: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
) -> Book:
    """Replace the version of a book that the client has read."""
    row = find_book(book_id, session)
    if if_match is None:
        raise MatchRequired("The header If-Match is required.")
    if not has_tag(if_match, f'"{row.version}"'):
        raise OtherVersion("The book has another version.")
    for name, value in msgspec.structs.asdict(data).items():
        setattr(row, name, value)
    return msgspec.convert(row, Book, from_attributes=True)


# -- Repeatable requests --


class NewOrder(Struct, forbid_unknown_fields=True):
    book_id: Id
    copies: Annotated[int, Meta(ge=1, le=100)]


class Order(NewOrder):
    id: int


class Busy(ClientException):
    status_code = 409


class OtherRequest(ClientException):
    status_code = 422


@post("/orders", raises=[NotFoundException, Busy, OtherRequest], sync_to_thread=True)
def place_order(
    data: NewOrder,
    key: Annotated[str, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=100)],
) -> Response[Order]:
    """Order copies of a book."""

    def work(session: Session) -> str:
        find_book(data.book_id, session)
        row = models.Order(**msgspec.structs.asdict(data))
        session.add(row)
        session.flush()
        models.charge(row.copies)
        order = msgspec.convert(row, Order, from_attributes=True)
        return msgspec.json.encode(order).decode()

    try:
        body = repeat(key, msgspec.json.encode(data), work)
    except RequestInProgress:
        raise Busy("A request with this key is in progress.") from None
    except KeyReused:
        raise OtherRequest("The key was used for another request.") from None
    return Response(body.encode(), media_type="application/json")


# -- Bulk and formats --


class Delivery(Struct, forbid_unknown_fields=True):
    id: Id
    copies: Annotated[int, Meta(ge=-1000, le=1000)]


class Stock(Struct):
    id: int
    title: str
    stock: int


class Result(Struct):
    status: int
    value: Stock | None = None
    detail: str | None = None


class OutOfStock(ClientException):
    status_code = 409


class NotAcceptable(ClientException):
    status_code = 406


@patch("/stock", status_code=207, sync_to_thread=True)
def change_stock(
    data: Annotated[list[Delivery], Body(min_items=1, max_items=100)], session: Work
) -> list[Result]:
    """Add copies to the stock, or take them away."""
    results = []
    for delivery in data:
        try:
            with session.begin_nested():
                row = find_book(delivery.id, session)
                if row.stock + delivery.copies < 0:
                    raise OutOfStock("There are fewer copies of this book.")
                row.stock += delivery.copies
            value = msgspec.convert(row, Stock, from_attributes=True)
            results.append(Result(200, value))
        except ClientException as error:
            results.append(Result(error.status_code, detail=error.detail))
    return results


@get(
    "/stock",
    raises=[NotAcceptable],
    response_headers=[ResponseHeader("Vary", value="Accept")],
    sync_to_thread=True,
)
def list_stock(request: Request[Any, Any, Any], session: Work) -> Response[list[Stock]]:
    """List the stock, as JSON or CSV."""
    media_type = request.accept.best_match(["application/json", "text/csv"])
    if media_type is None:
        raise NotAcceptable("The response can be application/json or text/csv.")
    rows = session.scalars(sa.select(models.Book).order_by(models.Book.id)).all()
    stock = msgspec.convert(rows, list[Stock], from_attributes=True)
    if media_type == "application/json":
        return Response(stock)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(Stock.__struct_fields__)
    writer.writerows(map(msgspec.structs.astuple, stock))
    return Response(text.getvalue(), media_type="text/csv")


# Litestar 2.25 wraps the handlers of a path again for each further one, unless a router has them.
handlers = [
    change_book,
    list_books,
    read_book,
    replace_book,
    place_order,
    change_stock,
    list_stock,
]
app = Litestar(
    [Router("/", route_handlers=handlers)], dependencies={"session": Provide(open_session)}
)
