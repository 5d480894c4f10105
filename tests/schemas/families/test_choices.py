"""Closed sets of values: enums by value, literals; JSON's types are kept apart."""

from __future__ import annotations

import enum
from typing import Any, Literal

import pytest

from ..codec import Codec


class Color(enum.Enum):
    """Texts with names."""

    RED = "red"
    GREEN = "green"


class Answer(enum.Enum):
    """Values that Python finds equal to others: ``True == 1``."""

    YES = True
    NO = False
    MANY = 2
    HALF = 0.5


class Size(enum.IntEnum):
    """Numbers with names."""

    SMALL = 1
    LARGE = 2


class Genre(str, enum.Enum):
    """Texts that are strings too."""

    POEM = "poem"


class Alias(enum.Enum):
    """One member with two names."""

    FIRST = 1
    ONE = 1  # noqa: PIE796  # the point of it


NAMED = Literal[Color.RED, "blue"]


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(Color, {"type": "string", "enum": ["red", "green"]}, id="Enum"),
        pytest.param(Size, {"type": "integer", "enum": [1, 2]}, id="IntEnum"),
        pytest.param(
            Answer,
            {"type": ["boolean", "integer", "number"], "enum": [True, False, 2, 0.5]},
            id="Enum-mixed",
        ),
        pytest.param(Alias, {"type": "integer", "enum": [1]}, id="Enum-alias"),
        pytest.param(
            Literal["b", "a"], {"type": "string", "enum": ["b", "a"]}, id="Literal-in-order"
        ),
        pytest.param(
            Literal["a", None], {"type": ["string", "null"], "enum": ["a", None]}, id="Literal-None"
        ),
        pytest.param(NAMED, {"type": "string", "enum": ["red", "blue"]}, id="Literal-member"),
    ],
)
def test_a_choice_knows_its_json_schema(
    json: Codec, annotation: Any, schema: dict[str, Any]
) -> None:
    """The schema lists the wire values in the order of the declaration, and their types."""
    documented = {"description": annotation.__doc__} if isinstance(annotation, type) else {}
    assert json.field(annotation).json_schema == {**schema, **documented}


def test_an_enum_without_a_docstring(json: Codec) -> None:
    """Nothing is described: Python's own docstring is none."""
    plain = enum.Enum("Plain", ["A"])
    assert json.field(plain).json_schema == {"type": "integer", "enum": [1]}


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Color, "red", Color.RED, id="Enum"),
        pytest.param(Answer, True, Answer.YES, id="Enum-true"),
        pytest.param(Answer, 2, Answer.MANY, id="Enum-integer"),
        pytest.param(Answer, 2.0, Answer.MANY, id="Enum-without-fraction"),
        pytest.param(Answer, 0.5, Answer.HALF, id="Enum-number"),
        pytest.param(Size, 1, Size.SMALL, id="IntEnum"),
        pytest.param(Genre, "poem", Genre.POEM, id="str-Enum"),
        pytest.param(Literal["a", "b"], "b", "b", id="Literal"),
        pytest.param(Literal[1, True], True, True, id="Literal-true"),
        pytest.param(Literal[1, True], 1, 1, id="Literal-one"),
        pytest.param(NAMED, "red", Color.RED, id="Literal-member"),
        pytest.param(NAMED, "blue", "blue", id="Literal-beside-member"),
        pytest.param(Color | None, None, None, id="Enum-or-null"),
        pytest.param(Literal["a"] | None, None, None, id="Literal-or-null"),
    ],
)
def test_a_choice_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """A listed wire value becomes the very value that stands for it."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    ("annotation", "wire", "words"),
    [
        pytest.param(Color, "blue", "red, green", id="Enum-unknown"),
        pytest.param(Color, "RED", "red, green", id="Enum-name"),
        pytest.param(Color, ["red"], "red, green", id="Enum-array"),
        pytest.param(Color, {}, "red, green", id="Enum-object"),
        pytest.param(Answer, 1, "true, false, 2, 0.5", id="Enum-one-is-not-true"),
        pytest.param(Answer, 0, "true, false, 2, 0.5", id="Enum-zero-is-not-false"),
        pytest.param(Size, True, "1, 2", id="Enum-true-is-not-one"),
        pytest.param(Size, "1", "1, 2", id="Enum-text-is-not-one"),
        pytest.param(Literal["1"], 1, "1", id="Literal-one-is-not-text"),
        pytest.param(Literal[True], 1, "true", id="Literal-one-is-not-true"),
        pytest.param(NAMED, "green", "red, blue", id="Literal-other-member"),
    ],
)
def test_what_is_not_listed_is_refused(json: Codec, annotation: Any, wire: Any, words: str) -> None:
    """The message lists the choices as they are written in text."""
    assert json.refuse(annotation, wire) == [f"Must be one of: {words}."]


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(Color, Color.RED, "red", id="Enum"),
        pytest.param(Answer, Answer.YES, True, id="Enum-true"),
        pytest.param(Size, Size.SMALL, 1, id="IntEnum"),
        pytest.param(Genre, Genre.POEM, "poem", id="str-Enum"),
        pytest.param(Literal["a"], "a", "a", id="Literal"),
        pytest.param(Literal[1, True], True, True, id="Literal-true"),
        pytest.param(NAMED, Color.RED, "red", id="Literal-member"),
        pytest.param(Literal["poem"], Genre.POEM, "poem", id="Literal-equal-value"),
        pytest.param(Color, "red", "red", id="Enum-wire-value"),
        pytest.param(Size, 1, 1, id="IntEnum-wire-value"),
        pytest.param(Answer, True, True, id="Enum-true-wire-value"),
        pytest.param(NAMED, "red", "red", id="Literal-wire-value"),
    ],
)
def test_a_choice_is_dumped(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """A choice is written as a plain JSON scalar; a row of a database may hold that itself."""
    dumped = json.dump(annotation, value)

    assert dumped == wire
    assert type(dumped) is type(wire)


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(Color, "RED", "red, green, found a value of type str", id="Enum-name"),
        pytest.param(Size, True, "1, 2, found a value of type bool", id="IntEnum-true"),
        pytest.param(Color, Size.SMALL, "red, green, found a value of type Size", id="other-Enum"),
        pytest.param(Color, None, "red, green, found None", id="Enum-None"),
        pytest.param(Literal["a"], "b", "a, found a value of type str", id="Literal-unknown"),
        pytest.param(Literal[1], True, "1, found a value of type bool", id="Literal-true"),
        pytest.param(Literal["a"], ["a"], "a, found a value of type list", id="Literal-unhashable"),
        pytest.param(NAMED, "green", "red, blue, found a value of type str", id="Literal-other"),
    ],
)
def test_what_is_not_listed_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """Neither the name of a member nor another value is a choice."""
    assert json.mismatch(annotation, value) == f"at $ expected one of {message}"


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Color, "red", Color.RED, id="Enum"),
        pytest.param(Answer, "true", Answer.YES, id="Enum-true"),
        pytest.param(Answer, "0.5", Answer.HALF, id="Enum-number"),
        pytest.param(Size, "2", Size.LARGE, id="IntEnum"),
        pytest.param(Literal["a", None], "null", None, id="Literal-None"),
        pytest.param(Literal[False], "false", False, id="Literal-false"),
    ],
)
def test_text_is_a_choice_as_json_writes_it(
    text: Codec, annotation: Any, wire: str, value: Any
) -> None:
    """In text a choice is JSON without quotes."""
    assert text.load(annotation, wire) is value


@pytest.mark.parametrize(
    ("annotation", "wire", "words"),
    [
        pytest.param(Answer, "True", "true, false, 2, 0.5", id="python-word"),
        pytest.param(Answer, "1", "true, false, 2, 0.5", id="word-of-a-bool"),
        pytest.param(Answer, "2.0", "true, false, 2, 0.5", id="other-form"),
        pytest.param(Color, "", "red, green", id="empty"),
    ],
)
def test_text_that_is_no_choice_is_refused(
    text: Codec, annotation: Any, wire: str, words: str
) -> None:
    """Each choice has one form in text."""
    assert text.refuse(annotation, wire) == [f"Must be one of: {words}."]


class Nothing(enum.Enum):
    """A set with null in it."""

    NOTHING = None
    ONE = 1


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(Literal["a", None], None, id="Literal"),
        pytest.param(Nothing, Nothing.NOTHING, id="Enum"),
    ],
)
def test_null_may_be_a_choice(json: Codec, annotation: Any, value: Any) -> None:
    """It is a JSON scalar like others."""
    assert json.load(annotation, None) is value
    assert json.dump(annotation, value) is None


def test_null_is_a_choice_only_where_it_is_listed(json: Codec) -> None:
    """A closed set is closed to null too."""
    assert json.refuse(Color, None) == ["Field may not be null."]
    assert json.mismatch(Color, None) == "at $ expected one of red, green, found None"
