"""Generic models: type variables given, left out, inherited; names for the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, Optional

import attrs
import msgspec
import pytest
import typing_extensions
from annotated_types import Ge
from flask_typed.schemas.hints import class_hints, substitute, type_arguments, type_name
from typing_extensions import NamedTuple, NotRequired, Required, TypedDict, TypeVar

from .codec import Codec

T = TypeVar("T")
U = TypeVar("U")
Number = TypeVar("Number", bound=int)
Word = TypeVar("Word", int, str)
Fallback = TypeVar("Fallback", default=int)

NO_INTEGER = ["Not a valid integer."]
NO_STRING = ["Not a valid string."]


@dataclass
class Book:
    """What a page may hold."""

    title: str


@dataclass
class Page(Generic[T]):
    """A model with its variable in every place."""

    items: list[T]
    first: T | None = None
    by_name: dict[str, T] = field(default_factory=dict)
    checked: Annotated[list[T], "words"] = field(default_factory=list)
    next: Optional[Page[T]] = None  # noqa: UP045  # a forward reference inside Optional


@dataclass
class Books(Page[Book]):
    """A page of one kind."""

    total: int = 0


@dataclass
class Pair(Generic[T, U]):
    """A model with two variables."""

    a: T
    b: U


@dataclass
class Half(Pair[T, int]):
    """A model that gives one of them."""

    c: T


@dataclass
class Swapped(Pair[U, T], Generic[T, U]):
    """A model that gives them in another order."""


@dataclass
class Whole(Half[str]):
    """A model that gives the rest, two classes below."""


@dataclass
class Bounded(Generic[Number]):
    """A variable with a bound."""

    value: Number


@dataclass
class Chosen(Generic[Word]):
    """A variable with a choice of types."""

    value: Word


@dataclass
class Defaulted(Generic[Fallback]):
    """A variable with a default."""

    value: Fallback


@dataclass
class Open(Generic[T]):
    """A variable without anything."""

    value: T


class Row(TypedDict, Generic[T]):
    """A generic TypedDict."""

    value: Required[T]
    more: NotRequired[Annotated[T, "words"]]


class Cell(NamedTuple, Generic[T]):
    """A generic NamedTuple."""

    value: T


@attrs.define
class Slot(Generic[T]):
    """A generic class of attrs."""

    value: T


@attrs.define
class NumberSlot(Slot[int]):
    """A subclass that gives the variable."""

    name: str


class Record(msgspec.Struct, Generic[T]):
    """A generic struct."""

    value: T


class Renamed(Open[int]):
    """A class with a name of its own in the document."""

    __component_name__ = "Opened"


Alias = typing_extensions.TypeAliasType("Alias", Book | None)


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(
            Page[int],
            {"items": ["x"], "first": "x", "by_name": {"a": "x"}, "checked": ["x"]},
            {
                "items": {0: NO_INTEGER},
                "first": NO_INTEGER,
                "by_name": {"a": {"value": NO_INTEGER}},
                "checked": {0: NO_INTEGER},
            },
            id="every-place",
        ),
        pytest.param(
            Page[int],
            {"items": [], "next": {"items": ["x"]}},
            {"next": {"items": {0: NO_INTEGER}}},
            id="recursive",
        ),
        pytest.param(
            Page[Annotated[int, Ge(1)]],
            {"items": [0]},
            {"items": {0: ["Must be greater than or equal to 1."]}},
            id="constraint",
        ),
        pytest.param(
            Page[Page[int]],
            {"items": [{"items": ["x"]}]},
            {"items": {0: {"items": {0: NO_INTEGER}}}},
            id="generic-of-generic",
        ),
        pytest.param(
            Books,
            {"items": [{"title": 1}], "total": "x"},
            {"items": {0: {"title": NO_STRING}}, "total": NO_INTEGER},
            id="given-by-subclass",
        ),
        pytest.param(
            Half[str],
            {"a": 1, "b": "x", "c": 1},
            {"a": NO_STRING, "b": NO_INTEGER, "c": NO_STRING},
            id="half-given",
        ),
        pytest.param(
            Whole,
            {"a": 1, "b": "x", "c": 1},
            {"a": NO_STRING, "b": NO_INTEGER, "c": NO_STRING},
            id="two-classes-below",
        ),
        pytest.param(
            Swapped[int, str], {"a": 1, "b": "x"}, {"a": NO_STRING, "b": NO_INTEGER}, id="swapped"
        ),
        pytest.param(Bounded, {"value": "x"}, {"value": NO_INTEGER}, id="bound"),
        pytest.param(
            Chosen,
            {"value": []},
            {"value": ["Must be one of these: an integer or text."]},
            id="constraints",
        ),
        pytest.param(Defaulted, {"value": "x"}, {"value": NO_INTEGER}, id="default"),
        pytest.param(Defaulted[str], {"value": 1}, {"value": NO_STRING}, id="default-given"),
        pytest.param(
            Row[int],
            {"value": "x", "more": "x"},
            {"value": NO_INTEGER, "more": NO_INTEGER},
            id="TypedDict",
        ),
        pytest.param(Cell[int], {"value": "x"}, {"value": NO_INTEGER}, id="NamedTuple"),
        pytest.param(Slot[int], {"value": "x"}, {"value": NO_INTEGER}, id="attrs"),
        pytest.param(
            NumberSlot,
            {"value": "x", "name": 1},
            {"value": NO_INTEGER, "name": NO_STRING},
            id="attrs-inherited",
        ),
        pytest.param(Record[int], {"value": "x"}, {"value": NO_INTEGER}, id="Struct"),
    ],
)
def test_a_variable_is_what_it_stands_for(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """Values are checked as if the type stood there."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Page[Book], {"items": [{"title": "N"}]}, Page([Book("N")]), id="dataclass"),
        pytest.param(Books, {"items": []}, Books([]), id="subclass"),
        pytest.param(Open, {"value": [None]}, Open([None]), id="anything"),
        pytest.param(Row[int], {"value": 1}, {"value": 1}, id="TypedDict"),
        pytest.param(Row, {"value": None}, {"value": None}, id="TypedDict-anything"),
        pytest.param(Cell[int], {"value": 1}, Cell(1), id="NamedTuple"),
        pytest.param(Slot[int], {"value": 1}, Slot(1), id="attrs"),
        pytest.param(Record[int], {"value": 1}, Record(1), id="Struct"),
    ],
)
def test_an_instance_is_one_of_the_class(
    json: Codec, annotation: Any, wire: Any, value: Any
) -> None:
    """Type arguments say what is valid; what is made is the class's."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)
    assert json.load(annotation, json.dump(annotation, value)) == value


def test_each_set_of_arguments_has_a_schema(json: Codec) -> None:
    """Two pages are two components; the same page is one."""
    factory = json.factory

    assert factory.model_schema(Page[int]) is factory.model_schema(Page[int])
    assert factory.model_schema(Page[int]) is not factory.model_schema(Page[str])
    assert factory.model_schema(Page[Book]).__name__ == "PageBook"


def test_a_mismatch_names_the_arguments(json: Codec) -> None:
    """The message is about the annotation as it stands in the view."""
    assert json.mismatch(Open[int], {}) == f"at $ expected {Open[int]}, found no 'value' in dict"


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        pytest.param(Page, "Page", id="class"),
        pytest.param(Page[Book], "PageBook", id="model"),
        pytest.param(Page[Page[Book]], "PagePageBook", id="generic-of-generic"),
        pytest.param(Page[int], "PageInt", id="scalar"),
        pytest.param(Page[list[Book]], "PageListBook", id="list"),
        pytest.param(Page[dict[str, int]], "PageDictStrInt", id="dict"),
        pytest.param(Page[tuple[int, ...]], "PageTupleInt", id="variadic"),
        pytest.param(Page[None], "PageNone", id="None"),
        pytest.param(Page[Any], "PageAny", id="Any"),
        pytest.param(Page[Literal["a b"]], "PageLiteralAb", id="Literal"),
        pytest.param(Page[Annotated[int, Ge(1)]], "PageInt", id="Annotated"),
        pytest.param(Page[Book | None], "PageBookOrNone", id="Optional"),
        pytest.param(Page[Alias], "PageBookOrNone", id="alias"),
        pytest.param(Page[Book | Open[int]], "PageBookOrOpenInt", id="union"),
        pytest.param(Pair[int, Book], "PairIntBook", id="two"),
        pytest.param(Renamed, "Opened", id="own-name"),
        pytest.param(Page[Renamed], "PageOpened", id="own-name-inside"),
    ],
)
def test_a_generic_has_a_name_for_the_document(annotation: Any, name: str) -> None:
    """The names of its parts, one after the other."""
    assert type_name(annotation) == name


@pytest.mark.parametrize(
    ("annotation", "known"),
    [
        pytest.param(Pair[int, str], {T: int, U: str}, id="given"),
        pytest.param(Pair, {T: Any, U: Any}, id="nothing-known"),
        pytest.param(Bounded, {Number: int}, id="bound"),
        pytest.param(Chosen, {Word: int | str}, id="constraints"),
        pytest.param(Defaulted, {Fallback: int}, id="default"),
        pytest.param(Book, {}, id="not-generic"),
    ],
)
def test_variables_stand_for_types(annotation: Any, known: Any) -> None:
    """What is given; else the default, the bound, one of several, or anything."""
    assert type_arguments(annotation) == known


@pytest.mark.parametrize(
    ("annotation", "replaced"),
    [
        pytest.param(T, int, id="itself"),
        pytest.param(U, Any, id="unknown"),
        pytest.param(list[T], list[int], id="list"),
        pytest.param(Pair[T, U], Pair[int, Any], id="several"),
        pytest.param(T | None, int | None, id="Optional"),
        pytest.param(Annotated[T, "words"], Annotated[int, "words"], id="Annotated"),
        pytest.param(Page, Page, id="class"),
        pytest.param(str, str, id="nothing"),
    ],
)
def test_variables_are_replaced(annotation: Any, replaced: Any) -> None:
    """Wherever they stand in an annotation; a class without arguments is left alone."""
    assert substitute(annotation, {T: int}) == replaced


def test_hints_of_a_class_have_no_variables() -> None:
    """Those of its bases come first."""
    assert list(class_hints(Whole).items()) == [("a", str), ("b", int), ("c", str)]
