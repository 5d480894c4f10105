"""JSON numbers that remember how they were written.

Request time; imports nothing of the package.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

#: A number in JSON's grammar (RFC 8259, section 6).
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: A whole number without fraction and exponent: each is one text.
WHOLE = re.compile(r"0|-?[1-9][0-9]*")


class ExactFloat(float):
    """A JSON number with a fraction or an exponent, which remembers how it was written."""

    __slots__ = ("text",)

    text: str


def read_exactly(text: str) -> ExactFloat:
    """Return the number that a text in JSON's grammar stands for."""
    number = ExactFloat(text)
    number.text = text
    return number


def to_decimal(number: float) -> Decimal:
    """Return a JSON number as it was written."""
    if not isinstance(number, ExactFloat):
        return Decimal(repr(number))
    try:
        return Decimal(number.text)
    except InvalidOperation:  # an exponent with more digits than a Decimal has for it
        return to_extreme(number)


def to_extreme(number: ExactFloat) -> Decimal:
    """Return what stands for a number whose exponent nobody means: infinite, next to zero, zero."""
    if number:
        return Decimal(repr(number))
    mantissa = re.split("[eE]", number.text)[0]
    return Decimal("1e-999999999" if mantissa.strip("-0.") else "0").copy_sign(
        Decimal(repr(number))
    )
