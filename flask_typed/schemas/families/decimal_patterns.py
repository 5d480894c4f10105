"""The texts of decimal numbers in a range, as patterns for both Python and ECMA-262.

Publishing time. The texts have plain notation (``-0.50``). Those of all numbers between two bounds
are therefore a regular language, and one pattern describes them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

#: A bound with more digits is only published in the description: its pattern would be too long.
MAX_BOUND_DIGITS = 40
#: Multiples with more different endings are only published in the description.
MAX_ENDINGS = 40


class Bound(NamedTuple):
    """A bound of a range of numbers.

    :param exclusive: whether the number itself is outside of the range.
    """

    number: Decimal
    exclusive: bool = False


class Limit(NamedTuple):
    """A bound of numbers without a sign.

    :param whole: the digits before the point.
    :param fraction: the digits after it, without zeros at the end.
    """

    whole: str
    fraction: str
    exclusive: bool = False


#: The smallest number without a sign.
ZERO = Limit("0", "")


@dataclass(frozen=True, slots=True)
class Places:
    """The digits after the point.

    :param most: how many of them may differ from zero; ``None`` for any number of them.
    """

    most: int | None = None

    @property
    def fraction(self) -> str:
        """The pattern of any fraction, which may be missing."""
        if self.most == 0:
            return r"(\.0+)?"
        return r"(\.[0-9]+)?" if self.most is None else rf"(\.[0-9]{{1,{self.most}}}0*)?"

    def rest(self, count: int) -> str:
        """Return the pattern of any digits after the first ones, whose number is given."""
        left = None if self.most is None else self.most - count
        return "[0-9]*" if left is None else f"[0-9]{{0,{left}}}0*" if left else "0*"

    def round(self, bound: Bound | None, *, up: bool) -> Bound | None:
        """Return the first bound with no more places that is in the range."""
        if bound is None or self.most is None:
            return bound
        exact = Fraction(bound.number) * 10**self.most
        nearest = math.ceil(exact) if up else math.floor(exact)
        if bound.exclusive and nearest == exact:
            nearest += 1 if up else -1
        return Bound(Decimal(f"{nearest}e-{self.most}"))


def has_pattern(bound: Decimal) -> bool:
    """Return whether the pattern of a bound is short enough to be published."""
    return len(format(bound, "f")) <= MAX_BOUND_DIGITS


def count_places(step: Decimal) -> int | None:
    """Return the number of places of all multiples; ``None`` unless the step is 1, 0.1, 0.01 …"""
    _, digits, exponent = step.as_tuple()
    figures = "".join(map(str, digits))
    places = -int(exponent) - (len(figures) - len(figures.rstrip("0")))
    return places if figures.rstrip("0") == "1" and 0 <= places < MAX_BOUND_DIGITS else None


def write_least(bound: Decimal, *, exclusive: bool) -> str:
    """Return the pattern of the texts of numbers from a bound upwards."""
    return write_range(Bound(bound, exclusive), None, Places()) or ""


def write_most(bound: Decimal, *, exclusive: bool) -> str:
    """Return the pattern of the texts of numbers from a bound downwards."""
    return write_range(None, Bound(bound, exclusive), Places()) or ""


def write_range(least: Bound | None, most: Bound | None, places: Places) -> str | None:
    """Return the pattern of the texts of all numbers between two bounds; ``None`` if none is."""
    least, most = places.round(least, up=True), places.round(most, up=False)
    branches = list(write_signed(least, most, places))
    return f"^(?:{'|'.join(branches)})$" if branches else None


def write_signed(least: Bound | None, most: Bound | None, places: Places) -> Iterator[str]:
    """Yield patterns of the positive numbers of a range, then of the negative ones.

    Zero is both: ``-0`` is a text of it.
    """
    yield from write_positive(least, most, places)
    negative = list(write_positive(negate(most), negate(least), places))
    if negative:
        yield f"-{negative[0]}" if len(negative) == 1 else f"-(?:{'|'.join(negative)})"


def negate(bound: Bound | None) -> Bound | None:
    """Return the bound of the negative numbers."""
    return bound and Bound(bound.number.copy_negate(), bound.exclusive)


def write_positive(least: Bound | None, most: Bound | None, places: Places) -> Iterator[str]:
    """Yield patterns of the numbers of a range that are zero or more, without their sign."""
    low = ZERO if least is None or least.number < 0 else split_bound(least)
    if most is None:
        yield from write_larger(low, places)
    elif most.number >= 0 and not is_empty(low, high := split_bound(most)):
        yield from write_smaller(high, places) if low == ZERO else write_between(low, high, places)


def split_bound(bound: Bound) -> Limit:
    """Return the digits of a bound."""
    return Limit(*split_digits(bound.number), bound.exclusive)


def split_digits(number: Decimal) -> tuple[str, str]:
    """Return the digits before and after the point, without zeros at the end."""
    whole, _, fraction = format(abs(number), "f").partition(".")
    return whole, fraction.rstrip("0")


def is_empty(low: Limit, high: Limit) -> bool:
    """Return whether no number is between two limits."""
    least, most = (Decimal(f"{limit.whole}.{limit.fraction}") for limit in (low, high))
    return least > most or (least == most and (low.exclusive or high.exclusive))


def write_larger(low: Limit, places: Places) -> Iterator[str]:
    """Yield patterns of the numbers from a limit upwards."""
    if low == ZERO:
        yield f"(0|[1-9][0-9]*){places.fraction}"
        return
    more = f"{{{len(low.whole)},}}" if low.whole != "0" else "*"
    yield f"[1-9][0-9]{more}{places.fraction}"
    if low.whole != "0":
        yield from write_higher(low.whole, 0, places)
    yield low.whole + write_fraction_from(low, places)


def write_smaller(high: Limit, places: Places) -> Iterator[str]:
    """Yield patterns of the numbers from a limit downwards."""
    if len(high.whole) > 1:
        yield f"(?:0|[1-9][0-9]{{0,{len(high.whole) - 2}}}){places.fraction}"
    yield from write_lower(high.whole, 0, places)
    yield from write_equal_or_lower(high, places)


def write_between(low: Limit, high: Limit, places: Places) -> Iterator[str]:
    """Yield patterns of the numbers between two limits."""
    if low.whole == high.whole:
        yield low.whole + write_fraction_between(low, high, places)
        return
    start = 0
    if len(low.whole) == len(high.whole):
        start = find_first_difference(low.whole, high.whole)
        yield from write_digits_between(low.whole, high.whole, start, places)
        start += 1
    elif len(high.whole) - len(low.whole) > 1:
        counts = f"{len(low.whole)},{len(high.whole) - 2}"
        yield f"[1-9][0-9]{{{counts}}}{places.fraction}"
    yield from write_higher(low.whole, start, places)
    yield low.whole + write_fraction_from(low, places)
    yield from write_lower(high.whole, start, places)
    yield from write_equal_or_lower(high, places)


def find_first_difference(one: str, other: str) -> int:
    """Return the place of the first different digit of two texts of one length."""
    return next(
        index for index, pair in enumerate(zip(one, other, strict=True)) if len({*pair}) > 1
    )


def write_digits_between(low: str, high: str, place: int, places: Places) -> Iterator[str]:
    """Yield the pattern of numbers whose digit at a place is between those of two others."""
    least, most = int(low[place]) + 1, int(high[place]) - 1
    if least <= most:
        rest = repeat(len(low) - place - 1)
        yield f"{low[:place]}{match_digit_range(least, most)}{rest}{places.fraction}"


def write_higher(whole: str, start: int, places: Places) -> Iterator[str]:
    """Yield patterns of numbers of as many digits that differ upwards at a place or after it."""
    for prefix, digit, rest in read_places(whole)[start:]:
        if digit < 9:
            yield f"{prefix}{match_digit_range(digit + 1, 9)}{repeat(rest)}{places.fraction}"


def write_lower(whole: str, start: int, places: Places) -> Iterator[str]:
    """Yield patterns of numbers of as many digits that differ downwards at a place or after it."""
    for prefix, digit, rest in read_places(whole)[start:]:
        least = 1 if not prefix and len(whole) > 1 else 0
        if digit > least:
            yield f"{prefix}{match_digit_range(least, digit - 1)}{repeat(rest)}{places.fraction}"


def write_fraction_from(low: Limit, places: Places) -> str:
    """Return the pattern of the fractions from a limit upwards; the whole part is equal."""
    if not low.fraction and not low.exclusive:
        return places.fraction
    more = [
        f"{prefix}{match_digit_range(digit + 1, 9)}{places.rest(len(prefix) + 1)}"
        for prefix, digit, _ in read_places(low.fraction)
        if digit < 9
    ]
    return rf"\.(?:{'|'.join([*more, write_longer(low, low.fraction, places)])})"


def write_longer(low: Limit, digits: str, places: Places) -> str:
    """Return the pattern of fractions that begin with digits, which are equal to a limit."""
    return digits + ("[0-9]*[1-9][0-9]*" if low.exclusive else places.rest(len(digits)))


def write_equal_or_lower(high: Limit, places: Places) -> Iterator[str]:
    """Yield the pattern of the numbers from a limit downwards whose whole part is equal."""
    if high.fraction:
        yield rf"{high.whole}(?:\.(?:{'|'.join(write_fractions_to(high, 0, places))}))?"
    elif not high.exclusive:
        yield rf"{high.whole}(\.0+)?"


def write_fractions_to(high: Limit, start: int, places: Places) -> Iterator[str]:
    """Yield patterns of fractions up to a limit that have its digits before a place."""
    for prefix, digit, _ in read_places(high.fraction)[start:]:
        if digit:
            yield f"{prefix}{match_digit_range(0, digit - 1)}{places.rest(len(prefix) + 1)}"
    yield from (high.fraction[:end] for end in range(max(start, 1), len(high.fraction)))
    if not high.exclusive:
        yield f"{high.fraction}0*"


def write_fraction_between(low: Limit, high: Limit, places: Places) -> str:
    """Return the pattern of the fractions between two limits; the whole part is equal."""
    if low.fraction == high.fraction:  # neither is exclusive
        return rf"\.{low.fraction}0*" if low.fraction else r"(\.0+)?"
    if not low.fraction and not low.exclusive:
        return rf"(?:\.(?:{'|'.join(write_fractions_to(high, 0, places))}))?"
    padded = low.fraction.ljust(len(high.fraction), "0")
    place = find_first_difference(padded, high.fraction.ljust(len(padded), "0"))
    branches = [
        *write_fractions_from(low, padded, place, places),
        *write_fractions_inside(padded, high.fraction, place, places),
        *write_fractions_to(high, place + 1, places),
    ]
    return rf"\.(?:{'|'.join(branches)})"


def write_fractions_inside(low: str, high: str, place: int, places: Places) -> Iterator[str]:
    """Yield the pattern of fractions whose digit at a place is between those of two others."""
    least, most = int(low[place]) + 1, int(high[place]) - 1
    if least <= most:
        yield f"{low[:place]}{match_digit_range(least, most)}{places.rest(place + 1)}"


def write_fractions_from(low: Limit, padded: str, place: int, places: Places) -> Iterator[str]:
    """Yield patterns of fractions from a limit upwards that have its digits up to a place.

    :param padded: the digits of the limit, with zeros up to the place.
    """
    count = len(low.fraction)
    for prefix, digit, _ in read_places(low.fraction)[place + 1 :]:
        if digit < 9:
            yield f"{prefix}{match_digit_range(digit + 1, 9)}{places.rest(len(prefix) + 1)}"
    if place < count:
        yield write_longer(low, low.fraction, places)
        return
    if not low.exclusive:  # texts with fewer zeros at the end are the same number
        yield from (padded[:end] for end in range(count, place + 1))
    yield write_longer(low, padded[: place + 1], places)


def write_multiple(step: Decimal) -> str | None:
    """Return the pattern of the texts of multiples; ``None`` if their last digits do not decide.

    They decide for divisors of a power of ten: multiples of 0.25 end in 00, 25, 50 or 75.
    """
    if step <= 0:
        return None
    whole, fraction = split_digits(step)
    figures = (whole + fraction).rstrip("0")
    factor = int(figures)
    power = len(whole) - len(figures)
    count = next((n for n in range(MAX_ENDINGS) if 10**n % factor == 0), None)
    if count is None or 10**count // factor > MAX_ENDINGS:
        return None
    endings = [f"{n:0{count}}" if count else "" for n in range(0, 10**count, factor)]
    forms = "|".join(ending_in(endings, power))
    return rf"^-?(?:{forms})$"


def ending_in(endings: list[str], power: int) -> Iterator[str]:
    """Yield patterns of unsigned numbers with one of the given endings.

    :param power: the power of ten of an ending's last digit; only zeros follow it.
    """
    count = len(endings[0])
    free = -power - count
    if free >= 0:
        some = "|".join(filter(None, (ending.rstrip("0") for ending in endings)))
        behind = [f"{repeat(free)}(?:{some})0*"] if some else []
        behind.append(f"[0-9]{{1,{free}}}0*" if free else "0+")
        yield rf"(?:0|[1-9][0-9]*)(?:\.(?:{'|'.join(behind)}))?"
        return
    by_fraction: dict[str, list[str]] = {}
    for ending in endings:
        whole, fraction = (ending[:power], ending[power:]) if power < 0 else (ending, "")
        by_fraction.setdefault(fraction.rstrip("0"), []).append(whole + "0" * max(power, 0))
    for fraction, wholes in by_fraction.items():
        short = "|".join(whole.lstrip("0") or "0" for whole in wholes)
        long = rf"[1-9][0-9]*(?:{'|'.join(wholes)})"
        yield rf"(?:{short}|{long})" + (rf"\.{fraction}0*" if fraction else r"(?:\.0+)?")


def read_places(text: str) -> list[tuple[str, int, int]]:
    """Return each digit of a text with the digits before it and the number of digits after it."""
    return [(text[:index], int(digit), len(text) - index - 1) for index, digit in enumerate(text)]


def match_digit_range(least: int, most: int) -> str:
    """Return the pattern of a digit in a range."""
    return str(least) if least == most else f"[{least}-{most}]"


def repeat(count: int) -> str:
    """Return the pattern of so many digits."""
    return ("", "[0-9]")[count] if count < 2 else f"[0-9]{{{count}}}"
