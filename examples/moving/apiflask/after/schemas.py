"""The schemas of the clinic: those of APIFlask with other imports, without parameters and files."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.fields import (
    URL,
    AwareDateTime,
    Date,
    Decimal,
    Dict,
    Email,
    Enum,
    Integer,
    List,
    Nested,
    String,
    Time,
)
from marshmallow.validate import Length, OneOf, Range

from ..clinic import State

SPECIALITIES = ["eyes", "teeth"]


class Login(Schema):
    name = String(required=True)
    password = String(required=True)


class Token(Schema):
    token = String(required=True)


class DoctorOut(Schema):
    id = Integer()
    name = String()
    speciality = String(validate=OneOf(SPECIALITIES))
    fee = Decimal(places=2, as_string=True)
    rooms = List(Integer())


class SlotsOut(Schema):
    day = Date()
    free = List(Time(format="%H:%M:%S"))


class Contact(Schema):
    email = Email(required=True)
    phone = String(load_default=None, validate=Length(1, 20))


class AppointmentIn(Schema):
    doctor_id = Integer(required=True, metadata={"description": "Whom to see."})
    starts = AwareDateTime(required=True)
    minutes = Integer(load_default=30, validate=Range(10, 120))
    reason = String(required=True, validate=Length(1, 100))
    contact = Nested(Contact, required=True)

    @validates_schema
    def check_hours(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "starts" in data and not 9 <= data["starts"].hour < 13:
            raise ValidationError("The clinic is open from 9 to 13.", "starts")


class AppointmentChange(Schema):
    minutes = Integer(validate=Range(10, 120))
    reason = String(validate=Length(1, 100))
    state = Enum(State, by_value=True)
    notes = String(allow_none=True, validate=Length(max=200))


class AppointmentOut(Schema):
    id = Integer()
    patient = String()
    doctor = Nested(DoctorOut(only=("id", "name")))
    starts = AwareDateTime()
    minutes = Integer()
    reason = String()
    contact = Nested(Contact)
    state = Enum(State, by_value=True)
    fee = Decimal(places=2, as_string=True)
    notes = String(allow_none=True)


class PaginationSchema(Schema):
    page = Integer()
    per_page = Integer()
    pages = Integer()
    total = Integer()
    current = URL()
    next = String()
    prev = String()
    first = URL()
    last = URL()


class AppointmentsOut(Schema):
    appointments = List(Nested(AppointmentOut))
    pagination = Nested(PaginationSchema)


class UploadOut(Schema):
    title = String()
    size = Integer()


class MeOut(Schema):
    name = String()
    role = String()


class RoomIn(Schema):
    rooms = List(Integer(validate=Range(1, 99)), required=True)


class SummaryOut(Schema):
    language = String()
    by_state = Dict(keys=String(), values=Integer())
