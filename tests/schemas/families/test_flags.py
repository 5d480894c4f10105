"""Flags travel as the sum of their members; the schema has every value and no other."""

from __future__ import annotations

import enum
import sys
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.schemas.families.flags import holds_numbers
from jsonschema import Draft202012Validator

from ..codec import Codec


class Access(enum.Flag):
    """Bits side by side, and names for none and for two of them."""

    NONE = 0
    READ = 1
    WRITE = 2
    BOTH = 3


class Mode(enum.IntFlag):
    """Bits side by side that do not begin at one."""

    A = 4
    B = 8
    C = 16


class Rights(enum.IntFlag):
    """Bits side by side, which are integers."""

    READ = 1
    WRITE = 2


class Gap(enum.Flag):
    """Bits with a hole between them."""

    A = 1
    B = 8


class Pairs(enum.Flag):
    """Members of several bits, which have no names of their own."""

    LOW = 3
    HIGH = 12


class One(enum.Flag):
    """One bit."""

    ON = 4


Wide = enum.Flag("Wide", {f"BIT{index}": 1 << index for index in range(60)})  # type: ignore[misc]
Holes = enum.Flag("Holes", {f"BIT{index}": 1 << 2 * index for index in range(7)})  # type: ignore[misc]
SixHoles = enum.Flag("SixHoles", {f"B{index}": 1 << 2 * index for index in range(6)})  # type: ignore[misc]
Empty = enum.Flag("Empty", {})  # type: ignore[misc]
Zero = enum.Flag("Zero", {"NONE": 0})  # type: ignore[misc]

NOT_AN_INTEGER = ["Not a valid integer."]


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Access, 0, Access.NONE, id="none"),
        pytest.param(Access, 1, Access.READ, id="one"),
        pytest.param(Access, 3, Access.READ | Access.WRITE, id="two"),
        pytest.param(Mode, 20, Mode.A | Mode.C, id="IntFlag"),
        pytest.param(Mode, 0, Mode(0), id="IntFlag-none"),
        pytest.param(Gap, 9, Gap.A | Gap.B, id="hole"),
        pytest.param(Pairs, 12, Pairs.HIGH, id="several-bits"),
        pytest.param(One, 4, One.ON, id="single"),
        pytest.param(Wide, 2**60 - 1, Wide(2**60 - 1), id="many"),
    ],
)
def test_a_sum_of_members_travels(
    json: Codec, text: Codec, annotation: Any, wire: int, value: Any
) -> None:
    """As one number, in JSON and in text."""
    assert json.load(annotation, wire) == text.load(annotation, str(wire)) == value
    assert type(json.load(annotation, wire)) is annotation
    assert json.dump(annotation, value) == wire
    assert type(json.dump(annotation, value)) is int


def test_a_number_may_be_written_with_a_point(json: Codec) -> None:
    """It is an integer, as JSON Schema says."""
    assert json.load(Access, 3.0) is Access.BOTH


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Access, 4, ["Must be a sum of: READ = 1, WRITE = 2, BOTH = 3."], id="high"),
        pytest.param(Access, -1, ["Must be a sum of: READ = 1, WRITE = 2, BOTH = 3."], id="low"),
        pytest.param(Mode, 5, ["Must be a sum of: A = 4, B = 8, C = 16."], id="low-bit"),
        pytest.param(Gap, 2, ["Must be a sum of: A = 1, B = 8."], id="hole"),
        pytest.param(Pairs, 1, ["Must be a sum of: LOW = 3, HIGH = 12."], id="half-a-member"),
        pytest.param(Access, True, NOT_AN_INTEGER, id="bool"),
        pytest.param(Access, "1", NOT_AN_INTEGER, id="text"),
        pytest.param(Access, "READ", NOT_AN_INTEGER, id="name"),
        pytest.param(Access, 1.5, NOT_AN_INTEGER, id="fraction"),
        pytest.param(Access, [1], NOT_AN_INTEGER, id="list"),
    ],
)
def test_anything_else_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: list[str]
) -> None:
    """The message has the names that there are."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(Access, 1, id="number"),
        pytest.param(Access, Gap.A, id="other"),
        pytest.param(Mode, 4, id="IntFlag"),
    ],
)
def test_only_the_class_is_dumped(json: Codec, annotation: Any, value: Any) -> None:
    """A number may be anybody's."""
    assert json.mismatch(annotation, value) == (
        f"at $ expected a {annotation.__name__}, found a value of type {type(value).__name__}"
    )


def test_a_complement_is_dumped_as_the_other_members(json: Codec) -> None:
    """On Python 3.10 that of an IntFlag is a negative number."""
    assert json.dump(Rights, ~Rights.READ) == 2


def test_bits_without_a_name_do_not_leave(json: Codec) -> None:
    """An IntFlag keeps what it is given, even bits that are nobody's."""
    assert json.mismatch(Mode, Mode(4) | Mode(1024)) == (
        "at $ expected a Mode, found a value of type Mode"
    )


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(Access, {"minimum": 0, "maximum": 3}, id="side-by-side"),
        pytest.param(Mode, {"minimum": 0, "maximum": 28, "multipleOf": 4}, id="shifted"),
        pytest.param(One, {"minimum": 0, "maximum": 4, "multipleOf": 4}, id="single"),
        pytest.param(Gap, {"enum": [0, 1, 8, 9]}, id="hole"),
        pytest.param(Pairs, {"enum": [0, 3, 12, 15]}, id="several-bits"),
        pytest.param(Wide, {"minimum": 0, "maximum": 2**60 - 1}, id="many"),
    ],
)
def test_the_schema_is_exact(json: Codec, annotation: Any, schema: Any) -> None:
    """It takes a number if and only if the server takes it."""
    field = json.field(annotation)
    validator = Draft202012Validator(dict(field.json_schema))

    assert field.json_schema == {"type": "integer", **schema}
    assert all(validator.is_valid(n) == (n in field.numbers) for n in range(-2, 70))


def test_the_members_are_said_in_words(json: Codec) -> None:
    """In the order of the declaration."""
    assert json.field(Gap).remark == "A sum of: A = 1, B = 8."


def test_64_combinations_are_listed(json: Codec) -> None:
    """As many as a schema can hold and be read."""
    assert len(json.field(SixHoles).json_schema["enum"]) == 64


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            Holes,
            "Holes has bits without a name between others, and more than 64 combinations.\n"
            "  Name every bit between them, or use a set of an Enum.",
            id="holes",
        ),
        pytest.param(
            Empty,
            "Empty has no members, or one that is not a positive integer.\n"
            "  Give each member bits of its own: 1, 2, 4, or enum.auto().",
            id="empty",
        ),
        pytest.param(
            Zero,
            "Zero has no members, or one that is not a positive integer.\n"
            "  Give each member bits of its own: 1, 2, 4, or enum.auto().",
            id="zero",
        ),
        pytest.param(
            dict[Access, int],
            "Access cannot be a key of a JSON object.\n"
            "  Use str, int, UUID, date, an Enum or another scalar as the key.",
            id="key",
        ),
        pytest.param(
            Annotated[Access, Ge(1)],
            "The constraint <Range(min=1, max=None, min_inclusive=True, max_inclusive=True, "
            "error=None)> cannot be applied to Access: '>=' not supported between instances of "
            "'Access' and 'int'.\n  Use a constraint that fits the type, or another type.",
            id="constraint",
        ),
    ],
)
def test_what_cannot_be_published_is_refused(json: Codec, annotation: Any, message: str) -> None:
    """When the view is registered."""
    told = str(json.reject(annotation))

    assert told.replace("'<' not supported", "'>=' not supported") == message


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(int | Access, id="int"),
        pytest.param(float | Access, id="float"),
        pytest.param(Mode | One, id="Flag"),
        pytest.param(Access | Literal[1, 2], id="Literal"),
        pytest.param(Literal[0, 1, 8, 9] | Gap, id="all-combinations"),
        pytest.param(Wide | Access, id="many"),
    ],
)
def test_a_member_of_a_union_may_hide_another(json: Codec, annotation: Any) -> None:
    """Numbers are numbers."""
    assert "which comes after it." in str(json.reject(annotation))


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Access | int, id="int"),
        pytest.param(One | Mode, id="Flag"),
        pytest.param(Access | Literal[1, 4], id="Literal"),
        pytest.param(Access | Literal["1"], id="texts"),
        pytest.param(Access | Literal[True], id="bool"),
        pytest.param(Literal[0, 1] | Access, id="some-combinations"),
        pytest.param(Gap | Access, id="list-of-combinations"),
        pytest.param(Access | str, id="text"),
    ],
)
def test_a_member_of_a_union_may_hold_more(json: Codec, annotation: Any) -> None:
    """Both can be meant."""
    assert len(json.field(annotation).members) == 2


def test_the_first_member_of_a_union_takes_a_number(json: Codec) -> None:
    """What is no sum of members is an integer."""
    assert json.load(Access | int, 3) is Access.BOTH
    assert json.load(Access | int, 4) == 4


def test_ranges_are_compared_without_counting() -> None:
    """Sixty bits have more combinations than anybody can count."""
    assert holds_numbers(range(0, 2**60, 2), range(0, 2**59 - 1, 4))
    assert not holds_numbers(range(0, 2**60, 4), range(0, 2**59, 2))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="enum has no boundaries")
@pytest.mark.parametrize("name", ["STRICT", "CONFORM", "KEEP"])
def test_a_boundary_changes_nothing(json: Codec, name: str) -> None:
    """What a class makes of bits without a name is not asked: they are refused before."""
    boundary = {"boundary": getattr(enum, name)}
    made: Any = enum.Flag("Made", {"A": 1, "B": 2}, **boundary)  # type: ignore[misc]  # dynamic

    assert json.load(made, 3) == made.A | made.B
    assert json.refuse(made, 4) == ["Must be a sum of: A = 1, B = 2."]
    assert json.field(made).json_schema == {"type": "integer", "minimum": 0, "maximum": 3}


def test_a_flag_is_a_variable_of_a_url(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """With Flask's converter for integers, or without."""

    @typed.get("/int/<int:access>")
    @typed.get("/text/<access>")
    def view(access: Access) -> Access:
        return access

    assert client.get("/int/3").get_json() == client.get("/text/3").get_json() == 3
    assert client.get("/int/4").get_json() == {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "One value of the request cannot be accepted.",
        "errors": [
            {
                "in": "path",
                "pointer": "/access",
                "code": "invalid_choice",
                "detail": "Must be a sum of: READ = 1, WRITE = 2, BOTH = 3.",
            }
        ],
    }
