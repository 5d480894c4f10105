"""Responses that leave out ``None``, unset fields or defaults, and the document that says so."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar

import attr
import msgspec
import pytest
from annotated_types import Ge
from flask import Flask
from flask_typed import (
    Body,
    Created,
    DeclarationError,
    ResponseMismatch,
    Returns,
    Typed,
    TypedBlueprint,
)
from flask_typed.codec.codecs import Codecs
from flask_typed.declare.settings import Excluded
from flask_typed.schemas.excluding import find_factory
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.families.model_schemas import LeanSchema, keep_tag
from flask_typed.schemas.fields import dump_value
from flask_typed.schemas.types import default_registry
from flask_typed.state import get_state

T = TypeVar("T")
Document = Callable[[], dict[str, Any]]


class Color(enum.Enum):
    """An Enum."""

    RED = "red"


@dataclass
class Author:
    """A model inside another."""

    name: str
    born: date | None = None


@dataclass
class Book:
    """A model with fields of all kinds."""

    title: str
    subtitle: str | None
    pages: int = 100
    color: Color | None = None
    authors: list[Author] = field(default_factory=list)
    main: Author | None = None


@dataclass
class Plain:
    """A model of which nothing can be left out as ``None``."""

    title: str


@dataclass
class Node:
    """A model that contains itself."""

    value: int | None = None
    next: Node | None = None


@dataclass
class Tree:
    """A model that contains itself, and of which nothing is left out as ``None``."""

    children: list[Tree]


@dataclass
class Page(Generic[T]):
    """A generic."""

    items: list[T]


@dataclass
class Cat:
    """A model with a tag that is its default."""

    kind: Literal["cat"] = "cat"
    lives: int = 9


@dataclass
class Dog:
    """Another."""

    kind: Literal["dog"] = "dog"
    owner: str | None = None


class Keys(TypedDict, total=False):
    """A mapping with optional keys."""

    a: int | None


@attr.define
class Shelf:
    """An attrs class, whose argument has another name than its attribute."""

    _count: int = 3
    label: str | None = None


class Item(msgspec.Struct, rename="camel", tag="item"):
    """A Struct with a tag and other names on the wire."""

    first_name: str | None = None
    last_name: int | msgspec.UnsetType = msgspec.UNSET


@dataclass
class Dated:
    """A model whose defaults the accelerated path compares."""

    name: str = "a"
    count: Annotated[int, Ge(0)] = 0
    ratio: float | None = 1.0
    day: date = date(2026, 1, 2)
    flag: bool = False


class Shade(enum.Enum):
    """Another Enum, with a null."""

    DARK = "dark"
    NONE = None


@dataclass
class Round:
    """A model with a tag of several values, one of which is its default."""

    kind: Literal["ball", "disc"] = "ball"
    size: int | None = None


@dataclass
class Flat:
    """Another, whose tag is an Enum."""

    kind: Color = Color.RED
    inside: Round | Flat | None = None


@dataclass
class Nulls:
    """A model with nulls that are choices, or members of a union."""

    nothing: None = None
    only: Literal[None] = None
    choice: Literal["a", None] = None
    shade: Shade | int = Shade.NONE


@dataclass
class Hooked:
    """A model with nulls in fields that msgspec does not write itself."""

    part: Cat | Dog | None = None
    anything: Any = None
    either: Annotated[int, Ge(0)] | str | None = None
    again: Hooked | None = None


EMMA = Book("Emma", None, 100, None, [Author("Jane")], None)
FULL = Book("Emma", "a", 90, Color.RED, [Author("Jane", date(1775, 12, 16))], Author("J"))
WHOLE: dict[str, Any] = {
    "title": "Emma",
    "subtitle": None,
    "pages": 100,
    "color": None,
    "authors": [{"name": "Jane", "born": None}],
    "main": None,
}
WRITTEN_FULL: dict[str, Any] = {
    "title": "Emma",
    "subtitle": "a",
    "pages": 90,
    "color": "red",
    "authors": [{"name": "Jane", "born": "1775-12-16"}],
}

NONE = {"exclude_none": True}
UNSET = {"exclude_unset": True}
DEFAULTS = {"exclude_defaults": True}

CASES = [
    pytest.param(NONE, Book, EMMA, {"title": "Emma", "pages": 100, "authors": [{"name": "Jane"}]}),
    pytest.param(NONE, Book, FULL, {**WRITTEN_FULL, "main": {"name": "J"}}),
    pytest.param(NONE, Book, WHOLE, {"title": "Emma", "pages": 100, "authors": [{"name": "Jane"}]}),
    pytest.param(NONE, list[Book | None], [None], [None]),
    pytest.param(NONE, Book | None, None, None),
    pytest.param(NONE, dict[str, int | None], {"a": None}, {"a": None}),
    pytest.param(NONE, Node, Node(1, Node(None, Node())), {"value": 1, "next": {"next": {}}}),
    pytest.param(NONE, Tree, Tree([Tree([])]), {"children": [{"children": []}]}),
    pytest.param(NONE, Page[Author], Page([Author("a")]), {"items": [{"name": "a"}]}),
    pytest.param(NONE, Cat | Dog, Dog(), {"kind": "dog"}),
    pytest.param(NONE, Keys, {"a": None}, {}),
    pytest.param(NONE, Shelf, Shelf(), {"count": 3}),
    pytest.param(NONE, Item, Item(), {"type": "item"}),
    pytest.param(NONE, Item, Item("a", 1), {"type": "item", "firstName": "a", "lastName": 1}),
    pytest.param(NONE, Nulls, Nulls(), {}),
    pytest.param(
        NONE,
        Nulls,
        Nulls(None, None, "a", Shade.DARK),
        {"choice": "a", "shade": "dark"},
    ),
    pytest.param(NONE, Hooked, Hooked(), {}),
    pytest.param(
        NONE,
        Hooked,
        Hooked(Dog(), 1, "b", Hooked()),
        {"part": {"kind": "dog"}, "anything": 1, "either": "b", "again": {}},
    ),
    pytest.param({**NONE, **DEFAULTS}, Nulls, Nulls(choice="a"), {"choice": "a"}),
    pytest.param(NONE, Any, [Author("a"), None], [{"name": "a"}, None]),
    pytest.param(NONE, Created[Author], Created(Author("a")), {"name": "a"}),
    pytest.param(UNSET, Author, {"name": "a"}, {"name": "a"}),
    pytest.param(UNSET, Author, {"name": "a", "born": None}, {"name": "a", "born": None}),
    pytest.param(UNSET, Author, Author("a"), {"name": "a", "born": None}),
    pytest.param(
        DEFAULTS, Book, EMMA, {"title": "Emma", "subtitle": None, "authors": [{"name": "Jane"}]}
    ),
    pytest.param(DEFAULTS, Cat | Dog, Cat(), {"kind": "cat"}),
    pytest.param(DEFAULTS, Cat | Dog, Cat(lives=8), {"kind": "cat", "lives": 8}),
    pytest.param(DEFAULTS, Round, Round(), {}),
    pytest.param(DEFAULTS, Round | Flat, Round(), {"kind": "ball"}),
    pytest.param(
        DEFAULTS,
        Round | Flat,
        Flat(inside=Flat(inside=Round("disc", 1))),
        {"kind": "red", "inside": {"kind": "red", "inside": {"kind": "disc", "size": 1}}},
    ),
    pytest.param(UNSET, Round | Flat, {"kind": Color.RED}, {"kind": "red"}),
    pytest.param(NONE, Round | Flat, Round(), {"kind": "ball"}),
    pytest.param(DEFAULTS, Dated, Dated(), {}),
    pytest.param(DEFAULTS, Dated, Dated("b", 1, None), {"name": "b", "count": 1, "ratio": None}),
    pytest.param(DEFAULTS, Dated, {}, {}),
    pytest.param({**NONE, **DEFAULTS}, Dated, Dated("b", 1, None), {"name": "b", "count": 1}),
    pytest.param({**NONE, **UNSET}, Author, {"name": "a", "born": None}, {"name": "a"}),
]


def serve(app: Flask, annotation: Any, value: Any, options: Any) -> Any:
    """Return the JSON of the answer with a value; it is compared with the document."""
    app.config["TYPED_CHECK_RESPONSES"] = "error"

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    Typed(app).get("/", **options)(view)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(("options", "annotation", "value", "expected"), CASES)
def test_left_out(
    app: Flask,
    options: Any,
    annotation: Any,
    value: Any,
    expected: Any,
    accelerated: bool,
    version: str,
) -> None:
    """The response lacks the values at every depth, and is what the document describes."""
    app.config.update(TYPED_ACCELERATION=accelerated, TYPED_OPENAPI_VERSION=version)
    assert serve(app, annotation, value, options) == expected


def test_published(app: Flask, document: Document) -> None:
    """A model that lacks values is a component of its own; others keep theirs."""
    typed = Typed(app)

    @typed.get("/lean", **NONE)
    def lean() -> Book | Created[Plain]: ...

    @typed.get("/whole")
    def whole() -> Book | Created[Plain]: ...

    schemas = document()["components"]["schemas"]
    assert {"Author", "AuthorWithoutNone", "Book", "BookWithoutNone", "Plain"} <= schemas.keys()
    assert "PlainWithoutNone" not in schemas
    assert schemas["BookWithoutNone"]["required"] == ["authors", "pages", "title"]
    assert schemas["BookWithoutNone"]["properties"]["subtitle"] == {"type": "string"}
    assert schemas["BookWithoutNone"]["properties"]["main"] == {
        "$ref": "#/components/schemas/AuthorWithoutNone"
    }
    assert schemas["Book"]["properties"]["subtitle"] == {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("options", "required"),
    [(UNSET, ["subtitle", "title"]), (DEFAULTS, ["subtitle", "title"]), (NONE | UNSET, ["title"])],
)
def test_required(app: Flask, document: Document, options: Any, required: Any) -> None:
    """Only fields that every response has are required."""

    @Typed(app).get("/", **options)
    def view() -> Book: ...

    (book,) = (s for n, s in document()["components"]["schemas"].items() if n.startswith("Book"))
    assert book["required"] == required


def test_null_is_not_published(app: Flask, document: Document) -> None:
    """A field has no null among its choices, or is not there at all if it has nothing else."""

    @Typed(app).get("/", **NONE)
    def view() -> Nulls: ...

    nulls = document()["components"]["schemas"]["NullsWithoutNone"]
    assert nulls["properties"].keys() == {"choice", "shade"}
    assert nulls["properties"]["choice"] == {"type": "string", "enum": ["a"]}
    (shade, _) = nulls["properties"]["shade"]["anyOf"]
    assert shade == {"type": "string", "enum": ["dark"]}
    assert "required" not in nulls


@dataclass
class Shown:
    """A model with null among its examples."""

    one: Annotated[int | None, Body(example=None)] = None
    listed: Annotated[int | None, Body(examples=[None, 3])] = None
    named: Annotated[
        int | None,
        Body(
            examples={"no": {"value": None}, "yes": {"value": 4}, "text": {"externalValue": "/a"}}
        ),
    ] = None


def test_null_is_no_example(app: Flask, document: Document) -> None:
    """Examples are those that a response can have."""

    @Typed(app).get("/", **NONE)
    def view() -> Shown: ...

    assert document()["components"]["schemas"]["ShownWithoutNone"]["properties"] == {
        "one": {"type": "integer"},
        "listed": {"type": "integer", "examples": [3]},
        "named": {"type": "integer", "examples": [4]},
    }


def test_tags_are_required(app: Flask, document: Document) -> None:
    """A model in a union has its tag; the same model elsewhere may lack it."""
    typed = Typed(app)

    @typed.get("/", **DEFAULTS)
    def one() -> Round: ...

    @typed.get("/either", **DEFAULTS)
    def either() -> Round | Flat: ...

    schemas = document()["components"]["schemas"]
    assert {name: schema.get("required") for name, schema in schemas.items()} == {
        "Color": None,
        "RoundWithoutDefaults": None,
        "RoundWithoutDefaultsExceptKind": ["kind"],
        "FlatWithoutDefaultsExceptKind": ["kind"],
    }


def test_schemas_that_keep_a_tag_are_made_under_the_lock(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several threads may send the first requests, and none sees half a schema."""
    made = []
    make = LeanSchema.keep.__func__  # type: ignore[attr-defined]  # a class method has it

    def keep(schema_class: Any, tag: str) -> Any:
        if tag not in schema_class.by_tag:
            made.append(get_state(app).lock._is_owned())  # type: ignore[attr-defined]  # private
        return make(schema_class, tag)

    monkeypatch.setattr(LeanSchema, "keep", classmethod(keep))

    @Typed(app).get("/", **DEFAULTS)
    def view() -> list[Round | Flat]:
        return [Round()]

    assert app.test_client().get("/").get_json() == [{"kind": "ball"}]
    assert made == [True, True]


def test_the_app_decides(app: Flask) -> None:
    """A setting is the default of all routes; a route may decide otherwise."""
    app.config["TYPED_EXCLUDE_NONE"] = True
    typed = Typed(app)

    @typed.get("/lean")
    def lean() -> Author:
        return Author("a")

    @typed.get("/whole", exclude_none=False)
    def whole() -> Author:
        return Author("a")

    client = app.test_client()
    assert client.get("/lean").get_json() == {"name": "a"}
    assert client.get("/whole").get_json() == {"name": "a", "born": None}


def test_blueprints_decide(app: Flask) -> None:
    """The innermost blueprint that decides counts, then the app."""
    Typed(app)
    outer = TypedBlueprint("outer", __name__, exclude_none=True)
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner")
    other = TypedBlueprint("other", __name__, url_prefix="/other", exclude_none=False)

    def view() -> Author:
        return Author("a")

    for blueprint in (outer, inner, other):
        blueprint.get("/")(view)
    outer.register_blueprint(inner)
    outer.register_blueprint(other)
    app.register_blueprint(outer)
    client = app.test_client()
    assert [client.get(url).get_json() for url in ("/", "/inner/", "/other/")] == [
        {"name": "a"},
        {"name": "a"},
        {"name": "a", "born": None},
    ]


def test_a_mapping_needs_what_has_no_default(app: Flask) -> None:
    """A field without a default may be ``None``, but not be forgotten."""
    with pytest.raises(ResponseMismatch, match="no 'subtitle' in dict"):
        serve(app, Book, {"title": "Emma"}, {**NONE, **UNSET})


def test_examples_of_a_response(app: Flask, document: Document) -> None:
    """They lack what responses lack."""

    @Typed(app).get("/", **NONE)
    def view() -> Annotated[Author, Returns(examples={"one": Author("a")})]: ...

    content = document()["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert content["examples"] == {"one": {"value": {"name": "a"}}}


def test_a_rejected_route_leaves_nothing(app: Flask, document: Document) -> None:
    """Its models are made anew for the next route."""
    typed = Typed(app)

    @dataclass
    class Later:
        """A model of a route that is rejected."""

        book: Book
        part: complex

    def view() -> None: ...

    view.__annotations__["return"] = Later
    with pytest.raises(DeclarationError, match="complex"):
        typed.get("/bad", **NONE)(view)

    @typed.get("/", **NONE)
    def read() -> Book: ...

    names = document()["components"]["schemas"].keys()
    assert names == {"AuthorWithoutNone", "BookWithoutNone", "Color"}


@pytest.mark.parametrize("options", [NONE, UNSET, DEFAULTS, {**NONE, **DEFAULTS}])
def test_the_accelerated_path_is_kept(options: dict[str, bool]) -> None:
    """msgspec leaves out the values too."""
    plain = SchemaFactory(default_registry())
    excluded = Excluded(*(bool(options.get(f"exclude_{kind}")) for kind in KINDS))
    made = find_factory(plain, excluded)
    dumper = Codecs().make_dumper(made.shared(list[Dated]))
    assert dumper is not None
    value = [Dated(), Dated("b", 1, None)]
    assert json.loads(dumper.dump(value)) == dump_value(made.shared(list[Dated]), value)


KINDS = ("none", "unset", "defaults")


def test_options_are_checked(app: Flask) -> None:
    """A text is no decision."""
    with pytest.raises(DeclarationError, match="exclude_none= is 'yes'"):
        Typed(app).get("/", exclude_none="yes")(lambda: None)  # type: ignore[arg-type]  # wrong


def test_a_schema_that_is_not_made_yet_keeps_no_tag() -> None:
    """A recursive model is asked for its schema class while that is made."""
    assert keep_tag(None, "kind") is None
