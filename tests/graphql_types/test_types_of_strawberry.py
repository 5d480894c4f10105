"""Types that a program has made with Strawberry, beside models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Coroutine
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, Generic, TypeVar

import pytest
import strawberry
from annotated_types import Len
from flask_typed.exceptions import DeclarationError
from strawberry.types.base import StrawberryList, StrawberryOptional
from typing_extensions import TypeAliasType

from .graphs import Graph

T = TypeVar("T")


@dataclass
class Book:
    title: str


@dataclass
class Film:
    length: int


@strawberry.type
class Author:
    """One of Strawberry's."""

    name: str


@strawberry.input
class Filter:
    """One of Strawberry's."""

    text: str


@strawberry.type
class Box(Generic[T]):
    """One of Strawberry's, with a type argument."""

    content: T


@dataclass
class Chapter:
    """A model with a type of Strawberry."""

    author: Author


@dataclass
class Pair(Generic[T]):
    """A generic model."""

    content: T


Many = TypeAliasType("Many", list[Author])
Lazy = Annotated["Author", strawberry.lazy(__name__)]


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Author, id="type"),
        pytest.param(list[Author] | None, id="list"),
        pytest.param(Box[Author], id="generic"),
        pytest.param(strawberry.ID, id="scalar"),
        pytest.param(Lazy, id="lazy"),
        pytest.param(list[Lazy], id="list of lazy"),
        pytest.param(list[T], id="type variable"),  # type: ignore[valid-type]  # of a generic class
        pytest.param(Many, id="alias"),
        pytest.param(strawberry.Private[Author], id="private"),
    ],
)
def test_types_left_alone(annotation: Any) -> None:
    """An annotation that needs nothing of flask_typed is Strawberry's."""
    shown = Graph().types.make_output(annotation)
    assert shown.type == annotation
    assert shown.convert is None


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        pytest.param(Author, "Author!", id="type"),
        pytest.param(list[Author | None], "[Author]!", id="list"),
        pytest.param(Box[Author], "AuthorBox!", id="generic"),
        pytest.param(Box[Book], "BookBox!", id="generic of a model"),
        pytest.param(Box[list[Book]] | None, "BookListBox", id="generic of models"),
        pytest.param(Pair[Author], "PairAuthor!", id="generic model"),
        pytest.param(dict[str, Author] | None, "JSON", id="dict"),
        pytest.param(strawberry.ID, "ID!", id="scalar"),
        pytest.param(Annotated[Book | Author, strawberry.union("Work")], "Work!", id="union"),
        pytest.param(list[Book | Author] | None, "[BookAuthor!]", id="list of a union"),
    ],
)
def test_types_of_results(annotation: Any, kind: str) -> None:
    """Models may be inside of Strawberry's types, and beside them."""
    assert Graph().add("it", annotation, dict).type_of("it") == kind


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param(Book("a"), "Book", id="model"),
        pytest.param({"title": "a"}, "Book", id="mapping"),
        pytest.param(SimpleNamespace(length=3), "Film", id="row"),
        pytest.param(Author(name="a"), "Author", id="type"),
    ],
)
def test_members_of_a_union(value: Any, name: str) -> None:
    """A union of models and Strawberry's types finds the type of each value."""
    graph = Graph().add("it", Book | Film | Author, lambda: value)
    assert graph.run("{it {__typename}}") == {"it": {"__typename": name}}


def test_values_of_no_member_of_a_union() -> None:
    """Any other value is Strawberry's error."""
    graph = Graph().add("it", Book | Author, lambda: 3)
    assert "int" in graph.run_with_error("{it {__typename}}")


def test_lists_of_models_beside_strawberry() -> None:
    """A generic type of Strawberry has a model's values."""
    graph = Graph().add("it", Box[Book], lambda: Box(content=Book("a")))
    assert graph.run("{it {content {title}}}") == {"it": {"content": {"title": "a"}}}


def test_types_of_strawberry_in_a_model() -> None:
    """A field of a model may have a type of Strawberry, in results."""
    graph = Graph().add("it", Chapter, lambda: Chapter(Author(name="a")))
    assert graph.run("{it {author {name}}}") == {"it": {"author": {"name": "a"}}}


@dataclass
class Song:
    """A model with an ID of Strawberry."""

    song_id: strawberry.ID
    others: list[Annotated[strawberry.ID, Len(1)] | None]


def test_ids_in_a_model() -> None:
    """Strawberry's ID is ID in a model too; a client may send an integer for it."""
    graph = Graph().echo(Song)
    assert graph.show("Song") == "type Song {\n  songId: ID!\n  others: [ID]!\n}"
    assert graph.run('{echo(value: {songId: 3, others: ["a", null]}) {songId others}}') == {
        "echo": {"songId": "3", "others": ["a", None]}
    }
    assert graph.run_with_faults('{echo(value: {songId: 3, others: [""]}) {songId}}') == [
        {
            "pointer": "/value/others/0",
            "code": "wrong_length",
            "detail": "Shorter than minimum length 1.",
        }
    ]


def test_argument_of_strawberry() -> None:
    """An input of Strawberry is made by it."""
    graph = Graph().add("it", str, lambda value: value.text, value=Filter)
    assert graph.run('{it(value: {text: "a"})}') == {"it": "a"}


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Awaitable[Book], id="Awaitable"),
        pytest.param(Coroutine[Any, Any, Book], id="Coroutine"),
        pytest.param(AsyncIterator[Book], id="AsyncIterator"),
        pytest.param(AsyncGenerator[Book, None], id="AsyncGenerator"),
        pytest.param(Annotated[Book, "words"], id="Annotated"),
        pytest.param(Annotated[AsyncIterator[Book], "words"], id="annotated stream"),
    ],
)
def test_values_that_come_later(annotation: Any) -> None:
    """The type is that of each value."""
    types = Graph().types
    assert types.make_output(annotation).type is types.make_output(Book).type


def test_lists_and_optionals() -> None:
    """They are Strawberry's own."""
    types = Graph().types
    book = types.make_output(Book).type
    assert types.make_output(list[Book]).type == StrawberryList(book)
    assert types.make_output(Book | None).type == StrawberryOptional(book)


def test_models_of_types() -> None:
    """The model of a type is known by its definition."""
    types = Graph().types
    definition = types.make_output(Book).type.__strawberry_definition__
    assert types.find_model(definition) is Book
    assert types.find_model(Author.__strawberry_definition__) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            Box[dict[str, int]], r"^Box is Strawberry's, which.*\n  Write a data", id="converted"
        ),
        pytest.param(int | Author, r"^A union .* has int, which has no fields", id="scalar"),
    ],
)
def test_rejected_results(annotation: Any, message: str) -> None:
    """Types that neither side can write are refused."""
    with pytest.raises(DeclarationError, match=message):
        Graph().types.make_output(annotation)


def test_rejected_arguments() -> None:
    """An argument is Strawberry's as a whole, or not at all."""
    with pytest.raises(DeclarationError, match=r"^The argument has Book beside.*\n  Write da"):
        Graph().types.make_input(Box[Book], "value")


def test_types_of_strawberry_in_an_argument() -> None:
    """A model with a type of Strawberry cannot be an argument."""
    with pytest.raises(DeclarationError, match=r"^Author is a type of Strawberry.*\n  Write"):
        Graph().types.make_input(Chapter, "value")
