"""Converts constraints, which are validators of marshmallow and ours, to JSON Schema keywords.

Publishing time. A constraint without a keyword is described in the field's description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import marshmallow as ma
from marshmallow import validate

from ..libraries.marshmallow import deserialize_unchecked
from ..schemas.constraints import (
    Choices,
    MultipleOf,
    closed_values,
    list_values,
    open_validators,
)
from ..schemas.families.containers import to_hashable
from ..schemas.families.decimal_patterns import (
    Bound,
    Places,
    count_places,
    has_pattern,
    write_least,
    write_most,
    write_multiple,
    write_range,
)
from ..schemas.families.decimals import DecimalText
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
from .words import describe_bounds, describe_condition, describe_unpublished

#: The keywords of bounds.
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
#: The formats that text validators check.
VALIDATOR_FORMATS: Mapping[type, str] = {validate.Email: "email", validate.URL: "uri"}

T = TypeVar("T")
#: Returns the narrower of two bounds.
Pick = Callable[[Any, Any], Any]


class ConstraintConversions:
    """Conversions of constraints, in the form that apispec calls.

    Each constraint is converted separately: if one cannot be published, the others still are.
    """

    def note(
        self, field: ma.fields.Field[Any], word: Any, error: Exception
    ) -> None:  # pragma: no cover: the converter overrides it
        """Record that a keyword of a field is left out."""
        raise NotImplementedError

    def convert_each(
        self,
        field: ma.fields.Field[Any],
        validators: Iterable[Any],
        convert: Callable[[Any], Iterable[T]],
    ) -> list[T]:
        """Return the conversions of constraints, except of those that cannot be converted."""
        converted: list[T] = []
        for validator in validators:
            try:
                converted += list(convert(validator))
            except Exception as error:  # a user's validator may raise anything
                self.note(field, validator, error)
        return converted

    def field2choices(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """Return the values that ``OneOf`` and ``Equal`` allow, and ``NoneOf`` excludes."""
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
        """Return the format of ``Email`` and ``URL``. Descriptions have their other conditions."""
        if ret.get("type") != "string" or "format" in ret:
            return {}
        formats = [
            VALIDATOR_FORMATS[type(v)] for v in field.validators if type(v) in VALIDATOR_FORMATS
        ]
        return {"format": formats[0]} if formats else {}

    def field2members(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the items or characters that ``ContainsOnly`` and ``ContainsNoneOf`` allow."""
        validators = open_validators(field.validators)
        return join_all(ret, self.convert_each(field, validators, partial(write_members, field)))

    def field2bounds(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the bounds of numbers, unless those of the type are narrower."""
        if not is_numeric(ret):
            return {}
        bounds = {name: ret[name] for name in BOUNDS if name in ret}
        ranges = find_validators(field, validate.Range)
        for name, pick, number in self.convert_each(field, ranges, write_bounds):
            bounds[name] = pick(number, bounds.get(name, number))
        return bounds

    def field2wire_patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the pattern of constraints on values whose JSON form is text.

        It replaces the pattern of the type, whose texts are those that it allows.
        """
        read, write = next(
            (read, write) for kind, read, write in WIRE_PATTERNS if isinstance(field, kind)
        )
        parts = self.convert_each(field, open_validators(field.validators), read)
        patterns = [{"pattern": pattern} for pattern in write(parts)]
        return {**patterns[0], **join_all(ret, patterns[1:])} if patterns else {}

    def field2lengths(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the length of text, arrays and objects."""
        kind = length_kind(field, ret)
        if kind is None:
            return {}
        lengths: Keywords = {}
        found = find_validators(field, validate.Length)
        for keyword, bound, pick in self.convert_each(field, found, partial(write_length_of, kind)):
            lengths[keyword] = pick(bound, lengths.get(keyword, bound))
        return lengths

    def field2multiple_of(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return ``multipleOf`` of numbers."""
        if not is_numeric(ret):
            return {}
        found = find_validators(field, MultipleOf)
        return join_all(ret, self.convert_each(field, found, write_multiple_of))

    def field2patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the patterns that mean the same in JSON Schema; several are combined."""
        found = find_validators(field, validate.Regexp)
        return join_all(ret, self.convert_each(field, found, write_shared_pattern))

    def field2words(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return the description, with sentences for constraints that have no keyword."""
        validators = list(open_validators(field.validators))
        words = [
            getattr(field, "remark", None),
            *self.convert_each(field, validators, partial(describe_bounds, field, ret)),
            *self.convert_each(field, validators, partial(describe_condition, field, ret)),
            *(describe_unpublished(check.function) for check in getattr(field, "checks", ())),
        ]
        if not any(words):
            return {}
        return {"description": " ".join(filter(None, [ret.get("description"), *words]))}


def write_closed(field: ma.fields.Field[Any], validator: Any) -> Iterator[list[Any]]:
    """Yield the JSON forms of the values that a constraint lists, if it lists any."""
    values = closed_values(validator)
    if values is not None:
        written = [write_value(field, value) for value in values if value is not None]
        yield [wire for wire in written if is_accepted(field, wire, validator) is not False]


def write_excluded(field: ma.fields.Field[Any], validator: Any) -> Iterator[Any]:
    """Yield the JSON forms of the values that a constraint excludes."""
    written = [write_value(field, value) for value in excluded_values(validator)]
    yield from (
        wire for wire in intersect([written]) if is_accepted(field, wire, validator) is not True
    )


def is_accepted(field: ma.fields.Field[Any], wire: Any, validator: Any) -> bool | None:
    """Return whether a validator accepts the value that a marshmallow field loads from a JSON form.

    marshmallow may load a different value than it dumped: ``OneOf([1])`` of a ``fields.String``
    allows no text. The result is ``None`` for our own fields, which are checked at registration.
    """
    if isinstance(field, TypedField) or wire is None:
        return None
    try:
        validator(deserialize_unchecked(field, wire))
    except ma.ValidationError:
        return False
    return True


def intersect(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the values that are in all lists, each once. Values are compared as JSON."""
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
    """Yield the keywords of a constraint on items or characters."""
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


def write_bounds(validator: Any) -> Iterator[tuple[str, Pick, int | float]]:
    """Yield the keyword of each bound, with the function that picks the narrower bound."""
    for keyword, pick, bound, inclusive in (
        ("minimum", max, validator.min, validator.min_inclusive),
        ("maximum", min, validator.max, validator.max_inclusive),
    ):
        if bound is not None:
            name = keyword if inclusive else f"exclusive{keyword.capitalize()}"
            yield name, pick, to_number(bound)


def write_length_of(kind: str, validator: Any) -> Iterator[tuple[str, int, Pick]]:
    """Yield the keyword of each bound of a length.

    :param kind: the JSON type.
    """
    exact = validator.equal
    least, most = (validator.min, validator.max) if exact is None else (exact, exact)
    for keyword, bound, pick in zip(LENGTHS[kind], (least, most), (max, min), strict=True):
        if bound is not None:
            yield keyword, to_count(bound), pick


def write_multiple_of(validator: Any) -> Iterator[Keywords]:
    """Yield ``multipleOf``."""
    number = to_number(validator.multiple_of)
    if number <= 0:
        raise NotJson(f"{number} is not greater than 0")
    yield {"multipleOf": number}


def write_shared_pattern(validator: Any) -> Iterator[Keywords]:
    """Yield the pattern of a regular expression, if JSON Schema can express it."""
    shared = share_pattern(validator)
    if isinstance(shared, Pattern):
        yield {"pattern": to_json(shared.published)}


#: A bound of a range with the side that it is on, or the step of multiples.
DecimalPart = tuple[str, Any]


def read_decimal_parts(validator: Any) -> Iterator[DecimalPart]:
    """Yield the bounds and steps of a constraint on a ``Decimal`` that a pattern can express."""
    if isinstance(validator, MultipleOf) and write_multiple(validator.multiple_of):
        yield "step", validator.multiple_of
    if not isinstance(validator, validate.Range):
        return
    if validator.min is not None and has_pattern(validator.min):
        yield "least", Bound(validator.min, not validator.min_inclusive)
    if validator.max is not None and has_pattern(validator.max):
        yield "most", Bound(validator.max, not validator.max_inclusive)


def write_decimal_patterns(parts: Sequence[DecimalPart]) -> list[str]:
    """Return patterns that together mean constraints on a ``Decimal``; mostly, one is enough.

    The last digits of a multiple of 0.01 are part of the pattern of a range. Those of other steps
    have a pattern of their own.
    """
    least = max(pick_parts(parts, "least"), default=None)
    most = min(pick_parts(parts, "most"), key=lambda b: (b.number, not b.exclusive), default=None)
    steps = pick_parts(parts, "step")
    if least is most is None:
        return list(filter(None, map(write_multiple, steps)))
    places = {step: count_places(step) for step in steps}
    known = [count for count in places.values() if count is not None]
    ranged = write_range(least, most, Places(min(known, default=None)))
    others = [write_multiple(step) for step, count in places.items() if count is None]
    both = [write_range(least, None, Places()), write_range(None, most, Places())]
    return list(filter(None, [*([ranged] if ranged else both), *others]))


def pick_parts(parts: Sequence[DecimalPart], name: str) -> list[Any]:
    """Return the parts of one name."""
    return [part for known, part in parts if known == name]


def read_byte_counts(validator: Any) -> Iterator[tuple[int, int | None]]:
    """Yield the least and the most bytes that a constraint allows."""
    if isinstance(validator, validate.Length):
        exact = validator.equal
        least, most = (validator.min, validator.max) if exact is None else (exact, exact)
        yield least or 0, most


def write_bytes_patterns(counts: Sequence[tuple[int, int | None]]) -> list[str]:
    """Return the pattern of Base64 texts whose number of bytes is in all ranges."""
    least = max((least for least, _ in counts), default=0)
    most = min((most for _, most in counts if most is not None), default=None)
    if most is not None and most < least:  # no text matches both
        return [write_length(least, None), write_length(0, most)]
    return [write_length(least, most)] if counts else []


#: For fields whose JSON form is text, the functions that read constraints and write their patterns;
#: looked up by class.
WIRE_PATTERNS: tuple[tuple[type, Callable[[Any], Iterator[Any]], Callable[[Any], list[str]]], ...]
WIRE_PATTERNS = (
    (DecimalText, read_decimal_parts, write_decimal_patterns),
    (Base64, read_byte_counts, write_bytes_patterns),
)


def write_number_keys(keywords: Mapping[str, Any]) -> Keywords:
    """Return the schema of numbers that are keys of an object, and so are strings.

    An integer has exactly one text, so its bounds become patterns. Other numbers have several
    texts, so their bounds go into the description.
    """
    if keywords["type"] != "integer":
        words = [f"{name} {keywords[name]}" for name in (*BOUNDS, "multipleOf") if name in keywords]
        described = {"description": f"Numbers: {', '.join(words)}."} if words else {}
        return {"type": "string", "pattern": f"^{NUMBER.pattern}$", **described}
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
