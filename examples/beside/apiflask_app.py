"""The five resources with APIFlask and sqlakeyset."""

import csv
import io

import sqlalchemy as sa
from apiflask import APIFlask, HTTPError, Schema
from apiflask.fields import Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range
from flask import Response, json, request
from marshmallow import ValidationError, validates_schema
from sqlakeyset import BadBookmark, InvalidPage, select_page
from sqlalchemy.orm import Session

from . import models
from .keys import KeyReused, RequestInProgress, repeat

app = APIFlask(__name__)

ID = Range(1, 2**63 - 1)
PRICE = Range(0, 10**9)


class BookKeys(Schema):
    title = String(required=True, validate=Length(1, 200))
    price = Integer(required=True, validate=PRICE)
    genre = String(allow_none=True, validate=Length(1, 50))
    sale_price = Integer(allow_none=True, validate=PRICE)


class NewBook(BookKeys):
    @validates_schema
    def reject_higher_sale_price(self, book, **options):
        """Reject a sale that is no sale."""
        if book.get("sale_price") is not None and book["sale_price"] >= book["price"]:
            raise ValidationError("The sale price has to be lower than the price.")


class Book(BookKeys):
    id = Integer(required=True)


def find_book(book_id, session):
    """Return the row of a book."""
    row = session.get(models.Book, book_id)
    if row is None:
        raise HTTPError(404, "No book has this id.")
    return row


# -- Partial update --


@app.patch("/books/<int:book_id>")
@app.input(BookKeys(partial=True), schema_name="BookPatch")
@app.output(Book)
@app.doc(responses=[404])
def change_book(book_id, json_data):
    """Change some fields of a book."""
    with models.Session.begin() as session:
        row = find_book(book_id, session)
        stored = {name: getattr(row, name) for name in NewBook().fields}
        errors = NewBook().validate(stored | json_data)
        if errors:
            raise HTTPError(422, "Validation error", detail={"json": errors})
        for name, value in json_data.items():
            setattr(row, name, value)
    return row


# -- Pages --

COLUMNS = {"title": models.Book.title, "price": models.Book.price}


class BookQuery(Schema):
    limit = Integer(load_default=20, validate=Range(1, 100))
    cursor = String()
    genre = String()
    max_price = Integer(validate=PRICE)
    sort = String(load_default="title", validate=OneOf(["title", "-title", "price", "-price"]))


class BookPage(Schema):
    items = List(Nested(Book))
    next = String(allow_none=True)


@app.get("/books")
@app.input(BookQuery, location="query")
@app.output(BookPage)
def list_books(query_data):
    """List the books in pages."""
    query = sa.select(models.Book)
    if "genre" in query_data:
        query = query.where(models.Book.genre == query_data["genre"])
    if "max_price" in query_data:
        query = query.where(models.Book.price <= query_data["max_price"])
    column = COLUMNS[query_data["sort"].removeprefix("-")]
    ordered = column.desc() if query_data["sort"].startswith("-") else column
    query = query.order_by(ordered, models.Book.id)
    with models.Session() as session:
        try:
            page = select_page(session, query, query_data["limit"], page=query_data.get("cursor"))
        except (BadBookmark, InvalidPage):
            raise HTTPError(422, "Not a cursor of this list.") from None
    following = page.paging.bookmark_next if page.paging.has_next else None
    return {"items": [row for (row,) in page], "next": following}


# -- Conditional requests --


class Details(Book):
    blurb = String(required=True)


class Tag(Schema):
    etag = String(data_key="ETag")


class IfNoneMatch(Schema):
    tags = String(data_key="If-None-Match")


class IfMatch(Schema):
    tags = String(data_key="If-Match")


@app.get("/books/<int:book_id>")
@app.input(IfNoneMatch, location="headers")
@app.output(Details, headers=Tag)
@app.doc(responses=[304, 404])
def read_book(book_id, headers_data):
    """Read a book."""
    with models.Session() as session:
        row = find_book(book_id, session)
    tag = {"ETag": f'"{row.version}"'}
    if request.if_none_match.contains_weak(str(row.version)):
        return "", 304, tag
    return {**vars(row), "blurb": models.describe(row.title)}, tag


@app.put("/books/<int:book_id>")
@app.input(NewBook)
@app.input(IfMatch, location="headers")
@app.output(Book)
@app.doc(responses=[404, 412, 428])
def replace_book(book_id, json_data, headers_data):
    """Replace the version of a book that the client has read."""
    with models.Session.begin() as session:
        row = find_book(book_id, session)
        if not request.if_match:
            raise HTTPError(428, "The header If-Match is required.")
        if not request.if_match.contains(str(row.version)):
            raise HTTPError(412, "The book has another version.")
        for name in NewBook().fields:
            setattr(row, name, json_data.get(name))
    return row


# -- Repeatable requests --


class NewOrder(Schema):
    book_id = Integer(required=True, validate=ID)
    copies = Integer(required=True, validate=Range(1, 100))


class Order(NewOrder):
    id = Integer(required=True)


class Key(Schema):
    key = String(required=True, data_key="Idempotency-Key", validate=Length(1, 100))


@app.post("/orders")
@app.input(NewOrder)
@app.input(Key, location="headers")
@app.output(Order, status_code=201)
@app.doc(responses=[404, 409])
def place_order(json_data, headers_data):
    """Order copies of a book."""

    def work(session: Session) -> str:
        find_book(json_data["book_id"], session)
        row = models.Order(**json_data)
        session.add(row)
        session.flush()
        models.charge(row.copies)
        return Order().dumps(row)

    try:
        body = repeat(headers_data["key"], json.dumps(json_data).encode(), work)
    except RequestInProgress:
        raise HTTPError(409, "A request with this key is in progress.") from None
    except KeyReused:
        raise HTTPError(422, "The key was used for another request.") from None
    return Response(body, 201, content_type="application/json")


# -- Bulk and formats --


class Delivery(Schema):
    id = Integer(required=True, validate=ID)
    copies = Integer(required=True, validate=Range(-1000, 1000))


class Stock(Schema):
    id = Integer()
    title = String()
    stock = Integer()


class Result(Schema):
    status = Integer(required=True)
    value = Nested(Stock)
    detail = String()


@app.patch("/stock")
@app.input(Delivery(many=True))
@app.output(Result(many=True), status_code=207)
def change_stock(json_data):
    """Add copies to the stock, or take them away."""
    if not 1 <= len(json_data) <= 100:
        raise HTTPError(422, "Send 1 to 100 changes.")
    results = []
    with models.Session.begin() as session:
        for delivery in json_data:
            try:
                with session.begin_nested():
                    row = find_book(delivery["id"], session)
                    if row.stock + delivery["copies"] < 0:
                        raise HTTPError(409, "There are fewer copies of this book.")
                    row.stock += delivery["copies"]
                results.append({"status": 200, "value": row})
            except HTTPError as error:
                results.append({"status": error.status_code, "detail": error.message})
    return results


@app.get("/stock")
@app.output(Stock(many=True))
@app.doc(responses=[406])
def list_stock():
    """List the stock, as JSON or CSV."""
    formats = ["application/json", "text/csv"]
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(formats) if accepted else formats[0]
    if media_type is None:
        raise HTTPError(406, "The response can be application/json or text/csv.")
    with models.Session() as session:
        rows = session.scalars(sa.select(models.Book).order_by(models.Book.id)).all()
    headers = {"Vary": "Accept"}
    if media_type == "application/json":
        return rows, headers
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, Stock().fields)
    writer.writeheader()
    writer.writerows(Stock(many=True).dump(rows))
    return Response(text.getvalue(), headers=headers, content_type="text/csv")
