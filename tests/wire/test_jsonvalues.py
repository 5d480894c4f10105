"""What JSON can hold, and in which form."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict, UserString
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from ipaddress import ip_address
from typing import Any

import pytest
from flask_typed.wire.jsonvalues import NotJson, find_json_fault, show, to_json


class Mood(str, Enum):
    OK = "ok"


class Shy:
    """What raises when it is looked at."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError("no class")

    def __repr__(self) -> str:
        raise RuntimeError("no text")


class Lazy:
    """A text that is made when it is asked for, as translations are."""

    def __html__(self) -> str: ...

    def __str__(self) -> str:
        return "lazy"


@dataclass
class Point:
    x: int
    day: dt.date


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        (1, 1),
        (0.5, 0.5),
        ("é", "é"),
        (Mood.OK, "ok"),
        (UserString("a"), "a"),
        (Lazy(), "lazy"),
        (Decimal("1.50"), 1.5),
        (Decimal("1E+20"), 10**20),
        (dt.date(2020, 1, 2), "2020-01-02"),
        (dt.time(1, 2), "01:02:00"),
        (dt.timedelta(seconds=90), "PT90S"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (ip_address("::1"), "::1"),
        (b"ab", "YWI="),
        ((1, [2]), [1, [2]]),
        ({3, 1}, [1, 3]),
        (OrderedDict({1: "b", dt.date(2020, 1, 2): "c"}), {"1": "b", "2020-01-02": "c"}),
        (Point(1, dt.date(2020, 1, 2)), {"x": 1, "day": "2020-01-02"}),
    ],
)
def test_to_json(value: Any, written: Any) -> None:
    """A value with a clear form has that form, made of Python's own types."""
    known = to_json(value)
    assert (known, type(known)) == (written, type(written))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "nan is not a number in JSON"),
        (Decimal("Infinity"), "Infinity is not a number in JSON"),
        (Decimal("1E+5000"), r"1E\+5000 is not a number in JSON"),
        (Decimal("0.12345678901234567890"), "0.12345678901234567890 has more digits than a float"),
        (10**2000, "a number has more than 1000 digits"),
        ("\ud800", "a text holds half of a surrogate pair"),
        (object(), "object has no form in JSON"),
        (ENDLESS, "it is nested too deeply"),
    ],
)
def test_not_json(value: Any, reason: str) -> None:
    """A value without such a form is refused, with the reason."""
    with pytest.raises(NotJson, match=reason):
        to_json(value)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"a": [1, None, "b", (True,)]}, None),
        ({1: 2}, "the key 1 is not a text"),
        ({"\ud800": 2}, "a text holds half of a surrogate pair"),
        ([dt.date(2020, 1, 2)], "date is not a type of JSON"),
        (ENDLESS, "it is nested too deeply"),
    ],
)
def test_find_fault(value: Any, fault: str | None) -> None:
    """What a user writes for the document in our own words is JSON as it is, or refused."""
    assert find_json_fault(value) == fault


def test_a_value_that_raises() -> None:
    """A proxy outside of its context, for one, raises when its class is asked for."""
    assert find_json_fault(Shy()) == "Shy raises RuntimeError"
    with pytest.raises(NotJson, match="Shy raises RuntimeError"):
        to_json(Shy())


def test_show() -> None:
    """A message shows any value, and none at length."""
    assert show(Shy()) == "a value of type Shy"
    assert show("a" * 100) == "'" + "a" * 76 + "..."
