"""The marshmallow schemas of the API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from webargs.fields import DelimitedList

from .shop import Customer, Format, Line, Track


class TrackSchema(ma.Schema):
    title = ma.fields.String(required=True, validate=ma.validate.Length(1, 120))
    seconds = ma.fields.Integer(required=True, validate=ma.validate.Range(1, 7200))

    @ma.post_load
    def make_track(self, data: dict[str, Any], **kwargs: Any) -> Track:
        return Track(**data)


class RecordSchema(ma.Schema):
    id = ma.fields.Integer(dump_only=True)
    number = ma.fields.String(
        required=True,
        validate=ma.validate.Regexp("^[A-Z]{2,4}-[0-9]{3,6}$"),
        metadata={"description": "The label's catalogue number.", "example": "BLU-1577"},
    )
    title = ma.fields.String(required=True, validate=ma.validate.Length(1, 120))
    artist = ma.fields.String(required=True, validate=ma.validate.Length(1, 120))
    format = ma.fields.Enum(Format, by_value=True, required=True)
    price = ma.fields.Decimal(
        places=2, as_string=True, required=True, validate=ma.validate.Range(min=0)
    )
    copies = ma.fields.Integer(load_default=0, validate=ma.validate.Range(min=0))
    released = ma.fields.Date(load_default=None, allow_none=True)
    tracks = ma.fields.List(ma.fields.Nested(TrackSchema), load_default=list)
    seconds = ma.fields.Integer(dump_only=True, metadata={"description": "The playing time."})


class RecordPatchSchema(RecordSchema):
    """A name of its own: two variants of one schema would get one name in the document."""


class RecordQuerySchema(ma.Schema):
    artist = ma.fields.String()
    formats = DelimitedList(ma.fields.Enum(Format, by_value=True))
    in_stock = ma.fields.Boolean()
    released_after = ma.fields.Date()
    sort = ma.fields.String(
        load_default="number", validate=ma.validate.OneOf(["number", "title", "artist", "price"])
    )


class CustomerSchema(ma.Schema):
    name = ma.fields.String(required=True, validate=ma.validate.Length(min=1))
    email = ma.fields.Email(required=True)

    @ma.post_load
    def make_customer(self, data: dict[str, Any], **kwargs: Any) -> Customer:
        return Customer(**data)


class LineSchema(ma.Schema):
    record_id = ma.fields.Integer(required=True)
    quantity = ma.fields.Integer(load_default=1, validate=ma.validate.Range(1, 10))

    @ma.post_load
    def make_line(self, data: dict[str, Any], **kwargs: Any) -> Line:
        return Line(**data)


class OrderSchema(ma.Schema):
    id = ma.fields.UUID(dump_only=True)
    customer = ma.fields.Nested(CustomerSchema, required=True)
    lines = ma.fields.List(
        ma.fields.Nested(LineSchema), required=True, validate=ma.validate.Length(min=1)
    )
    gift = ma.fields.Boolean(load_default=False)
    total = ma.fields.Decimal(places=2, as_string=True, dump_only=True)
    placed_at = ma.fields.AwareDateTime(dump_only=True)

    @ma.validates_schema
    def check_records(self, data: dict[str, Any], **kwargs: Any) -> None:
        numbers = [line.record_id for line in data["lines"]]
        if len(numbers) != len(set(numbers)):
            raise ma.ValidationError("A record stands in two lines.", "lines")


class TillSchema(ma.Schema):
    till = ma.fields.Integer(required=True, data_key="X-Till", validate=ma.validate.Range(1, 9))


class FormatValueSchema(ma.Schema):
    format = ma.fields.Enum(Format, by_value=True)
    copies = ma.fields.Integer()
    value = ma.fields.Decimal(places=2, as_string=True)
