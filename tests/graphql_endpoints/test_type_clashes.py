"""Models and types of Strawberry with the same name."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from flask import Flask
from flask_typed import Typed
from flask_typed.exceptions import DeclarationError


def make_model(name: str, module: str) -> Any:
    """Return a dataclass of a module."""
    body = {"__annotations__": {"title": str}, "__module__": module}
    return dataclass(type(name, (), body))


Plain = make_model("Book", "shop.models")
Other = make_model("Book", "library.models")
Toned = make_model("Tone", "shop.models")


@strawberry.type
class Book:
    """One of Strawberry's."""

    name: str


@strawberry.enum
class Tone(enum.Enum):
    """One of Strawberry's."""

    SOFT = 1


@dataclass
class Song:
    """A model with both of them."""

    book: Book
    tone: Tone


def find_types(query: type) -> dict[str, str]:
    """Return the types of the fields of a query."""
    app = Flask("clashes")
    Typed(app).graphql("/graphql", query)
    text = '{__type(name: "Query") {fields {name type {ofType {name}}}}}'
    data = app.test_client().post("/graphql", json={"query": text}).get_json()["data"]
    return {one["name"]: one["type"]["ofType"]["name"] for one in data["__type"]["fields"]}


def test_two_models() -> None:
    """Two models of one name have those of their modules before it."""

    class Query:
        def plain(self) -> Plain:
            raise NotImplementedError  # pragma: no cover: never called

        def other(self) -> Other:
            raise NotImplementedError  # pragma: no cover: never called

    assert find_types(Query) == {"plain": "ShopModelsBook", "other": "LibraryModelsBook"}


def test_model_and_type() -> None:
    """A type of Strawberry keeps its name."""

    class Query:
        def plain(self) -> Plain:
            raise NotImplementedError  # pragma: no cover: never called

        def book(self) -> list[Book]:
            raise NotImplementedError  # pragma: no cover: never called

    assert find_types(Query)["plain"] == "ModelsBook"


def test_types_inside_a_model() -> None:
    """Those in the fields of a model keep theirs too."""

    class Query:
        def plain(self) -> Plain:
            raise NotImplementedError  # pragma: no cover: never called

        def toned(self) -> Toned:
            raise NotImplementedError  # pragma: no cover: never called

        def song(self) -> Song:
            raise NotImplementedError  # pragma: no cover: never called

    assert find_types(Query) == {"plain": "ModelsBook", "toned": "ModelsTone", "song": "Song"}


@strawberry.type(name="Book")
class SecondBook:
    """Another type of Strawberry with the name."""

    name: str


def test_two_types() -> None:
    """Two types of Strawberry are the program's own mistake."""

    class Query:
        def first(self) -> Book:
            raise NotImplementedError  # pragma: no cover: never called

        def second(self) -> SecondBook:
            raise NotImplementedError  # pragma: no cover: never called

    with pytest.raises(DeclarationError, match=r"^Strawberry rejects the schema: Type Book is def"):
        find_types(Query)
