"""Decimal numbers: as text, whose bounds are patterns, or as JSON numbers with all their digits.

Registration and request time. The text has plain notation. The texts of all numbers between two
bounds are therefore a regular language, so the document can publish a bound as a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ...wire.limits import MAX_DIGITS, MAX_NUMBER_LENGTH
from ...wire.numbers import NUMBER, read_exactly, to_decimal
from ..fields import TypedField
from .scalars import read_bound

#: A decimal number in plain notation.
PLAIN_NOTATION = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
#: A bound with more digits is only published in the description: its pattern would be too long.
MAX_BOUND_DIGITS = 40
#: Multiples with more different endings are only published in the description.
MAX_ENDINGS = 40

_FRACTION = r"(\.[0-9]+)?"
_UNSIGNED = rf"(0|[1-9][0-9]*){_FRACTION}"
_ZERO = r"0(\.0+)?"


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


def has_pattern(bound: Decimal) -> bool:
    """Return whether the pattern of a bound is short enough to be published."""
    return len(format(bound, "f")) <= MAX_BOUND_DIGITS


def write_least(bound: Decimal, *, exclusive: bool) -> str:
    """Return the pattern of the texts of numbers from a bound upwards, in plain notation."""
    if bound > 0:
        signed = from_magnitude(bound, exclusive)
    elif bound == 0:
        signed = from_magnitude(bound, True) if exclusive else f"{_UNSIGNED}|-{_ZERO}"
    else:
        signed = f"{_UNSIGNED}|-(?:{to_magnitude(-bound, exclusive)})"
    return f"^(?:{signed})$"


def write_most(bound: Decimal, *, exclusive: bool) -> str:
    """Return the pattern of the texts of numbers from a bound downwards, in plain notation."""
    if bound > 0:
        signed = f"-{_UNSIGNED}|{to_magnitude(bound, exclusive)}"
    elif bound == 0:
        signed = f"-(?:{from_magnitude(bound, True)})" if exclusive else f"-{_UNSIGNED}|{_ZERO}"
    else:
        signed = f"-(?:{from_magnitude(-bound, exclusive)})"
    return f"^(?:{signed})$"


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


def from_magnitude(bound: Decimal, exclusive: bool) -> str:
    """Return the pattern of unsigned numbers from a bound upwards."""
    return "|".join(larger(*split_digits(bound), exclusive))


def to_magnitude(bound: Decimal, exclusive: bool) -> str:
    """Return the pattern of unsigned numbers from a bound downwards."""
    return "|".join(smaller(*split_digits(bound), exclusive))


def split_digits(number: Decimal) -> tuple[str, str]:
    """Return the digits before and after the point, without zeros at the end."""
    whole, _, fraction = format(abs(number), "f").partition(".")
    return whole, fraction.rstrip("0")


def larger(whole: str, fraction: str, exclusive: bool) -> Iterator[str]:
    """Yield patterns of the numbers that are larger than a number, or equal to it."""
    if whole == "0":
        yield f"[1-9][0-9]*{_FRACTION}"
    else:
        yield f"[1-9][0-9]{{{len(whole)},}}{_FRACTION}"
        for prefix, digit, rest in places(whole):
            if digit < 9:
                yield f"{prefix}{digits(digit + 1, 9)}{repeat(rest)}{_FRACTION}"
    longer = [
        f"{prefix}{digits(digit + 1, 9)}[0-9]*"
        for prefix, digit, _ in places(fraction)
        if digit < 9
    ]
    more = "[0-9]*[1-9][0-9]*" if exclusive else "[0-9]*"
    if fraction or exclusive:
        yield rf"{whole}\.(?:{'|'.join([*longer, fraction + more])})"
    else:
        yield f"{whole}{_FRACTION}"


def smaller(whole: str, fraction: str, exclusive: bool) -> Iterator[str]:
    """Yield patterns of the numbers that are smaller than a number, or equal to it."""
    if len(whole) > 1:
        yield f"(?:0|[1-9][0-9]{{0,{len(whole) - 2}}}){_FRACTION}"
    for prefix, digit, rest in places(whole):
        least = 1 if not prefix and len(whole) > 1 else 0
        if digit > least:
            yield f"{prefix}{digits(least, digit - 1)}{repeat(rest)}{_FRACTION}"
    shorter = [
        f"{prefix}{digits(0, digit - 1)}[0-9]*" for prefix, digit, _ in places(fraction) if digit
    ]
    shorter += [fraction[:end] for end in range(1, len(fraction))]
    if fraction:
        equal = [] if exclusive else [f"{fraction}0*"]
        behind = "|".join([*shorter, *equal])
        yield rf"{whole}(?:\.(?:{behind}))?" if behind else whole
    elif not exclusive:
        yield rf"{whole}(\.0+)?"


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each digit of a text with the digits before it and the number of digits after it."""
    for index, digit in enumerate(text):
        yield text[:index], int(digit), len(text) - index - 1


def digits(least: int, most: int) -> str:
    """Return the pattern of a digit in a range."""
    return str(least) if least == most else f"[{least}-{most}]"


def repeat(count: int) -> str:
    """Return the pattern of so many digits."""
    return ("", "[0-9]")[count] if count < 2 else f"[0-9]{{{count}}}"
