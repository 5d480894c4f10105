"""Fields for single values: numbers, text, truth values, identifiers.

Registration and request time. Each class is one type: how it is read from JSON and from text, how
it is written, and what JSON Schema says of it.
"""

from __future__ import annotations

import math
import numbers
import re
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from ...wire.limits import MAX_NUMBER_LENGTH
from ...wire.numbers import NUMBER, WHOLE, read_exactly, to_decimal
from ..fields import TypedField


class Anything(TypedField):
    """Any JSON value (``Any``)."""

    single = False
    expected = "a JSON value"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_none": True})


class Null(TypedField):
    """``None``: JSON's null and nothing else."""

    single = False
    json_schema = {"type": "null"}
    expected = "None"
    alike = True
    default_error_messages = {"invalid": "Must be null."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_none": True})

    def load(self, value: Any) -> Any:
        raise self.make_error("invalid")

    def dump(self, value: Any) -> Any:
        raise self.mismatch(value)


class String(TypedField, fields.String):
    """``str``."""

    json_schema = {"type": "string"}
    expected = "a str"
    samples = ("",)
    one_text = True

    def load(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return value

    def dump(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.mismatch(value)
        return value


def read_bound(bound: Any) -> Decimal:
    """Return a bound as it is written: ``0.1`` is a tenth, though a float is not quite.

    :raises ArithmeticError: for what is no decimal number.
    :raises ValueError: for what is not finite.
    """
    number = bound if isinstance(bound, Decimal) else Decimal(repr(bound))
    if not number.is_finite():
        raise ValueError(f"{bound!r} is no bound")
    return number


class NumberField(TypedField):
    """What numbers share: text in JSON's grammar."""

    def from_text(self, text: str) -> Any:
        match = NUMBER.fullmatch(text)
        if match is None or len(text) > MAX_NUMBER_LENGTH:
            raise self.make_error("invalid")
        return read_exactly(text) if match[2] or match[3] else int(text)

    def to_bound(self, bound: Any) -> Any:
        """Return a bound as JSON has it."""
        number = bound if isinstance(bound, int) else float(bound)
        if not math.isfinite(number):
            raise ValueError(f"{bound!r} is no bound")
        return int(number) if number == int(number) else number


class Integer(NumberField, fields.Integer):
    """``int``. ``3.0`` is an integer, as JSON Schema says; ``true`` is not."""

    json_schema = {"type": "integer"}
    expected = "an int"
    samples: tuple[Any, ...] = (0,)
    one_text = True
    #: Whether each number has one text alone (keys), and not every one of JSON's grammar.
    whole = False

    def from_text(self, text: str) -> Any:
        if self.whole and not WHOLE.fullmatch(text):
            raise self.make_error("invalid")
        return super().from_text(text)

    def load(self, value: Any) -> int:
        if type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer():
            exact = to_decimal(value)  # 1e23 is an integer, of which a float knows 17 digits
            if exact == exact.to_integral_value():
                return int(exact)
        raise self.make_error("invalid")

    def dump(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            raise self.mismatch(value)
        return int(value)


class Float(NumberField, fields.Float):
    """``float``: any JSON number that a double can hold."""

    json_schema = {"type": "number"}
    expected = "a finite float"
    samples = (0.0,)
    default_error_messages = {"inexact": "The nearest number that a float can hold is refused."}
    #: Validators that are asked about the number as it was written, a Decimal.
    exact: Sequence[Callable[[Any], Any]] = ()

    def load(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid")
        try:
            number = float(value)
        except OverflowError as error:
            raise self.make_error("too_large") from error
        if not math.isfinite(number):
            raise self.make_error("too_large")
        if self.exact and (written := to_decimal(value)) != to_decimal(number):
            self.validate_written(written, number)
        return number

    def validate_written(self, written: Decimal, number: float) -> None:
        """Validate a number that was written with more digits than a float holds.

        What is valid, but would break the constraints as a float, is refused as such.
        """
        for validator in self.exact:
            validator(written)
        try:
            self._validate(number)
        except ValidationError as error:
            raise self.make_error("inexact") from error

    def dump(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
            raise self.mismatch(value)
        try:
            number = float(value)
        except (OverflowError, ValueError) as error:  # a signalling NaN of Decimal
            raise self.mismatch(value) from error
        if not math.isfinite(number):
            raise self.mismatch(value)
        return number

    def validated(self, value: Any, dumped: Any) -> Any:
        """Return the number that leaves: a Decimal next to a bound may be on it as a float."""
        return dumped


class Boolean(TypedField, fields.Boolean):
    """``bool``: JSON's true and false; in text, marshmallow's words for them."""

    json_schema = {"type": "boolean"}
    expected = "a bool"
    samples = (True,)

    def from_text(self, text: str) -> Any:
        if text in self.truthy:
            return True
        if text in self.falsy:
            return False
        raise self.make_error("invalid")

    def load(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value

    def dump(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.mismatch(value)
        return value


class UUID(TypedField, fields.UUID):
    """``uuid.UUID`` in its canonical text form."""

    pattern = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    json_schema = {"type": "string", "format": "uuid", "pattern": f"^{pattern.pattern}$"}
    expected = "a UUID"
    alike = True
    canonical = False
    samples = (uuid.UUID(int=0),)

    def load(self, value: Any) -> uuid.UUID:
        if isinstance(value, uuid.UUID):  # the URL converter has made it already
            return value
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return uuid.UUID(value)

    def dump(self, value: Any) -> str:
        if not isinstance(value, uuid.UUID):
            raise self.mismatch(value)
        return str(value)
