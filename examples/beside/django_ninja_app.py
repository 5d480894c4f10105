"""The five resources with Django Ninja, on Django's ORM."""

import csv
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Literal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import condition
from django.views.decorators.vary import vary_on_headers
from ninja import (
    Body,
    Field,
    FilterLookup,
    FilterSchema,
    Header,
    NinjaAPI,
    PatchDict,
    Query,
    Schema,
    Status,
)
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from ninja.pagination import CursorPagination, paginate
from pydantic import ConfigDict, model_validator
from pydantic import ValidationError as Faults

from . import models
from .django_models import Book, Order, UsedKey

api = NinjaAPI()

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Price = Annotated[int, Field(ge=0, le=10**9)]


class BookKeys(Schema):
    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=200)]
    price: Price
    genre: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    sale_price: Price | None = None


class NewBook(BookKeys):
    @model_validator(mode="after")
    def reject_higher_sale_price(self) -> "NewBook":
        """Reject a sale that is no sale."""
        if self.sale_price is not None and self.sale_price >= self.price:
            raise ValueError("The sale price has to be lower than the price.")
        return self


class BookOut(Schema):
    id: int
    title: str
    genre: str | None
    price: int
    sale_price: int | None


class Error(Schema):
    detail: str | list[dict[str, object]]


def find_book(book_id: int) -> Book:
    """Return the row of a book."""
    row = Book.objects.filter(id=book_id).first()
    if row is None:
        raise HttpError(404, "No book has this id.")
    return row


# -- Partial update --


@api.patch("/books/{book_id}", response={200: BookOut, (404, 422): Error})
def change_book(request: HttpRequest, book_id: Id, patch: PatchDict[BookKeys]) -> Book:
    """Change some fields of a book."""
    row = find_book(book_id)
    stored = {name: getattr(row, name) for name in BookKeys.model_fields}
    try:
        NewBook.model_validate(stored | patch)
    except Faults as error:
        raise ValidationError(error.errors(include_context=False)) from error
    row.change(patch)
    return row


# -- Pages --


class BookFilters(FilterSchema):
    genre: Annotated[str | None, FilterLookup("genre")] = None
    max_price: Annotated[Price | None, FilterLookup("price__lte")] = None


class SortedPagination(CursorPagination):
    class Input(CursorPagination.Input):
        page_size: Annotated[int, Field(ge=1, le=100)] = 20
        sort: Literal["title", "-title", "price", "-price"] = "title"

    def paginate_queryset(
        self, queryset: QuerySet, pagination: Input, request: HttpRequest, **params: object
    ) -> object:
        """Return a page in the order that the client wants."""
        pages = CursorPagination(ordering=(pagination.sort, "id"))
        return pages.paginate_queryset(queryset, pagination, request, **params)


@api.get("/books", response={200: list[BookOut], 422: Error})
@paginate(SortedPagination)
def list_books(request: HttpRequest, filters: Query[BookFilters]) -> QuerySet:
    """List the books in pages."""
    return filters.filter(Book.objects.all())


# -- Conditional requests --


class Details(BookOut):
    blurb: str


def get_etag(request: HttpRequest, book_id: str) -> str | None:
    """Return the tag of a book."""
    version = Book.objects.filter(id=book_id).values_list("version", flat=True).first()
    return version and f'"{version}"'


@api.get("/books/{book_id}", response={200: Details, 304: None, 404: Error})
@decorate_view(condition(get_etag))
def read_book(
    request: HttpRequest,
    book_id: Id,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Book:
    """Read a book."""
    row = find_book(book_id)
    row.blurb = models.describe(row.title)
    return row


@api.put("/books/{book_id}", response={200: BookOut, (404, 412, 422, 428): Error})
@decorate_view(condition(get_etag))
def replace_book(
    request: HttpRequest,
    book_id: Id,
    book: NewBook,
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
) -> Book:
    """Replace the version of a book that the client has read."""
    if if_match is None:
        raise HttpError(428, "The header If-Match is required.")
    row = find_book(book_id)
    row.change(book.model_dump())
    return row


# -- Repeatable requests --


class NewOrder(Schema):
    model_config = ConfigDict(extra="forbid")

    book_id: Id
    copies: Annotated[int, Field(ge=1, le=100)]


class OrderOut(NewOrder):
    id: int


def repeat(key: str, request: bytes, work: Callable[[], str]) -> str:
    """Do the work of a request once, and return the body of its first response."""
    fingerprint = hashlib.sha256(request).hexdigest()
    try:
        used = UsedKey.objects.create(key=key, fingerprint=fingerprint)
    except IntegrityError:
        return find_response(key, fingerprint)
    try:
        with transaction.atomic():
            used.body = work()
            used.save()
    except BaseException:
        used.delete()
        raise
    return used.body


def find_response(key: str, fingerprint: str) -> str:
    """Return the body of the first response to a request."""
    used = UsedKey.objects.filter(key=key).first()
    if used is None or used.body is None:
        raise HttpError(409, "A request with this key is in progress.")
    if used.fingerprint != fingerprint:
        raise HttpError(422, "The key was used for another request.")
    return used.body


@api.post("/orders", response={201: OrderOut, (404, 409, 422): Error})
def place_order(
    request: HttpRequest,
    order: NewOrder,
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100)],
) -> HttpResponse:
    """Order copies of a book."""

    def work() -> str:
        find_book(order.book_id)
        row = Order.objects.create(**order.model_dump())
        models.charge(row.copies)
        return OrderOut.model_validate(row).model_dump_json()

    body = repeat(key, order.model_dump_json().encode(), work)
    return HttpResponse(body, "application/json", HTTPStatus.CREATED)


# -- Bulk and formats --


class Delivery(Schema):
    model_config = ConfigDict(extra="forbid")

    id: Id
    copies: Annotated[int, Field(ge=-1000, le=1000)]


class Stock(Schema):
    id: int
    title: str
    stock: int


class Result(Schema):
    status: int
    value: Stock | None = None
    detail: str | None = None


@api.patch("/stock", response={207: list[Result], 422: Error})
def change_stock(
    request: HttpRequest, deliveries: Annotated[list[Delivery], Body(min_length=1, max_length=100)]
) -> Status:
    """Add copies to the stock, or take them away."""
    results = []
    for delivery in deliveries:
        try:
            with transaction.atomic():
                row = find_book(delivery.id)
                if row.stock + delivery.copies < 0:
                    raise HttpError(409, "There are fewer copies of this book.")
                row.change({"stock": row.stock + delivery.copies})
            results.append({"status": 200, "value": row})
        except HttpError as error:
            results.append({"status": error.status_code, "detail": error.message})
    return Status(207, results)


@api.get("/stock", response={200: list[Stock], 406: Error})
@decorate_view(vary_on_headers("Accept"))
def list_stock(request: HttpRequest) -> object:
    """List the stock, as JSON or CSV."""
    media_type = request.get_preferred_type(["application/json", "text/csv"])
    if media_type is None:
        raise HttpError(406, "The response can be application/json or text/csv.")
    rows = Book.objects.order_by("id")
    if media_type == "application/json":
        return rows
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    writer.writerow(Stock.model_fields)
    writer.writerows(rows.values_list(*Stock.model_fields))
    return response


urlpatterns = [path("", api.urls)]
