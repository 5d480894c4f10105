"""Writes sentences for constraints that JSON Schema cannot express; descriptions contain them.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from marshmallow import validate

from ..schemas.constraints import MultipleOf, Predicate, closed_values
from ..schemas.families.decimal_patterns import write_multiple
from ..schemas.families.decimals import DecimalText
from ..schemas.families.encoded import Base64
from ..schemas.fields import TypedField
from ..schemas.patterns import Pattern, share_pattern
from .keywords import (
    Keywords,
    can_describe_members,
    excluded_values,
    is_canonical,
    is_numeric,
    length_kind,
    write_value,
)


def describe_bounds(
    field: ma.fields.Field[Any], keywords: Keywords, validator: Any
) -> Iterator[str]:
    """Yield sentences for bounds on values that are not JSON numbers."""
    if is_numeric(keywords) or not isinstance(validator, validate.Range):
        return
    for bound, inclusive, word in (
        (validator.min, validator.min_inclusive, "least"),
        (validator.max, validator.max_inclusive, "most"),
    ):
        if bound is not None:
            than = "greater" if word == "least" else "less"
            limit = write_bound(field, bound)
            yield f"At {word} {limit}." if inclusive else f"Must be {than} than {limit}."


def write_bound(field: ma.fields.Field[Any], bound: Any) -> Any:
    """Return a bound in the JSON form of the field's values."""
    return write_value(field, bound) if isinstance(field, TypedField) and field.single else bound


def describe_condition(
    field: ma.fields.Field[Any], keywords: Keywords, validator: Any
) -> Iterator[str]:
    """Yield a sentence for a condition that no keyword expresses."""
    if isinstance(validator, Predicate):
        yield f"Must satisfy {validator.words}."
    elif isinstance(validator, (validate.Equal, validate.OneOf, validate.NoneOf)):
        yield from describe_values(field, keywords, validator)
    elif not is_published(field, validator, keywords):
        yield describe_unpublished(validator)


def describe_unpublished(validator: Any) -> str:
    """Return the sentence for a constraint: its own, or one with its name."""
    own: str | None = getattr(validator, "sentence", None)
    return own or f"Also checked by {getattr(validator, '__name__', type(validator).__name__)}."


def describe_values(
    field: ma.fields.Field[Any], keywords: Keywords, validator: Any
) -> Iterator[str]:
    """Yield a sentence for listed values, if no keyword lists their JSON forms."""
    if isinstance(validator, (validate.ContainsOnly, validate.ContainsNoneOf)):
        if not can_describe_members(field, validator):
            yield describe_unpublished(validator)
        return
    values = closed_values(validator)
    if is_canonical(field):
        if "not" not in keywords and (values is None or "enum" not in keywords):
            yield describe_unpublished(validator)
        return
    listed = excluded_values(validator) if values is None else values
    words = ", ".join(str(write_value(field, value)) for value in listed)
    yield f"None of: {words}." if values is None else f"One of: {words}."


def is_published(field: ma.fields.Field[Any], validator: Any, keywords: Keywords) -> bool:
    """Return whether keywords, or sentences about bounds, fully express a constraint."""
    if isinstance(validator, validate.Length):
        kind = length_kind(field, keywords)
        return isinstance(field, Base64) or kind is not None
    if isinstance(validator, MultipleOf):
        is_pattern = isinstance(field, DecimalText) and write_multiple(validator.multiple_of)
        return is_numeric(keywords) or bool(is_pattern)
    if isinstance(validator, validate.Regexp):
        shared = isinstance(share_pattern(validator), Pattern)
        return shared and keywords.get("type") == "string"
    return isinstance(validator, validate.Range)
