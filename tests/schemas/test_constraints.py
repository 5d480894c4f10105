"""Constraints in annotations: what they refuse, with which words, and where they do not belong."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NoReturn
from unittest.mock import Mock

import annotated_types as at
import pytest
from flask_typed.schemas.constraints import Choices, MultipleOf, Predicate, make_validators
from flask_typed.wire.numbers import read_exactly
from marshmallow import ValidationError, validate

from .codec import Codec

NOON = dt.time(12)
NEW_YEAR = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)


@dataclass
class Point:
    """A model."""

    x: int = 0


def is_even(number: int) -> bool:
    """Say whether a number is even."""
    return number % 2 == 0


def refuse_by_value_error(value: str) -> NoReturn:
    """Refuse as a constructor does."""
    raise ValueError(f"secret {value}")


def refuse_in_words(value: str) -> NoReturn:
    """Refuse as a marshmallow validator does."""
    raise ValidationError("Must be nicer.")


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        pytest.param(Annotated[int, at.Ge(1)], 1, id="Ge"),
        pytest.param(Annotated[int, at.Gt(1)], 2, id="Gt"),
        pytest.param(Annotated[int, at.Le(1)], 1, id="Le"),
        pytest.param(Annotated[int, at.Lt(1)], 0, id="Lt"),
        pytest.param(Annotated[int, at.Interval(ge=1, lt=3)], 2, id="Interval"),
        pytest.param(Annotated[float, at.Ge(0.1)], 0.1, id="Ge-float"),
        pytest.param(Annotated[Decimal, at.Ge(Decimal("0.1"))], "0.1", id="Ge-Decimal"),
        pytest.param(Annotated[dt.date, at.Gt(dt.date(2024, 1, 1))], "2024-01-02", id="Gt-date"),
        pytest.param(Annotated[dt.datetime, at.Ge(NEW_YEAR)], "2024-01-01T00:00:00Z", id="Ge-dt"),
        pytest.param(Annotated[dt.timedelta, at.Le(dt.timedelta(days=1))], "P1D", id="Le-delta"),
        pytest.param(Annotated[int, at.MultipleOf(3)], -9, id="MultipleOf"),
        pytest.param(Annotated[float, at.MultipleOf(0.1)], 0.3, id="MultipleOf-float"),
        pytest.param(Annotated[str, at.Len(1, 3)], "abc", id="Len"),
        pytest.param(Annotated[str, at.MinLen(1)], "a", id="MinLen"),
        pytest.param(Annotated[str, at.MaxLen(1)], "ä", id="MaxLen-characters-not-bytes"),
        pytest.param(Annotated[list[int], at.Len(1)], [1], id="Len-list"),
        pytest.param(Annotated[dict[str, int], at.MaxLen(1)], {"a": 1}, id="Len-dict"),
        pytest.param(Annotated[int, at.Predicate(is_even)], 2, id="Predicate"),
        pytest.param(Annotated[str, validate.Regexp(r"[a-z]+$")], "abc", id="marshmallow"),
        pytest.param(Annotated[int, "words", 7, None], 1, id="metadata-of-others"),
        pytest.param(Annotated[int | None, at.Ge(1)], None, id="null-is-not-constrained"),
    ],
)
def test_a_value_within_the_constraint_travels_both_ways(
    json: Codec, annotation: Any, wire: Any
) -> None:
    """Constraints let through what they allow, bounds included where they say so."""
    assert json.dump(annotation, json.load(annotation, wire)) == wire


@pytest.mark.parametrize(
    ("annotation", "wire", "message"),
    [
        pytest.param(Annotated[int, at.Ge(1)], 0, "Must be greater than or equal to 1.", id="Ge"),
        pytest.param(Annotated[int, at.Gt(1)], 1, "Must be greater than 1.", id="Gt"),
        pytest.param(Annotated[int, at.Le(1)], 2, "Must be less than or equal to 1.", id="Le"),
        pytest.param(Annotated[int, at.Lt(1)], 1, "Must be less than 1.", id="Lt"),
        pytest.param(
            Annotated[int, at.Interval(gt=1, le=3)], 1, "Must be greater than 1.", id="Interval"
        ),
        pytest.param(
            Annotated[Decimal, at.Ge(0)],
            "-1" + "0" * 999,
            "Must be greater than or equal to 0.",
            id="Ge-Decimal",
        ),
        pytest.param(
            Annotated[int, at.MultipleOf(3)], 10, "Must be a multiple of 3.", id="MultipleOf"
        ),
        pytest.param(
            Annotated[float, at.MultipleOf(0.1)],
            0.35,
            "Must be a multiple of 0.1.",
            id="MultipleOf-float",
        ),
        pytest.param(
            Annotated[Decimal, at.MultipleOf(Decimal("0.01"))],
            "0.001",
            "Must be a multiple of 0.01.",
            id="MultipleOf-Decimal",
        ),
        pytest.param(Annotated[str, at.Len(1)], "", "Shorter than minimum length 1.", id="Len"),
        pytest.param(
            Annotated[str, at.MaxLen(1)], "ab", "Longer than maximum length 1.", id="MaxLen"
        ),
        pytest.param(
            Annotated[list[int], at.Len(1)], [], "Shorter than minimum length 1.", id="Len-list"
        ),
        pytest.param(
            Annotated[int, at.Predicate(is_even)], 1, "Does not satisfy is_even.", id="Predicate"
        ),
        pytest.param(
            Annotated[str, at.Predicate(str.islower)],
            "A",
            "Does not satisfy islower.",
            id="Predicate-method",
        ),
        pytest.param(
            Annotated[float, at.Predicate(at.Not(math.isfinite))],
            1.0,
            "Does not satisfy a condition.",
            id="Predicate-nameless",
        ),
        pytest.param(
            Annotated[str, at.Predicate(refuse_by_value_error)],
            "a",
            "Does not satisfy refuse_by_value_error.",
            id="Predicate-ValueError",
        ),
        pytest.param(
            Annotated[str, at.Predicate(refuse_in_words)],
            "a",
            "Must be nicer.",
            id="Predicate-ValidationError",
        ),
        pytest.param(
            Annotated[str, validate.Email()], "a", "Not a valid email address.", id="marshmallow"
        ),
        pytest.param(
            Annotated[str, validate.And(validate.Length(max=1), validate.Equal("b"))],
            "a",
            "Must be equal to b.",
            id="And",
        ),
    ],
)
def test_a_value_outside_the_constraint_is_refused(
    json: Codec, annotation: Any, wire: Any, message: str
) -> None:
    """Every constraint has a sentence of its own, without the value that was sent."""
    assert json.refuse(annotation, wire) == [message]


def test_all_broken_constraints_are_told_at_once(json: Codec) -> None:
    """Each constraint is tried, innermost first."""
    annotation = Annotated[Annotated[int, at.Ge(10)], at.MultipleOf(10), at.Le(100)]

    assert json.refuse(annotation, 7) == [
        "Must be greater than or equal to 10.",
        "Must be a multiple of 10.",
    ]


def test_constraints_of_items_stand_with_the_items(json: Codec) -> None:
    """A constraint inside a collection is for each item, outside it for the whole."""
    annotation = Annotated[list[Annotated[int, at.Ge(1)]], at.MaxLen(2)]

    assert json.refuse(annotation, [1, 0]) == {1: ["Must be greater than or equal to 1."]}
    assert json.refuse(annotation, [1, 1, 1]) == ["Longer than maximum length 2."]


def test_constraints_hold_for_text(text: Codec) -> None:
    """The value that the text stands for is checked, not the text."""
    assert text.refuse(Annotated[int, at.Ge(10)], "9") == ["Must be greater than or equal to 10."]


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(
            Annotated[int, at.Ge(1)],
            0,
            "an int, found one that breaks: ['Must be greater than or equal to 1.']",
            id="Ge",
        ),
        pytest.param(
            Annotated[list[int], at.Len(1)],
            [],
            "a collection, found one that breaks: ['Shorter than minimum length 1.']",
            id="Len",
        ),
        pytest.param(
            Annotated[int, at.Predicate(is_even)],
            1,
            "an int, found one that breaks: ['Does not satisfy is_even.']",
            id="Predicate",
        ),
    ],
)
def test_constraints_hold_for_what_is_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """A response keeps the constraints that it announces."""
    assert json.mismatch(annotation, value) == f"at $ expected {message}"


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        pytest.param(MultipleOf(2), 4, id="MultipleOf"),
        pytest.param(Predicate(is_even), 4, id="Predicate"),
    ],
)
def test_a_validator_returns_the_value(constraint: Any, value: Any) -> None:
    """Our validators chain as marshmallow's do."""
    assert constraint(value) == value


@pytest.mark.parametrize(
    ("annotation", "constraint", "type_name"),
    [
        pytest.param(Annotated[str, at.Ge(1)], "<Range(", "str", id="Ge-str"),
        pytest.param(Annotated[int, at.Len(1)], "<Length(", "int", id="Len-int"),
        pytest.param(Annotated[bool, at.MaxLen(1)], "<Length(", "bool", id="Len-bool"),
        pytest.param(Annotated[str, at.MultipleOf(2)], "<MultipleOf(", "str", id="MultipleOf-str"),
        pytest.param(Annotated[int, at.MultipleOf(0)], "<MultipleOf(", "int", id="MultipleOf-0"),
        pytest.param(
            Annotated[float, at.MultipleOf(math.nan)], "<MultipleOf(", "float", id="MultipleOf-NaN"
        ),
        pytest.param(Annotated[list[int], at.Ge(1)], "<Range(", "list[int]", id="Ge-list"),
        pytest.param(Annotated[uuid.UUID, at.Lt(3)], "<Range(", "UUID", id="Lt-UUID"),
        pytest.param(Annotated[Point, at.Ge(1)], "<Range(", "Point", id="Ge-model"),
        pytest.param(Annotated[Point, at.Len(1)], "<Length(", "Point", id="Len-model"),
        pytest.param(Annotated[Literal["a"], at.Ge(1)], "<Range(", "Literal['a']", id="Literal"),
        pytest.param(
            Annotated[dt.datetime, at.Ge(dt.datetime(2024, 1, 1))],
            "<Range(",
            "datetime",
            id="naive-bound-of-aware",
        ),
        pytest.param(Annotated[int, validate.Regexp("a")], "<Regexp(", "int", id="Regexp-int"),
        pytest.param(Annotated[int | None, at.Len(1)], "<Length(", "int", id="Optional"),
        pytest.param(
            Annotated[int, at.Predicate(str.islower)], "<Predicate(", "int", id="Predicate"
        ),
        pytest.param(
            Annotated[Literal[1, "a"], at.Ge(1)], "<Range(", "Literal[1, 'a']", id="Literal-mixed"
        ),
        pytest.param(
            Annotated[dt.time, at.Ge(dt.time(9))], "<Range(", "time", id="naive-bound-of-times"
        ),
    ],
)
def test_a_misplaced_constraint_is_refused(
    json: Codec, annotation: Any, constraint: str, type_name: str
) -> None:
    """A constraint that cannot even be asked about the type is a mistake of the declaration."""
    error = json.reject(annotation)

    assert error.what.startswith(f"The constraint {constraint}")
    assert f") cannot be applied to {type_name}: " in error.what.replace(")>", ")")
    assert error.instead == "Use a constraint that fits the type, or another type."
    assert isinstance(error.__cause__, (TypeError, AttributeError, ArithmeticError, ValueError))


def test_a_constraint_of_anything_is_asked_in_requests(json: Codec) -> None:
    """Whether it can be applied is known once there is a value; a client's is refused."""
    annotation = Annotated[Any, at.Ge(1)]

    assert json.load(annotation, 1) == 1
    assert json.refuse(annotation, 0) == ["Must be greater than or equal to 1."]
    assert json.refuse(annotation, "a") == ["Invalid value."]


def test_a_predicate_is_tried_beforehand(json: Codec) -> None:
    """A function that cannot be asked about the type is found at registration."""
    is_asked = Mock(return_value=True)

    json.field(Annotated[int, at.Predicate(is_asked)])

    is_asked.assert_called_once_with(0)


@dataclass(frozen=True)
class Percent(at.GroupedMetadata):
    """A group of constraints of the user's own."""

    def __iter__(self) -> Iterator[at.BaseMetadata]:
        """Yield the constraints that it stands for."""
        yield at.Ge(0)
        yield at.Le(100)


def test_groups_of_the_users_own_are_opened(json: Codec) -> None:
    """Whoever writes a group of constraints gets each of them."""
    assert json.load(Annotated[int, Percent()], 100) == 100
    assert json.refuse(Annotated[int, Percent()], 101) == ["Must be less than or equal to 100."]


def test_what_is_no_constraint_makes_no_validator() -> None:
    """Whether anybody reads it is asked elsewhere, before."""
    assert make_validators(["words", 1, object(), at.Unit("m")]) == []


def test_a_marshmallow_validator_is_taken_as_it_is() -> None:
    """The object in the annotation is the object that validates."""
    length = validate.Length(max=3)

    assert make_validators([length]) == [length]


@pytest.mark.parametrize(
    ("annotation", "fits", "differs"),
    [
        pytest.param(Annotated[int, at.MultipleOf(3)], 3 * 10**40, 10**40, id="int"),
        pytest.param(Annotated[float, at.MultipleOf(0.1)], 1e300, 0.25, id="float"),
        pytest.param(
            Annotated[Decimal, at.MultipleOf(Decimal("0.01"))],
            "1" + "0" * 50,
            "0." + "0" * 50 + "1",
            id="Decimal",
        ),
    ],
)
def test_multiples_are_exact(json: Codec, annotation: Any, fits: Any, differs: Any) -> None:
    """However large a number is, and however it is written."""
    json.load(annotation, fits)

    assert len(json.refuse(annotation, differs)) == 1


def test_a_bound_with_an_offset_refuses_times_without(json: Codec) -> None:
    """Python has no order between them."""
    annotation = Annotated[Any, at.Ge(dt.time(9, tzinfo=dt.timezone.utc))]

    assert json.refuse(annotation, "10:00:00") == ["Invalid value."]


def test_many_items_are_looked_up_among_many_choices(json: Codec) -> None:
    """Each item is compared with one choice, not with all."""
    compared = []

    class Word(str):
        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return str(self) == other

        __hash__ = str.__hash__

    words = [f"word {number}" for number in range(1000)]
    annotation = Annotated[list[str], validate.ContainsOnly(words)]
    json.load(annotation, [*map(Word, words)])
    assert len(compared) <= 2 * len(words)
    assert len(json.refuse(annotation, ["other"])) == 1


def test_choices_that_have_no_hash_are_compared() -> None:
    """Models of the user's may be equal without one."""
    choices = Choices([Point(1), Point(2)])
    assert Point(2) in choices
    assert Point(3) not in choices


@dataclass(frozen=True)
class Nested(at.GroupedMetadata):
    """A group with a group inside."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the group."""
        yield at.Interval(ge=0, le=100)


def test_groups_inside_groups_are_opened(json: Codec) -> None:
    """A group of the user's own may hold those of the library."""
    assert json.refuse(Annotated[int, Nested()], 101) == ["Must be less than or equal to 100."]


def test_the_librarys_own_words(json: Codec) -> None:
    """``DocInfo`` describes as ``Doc`` does."""
    assert json.field(Annotated[int, at.DocInfo("A number.")]).metadata == {
        "description": "A number."
    }


def test_choices_without_a_hash() -> None:
    """A value that cannot be looked up is compared with each choice."""
    assert bytearray(b"a") in Choices([b"a"])
    assert bytearray(b"b") not in Choices([b"a"])


@pytest.mark.parametrize("digits", [400, 4_297])
def test_multiples_have_any_number_of_digits(json: Codec, digits: int) -> None:
    """A multiple is one however many digits it has, and so is what is none."""
    annotation = Annotated[Decimal, at.MultipleOf(Decimal("0.5"))]
    number = "7" * digits
    assert json.load(annotation, f"{number}.5") == Decimal(f"{number}.5")
    assert json.refuse(annotation, f"{number}.4") == ["Must be a multiple of 0.5."]
    nearly = read_exactly(f"5.{'0' * 10 * digits}1")
    assert json.refuse(Annotated[float, at.MultipleOf(5)], nearly) == ["Must be a multiple of 5."]
