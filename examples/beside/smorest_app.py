"""The five resources with flask-smorest and sqlakeyset."""

import csv
import io

import marshmallow as ma
import sqlalchemy as sa
from flask import Flask, Response, json, request
from flask_smorest import Api, Blueprint, abort
from marshmallow.validate import Length, OneOf, Range
from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from . import models
from .keys import KeyReused, RequestInProgress, repeat

app = Flask(__name__)
app.config |= {
    "API_TITLE": "Books",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
}
books = Blueprint("books", __name__)

ID = Range(1, 2**63 - 1)
PRICE = Range(0, 10**9)


class BookKeysSchema(ma.Schema):
    title = ma.fields.String(required=True, validate=Length(1, 200))
    price = ma.fields.Integer(required=True, validate=PRICE)
    genre = ma.fields.String(allow_none=True, validate=Length(1, 50))
    sale_price = ma.fields.Integer(allow_none=True, validate=PRICE)


class NewBookSchema(BookKeysSchema):
    @ma.validates_schema
    def reject_higher_sale_price(self, book, **options):
        """Reject a sale that is no sale."""
        if book.get("sale_price") is not None and book["sale_price"] >= book["price"]:
            raise ma.ValidationError("The sale price has to be lower than the price.")


class BookSchema(BookKeysSchema):
    id = ma.fields.Integer(required=True)


def find_book(book_id, session):
    """Return the row of a book."""
    row = session.get(models.Book, book_id)
    if row is None:
        abort(404, message="No book has this id.")
    return row


# -- Partial update --


@books.route("/books/<int:book_id>", methods=["PATCH"])
@books.arguments(BookKeysSchema(partial=True))
@books.response(200, BookSchema)
@books.alt_response(404)
def change_book(changes, book_id):
    """Change some fields of a book."""
    with models.Session.begin() as session:
        row = find_book(book_id, session)
        stored = {name: getattr(row, name) for name in NewBookSchema().fields}
        errors = NewBookSchema().validate(stored | changes)
        if errors:
            abort(422, errors={"json": errors})
        for name, value in changes.items():
            setattr(row, name, value)
    return row


# -- Pages --

COLUMNS = {"title": models.Book.title, "price": models.Book.price}


class BookQuerySchema(ma.Schema):
    limit = ma.fields.Integer(load_default=20, validate=Range(1, 100))
    cursor = ma.fields.String()
    genre = ma.fields.String()
    max_price = ma.fields.Integer(validate=PRICE)
    sort = ma.fields.String(
        load_default="title", validate=OneOf(["title", "-title", "price", "-price"])
    )


class BookPageSchema(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(BookSchema))
    next = ma.fields.String(allow_none=True)


@books.route("/books")
@books.arguments(BookQuerySchema, location="query")
@books.response(200, BookPageSchema)
def list_books(given):
    """List the books in pages."""
    query = sa.select(models.Book)
    if "genre" in given:
        query = query.where(models.Book.genre == given["genre"])
    if "max_price" in given:
        query = query.where(models.Book.price <= given["max_price"])
    column = COLUMNS[given["sort"].removeprefix("-")]
    ordered = column.desc() if given["sort"].startswith("-") else column
    query = query.order_by(ordered, models.Book.id)
    with models.Session() as session:
        try:
            page = select_page(session, query, given["limit"], page=given.get("cursor"))
        except (BadBookmark, InvalidPage):
            abort(422, message="Not a cursor of this list.")
    following = page.paging.bookmark_next if page.paging.has_next else None
    return {"items": [row for (row,) in page], "next": following}


# -- Conditional requests --


class DetailsSchema(BookSchema):
    blurb = ma.fields.String(required=True)


@books.route("/books/<int:book_id>")
@books.etag
@books.response(200, DetailsSchema)
@books.alt_response(404)
def read_book(book_id):
    """Read a book."""
    with models.Session() as session:
        row = find_book(book_id, session)
    books.set_etag(row.version)
    return {**vars(row), "blurb": models.describe(row.title)}


@books.route("/books/<int:book_id>", methods=["PUT"])
@books.etag
@books.arguments(NewBookSchema)
@books.response(200, BookSchema)
@books.alt_response(404)
def replace_book(book, book_id):
    """Replace the version of a book that the client has read."""
    with models.Session.begin() as session:
        row = find_book(book_id, session)
        books.check_etag(row.version)
        for name in NewBookSchema().fields:
            setattr(row, name, book.get(name))
    books.set_etag(row.version)
    return row


# -- Repeatable requests --


class NewOrderSchema(ma.Schema):
    book_id = ma.fields.Integer(required=True, validate=ID)
    copies = ma.fields.Integer(required=True, validate=Range(1, 100))


class OrderSchema(NewOrderSchema):
    id = ma.fields.Integer(required=True)


class KeySchema(ma.Schema):
    key = ma.fields.String(required=True, data_key="Idempotency-Key", validate=Length(1, 100))


@books.route("/orders", methods=["POST"])
@books.arguments(NewOrderSchema)
@books.arguments(KeySchema, location="headers")
@books.response(201, OrderSchema)
@books.alt_response(404)
@books.alt_response(409)
def place_order(order, headers):
    """Order copies of a book."""

    def work(session: Session) -> str:
        find_book(order["book_id"], session)
        row = models.Order(**order)
        session.add(row)
        session.flush()
        models.charge(row.copies)
        return OrderSchema().dumps(row)

    try:
        body = repeat(headers["key"], json.dumps(order).encode(), work)
    except RequestInProgress:
        abort(409, message="A request with this key is in progress.")
    except KeyReused:
        abort(422, message="The key was used for another request.")
    return Response(body, 201, content_type="application/json")


# -- Bulk and formats --


class DeliverySchema(ma.Schema):
    id = ma.fields.Integer(required=True, validate=ID)
    copies = ma.fields.Integer(required=True, validate=Range(-1000, 1000))


class StockSchema(ma.Schema):
    id = ma.fields.Integer()
    title = ma.fields.String()
    stock = ma.fields.Integer()


class ResultSchema(ma.Schema):
    status = ma.fields.Integer(required=True)
    value = ma.fields.Nested(StockSchema)
    detail = ma.fields.String()


@books.route("/stock", methods=["PATCH"])
@books.arguments(DeliverySchema(many=True))
@books.response(207, ResultSchema(many=True))
def change_stock(deliveries):
    """Add copies to the stock, or take them away."""
    if not 1 <= len(deliveries) <= 100:
        abort(422, message="Send 1 to 100 changes.")
    results = []
    with models.Session.begin() as session:
        for delivery in deliveries:
            try:
                with session.begin_nested():
                    row = find_book(delivery["id"], session)
                    if row.stock + delivery["copies"] < 0:
                        abort(409, message="There are fewer copies of this book.")
                    row.stock += delivery["copies"]
                results.append({"status": 200, "value": row})
            except HTTPException as error:
                results.append({"status": error.code, "detail": error.data["message"]})
    return results


@books.route("/stock")
@books.response(200, StockSchema(many=True))
@books.alt_response(406)
def list_stock():
    """List the stock, as JSON or CSV."""
    formats = ["application/json", "text/csv"]
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(formats) if accepted else formats[0]
    if media_type is None:
        abort(406, message="The response can be application/json or text/csv.")
    with models.Session() as session:
        rows = session.scalars(sa.select(models.Book).order_by(models.Book.id)).all()
    headers = {"Vary": "Accept"}
    if media_type == "application/json":
        return rows, headers
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, StockSchema().fields)
    writer.writeheader()
    writer.writerows(StockSchema(many=True).dump(rows))
    return Response(text.getvalue(), headers=headers, content_type="text/csv")


Api(app).register_blueprint(books)
