"""JSON numbers that keep their text.

Request time; imports nothing of the package.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

#: A number in JSON's grammar (RFC 8259, section 6).
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: An integer without fraction and exponent: each has exactly one text.
WHOLE = re.compile(r"0|-?[1-9][0-9]*")


class ExactFloat(float):
    """A JSON number with a fraction or an exponent, which keeps its text."""

    __slots__ = ("text",)

    text: str


def read_exactly(text: str) -> ExactFloat:
    """Return the number of a text in JSON's grammar."""
    number = ExactFloat(text)
    number.text = text
    return number


def to_decimal(number: float) -> Decimal:
    """Return a JSON number with every digit of its text."""
    if not isinstance(number, ExactFloat):
        return Decimal(repr(number))
    try:
        return Decimal(number.text)
    except InvalidOperation:  # an exponent that is too large for a Decimal
        return to_extreme(number)


def to_extreme(number: ExactFloat) -> Decimal:
    """Return the nearest value for an extreme exponent: infinity, almost zero, or zero."""
    if number:
        return Decimal(repr(number))
    mantissa = re.split("[eE]", number.text)[0]
    return Decimal("1e-999999999" if mantissa.strip("-0.") else "0").copy_sign(
        Decimal(repr(number))
    )
