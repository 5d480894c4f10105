"""What conversions of constraints ask of fields, of validators and of the keywords so far.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import list_values, open_validators
from ..schemas.families.encoded import Base64
from ..schemas.fields import TypedField
from ..schemas.marshmallow_fields import HeldField
from ..schemas.marshmallow_forms import find_form
from ..wire.jsonvalues import NotJson, to_json

Keywords = dict[str, Any]

#: Fields that call a function of the user's with the whole object, which a lone value has not.
CALLING = (ma.fields.Method, ma.fields.Function)

#: The keywords for the length of each JSON type.
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def find_validators(field: ma.fields.Field[Any], kind: type) -> list[Any]:
    """Return the validators of a class, those inside ``And`` too."""
    return [
        validator for validator in open_validators(field.validators) if isinstance(validator, kind)
    ]


def join_all(known: Keywords, parts: Sequence[Keywords]) -> Keywords:
    """Return the keywords of several parts that hold together, beside what is known.

    The first part stands with the others' keywords if it can, the rest in ``allOf``.
    """
    first, rest = parts[:1], parts[1:]
    if first and any(keyword in known for keyword in first[0]):
        first, rest = [], parts
    together = {"allOf": [*known.get("allOf", []), *rest]} if rest else {}
    return {**(first[0] if first else {}), **together}


def is_canonical(field: ma.fields.Field[Any]) -> bool:
    """Say whether equal values of a field have one wire form, so that they can be listed."""
    form = field if isinstance(field, TypedField) else find_form(field)
    return form is None or form.canonical


def write_value(field: ma.fields.Field[Any], value: Any) -> Any:
    """Return the wire form of a value that a constraint names; other constraints are not asked.

    :raises NotJson: if JSON cannot hold it. What a class of the user's own raises is not caught.
    """
    if value is None or isinstance(field, CALLING):
        return to_json(value)
    if isinstance(field, TypedField):
        return to_json(field.dump(value))
    write = field.write_unchecked if isinstance(field, HeldField) else partial(unchecked, field)
    return to_json(write(value))


def unchecked(field: ma.fields.Field[Any], value: Any) -> Any:
    """Return what a field that is not held writes for a value."""
    return field._serialize(value, "", None)


def excluded_values(validator: Any) -> Sequence[Any]:
    """Return the values that ``NoneOf`` takes out; of any other validator, none."""
    is_none_of = isinstance(validator, validate.NoneOf)
    if not is_none_of or isinstance(validator, validate.ContainsNoneOf):
        return []
    return list_values(validator.iterable)


def can_describe_members(field: ma.fields.Field[Any], validator: Any) -> bool:
    """Say whether a constraint on members is one on items, or on the characters of a text."""
    if not isinstance(validator, (validate.ContainsOnly, validate.ContainsNoneOf)):
        return False
    if isinstance(field, ma.fields.List):
        return is_canonical(field.inner)
    return isinstance(field, ma.fields.String) and not isinstance(field, ma.fields.UUID)


def is_numeric(keywords: Mapping[str, Any]) -> bool:
    """Say whether a schema is a number's."""
    return keywords.get("type") in ("integer", "number")


def is_many(field: ma.fields.Field[Any]) -> bool:
    """Say whether a nested field holds a list."""
    return isinstance(field, ma.fields.Nested) and bool(field.many or field.schema.many)


def length_kind(field: ma.fields.Field[Any], keywords: Mapping[str, Any]) -> str | None:
    """Return the JSON type whose length a constraint on the length is about, if it is one."""
    if isinstance(field, Base64):  # bytes are counted, not characters
        return None
    kind = keywords.get("type", "array" if is_many(field) else None)
    return kind if isinstance(kind, str) and kind in LENGTHS else None


def to_number(value: Any) -> int | float:
    """Return a bound as a JSON number.

    :raises NotJson: for a bound that is none.
    """
    known = to_json(read_fraction(value) if isinstance(value, Fraction) else value)
    if isinstance(known, bool) or not isinstance(known, (int, float)):
        raise NotJson(f"{value!r} is not a number")
    return known


def read_fraction(value: Fraction) -> int | float:
    """Return the number that a fraction is, as near as it can be written."""
    return value.numerator if value.denominator == 1 else float(value)


def to_count(value: Any) -> int:
    """Return a bound of a length.

    :raises NotJson: for a bound that is not a whole number, or negative.
    """
    known = to_number(value)
    if known < 0 or known != int(known):
        raise NotJson(f"{value!r} is not a length")
    return int(known)
