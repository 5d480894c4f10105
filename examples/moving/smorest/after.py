"""The API of the shop on Flask with flask_typed: dataclasses, providers and problem documents."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, Interval, Len
from flask import Flask, current_app, url_for
from flask_typed import (
    APIKeyHeader,
    Created,
    Depends,
    ETag,
    Fault,
    Header,
    IfMatch,
    MediaType,
    NotAuthenticated,
    NumberedPaging,
    PagedList,
    PageSize,
    Problem,
    Query,
    Reply,
    RequestInvalid,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
    model,
    raises,
)
from marshmallow import ValidationError, fields
from marshmallow.validate import Email, Range, Regexp
from typing_extensions import Doc, TypedDict
from werkzeug.datastructures import FileStorage

from . import shop
from .shop import Format, Shop, open_shop

Number = Annotated[
    str,
    Regexp("^[A-Z]{2,4}-[0-9]{3,6}$"),
    Doc("The label's catalogue number."),
]
Text = Annotated[str, Len(1, 120)]
#: Written with two places, as before.
Price = Annotated[Decimal, fields.Decimal(places=2, as_string=True, validate=Range(min=0))]


@dataclass
class Track(shop.Track):
    title: Text
    seconds: Annotated[int, Interval(ge=1, le=7200)]


@dataclass
class NewRecord:
    number: Number
    title: Text
    artist: Text
    format: Format
    price: Price
    copies: Annotated[int, Ge(0)] = 0
    released: date | None = None
    tracks: list[Track] = field(default_factory=list)


@dataclass(kw_only=True)
class Record(NewRecord):
    id: int
    seconds: Annotated[int, Doc("The playing time.")]


class RecordPatch(TypedDict, total=False):
    number: Number
    title: Text
    artist: Text
    format: Format
    price: Price
    copies: Annotated[int, Ge(0)]
    released: date | None
    tracks: list[Track]


@dataclass
class RecordFilter:
    artist: str | None = None
    formats: Annotated[list[Format] | None, Query(explode=False)] = None
    in_stock: bool | None = None
    released_after: date | None = None
    sort: Literal["number", "title", "artist", "price"] = "number"


#: Pages as before, with ``page`` and ``page_size``.
RecordPaging = Annotated[NumberedPaging, PageSize(default=2, max=50)]
OrderPaging = Annotated[NumberedPaging, PageSize(default=10)]


@dataclass
class Customer(shop.Customer):
    name: Annotated[str, Len(1)]
    email: Annotated[str, Email()]


@dataclass
class Line(shop.Line):
    record_id: int
    quantity: Annotated[int, Interval(ge=1, le=10)] = 1


Lines = Annotated[list[Line], Len(1)]


def check_records(order: NewOrder) -> None:
    numbers = [line.record_id for line in order.lines]
    if len(numbers) != len(set(numbers)):
        raise ValidationError("A record stands in two lines.", "lines")


@model(validators=[check_records])
@dataclass
class NewOrder:
    customer: Customer
    lines: Lines
    gift: bool = False


@dataclass
class Order:
    id: UUID
    customer: Customer
    lines: Lines
    gift: bool
    total: Decimal
    placed_at: datetime


@dataclass
class FormatValue:
    format: Format
    copies: int
    value: Decimal


class ShopProblem(Problem):
    """The shop cannot do this."""

    type_base = "https://shop.example/problems/"


class RecordNotFound(ShopProblem):
    """No record has this id."""

    status = 404


class CoverNotFound(ShopProblem):
    """The record has no cover."""

    status = 404


class OrderNotFound(ShopProblem):
    """No order has this id."""

    status = 404


class NumberTaken(ShopProblem):
    """The catalogue number is taken."""

    status = 409


class SoldOut(ShopProblem):
    """Too few copies are left."""

    status = 409
    record_id: int


NOT_A_PNG: Fault = {"in": "file", "pointer": "/cover", "code": "no_png", "detail": "Not a PNG."}
NO_SUCH_RECORD: Fault = {
    "in": "body",
    "pointer": "/lines",
    "code": "no_record",
    "detail": "There is no such record.",
}

typed = Typed()
records = TypedBlueprint(
    "records", __name__, url_prefix="/records", description="Find and keep records"
)
orders = TypedBlueprint("orders", __name__, url_prefix="/orders", description="Sell records")
reports = TypedBlueprint("reports", __name__, url_prefix="/reports", description="Count the stock")


def get_shop() -> Shop:
    found: Shop = current_app.extensions["shop"]
    return found


Stock = Annotated[Shop, Depends(get_shop)]


def admit_staff(key: Annotated[str, Depends(APIKeyHeader("X-Key", name="staff"))]) -> None:
    """Let in who sends the key of the staff."""
    if not hmac.compare_digest(key, current_app.config["STAFF_KEY"]):
        raise NotAuthenticated(detail="Staff only.")


STAFF = Security(admit_staff)


@raises(RecordNotFound)
def find_record(record_id: int, stock: Stock) -> shop.Record:
    try:
        return stock.find(record_id)
    except shop.RecordMissing as error:
        raise RecordNotFound from error


FoundRecord = Annotated[shop.Record, Depends(find_record)]


def make_tag(record: shop.Record) -> ETag:
    return ETag.of(typed.dump_json(record, Record))


def find_current_record(record: FoundRecord, match: IfMatch) -> shop.Record:
    match.check(make_tag(record))
    return record


#: The response to a change, as before: with the new version.
TaggedRecord = Annotated[Reply[Record], Returns(headers={"ETag": str})]
#: The record, if the client has read its current version.
CurrentRecord = Annotated[shop.Record, Depends(find_current_record)]


@raises(OrderNotFound)
def find_order(order_id: UUID, stock: Stock) -> shop.Order:
    if order_id not in stock.orders:
        raise OrderNotFound
    return stock.orders[order_id]


FoundOrder = Annotated[shop.Order, Depends(find_order)]


@records.errorhandler(shop.NumberTaken)
def refuse_number(error: shop.NumberTaken) -> NumberTaken:
    return NumberTaken()


@records.get("/", etag=True, returns=PagedList[Record])
def list_records(
    wanted: Annotated[RecordFilter, Query()],
    paging: RecordPaging,
    stock: Stock,
) -> PagedList[shop.Record]:
    """List records

    Filters may be combined.
    """
    return PagedList(paging.page(stock.search(**vars(wanted))))


@records.post(
    "/",
    dependencies=[STAFF],
    returns=Annotated[Created[Record], Returns(headers={"Location": str})],
)
@raises(NumberTaken)
def add_record(values: NewRecord, stock: Stock) -> Created[shop.Record]:
    """Add a record"""
    record = stock.add(**vars(values))
    location = url_for("records.read_record", record_id=record.id)
    return Created(record, headers={"Location": location})


@records.get("/<int:record_id>", etag=True, returns=Record)
def read_record(record: FoundRecord) -> shop.Record:
    """Read a record"""
    return record


def tag(record: shop.Record) -> Reply[shop.Record]:
    return Reply(record, headers={"ETag": str(make_tag(record))})


@records.put("/<int:record_id>", dependencies=[STAFF], require_match=True, returns=TaggedRecord)
@raises(NumberTaken)
def replace_record(values: NewRecord, record: CurrentRecord, stock: Stock) -> Reply[shop.Record]:
    """Replace a record"""
    return tag(stock.change(record, **vars(values)))


@records.patch("/<int:record_id>", dependencies=[STAFF], require_match=True, returns=TaggedRecord)
@raises(NumberTaken)
def change_record(values: RecordPatch, record: CurrentRecord, stock: Stock) -> Reply[shop.Record]:
    """Change a record"""
    return tag(stock.change(record, **values))


@records.delete("/<int:record_id>", dependencies=[STAFF], require_match=True)
def remove_record(record: CurrentRecord, stock: Stock) -> None:
    """Remove a record"""
    stock.remove(record)


@records.get("/<int:record_id>/cover")
@raises(CoverNotFound)
def show_cover(record: FoundRecord, stock: Stock) -> Annotated[bytes, MediaType("image/png")]:
    """Show the cover"""
    if record.id not in stock.covers:
        raise CoverNotFound
    return stock.covers[record.id]


@records.put("/<int:record_id>/cover", dependencies=[STAFF])
def upload_cover(cover: FileStorage, record: FoundRecord, stock: Stock) -> None:
    """Upload the cover, a PNG"""
    content = cover.read()
    if not content.startswith(b"\x89PNG"):
        raise RequestInvalid(errors=[NOT_A_PNG])
    stock.covers[record.id] = content


@orders.get("/", dependencies=[STAFF], returns=PagedList[Order])
def list_orders(paging: OrderPaging, stock: Stock) -> PagedList[shop.Order]:
    """List orders, the newest first"""
    found = sorted(stock.orders.values(), key=lambda order: order.placed_at, reverse=True)
    return PagedList(paging.page(found))


@orders.post("/", returns=Created[Order])
@raises(SoldOut)
def place_order(
    order: NewOrder, x_till: Annotated[int, Header(), Interval(ge=1, le=9)], stock: Stock
) -> Created[shop.Order]:
    """Place an order"""
    try:
        return Created(stock.place(**vars(order), till=x_till))
    except shop.RecordMissing as error:
        raise RequestInvalid(errors=[NO_SUCH_RECORD]) from error
    except shop.SoldOut as error:
        raise SoldOut(detail=str(error), record_id=error.record.id) from error


@orders.get("/<uuid:order_id>", returns=Order)
def read_order(order: FoundOrder) -> shop.Order:
    """Read an order"""
    return order


@orders.delete("/<uuid:order_id>", dependencies=[STAFF])
def cancel_order(order: FoundOrder, stock: Stock) -> None:
    """Cancel an order"""
    stock.cancel(order)


@reports.get("/value", returns=list[FormatValue])
def sum_values(stock: Stock) -> Iterator[FormatValue]:
    """Sum the value of the stock, by format"""
    for format_ in Format:
        found = stock.search(formats=[format_])
        copies = sum(record.copies for record in found)
        value = sum((record.price * record.copies for record in found), Decimal("0.00"))
        yield FormatValue(format_, copies, value)


@reports.get("/stock.csv")
def export_stock(stock: Stock) -> Annotated[str, MediaType("text/csv")]:
    """Export the stock"""
    rows = ["number,copies", *(f"{r.number},{r.copies}" for r in stock.search())]
    return "\n".join(rows) + "\n"


def reset() -> None:
    app.extensions["shop"] = open_shop()


def create_app(staff_key: str = "vinyl") -> Flask:
    app = Flask(__name__)
    app.config.update(TYPED_TITLE="Record shop", TYPED_VERSION="1.0", STAFF_KEY=staff_key)
    app.config["TYPED_PAGE_HEADERS"] = "x-pagination"
    app.extensions["shop"] = open_shop()
    typed.init_app(app)
    for blueprint in (records, orders, reports):
        app.register_blueprint(blueprint)

    @app.get("/ping")
    def ping() -> str:
        return "pong"

    return app


app = create_app()
