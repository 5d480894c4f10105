"""The API of the shop, on flask-smorest."""

from __future__ import annotations

import hmac
from functools import wraps

import marshmallow as ma
from flask import Flask, Response, current_app, request, url_for
from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page, abort
from flask_smorest.fields import Upload

from .schemas import (
    FormatValueSchema,
    OrderSchema,
    RecordPatchSchema,
    RecordQuerySchema,
    RecordSchema,
    TillSchema,
)
from .shop import Format, NumberTaken, RecordMissing, SoldOut, open_shop


class CoverSchema(ma.Schema):
    cover = Upload(required=True)


records = Blueprint("records", __name__, url_prefix="/records", description="Find and keep records")
orders = Blueprint("orders", __name__, url_prefix="/orders", description="Sell records")
reports = Blueprint("reports", __name__, url_prefix="/reports", description="Count the stock")


def get_shop():
    return current_app.extensions["shop"]


def staff_only(view):
    """Let in who sends the key of the staff."""

    @wraps(view)
    def guarded(*args, **kwargs):
        key = request.headers.get("X-Key", "")
        if not hmac.compare_digest(key, current_app.config["STAFF_KEY"]):
            abort(401, message="Staff only.")
        return view(*args, **kwargs)

    return guarded


def find_record(record_id):
    try:
        return get_shop().find(record_id)
    except RecordMissing:
        abort(404, message="No record has this id.")


@records.route("/")
class Records(MethodView):
    @records.etag
    @records.arguments(RecordQuerySchema, location="query")
    @records.response(200, RecordSchema(many=True))
    @records.paginate(Page, page_size=2, max_page_size=50)
    def get(self, args):
        """List records

        Filters may be combined.
        """
        return get_shop().search(**args)

    @records.doc(security=[{"staff": []}])
    @records.arguments(RecordSchema)
    @records.response(201, RecordSchema, headers={"Location": {"schema": {"type": "string"}}})
    @records.alt_response(401, description="The key is wrong.")
    @records.alt_response(409, description="The catalogue number is taken.")
    @staff_only
    def post(self, values):
        """Add a record"""
        try:
            record = get_shop().add(**values)
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")
        return record, {"Location": url_for("records.Record", record_id=record.id)}


@records.route("/<int:record_id>")
class Record(MethodView):
    @records.etag
    @records.response(200, RecordSchema)
    @records.alt_response(404, description="No record has this id.")
    def get(self, record_id):
        """Read a record"""
        return find_record(record_id)

    @records.etag
    @records.doc(security=[{"staff": []}])
    @records.arguments(RecordSchema)
    @records.response(200, RecordSchema)
    @records.alt_response(401, description="The key is wrong.")
    @records.alt_response(404, description="No record has this id.")
    @records.alt_response(409, description="The catalogue number is taken.")
    @staff_only
    def put(self, values, record_id):
        """Replace a record"""
        record = find_record(record_id)
        records.check_etag(record, RecordSchema)
        try:
            return get_shop().change(record, **values)
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")

    @records.etag
    @records.doc(security=[{"staff": []}])
    @records.arguments(RecordPatchSchema(partial=True))
    @records.response(200, RecordSchema)
    @records.alt_response(401, description="The key is wrong.")
    @records.alt_response(404, description="No record has this id.")
    @records.alt_response(409, description="The catalogue number is taken.")
    @staff_only
    def patch(self, values, record_id):
        """Change a record"""
        record = find_record(record_id)
        records.check_etag(record, RecordSchema)
        try:
            return get_shop().change(record, **values)
        except NumberTaken:
            abort(409, message="The catalogue number is taken.")

    @records.etag
    @records.doc(security=[{"staff": []}])
    @records.response(204)
    @records.alt_response(401, description="The key is wrong.")
    @records.alt_response(404, description="No record has this id.")
    @staff_only
    def delete(self, record_id):
        """Remove a record"""
        record = find_record(record_id)
        records.check_etag(record, RecordSchema)
        get_shop().remove(record)


@records.route("/<int:record_id>/cover")
class Cover(MethodView):
    @records.response(200, {"type": "string", "format": "binary"}, content_type="image/png")
    @records.alt_response(404, description="The record has no cover.")
    def get(self, record_id):
        """Show the cover"""
        cover = get_shop().covers.get(find_record(record_id).id)
        if cover is None:
            abort(404, message="The record has no cover.")
        return Response(cover, mimetype="image/png")

    @records.doc(security=[{"staff": []}])
    @records.arguments(CoverSchema, location="files")
    @records.response(204)
    @records.alt_response(401, description="The key is wrong.")
    @records.alt_response(404, description="No record has this id.")
    @staff_only
    def put(self, files, record_id):
        """Upload the cover, a PNG"""
        record = find_record(record_id)
        content = files["cover"].read()
        if not content.startswith(b"\x89PNG"):
            abort(422, errors={"files": {"cover": ["Not a PNG."]}})
        get_shop().covers[record.id] = content


@orders.route("/")
class Orders(MethodView):
    @orders.doc(security=[{"staff": []}])
    @orders.response(200, OrderSchema(many=True))
    @orders.alt_response(401, description="The key is wrong.")
    @orders.paginate()
    @staff_only
    def get(self, pagination_parameters):
        """List orders, the newest first"""
        found = sorted(get_shop().orders.values(), key=lambda o: o.placed_at, reverse=True)
        pagination_parameters.item_count = len(found)
        first = pagination_parameters.first_item
        return found[first : first + pagination_parameters.page_size]

    @orders.arguments(OrderSchema)
    @orders.arguments(TillSchema, location="headers")
    @orders.response(201, OrderSchema)
    @orders.alt_response(409, description="Too few copies are left.")
    def post(self, values, headers):
        """Place an order"""
        try:
            return get_shop().place(**values, till=headers["till"])
        except RecordMissing:
            abort(422, errors={"json": {"lines": ["There is no such record."]}})
        except SoldOut as error:
            abort(409, message=str(error), errors={"record_id": error.record.id})


@orders.route("/<uuid:order_id>")
class Order(MethodView):
    @orders.response(200, OrderSchema)
    @orders.alt_response(404, description="No order has this id.")
    def get(self, order_id):
        """Read an order"""
        if order_id not in get_shop().orders:
            abort(404, message="No order has this id.")
        return get_shop().orders[order_id]

    @orders.doc(security=[{"staff": []}])
    @orders.response(204)
    @orders.alt_response(401, description="The key is wrong.")
    @orders.alt_response(404, description="No order has this id.")
    @staff_only
    def delete(self, order_id):
        """Cancel an order"""
        if order_id not in get_shop().orders:
            abort(404, message="No order has this id.")
        get_shop().cancel(get_shop().orders[order_id])


@reports.route("/value")
@reports.response(200, FormatValueSchema(many=True))
def sum_values():
    """Sum the value of the stock, by format"""
    for format_ in Format:
        found = get_shop().search(formats=[format_])
        yield {
            "format": format_,
            "copies": sum(record.copies for record in found),
            "value": sum(record.price * record.copies for record in found),
        }


@reports.route("/stock.csv")
@reports.response(200, {"type": "string"}, content_type="text/csv")
def export_stock():
    """Export the stock"""
    rows = ["number,copies", *(f"{r.number},{r.copies}" for r in get_shop().search())]
    return Response("\n".join(rows) + "\n", mimetype="text/csv")


def reset():
    app.extensions["shop"] = open_shop()


def create_app(staff_key="vinyl"):
    app = Flask(__name__)
    app.config.update(
        API_TITLE="Record shop",
        API_VERSION="1.0",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        STAFF_KEY=staff_key,
    )
    app.extensions["shop"] = open_shop()
    api = Api(app)
    api.spec.components.security_scheme(
        "staff", {"type": "apiKey", "in": "header", "name": "X-Key"}
    )
    api.register_blueprint(records)
    api.register_blueprint(orders)
    api.register_blueprint(reports)

    @app.get("/ping")
    def ping():
        return "pong"

    return app


app = create_app()
