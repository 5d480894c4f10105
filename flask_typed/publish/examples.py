"""Finds an example for each field that has none: a JSON value that the server accepts.

Publishing time. Pages, mock servers and fuzzers make up a value from the keywords of a schema. They
fail for formats, patterns and several bounds, so a field with these gets an example, which the
field has loaded. It is left out if no proposal is accepted: not every condition can be known.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import chain, islice
from typing import Any

import marshmallow as ma
from marshmallow import validate
from werkzeug.routing import BaseConverter

from ..schemas import families
from ..schemas.constraints import MultipleOf, open_validators
from ..schemas.fields import TypedField
from ..schemas.patterns import Pattern
from .fitting import is_valid
from .keywords import Keywords, write_value
from .pattern_texts import write_texts
from .samples import FORMAT_TEXTS, NO_VALUE, SampleSource, propose

#: Keywords of values that pages cannot make.
UNGUESSED = frozenset(
    (
        *("format", "pattern", "contentEncoding", "contentMediaType"),
        *("prefixItems", "propertyNames", "allOf", "not"),
    )
)
#: Formats without a rule for the text or number.
PLAIN_FORMATS = frozenset(("binary", "byte", "float", "double", "int32", "int64", "password"))
#: Keywords of bounds, for which pages may have a value.
BOUNDING = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
#: The keywords that a schema has if pages may need an example.
DECIDING = UNGUESSED.union(BOUNDING)
#: The values that pages make without knowing the bounds, by type.
PAGE_VALUES: Mapping[str, tuple[Any, ...]] = {
    "string": ("string",),
    "integer": (0, 1),
    "number": (0, 1),
    "array": ([0],),
    "object": ({},),
}
#: The validators that keywords express, or sentences about bounds.
PUBLISHED_VALIDATORS = frozenset(
    (
        *(validate.Range, validate.Length, MultipleOf, Pattern, validate.Email, validate.URL),
        *(validate.OneOf, validate.NoneOf, validate.ContainsOnly, validate.ContainsNoneOf),
    )
)
#: The package of our own fields.
FAMILIES = families.__name__
#: The number of values that are tried for a field.
MAX_TRIES = 40
#: The distance of a value from an exclusive bound, by the type of the bound.
STEPS: tuple[tuple[type, Any], ...] = (
    (Decimal, Decimal("0.01")),
    (dt.datetime, dt.timedelta(seconds=1)),
    (dt.date, dt.timedelta(days=1)),
    (dt.timedelta, dt.timedelta(seconds=1)),
)


def needs_example(field: ma.fields.Field[Any], keywords: Mapping[str, Any]) -> bool:
    """Return whether pages have no valid value for a field, and its keywords have none either."""
    if DECIDING.isdisjoint(keywords) and not (field.validators or has_checks(field)):
        return False  # most fields
    if has_known(keywords):
        return False
    return is_restricted(keywords) or has_rules(field)


def has_known(keywords: Mapping[str, Any]) -> bool:
    """Return whether a schema names a valid value."""
    if "example" in keywords or "examples" in keywords or "enum" in keywords:
        return True
    return keywords.get("default") is not None or "const" in keywords


def is_restricted(keywords: Mapping[str, Any]) -> bool:
    """Return whether pages probably have no valid value for a schema."""
    if not UNGUESSED.isdisjoint(keywords):
        return keywords.get("format") not in PLAIN_FORMATS
    bounds = {word: keywords[word] for word in BOUNDING if word in keywords}
    if not bounds:
        return False
    kinds = keywords.get("type", "")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    with suppress(TypeError):  # a user's own schema may have any value for a keyword
        return not all(is_valid(bounds, value) for value in PAGE_VALUES.get(kind, ()))
    return True


def has_checks(field: ma.fields.Field[Any]) -> bool:
    """Return whether a field has functions that check its values."""
    return bool(getattr(field, "checks", ()))


def has_rules(field: ma.fields.Field[Any]) -> bool:
    """Return whether a field has rules that the keywords do not express."""
    if has_checks(field):
        return True
    known = open_validators(field.validators) if field.validators else ()
    return any(type(validator) not in PUBLISHED_VALIDATORS for validator in known)


def is_plain_scalar(field: ma.fields.Field[Any]) -> bool:
    """Return whether a field is one of ours for scalars, whose schema has all of its rules."""
    is_ours = type(field).__module__.startswith(FAMILIES)
    is_scalar = is_ours and isinstance(field, TypedField) and field.single
    return is_scalar and not (field.validators or field.checks or field.remark)  # type: ignore[attr-defined]  # a TypedField


def find_example(field: ma.fields.Field[Any], keywords: Keywords, source: SampleSource) -> Any:
    """Return a JSON value that a field accepts, or :data:`NO_VALUE` if none is found."""
    delimiter: str = getattr(field, "delimiter", None) or ""  # of webargs' lists of texts

    def accept(value: Any) -> Any:
        is_joined = delimiter and isinstance(value, list)
        return field.deserialize(delimiter.join(map(str, value)) if is_joined else value)

    constants = FORMAT_TEXTS.get(str(keywords.get("format")), ())
    full = replace(source, is_full=True)
    proposals = chain(
        constants, propose_bounds(field), propose(keywords, full), propose(keywords, source)
    )
    return pick_accepted(proposals, keywords, accept)


def pick_accepted(
    proposals: Iterator[Any], keywords: Mapping[str, Any], accept: Callable[[Any], Any]
) -> Any:
    """Return the first of some values that is accepted and valid, or :data:`NO_VALUE`.

    :param accept: raises for a value that is rejected; it runs users' code.
    """
    try:
        for value in islice(proposals, MAX_TRIES):
            if is_valid(keywords, value) and accepts_value(value, accept):
                return value
    except Exception:  # users' metadata may have any value for a keyword
        return NO_VALUE
    return NO_VALUE


def accepts_value(value: Any, accept: Callable[[Any], Any]) -> bool:
    """Return whether a function accepts a value."""
    try:
        accept(copy.deepcopy(value) if isinstance(value, (dict, list)) else value)
    except Exception:  # users' validators and hooks may raise anything
        return False
    return True


def propose_bounds(field: ma.fields.Field[Any] | None) -> Iterator[Any]:
    """Yield JSON values at the bounds of values that are not JSON numbers, and beside them."""
    if not (isinstance(field, TypedField) and field.single and field.always_text):
        return
    known = list(open_validators(field.validators))
    steps = [v.multiple_of for v in known if isinstance(v, MultipleOf)]
    for validator in known:
        if isinstance(validator, validate.Range):
            for bound, sign in ((validator.min, 1), (validator.max, -1)):
                yield from (write_value(field, near) for near in list_near(bound, sign, steps))


def list_near(bound: Any, sign: int, steps: Sequence[Any]) -> Iterator[Any]:
    """Yield a bound, and values beside it that may be in the range.

    :param sign: 1 if larger values are in the range, -1 if smaller ones are.
    :param steps: those of multiples.
    """
    step = next((step for kind, step in STEPS if isinstance(bound, kind)), None)
    if bound is not None:
        yield bound
    if step is not None:
        yield from (bound + sign * one for one in (*steps, step))
    if isinstance(bound, Decimal):
        yield from ((bound // one + sign) * one for one in steps)


def find_path_example(
    converter: BaseConverter, keywords: Keywords, field: ma.fields.Field[Any] | None
) -> Any:
    """Return a value for a variable of a path, or :data:`NO_VALUE`.

    :param field: checks the value of the converter, if the view takes it.
    """

    def accept(value: Any) -> None:
        text = str(value)
        if not re.fullmatch(converter.regex, text):
            raise ValueError(text)
        made = converter.to_python(text)
        if field is not None:
            field.deserialize(made)

    proposals = chain(
        propose_bounds(field), propose(keywords, SampleSource({})), write_texts(converter.regex)
    )
    return pick_accepted(proposals, keywords, accept)
