"""Types of marshmallow's schemas and fields, and of a program's own fields."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Annotated, Any

import pytest
from flask_typed.exceptions import DeclarationError
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.fields import TypedField
from flask_typed.schemas.types import default_registry
from marshmallow import Schema, fields, post_load, validate

from .graphs import Graph


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class AuthorSchema(Schema):
    """Who writes."""

    name = fields.String(
        required=True, validate=validate.Length(1, 3), metadata={"description": "The name."}
    )
    born = fields.Date(allow_none=True)
    colour = fields.Enum(Colour, by_value=False)
    books = fields.List(fields.Nested(lambda: BookSchema(exclude=("author",))))
    awards = fields.List(fields.Integer(allow_none=True))


class BookSchema(Schema):
    id = fields.Integer(dump_only=True)
    title = fields.String(required=True, data_key="theTitle")
    secret = fields.String(load_only=True)
    price = fields.Decimal(as_string=True)
    sold_at = fields.AwareDateTime()
    seen_at = fields.NaiveDateTime()
    at = fields.DateTime()
    author = fields.Nested(AuthorSchema, required=True)
    first = fields.Pluck(AuthorSchema, "name")
    pairs = fields.Nested(lambda: PairSchema(many=True))
    more = fields.Dict()
    raw = fields.Raw()


class PairSchema(Schema):
    x = fields.Float(required=True)


Book = Annotated[dict[str, Any], BookSchema]
Author = Annotated[dict[str, Any], AuthorSchema()]


def test_types_of_a_schema() -> None:
    """A Schema is a type of results and one of arguments, with the keys that it has in JSON."""
    graph = Graph().echo(Book)
    assert graph.show("Book") == (
        "type Book {\n  id: Int\n  theTitle: String!\n  price: Decimal\n  sold_at: DateTime\n"
        "  seen_at: LocalDateTime\n  at: AnyDateTime\n  author: Author!\n  first: String\n"
        "  pairs: [Pair!]\n  more: JSON\n  raw: JSON\n}"
    )
    assert graph.show("BookInput").splitlines()[:4] == [
        "input BookInput {",
        "  theTitle: String!",
        "  secret: String",
        "  price: Decimal",
    ]
    assert graph.show("Author") == (
        "type Author {\n  name: String!\n  born: Date\n  colour: RedOrBlue\n"
        "  books: [BookWithoutAuthor!]\n  awards: [Int]\n}"
    )


def test_descriptions_of_a_schema() -> None:
    """The docstring describes the type, and the metadata its fields."""
    schema = str(Graph().echo(Author).schema)
    assert '"""Who writes."""\ninput AuthorInput {\n  """The name."""\n  name: String!' in schema


def test_values_of_a_schema() -> None:
    """The Schema loads an argument from JSON, and writes a result."""
    seen: list[Any] = []
    graph = Graph().add("it", Book, lambda value: seen.append(value) or value, value=Book)
    data = graph.run(
        """{it(value: {
          theTitle: "a", price: "1.50", sold_at: "2020-01-02T00:00:00Z", secret: "s",
          seen_at: "2020-01-02T00:00:00", at: "2020-01-02T00:00:00", more: {a: 1}, first: "x",
          pairs: [{x: 1}], author: {name: "b", born: "2020-01-02", colour: BLUE, awards: [null]}
        }) {id theTitle price sold_at seen_at at more first pairs {x}
            author {name born colour awards}}}"""
    )
    when = dt.datetime(2020, 1, 2)
    assert seen == [
        {
            "title": "a",
            "price": Decimal("1.50"),
            "secret": "s",
            "sold_at": when.replace(tzinfo=dt.timezone.utc),
            "seen_at": when,
            "at": when,
            "more": {"a": 1},
            "first": {"name": "x"},
            "pairs": [{"x": 1.0}],
            "author": {
                "name": "b",
                "born": dt.date(2020, 1, 2),
                "colour": Colour.BLUE,
                "awards": [None],
            },
        }
    ]
    assert data == {
        "it": {
            "id": None,
            "theTitle": "a",
            "price": "1.50",
            "sold_at": "2020-01-02T00:00:00Z",
            "seen_at": "2020-01-02T00:00:00",
            "at": "2020-01-02T00:00:00",
            "more": {"a": 1},
            "first": "x",
            "pairs": [{"x": 1.0}],
            "author": {"name": "b", "born": "2020-01-02", "colour": "BLUE", "awards": [None]},
        }
    }


def test_faults_of_a_schema() -> None:
    """They have the places of the Schema's keys."""
    graph = Graph().echo(Book)
    query = '{echo(value: {theTitle: "a", author: {name: "abcd"}}) {theTitle}}'
    assert graph.run_with_faults(query) == [
        {
            "pointer": "/value/author/name",
            "code": "wrong_length",
            "detail": "Length must be between 1 and 3.",
        }
    ]


def test_hooks_of_a_schema() -> None:
    """A hook makes the value of the resolver."""

    class PointSchema(Schema):
        x = fields.Integer(required=True)

        @post_load
        def make(self, data: Any, **_: Any) -> tuple[int]:
            return (data["x"],)

    graph = Graph().add("it", int, lambda value: value[0], value=Annotated[Any, PointSchema])
    assert graph.run("{it(value: {x: 3})}") == {"it": 3}


def test_fields_of_marshmallow() -> None:
    """A field in an annotation reads and writes the value."""
    annotation = Annotated[int, fields.Integer(validate=validate.Range(3))]
    graph = Graph().echo(annotation)
    assert graph.type_of("echo") == graph.type_of_argument("echo", "value") == "Int!"
    assert graph.run("{echo(value: 3)}") == {"echo": 3}
    assert graph.run_with_faults("{echo(value: 2)}") == [
        {
            "pointer": "/value",
            "code": "out_of_range",
            "detail": "Must be greater than or equal to 3.",
        }
    ]


def test_partial_schemas() -> None:
    """No field of a partial Schema is required in an argument."""
    graph = Graph().add("it", int, len, value=Annotated[Any, PairSchema(partial=True)])
    kind = graph.type_of_argument("it", "value").rstrip("!")
    assert graph.show(kind) == f"input {kind} {{\n  x: Float\n}}"


def test_lists_of_schemas() -> None:
    """A Schema with many=True is a list."""
    graph = Graph().echo(Annotated[Any, PairSchema(many=True)])
    assert graph.type_of("echo") == "[Pair!]!"
    assert graph.run("{echo(value: [{x: 1.5}]) {x}}") == {"echo": [{"x": 1.5}]}


def test_keys_that_are_no_names() -> None:
    """A key that GraphQL does not allow is refused."""

    class OddSchema(Schema):
        x = fields.Integer(data_key="x-y")

    with pytest.raises(
        DeclarationError, match=r"^The field 'x-y' of OddSchema has no name.*\n  Give it a data_key"
    ):
        Graph().echo(Annotated[Any, OddSchema])


class Version:
    """A type of the program."""

    def __init__(self, text: str) -> None:
        self.text = text


class VersionField(TypedField):
    """Its field."""

    json_schema = {"type": "string"}

    def load(self, value: Any) -> Version:
        return Version(value)

    def dump(self, value: Version) -> str:
        return value.text


class PlainField(fields.Field[Any]):
    """A field without a schema."""


def make_factory() -> SchemaFactory:
    """Return a factory with types of the program."""
    registry = default_registry()
    registry.register(Version, VersionField)
    registry.register(complex, PlainField)
    return SchemaFactory(registry)


def test_own_fields() -> None:
    """A program's own type has the type of its JSON Schema."""
    graph = Graph(make_factory()).echo(list[Version | None])
    assert graph.type_of("echo") == "[String]!"
    assert graph.run('{echo(value: ["1.2", null])}') == {"echo": ["1.2", None]}


def test_own_fields_without_a_schema() -> None:
    """A field of which nothing is known is JSON."""
    graph = Graph(make_factory()).echo(complex)
    assert graph.type_of("echo") == "JSON!"
    assert graph.run("{echo(value: [1, 2])}") == {"echo": [1, 2]}
