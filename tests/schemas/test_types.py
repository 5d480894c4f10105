"""The table of types: which annotation gets which field, and which annotations are refused."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Union

import msgspec
import pytest
from annotated_types import Ge
from flask_typed import DeclarationError, Problem, UnsupportedType
from flask_typed.exceptions import UnknownClass
from flask_typed.schemas.families import (
    choices,
    containers,
    decimals,
    model_schemas,
    scalars,
    temporal,
)
from flask_typed.schemas.hints import name_of
from flask_typed.schemas.marshmallow_fields import HeldNested
from marshmallow import Schema, fields, post_load
from typing_extensions import TypedDict

from .codec import Codec

UNKNOWN = (
    "Use a type of the table in the docs (Types), write a marshmallow field in "
    "`Annotated[…, fields.Raw()]`, or register the type: `Typed(app, types={…})`."
)
VALUE = "Write a type, such as `list[Book]` or `dict[str, int]`."
NO_KEY = "Use str, int, UUID, date, an Enum or another scalar as the key."
NO_SCALARS = "Give its members str, int, finite float, bool or None values."


class Color(enum.Enum):
    """A closed set."""

    RED = "red"


class Day(dt.date):
    """A subclass of a type of the table."""


class Store:
    """A class without fields."""


def make_day() -> Day: ...


class Empty(enum.Enum):
    """A set without members."""


class Coordinate(enum.Enum):
    """Members that JSON has no scalar for."""

    ORIGIN = (0, 0)


class Raw(enum.Enum):
    """Members that JSON has no text for."""

    BYTE = b"x"


@dataclass
class Point:
    """A dataclass."""

    x: int


class Movie(TypedDict):
    """A TypedDict."""

    title: str


class Gone(Problem):
    """A problem."""

    status = 410


class PointSchema(Schema):
    """A schema of the user's own."""

    x = fields.Integer()


@dataclass
class Outer:
    """A model that holds something unknown, three levels down."""

    inner: dict[str, list[complex]]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        pytest.param(str, scalars.String, id="str"),
        pytest.param(int, scalars.Integer, id="int"),
        pytest.param(float, scalars.Float, id="float"),
        pytest.param(bool, scalars.Boolean, id="bool"),
        pytest.param(Decimal, decimals.DecimalText, id="Decimal"),
        pytest.param(uuid.UUID, scalars.UUID, id="UUID"),
        pytest.param(None, scalars.Null, id="None"),
        pytest.param(Any, scalars.Anything, id="Any"),
        pytest.param(dt.datetime, temporal.DateTime, id="datetime"),
        pytest.param(dt.date, temporal.Date, id="date"),
        pytest.param(dt.time, temporal.Time, id="time"),
        pytest.param(dt.timedelta, temporal.Duration, id="timedelta"),
        pytest.param(Color, choices.EnumChoice, id="Enum"),
        pytest.param(Literal["a"], choices.Choice, id="Literal"),
        pytest.param(list[int], containers.Array, id="list"),
        pytest.param(set[int], containers.Array, id="set"),
        pytest.param(frozenset[int], containers.Array, id="frozenset"),
        pytest.param(tuple[int, ...], containers.Array, id="tuple-variadic"),
        pytest.param(tuple[int, str], containers.FixedArray, id="tuple-fixed"),
        pytest.param(dict[str, int], containers.Object, id="dict"),
        pytest.param(Point, model_schemas.ModelValue, id="dataclass"),
        pytest.param(Movie, model_schemas.ModelValue, id="TypedDict"),
        pytest.param(Gone, model_schemas.ModelValue, id="Problem"),
        pytest.param(PointSchema, HeldNested, id="Schema-class"),
        pytest.param(Annotated[Any, PointSchema()], HeldNested, id="Schema-instance"),
        pytest.param(NewType("Rank", int), scalars.Integer, id="NewType"),
        pytest.param(Annotated[int, "words"], scalars.Integer, id="Annotated"),
        pytest.param(int | None, scalars.Integer, id="Optional"),
    ],
)
def test_each_type_has_its_field(json: Codec, annotation: Any, kind: type) -> None:
    """One entry of the table is for each type."""
    assert type(json.field(annotation)) is kind


@pytest.mark.parametrize(
    ("annotation", "collect", "unique"),
    [
        pytest.param(list[int], list, False, id="list"),
        pytest.param(set[int], set, True, id="set"),
        pytest.param(frozenset[int], frozenset, True, id="frozenset"),
        pytest.param(tuple[int, ...], tuple, False, id="tuple"),
    ],
)
def test_arrays_differ_in_what_they_collect(
    json: Codec, annotation: Any, collect: type, unique: bool
) -> None:
    """One field serves all collections; only sets refuse repeats."""
    field = json.field(annotation)

    assert (field.collect, field.unique) == (collect, unique)


@pytest.mark.parametrize(
    ("annotation", "what", "where", "instead"),
    [
        pytest.param(complex, "No schema is known for the type complex.", (), UNKNOWN, id="type"),
        pytest.param(
            {"id": int},
            "{'id': <class 'int'>} is a value, not a type.",
            (),
            VALUE,
            id="value-in-place-of-a-type",
        ),
        pytest.param(Point(1), "Point(x=1) is a value, not a type.", (), VALUE, id="instance"),
        pytest.param(
            list[complex],
            "No schema is known for the type complex.",
            ("an item",),
            UNKNOWN,
            id="item",
        ),
        pytest.param(
            tuple[int, complex],
            "No schema is known for the type complex.",
            ("item 1",),
            UNKNOWN,
            id="item-of-tuple",
        ),
        pytest.param(
            dict[complex, int],
            "No schema is known for the type complex.",
            ("a key",),
            UNKNOWN,
            id="key",
        ),
        pytest.param(
            dict[str, complex],
            "No schema is known for the type complex.",
            ("a value",),
            UNKNOWN,
            id="value",
        ),
        pytest.param(
            list[Outer] | None,
            "No schema is known for the type complex.",
            ("an item", "a value", "field 'inner'", "Outer", "an item"),
            UNKNOWN,
            id="innermost-place-first",
        ),
        pytest.param(
            Callable,
            "No schema is known for the type Callable.",
            (),
            UNKNOWN,
            id="Callable",
        ),
        pytest.param(
            complex | bytearray,
            "No schema is known for the type complex.",
            ("member complex",),
            UNKNOWN,
            id="union",
        ),
        pytest.param(
            Union[complex, bytearray, None],  # noqa: UP007
            "No schema is known for the type complex.",
            ("member complex",),
            UNKNOWN,
            id="union-or-None",
        ),
        pytest.param(
            dict[list[int], int],
            "list[int] cannot be a key of a JSON object.",
            (),
            NO_KEY,
            id="key-collection",
        ),
        pytest.param(
            dict[Point, int], "Point cannot be a key of a JSON object.", (), NO_KEY, id="key-model"
        ),
        pytest.param(
            dict[Any, int], "Any cannot be a key of a JSON object.", (), NO_KEY, id="key-Any"
        ),
        pytest.param(
            Coordinate,
            "The values of Coordinate are not all JSON scalars.",
            (),
            NO_SCALARS,
            id="Enum-tuple",
        ),
        pytest.param(
            Raw, "The values of Raw are not all JSON scalars.", (), NO_SCALARS, id="Enum-bytes"
        ),
        pytest.param(
            Empty, "The values of Empty are not all JSON scalars.", (), NO_SCALARS, id="Enum-empty"
        ),
        pytest.param(
            Literal[b"x"],
            "The values of Literal[b'x'] are not all JSON scalars.",
            (),
            NO_SCALARS,
            id="Literal-bytes",
        ),
        pytest.param(
            Literal["a", Coordinate.ORIGIN],
            f"The values of {name_of(Literal['a', Coordinate.ORIGIN])} are not all JSON scalars.",
            (),
            NO_SCALARS,
            id="Literal-member",
        ),
    ],
)
def test_what_cannot_be_published_is_refused(
    json: Codec, annotation: Any, what: str, where: tuple[str, ...], instead: str
) -> None:
    """The message says which type, where it stands, and what to use instead."""
    error = json.reject(annotation)

    assert type(error) is UnsupportedType
    assert (error.what, error.where, error.instead) == (what, where, instead)


@pytest.mark.parametrize("kind", [Day, Store])
def test_a_class_without_a_schema(json: Codec, kind: type) -> None:
    """The advice is about classes."""
    error = json.reject(kind)
    assert type(error) is UnknownClass
    assert error.what == f"No schema is known for the type {kind.__name__}."
    assert error.instead == (
        "Write `@dataclass` above a class with fields, or register it: `Typed(app, types={…})`."
    )


def test_a_function_in_place_of_a_type(json: Codec) -> None:
    """It may be meant as a provider."""
    error = json.reject(make_day)
    assert (error.what, error.instead) == (
        "make_day is a function, not a type.",
        "Write `Annotated[…, Depends(make_day)]` for the value that it returns.",
    )


def test_the_whole_message_of_an_unknown_type(json: Codec) -> None:
    """The three parts are three lines."""
    with pytest.raises(UnsupportedType, match="complex") as caught:
        json.field(Outer)

    assert str(caught.value) == (
        "No schema is known for the type complex.\n"
        "  in an item, a value, field 'inner', Outer\n"
        f"  {UNKNOWN}"
    )


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(list[list[int]], id="list-of-lists"),
        pytest.param(list[dict[str, int]], id="list-of-dicts"),
        pytest.param(set[Point], id="set-of-models"),
        pytest.param(tuple[int, list[int]], id="tuple-with-list"),
        pytest.param(list[PointSchema], id="list-of-schemas"),
        pytest.param(list[Any], id="list-of-anything"),
        pytest.param(list, id="list-bare"),
    ],
)
@pytest.mark.parametrize("form", ["text", "header"])
def test_text_holds_collections_of_scalars_only(
    request: pytest.FixtureRequest, form: str, annotation: Any
) -> None:
    """What cannot be written in a query string or header is refused at registration."""
    codec: Codec = request.getfixturevalue(form)

    error = codec.reject(annotation)

    assert type(error) is UnsupportedType
    assert str(error) == (
        "A collection of objects or of collections cannot be written as text.\n"
        "  Send it in the JSON body: `Annotated[…, Body()]`."
    )


def test_constraints_of_keys_are_checked_for_keys(json: Codec) -> None:
    """A constraint that does not fit the key's type is refused, and the place is the key."""
    error = json.reject(dict[Annotated[str, Ge(1)], int])

    assert type(error) is DeclarationError
    assert error.where == ("a key",)


def test_keys_are_text_even_in_json(json: Codec) -> None:
    """A key is parsed as text is; a value is not."""
    field = json.field(dict[int, int])

    assert (field.key_field.text, field.value_field.text) == (True, False)


def test_keys_of_a_header_are_not_split(header: Codec) -> None:
    """The keys of an object have the form of the place where it stands."""
    assert header.make.as_text().text == "header"


class Infinite(enum.Enum):
    """A number that JSON does not have."""

    ALL = float("inf")


class Confused(enum.Enum):
    """Two values that are one text."""

    NUMBER = 1
    TEXT = "1"


@dataclass(frozen=True)
class Fixed:
    """A dataclass that can be hashed."""

    x: int


def test_an_infinite_choice_is_refused(json: Codec) -> None:
    """JSON has no infinity."""
    assert json.reject(Infinite).instead == NO_SCALARS


class Changing(msgspec.Struct):
    """Its instances have no hash, though its class has one."""

    x: int


class Lasting(msgspec.Struct, frozen=True):
    """Its instances have one."""

    x: int


class FixedSchema(Schema):
    """A schema that makes what has a hash."""

    x = fields.Integer(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Fixed:
        """Make the model."""
        return Fixed(**data)


@dataclass
class Round:
    """One of two that a tag tells apart."""

    shape: Literal["round"]


@dataclass(frozen=True)
class Flat:
    """The other of them."""

    shape: Literal["flat"]


@pytest.mark.parametrize("annotation", [Confused, Literal[1, "1"], Literal["null", None]])
def test_choices_that_are_one_text_are_refused_in_text(
    json: Codec, text: Codec, annotation: Any
) -> None:
    """In JSON they differ."""
    json.field(annotation)

    assert text.reject(annotation).what == (
        f"Two values of {name_of(annotation)} are the same text."
    )


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(set[list[int]], id="list"),
        pytest.param(set[int | list[int]], id="union"),
        pytest.param(set[tuple[list[int], int]], id="tuple-of-list"),
        pytest.param(set[tuple[list[int], ...]], id="variadic-tuple"),
        pytest.param(frozenset[set[int]], id="set"),
        pytest.param(set[dict[str, int]], id="dict"),
        pytest.param(set[Point], id="model"),
        pytest.param(set[Movie], id="TypedDict"),
        pytest.param(set[Changing], id="Struct"),
        pytest.param(set[PointSchema], id="Schema"),
        pytest.param(set[Round | Flat], id="tagged-union"),
    ],
)
def test_a_set_of_what_cannot_be_hashed_is_refused(json: Codec, annotation: Any) -> None:
    """The constructor of the set would fail in a request."""
    error = json.reject(annotation)

    assert (error.what, error.instead) == (
        f"The items of {name_of(annotation)} are not hashable.",
        "Use a list, a frozen dataclass, a tuple or a frozenset.",
    )


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(set[Fixed], [{"x": 1}], {Fixed(1)}, id="model"),
        pytest.param(set[Lasting], [{"x": 1}], {Lasting(1)}, id="Struct"),
        pytest.param(set[tuple[int, ...]], [[1]], {(1,)}, id="tuple"),
        pytest.param(set[frozenset[int]], [[1]], {frozenset({1})}, id="frozenset"),
    ],
)
def test_a_set_of_what_can_be_hashed_is_loaded(
    json: Codec, annotation: Any, wire: Any, value: Any
) -> None:
    """What is fixed can be in a set."""
    assert json.load(annotation, wire) == value


def test_a_set_of_what_a_schema_makes(json: Codec) -> None:
    """A hook may make what has a hash."""
    assert json.load(set[FixedSchema], [{"x": 1}]) == {Fixed(1)}


def test_an_annotation_without_a_hash(json: Codec) -> None:
    """It is looked at anew each time."""
    annotation = Annotated[int, {"words": []}]
    assert json.load(annotation, 1) == 1
    assert json.field(annotation).__class__ is json.field(int).__class__


def test_a_type_without_a_hash(json: Codec) -> None:
    """The message has it."""
    assert json.reject([]).what == "[] is a value, not a type."
