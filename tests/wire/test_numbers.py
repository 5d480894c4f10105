"""JSON numbers that remember how they were written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_typed.wire.numbers import read_exactly, to_decimal

NEXT_BELOW_ZERO = Decimal("-1e-999999999")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("1.00000000000000000000001", Decimal("1.00000000000000000000001")),
        (f"1e{'9' * 30}", Decimal("inf")),
        (f"-1e-{'9' * 30}", NEXT_BELOW_ZERO),
        (f"0.0e-{'9' * 30}", Decimal(0)),
    ],
)
def test_numbers_as_they_were_written(text: str, value: Decimal) -> None:
    """To the last digit; an exponent that nobody means is infinite, next to zero, or zero."""
    assert to_decimal(read_exactly(text)) == value


def test_a_float_that_was_not_written() -> None:
    """It is what Python shows of it."""
    assert to_decimal(0.1) == Decimal("0.1")
