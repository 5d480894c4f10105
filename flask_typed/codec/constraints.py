"""Validators → the constraints that msgspec checks itself.

Registration time. The result ``None`` means that msgspec has no such constraint, so the validators
of the field run.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from marshmallow import validate

from ..schemas.constraints import MultipleOf, open_validators

#: Keyword arguments of ``msgspec.Meta``.
Limits = Mapping[str, Any]

#: The bounds that msgspec accepts for integers are those of C.
MAX_INT = 2**63 - 1
MAX_FLOAT = sys.float_info.max


@dataclass(slots=True)
class Bounds:
    """The bounds of a number that follow from all its validators."""

    least: Any = -math.inf
    above: Any = -math.inf
    most: Any = math.inf
    below: Any = math.inf
    multiple: Any = None

    def tighten(self, range_: validate.Range) -> None:
        """Add the bounds of a validator."""
        if range_.min is not None and range_.min_inclusive:
            self.least = max(self.least, range_.min)
        elif range_.min is not None:
            self.above = max(self.above, range_.min)
        if range_.max is not None and range_.max_inclusive:
            self.most = min(self.most, range_.max)
        elif range_.max is not None:
            self.below = min(self.below, range_.max)


def read_bounds(validators: Iterable[Any]) -> Bounds | None:
    """Return the bounds of a number; ``None`` if one of its validators is not a bound."""
    bounds = Bounds()
    for validator in open_validators(validators):
        if type(validator) is validate.Range:
            bounds.tighten(validator)
        elif type(validator) is MultipleOf and bounds.multiple is None:
            bounds.multiple = validator.multiple_of
        else:
            return None
    return bounds


def limit_integer(validators: Iterable[Any]) -> Limits | None:
    """Return the constraints of an integer."""
    bounds = read_bounds(validators)
    if bounds is None:
        return None
    limits = {}
    if max(bounds.least, bounds.above) > -math.inf:
        limits["ge"] = max(to_int(bounds.least, math.ceil), to_int(bounds.above, next_above))
    if min(bounds.most, bounds.below) < math.inf:
        limits["le"] = min(to_int(bounds.most, math.floor), to_int(bounds.below, next_below))
    if bounds.multiple is not None:
        limits["multiple_of"] = bounds.multiple
    fits = all(type(limit) is int and abs(limit) <= MAX_INT for limit in limits.values())
    return limits if fits else None


def to_int(bound: Any, to_whole: Any) -> Any:
    """Return a bound as an integer; an infinite one is returned unchanged."""
    return bound if isinstance(bound, float) and math.isinf(bound) else to_whole(bound)


def next_above(bound: Any) -> int:
    """Return the least integer above a bound."""
    floor: int = math.floor(bound)
    return floor + 1


def next_below(bound: Any) -> int:
    """Return the greatest integer below a bound."""
    ceiling: int = math.ceil(bound)
    return ceiling - 1


def limit_entering_float(validators: Iterable[Any]) -> Limits | None:
    """Return the constraints of a number that is read.

    The validators check the number as it was written, and the float may be rounded. If the float is
    inside the bounds, the number is too. If it is equal to a bound, the number may be outside.
    """
    bounds = read_float_bounds(validators)
    if bounds is None:
        return None
    above, below = max(bounds.least, bounds.above), min(bounds.most, bounds.below)
    lower = {"gt": above} if above > -math.inf else {}
    return {**lower, "lt": below} if below < math.inf else lower


def limit_leaving_float(validators: Iterable[Any]) -> Limits | None:
    """Return the constraints of a float that is written, which has to be finite."""
    bounds = read_float_bounds(validators)
    if bounds is None:
        return None
    least, most = max(bounds.least, -MAX_FLOAT), min(bounds.most, MAX_FLOAT)
    lower = {"gt": bounds.above} if bounds.above >= least else {"ge": least}
    upper = {"lt": bounds.below} if bounds.below <= most else {"le": most}
    return {**lower, **upper}


def read_float_bounds(validators: Iterable[Any]) -> Bounds | None:
    """Return the bounds as floats; ``None`` if a bound is not equal to any float."""
    bounds = read_bounds(validators)
    if bounds is None or bounds.multiple is not None:
        return None
    exact = {name: getattr(bounds, name) for name in ("least", "above", "most", "below")}
    floats = {name: float(bound) for name, bound in exact.items()}
    return Bounds(**floats) if floats == exact else None


def limit_length(validators: Iterable[Any]) -> Limits | None:
    """Return the constraints of a text or a collection."""
    least, most = 0, MAX_INT
    for validator in open_validators(validators):
        if type(validator) is not validate.Length:
            return None
        low, high = validator.min, validator.max
        if validator.equal is not None:
            low = high = validator.equal
        least = max(least, low or 0)
        most = most if high is None else min(most, high)
    if most < 0:
        return None
    lower = {"min_length": least} if least else {}
    return {**lower, "max_length": most} if most < MAX_INT else lower


def are_text_choices(values: Iterable[Any]) -> bool:
    """Return whether all choices are texts."""
    return all(type(value) is str for value in values)


def are_integer_choices(values: Iterable[Any]) -> bool:
    """Return whether all choices are integers that msgspec can represent."""
    return all(type(value) is int and abs(value) <= MAX_INT for value in values)


def limit(kind: Any, limits: Limits) -> Any:
    """Return a type with constraints."""
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind
