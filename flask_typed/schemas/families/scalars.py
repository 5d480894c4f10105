"""Fields for scalars: numbers, text, booleans, identifiers.

Registration and request time. Each class is one type: it reads values from JSON and from text,
writes them, and has their JSON Schema.
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
    """Any JSON value (``Any``).

    :param write: returns the JSON value of a value in a response, by the type of the value.
    """

    single = False
    expected = "a JSON value"

    def __init__(self, *, write: Callable[[Any], Any], **options: Any) -> None:
        super().__init__(**{**options, "allow_none": True})
        self.write = write

    def dump(self, value: Any) -> Any:
        return self.write(value)


class Null(TypedField):
    """``None``: only JSON's null."""

    single = False
    json_schema = {"type": "null"}
    expected = "None"
    alike = True
    default_error_messages = {"invalid": "Must be null."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_none": True})

    def without_null(self) -> None:
        return None

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
    """Return a bound as the ``Decimal`` of its written digits: ``0.1`` is exactly a tenth.

    :raises ArithmeticError: if it is not a number.
    :raises ValueError: if it is not finite.
    """
    number = bound if isinstance(bound, Decimal) else Decimal(repr(bound))
    if not number.is_finite():
        raise ValueError(f"{bound!r} is not finite")
    return number


class NumberField(TypedField):
    """Base of the numbers: their text follows JSON's grammar."""

    def from_text(self, text: str) -> Any:
        match = NUMBER.fullmatch(text)
        if match is None or len(text) > MAX_NUMBER_LENGTH:
            raise self.make_error("invalid")
        return read_exactly(text) if match[2] or match[3] else int(text)

    def to_bound(self, bound: Any) -> Any:
        """Return a bound as a JSON number."""
        number = bound if isinstance(bound, int) else float(bound)
        if not math.isfinite(number):
            raise ValueError(f"{bound!r} is not finite")
        return int(number) if number == int(number) else number


class Integer(NumberField, fields.Integer):
    """``int``. By JSON Schema, ``3.0`` is an integer; ``true`` is not."""

    json_schema = {"type": "integer"}
    expected = "an int"
    samples: tuple[Any, ...] = (0,)
    one_text = True
    #: Whether each number has exactly one text (keys), instead of all texts of JSON's grammar.
    whole = False

    def from_text(self, text: str) -> Any:
        if self.whole and not WHOLE.fullmatch(text):
            raise self.make_error("invalid")
        return super().from_text(text)

    def load(self, value: Any) -> int:
        if type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer():
            exact = to_decimal(value)  # 1e23 is an integer, but a float only has 17 digits of it
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
    default_error_messages = {"inexact": "The nearest number that a float can hold is invalid."}
    #: Validators of the number as it was written, a Decimal.
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

        A number that is valid as written, but not as a float, has a message of its own.
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
        """Return the JSON value: a Decimal next to a bound may be equal to it as a float."""
        return dumped


class Boolean(TypedField, fields.Boolean):
    """``bool``: JSON's true and false; in text, marshmallow's words."""

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
        if isinstance(value, uuid.UUID):  # from the URL converter
            return value
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.make_error("invalid_uuid")
        return uuid.UUID(value)

    def dump(self, value: Any) -> str:
        if not isinstance(value, uuid.UUID):
            raise self.mismatch(value)
        return str(value)
