"""Decimal numbers: as text, whose bounds are patterns, or as JSON numbers with all their digits.

Registration and request time.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ...wire.limits import MAX_DIGITS, MAX_NUMBER_LENGTH
from ...wire.numbers import NUMBER, read_exactly, to_decimal
from ..fields import TypedField
from .scalars import read_bound

#: A decimal number in plain notation.
PLAIN_NOTATION = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class DecimalText(TypedField):
    """``Decimal`` as text in plain notation, which keeps every digit."""

    json_schema = {
        "type": "string",
        "format": "decimal",
        "pattern": f"^{PLAIN_NOTATION.pattern}$",
        "maxLength": MAX_NUMBER_LENGTH,
    }
    expected = "a finite Decimal"
    samples = (Decimal(0),)
    canonical = False
    alike = True
    default_error_messages = {"invalid": "Not a valid decimal number in text form."}

    def load(self, value: Any) -> Decimal:
        if (
            not isinstance(value, str)
            or len(value) > MAX_NUMBER_LENGTH
            or not PLAIN_NOTATION.fullmatch(value)
        ):
            raise self.make_error("invalid")
        return Decimal(value)

    def to_bound(self, bound: Any) -> Any:
        return read_bound(bound)

    def dump(self, value: Any) -> str:
        if not isinstance(value, Decimal) or not is_writable(value, MAX_NUMBER_LENGTH):
            raise self.mismatch(value)
        text = format(value, "f")
        if len(text) > MAX_NUMBER_LENGTH:
            raise self.mismatch(value)
        return text


class DecimalNumber(TypedField):
    """``Annotated[Decimal, JsonNumber()]``: a JSON number with all its digits."""

    json_schema = {"type": "number"}
    expected = "a finite Decimal"
    samples = (Decimal(0),)
    default_error_messages = {"invalid": "Not a valid number."}

    def from_text(self, text: str) -> Any:
        if not NUMBER.fullmatch(text):
            raise self.make_error("invalid")
        return read_exactly(text)

    def load(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise self.make_error("invalid")
        number = value if isinstance(value, Decimal) else to_decimal(value)
        if not is_writable(number):
            raise self.make_error("invalid")
        return number

    def to_bound(self, bound: Any) -> Any:
        return read_bound(bound)

    def dump(self, value: Any) -> Decimal:
        if not isinstance(value, Decimal) or not is_writable(value):
            raise self.mismatch(value)
        return value


def is_writable(number: Decimal, most: int = MAX_DIGITS) -> bool:
    """Return whether a number is finite and not too long in plain notation.

    :param most: the maximum number of digits before the point, and after it.
    """
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -most and number.adjusted() < most
