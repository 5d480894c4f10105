"""The five resources with FastAPI, fastapi-pagination and python-mimeparse."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Literal

import mimeparse
import sqlalchemy as sa
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from fastapi.exceptions import RequestValidationError
from fastapi_pagination import add_pagination
from fastapi_pagination.cursor import CursorPage
from fastapi_pagination.customization import CustomizedPage, UseParamsFields
from fastapi_pagination.ext.sqlalchemy import paginate
from pydantic import MISSING, BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlakeyset import BadBookmark, InvalidPage
from sqlalchemy.orm import Session

from . import models
from .keys import KeyReused, RequestInProgress, repeat

app = FastAPI()

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Genre = Annotated[str, Field(min_length=1, max_length=50)]
Price = Annotated[int, Field(ge=0, le=10**9)]


def open_session() -> Iterator[Session]:
    """Run a transaction for a request."""
    with models.Session.begin() as session:
        yield session


# Committed before the response is sent.
Work = Annotated[Session, Depends(open_session, scope="function")]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewBook(Input):
    title: Title
    price: Price
    genre: Genre | None = None
    sale_price: Price | None = None

    @model_validator(mode="after")
    def reject_higher_sale_price(self) -> "NewBook":
        """Reject a sale that is no sale."""
        if self.sale_price is not None and self.sale_price >= self.price:
            raise ValueError("The sale price has to be lower than the price.")
        return self


class Book(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    genre: str | None
    price: int
    sale_price: int | None


class Error(BaseModel):
    detail: str


def find_book(book_id: Id, session: Work) -> models.Book:
    """Return the row of a book."""
    row = session.get(models.Book, book_id)
    if row is None:
        raise HTTPException(404, "No book has this id.")
    return row


FoundBook = Annotated[models.Book, Depends(find_book)]
NOT_FOUND = {404: {"model": Error}}


# -- Partial update --


class BookPatch(Input):
    title: Title | MISSING = MISSING
    price: Price | MISSING = MISSING
    genre: Genre | MISSING | None = MISSING
    sale_price: Price | MISSING | None = MISSING


@app.patch("/books/{book_id}", response_model=Book, responses=NOT_FOUND)
def change_book(row: FoundBook, patch: BookPatch) -> models.Book:
    """Change some fields of a book."""
    changes = patch.model_dump(exclude_unset=True)
    stored = {name: getattr(row, name) for name in NewBook.model_fields}
    try:
        NewBook.model_validate(stored | changes)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    for name, value in changes.items():
        setattr(row, name, value)
    return row


# -- Pages --

SortKey = Literal["title", "-title", "price", "-price"]
COLUMNS = {"title": models.Book.title, "price": models.Book.price}
BookPage = CustomizedPage[CursorPage[Book], UseParamsFields(size=Query(20, ge=1, le=100))]


@app.get("/books", responses={400: {"model": Error}})
def list_books(
    session: Work,
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
        return paginate(session, query.order_by(ordered, models.Book.id))
    except (BadBookmark, InvalidPage):
        raise HTTPException(400, "Not a cursor of this list.") from None


add_pagination(app)


# -- Conditional requests --


class Details(Book):
    blurb: str


def has_tag(header: str, etag: str) -> bool:
    """Return whether a list of tags has a tag, or all."""
    return header == "*" or etag in [tag.strip() for tag in header.split(",")]


@app.get(
    "/books/{book_id}",
    response_model=Details,
    responses=NOT_FOUND | {304: {"description": "The client has this version."}},
)
def read_book(
    row: FoundBook, response: Response, if_none_match: Annotated[str, Header()] = ""
) -> object:
    """Read a book."""
    etag = f'"{row.version}"'
    if has_tag(if_none_match.replace("W/", ""), etag):
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return {**vars(row), "blurb": models.describe(row.title)}


@app.put(
    "/books/{book_id}",
    response_model=Book,
    responses=NOT_FOUND | {412: {"model": Error}, 428: {"model": Error}},
)
def replace_book(
    row: FoundBook, book: NewBook, if_match: Annotated[str | None, Header()] = None
) -> models.Book:
    """Replace the version of a book that the client has read."""
    if if_match is None:
        raise HTTPException(428, "The header If-Match is required.")
    if not has_tag(if_match, f'"{row.version}"'):
        raise HTTPException(412, "The book has another version.")
    for name, value in book.model_dump().items():
        setattr(row, name, value)
    return row


# -- Repeatable requests --


class NewOrder(Input):
    book_id: Id
    copies: Annotated[int, Field(ge=1, le=100)]


class Order(NewOrder):
    model_config = ConfigDict(from_attributes=True)

    id: int


@app.post(
    "/orders",
    status_code=201,
    response_model=Order,
    responses=NOT_FOUND | {409: {"model": Error}},
)
def place_order(
    order: NewOrder, idempotency_key: Annotated[str, Header(min_length=1, max_length=100)]
) -> Response:
    """Order copies of a book."""

    def work(session: Session) -> str:
        find_book(order.book_id, session)
        row = models.Order(**order.model_dump())
        session.add(row)
        session.flush()
        models.charge(row.copies)
        return Order.model_validate(row).model_dump_json()

    try:
        body = repeat(idempotency_key, order.model_dump_json().encode(), work)
    except RequestInProgress:
        raise HTTPException(409, "A request with this key is in progress.") from None
    except KeyReused:
        raise HTTPException(422, "The key was used for another request.") from None
    return Response(body, 201, media_type="application/json")


# -- Bulk and formats --


class Delivery(Input):
    id: Id
    copies: Annotated[int, Field(ge=-1000, le=1000)]


class Stock(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    stock: int


class Result(BaseModel):
    status: int
    value: Stock | None = None
    detail: str | None = None


@app.patch("/stock", status_code=207)
def change_stock(
    deliveries: Annotated[list[Delivery], Field(min_length=1, max_length=100)], session: Work
) -> list[Result]:
    """Add copies to the stock, or take them away."""
    results = []
    for delivery in deliveries:
        try:
            with session.begin_nested():
                row = find_book(delivery.id, session)
                if row.stock + delivery.copies < 0:
                    raise HTTPException(409, "There are fewer copies of this book.")
                row.stock += delivery.copies
            results.append(Result(status=200, value=Stock.model_validate(row)))
        except HTTPException as error:
            results.append(Result(status=error.status_code, detail=error.detail))
    return results


@app.get(
    "/stock",
    response_model=list[Stock],
    responses={200: {"content": {"text/csv": {}}}, 406: {"model": Error}},
)
def list_stock(
    session: Work, response: Response, accept: Annotated[str, Header()] = "*/*"
) -> object:
    """List the stock, as JSON or CSV."""
    media_type = mimeparse.best_match(["text/csv", "application/json"], accept)
    if not media_type:
        raise HTTPException(406, "The response can be application/json or text/csv.")
    response.headers["Vary"] = "Accept"
    rows = session.scalars(sa.select(models.Book).order_by(models.Book.id)).all()
    if media_type == "application/json":
        return rows
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(Stock.model_fields)
    writer.writerows([getattr(row, name) for name in Stock.model_fields] for row in rows)
    headers = {"Vary": "Accept"}
    return Response(text.getvalue(), headers=headers, media_type="text/csv")
