"""What a constructor refuses is a fault of the request, at the field if that is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import attrs
import msgspec
import pytest

from .codec import Codec


def check_even(instance: Any, attribute: Any, value: int) -> None:
    """Refuse odd numbers."""
    if value % 2:
        raise ValueError(f"{attribute.name} has to be even.")


def halve(value: int) -> int:
    """Refuse odd numbers, and halve others."""
    if value % 2:
        raise ValueError("Has to be even.")
    return value // 2


@attrs.define
class Counted:
    """A class of attrs with every kind of check."""

    _even: int = attrs.field(default=0, validator=check_even)
    small: int = attrs.field(default=0, validator=attrs.validators.lt(10))
    letters: str = attrs.field(default="", validator=attrs.validators.matches_re("[a-z]*"))
    numbers: list[int] = attrs.field(
        factory=list, validator=attrs.validators.deep_iterable(check_even)
    )
    half: int = attrs.field(default=0, converter=halve)
    named: int = attrs.field(
        default=0, alias="given", validator=check_even, metadata={"data_key": "wireName"}
    )

    def __attrs_post_init__(self) -> None:
        """Refuse fields that do not fit together."""
        if self._even > self.named == 1000:
            raise TypeError("They do not fit together.")
        if self._even == 2000:
            raise ValueError


@attrs.define
class Strict:
    """A class of attrs whose annotation is wider than its check."""

    value: Any = attrs.field(validator=attrs.validators.instance_of(int))


class Span(msgspec.Struct):
    """A struct that checks itself."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse what is in a false order."""
        if self.first > self.last:
            raise ValueError("The first is after the last.")
        if self.first < 0:
            raise TypeError("Below zero.")


@dataclass(frozen=True, slots=True)
class Range:
    """A frozen dataclass with slots that checks itself."""

    first: int
    last: int = 10
    size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Refuse what is in a false order; fail where the program is wrong."""
        if self.first > self.last:
            raise ValueError("The first is after the last.")
        if self.first == 7:
            raise TypeError("A mistake of the program.")
        object.__setattr__(self, "size", self.last - self.first)


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Counted, {"even": 1}, {"even": ["_even has to be even."]}, id="attrs"),
        pytest.param(
            Counted, {"wireName": 1}, {"wireName": ["named has to be even."]}, id="attrs-data_key"
        ),
        pytest.param(
            Counted, {"numbers": [2, 3]}, {"numbers": ["numbers has to be even."]}, id="attrs-deep"
        ),
        pytest.param(Counted, {"small": 10}, {"small": ["Invalid value."]}, id="attrs-own"),
        pytest.param(Counted, {"letters": "A"}, {"letters": ["Invalid value."]}, id="attrs-args"),
        pytest.param(Strict, {"value": "x"}, {"value": ["Invalid value."]}, id="attrs-TypeError"),
        pytest.param(Counted, {"half": 1}, {"_schema": ["Has to be even."]}, id="attrs-converter"),
        pytest.param(
            Counted,
            {"even": 1002, "wireName": 1000},
            {"_schema": ["They do not fit together."]},
            id="attrs-object",
        ),
        pytest.param(Counted, {"even": 2000}, {"_schema": ["Invalid value."]}, id="no-words"),
        pytest.param(
            Span,
            {"first": 2, "last": 1},
            {"_schema": ["The first is after the last."]},
            id="Struct",
        ),
        pytest.param(
            Span, {"first": -2, "last": 1}, {"_schema": ["Below zero."]}, id="Struct-TypeError"
        ),
        pytest.param(
            list[Range],
            [{"first": 1}, {"first": 11}],
            {1: {"_schema": ["The first is after the last."]}},
            id="dataclass",
        ),
    ],
)
def test_what_a_constructor_refuses_is_a_fault(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """The value that was sent is not in the message, which is the program's own."""
    assert json.refuse(annotation, wire) == messages


def test_a_converter_makes_the_value(json: Codec) -> None:
    """It is given what the annotation takes."""
    assert json.load(Counted, {"half": 4}).half == 2


def test_what_a_constructor_takes_is_made(json: Codec) -> None:
    """The checks are its own."""
    assert json.load(Span, {"first": 1, "last": 2}) == Span(1, 2)


def test_a_frozen_dataclass_is_made(json: Codec) -> None:
    """By its constructor, as every other."""
    assert json.dump(Range, json.load(Range, {"first": 4})) == {"first": 4, "last": 10, "size": 6}


def test_a_mistake_of_the_program_is_no_fault_of_the_request(json: Codec) -> None:
    """A dataclass checks by ValueError alone."""
    with pytest.raises(TypeError, match="A mistake of the program"):
        json.load(Range, {"first": 7})
