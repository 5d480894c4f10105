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
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.metadata import ARGUMENT
from flask_typed.schemas.patches import make_operations, make_registry

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


class Page(pydantic.BaseModel):
    """A closed model with a computed field, a hidden one, and one with two names."""

    model_config = {"extra": "forbid"}

    text: str
    number: int = pydantic.Field(1, validation_alias="no", serialization_alias="number")
    mark: str = pydantic.Field("none", exclude=True)

    @pydantic.computed_field  # type: ignore[prop-decorator]  # as pydantic's docs write it
    @property
    def length(self) -> int:
        """The length of the text."""
        return len(self.text)


class Album(pydantic.BaseModel):
    """Such models inside another, which has a required hidden field."""

    model_config = {"extra": "forbid"}

    cover: Page
    pages: list[Page] = []
    named: dict[str, list[Page]] = {}
    next: Album | None = None
    key: str = pydantic.Field(exclude=True)


def make_album(**values: Any) -> Album:
    """Return an album."""
    page = Page(text="abc", no=2, mark="m")
    return Album(**{"cover": page, "pages": [page], "named": {"x": [page]}, "key": "k", **values})


def operate(kind: Any, target: Any, *operations: Any) -> Any:
    """Return an object that a JSON Patch has changed."""
    factory = SchemaFactory(make_registry())
    patch = factory.json.at(ARGUMENT)(Patch[kind])
    loaded: Any = make_operations(patch, JsonPatch(), factory).deserialize(list(operations))
    return loaded.apply(target), loaded.given


OPERATIONS = [
    pytest.param("/cover/text", "z", {"cover": Page(text="z", no=2, mark="m")}, id="object"),
    pytest.param("/cover/number", 9, {"cover": Page(text="abc", no=9, mark="m")}, id="alias"),
    pytest.param("/cover", {"text": "z"}, {"cover": Page(text="z", mark="m")}, id="replaced"),
    pytest.param("/pages/0/text", "z", {"pages": [Page(text="z", no=2)]}, id="list"),
    pytest.param("/named/x/0/text", "z", {"named": {"x": [Page(text="z", no=2)]}}, id="dict"),
    pytest.param("/key", "z", {"key": "z"}, id="hidden"),
    pytest.param("/cover/mark", "z", {"cover": Page(text="abc", no=2, mark="z")}, id="inside"),
]


@pytest.mark.parametrize(("path", "value", "changed"), OPERATIONS)
def test_json_patch_of_closed_models(path: str, value: Any, changed: Any) -> None:
    """Computed and hidden fields of other objects stay as they are."""
    operation = {"op": "add", "path": path, "value": value}
    album, given = operate(Album, make_album(), operation)
    assert album == make_album(**changed)
    assert given == changed.keys()


@pytest.mark.parametrize(
    ("operation", "pointer", "code"),
    [
        ({"op": "remove", "path": "/cover/length"}, "/0/path", "unknown"),
        ({"op": "add", "path": "/cover/length", "value": 1}, "/0/value", "unknown"),
        ({"op": "add", "path": "/pages/0/length", "value": 1}, "/0/value", "unknown"),
        ({"op": "remove", "path": "/cover/text"}, "/0/path", "required"),
        ({"op": "add", "path": "/more", "value": 1}, "/0/value", "unknown"),
    ],
)
def test_json_patch_guards_computed_fields(operation: Any, pointer: str, code: str) -> None:
    """They can be neither changed nor removed."""
    album = make_album()
    with pytest.raises(RequestInvalid) as caught:
        operate(Album, album, operation)
    assert [(one["pointer"], one["code"]) for one in caught.value.errors] == [(pointer, code)]
    assert album == make_album()


def test_json_patch_removes_values() -> None:
    """A field has its default again; an extra key is gone."""
    remove = {"op": "remove", "path": "/cover/number"}
    assert operate(Album, make_album(), remove)[0].cover.number == 1
    target = Open(title="Emma", a=1)  # type: ignore[call-arg]  # an extra key
    operations = [{"op": "remove", "path": "/a"}, {"op": "add", "path": "/b", "value": 2}]
    changed, given = operate(Open, target, *operations)
    assert (changed.model_extra, given) == ({"b": 2}, {"a", "b"})
    row = SimpleNamespace(title="Emma")
    assert vars(operate(Open, row, {"op": "add", "path": "/title", "value": "A"})[0]) == {
        "title": "A"
    }


class Lenient(pydantic.BaseModel):
    """A model that ignores unknown keys."""

    text: str

    @pydantic.computed_field  # type: ignore[prop-decorator]  # as pydantic's docs write it
    @property
    def length(self) -> int:
        """The length of the text."""
        return len(self.text)


def test_json_patch_ignores_computed_fields() -> None:
    """As every unknown key."""
    target = Lenient(text="a")
    operations = [{"op": "remove", "path": "/length"}, {"op": "add", "path": "/x", "value": 1}]
    assert operate(Lenient, target, *operations)[0] == Lenient(text="a")


def test_a_model_inside_itself_is_whole() -> None:
    """The attributes of a row inside a row are set, but not those that were not sent."""
    inner = SimpleNamespace(cover=SimpleNamespace(text="a", number=1, mark="m"), pages=[], named={})
    inner.next, inner.key = None, "secret"
    row = SimpleNamespace(**{**vars(inner), "next": inner, "key": "k"})
    Patch(Album, next=make_album(key="new")).apply(row)
    assert (row.next, inner.key, inner.cover.text) == (inner, "new", "abc")


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
