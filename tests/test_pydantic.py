"""Models of pydantic as types of an app: strict both ways, published as components."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic.dataclasses
import pytest
from annotated_types import Ge
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Depends, HTTPBearer, Query, Typed
from flask_typed.pydantic import PYDANTIC
from flask_typed.schemas.factory import FieldMaker, SchemaFactory
from flask_typed.schemas.types import default_registry
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field, field_validator

from .schemas.codec import Codec

T = TypeVar("T")
Document = Callable[[], dict[str, Any]]


class Color(Enum):
    """A color."""

    RED = "red"
    GREEN = "green"


class Cat(BaseModel):
    """A member of a tagged union."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """Another."""

    kind: Literal["dog"]
    name: str


class Book(BaseModel):
    """A book of pydantic."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(alias="bookTitle", min_length=1)
    pages: Annotated[int, Ge(1)] = 1
    price: Decimal = Decimal(0)
    published: dt.date | None = None
    key: UUID | int | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None

    @computed_field
    def length(self) -> int:
        """How long the title is."""
        return len(self.title)

    @field_validator("pages")
    @classmethod
    def check(cls, value: int) -> int:
        """Refuse a number."""
        if value == 13:
            raise ValueError("Not that many.")
        return value


class Special(Book):
    """A model with more than its base."""

    secret: str = "s"


class Page(BaseModel, Generic[T]):
    """A generic model."""

    items: list[T]


class Node(BaseModel):
    """A recursive model."""

    name: str
    children: list[Node] = []


class Numbers(RootModel[list[int]]):
    """A model that is a list."""


@pydantic.dataclasses.dataclass
class Point:
    """A dataclass of pydantic."""

    x: int


@dataclass
class Shelf:
    """A dataclass of ours with models of pydantic."""

    books: list[Book]
    best: Book | None = None


@dataclass
class Card:
    """A model of ours beside them."""

    number: int


#: A model of pydantic that has the name of one of ours, and one that refers to it.
OtherCard = pydantic.create_model("Card", name=(str, ...))
Holder: Any = pydantic.create_model("Holder", card=(OtherCard, ...))


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the extension object of an app that knows pydantic."""
    return Typed(app, types=PYDANTIC)


@pytest.fixture
def json() -> Codec:
    """Return a codec for JSON that knows pydantic."""
    registry = default_registry()
    for match, build in PYDANTIC.items():
        registry.register(match, build)
    return Codec(FieldMaker(SchemaFactory(registry)))


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Book, {"bookTitle": "Emma"}, Book(bookTitle="Emma"), id="alias"),
        pytest.param(
            Book,
            {"bookTitle": "Emma", "pages": 5, "price": "1.50", "published": "1815-12-23"},
            Book(bookTitle="Emma", pages=5, price=Decimal("1.50"), published=dt.date(1815, 12, 23)),
            id="texts",
        ),
        pytest.param(Page[Book], {"items": []}, Page[Book](items=[]), id="generic"),
        pytest.param(
            Node,
            {"name": "a", "children": [{"name": "b"}]},
            Node(name="a", children=[Node(name="b")]),
            id="recursive",
        ),
        pytest.param(Numbers, [1, 2], Numbers([1, 2]), id="RootModel"),
        pytest.param(Point, {"x": 1}, Point(1), id="dataclass"),
        pytest.param(
            Shelf, {"books": [{"bookTitle": "a"}]}, Shelf([Book(bookTitle="a")]), id="in-a-model"
        ),
        pytest.param(
            dict[str, Node | None], {"a": None, "b": {"name": "c"}},
            {"a": None, "b": Node(name="c")}, id="in-a-dict",
        ),
        pytest.param(Card | Node, {"name": "a"}, Node(name="a"), id="in-a-union"),
    ],
)  # fmt: skip
def test_a_model_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """By pydantic, from JSON, strictly."""
    assert json.load(annotation, wire) == value


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Book, {}, {"bookTitle": {"_schema": ["Field required"]}}, id="missing"),
        pytest.param(
            Book,
            {"bookTitle": "a", "pages": "1"},
            {"pages": {"_schema": ["Input should be a valid integer"]}},
            id="strict",
        ),
        pytest.param(
            Book,
            {"bookTitle": "a", "more": 1},
            {"more": {"_schema": ["Extra inputs are not permitted"]}},
            id="extra",
        ),
        pytest.param(
            Book,
            {"bookTitle": "a", "pages": 13},
            {"pages": {"_schema": ["Value error, Not that many."]}},
            id="validator",
        ),
        pytest.param(
            Book,
            {"bookTitle": "a", "key": "zz"},
            {
                "key": {
                    "_schema": ["Input should be a valid UUID", "Input should be a valid integer"]
                }
            },
            id="members-of-a-union",
        ),
        pytest.param(
            Book,
            {"bookTitle": "a", "pet": {"kind": "secret"}},
            {"pet": {"_schema": ["Must be tagged as one of: 'cat', 'dog'."]}},
            id="tag",
        ),
        pytest.param(
            Book,
            {"bookTitle": "a", "pet": {"kind": "dog"}},
            {"pet": {"name": {"_schema": ["Field required"]}}},
            id="tagged",
        ),
        pytest.param(
            Node,
            {"name": "a", "children": [{"name": "b"}, {"name": 1}]},
            {"children": {1: {"name": {"_schema": ["Input should be a valid string"]}}}},
            id="nested",
        ),
        pytest.param(Node, [], {"_schema": ["Input should be an object"]}, id="list"),
        pytest.param(
            Numbers, [1, "2"], {1: {"_schema": ["Input should be a valid integer"]}}, id="RootModel"
        ),
        pytest.param(Card | Node, 1, ["Must be one of these: an object."], id="union"),
        pytest.param(
            Node | int,
            {"name": 1},
            {"name": {"_schema": ["Input should be a valid string"]}},
            id="union-with-one-object",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """In pydantic's words, at keys and indexes that are there, without the value."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(
            Book,
            Special(bookTitle="Emma", price=Decimal("1.50")),
            {
                "bookTitle": "Emma",
                "pages": 1,
                "price": "1.50",
                "published": None,
                "key": None,
                "pet": None,
                "length": 4,
            },
            id="subclass",
        ),
        pytest.param(Node, {"name": "a"}, {"name": "a", "children": []}, id="dict"),
        pytest.param(Numbers, Numbers([1]), [1], id="RootModel"),
        pytest.param(Point, Point(1), {"x": 1}, id="dataclass"),
        pytest.param(Card | Node, Node(name="a"), {"name": "a", "children": []}, id="union"),
        pytest.param(Page[int], Page[int](items=[1]), {"items": [1]}, id="generic"),
    ],
)
def test_a_model_is_dumped(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """By its aliases, with computed fields; what only a subclass has stays."""
    assert json.dump(annotation, value) == wire


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(
            Node,
            Card(1),
            "$.name expected Node, found a value of type Card that breaks: Field required",
            id="another-class",
        ),
        pytest.param(
            Node,
            Page[int](items=[]),
            "$.name expected Node, found a value of type Page[int] that breaks: Field required",
            id="model",
        ),
        pytest.param(
            Numbers,
            ["a"],
            "$[0] expected Numbers, "
            "found a value of type list that breaks: Input should be a valid integer",
            id="list",
        ),
        pytest.param(
            list[Node],
            [{"name": "a", "children": [{"name": 1}]}],
            "$[0].children[0].name expected Node, "
            "found one that breaks: Input should be a valid string",
            id="dict",
        ),
    ],
)
def test_what_does_not_fit_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """All but an instance is validated first; the place is in the message."""
    assert json.mismatch(annotation, value) == f"at {message}"


def test_an_instance_that_was_not_validated(json: Codec) -> None:
    """It is checked while it is written; newer versions of pydantic name the field."""
    message = json.mismatch(Node, Node.model_construct(name=1))
    assert message.replace("$.name", "$") == "at $ expected Node, found one whose fields do not fit"


def test_a_constraint_on_a_model_is_refused(json: Codec) -> None:
    """It says what holds itself."""
    assert "cannot be applied to Node" in str(json.reject(Annotated[Node, Ge(1)]))


def test_a_view_takes_and_gives_models(typed: Typed, client: FlaskClient) -> None:
    """Faults of pydantic stand beside those of other arguments, in one answer."""

    @typed.post("/")
    def view(shelf: Shelf, limit: int) -> list[Book]:
        return shelf.books[:limit]

    answer = client.post("/?limit=1", json={"books": [{"bookTitle": "a"}]})
    assert [book["bookTitle"] for book in answer.get_json()] == ["a"]
    refused = client.post("/?limit=x", json={"books": [{"bookTitle": "", "pages": 0}]})
    assert refused.status_code == 422
    assert refused.get_json() == {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "3 values of the request cannot be accepted.",
        "errors": [
            {
                "in": "query",
                "pointer": "/limit",
                "code": "invalid_integer",
                "detail": "Not a valid integer.",
            },
            {
                "in": "body",
                "pointer": "/books/0/bookTitle",
                "code": "wrong_length",
                "detail": "String should have at least 1 character",
            },
            {
                "in": "body",
                "pointer": "/books/0/pages",
                "code": "out_of_range",
                "detail": "Input should be greater than or equal to 1",
            },
        ],
    }


def test_models_are_components(typed: Typed, document: Document) -> None:
    """Two of them where input and output differ, and so is a model of ours that holds one."""

    @typed.post("/shelves")
    def put(shelf: Shelf) -> Shelf: ...

    @typed.post("/nodes")
    def plant(node: Node) -> Page[Node]: ...

    schemas = document()["components"]["schemas"]
    assert {"BookInput", "Book", "ShelfInput", "Shelf", "Cat", "Dog", "Node", "PageNode"} <= set(
        schemas
    )
    assert schemas["ShelfInput"]["properties"]["books"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/BookInput"},
    }
    assert schemas["Shelf"]["properties"]["best"]["anyOf"] == [
        {"$ref": "#/components/schemas/Book"},
        {"type": "null"},
    ]
    assert "length" in schemas["Book"]["required"]
    assert "length" not in schemas["BookInput"]["properties"]
    assert schemas["BookInput"]["additionalProperties"] is False
    assert schemas["Book"]["properties"]["pet"]["anyOf"][0]["discriminator"] == {
        "propertyName": "kind",
        "mapping": {
            "cat": "#/components/schemas/Cat",
            "dog": "#/components/schemas/Dog",
        },
    }
    assert schemas["Node"]["properties"]["children"]["items"] == {
        "$ref": "#/components/schemas/Node"
    }


def test_an_enumeration_is_one_component(typed: Typed, document: Document) -> None:
    """A model of pydantic's and a dataclass that have it share it."""

    class Plain(BaseModel):
        color: Color

    own = make_dataclass("Own", [("color", Color)])

    def view(plain: Any) -> Any: ...

    view.__annotations__.update({"plain": Plain, "return": own})
    typed.post("/")(view)
    schemas = document()["components"]["schemas"]
    reference = {"$ref": "#/components/schemas/Color"}
    assert [schemas[name]["properties"]["color"] for name in ("Plain", "Own")] == [reference] * 2
    assert schemas["Color"] == {
        "type": "string",
        "enum": ["red", "green"],
        "description": "A color.",
    }


def test_models_of_one_name_are_told_apart(typed: Typed, document: Document) -> None:
    """Those of pydantic after ours, and what refers to them follows."""

    @typed.post("/")
    def view(ours: Card, theirs: Holder) -> None:
        """Take both."""

    schemas = document()["components"]["schemas"]
    assert schemas["Card"]["required"] == ["number"]
    assert schemas["Card2"]["required"] == ["name"]
    assert schemas["Holder"]["properties"]["card"] == {"$ref": "#/components/schemas/Card2"}


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param({"bookTitle": "a"}, id="least"),
        pytest.param({"bookTitle": ""}, id="too-short"),
        pytest.param({"bookTitle": "a", "pages": 0}, id="too-small"),
        pytest.param({"bookTitle": "a", "pages": True}, id="bool"),
        pytest.param({"bookTitle": "a", "published": "1815-12-23"}, id="date"),
        pytest.param({"bookTitle": "a", "published": "1815"}, id="no-date"),
        pytest.param({"bookTitle": "a", "pet": {"kind": "cat", "lives": 1}}, id="tagged"),
        pytest.param({"bookTitle": "a", "pet": {"kind": "cow"}}, id="no-tag"),
        pytest.param({"title": "a"}, id="name"),
        pytest.param([], id="list"),
        pytest.param(None, id="null"),
    ],
)
def test_server_and_document_agree(
    typed: Typed, client: FlaskClient, document: Document, wire: Any
) -> None:
    """As far as pydantic's schemas are exact; the docs say where they are not."""

    @typed.post("/")
    def view(book: Book) -> Book:
        return book

    published = document()
    operation = published["paths"]["/"]["post"]
    takes = operation["requestBody"]["content"]["application/json"]["schema"]
    gives = operation["responses"]["200"]["content"]["application/json"]["schema"]
    components = {"components": published["components"]}
    answer = client.post("/", json=wire)
    checker = FormatChecker()
    assert (answer.status_code == 200) == Draft202012Validator(
        {**takes, **components}, format_checker=checker
    ).is_valid(wire)
    if answer.status_code == 200:
        Draft202012Validator({**gives, **components}, format_checker=checker).validate(
            answer.get_json()
        )


def test_without_pydantic_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "pydantic", None)
    monkeypatch.delitem(sys.modules, "flask_typed.pydantic")

    with pytest.raises(ImportError, match=r"install flask-typed-api\[pydantic\]"):
        importlib.import_module("flask_typed.pydantic")


def test_a_set_of_models(json: Codec) -> None:
    """Only those that are frozen have a hash."""

    class Frozen(BaseModel, frozen=True):
        x: int

    assert json.load(set[Frozen], [{"x": 1}]) == {Frozen(x=1)}
    assert json.reject(set[Cat]).what.endswith("Cat] are not hashable.")


PYDANTICS = [
    pytest.param(Annotated[int, Field(gt=0)], "FieldInfo()", id="Field"),
    pytest.param(Annotated[int, pydantic.AfterValidator(abs)], "AfterValidator()", id="validator"),
    pytest.param(Annotated[int, pydantic.Strict()], "Strict()", id="Strict"),
    pytest.param(pydantic.UUID4, "UuidVersion()", id="UUID4"),
    pytest.param(
        Annotated[str, pydantic.StringConstraints(strip_whitespace=True, min_length=2)],
        "_PydanticGeneralMetadata()",
        id="a-part-of-a-group",
    ),
]
PLACES = [
    pytest.param(lambda annotation: annotation, "on an argument", id="argument"),
    pytest.param(lambda annotation: list[annotation], "inside another value", id="item"),
    pytest.param(
        lambda annotation: make_dataclass("Holder", [("x", annotation)]), "on a field", id="field"
    ),
]


@pytest.mark.parametrize(("place", "words"), PLACES)
@pytest.mark.parametrize(("annotation", "name"), PYDANTICS)
def test_what_pydantic_alone_reads(annotation: Any, name: str, place: Any, words: str) -> None:
    """Without its types, its objects would be ignored."""

    def view(argument: Any) -> None: ...

    view.__annotations__["argument"] = place(annotation)
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(Flask("shop")).post("/")(view)
    assert caught.value.what == f"pydantic's {name} is not read {words}."
    assert caught.value.instead == (
        "Write `Typed(app, types=PYDANTIC)`, with `from flask_typed.pydantic import PYDANTIC`; or a"
        " constraint of annotated_types such as `Gt(0)`, or a marshmallow validator."
    )
    assert caught.value.where[-2] == "argument 'argument'"


def test_a_validator_of_pydantic_without_parentheses(typed: Typed) -> None:
    """It would be ignored, with pydantic's types too."""

    def view(argument: Any) -> None: ...

    view.__annotations__["argument"] = Annotated[int, pydantic.AfterValidator]
    with pytest.raises(DeclarationError, match="AfterValidator is written without parentheses"):
        typed.post("/")(view)


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(pydantic.PositiveInt, id="PositiveInt"),
        pytest.param(pydantic.conint(gt=0), id="conint"),
        pytest.param(Annotated[str, pydantic.StringConstraints(min_length=2)], id="constr"),
    ],
)
def test_constraints_that_pydantic_shares(annotation: Any) -> None:
    """Those of annotated_types hold, whoever has put them there."""
    app = Flask("shop")

    def view(value: Any) -> str:
        return "in"

    view.__annotations__["value"] = annotation
    Typed(app).get("/")(view)
    client = app.test_client()
    assert (client.get("/?value=0").status_code, client.get("/?value=10").json) == (422, "in")


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        pytest.param(Book, "Book is a pydantic model", id="model"),
        pytest.param(Point, "Point is a pydantic model", id="dataclass"),
        pytest.param(Annotated[Book, Query()], "Book is a pydantic model", id="marked"),
        pytest.param(pydantic.SecretStr, "SecretStr is a pydantic type", id="type"),
    ],
)
def test_a_type_of_pydantic_without_pydantics_types(annotation: Any, kind: str) -> None:
    """The message is a line to copy."""

    def view(book: Any) -> None: ...

    view.__annotations__["book"] = annotation
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Typed(Flask("shop")).post("/")(view)
    assert f"{kind}, but the app does not have pydantic's types." in caught.value.what
    assert caught.value.instead == (
        "Write `Typed(app, types=PYDANTIC)`, with `from flask_typed.pydantic import PYDANTIC`."
    )


class Inner(BaseModel):
    """A model with a field that looks guarded."""

    token: Annotated[str, Depends(HTTPBearer())]
    others: list[Inner] = []


class Outer(BaseModel):
    """A model around it."""

    inner: Inner | None = None


@pytest.mark.parametrize("model", [Inner, Outer])
def test_markers_on_fields_of_models(typed: Typed, model: Any) -> None:
    """pydantic ignores them, and the route would be open."""

    def view(body: Any) -> str: ...

    view.__annotations__["body"] = model
    with pytest.raises(DeclarationError) as caught:
        typed.post("/")(view)
    assert "Depends() on a field of a pydantic model is not read." in str(caught.value)
    assert "in field 'token', Inner" in str(caught.value)
