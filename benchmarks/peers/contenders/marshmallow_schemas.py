"""The handwritten schemas of the contenders that use marshmallow."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from .models import Found, Line, Order, Priority


class LineSchema(Schema):
    """A line of an order."""

    sku = fields.String(required=True, validate=validate.Length(1, 20))
    qty = fields.Integer(required=True, validate=validate.Range(min=1))
    price = fields.Float(required=True)
    tags = fields.List(fields.String(), required=True)
    due = fields.Date(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Line:
        """Make the line."""
        return Line(**data)


class OrderSchema(Schema):
    """An order."""

    id = fields.UUID(required=True)
    customer = fields.String(required=True)
    email = fields.String(required=True)
    created = fields.AwareDateTime(required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    notes = fields.String(allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Order:
        """Make the order."""
        return Order(**data)


class SearchSchema(Schema):
    """What is looked for."""

    q = fields.String(required=True, validate=validate.Length(1, 50))
    page = fields.Integer(load_default=1, validate=validate.Range(min=1))
    size = fields.Integer(load_default=20, validate=validate.Range(1, 100))
    newest = fields.Boolean(load_default=False)


class FoundSchema(Schema):
    """What was looked for."""

    q = fields.String()
    page = fields.Integer()
    size = fields.Integer()
    newest = fields.Boolean()


__all__ = ["Found", "FoundSchema", "LineSchema", "OrderSchema", "SearchSchema"]
