"""marshmallow's own fields, where users wrote them: held to the form that the document says.

Registration and request time. In JSON, marshmallow's fields take more than a schema of theirs
could say (``fields.Integer`` takes ``"3"``), and give what their rules forbid. A field that is held
takes and gives its published form and nothing else; hooks, validators, names and messages stay the
user's. A class with a ``_deserialize`` of its own says nothing of its form, and is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ..exceptions import ResponseMismatch
from .addresses import KINDS
from .choices import Choice
from .decimals import DecimalNumber, DecimalText
from .encoded import Address
from .fields import TypedField
from .objects import wire_name
from .patterns import share_pattern
from .registry import Text
from .scalars import NUMBER, UUID, Boolean, Float, Integer, String
from .temporal import AnyDateTime, Date, DateTime, LocalDateTime, Temporal, Time
from .unions import AnyOf

#: The first moment that has no year of four digits, in seconds since 1970.
END_OF_TIME = 253402300800
#: So many days are in every duration that Python has.
MAX_DAYS = 999_999_998
#: How many of each unit of ``fields.TimeDelta`` are in a day.
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
#: A whole number that travels as text; no longer than Python converts.
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,999})")


class Limited(Float):
    """A number between two bounds, which belong to the form."""

    def __init__(self, least: float, most: float, **options: Any) -> None:
        super().__init__(**options)
        self.json_schema = {"type": "number", "minimum": least, "maximum": most}

    def load(self, value: Any) -> float:
        number = super().load(value)
        if not self.json_schema["minimum"] <= number <= self.json_schema["maximum"]:
            raise self.make_error("invalid")
        return number


class NumberText(TypedField):
    """A number that travels as text.

    :param pattern: of the text.
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
    return NumberText(INTEGER) if field.as_string else Integer()


def number_form(field: fields.Number[Any]) -> TypedField:
    """Return the form of numbers."""
    return NumberText(NUMBER) if field.as_string else Float()


def decimal_form(field: fields.Decimal) -> TypedField:
    """Return the form of decimal numbers."""
    return DecimalText() if field.as_string else DecimalNumber()


def datetime_form(field: fields.DateTime) -> TypedField | None:
    """Return the form of dates with a time; a pattern of ``strptime`` is none that can be said."""
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
    most = int(MAX_DAYS * PER_DAY[field.precision])
    return Limited(-most, most)


def enum_form(field: fields.Enum[Any]) -> TypedField | None:
    """Return the form of an Enum: names, or values; values that a field writes are its business."""
    members: Any = field.enum.__members__
    if field.by_value is False:
        return Choice(list(members.items()))
    values = [(member.value, member) for member in members.values()]
    return Choice(values) if field.by_value is True and are_scalars(values) else None


def are_scalars(pairs: list[tuple[Any, Any]]) -> bool:
    """Say whether JSON has a scalar for every value; ``None`` is what ``allow_none`` says."""
    return all(type(wire) in (str, int, float, bool, type(None)) for wire, _ in pairs)


def address_form(*kinds: type) -> Callable[[Any], TypedField]:
    """Return what makes the form of addresses of one or of several kinds."""
    known = {kind.python_type: kind for kind in KINDS}

    def make(field: Any) -> TypedField:
        forms = [Address(known[kind]) for kind in kinds]
        return AnyOf(forms) if forms[1:] else forms[0]

    return make


#: The form of each of marshmallow's classes; looked up by class, in order.
FORMS: tuple[tuple[type, Callable[[Any], TypedField | None]], ...] = (
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
    """Return the form in which the values of a marshmallow field travel, if it can be known."""
    if isinstance(field, TypedField) or not reads_as_marshmallow(type(field)):
        return None
    make = next((make for kind, make in FORMS if isinstance(field, kind)), None)
    return make(field) if make else None


def reads_as_marshmallow(cls: type) -> bool:
    """Say whether a class reads values as marshmallow's own classes do."""
    readers = (getattr(cls, name, None) for name in ("_deserialize", "_validated"))
    known = (fields.__name__, __name__)
    return all(reader is None or reader.__module__ in known for reader in readers)


class Held(fields.Field[Any]):
    """What a field that is held does; stands in front of the field's own class.

    :ivar form: how values travel, if it can be known.
    """

    form: TypedField | None

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if self.form is None:
            return super()._deserialize(value, attr, data, **options)
        try:
            known = self.form.load(value)
        except ValidationError:
            super()._deserialize(value, attr, data, **options)  # if it refuses, in its own words
            raise
        if isinstance(self.form, Temporal):  # in the one form that each Python reads
            value = known.isoformat()
        elif isinstance(self.form, (Integer, DecimalNumber)):  # with every digit
            value = known
        try:
            return super()._deserialize(value, attr, data, **options)
        except OverflowError as error:  # another time zone may be in another year
            raise self.make_error("invalid", input=value, obj_type="datetime") from error

    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:
        dumped = super()._serialize(value, attr, obj, **options)
        if dumped is None:
            if self.allow_none or self.dump_only:
                return None
            raise ResponseMismatch(self.expected, "None")
        if self.form is not None:
            self._check(dumped)
        return dumped

    def _check(self, dumped: Any) -> None:
        """Raise for a value that would leave in another form, or breaks a validator."""
        try:
            known = self._deserialize(dumped, None, None)
            if self.validators:
                self._validate(known)
        except ValidationError as error:
            raise ResponseMismatch(self.expected, f"one that breaks: {error.messages}") from error

    def serialize(self, attr: str, obj: Any, *args: Any, **options: Any) -> Any:
        """Write an attribute of an object; an error says its place."""
        try:
            return super().serialize(attr, obj, *args, **options)
        except ResponseMismatch as error:
            raise error.inside(wire_name(attr, self)) from None

    @property
    def expected(self) -> str:
        """What the field writes, for messages about responses."""
        return f"what {type(self).__name__} dumps"


class HeldNested(Held, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A field that holds a Schema: the fields of the Schema are held too."""

    form = None

    @property
    def schema(self) -> Schema:
        """The schema, made when it is first asked for: it may refer to itself."""
        is_new = self._schema is None
        schema = super().schema
        if is_new:
            hold_schema(schema)
        return schema

    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:  # type: ignore[override]  # Nested has another name for the value
        dumped = super()._serialize(value, attr, obj, **options)
        for item in dumped if isinstance(dumped, list) else [dumped]:
            if isinstance(item, dict):
                self._reject_absent(item)
        return dumped

    def _reject_absent(self, dumped: dict[str, Any]) -> None:
        """Raise for an object that lacks what its schema requires."""
        partial = self.schema.partial
        for name, field in self.schema.dump_fields.items():
            optional = partial is True or name in (partial or ())
            if field.required and not optional and wire_name(name, field) not in dumped:
                expected = f"what {type(self.schema).__name__} dumps"
                raise ResponseMismatch(expected, f"no {wire_name(name, field)!r}")


def schema_field(schema: Any, text: Text, options: Mapping[str, Any]) -> fields.Nested:
    """Return the field of a marshmallow Schema that the user wrote.

    :param schema: a class or an instance.
    :param text: how values come; text is for marshmallow's fields to read, in their own ways.
    """
    return fields.Nested(schema, **options) if text else HeldNested(schema, **options)


@cache
def held_class(cls: type) -> type[Held]:
    """Return the class of a field that is held."""
    base = HeldNested if issubclass(cls, fields.Nested) else Held
    made: Any = type(cls.__name__, (base, cls), {"__module__": cls.__module__})
    held: type[Held] = made
    return held


def hold(field: fields.Field[Any]) -> fields.Field[Any]:
    """Return a copy of a field that is held to its form, and so are the fields inside it."""
    if isinstance(field, (Held, TypedField)):
        return field
    cls = held_class(type(field))  # type: ignore[arg-type]  # mypy: Field has no hash
    held = cls.__new__(cls)
    held.__dict__.update(field.__dict__)
    held.validators = list(map(share_pattern, field.validators))
    hold_inside(held)
    if not isinstance(held, HeldNested):
        held.form = find_form(field)
    return held


def hold_inside(held: Any) -> None:
    """Hold the fields inside a collection; a mapping's keys are text and have their own ways."""
    if isinstance(held, fields.List):
        held.inner = hold(held.inner)
    elif isinstance(held, fields.Tuple):
        held.tuple_fields = list(map(hold, held.tuple_fields))
    elif isinstance(held, fields.Mapping) and held.value_field:
        held.value_field = hold(held.value_field)
    elif isinstance(held, fields.Nested):
        held._schema = None


def hold_schema(schema: Schema) -> None:
    """Hold the fields of a schema that is not the user's own object."""
    for name, field in list(schema.fields.items()):
        held = hold(field)
        for named in (schema.fields, schema.load_fields, schema.dump_fields):
            if name in named:
                named[name] = held
