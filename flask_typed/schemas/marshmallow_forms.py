"""The forms of the JSON values of marshmallow's own fields, which the document describes.

Registration and publishing time. A form is a field of flask_typed, which accepts only values of
that form; a class with its own way to read values has no known form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

from marshmallow import fields

from ..libraries.marshmallow import find_readers
from ..wire.limits import MAX_DIGITS
from ..wire.numbers import NUMBER
from .families.addresses import ADDRESS_KINDS
from .families.choices import Choice
from .families.decimals import DecimalNumber, DecimalText
from .families.encoded import Address
from .families.scalars import UUID, Boolean, Float, Integer, String
from .families.temporal import AnyDateTime, Date, DateTime, LocalDateTime, Time
from .families.unions import AnyOf
from .fields import TypedField

#: The first moment whose year has more than four digits, in seconds since 1970.
END_OF_TIME = 253402300800
#: Every ``timedelta`` has at most so many whole days.
MAX_TIMEDELTA_DAYS = 999_999_998
#: The number of each unit of ``fields.TimeDelta`` in a day.
PER_DAY = {
    "weeks": 1 / 7,
    "days": 1,
    "hours": 24,
    "minutes": 24 * 60,
    "seconds": 24 * 3600,
    "milliseconds": 24 * 3600 * 10**3,
    "microseconds": 24 * 3600 * 10**6,
}
ISO = (None, "iso", "iso8601")
#: A whole number as text, with no more digits than Python converts.
WHOLE_NUMBER_TEXT = re.compile(rf"-?(0|[1-9][0-9]{{0,{MAX_DIGITS - 1}}})")


class Limited(Float):
    """A number between two bounds, which are part of the form."""

    def __init__(self, least: float, most: float, **options: Any) -> None:
        super().__init__(**options)
        self.json_schema = {"type": "number", "minimum": least, "maximum": most}

    def load(self, value: Any) -> float:
        number = super().load(value)
        if not self.json_schema["minimum"] <= number <= self.json_schema["maximum"]:
            raise self.make_error("invalid")
        return number


class NumberText(TypedField):
    """A number as text.

    :param pattern: the pattern of the whole text.
    """

    default_error_messages = {"invalid": "Not a valid number in text form."}

    def __init__(self, pattern: re.Pattern[str], **options: Any) -> None:
        super().__init__(**options)
        self.pattern = pattern
        self.json_schema = {"type": "string", "pattern": f"^{pattern.pattern}$"}
        self.expected = "a number in text form"

    def load(self, value: Any) -> Any:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.make_error("invalid")
        return value


def integer_form(field: fields.Integer) -> TypedField:
    """Return the form of whole numbers."""
    return NumberText(WHOLE_NUMBER_TEXT) if field.as_string else Integer()


def number_form(field: fields.Number[Any]) -> TypedField:
    """Return the form of numbers."""
    return NumberText(NUMBER) if field.as_string else Float()


def decimal_form(field: fields.Decimal) -> TypedField:
    """Return the form of decimal numbers."""
    return DecimalText() if field.as_string else DecimalNumber()


def datetime_form(field: fields.DateTime) -> TypedField | None:
    """Return the form of dates with a time; any text if the format is a pattern of ``strptime``."""
    if field.format == "timestamp":
        return Limited(0, END_OF_TIME - 1)
    if field.format == "timestamp_ms":
        return Limited(0, (END_OF_TIME - 1) * 1000)
    if field.format not in ISO:
        return String()
    if isinstance(field, fields.NaiveDateTime) and field.timezone is None:
        return LocalDateTime()
    if isinstance(field, fields.AwareDateTime) and field.default_timezone is None:
        return DateTime()
    return AnyDateTime()


def duration_form(field: fields.TimeDelta) -> TypedField:
    """Return the form of durations: a number of a unit."""
    most = int(MAX_TIMEDELTA_DAYS * PER_DAY[field.precision])
    return Limited(-most, most)


def enum_form(field: fields.Enum[Any]) -> TypedField | None:
    """Return the form of an Enum: names or values; ``None`` if another field writes the values."""
    members: Any = field.enum.__members__
    if field.by_value is False:
        return Choice(list(members.items()))
    values = [(member.value, member) for member in dict.fromkeys(members.values())]
    return Choice(values) if field.by_value is True and are_scalars(values) else None


def are_scalars(pairs: list[tuple[Any, Any]]) -> bool:
    """Return whether JSON has a scalar for every value; ``allow_none`` decides about ``None``."""
    return all(type(wire) in (str, int, float, bool, type(None)) for wire, _ in pairs)


def address_form(*kinds: type) -> Callable[[Any], TypedField]:
    """Return a function that makes the form of addresses of one or several kinds."""
    known = {kind.python_type: kind for kind in ADDRESS_KINDS}

    def make(field: Any) -> TypedField:
        forms = [Address(known[kind]) for kind in kinds]
        return AnyOf(forms) if forms[1:] else forms[0]

    return make


#: The form of each marshmallow class; looked up by class, in order.
FIELD_FORMS: tuple[tuple[type, Callable[[Any], TypedField | None]], ...] = (
    (fields.UUID, lambda field: UUID()),
    (fields.String, lambda field: String()),
    (fields.Integer, integer_form),
    (fields.Decimal, decimal_form),
    (fields.Number, number_form),
    (fields.Boolean, lambda field: Boolean()),
    (fields.DateTime, datetime_form),
    (fields.Time, lambda field: Time() if field.format in ISO else String()),
    (fields.Date, lambda field: Date() if field.format in ISO else String()),
    (fields.TimeDelta, duration_form),
    (fields.Enum, enum_form),
    (fields.IPv4, address_form(IPv4Address)),
    (fields.IPv6, address_form(IPv6Address)),
    (fields.IP, address_form(IPv4Address, IPv6Address)),
    (fields.IPv4Interface, address_form(IPv4Interface)),
    (fields.IPv6Interface, address_form(IPv6Interface)),
    (fields.IPInterface, address_form(IPv4Interface, IPv6Interface)),
)


def find_form(field: fields.Field[Any]) -> TypedField | None:
    """Return the form of a marshmallow field's JSON values; ``None`` if it is unknown."""
    if isinstance(field, TypedField) or not reads_as_marshmallow(type(field)):
        return None
    make = next((make for kind, make in FIELD_FORMS if isinstance(field, kind)), None)
    return make(field) if make else None


def reads_as_marshmallow(cls: type) -> bool:
    """Return whether a class reads values as marshmallow's own classes do."""
    # Held fields read in the same way.
    known = (fields.__name__, f"{__package__}.marshmallow_fields")
    return all(reader.__module__ in known for reader in find_readers(cls))
