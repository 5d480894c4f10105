"""Facts about fields, validators and keywords that conversions of constraints need.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..libraries.marshmallow import serialize_unchecked
from ..schemas.constraints import list_values, open_validators
from ..schemas.families.encoded import Base64
from ..schemas.fields import TypedField
from ..schemas.marshmallow_fields import HeldField
from ..schemas.marshmallow_forms import find_form
from ..wire.jsonvalues import NotJson, to_json

#: An object of the document, mostly a Schema Object.
Keywords = dict[str, Any]

#: Fields that call a user's function with the whole object: a single value cannot be dumped.
CALLING = (ma.fields.Method, ma.fields.Function)

#: The keywords for the length of each JSON type.
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


class Written(dict[str, Any]):
    """A part of a document that was made for it alone: apispec need not copy it before a change."""

    def __deepcopy__(self, memo: object) -> Written:
        return self


def find_validators(field: ma.fields.Field[Any], kind: type) -> list[Any]:
    """Return the validators of a class, also those inside ``And``."""
    return [
        validator for validator in open_validators(field.validators) if isinstance(validator, kind)
    ]


def join_all(known: Keywords, parts: Sequence[Keywords]) -> Keywords:
    """Return keywords that combine several parts with the known keywords.

    The first part is written beside the known keywords if none of them collides, the others in
    ``allOf``. Each of those has the type too: generators take a schema without one for any value.
    """
    first, rest = parts[:1], parts[1:]
    if first and any(keyword in known for keyword in first[0]):
        first, rest = [], parts
    kind = {"type": known["type"]} if "type" in known else {}
    branches = [{**kind, **part} for part in rest]
    together = {"allOf": [*known.get("allOf", []), *branches]} if branches else {}
    return {**(first[0] if first else {}), **together}


def is_canonical(field: ma.fields.Field[Any]) -> bool:
    """Return whether equal values of a field have one JSON form, so that ``enum`` can list them."""
    form = field if isinstance(field, TypedField) else find_form(field)
    return form is None or form.canonical


def write_value(field: ma.fields.Field[Any], value: Any) -> Any:
    """Return the JSON form of a value of a constraint, without checking other constraints.

    :raises NotJson: if JSON cannot express it. Errors of users' classes are not caught.
    """
    if value is None or isinstance(field, CALLING):
        return to_json(value)
    if isinstance(field, TypedField):
        return to_json(field.dump(value))
    if isinstance(field, HeldField):
        return to_json(field.write_unchecked(value))
    return to_json(serialize_unchecked(field, value))


def excluded_values(validator: Any) -> Sequence[Any]:
    """Return the values that a ``NoneOf`` excludes; none for any other validator."""
    is_none_of = isinstance(validator, validate.NoneOf)
    if not is_none_of or isinstance(validator, validate.ContainsNoneOf):
        return []
    return list_values(validator.iterable)


def can_describe_members(field: ma.fields.Field[Any], validator: Any) -> bool:
    """Return whether a constraint is one on items, or on the characters of a text."""
    if not isinstance(validator, (validate.ContainsOnly, validate.ContainsNoneOf)):
        return False
    if isinstance(field, ma.fields.List):
        return is_canonical(field.inner)
    return isinstance(field, ma.fields.String) and not isinstance(field, ma.fields.UUID)


def is_numeric(keywords: Mapping[str, Any]) -> bool:
    """Return whether a schema has a numeric type."""
    return keywords.get("type") in ("integer", "number")


def is_many(field: ma.fields.Field[Any]) -> bool:
    """Return whether a nested field holds a list."""
    return isinstance(field, ma.fields.Nested) and bool(field.many or field.schema.many)


def length_kind(field: ma.fields.Field[Any], keywords: Mapping[str, Any]) -> str | None:
    """Return the JSON type that a constraint on the length applies to; ``None`` without one."""
    if isinstance(field, Base64):  # its length counts bytes, not characters
        return None
    kind = keywords.get("type", "array" if is_many(field) else None)
    return kind if isinstance(kind, str) and kind in LENGTHS else None


def to_number(value: Any) -> int | float:
    """Return a bound as a JSON number.

    :raises NotJson: if it is not a number.
    """
    known = to_json(read_fraction(value) if isinstance(value, Fraction) else value)
    if isinstance(known, bool) or not isinstance(known, (int, float)):
        raise NotJson(f"{value!r} is not a number")
    return known


def read_fraction(value: Fraction) -> int | float:
    """Return a fraction as the nearest JSON number."""
    return value.numerator if value.denominator == 1 else float(value)


def to_count(value: Any) -> int:
    """Return a bound of a length.

    :raises NotJson: if it is not an integer, or is negative.
    """
    known = to_number(value)
    if known < 0 or known != int(known):
        raise NotJson(f"{value!r} is not a length")
    return int(known)
