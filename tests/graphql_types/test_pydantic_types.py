"""pydantic's models as types."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest
from annotated_types import Ge
from flask_typed.exceptions import DeclarationError
from flask_typed.graphql.types import find_other_models
from flask_typed.pydantic import PYDANTIC
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.types import default_registry
from pydantic import AliasChoices, AliasPath, BaseModel, Field, HttpUrl, RootModel

from .graphs import Graph

T = TypeVar("T")


def make_graph() -> Graph:
    """Return a graph with pydantic's types."""
    registry = default_registry()
    for match, build in PYDANTIC.items():
        registry.register(match, build)
    return Graph(SchemaFactory(registry))


class Author(BaseModel):
    """Who writes."""

    name: str = Field(min_length=1, max_length=5, description="The name.")
    home: HttpUrl | None = None


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = Field(9, le=9)


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str


class Book(BaseModel):
    title: str
    price: Annotated[Decimal, Ge(0)]
    published_on: dt.date | None = None
    author: Author
    tags: set[str] = Field(default_factory=set)
    page_count: int = Field(1, alias="pageNo")
    old: str = Field("x", deprecated=True)
    secret: str = Field("s", exclude=True)
    pet: Cat | Dog | None = Field(None, discriminator="kind")

    @pydantic.computed_field(description="How it sorts.")  # type: ignore[prop-decorator]  # its
    @property
    def sort_key(self) -> str:
        return self.title.lower()

    @pydantic.field_validator("title")
    @classmethod
    def check_title(cls, title: str) -> str:
        """Reject one title."""
        if title == "bad":
            raise ValueError("a bad title")
        return title

    @pydantic.model_validator(mode="after")
    def check(self) -> Book:
        """Reject a whole."""
        if self.page_count == 0:
            raise ValueError("no pages")
        return self


def test_type_of_results() -> None:
    """A type of results has the fields of the model, and the computed ones."""
    graph = make_graph().echo(Book)
    assert graph.show("Book") == (
        "type Book {\n  title: String!\n  price: Decimal!\n  publishedOn: Date\n"
        "  author: Author!\n  tags: [String!]!\n  pageNo: Int!\n"
        "  old: String! @deprecated\n"
        "  pet: CatOrDog\n  sortKey: String!\n}"
    )


def test_type_of_arguments() -> None:
    """A type of arguments has those of the constructor."""
    graph = make_graph().echo(Book)
    assert graph.show("BookInput") == (
        "input BookInput {\n  title: String!\n  price: Decimal!\n  publishedOn: Date\n"
        "  author: AuthorInput!\n  tags: [String!]\n  pageNo: Int! = 1\n"
        '  old: String! = "x" @deprecated\n'
        '  secret: String! = "s"\n  pet: CatOrDogInput\n}'
    )


def test_descriptions() -> None:
    """Docstrings and fields describe."""
    schema = str(make_graph().echo(Book).schema)
    assert '"""Who writes."""\ntype Author {\n  """The name."""\n  name: String!' in schema
    assert '"""How it sorts."""\n  sortKey: String!' in schema


def test_values() -> None:
    """pydantic makes the argument, and results are read as attributes."""
    seen: list[Any] = []
    graph = make_graph().add("it", Book, lambda value: seen.append(value) or value, value=Book)
    data = graph.run(
        """{it(value: {
          title: "A", price: "1.50", publishedOn: "2020-01-02", tags: ["b", "a"], pageNo: 3,
          author: {name: "x", home: "http://x.y/"}, pet: {dog: {name: "d"}}
        }) {title price publishedOn tags pageNo sortKey author {name home}
            pet {__typename ... on Dog {name kind}}}}"""
    )
    (book,) = seen
    assert book == Book(
        title="A",
        price=Decimal("1.50"),
        published_on=dt.date(2020, 1, 2),
        tags={"a", "b"},
        pageNo=3,
        author=Author(name="x", home=HttpUrl("http://x.y/")),
        pet=Dog(name="d"),
    )
    assert data == {
        "it": {
            "title": "A",
            "price": "1.50",
            "publishedOn": "2020-01-02",
            "tags": ["a", "b"],
            "pageNo": 3,
            "sortKey": "a",
            "author": {"name": "x", "home": "http://x.y/"},
            "pet": {"__typename": "Dog", "name": "d", "kind": "dog"},
        }
    }


@pytest.mark.parametrize(
    ("literal", "faults"),
    [
        pytest.param(
            '{title: "a", price: "-1", author: {name: "", home: "x"}, pet: {cat: {lives: 10}}}',
            [
                (
                    "/value/price",
                    "out_of_range",
                    "Must be greater than or equal to 0.",
                ),
                ("/value/author/name", "wrong_length", "Shorter than minimum length 1."),
                (
                    "/value/author/home",
                    "invalid_url",
                    "Input should be a valid URL, relative URL without a base",
                ),
                ("/value/pet/cat/lives", "out_of_range", "Must be less than or equal to 9."),
            ],
            id="constraints",
        ),
        pytest.param(
            '{title: "bad", price: "1", author: {name: "x"}}',
            [("/value/title", "invalid", "Value error, a bad title")],
            id="validator of a field",
        ),
        pytest.param(
            '{title: "a", price: "1", pageNo: 0, author: {name: "x"}}',
            [("/value", "invalid", "Value error, no pages")],
            id="validator of the model",
        ),
    ],
)
def test_faults(literal: str, faults: list[tuple[str, str, str]]) -> None:
    """All faults of fields are in one error; the model's validators come after them."""
    graph = make_graph().echo(Book)
    assert graph.run_with_faults(f"{{echo(value: {literal}) {{title}}}}") == [
        {"pointer": pointer, "code": code, "detail": detail} for pointer, code, detail in faults
    ]


def test_mappings() -> None:
    """A mapping is read by its keys; it may lack those that have a default."""
    book = {"title": "a", "author": {"name": "x"}}
    graph = make_graph().add("it", Book, lambda: book)
    assert graph.run("{it {title tags publishedOn author {name home}}}") == {
        "it": {"title": "a", "tags": [], "publishedOn": None, "author": {"name": "x", "home": None}}
    }


@pytest.mark.skipif(
    not hasattr(pydantic.fields.FieldInfo, "default_factory_takes_validated_data"),
    reason="pydantic has it since 2.10",
)
def test_defaults_of_other_values() -> None:
    """A default that pydantic makes of other values is in the argument, but not in a mapping."""

    class Name(BaseModel):
        first: str
        shown: str = Field(default_factory=lambda values: values["first"].upper())

    graph = make_graph().echo(Name).add("it", Name, lambda: {"first": "a"})
    assert graph.show("Name") == "type Name {\n  first: String!\n  shown: String\n}"
    assert graph.run('{echo(value: {first: "a"}) {shown} it {shown}}') == {
        "echo": {"shown": "A"},
        "it": {"shown": None},
    }


class Named(BaseModel):
    """Names that only requests have."""

    first: int = Field(validation_alias=AliasChoices("one", "uno"))
    second: int = Field(2, validation_alias=AliasPath("a", 0))
    third: int = Field(3, validation_alias=AliasChoices(AliasPath("b", 0), "tres"))
    fourth: int = Field(4, alias="number-four")


def test_aliases() -> None:
    """A model gets its values by the names that it validates."""
    graph = make_graph().echo(Named)
    assert graph.show("NamedInput") == (
        "input NamedInput {\n  one: Int!\n  second: Int! = 2\n  tres: Int! = 3\n"
        "  number_four: Int! = 4\n}"
    )
    data = graph.run("{echo(value: {one: 1, tres: 5, number_four: 6}) {one tres number_four}}")
    assert data == {"echo": {"one": 1, "tres": 5, "number_four": 6}}


class Box(BaseModel, Generic[T]):
    content: T


class Tree(BaseModel):
    children: list[Tree] = []


@pydantic.dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Tags(RootModel[list[str]]):
    """A model without fields."""


@pytest.mark.parametrize(
    ("annotation", "kind", "literal", "selection", "written"),
    [
        pytest.param(
            Box[int], "Box_int!", "{content: 1}", "{content}", {"content": 1}, id="generic"
        ),
        pytest.param(
            Tree,
            "Tree!",
            "{children: [{}]}",
            "{children {children {__typename}}}",
            {"children": [{"children": []}]},
            id="recursive",
        ),
        pytest.param(Point, "Point!", "{x: 1}", "{x y}", {"x": 1, "y": 0}, id="dataclass"),
        pytest.param(Tags, "JSON!", '["a"]', "", ["a"], id="root"),
        pytest.param(HttpUrl, "String!", '"http://x.y/"', "", "http://x.y/", id="scalar"),
        pytest.param(
            Cat | Dog,
            "CatOrDog!",
            "{cat: {}}",
            "{... on Cat {kind lives}}",
            {"kind": "cat", "lives": 9},
            id="union",
        ),
        pytest.param(
            Point | Author,
            "PointOrAuthor!",
            "{point: {x: 1}}",
            "{... on Point {x}}",
            {"x": 1},
            id="union without tags",
        ),
    ],
)
def test_other_kinds(
    annotation: Any, kind: str, literal: str, selection: str, written: Any
) -> None:
    """Generic and recursive models, dataclasses, unions, and types without fields."""
    graph = make_graph().echo(annotation)
    assert graph.type_of("echo") == kind
    assert graph.run(f"{{echo(value: {literal}) {selection}}}") == {"echo": written}


class Serialized(BaseModel):
    name: str

    @pydantic.field_serializer("name")
    def shout(self, name: str) -> str:
        """Write it louder."""
        return name.upper()  # pragma: no cover: never called


class Open(BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(Serialized, r"^Serialized has a serializer.*\n.*\n  Write a comp", id="form"),
        pytest.param(Open, r"^Open has extra keys.*\n.*\n  Write a field of", id="extra"),
    ],
)
def test_rejected_models(annotation: Any, message: str) -> None:
    """A model whose values are not those of its fields is refused."""
    with pytest.raises(DeclarationError, match=message):
        make_graph().echo(annotation)


def test_programs_without_pydantic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a program that uses pydantic's types pays for them."""
    monkeypatch.delitem(sys.modules, "flask_typed.pydantic")
    assert find_other_models() == ()


@dataclass
class Film:
    """A model that is not pydantic's."""

    length: int


def test_dataclass_beside_pydantic() -> None:
    """A union may have models of pydantic and others."""
    graph = make_graph().echo(list[Film | Author])
    query = """{echo(value: [{film: {length: 1}}, {author: {name: "x"}}]) {
      ... on Film {length} ... on Author {name}
    }}"""
    assert graph.run(query) == {"echo": [{"length": 1}, {"name": "x"}]}
