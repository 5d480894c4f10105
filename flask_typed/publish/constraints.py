"""Constraints → keywords of JSON Schema: what marshmallow's validators and ours say of a field.

Publishing time. What JSON Schema has no words for goes into the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import (
    Choices,
    MultipleOf,
    closed_values,
    open_validators,
)
from ..schemas.decimals import (
    DecimalText,
    has_pattern,
    write_least,
    write_most,
    write_multiple,
)
from ..schemas.encoded import Base64, write_length
from ..schemas.patterns import Pattern, share_pattern
from ..schemas.scalars import NUMBER, WHOLE
from .keywords import (
    LENGTHS,
    Keywords,
    can_describe_members,
    excluded_values,
    find_validators,
    is_canonical,
    is_numeric,
    join_all,
    length_kind,
    to_number,
    write_value,
)
from .words import describe_bounds, describe_conditions

#: The keywords of bounds.
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
#: The formats that validators of text look for.
FORMATS: Mapping[type, str] = {validate.Email: "email", validate.URL: "uri"}


class ConstraintConversions:
    """Conversions of constraints, in the form in which apispec calls them."""

    def field2choices(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The values that ``OneOf`` and ``Equal`` leave, and those that ``NoneOf`` takes out."""
        if not is_canonical(field):
            return {}
        validators = list(open_validators(field.validators))
        closed = [values for v in validators if (values := closed_values(v)) is not None]
        others = [v for validator in validators for v in excluded_values(validator)]
        said: Keywords = {}
        if closed:
            left = [v for v in closed[0] if all(v in Choices(values) for values in closed)]
            said["enum"] = [write_value(field, value) for value in left if value is not None]
        if others:
            said["not"] = {"enum": [write_value(field, value) for value in others]}
        return said

    def field2formats(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What ``Email`` and ``URL`` are looking for; what else they ask is said in words."""
        if ret.get("type") != "string" or "format" in ret:
            return {}
        formats = [FORMATS[type(v)] for v in field.validators if type(v) in FORMATS]
        return {"format": formats[0]} if formats else {}

    def field2members(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The items, or the characters, that ``ContainsOnly`` and ``ContainsNoneOf`` allow."""
        said = [
            describe_members(field, validator)
            for validator in open_validators(field.validators)
            if can_describe_members(field, validator)
        ]
        return join_all(ret, said)

    def field2bounds(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Bounds of numbers, as far as the type has none that are narrower."""
        if not is_numeric(ret):
            return {}
        bounds = {name: ret[name] for name in BOUNDS if name in ret}
        for range_ in find_validators(field, validate.Range):
            set_bound(bounds, "minimum", range_.min, range_.min_inclusive)
            set_bound(bounds, "maximum", range_.max, range_.max_inclusive)
        return bounds

    def field2wire_patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What constraints mean for a value that travels as text, where it is a pattern."""
        write = next((write for kind, write in WIRE_PATTERNS if isinstance(field, kind)), None)
        if write is None:
            return {}
        validators = open_validators(field.validators)
        patterns = (pattern for validator in validators for pattern in write(validator))
        return join_all(ret, [{"pattern": pattern} for pattern in patterns])

    def field2lengths(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The length of text, arrays and objects."""
        kind = length_kind(field, ret)
        if kind is None:
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
        if not is_numeric(ret):
            return {}
        found = [to_number(v.multiple_of) for v in find_validators(field, MultipleOf)]
        return join_all(ret, [{"multipleOf": number} for number in found])

    def field2patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Patterns that mean the same to JSON Schema; several hold together."""
        regexps = map(share_pattern, find_validators(field, validate.Regexp))
        patterns = [regexp.published for regexp in regexps if isinstance(regexp, Pattern)]
        return join_all(ret, [{"pattern": pattern} for pattern in patterns])

    def field2words(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What JSON Schema cannot say of the constraints goes into the description."""
        remark = getattr(field, "remark", None)
        words = [remark, *describe_bounds(field, ret), *describe_conditions(field, ret)]
        if not any(words):
            return {}
        return {"description": " ".join(filter(None, [ret.get("description"), *words]))}


def describe_members(field: Any, validator: Any) -> Keywords:
    """Return what a constraint on members says of the items, or of the characters."""
    only = isinstance(validator, validate.ContainsOnly)
    values = list(validator.choices if only else validator.iterable)
    if isinstance(field, ma.fields.List):
        named = {"enum": [write_value(field.inner, value) for value in values]}
        return {"items": named if only else {"not": named}}
    characters = "".join(re.sub(r"[\\\]^-]", r"\\\g<0>", v) for v in values if len(str(v)) == 1)
    if not characters:
        return {"maxLength": 0} if only else {}
    return {"pattern": f"^[{'' if only else '^'}{characters}]*$"}


def set_bound(bounds: Keywords, keyword: str, bound: Any, inclusive: bool) -> None:
    """Note a bound; of several, the narrowest that is left is the one that JSON Schema can hold."""
    if bound is None:
        return
    name = keyword if inclusive else f"exclusive{keyword.capitalize()}"
    pick = max if keyword == "minimum" else min
    number = to_number(bound)
    bounds[name] = pick(number, bounds.get(name, number))


def write_decimal_patterns(validator: Any) -> Iterator[str]:
    """Yield the patterns of what a constraint on a Decimal leaves of its texts."""
    if isinstance(validator, MultipleOf):
        yield from filter(None, [write_multiple(validator.multiple_of)])
    if not isinstance(validator, validate.Range):
        return
    if validator.min is not None and has_pattern(validator.min):
        yield write_least(validator.min, exclusive=not validator.min_inclusive)
    if validator.max is not None and has_pattern(validator.max):
        yield write_most(validator.max, exclusive=not validator.max_inclusive)


def write_bytes_patterns(validator: Any) -> Iterator[str]:
    """Yield the pattern of the texts of so many bytes."""
    if isinstance(validator, validate.Length):
        exact = validator.equal
        least, most = (validator.min, validator.max) if exact is None else (exact, exact)
        yield write_length(least or 0, most)


#: What constraints mean for values that travel as text; looked up by class.
WIRE_PATTERNS = ((DecimalText, write_decimal_patterns), (Base64, write_bytes_patterns))


def write_number_keys(keywords: Mapping[str, Any]) -> Keywords:
    """Return the schema of numbers as keys of an object, which are texts; bounds are patterns.

    A whole number has one text; a number with a fraction has many, and its bounds go into words.
    """
    if keywords["type"] != "integer":
        words = [f"{name} {keywords[name]}" for name in (*BOUNDS, "multipleOf") if name in keywords]
        said = {"description": f"Numbers: {', '.join(words)}."} if words else {}
        return {"type": "string", "pattern": f"^{NUMBER.pattern}$", **said}
    patterns = [
        write(Decimal(str(keywords[name])), exclusive=name.startswith("exclusive"))
        for name, write in zip(BOUNDS, (write_least, write_most) * 2, strict=True)
        if name in keywords
    ]
    patterns += filter(None, [write_multiple(Decimal(keywords.get("multipleOf", 0)))])
    texts = {"enum": list(map(str, keywords["not"]["enum"]))} if "not" in keywords else None
    return {
        "type": "string",
        "pattern": f"^(?:{WHOLE.pattern})$",
        **join_all({"pattern": ""}, [{"pattern": pattern} for pattern in patterns]),
        **({"not": texts} if texts else {}),
    }
