"""The form in which the values of each of marshmallow's fields travel."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from flask_typed.schemas.families.scalars import String
from flask_typed.schemas.fields import TypedField
from flask_typed.schemas.marshmallow_forms import FIELD_FORMS, find_form
from marshmallow import ValidationError, fields


class Size(enum.Enum):
    """An Enum."""

    SMALL = 1
    LARGE = 2


#: A field, one value that its form takes, and one that it does not.
FIELDS = {
    "UUID": (fields.UUID(), "9b0e3f7c-8e4e-4c7e-9f0e-2f6f3f1d2a10", "9b0e3f7c"),
    "String": (fields.String(), "a", 1),
    "Email": (fields.Email(), "a@example.com", 1),
    "Integer": (fields.Integer(), 3, 3.5),
    "Integer as text": (fields.Integer(as_string=True), "3", 3),
    "Float": (fields.Float(), 3.5, "3.5"),
    "Float as text": (fields.Float(as_string=True), "3.5e2", "e2"),
    "Decimal": (fields.Decimal(), 3.5, "3.5"),
    "Decimal as text": (fields.Decimal(as_string=True), "3.5", 3.5),
    "Boolean": (fields.Boolean(), True, "yes"),
    "DateTime": (fields.DateTime(), "2024-05-03T09:00:00", "2024-05-03"),
    "DateTime, a timestamp": (fields.DateTime("timestamp"), 1714726800, -1),
    "DateTime, in milliseconds": (fields.DateTime("timestamp_ms"), 1714726800000, -1),
    "DateTime, a pattern": (fields.DateTime("%d.%m.%Y"), "3.5.2024", 3),
    "NaiveDateTime": (fields.NaiveDateTime(), "2024-05-03T09:00:00", "2024-05-03T09:00:00Z"),
    "AwareDateTime": (fields.AwareDateTime(), "2024-05-03T09:00:00Z", "2024-05-03T09:00:00"),
    "Time": (fields.Time(), "09:00:00", "nine"),
    "Time, a pattern": (fields.Time("%H h"), "9 h", 9),
    "Date": (fields.Date(), "2024-05-03", "3.5.2024"),
    "Date, a pattern": (fields.Date("%d.%m.%Y"), "3.5.2024", 3),
    "TimeDelta": (fields.TimeDelta("days"), 999_999_998, 1_000_000_000),
    "Enum": (fields.Enum(Size), "SMALL", 1),
    "Enum by value": (fields.Enum(Size, by_value=True), 2, "LARGE"),
    "IPv4": (fields.IPv4(), "192.0.2.1", "2001:db8::1"),
    "IPv6": (fields.IPv6(), "2001:db8::1", "192.0.2.1"),
    "IP, the fourth version": (fields.IP(), "192.0.2.1", "192.0.2"),
    "IP, the sixth version": (fields.IP(), "2001:db8::1", 6),
    "IPv4Interface": (fields.IPv4Interface(), "192.0.2.1/24", "2001:db8::1/32"),
    "IPv6Interface": (fields.IPv6Interface(), "2001:db8::1/32", "192.0.2.1/24"),
    "IPInterface, the fourth version": (fields.IPInterface(), "192.0.2.1/24", "192.0.2.1/33"),
    "IPInterface, the sixth version": (fields.IPInterface(), "2001:db8::1/32", 6),
}


@pytest.mark.parametrize(("field", "value", "other"), FIELDS.values(), ids=FIELDS.keys())
def test_a_form(field: fields.Field[Any], value: Any, other: Any) -> None:
    """It takes the values that the field takes, and no others."""
    form: Any = find_form(field)
    form.deserialize(value)
    field.deserialize(value)
    with pytest.raises(ValidationError, match=r"Not a|Must be"):
        form.deserialize(other)


def test_every_class_is_tried() -> None:
    """Each line of the table has a field here."""
    tried = [
        next(kind for kind, _ in FIELD_FORMS if isinstance(field, kind))
        for field, *_ in FIELDS.values()
    ]
    assert {*tried} == {kind for kind, _ in FIELD_FORMS}


class Backwards(fields.String):
    """Reads in a way of its own."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str: ...


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(Backwards(), id="a way of reading of its own"),
        pytest.param(String(), id="ours"),
        pytest.param(fields.Raw(), id="anything"),
        pytest.param(fields.Enum(Size, by_value=fields.String), id="values that a field writes"),
    ],
)
def test_no_form(field: fields.Field[Any]) -> None:
    """The form cannot be known, or the field is its own."""
    assert find_form(field) is None


def test_forms_are_fields_of_ours() -> None:
    """So the document describes them as it does any other."""
    forms = [find_form(field) for field, *_ in FIELDS.values()]
    assert all(isinstance(form, TypedField) for form in forms)
