"""Constraints → keywords of JSON Schema: what marshmallow's validators and ours say of a field.

Publishing time. What JSON Schema has no words for goes into the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import MultipleOf, Predicate

Keywords = dict[str, Any]

#: The keywords for the length of each JSON type.
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


class ConstraintConversions:
    """Conversions of constraints, in the form in which apispec calls them."""

    def field2choices(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The values that ``OneOf`` and ``Equal`` leave; ``ContainsOnly`` is about items."""
        closed: list[Any] = [
            [v.comparable] if isinstance(v, validate.Equal) else v.choices
            for v in open_validators(field.validators)
            if isinstance(v, (validate.Equal, validate.OneOf))
            and not isinstance(v, validate.ContainsOnly)
        ]
        if not closed:
            return {}
        left = [value for value in closed[0] if all(value in values for values in closed)]
        return {"enum": [field._serialize(value, None, None) for value in left]}

    def field2bounds(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Numeric bounds; the bounds of what travels as text are said in words."""
        bounds: Keywords = {}
        if is_numeric(ret):
            for range_ in find_validators(field, validate.Range):
                set_bound(bounds, "minimum", range_.min, range_.min_inclusive)
                set_bound(bounds, "maximum", range_.max, range_.max_inclusive)
        return bounds

    def field2lengths(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The length of text, arrays and objects."""
        kind = ret.get("type", "array" if is_many(field) else "")
        if not isinstance(kind, str) or kind not in LENGTHS:
            return {}
        lengths: Keywords = {}
        for length in find_validators(field, validate.Length):
            exact = length.equal
            least, most = (length.min, length.max) if exact is None else (exact, exact)
            for keyword, bound, pick in zip(LENGTHS[kind], (least, most), (max, min), strict=True):
                if bound is not None:
                    lengths[keyword] = pick(bound, lengths.get(keyword, bound))
        return lengths

    def field2multiple_of(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """``multipleOf`` of numbers."""
        found = [to_number(v.multiple_of) for v in find_validators(field, MultipleOf)]
        if not found or not is_numeric(ret):
            return {}
        others = {"allOf": [{"multipleOf": number} for number in found[1:]]} if found[1:] else {}
        return {"multipleOf": found[0], **others}

    def field2patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Patterns, anchored at the start as marshmallow matches them; several hold together."""
        patterns = [write_pattern(v.regex) for v in find_validators(field, validate.Regexp)]
        patterns = ([ret["pattern"]] if "pattern" in ret else []) + patterns
        if not patterns:
            return {}
        others = {"allOf": [{"pattern": p} for p in patterns[1:]]} if patterns[1:] else {}
        return {"pattern": patterns[0], **others}

    def field2words(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What JSON Schema cannot say of the constraints goes into the description."""
        remark = getattr(field, "remark", None)
        words = [remark, *describe_bounds(field, ret), *describe_conditions(field)]
        if not any(words):
            return {}
        return {"description": " ".join(filter(None, [ret.get("description"), *words]))}


def find_validators(field: ma.fields.Field[Any], kind: type) -> list[Any]:
    """Return the validators of a class, those inside ``And`` too."""
    return [
        validator for validator in open_validators(field.validators) if isinstance(validator, kind)
    ]


def open_validators(validators: Iterable[Any]) -> Iterable[Any]:
    """Yield validators, with ``And`` replaced by what it joins."""
    for validator in validators:
        if isinstance(validator, validate.And):
            yield from open_validators(validator.validators)
        else:
            yield validator


def is_numeric(keywords: Mapping[str, Any]) -> bool:
    """Say whether a schema is a number's."""
    return keywords.get("type") in ("integer", "number")


def is_many(field: ma.fields.Field[Any]) -> bool:
    """Say whether a nested field holds a list."""
    return isinstance(field, ma.fields.Nested) and bool(field.many or field.schema.many)


def set_bound(bounds: Keywords, keyword: str, bound: Any, inclusive: bool) -> None:
    """Note a bound; of several, the narrowest that is left is the one that JSON Schema can hold."""
    if bound is None:
        return
    name = keyword if inclusive else f"exclusive{keyword.capitalize()}"
    pick = max if keyword == "minimum" else min
    number = to_number(bound)
    bounds[name] = pick(number, bounds.get(name, number))


def to_number(value: Any) -> Any:
    """Return a bound as a JSON number."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def write_pattern(regex: re.Pattern[Any]) -> str:
    """Return a pattern as JSON Schema reads it: not anchored unless it says so."""
    pattern = str(regex.pattern).replace(r"\Z", "$").replace(r"\A", "^")
    return pattern if pattern.startswith("^") else f"^(?:{pattern})"


def describe_bounds(field: ma.fields.Field[Any], keywords: Keywords) -> Iterable[str]:
    """Yield sentences for bounds on what is no JSON number."""
    if is_numeric(keywords):
        return
    for range_ in find_validators(field, validate.Range):
        for bound, inclusive, word in (
            (range_.min, range_.min_inclusive, "least"),
            (range_.max, range_.max_inclusive, "most"),
        ):
            if bound is not None:
                than = "greater" if word == "least" else "less"
                yield f"At {word} {bound}." if inclusive else f"Must be {than} than {bound}."


def describe_conditions(field: ma.fields.Field[Any]) -> Iterable[str]:
    """Yield sentences for conditions that only Python can check."""
    said = (
        validate.Range,
        validate.Length,
        validate.Regexp,
        validate.OneOf,
        validate.Equal,
        MultipleOf,
    )
    for validator in open_validators(field.validators):
        if isinstance(validator, Predicate):
            yield f"Must satisfy {validator.words}."
        elif isinstance(validator, validate.ContainsOnly) or not isinstance(validator, said):
            name = getattr(validator, "__name__", type(validator).__name__)
            yield f"Checked further by {name}."
