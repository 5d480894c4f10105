"""Partial updates of pydantic models."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Annotated, Any

import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import DeclarationError, JsonPatch, Patch, RequestInvalid, Typed
from flask_typed.pydantic import PYDANTIC

MERGE = "application/merge-patch+json"
PATCH = "application/json-patch+json"


class Author(pydantic.BaseModel):
    """A model inside another."""

    name: Annotated[str, pydantic.Field(min_length=1)]
    born: int | None = None


class Book(pydantic.BaseModel):
    """A model with validators of each kind, and everything else that a patch leaves alone."""

    model_config = {"extra": "forbid"}

    title: str
    price: Annotated[int, pydantic.Field(ge=0)] = 1
    author: Author
    first: int = 1
    last: int = 9
    published: str | None = pydantic.Field(None, alias="publishedOn", description="The date.")
    editor: Author | None = None
    related: Book | None = None
    size: int | str = 1
    _opened: bool = pydantic.PrivateAttr(False)

    @pydantic.field_validator("title")
    @classmethod
    def strip(cls, title: str) -> str:
        """Remove spaces."""
        return title.strip()

    @pydantic.model_validator(mode="before")
    @classmethod
    def look(cls, data: Any) -> Any:
        """Need the title, which a patch may lack."""
        assert "title" in data
        return data

    @pydantic.model_validator(mode="wrap")
    @classmethod
    def wrap(cls, data: Any, handler: Any) -> Any:
        """Need the title too."""
        assert "title" in data
        return handler(data)

    @pydantic.model_validator(mode="after")
    def compare(self) -> Book:
        """Reject pages that are in no order."""
        if self.first > self.last:
            raise ValueError("Is after the last page.")
        return self

    def model_post_init(self, context: Any, /) -> None:
        """Need the author."""
        self._opened = bool(self.author.name)

    @pydantic.computed_field  # type: ignore[prop-decorator]  # as pydantic's docs write it
    @property
    def label(self) -> str:
        """The title and the author."""
        return f"{self.title} by {self.author.name}"


class Frozen(pydantic.BaseModel):
    """A frozen model."""

    model_config = {"frozen": True}

    title: str
    first: int = 1


class Open(pydantic.BaseModel):
    """A model with extra keys."""

    model_config = {"extra": "allow"}

    title: str


def make_book(**values: Any) -> Book:
    """Return a book."""
    return Book(**{"title": "Emma", "author": Author(name="Jane", born=1775), **values})


def refuse(patch: Patch[Any], target: Any) -> list[tuple[str, str]]:
    """Return the pointers and codes of the faults of a change, which must not be accepted."""
    with pytest.raises(RequestInvalid) as caught:
        patch.apply(target)
    return [(fault["pointer"], fault["code"]) for fault in caught.value.errors]


@pytest.fixture
def book() -> Book:
    """Return a book."""
    return make_book()


@pytest.fixture
def send(app: Flask, client: FlaskClient, book: Book) -> Any:
    """Return what sends a patch of the book, and returns what was given or the faults."""
    typed = Typed(app, types=PYDANTIC)

    @typed.patch("/")
    def change(patch: Annotated[Patch[Book], JsonPatch()]) -> dict[str, Any]:
        patch.apply(book)
        return {"given": sorted(patch.given)}

    def send(body: Any, media_type: str = MERGE) -> Any:
        answer: Any = client.patch("/", data=json.dumps(body), content_type=media_type).json
        if "given" in answer:
            return answer["given"]
        return [(fault["pointer"], fault["code"]) for fault in answer["errors"]]

    return send


def test_changes(send: Any, book: Book) -> None:
    """Only what is sent changes, objects are merged, and names are those on the wire."""
    sent = {"title": " Ada ", "author": {"name": "Ann"}, "publishedOn": "1815"}
    assert send(sent) == ["author", "published", "title"]
    assert book == make_book(title="Ada", author=Author(name="Ann", born=1775), publishedOn="1815")
    assert {"title", "published"} <= book.model_fields_set


def test_faults(send: Any, book: Book) -> None:
    """Of the fields, and of the whole."""
    assert send({"title": None, "price": -1, "author": {"name": ""}, "colour": 1}) == [
        ("/title", "invalid_string"),
        ("/price", "out_of_range"),
        ("/author/name", "wrong_length"),
        ("/colour", "unknown"),
    ]
    assert send({"editor": {"born": 1}}) == [("/editor/name", "required")]
    assert send({"first": 10}) == [("", "invalid")]
    assert book == make_book()
    assert send({"first": 10, "last": 20}) == ["first", "last"]


def test_json_patch(send: Any, book: Book) -> None:
    """A computed key may be tested, and stays."""
    operations = [
        {"op": "test", "path": "/label", "value": "Emma by Jane"},
        {"op": "replace", "path": "/author/name", "value": "Ann"},
    ]
    assert send(operations, PATCH) == ["author"]
    assert book.author.name == "Ann"
    assert send([{"op": "replace", "path": "/author/name", "value": ""}], PATCH) == [
        ("/0/value", "wrong_length")
    ]
    assert send([{"op": "replace", "path": "/label", "value": ""}], PATCH) == [
        ("/0/value", "unknown")
    ]
    assert send([{"op": "replace", "path": "", "value": []}], PATCH)[0][0] == "/0/value"


def test_document(send: Any, document: Any) -> None:
    """Nothing is required, and nothing has a default."""
    schemas = document()["components"]["schemas"]
    assert "required" not in schemas["BookPatch"]
    assert schemas["BookPatch"]["properties"]["author"] == {
        "$ref": "#/components/schemas/AuthorPatch"
    }
    assert "default" not in str(schemas["BookPatch"])
    assert schemas["BookPatch"]["properties"]["publishedOn"]["description"] == "The date."


def test_rows(book: Book) -> None:
    """Only what is given is set, also in related rows."""
    author = SimpleNamespace(name="Jane", born=1775)
    row = SimpleNamespace(**{**dict(book), "author": author, "secret": 1})
    patch = Patch(Book, title="Ada", author=Patch(Author, name="Ann"), editor=None)
    assert patch.apply(row) is row
    assert (row.title, row.author, author.name, author.born) == ("Ada", author, "Ann", 1775)
    assert refuse(Patch(Book, first=10), row) == [("", "invalid")]


def test_frozen_models_are_copied() -> None:
    """The returned object is the changed one."""
    before = Frozen(title="Emma")
    assert Patch(Frozen, title="Ada").apply(before) == Frozen(title="Ada")
    assert before.title == "Emma"


def test_extra_keys() -> None:
    """They are values like the others."""
    target = Open(title="Emma", a=1)  # type: ignore[call-arg]  # an extra key
    assert Patch(Open, b=2).apply(target).model_extra == {"a": 1, "b": 2}


def test_plain_construction() -> None:
    """The names are those of the fields."""
    patch = Patch(Book, title="Ada", author=Patch(Author, name="Ann"))
    assert (patch.values.title, patch.values.author.name) == ("Ada", "Ann")
    with pytest.raises(TypeError, match="Book has no 'colour'"):
        Patch(Book, colour=1)


@pydantic.dataclasses.dataclass
class Plain:
    """A dataclass of pydantic."""

    title: str


@pytest.mark.parametrize("kind", [pydantic.RootModel[int], Plain])
def test_what_is_rejected(app: Flask, kind: Any) -> None:
    """Only models have named fields that may be absent."""
    typed = Typed(app, types=PYDANTIC)

    def change(patch: Patch[Any]) -> None:
        raise NotImplementedError  # pragma: no cover

    change.__annotations__["patch"] = Patch[kind]
    with pytest.raises(DeclarationError, match="is not the patch of a model of pydantic"):
        typed.patch("/")(change)
