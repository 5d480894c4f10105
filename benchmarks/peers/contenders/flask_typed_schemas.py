"""flask_typed with existing marshmallow schemas; plain ones are accelerated."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge, Le, Len
from flask import Flask
from flask_typed import Typed
from marshmallow import Schema, fields, validate

from .models import Line, Priority, make_lines

IS_ASGI = False


class LineSchema(Schema):
    """A line of an order."""

    sku = fields.String(required=True, validate=validate.Length(1, 20))
    qty = fields.Integer(required=True, validate=validate.Range(min=1))
    price = fields.Float(required=True)
    tags = fields.List(fields.String(), required=True)
    due = fields.Date(required=True)


class OrderSchema(Schema):
    """An order."""

    id = fields.UUID(required=True)
    customer = fields.String(required=True)
    email = fields.String(required=True)
    created = fields.AwareDateTime(required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    notes = fields.String(allow_none=True)


class FoundSchema(Schema):
    """What was looked for."""

    q = fields.String()
    page = fields.Integer()
    size = fields.Integer()
    newest = fields.Boolean()


def make_app() -> Flask:
    """Return the app."""
    app = Flask("typed")
    typed = Typed(app)
    ready: list[Line] = make_lines(Line)

    @typed.get("/found")
    def find(
        q: Annotated[str, Len(1, 50)],
        page: Annotated[int, Ge(1)] = 1,
        size: Annotated[int, Ge(1), Le(100)] = 20,
        newest: bool = False,
    ) -> Annotated[dict[str, Any], FoundSchema]:
        return {"q": q, "page": page, "size": size, "newest": newest}

    @typed.post("/orders")
    def add_order(
        order: Annotated[dict[str, Any], OrderSchema],
    ) -> Annotated[dict[str, Any], OrderSchema]:
        return order

    @typed.get("/lines")
    def list_lines() -> Annotated[list[Line], LineSchema(many=True)]:
        return make_lines(Line)

    @typed.get("/ready")
    def list_ready() -> Annotated[list[Line], LineSchema(many=True)]:
        return ready

    return app
