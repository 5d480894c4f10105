"""Responses of pydantic models that leave out ``None``, unset fields or defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from flask import Flask
from flask_typed import Typed

pydantic = pytest.importorskip("pydantic")
PYDANTIC = pytest.importorskip("flask_typed.pydantic").PYDANTIC
Document = Callable[[], dict[str, Any]]


class Author(pydantic.BaseModel):  # type: ignore[name-defined, misc]  # imported if it is there
    """A model inside another."""

    name: str
    born: int | None = None


class Book(pydantic.BaseModel):  # type: ignore[name-defined, misc]
    """A model."""

    title: str
    subtitle: str | None
    pages: int = 100
    extra: Any = None
    size: int | Literal["big"] | None = None
    nothing: None = None
    authors: list[Author] = []

    @pydantic.computed_field  # type: ignore[prop-decorator, untyped-decorator]
    @property
    def length(self) -> int | None:
        """A computed field."""
        return None


class Cat(pydantic.BaseModel):  # type: ignore[name-defined, misc]
    """A model whose tag has a default."""

    kind: Literal["cat", "kitten"] = "cat"


class Dog(pydantic.BaseModel):  # type: ignore[name-defined, misc]
    """Another."""

    kind: Literal["dog"] = "dog"
    name: str | None = None


class Home(pydantic.BaseModel):  # type: ignore[name-defined, misc]
    """A model with a union that the tag tells apart."""

    pet: Cat | Dog = pydantic.Field(discriminator="kind")
    discriminator: int | None = None


@dataclass
class Shelf:
    """A dataclass with a model inside."""

    book: Book
    label: str = "a"


EMMA = Book(title="Emma", subtitle=None, authors=[Author(name="Jane")])
CASES = [
    pytest.param("none", {"title": "Emma", "pages": 100, "authors": [{"name": "Jane"}]}, id="none"),
    pytest.param(
        "unset",
        {"title": "Emma", "subtitle": None, "authors": [{"name": "Jane"}], "length": None},
        id="unset",
    ),
    pytest.param(
        "defaults",
        {"title": "Emma", "subtitle": None, "authors": [{"name": "Jane"}], "length": None},
        id="defaults",
    ),
]


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(("option", "expected"), CASES)
def test_left_out(app: Flask, option: str, expected: Any, inside: bool, version: str) -> None:
    """pydantic leaves the values out, and the response is what the document describes."""
    app.config.update(TYPED_CHECK_RESPONSES="error", TYPED_OPENAPI_VERSION=version)
    typed = Typed(app, types=PYDANTIC)

    def view() -> Any:
        return [Shelf(EMMA)] if inside else EMMA

    returns = list[Shelf] if inside else Book
    typed.get("/", returns=returns, **{f"exclude_{option}": True})(view)  # type: ignore[arg-type]
    answer = app.test_client().get("/").get_json()
    assert (answer[0]["book"] if inside else answer) == expected


def test_published(app: Flask, document: Document) -> None:
    """Only what every response has is required, and what is left out is not null."""
    typed = Typed(app, types=PYDANTIC)

    @typed.get("/", exclude_none=True)
    def lean() -> Book: ...

    @typed.get("/whole")
    def whole() -> Book: ...

    schemas = document()["components"]["schemas"]
    assert schemas.keys() == {"Author", "AuthorWithoutNone", "Book", "BookWithoutNone"}
    book = schemas["BookWithoutNone"]
    assert book["required"] == ["title"]
    assert book["properties"]["subtitle"] == {"title": "Subtitle", "type": "string"}
    assert {"type": "null"} not in book["properties"]["size"]["anyOf"]
    assert book["properties"]["authors"]["items"] == {
        "$ref": "#/components/schemas/AuthorWithoutNone"
    }


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize(
    ("option", "pet"), [("none", {"kind": "cat"}), ("unset", {}), ("defaults", {})]
)
def test_tags(app: Flask, option: str, pet: dict[str, Any], version: str) -> None:
    """pydantic leaves out a tag as any other field, and the document has no discriminator then."""
    app.config.update(TYPED_CHECK_RESPONSES="error", TYPED_OPENAPI_VERSION=version)

    def view() -> Home:
        return Home(pet=Cat())

    Typed(app, types=PYDANTIC).get("/", **{f"exclude_{option}": True})(view)  # type: ignore[arg-type]
    assert app.test_client().get("/").get_json() == {"pet": pet}
    schemas = app.test_client().get("/openapi.json").get_json()["components"]["schemas"]
    (home,) = (schema for name, schema in schemas.items() if name.startswith("Home"))
    assert ("discriminator" in home["properties"]["pet"]) is (option == "none")
    assert ("oneOf" in home["properties"]["pet"]) is (option == "none")
    assert "discriminator" in home["properties"]
