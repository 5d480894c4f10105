"""Models as types: which fields they have, and that the models stay as they are."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import enum
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import attr
import msgspec
import pytest
from annotated_types import Ge, Len
from flask_typed import Extra, Problem, Query, ReadOnly, WriteOnly, computed, model
from flask_typed.exceptions import DeclarationError
from strawberry.schema.config import StrawberryConfig
from typing_extensions import NotRequired, TypeAliasType, TypedDict, deprecated

from .graphs import Graph

T = TypeVar("T")


class Genre(enum.Enum):
    """What a book is."""

    NOVEL = "novel"
    POEM = "poem"


@dataclass
class Author:
    """Who writes.

    She may have written nothing.
    """

    full_name: Annotated[str, Len(1, 5)]
    books: list[Book] = field(default_factory=list)


@dataclass
class Book:
    """A book.

    :param title: The title.
    """

    title: str
    price: Annotated[Decimal, Ge(0)]
    published_on: dt.date | None = None
    genre: Genre = Genre.NOVEL
    author: Author | None = None
    tags: set[str] = field(default_factory=set)
    book_id: Annotated[int, ReadOnly()] = 7
    secret: Annotated[str, WriteOnly()] = "x"
    key: uuid.UUID = field(default_factory=lambda: uuid.UUID(int=5))
    made: str = field(default="here", init=False)

    @property
    @computed
    def shelf(self) -> str:
        """Where it stands."""
        return self.title[:1]


BOOK = """type Book {
  title: String!
  price: Decimal!
  publishedOn: Date
  genre: Genre!
  author: Author
  tags: [String!]!
  bookId: Int!
  key: UUID!
  made: String!
  shelf: String!
}"""
BOOK_INPUT = """input BookInput {
  title: String!
  price: Decimal!
  publishedOn: Date
  genre: Genre! = NOVEL
  author: AuthorInput
  tags: [String!]
  secret: String! = "x"
  key: UUID
}"""


def test_type_of_results() -> None:
    """A type of results has what leaves: read-only and computed fields, but no write-only ones."""
    assert Graph().add("it", Book, dict).show("Book") == BOOK


def test_type_of_arguments() -> None:
    """A type of arguments has what enters; optional fields have defaults or may be left out."""
    assert Graph().echo(Book).show("BookInput") == BOOK_INPUT


def test_models_stay_as_they_are() -> None:
    """No attribute of a model, of its fields or of an Enum is set."""
    classes = (Author, Book, Genre)
    before = [{**vars(cls)} for cls in classes]
    fields = [
        {name: getattr(one, name) for name in one.__slots__} for one in dataclasses.fields(Book)
    ]
    graph = Graph().echo(Book)
    graph.run('{echo(value: {title: "a", price: "1", genre: POEM}) {title genre}}')
    assert [{**vars(cls)} for cls in classes] == before
    assert fields == [
        {name: getattr(one, name) for name in one.__slots__} for one in dataclasses.fields(Book)
    ]


def test_descriptions() -> None:
    """Docstrings describe types, and their fields."""
    schema = str(Graph().echo(Book).schema)
    assert '"""\nWho writes.\n\nShe may have written nothing.\n"""\ntype Author {' in schema
    assert '"""A book."""\ninput BookInput {\n  """The title."""\n  title: String!' in schema
    assert '"""What a book is."""\nenum Genre {' in schema
    assert '  """Where it stands."""\n  shelf: String!' in schema


def test_whole_argument() -> None:
    """An argument is loaded as a body is, and a result is read from the model."""
    graph = Graph().echo(Book)
    data = graph.run(
        """{echo(value: {
          title: "a", price: "1.50", publishedOn: "2020-01-02", tags: ["b", "a"],
          author: {fullName: "x", books: [{title: "c", price: "0"}]}
        }) {title price publishedOn genre tags bookId key made shelf
            author {fullName books {title author {fullName}}}}}"""
    )
    assert data == {
        "echo": {
            "title": "a",
            "price": "1.50",
            "publishedOn": "2020-01-02",
            "genre": "NOVEL",
            "tags": ["a", "b"],
            "bookId": 7,
            "key": str(uuid.UUID(int=5)),
            "made": "here",
            "shelf": "a",
            "author": {"fullName": "x", "books": [{"title": "c", "author": None}]},
        }
    }


def test_all_faults_at_once() -> None:
    """Each fault has its place by GraphQL's names, and REST's code and text."""
    graph = Graph().echo(Book)
    query = """{echo(value: {
      title: "a", price: "-1", tags: null, author: {fullName: "", books: [{title: "", price: "-1"}]}
    }) {title}}"""
    assert graph.run_with_faults(query) == [
        {
            "pointer": "/value/price",
            "code": "out_of_range",
            "detail": "Must be greater than or equal to 0.",
        },
        {
            "pointer": "/value/author/fullName",
            "code": "wrong_length",
            "detail": "Shorter than minimum length 1.",
        },
        {
            "pointer": "/value/author/books/0/price",
            "code": "out_of_range",
            "detail": "Must be greater than or equal to 0.",
        },
        {"pointer": "/value/tags", "code": "null", "detail": "Field may not be null."},
    ]


def test_names_without_camel_case() -> None:
    """Names are those of Strawberry's configuration."""
    graph = Graph(config=StrawberryConfig(auto_camel_case=False)).echo(Author)
    assert "full_name: String!" in graph.show("Author")
    assert "full_name: String!" in graph.show("AuthorInput")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"title": "a", "price": Decimal(1)}, id="mapping"),
        pytest.param(
            SimpleNamespace(
                **{
                    **vars(Book("a", Decimal(1))),
                    "shelf": "a",
                }
            ),
            id="row",
        ),
    ],
)
def test_other_objects(value: Any) -> None:
    """A mapping and a row are read by keys and attributes, as in a response of REST."""
    graph = Graph().add("it", Book, lambda: value)
    assert graph.run("{it {title price genre bookId}}") == {
        "it": {"title": "a", "price": "1", "genre": "NOVEL", "bookId": 7}
    }


def test_missing_attributes() -> None:
    """A field that an object does not have is an error."""
    graph = Graph().add("it", Book, lambda: SimpleNamespace(title="a"))
    assert "no 'price' in SimpleNamespace" in graph.run_with_error("{it {price}}")


class Place(TypedDict):
    """A place."""

    name: str
    zip_code: NotRequired[int]


class Point(NamedTuple):
    """A point."""

    x: int
    y: int = 0


@attr.define
class Shelf:
    """A shelf."""

    width: int
    _depth: int = 3


class Order(msgspec.Struct, rename="camel", tag="order"):
    """An order."""

    item_count: int
    note: str | msgspec.UnsetType = msgspec.UNSET


@dataclass
class Box(Generic[T]):
    content: T


@model(rename="kebab")
@dataclass
class Renamed:
    long_name: int
    shown_as: Annotated[int, Query(alias="shown")] = 1
    odd: Annotated[int, Query(alias="odd-name")] = 2
    größe: int = 3  # noqa: PLC2401  # GraphQL's names are ASCII


Names = TypedDict("Names", {"a.b": int, "1st": int, "__x": int})

KINDS = [
    pytest.param(
        Place,
        "type Place {\n  name: String!\n  zipCode: Int\n}",
        "input PlaceInput {\n  name: String!\n  zipCode: Int\n}",
        '{name: "a", zipCode: 3}',
        {"name": "a", "zip_code": 3},
        id="TypedDict",
    ),
    pytest.param(
        Point,
        "type Point {\n  x: Int!\n  y: Int!\n}",
        "input PointInput {\n  x: Int!\n  y: Int! = 0\n}",
        "{x: 1}",
        Point(1),
        id="NamedTuple",
    ),
    pytest.param(
        Shelf,
        "type Shelf {\n  width: Int!\n  depth: Int!\n}",
        "input ShelfInput {\n  width: Int!\n  depth: Int! = 3\n}",
        "{width: 1, depth: 2}",
        Shelf(1, 2),
        id="attrs",
    ),
    pytest.param(
        Order,
        "type Order {\n  type: String!\n  itemCount: Int!\n  note: String\n}",
        'input OrderInput {\n  type: String! = "order"\n  itemCount: Int!\n  note: String\n}',
        "{itemCount: 1}",
        Order(1),
        id="Struct",
    ),
    pytest.param(
        Box[Point],
        "type BoxPoint {\n  content: Point!\n}",
        "input BoxPointInput {\n  content: PointInput!\n}",
        "{content: {x: 1}}",
        Box(Point(1)),
        id="generic",
    ),
    pytest.param(
        TypeAliasType("Boxed", Box[int]),
        "type BoxInt {\n  content: Int!\n}",
        "input BoxIntInput {\n  content: Int!\n}",
        "{content: 1}",
        Box(1),
        id="alias",
    ),
    pytest.param(
        Renamed,
        "type Renamed {\n  longName: Int!\n  shown: Int!\n  odd: Int!\n  grosse: Int!\n}",
        "input RenamedInput {\n  longName: Int!\n  shown: Int! = 1\n  odd: Int! = 2\n"
        "  grosse: Int! = 3\n}",
        "{longName: 1, grosse: 4}",
        Renamed(1, größe=4),
        id="names",
    ),
    pytest.param(
        Names,
        "type Names {\n  a_b: Int!\n  _1st: Int!\n  _X: Int!\n}",
        "input NamesInput {\n  a_b: Int!\n  _1st: Int!\n  _X: Int!\n}",
        "{a_b: 1, _1st: 2, _X: 3}",
        {"a.b": 1, "1st": 2, "__x": 3},
        id="keys",
    ),
]


@pytest.mark.parametrize(("annotation", "shown", "entering", "literal", "value"), KINDS)
def test_kinds_of_models(
    annotation: Any, shown: str, entering: str, literal: str, value: Any
) -> None:
    """Each kind of model is a type of results and one of arguments."""
    seen: list[Any] = []
    graph = Graph().add(
        "it", annotation, lambda value: seen.append(value) or value, value=annotation
    )
    name = shown.split()[1]
    assert graph.show(name) == shown
    assert graph.show(entering.split()[1]) == entering
    names = re.findall(r"(\w+):", shown)
    selection = " ".join(
        f"{one} {{x}}" if one == "content" and "Point" in name else one for one in names
    )
    data = graph.run(f"{{it(value: {literal}) {{{selection}}}}}")
    assert seen == [value]
    assert [*data["it"]] == names


def test_absent_values() -> None:
    """What a sentinel leaves out of a response is null."""
    graph = Graph().echo(Order)
    assert graph.run("{echo(value: {itemCount: 1}) {type note}}") == {
        "echo": {"type": "order", "note": None}
    }


def test_keys_of_another_mapping() -> None:
    """A TypedDict is read from any mapping; a key that is not there is null."""

    class Lazy(dict[str, Any]):
        """Another mapping."""

    graph = Graph().add("it", Place, lambda: Lazy(name="a"))
    assert graph.run("{it {name zipCode}}") == {"it": {"name": "a", "zipCode": None}}


def test_required_null() -> None:
    """A nullable field is optional in GraphQL: without it, the value is null."""

    @dataclass
    class Line:
        note: str | None

    graph = Graph().add("it", bool, lambda value: value == Line(None), value=Line)
    assert graph.show("LineInput") == "input LineInput {\n  note: String = null\n}"
    assert graph.run("{it(value: {})}") == {"it": True}


def test_only_value() -> None:
    """A field with a single value may be left out of an argument."""

    @dataclass
    class Line:
        kind: Literal["line"]

    graph = Graph().add("it", str, lambda value: value.kind, value=Line)
    assert graph.run("{it(value: {})}") == {"it": "line"}


class OutOfStock(Problem):
    """The book is out of stock."""

    status = 409
    left: int


def test_problems() -> None:
    """A problem is an error, so it is refused as the type of a result."""
    with pytest.raises(DeclarationError, match=r"^OutOfStock is a problem.*\n  in .*\n  Raise it"):
        Graph().add("it", Shelf | OutOfStock, dict)


@dataclass
class Old:
    """An old type."""

    name: Annotated[str, Query(deprecated=True)] = "x"


def test_deprecated_fields() -> None:
    """A deprecated field is deprecated in both directions."""
    graph = Graph().echo(Old)
    reason = "name: String! @deprecated"
    assert reason in graph.show("Old")
    assert "@deprecated" in graph.show("OldInput")


@deprecated("Use Book.")
@dataclass
class Leaflet:
    name: str


def test_deprecated_classes() -> None:
    """Making a value of a deprecated class does not warn."""
    graph = Graph().add("it", str, lambda value: value.name, value=Leaflet)
    assert graph.run('{it(value: {name: "a"})}') == {"it": "a"}


@dataclass
class Labelled:
    name: str
    labels: Annotated[dict[str, int], Extra()]


def test_extra_keys() -> None:
    """GraphQL's types have no extra keys."""
    with pytest.raises(DeclarationError, match=r"^Labelled has extra keys.*\n.*\n  Write a field"):
        Graph().echo(Labelled)


def test_no_model() -> None:
    """A class without fields is refused as in REST."""
    with pytest.raises(DeclarationError, match=r"^No schema is known for the type Graph"):
        Graph().echo(Graph)


def test_json_inside_a_model() -> None:
    """A part that is JSON in GraphQL has REST's form: its own names, and values of enums."""

    @dataclass
    class Store:
        shelves: dict[str, Book]
        counts: Mapping[Genre, int]

    graph = Graph().echo(Store)
    data = graph.run(
        """query ($shelves: JSON!) {
          echo(value: {shelves: $shelves, counts: {poem: 2}}) {shelves counts}
        }""",
        shelves={"a": {"title": "t", "price": "1", "published_on": "2020-01-02", "genre": "poem"}},
    )
    shelf = data["echo"]["shelves"]["a"]
    assert shelf["published_on"] == "2020-01-02"
    assert shelf["genre"] == "poem"
    assert data["echo"]["counts"] == {"poem": 2}


def test_faults_inside_json() -> None:
    """They have their places by REST's names."""
    graph = Graph().echo(dict[str, Author])
    query = "query ($value: JSON!) {echo(value: $value)}"
    assert graph.run_with_faults(query, value={"a/b": {"full_name": ""}}) == [
        {
            "pointer": "/value/a~1b/full_name",
            "code": "wrong_length",
            "detail": "Shorter than minimum length 1.",
        }
    ]


def test_bounded_faults() -> None:
    """An error lists so many faults, and tells that there are more."""
    argument = Graph().types.make_input(list[Annotated[int, Ge(1)]], "values")
    with pytest.raises(
        Exception, match=r"^2 values of the request cannot be accepted, and there"
    ) as caught:
        argument.load([0, 0, 0], most=2)
    assert [fault["pointer"] for fault in caught.value.faults] == ["/values/0", "/values/1"]


def test_fields_without_a_schema_of_ours() -> None:
    """A field reads its object in any schema of Strawberry, and so does a copy of it."""
    fields = Graph().types.make_output(Book).type.__strawberry_definition__.fields
    copied = copy.copy(fields[0])
    assert copied.get_result(Book("a", Decimal(1)), None, [], {}) == "a"
    assert copied.python_name == copied.model_name == "title"
    assert fields[2].model_name == "published_on"


def test_extra_keys_inside_json() -> None:
    """Inside of JSON, a model has the keys that it has in REST."""
    graph = Graph().echo(dict[str, Labelled])
    query = "query ($value: JSON!) {echo(value: $value)}"
    value = {"x": {"name": "a", "more": 3}}
    assert graph.run(query, value=value) == {"echo": value}
