"""Enums and Literals."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Literal

import pytest
import strawberry
from flask_typed.exceptions import DeclarationError

from .graphs import Graph


class Colour(enum.Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"
    CRIMSON = "red"  # noqa: PIE796  # an alias


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Odd(enum.Enum):
    NONE = None
    TEXT = "1"


@strawberry.enum(name="Tone")
class Own(enum.Enum):
    """One that the program has given to Strawberry."""

    SOFT = 1


@pytest.mark.parametrize(
    ("annotation", "shown", "value", "written"),
    [
        pytest.param(Colour, "enum Colour {\n  RED\n  BLUE\n}", Colour.BLUE, "BLUE", id="enum"),
        pytest.param(Colour, "enum Colour {\n  RED\n  BLUE\n}", Colour.CRIMSON, "RED", id="alias"),
        pytest.param(Level, "enum Level {\n  LOW\n  HIGH\n}", Level.HIGH, "HIGH", id="integers"),
        pytest.param(Odd, "enum Odd {\n  NONE\n  TEXT\n}", Odd.NONE, "NONE", id="none"),
        pytest.param(
            Literal["asc", "most_read"],
            "enum AscOrMostRead {\n  asc\n  most_read\n}",
            "most_read",
            "most_read",
            id="literal",
        ),
        pytest.param(
            Literal[Colour.RED, Colour.BLUE],
            "enum Colour {\n  RED\n  BLUE\n}",
            Colour.RED,
            "RED",
            id="members",
        ),
        pytest.param(Own, "enum Tone {\n  SOFT\n}", Own.SOFT, "SOFT", id="own"),
    ],
)
def test_enums(annotation: Any, shown: str, value: Any, written: str) -> None:
    """An Enum has the names of its members, and so has a Literal of several names."""
    seen: list[Any] = []
    graph = Graph().add(
        "it", annotation, lambda value: seen.append(value) or value, value=annotation
    )
    assert graph.show(shown.split()[1]) == shown
    assert graph.run(f"{{it(value: {written})}}") == {"it": written}
    assert seen == [value]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        pytest.param(Literal["a"], "String!", id="single"),
        pytest.param(Literal["a-b", "c"], "String!", id="no name"),
        pytest.param(Literal["true", "c"], "String!", id="reserved"),
        pytest.param(Literal["__a", "c"], "String!", id="introspection"),
        pytest.param(Literal["a", None], "String", id="null"),
        pytest.param(Literal[1, True], "JSON!", id="two types"),
        pytest.param(Literal[Colour.RED, "x"], "JSON!", id="member and text"),
    ],
)
def test_literals_without_an_enum(annotation: Any, kind: str) -> None:
    """Other Literals have the type of their values, and arguments are checked."""
    graph = Graph().echo(annotation)
    assert graph.type_of("echo") == graph.type_of_argument("echo", "value") == kind


def test_constraint_of_a_literal() -> None:
    """A value that GraphQL's type has, but not the Literal, is a fault."""
    graph = Graph().echo(Literal["a-b", "c"])
    assert graph.run('{echo(value: "c")}') == {"echo": "c"}
    assert graph.run_with_faults('{echo(value: "d")}') == [
        {"pointer": "/value", "code": "invalid_choice", "detail": "Must be one of: a-b, c."}
    ]


def test_some_members() -> None:
    """A Literal of some members has the type of the Enum; the others are a fault."""
    graph = Graph().echo(Literal[Colour.RED])
    assert graph.run_with_faults("{echo(value: BLUE)}") == [
        {"pointer": "/value", "code": "invalid_choice", "detail": "Must be one of: red."}
    ]


def test_values_of_members() -> None:
    """A result may have the value of a member, as a column of a database has it."""
    graph = Graph().add("it", Colour, lambda: "blue")
    assert graph.run("{it}") == {"it": "BLUE"}


def test_equal_literals() -> None:
    """Two Literals of the same names are one type."""
    graph = Graph().echo(Literal["a", "b"]).add("it", Literal["a", "b"], str)
    assert graph.type_of("it") == "AOrB!"


def test_member_and_text() -> None:
    """A result of a Literal of members and texts has their values."""
    graph = Graph().add("it", Literal[Colour.RED, "x"], lambda: Colour.RED)
    assert graph.run("{it}") == {"it": "red"}


def test_default_of_an_enum() -> None:
    """A default is in the schema, and resolvers get the member."""
    graph = Graph().echo(Colour, Colour.BLUE)
    assert "echo(value: Colour! = BLUE): Colour!" in str(graph.schema)
    assert graph.run("{echo}") == {"echo": "BLUE"}


def test_names_of_members() -> None:
    """A member whose name GraphQL does not allow is refused."""
    wide = enum.Enum("Wide", {"größe": 1})  # type: ignore[misc]  # made while the test runs
    with pytest.raises(
        DeclarationError, match=r"^The member 'größe' of Wide has no name.*\n  Name it in ASCII"
    ):
        Graph().echo(wide)


def test_own_enum_in_a_model() -> None:
    """An Enum that the program has given to Strawberry keeps its definition in a model."""

    @dataclass
    class Song:
        tone: Own

    graph = Graph().echo(Song)
    assert graph.show("Song") == "type Song {\n  tone: Tone!\n}"
    assert graph.run("{echo(value: {tone: SOFT}) {tone}}") == {"echo": {"tone": "SOFT"}}


@pytest.mark.parametrize("annotation", [Literal["a-b", "c"], Literal[1, 2], Literal[True]])
def test_results_that_are_no_choice(annotation: Any) -> None:
    """A value that a Literal does not have is an error, also if its type is no enum."""
    assert "expected one of" in Graph().add("it", annotation, lambda: 3).run_with_error("{it}")
