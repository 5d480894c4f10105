"""Flask and bare msgspec with dataclasses: the limit on Flask.

It has no document, reports one error at a time, and each view decodes and encodes by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Annotated

import msgspec
from flask import Flask, Response, request
from msgspec import Meta

from .models import Found, Priority, make_lines

IS_ASGI = False


@dataclass
class Line:
    """A line of an order."""

    sku: Annotated[str, Meta(min_length=1, max_length=20)]
    qty: Annotated[int, Meta(ge=1)]
    price: float
    tags: list[str]
    due: dt.date


@dataclass
class Order:
    """An order."""

    id: uuid.UUID
    customer: str
    email: str
    created: dt.datetime
    priority: Priority
    lines: list[Line]
    notes: str | None = None


@dataclass
class Search:
    """What is looked for."""

    q: Annotated[str, Meta(min_length=1, max_length=50)]
    page: Annotated[int, Meta(ge=1)] = 1
    size: Annotated[int, Meta(ge=1, le=100)] = 20
    newest: bool = False


def make_app(order_type: type = Order, line_type: type = Line) -> Flask:
    """Return the app."""
    app = Flask("msgspec")
    ready = make_lines(line_type)
    decode = msgspec.json.Decoder(order_type).decode
    encode = msgspec.json.Encoder().encode

    def write(value: object, status: int = 200) -> Response:
        return Response(encode(value), status, mimetype="application/json")

    @app.errorhandler(msgspec.ValidationError)
    def refuse(error: msgspec.ValidationError) -> Response:
        return write({"detail": str(error)}, 422)

    @app.get("/found")
    def find() -> Response:
        search = msgspec.convert(request.args.to_dict(), Search, strict=False)
        return write(Found(search.q, search.page, search.size, search.newest))

    @app.post("/orders")
    def add_order() -> Response:
        return write(decode(request.get_data()))

    @app.get("/lines")
    def list_lines() -> Response:
        return write(make_lines(line_type))

    @app.get("/ready")
    def list_ready() -> Response:
        return write(ready)

    return app
