"""Constraints → keywords of JSON Schema: what marshmallow's validators and ours say of a field.

Publishing time. What JSON Schema has no words for goes into the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import (
    Choices,
    MultipleOf,
    Predicate,
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
from ..schemas.fields import TypedField
from ..schemas.foreign import find_form
from ..schemas.patterns import Pattern, share_pattern
from ..schemas.scalars import NUMBER, WHOLE

Keywords = dict[str, Any]

#: The keywords for the length of each JSON type.
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}

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
    """Return the wire form of a value that a constraint names; other constraints are not asked."""
    return field.dump(value) if isinstance(field, TypedField) else field._serialize(value, "", None)


def excluded_values(validator: Any) -> Sequence[Any]:
    """Return the values that ``NoneOf`` takes out; of any other validator, none."""
    is_none_of = isinstance(validator, validate.NoneOf)
    if not is_none_of or isinstance(validator, validate.ContainsNoneOf):
        return []
    return list(validator.iterable)


def can_describe_members(field: ma.fields.Field[Any], validator: Any) -> bool:
    """Say whether a constraint on members is one on items, or on the characters of a text."""
    if not isinstance(validator, (validate.ContainsOnly, validate.ContainsNoneOf)):
        return False
    if isinstance(field, ma.fields.List):
        return is_canonical(field.inner)
    return isinstance(field, ma.fields.String) and not isinstance(field, ma.fields.UUID)


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


def length_kind(field: ma.fields.Field[Any], keywords: Mapping[str, Any]) -> str | None:
    """Return the JSON type whose length a constraint on the length is about, if it is one."""
    if isinstance(field, Base64):  # bytes are counted, not characters
        return None
    kind = keywords.get("type", "array" if is_many(field) else None)
    return kind if isinstance(kind, str) and kind in LENGTHS else None


def to_number(value: Any) -> Any:
    """Return a bound as a JSON number."""
    if isinstance(value, (Decimal, Fraction)):
        return int(value) if value == int(value) else float(value)
    return value


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
                limit = write_bound(field, bound)
                yield f"At {word} {limit}." if inclusive else f"Must be {than} than {limit}."


def write_bound(field: ma.fields.Field[Any], bound: Any) -> Any:
    """Return how a bound is written in words: as it travels."""
    return write_value(field, bound) if isinstance(field, TypedField) and field.single else bound


def describe_conditions(field: ma.fields.Field[Any], keywords: Keywords) -> Iterator[str]:
    """Yield sentences for conditions that no keyword holds."""
    for validator in open_validators(field.validators):
        if isinstance(validator, Predicate):
            yield f"Must satisfy {validator.words}."
        elif isinstance(validator, (validate.Equal, validate.OneOf, validate.NoneOf)):
            yield from describe_values(field, validator)
        elif not is_said(field, validator, keywords):
            name = getattr(validator, "__name__", type(validator).__name__)
            yield f"Checked further by {name}."


def describe_values(field: ma.fields.Field[Any], validator: Any) -> Iterator[str]:
    """Yield a sentence for listed values, where there is no list of wire forms."""
    if isinstance(validator, (validate.ContainsOnly, validate.ContainsNoneOf)):
        if not can_describe_members(field, validator):
            yield f"Checked further by {type(validator).__name__}."
    elif not is_canonical(field):
        values = closed_values(validator)
        listed = excluded_values(validator) if values is None else values
        words = ", ".join(str(write_value(field, value)) for value in listed)
        yield f"None of: {words}." if values is None else f"One of: {words}."


def is_said(field: ma.fields.Field[Any], validator: Any, keywords: Keywords) -> bool:
    """Say whether keywords, or sentences about bounds, hold all of a constraint."""
    if isinstance(validator, validate.Length):
        return isinstance(field, Base64) or length_kind(field, keywords) is not None
    if isinstance(validator, MultipleOf):
        is_pattern = isinstance(field, DecimalText) and write_multiple(validator.multiple_of)
        return is_numeric(keywords) or bool(is_pattern)
    if isinstance(validator, validate.Regexp):
        shared = isinstance(share_pattern(validator), Pattern)
        return shared and keywords.get("type") == "string"
    return isinstance(validator, validate.Range)
