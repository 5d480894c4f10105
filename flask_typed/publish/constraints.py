"""Constraints → keywords of JSON Schema: what marshmallow's validators and ours say of a field.

Publishing time. What JSON Schema has no words for goes into the description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import (
    Choices,
    MultipleOf,
    closed_values,
    list_values,
    open_validators,
)
from ..schemas.families.containers import to_hashable
from ..schemas.families.decimals import (
    DecimalText,
    has_pattern,
    write_least,
    write_most,
    write_multiple,
)
from ..schemas.families.encoded import Base64, write_length
from ..schemas.fields import TypedField
from ..schemas.patterns import Pattern, share_pattern
from ..wire.jsonvalues import NotJson, to_json
from ..wire.numbers import NUMBER, WHOLE
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
    to_count,
    to_number,
    write_value,
)
from .words import describe_bounds, describe_condition

#: The keywords of bounds.
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
#: The formats that validators of text look for.
FORMATS: Mapping[type, str] = {validate.Email: "email", validate.URL: "uri"}

T = TypeVar("T")
#: Picks the narrower of two bounds.
Pick = Callable[[Any, Any], Any]


class ConstraintConversions:
    """Conversions of constraints, in the form in which apispec calls them.

    Each constraint is converted alone: one that cannot be published leaves the others.
    """

    def omitting(
        self, field: ma.fields.Field[Any], word: Any
    ) -> AbstractContextManager[None]:  # pragma: no cover: the converter has its own
        """Leave out a word of a field if the code of the block raises."""
        raise NotImplementedError

    def convert_each(
        self,
        field: ma.fields.Field[Any],
        validators: Iterable[Any],
        convert: Callable[[Any], Iterable[T]],
    ) -> list[T]:
        """Return what constraints are converted to, without those that cannot be."""
        converted: list[T] = []
        for validator in validators:
            with self.omitting(field, validator):
                converted += list(convert(validator))
        return converted

    def field2choices(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The values that ``OneOf`` and ``Equal`` leave, and those that ``NoneOf`` takes out."""
        if not is_canonical(field):
            return {}
        validators = list(open_validators(field.validators))
        closed = self.convert_each(field, validators, partial(write_closed, field))
        others = self.convert_each(field, validators, partial(write_excluded, field))
        written: Keywords = {"not": {"enum": others}} if others else {}
        if not closed:
            return written
        left = intersect(closed)
        if left or field.allow_none:
            return {**written, "enum": left}
        return {"not": {}}

    def field2formats(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What ``Email`` and ``URL`` are looking for; what else they ask is said in words."""
        if ret.get("type") != "string" or "format" in ret:
            return {}
        formats = [FORMATS[type(v)] for v in field.validators if type(v) in FORMATS]
        return {"format": formats[0]} if formats else {}

    def field2members(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The items, or the characters, that ``ContainsOnly`` and ``ContainsNoneOf`` allow."""
        validators = open_validators(field.validators)
        return join_all(ret, self.convert_each(field, validators, partial(write_members, field)))

    def field2bounds(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Bounds of numbers, as far as the type has none that are narrower."""
        if not is_numeric(ret):
            return {}
        bounds = {name: ret[name] for name in BOUNDS if name in ret}
        ranges = find_validators(field, validate.Range)
        for name, pick, number in self.convert_each(field, ranges, write_range):
            bounds[name] = pick(number, bounds.get(name, number))
        return bounds

    def field2wire_patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What constraints mean for a value that travels as text, where it is a pattern."""
        write = next((write for kind, write in WIRE_PATTERNS if isinstance(field, kind)), None)
        if write is None:
            return {}
        patterns = self.convert_each(field, open_validators(field.validators), write)
        return join_all(ret, [{"pattern": pattern} for pattern in patterns])

    def field2lengths(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The length of text, arrays and objects."""
        kind = length_kind(field, ret)
        if kind is None:
            return {}
        lengths: Keywords = {}
        found = find_validators(field, validate.Length)
        for keyword, bound, pick in self.convert_each(field, found, partial(write_length_of, kind)):
            lengths[keyword] = pick(bound, lengths.get(keyword, bound))
        return lengths

    def field2multiple_of(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """``multipleOf`` of numbers."""
        if not is_numeric(ret):
            return {}
        found = find_validators(field, MultipleOf)
        return join_all(ret, self.convert_each(field, found, write_multiple_of))

    def field2patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Patterns that mean the same to JSON Schema; several hold together."""
        found = find_validators(field, validate.Regexp)
        return join_all(ret, self.convert_each(field, found, write_pattern))

    def field2words(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What JSON Schema cannot say of the constraints goes into the description."""
        validators = list(open_validators(field.validators))
        words = [
            getattr(field, "remark", None),
            *self.convert_each(field, validators, partial(describe_bounds, field, ret)),
            *self.convert_each(field, validators, partial(describe_condition, field, ret)),
        ]
        if not any(words):
            return {}
        return {"description": " ".join(filter(None, [ret.get("description"), *words]))}


def write_closed(field: ma.fields.Field[Any], validator: Any) -> Iterator[list[Any]]:
    """Yield the wire forms of the values that a constraint allows, if it lists them."""
    values = closed_values(validator)
    if values is not None:
        written = [write_value(field, value) for value in values if value is not None]
        yield [wire for wire in written if is_accepted(field, wire, validator) is not False]


def write_excluded(field: ma.fields.Field[Any], validator: Any) -> Iterator[Any]:
    """Yield the wire forms of the values that a constraint excludes."""
    written = [write_value(field, value) for value in excluded_values(validator)]
    yield from (
        wire for wire in intersect([written]) if is_accepted(field, wire, validator) is not True
    )


def is_accepted(field: ma.fields.Field[Any], wire: Any, validator: Any) -> bool | None:
    """Return whether a validator accepts what a field of marshmallow loads from a wire form.

    marshmallow may load another value than the one that was written: ``OneOf([1])`` of a
    ``fields.String`` lists no text. Our own fields are asked at registration: ``None``.
    """
    if isinstance(field, TypedField) or wire is None:
        return None
    try:
        validator(field._deserialize(wire, "", {}))
    except ma.ValidationError:
        return False
    return True


def intersect(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the values that are in all of several lists, each once, as JSON compares them."""
    first, *others = map(Choices, lists)
    left: list[Any] = []
    known: set[Any] = set()
    for value in first:
        key = to_hashable(value)
        if key not in known and all(value in values for values in others):
            known.add(key)
            left.append(value)
    return left


def write_members(field: Any, validator: Any) -> Iterator[Keywords]:
    """Yield what a constraint on members means for the items, or for the characters."""
    if not can_describe_members(field, validator):
        return
    only = isinstance(validator, validate.ContainsOnly)
    values = list_values(validator.choices if only else validator.iterable)
    if isinstance(field, ma.fields.List):
        written = intersect([[write_value(field.inner, value) for value in values]])
        named: Keywords = {"enum": written} if written else {"not": {}}
        if only or written:
            yield {"items": named if only else {"not": named}}
        return
    single = [to_json(value) for value in values if isinstance(value, str) and len(value) == 1]
    characters = "".join(re.sub(r"[\\\]^-]", r"\\\g<0>", character) for character in single)
    if characters:
        yield {"pattern": f"^[{'' if only else '^'}{characters}]*$"}
    elif only:
        yield {"maxLength": 0}


def write_range(validator: Any) -> Iterator[tuple[str, Pick, int | float]]:
    """Yield the keyword of each bound; of several bounds, the narrowest is picked."""
    for keyword, pick, bound, inclusive in (
        ("minimum", max, validator.min, validator.min_inclusive),
        ("maximum", min, validator.max, validator.max_inclusive),
    ):
        if bound is not None:
            name = keyword if inclusive else f"exclusive{keyword.capitalize()}"
            yield name, pick, to_number(bound)


def write_length_of(kind: str, validator: Any) -> Iterator[tuple[str, int, Pick]]:
    """Yield the keyword of each bound of a length, of a JSON type."""
    exact = validator.equal
    least, most = (validator.min, validator.max) if exact is None else (exact, exact)
    for keyword, bound, pick in zip(LENGTHS[kind], (least, most), (max, min), strict=True):
        if bound is not None:
            yield keyword, to_count(bound), pick


def write_multiple_of(validator: Any) -> Iterator[Keywords]:
    """Yield the keyword of a number that values are multiples of."""
    number = to_number(validator.multiple_of)
    if number <= 0:
        raise NotJson(f"{number} has no multiples")
    yield {"multipleOf": number}


def write_pattern(validator: Any) -> Iterator[Keywords]:
    """Yield the pattern that a regular expression is to JSON Schema, if it is one."""
    shared = share_pattern(validator)
    if isinstance(shared, Pattern):
        yield {"pattern": to_json(shared.published)}


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
