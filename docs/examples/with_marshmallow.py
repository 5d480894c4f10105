from dataclasses import dataclass
from typing import Annotated, Any

from flask import Flask
from flask_typed import Typed
from marshmallow import Schema, ValidationError, fields, validates_schema

app = Flask(__name__)
typed = Typed(app)


class StaySchema(Schema):
    """A schema that was there before."""

    arrives = fields.Date(required=True)
    leaves = fields.Date(required=True)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["leaves"] <= data["arrives"]:
            raise ValidationError("Must be after arrival.", "leaves")


Stay = Annotated[dict[str, Any], StaySchema()]


@dataclass
class Booking:
    stay: Stay
    contact: Annotated[str, fields.Email()]


@typed.post("/bookings")
def book(booking: Booking) -> Stay:
    """Book a stay."""
    return booking.stay
