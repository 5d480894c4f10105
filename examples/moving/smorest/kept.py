"""The API of the shop on Flask with flask_typed, with the marshmallow schemas as they were."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from flask import Flask, current_app, url_for
from flask.views import MethodView
from flask_typed import (
    APIKeyHeader,
    Created,
    Depends,
    ETag,
    Header,
    IfMatch,
    MediaType,
    NumberedPaging,
    PagedList,
    PageSize,
    Query,
    Reply,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)
from typing_extensions import NotRequired, TypedDict
from webargs.flaskparser import abort
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Conflict, HTTPException, NotFound

from . import schemas, shop
from .shop import Format, NumberTaken, RecordMissing, Shop, SoldOut, open_shop

NewRecord = Annotated[dict[str, Any], schemas.RecordSchema]
RecordPatch = Annotated[dict[str, Any], schemas.RecordPatchSchema(partial=True)]
RecordBody = Annotated[shop.Record, schemas.RecordSchema]
TAGGED = Returns(headers={"ETag": str})
NewOrder = Annotated[dict[str, Any], schemas.OrderSchema]
OrderBody = Annotated[shop.Order, schemas.OrderSchema]
FormatValue = Annotated[dict[str, Any], schemas.FormatValueSchema]


class ErrorBody(TypedDict):
    """An error, as flask-smorest sends it."""

    code: int
    status: str
    message: NotRequired[str]
    errors: NotRequired[dict[str, Any]]


def make_error(error: HTTPException) -> ErrorBody:
    """Return the body of an error."""
    body = ErrorBody(code=error.code or 500, status=error.name)
    data = getattr(error, "data", None) or {}
    if "message" in data:
        body["message"] = data["message"]
    if "errors" in data or "messages" in data:
        body["errors"] = data.get("errors") or data["messages"]
    return body


typed = Typed(problem_shape=make_error)
records = TypedBlueprint(
    "records", __name__, url_prefix="/records", description="Find and keep records"
)
orders = TypedBlueprint("orders", __name__, url_prefix="/orders", description="Sell records")
reports = TypedBlueprint("reports", __name__, url_prefix="/reports", description="Count the stock")


def get_shop() -> Shop:
    found: Shop = current_app.extensions["shop"]
    return found


def admit_staff(key: Annotated[str, Depends(APIKeyHeader("X-Key", name="staff"))]) -> None:
    """Let in who sends the key of the staff."""
    if not hmac.compare_digest(key, current_app.config["STAFF_KEY"]):
        abort(401, message="Staff only.")


Staff = Annotated[None, Security(admit_staff)]


def find_record(record_id: int) -> shop.Record:
    try:
        return get_shop().find(record_id)
    except RecordMissing:
        abort(404, message="No record has this id.")


def make_tag(record: shop.Record) -> ETag:
    return ETag.of(typed.dump_json(record, RecordBody))


def tag(record: shop.Record) -> Reply[shop.Record]:
    return Reply(record, headers={"ETag": str(make_tag(record))})


#: Pages as before, with ``page`` and ``page_size``.
RecordPaging = Annotated[NumberedPaging, PageSize(default=2, max=50)]
OrderPaging = Annotated[NumberedPaging, PageSize(default=10)]


@records.route("/", etag=True)
class Records(MethodView):
    def get(
        self,
        args: Annotated[dict[str, Any], Query(), schemas.RecordQuerySchema],
        paging: RecordPaging,
    ) -> PagedList[RecordBody]:
        """List records

        Filters may be combined.
        """
        return PagedList(paging.page(get_shop().search(**args)))

    @raises(Conflict)
    def post(
        self, values: NewRecord, staff: Staff
    ) -> Annotated[Created[RecordBody], Returns(headers={"Location": str})]:
        """Add a record"""
        try:
            record = get_shop().add(**values)
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")
        return Created(record, headers={"Location": url_for("records.Record", record_id=record.id)})


@records.route("/<int:record_id>", etag=True, require_match=True)
class Record(MethodView):
    @raises(NotFound)
    def get(self, record_id: int) -> RecordBody:
        """Read a record"""
        return find_record(record_id)

    @raises(NotFound, Conflict)
    def put(
        self, values: NewRecord, record_id: int, match: IfMatch, staff: Staff
    ) -> Annotated[Reply[RecordBody], TAGGED]:
        """Replace a record"""
        record = find_record(record_id)
        match.check(make_tag(record))
        try:
            return tag(get_shop().change(record, **values))
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")

    @raises(NotFound, Conflict)
    def patch(
        self, values: RecordPatch, record_id: int, match: IfMatch, staff: Staff
    ) -> Annotated[Reply[RecordBody], TAGGED]:
        """Change a record"""
        record = find_record(record_id)
        match.check(make_tag(record))
        try:
            return tag(get_shop().change(record, **values))
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")

    @raises(NotFound)
    def delete(self, record_id: int, match: IfMatch, staff: Staff) -> None:
        """Remove a record"""
        record = find_record(record_id)
        match.check(make_tag(record))
        get_shop().remove(record)


@records.route("/<int:record_id>/cover")
class Cover(MethodView):
    @raises(NotFound)
    def get(self, record_id: int) -> Annotated[bytes, MediaType("image/png")]:
        """Show the cover"""
        cover = get_shop().covers.get(find_record(record_id).id)
        if cover is None:
            abort(404, message="The record has no cover.")
        return cover

    @raises(NotFound)
    def put(self, cover: FileStorage, record_id: int, staff: Staff) -> None:
        """Upload the cover, a PNG"""
        record = find_record(record_id)
        content = cover.read()
        if not content.startswith(b"\x89PNG"):
            abort(422, errors={"files": {"cover": ["Not a PNG."]}})
        get_shop().covers[record.id] = content


@orders.route("/")
class Orders(MethodView):
    def get(self, paging: OrderPaging, staff: Staff) -> PagedList[OrderBody]:
        """List orders, the newest first"""
        found = sorted(get_shop().orders.values(), key=lambda o: o.placed_at, reverse=True)
        return PagedList(paging.page(found))

    @raises(Conflict)
    def post(
        self, values: NewOrder, headers: Annotated[dict[str, Any], Header(), schemas.TillSchema]
    ) -> Created[OrderBody]:
        """Place an order"""
        try:
            return Created(get_shop().place(**values, till=headers["till"]))
        except RecordMissing:
            abort(422, errors={"json": {"lines": ["There is no such record."]}})
        except SoldOut as error:
            abort(409, message=str(error), errors={"record_id": error.record.id})


@orders.route("/<uuid:order_id>")
class Order(MethodView):
    @raises(NotFound)
    def get(self, order_id: UUID) -> OrderBody:
        """Read an order"""
        if order_id not in get_shop().orders:
            abort(404, message="No order has this id.")
        return get_shop().orders[order_id]

    @raises(NotFound)
    def delete(self, order_id: UUID, staff: Staff) -> None:
        """Cancel an order"""
        if order_id not in get_shop().orders:
            abort(404, message="No order has this id.")
        get_shop().cancel(get_shop().orders[order_id])


@reports.get("/value", returns=list[FormatValue])
def sum_values() -> Iterator[dict[str, Any]]:
    """Sum the value of the stock, by format"""
    for format_ in Format:
        found = get_shop().search(formats=[format_])
        yield {
            "format": format_,
            "copies": sum(record.copies for record in found),
            "value": sum(record.price * record.copies for record in found),
        }


@reports.get("/stock.csv")
def export_stock() -> Annotated[str, MediaType("text/csv")]:
    """Export the stock"""
    rows = ["number,copies", *(f"{r.number},{r.copies}" for r in get_shop().search())]
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
