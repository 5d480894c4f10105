"""The patterns of decimal numbers in a range match exactly their texts."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from flask_typed.schemas.families.decimal_patterns import (
    Bound,
    Places,
    count_places,
    write_multiple,
    write_range,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

NUMBERS = (
    st.decimals(-300, 300, places=3) | st.decimals(-3, 3, places=1) | st.decimals(0, 120, places=0)
)
BOUNDS = st.none() | st.builds(Bound, NUMBERS, st.booleans())


def is_in_range(number: Decimal, least: Bound | None, most: Bound | None) -> bool:
    """Return whether a number is in a range."""
    is_high = least is None or number > least.number
    if least is not None and number == least.number:
        is_high = not least.exclusive
    is_low = most is None or number < most.number or (number == most.number and not most.exclusive)
    return is_high and is_low


def list_near_texts(number: Decimal) -> list[str]:
    """Return texts of a number and of numbers near to it."""
    steps = map(Decimal, ("0", "0.001", "-0.001", "0.01", "-0.1", "1", "-10", "0.0001"))
    texts = [format(number + step, "f") for step in steps]
    return [*texts, *(f"{text}0" for text in texts if "." in text), "0", "-0", "-0.0", "0.5"]


@settings(max_examples=60, deadline=None)
@given(BOUNDS, BOUNDS, st.sampled_from([None, 0, 2]), st.lists(NUMBERS, max_size=8))
@example(Bound(Decimal("19.95")), Bound(Decimal("20.05"), True), None, [Decimal("19.951")])
@example(Bound(Decimal("0.305"), True), Bound(Decimal("0.31")), None, [Decimal("0.3051")])
@example(Bound(Decimal("0.25"), True), Bound(Decimal("0.2507")), None, [Decimal("0.2506")])
@example(Bound(Decimal("0.2")), Bound(Decimal("0.2007")), None, [Decimal("0.2"), Decimal("0.2006")])
@example(Bound(Decimal("0"), True), Bound(Decimal("0.007")), None, [Decimal("0.006")])
@example(Bound(Decimal("5.5")), Bound(Decimal("5.5")), None, [Decimal("5.5")])
@example(Bound(Decimal("5")), Bound(Decimal("5.5")), None, [Decimal("5.4"), Decimal("5")])
@example(Bound(Decimal("0.191")), Bound(Decimal("0.3")), None, [Decimal("0.19"), Decimal("0.2")])
@example(Bound(Decimal("5")), Bound(Decimal("5")), 2, [Decimal("5")])
@example(Bound(Decimal("3")), Bound(Decimal("5999.9")), 2, [Decimal("47"), Decimal("5999.9")])
@example(Bound(Decimal("7")), Bound(Decimal("12.5")), None, [Decimal("9.1"), Decimal("10")])
@example(Bound(Decimal("-2.5"), True), Bound(Decimal("-0.5")), None, [Decimal("-1")])
def test_a_range_is_a_pattern(
    least: Bound | None, most: Bound | None, places: int | None, numbers: list[Decimal]
) -> None:
    """The texts of the numbers between two bounds match, and no others."""
    pattern = write_range(least, most, Places(places))
    bounds = [bound.number for bound in (least, most) if bound is not None]
    for text in {text for number in (*numbers, *bounds) for text in list_near_texts(number)}:
        number = Decimal(text)
        is_whole = places is None or Fraction(number) * 10**places % 1 == 0
        expected = is_whole and is_in_range(number, least, most)
        assert bool(pattern and re.fullmatch(pattern, text)) == expected, text


def test_an_empty_range_has_no_pattern() -> None:
    """Nothing can match."""
    assert write_range(Bound(Decimal(2)), Bound(Decimal(1)), Places()) is None


def test_the_patterns_have_no_lookarounds() -> None:
    """RE2 and Rust do not support them."""
    pattern = write_range(Bound(Decimal("-1.5")), Bound(Decimal("99.99"), True), Places(2))
    assert pattern is not None
    assert not re.search(r"\(\?[^:]", pattern)


@pytest.mark.parametrize(
    ("step", "places"),
    [("1", 0), ("0.01", 2), ("1.00", 0), ("1E-3", 3), ("10", None), ("0.25", None), ("0.2", None)],
)
def test_steps_that_count_places(step: str, places: int | None) -> None:
    """Multiples of 1, 0.1, 0.01 and so on are numbers with so many places."""
    assert count_places(Decimal(step)) == places


def test_no_multiple_of_nothing() -> None:
    """A step must be positive."""
    assert write_multiple(Decimal(0)) is None
