"""Patches as arguments: of mutations that change a part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Ge
from flask_typed import Patch
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.patches import build_patch, is_patch
from flask_typed.schemas.types import default_registry

from .graphs import Graph


@dataclass
class Author:
    full_name: str
    born: dt.date | None = None


@dataclass
class Book:
    title: str
    price: Annotated[int, Ge(0)]
    author: Author
    tags: list[str] = field(default_factory=list)


BOOK = Book("a", 3, Author("x", dt.date(2020, 1, 2)))


def make_graph(seen: list[Any]) -> Graph:
    """Return a graph with a field that applies a patch."""
    registry = default_registry()
    registry.register(is_patch, build_patch)

    def change(value: Patch[Book]) -> Book:
        seen.append(value.given)
        return value.apply(BOOK)

    return Graph(SchemaFactory(registry)).add("change", Book, change, value=Patch[Book])


def test_type() -> None:
    """All fields may be left out; the values of models are changes too."""
    graph = make_graph([])
    assert graph.show("BookPatchInput") == (
        "input BookPatchInput {\n  title: String\n  price: Int\n  author: AuthorPatchInput\n"
        "  tags: [String!]\n}"
    )
    assert graph.show("AuthorPatchInput") == (
        "input AuthorPatchInput {\n  fullName: String\n  born: Date\n}"
    )


def test_changes() -> None:
    """Only what is given changes, and null is a value where the model has None."""
    seen: list[Any] = []
    data = make_graph(seen).run(
        "{change(value: {price: 4, author: {born: null}}) {title price author {fullName born}}}"
    )
    assert data == {"change": {"title": "a", "price": 4, "author": {"fullName": "x", "born": None}}}
    assert seen == [frozenset({"price", "author"})]


def test_faults() -> None:
    """A null that is no value is a fault."""
    assert make_graph([]).run_with_faults("{change(value: {title: null}) {title}}") == [
        {"pointer": "/value/title", "code": "null", "detail": "Field may not be null."}
    ]
