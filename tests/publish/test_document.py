"""The document says exactly what the server does, in the same bytes every time."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Network
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import flask
import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MinLen, MultipleOf, Predicate
from flask import Blueprint, Flask
from flask.views import MethodView
from flask_typed import (
    Accepted,
    Body,
    Cookie,
    Created,
    Form,
    Header,
    MediaType,
    Path,
    Problem,
    Query,
    Reply,
    Typed,
    TypedBlueprint,
    TypedField,
    raises,
)
from flask_typed.schemas.families.addresses import IPV4, IPV6, PREFIX_6
from marshmallow import Schema, fields, validate
from openapi_spec_validator import OpenAPIV31SpecValidator
from typing_extensions import Doc, NotRequired, TypedDict, Unpack
from webargs.fields import DelimitedList
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from ..published import without_examples

BINARY = {"schema": {"type": "string", "format": "binary"}}
Publish = Callable[[], dict[str, Any]]

TRACE = "6f2c1a1e-0000-4000-8000-000000000000"


class Genre(Enum):
    """An enum of integers."""

    NOVEL = 1
    POETRY = 2


class Mixed(Enum):
    """An enum of several JSON types."""

    ONE = 1
    TWO = "two"
    NOTHING = None


class Address(TypedDict):
    """A TypedDict."""

    street: str
    town: NotRequired[str]


ELM = Address(street="Elm")


@dataclass
class Node:
    """A recursive type."""

    name: str
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None


def is_even(number: int) -> bool:
    """Say whether a number is even."""
    return number % 2 == 0


class Shout(TypedField):
    """A field that says nothing of its schema."""


#: marshmallow's words for booleans, in order.
BOOLEAN_WORDS = ["0", "1", "F", "FALSE", "False", "N", "NO", "No", "OFF", "ON", "Off", "On"]
BOOLEAN_WORDS += ["T", "TRUE", "True", "Y", "YES", "Yes", "f", "false", "n", "no", "off", "on"]
BOOLEAN_WORDS += ["t", "true", "y", "yes"]
TEXT = {"type": "string"}
#: What the document says of a route of which it knows no error.
REFUSED = {"description": "The request is rejected."}
NUMBER_TEXT = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
DECIMAL_TEXT = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
UUID_TEXT = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
UUID_SCHEMA = {"type": "string", "format": "uuid", "pattern": UUID_TEXT}

SCHEMAS: list[Any] = [
    pytest.param(str, TEXT, id="str"),
    pytest.param(int, {"type": "integer"}, id="int"),
    pytest.param(float, {"type": "number"}, id="float"),
    pytest.param(bool, {"type": "boolean"}, id="bool"),
    pytest.param(Any, {}, id="Any"),
    pytest.param(None, {"type": "null"}, id="None"),
    pytest.param(
        Decimal,
        {"type": "string", "format": "decimal", "pattern": DECIMAL_TEXT, "maxLength": 4300},
        id="Decimal",
    ),
    pytest.param(UUID, UUID_SCHEMA, id="UUID"),
    pytest.param(
        dt.datetime,
        {"type": "string", "format": "date-time"},
        id="datetime",
    ),
    pytest.param(dt.date, {"type": "string", "format": "date"}, id="date"),
    pytest.param(int | str, {"anyOf": [{"type": "integer"}, TEXT]}, id="union"),
    pytest.param(
        int | str | None,
        {"anyOf": [{"type": "integer"}, TEXT, {"type": "null"}]},
        id="union with null",
    ),
    pytest.param(
        bytes,
        {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        },
        id="bytes",
    ),
    pytest.param(
        IPv4Address,
        {"type": "string", "format": "ipv4", "pattern": f"^(?:{IPV4})$"},
        id="IPv4 address",
    ),
    pytest.param(
        IPv6Network,
        {
            "type": "string",
            "pattern": f"^(?:{IPV6}/{PREFIX_6})$",
            "description": "The bits after the prefix must be zero.",
        },
        id="IPv6 network",
    ),
    pytest.param(Genre, {"$ref": "#/components/schemas/Genre"}, id="Enum"),
    pytest.param(
        Literal[1, "two", None],
        {"type": ["integer", "string", "null"], "enum": [1, "two", None]},
        id="mixed Literal",
    ),
    pytest.param(
        Literal["a", True], {"type": ["string", "boolean"], "enum": ["a", True]}, id="Literal"
    ),
    pytest.param(list[int], {"type": "array", "items": {"type": "integer"}}, id="list"),
    pytest.param(list, {"type": "array", "items": {}}, id="bare list"),
    pytest.param(set[str], {"type": "array", "items": TEXT, "uniqueItems": True}, id="set"),
    pytest.param(
        tuple[int, str],
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, TEXT],
            "minItems": 2,
            "maxItems": 2,
        },
        id="tuple",
    ),
    pytest.param(
        tuple[int, Unpack[tuple[str, ...]]],
        {"type": "array", "prefixItems": [{"type": "integer"}], "items": TEXT, "minItems": 1},
        id="tuple with a rest",
    ),
    pytest.param(
        Annotated[tuple[int, Unpack[tuple[str, ...]]], Len(3, 4)],
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}],
            "items": TEXT,
            "minItems": 3,
            "maxItems": 4,
        },
        id="tuple with a rest and a length",
    ),
    pytest.param(tuple[()], {"type": "array", "minItems": 0, "maxItems": 0}, id="empty tuple"),
    pytest.param(tuple[int, ...], {"type": "array", "items": {"type": "integer"}}, id="variadic"),
    pytest.param(
        dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}, id="dict"
    ),
    pytest.param(dict, {"type": "object", "additionalProperties": {}}, id="bare dict"),
    pytest.param(
        dict[int, str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "propertyNames": {"type": "string", "pattern": "^(?:0|-?[1-9][0-9]*)$"},
        },
        id="dict of int",
    ),
    pytest.param(
        dict[float, str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "propertyNames": {"type": "string", "pattern": NUMBER_TEXT},
            "description": "No two keys may mean the same.",
        },
        id="dict of float",
    ),
    pytest.param(
        dict[Genre, str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "propertyNames": {"type": "string", "enum": ["1", "2"]},
        },
        id="dict of Enum",
    ),
    pytest.param(
        dict[bool, str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "propertyNames": {
                "type": "string",
                "enum": BOOLEAN_WORDS,
            },
            "description": "No two keys may mean the same.",
        },
        id="dict of bool",
    ),
    pytest.param(
        dict[Annotated[str, Shout()], str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "No two keys may mean the same.",
        },
        id="dict of an own type without a schema",
    ),
    pytest.param(
        dict[UUID, str],
        {
            "type": "object",
            "additionalProperties": TEXT,
            "propertyNames": UUID_SCHEMA,
            "description": "No two keys may mean the same.",
        },
        id="dict of UUID",
    ),
    pytest.param(int | None, {"type": ["integer", "null"]}, id="Optional"),
    pytest.param(
        Genre | None,
        {"anyOf": [{"$ref": "#/components/schemas/Genre"}, {"type": "null"}]},
        id="optional Enum",
    ),
    pytest.param(
        Literal["a", None] | None,
        {"type": ["string", "null"], "enum": ["a", None]},
        id="optional Literal with null",
    ),
    pytest.param(
        Annotated[int, Ge(1), Le(9)], {"type": "integer", "minimum": 1, "maximum": 9}, id="Ge"
    ),
    pytest.param(
        Annotated[float, Interval(gt=0, lt=Decimal("1.5"))],
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
        id="Interval",
    ),
    pytest.param(
        Annotated[int, Ge(1), Ge(3), Gt(2), Le(Decimal(9)), Lt(20)],
        {
            "type": "integer",
            "minimum": 3,
            "exclusiveMinimum": 2,
            "maximum": 9,
            "exclusiveMaximum": 20,
        },
        id="several bounds",
    ),
    pytest.param(
        Annotated[int, MultipleOf(2), MultipleOf(3)],
        {"type": "integer", "multipleOf": 2, "allOf": [{"type": "integer", "multipleOf": 3}]},
        id="MultipleOf",
    ),
    pytest.param(
        Annotated[str, Len(1, 9), MinLen(2)],
        {"type": "string", "minLength": 2, "maxLength": 9},
        id="Len of str",
    ),
    pytest.param(
        Annotated[list[int], Len(1)],
        {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        id="Len of list",
    ),
    pytest.param(
        Annotated[dict[str, int], Len(1, 2)],
        {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "minProperties": 1,
            "maxProperties": 2,
        },
        id="Len of dict",
    ),
    pytest.param(
        Annotated[str, validate.Length(equal=3)],
        {"type": "string", "minLength": 3, "maxLength": 3},
        id="exact length",
    ),
    pytest.param(
        Annotated[str, validate.And(validate.Length(max=3), validate.OneOf(["a", "b"]))],
        {"type": "string", "enum": ["a", "b"], "maxLength": 3},
        id="And",
    ),
    pytest.param(
        Annotated[str, validate.Regexp("a+")], {"type": "string", "pattern": "^(?:a+)"}, id="Regexp"
    ),
    pytest.param(
        Annotated[str, validate.Regexp(r"^a\Z"), validate.Regexp(r"\Ab")],
        {"type": "string", "pattern": "^a$", "allOf": [{**TEXT, "pattern": "^b"}]},
        id="several patterns",
    ),
    pytest.param(
        Annotated[Decimal, Ge(0), Lt(100), MultipleOf(Decimal("0.01"))],
        {
            "type": "string",
            "format": "decimal",
            "pattern": r"^(?:(?:0|[1-9][0-9]{0,0})(\.[0-9]{1,2}0*)?|[1-8][0-9](\.[0-9]{1,2}0*)?"
            r"|9[0-8](\.[0-9]{1,2}0*)?|99(?:\.(?:[0-8][0-9]{0,1}0*|9[0-8]0*|9|990*))?"
            r"|-0(\.0+)?)$",
            "maxLength": 4300,
            "description": "At least 0. Must be less than 100.",
        },
        id="bounds of a Decimal are one pattern",
    ),
    pytest.param(
        Annotated[Decimal | None, Ge(0), MultipleOf(Decimal("0.5"))],
        {
            "type": ["string", "null"],
            "format": "decimal",
            "pattern": r"^(?:(0|[1-9][0-9]*)(\.[0-9]+)?|-0(\.0+)?)$",
            "maxLength": 4300,
            "allOf": [
                {
                    "type": ["string", "null"],
                    "pattern": r"^-?(?:(?:0|[1-9][0-9]*)(?:\.(?:(?:5)0*|0+))?)$",
                }
            ],
            "description": "At least 0.",
        },
        id="every branch has a type",
    ),
    pytest.param(
        Annotated[int, Predicate(is_even), Doc("A number.")],
        {"type": "integer", "description": "A number. Must satisfy is_even."},
        id="Predicate",
    ),
    pytest.param(
        Annotated[dt.date, Ge(dt.date(2000, 1, 1)), Lt(dt.date(2030, 1, 1))],
        {
            "type": "string",
            "format": "date",
            "description": "At least 2000-01-01. Must be less than 2030-01-01.",
        },
        id="bounds of what is no number",
    ),
    pytest.param(
        Annotated[dict[str, int], validate.ContainsOnly("ab")],
        {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "Also checked by ContainsOnly.",
        },
        id="what JSON Schema cannot say",
    ),
    pytest.param(
        Annotated[str, fields.Email(metadata={"description": "Where to write."})],
        {
            "type": "string",
            "format": "email",
            "description": "Where to write. Also checked by Email.",
        },
        id="ready field",
    ),
    pytest.param(
        Annotated[str, fields.Integer(validate=validate.Range(min=1))],
        {"type": "integer", "minimum": 1},
        id="ready field of another type",
    ),
]


def publish_type(annotation: Any) -> dict[str, Any]:
    """Return the published schema of a value of a type in a body."""
    app = Flask("shop")

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = Annotated[annotation, Body(embed=True)]
    Typed(app).post("/")(view)
    document = app.test_client().get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    body = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    schema: dict[str, Any] = body["schema"]["properties"]["value"]
    return schema


@pytest.mark.parametrize(("annotation", "schema"), SCHEMAS)
def test_schemas(annotation: Any, schema: dict[str, Any]) -> None:
    """Each type publishes the JSON Schema of what it takes."""
    assert without_examples(publish_type(annotation)) == schema


MODELS: list[Any] = [
    pytest.param(
        Address,
        "Address",
        {
            "type": "object",
            "properties": {"street": TEXT, "town": TEXT},
            "required": ["street"],
            "additionalProperties": False,
        },
        id="TypedDict",
    ),
    pytest.param(
        Node,
        "Node",
        {
            "type": "object",
            "properties": {
                "name": TEXT,
                "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                "parent": {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]},
            },
            "required": ["children", "name", "parent"],
            "additionalProperties": False,
        },
        id="recursive dataclass",
    ),
]


@pytest.mark.parametrize(("annotation", "name", "schema"), MODELS)
def test_components(
    app: Flask, typed: Typed, document: Publish, annotation: Any, name: str, schema: dict[str, Any]
) -> None:
    """A type with named fields is a component of its name."""

    def view() -> Any: ...

    view.__annotations__["return"] = annotation
    typed.get("/")(view)
    published = document()
    content = published["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content == {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    assert without_examples(published["components"]["schemas"][name]) == schema


@dataclass
class Cat:
    """One of two."""

    kind: Literal["cat"]


@dataclass
class Dog:
    """The other."""

    kind: Literal["dog", "puppy"]


@pytest.mark.parametrize("null", [False, True])
def test_tagged_unions(typed: Typed, document: Publish, null: bool) -> None:
    """Models that a key tells apart are alternatives with a discriminator."""

    def view() -> Any: ...

    view.__annotations__["return"] = list[Cat | Dog | None] if null else list[Cat | Dog]
    typed.get("/")(view)
    references = [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog")]
    content = responses(document())["200"]["content"]["application/json"]
    tagged = {
        "title": "CatOrDog",
        "oneOf": references,
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                "cat": "#/components/schemas/Cat",
                "dog": "#/components/schemas/Dog",
                "puppy": "#/components/schemas/Dog",
            },
        },
    }
    assert content["schema"]["items"] == ({"anyOf": [tagged, {"type": "null"}]} if null else tagged)


@dataclass
class Bird:
    """Has a default for the tag."""

    kind: Literal["bird"] = "bird"


@pytest.mark.parametrize("null", [False, True])
def test_a_request_needs_the_tag_of_a_union(app: Flask, document: Publish, null: bool) -> None:
    """The union requires the key, although a model has a default for it."""

    def view(pet: Any) -> Any: ...

    kind = Bird | Cat | None if null else Bird | Cat
    view.__annotations__ = {"pet": Annotated[kind, Body()], "return": Bird | Cat}
    Typed(app).post("/")(view)
    published = document()
    schema = read_body(published)["content"]["application/json"]["schema"]
    assert (schema["anyOf"][0] if null else schema)["required"] == ["kind"]
    response = responses(published, "post")["200"]["content"]["application/json"]["schema"]
    assert "required" not in response
    assert published["components"]["schemas"]["Bird"]["required"] == ["kind"]
    assert app.test_client().post("/", json={}).status_code == 422


def test_generic_models_are_named_by_their_arguments(typed: Typed, document: Publish) -> None:
    """``Page[Book]`` is the component PageBook."""
    T = TypeVar("T")

    @dataclass
    class Page(Generic[T]):
        items: list[Any]

    def view() -> Any: ...

    view.__annotations__["return"] = Page[Node]
    typed.get("/")(view)
    assert set(document()["components"]["schemas"]) == {"PageNode"}


def test_wished_component_names(typed: Typed, document: Publish) -> None:
    """A class may say how its component is called."""

    @dataclass
    class Ugly:
        __component_name__ = "Pretty"
        size: int

    def view() -> Any: ...

    view.__annotations__["return"] = Ugly
    typed.get("/")(view)
    assert set(document()["components"]["schemas"]) == {"Pretty"}


def test_marshmallow_schemas_are_components(typed: Typed, document: Publish) -> None:
    """A user's Schema is a component without the suffix, each of its forms with words for it."""

    class AuthorSchema(Schema):
        name = fields.String(required=True, metadata={"description": "In full."})
        id = fields.Integer(dump_only=True)
        password = fields.String(load_only=True)
        size = fields.Integer(load_default=5)
        links = fields.Dict(keys=fields.String(), values=fields.URL())
        only = fields.Pluck(lambda: AuthorSchema, "name")
        friends = fields.List(fields.Nested(lambda: AuthorSchema(only=("name",))))

    def view(author: Any) -> Any: ...

    view.__annotations__.update({"author": AuthorSchema, "return": AuthorSchema})
    typed.post("/")(view)
    components = document()["components"]["schemas"]
    forms = {"Author", "AuthorInput", "AuthorOnlyName"}
    assert set(components) - {"RequestInvalid", "Fault", "Problem"} == forms
    gives, takes = components["Author"]["properties"], components["AuthorInput"]["properties"]
    assert list(gives) == ["name", "id", "size", "links", "only", "friends"]
    assert list(takes) == ["name", "password", "size", "links", "only", "friends"]
    assert gives["name"] == {"type": "string", "description": "In full."}
    assert gives["id"] == {"type": "integer", "readOnly": True}
    assert takes["password"] == {"type": "string", "writeOnly": True}
    assert gives["size"] == {"type": "integer", "default": 5}
    assert gives["links"]["additionalProperties"]["format"] == "uri"
    assert gives["only"] == {"type": "string", "description": "In full."}
    assert gives["friends"]["items"] == {"$ref": "#/components/schemas/AuthorOnlyName"}


def read_parameters(document: dict[str, Any], path: str = "/{shop}") -> list[dict[str, Any]]:
    """Return the parameters of the one GET."""
    parameters: list[dict[str, Any]] = document["paths"][path]["get"]["parameters"]
    return parameters


def test_parameters(typed: Typed, document: Publish) -> None:
    """Parameters say place, name, need and words; path first, then as they are read."""

    @typed.get("/<shop>")
    def view(
        limit: Annotated[int, Query(description="How many.", example=5, deprecated=True), Ge(1)],
        shop: Annotated[str, Path(description="Which shop."), Len(1, 9)],
        tags: Annotated[list[str], Query(examples={"two": ["a", "b"]})] = [],
        x_trace: Annotated[UUID | None, Header(examples={"one": {"value": TRACE}})] = None,
        crumb: Annotated[str, Cookie(alias="session")] = "none",
    ) -> None: ...

    assert read_parameters(document()) == [
        {
            "in": "path",
            "name": "shop",
            "required": True,
            "description": "Which shop.",
            "example": "string",
            "schema": {"type": "string", "minLength": 1, "maxLength": 9},
        },
        {
            "in": "query",
            "name": "limit",
            "required": True,
            "description": "How many.",
            "deprecated": True,
            "example": 5,
            "schema": {"type": "integer", "minimum": 1},
        },
        {
            "in": "query",
            "name": "tags",
            "required": False,
            "examples": {"two": {"value": ["a", "b"]}},
            "style": "form",
            "explode": True,
            "schema": {"type": "array", "items": TEXT, "default": []},
        },
        {
            "in": "header",
            "name": "x-trace",
            "required": False,
            "examples": {"one": {"value": TRACE}},
            "schema": UUID_SCHEMA,
        },
        {
            "in": "cookie",
            "name": "session",
            "required": False,
            "schema": {"type": "string", "default": "none"},
        },
    ]


def test_falsy_examples(typed: Typed, document: Publish) -> None:
    """Zero is an example like any other."""

    @typed.get("/")
    def view(limit: Annotated[int, Query(example=0)]) -> None: ...

    assert read_parameters(document(), "/")[0]["example"] == 0


def test_an_outcome_and_a_problem_of_one_status(typed: Typed, document: Publish) -> None:
    """A status that is both an answer and an error has both media types."""

    class Conflict(Reply[int]):
        status = 409

    def view() -> Any: ...

    view.__annotations__["return"] = Conflict
    typed.get("/")(raises(Locked)(view))
    content = responses(document())["409"]["content"]
    assert content == {
        "application/json": {"schema": {"type": "integer"}},
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Locked"}},
    }


def test_parameter_models_spread(typed: Typed, document: Publish) -> None:
    """Each field of a parameter model is a parameter."""

    @dataclass
    class Filters:
        genre: Annotated[list[Genre], Doc("Any of these.")]
        text: str | None = None

    def view(filters: Any) -> None: ...

    view.__annotations__["filters"] = Annotated[Filters, Query()]
    typed.get("/")(view)
    assert read_parameters(document(), "/") == [
        {
            "in": "query",
            "name": "genre",
            "required": True,
            "description": "Any of these.",
            "style": "form",
            "explode": True,
            "example": [1],
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Genre"}},
        },
        {"in": "query", "name": "text", "required": False, "schema": TEXT},
    ]


def test_enumerations_are_components(typed: Typed, document: Publish) -> None:
    """A generated client has one class for each; two of one name are numbered."""
    rival = Enum("Genre", {"RED": "x"})
    fields = {"genre": Genre, "mixed": Mixed, "first": Literal[Genre.NOVEL], "rival": rival}
    default = ("default", Genre, field(default=Genre.NOVEL))

    def view(book: Any, genres: Annotated[list[Genre], Query()]) -> dict[str, Mixed]: ...

    view.__annotations__["book"] = make_dataclass("Book", [*fields.items(), default])
    typed.post("/")(view)
    schemas = document()["components"]["schemas"]
    assert schemas["Genre2"] == {"type": "string", "enum": ["x"]}
    assert schemas["Genre"] == {
        "type": "integer",
        "enum": [1, 2],
        "description": "An enum of integers.",
    }
    assert schemas["Mixed"]["type"] == ["integer", "string", "null"]
    assert schemas["Book"]["properties"] == {
        "genre": {"$ref": "#/components/schemas/Genre"},
        "mixed": {"$ref": "#/components/schemas/Mixed"},
        "first": {"type": "integer", "enum": [1]},
        "rival": {"$ref": "#/components/schemas/Genre2"},
        "default": {"$ref": "#/components/schemas/Genre", "default": 1},
    }


STYLES: list[Any] = [
    pytest.param(Query(), "form", True, id="repeated"),
    pytest.param(Query(explode=False), "form", False, id="commas"),
    pytest.param(Query(style="spaceDelimited"), "spaceDelimited", False, id="spaces"),
    pytest.param(Query(style="pipeDelimited"), "pipeDelimited", False, id="pipes"),
    pytest.param(Header(alias="values"), "simple", False, id="header"),
]


@pytest.mark.parametrize(("marker", "style", "explode"), STYLES)
@pytest.mark.parametrize("annotation", [set[int], tuple[int, str]], ids=["set", "tuple"])
def test_collections_say_their_style(
    typed: Typed, document: Publish, annotation: Any, marker: Any, style: str, explode: bool
) -> None:
    """The style is what the server reads, also where it is OpenAPI's default."""

    def view(values: Any) -> None: ...

    view.__annotations__["values"] = Annotated[annotation, marker]
    typed.get("/")(view)
    (parameter,) = read_parameters(document(), "/")
    schema = parameter.pop("schema")
    assert schema["type"] == "array"
    assert without_examples(parameter) == {
        "in": marker.location,
        "name": "values",
        "required": True,
        "style": style,
        "explode": explode,
    }


@pytest.mark.parametrize(
    ("item", "marker", "items"),
    [
        pytest.param(str, Query(explode=False), {**TEXT, "pattern": "^[^,]*$"}, id="commas"),
        pytest.param(str, Query(style="pipeDelimited"), {**TEXT, "pattern": "^[^|]*$"}, id="pipes"),
        pytest.param(
            str, Query(style="spaceDelimited"), {**TEXT, "pattern": "^[^ ]*$"}, id="spaces"
        ),
        pytest.param(str, Header(), {**TEXT, "pattern": "^[^,]*$"}, id="header"),
        pytest.param(str, Query(), TEXT, id="repeated"),
        pytest.param(Literal["a"], Query(explode=False), {**TEXT, "enum": ["a"]}, id="choices"),
        pytest.param(int, Query(explode=False), {"type": "integer"}, id="no text"),
        pytest.param(
            Annotated[str, validate.Regexp("^a")],
            Query(explode=False),
            {**TEXT, "pattern": "^a", "allOf": [{**TEXT, "pattern": "^[^,]*$"}]},
            id="two patterns",
        ),
    ],
)
def test_no_item_holds_the_separator(
    typed: Typed, document: Publish, item: Any, marker: Any, items: dict[str, Any]
) -> None:
    """What would be two items for the server is none for a client either."""

    def view(values: Any) -> None: ...

    view.__annotations__["values"] = Annotated[list[item], marker]
    typed.get("/")(view)
    (parameter,) = read_parameters(document(), "/")
    assert without_examples(parameter["schema"]["items"]) == items


@pytest.mark.parametrize(
    ("ready", "style", "explode"),
    [
        pytest.param(fields.List(fields.Integer()), "form", True, id="List"),
        pytest.param(DelimitedList(fields.Integer()), "form", False, id="DelimitedList"),
        pytest.param(
            DelimitedList(fields.Integer(), delimiter="|"), "pipeDelimited", False, id="pipes"
        ),
    ],
)
def test_ready_collections_say_their_style(
    typed: Typed, document: Publish, ready: Any, style: str, explode: bool
) -> None:
    """A field of marshmallow's or webargs' own knows how it is separated."""

    def view(values: Any) -> None: ...

    view.__annotations__["values"] = Annotated[Any, ready, Query()]
    typed.get("/")(view)
    assert read_parameters(document(), "/") == [
        {
            "in": "query",
            "name": "values",
            "required": True,
            "style": style,
            "explode": explode,
            "example": [1],
            "schema": {"type": "array", "items": {"type": "integer"}},
        }
    ]


def test_a_deep_object_is_one_parameter(typed: Typed, document: Publish) -> None:
    """Its schema is that of the same object in JSON; there is no second component."""

    @typed.post("/")
    def view(
        body: Address,
        where: Annotated[
            Address | None, Query(style="deepObject", alias="filter", description="Which.")
        ] = ELM,
    ) -> None: ...

    published = document()
    assert published["paths"]["/"]["post"]["parameters"] == [
        {
            "in": "query",
            "name": "filter",
            "required": False,
            "description": "Which.",
            "style": "deepObject",
            "explode": True,
            "schema": {"$ref": "#/components/schemas/Address", "default": {"street": "Elm"}},
        }
    ]
    assert {"Address"} == {name for name in published["components"]["schemas"] if "Add" in name}
    body = published["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    assert body == {"schema": {"$ref": "#/components/schemas/Address"}}


def test_a_deep_object_alone_has_a_component(typed: Typed, document: Publish) -> None:
    """The component is there without a JSON body that uses it."""

    @typed.get("/")
    def view(q: Annotated[Address, Query(style="deepObject")]) -> None: ...

    assert document()["components"]["schemas"]["Address"] == {
        "type": "object",
        "properties": {"street": TEXT, "town": TEXT},
        "required": ["street"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(
            dict[str, int],
            {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "propertyNames": {"type": "string", "pattern": r"^[^\[\]]*$"},
            },
            id="texts",
        ),
        pytest.param(
            dict[Genre, list[bool]],
            {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "boolean"}},
                "propertyNames": {"type": "string", "enum": ["1", "2"]},
            },
            id="enum",
        ),
    ],
)
def test_the_keys_of_a_deep_object(
    typed: Typed, document: Publish, annotation: Any, schema: dict[str, Any]
) -> None:
    """Free keys have no brackets: that would be a second level."""

    def view(q: Any) -> None: ...

    view.__annotations__["q"] = Annotated[annotation, Query(style="deepObject")]
    typed.get("/")(view)
    assert without_examples(read_parameters(document(), "/")) == [
        {
            "in": "query",
            "name": "q",
            "required": True,
            "style": "deepObject",
            "explode": True,
            "schema": schema,
        }
    ]


class OwnConverter(BaseConverter):
    """A converter of the user's own."""


@pytest.mark.parametrize(
    ("rule", "annotation", "schema"),
    [
        ("<value>", str, TEXT),
        ("<path:value>", str, TEXT),
        ("<own:value>", str, TEXT),
        ("<int:value>", int, {"type": "integer", "minimum": 0}),
        ("<int(signed=True):value>", int, {"type": "integer"}),
        ("<int(min=2, max=9):value>", int, {"type": "integer", "minimum": 2, "maximum": 9}),
        ("<int:value>", Annotated[int, Ge(5)], {"type": "integer", "minimum": 5}),
        ("<float:value>", float, {"type": "number", "minimum": 0}),
        ("<uuid:value>", UUID, UUID_SCHEMA),
        ("<any(b, a):value>", str, {"type": "string", "enum": ["a", "b"]}),
        ("<value>", int, {"type": "integer"}),
    ],
)
def test_path_variables(
    app: Flask, typed: Typed, document: Publish, rule: str, annotation: Any, schema: dict[str, Any]
) -> None:
    """A path variable takes what both its converter and its annotation take."""
    app.url_map.converters["own"] = OwnConverter

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = annotation
    typed.get(f"/a-{rule}.txt")(view)
    (parameter,) = read_parameters(document(), "/a-{value}.txt")
    example = parameter.pop("example")
    assert app.test_client().get(f"/a-{example}.txt").status_code == 204
    assert parameter == {"in": "path", "name": "value", "required": True, "schema": schema}


def test_variables_that_the_view_does_not_take(typed: Typed, document: Publish) -> None:
    """Every variable of the rule is a parameter, taken by the view or not."""
    typed.get("/<int:shop>", endpoint="x")(lambda: 1)
    assert read_parameters(document()) == [
        {
            "in": "path",
            "name": "shop",
            "required": True,
            "example": 1,
            "schema": {"type": "integer", "minimum": 0},
        }
    ]


def read_body(document: dict[str, Any]) -> dict[str, Any]:
    """Return the request body of the one POST."""
    body: dict[str, Any] = document["paths"]["/"]["post"]["requestBody"]
    return body


def test_whole_bodies(typed: Typed, document: Publish) -> None:
    """A body says whether it is required, and carries its marker's words."""

    @typed.post("/")
    def view(
        node: Annotated[Node | None, Body(description="A node.", example={"name": "a"})] = None,
    ) -> None: ...

    assert read_body(document()) == {
        "description": "A node.",
        "required": False,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}],
                },
                "example": {"name": "a"},
            }
        },
    }


def test_several_bodies(typed: Typed, document: Publish) -> None:
    """Several body arguments are the keys of an object."""

    @typed.post("/")
    def view(node: Node, times: Annotated[int, Body(description="How often.")] = 1) -> None: ...

    assert read_body(document())["content"]["application/json"]["schema"] == {
        "type": "object",
        "properties": {
            "node": {"$ref": "#/components/schemas/Node"},
            "times": {"type": "integer", "default": 1, "description": "How often."},
        },
        "required": ["node"],
        "additionalProperties": False,
    }


def test_forms_with_files(typed: Typed, document: Publish) -> None:
    """A form with files is multipart, an object of fields and binary strings."""

    @typed.post("/")
    def view(
        name: Annotated[str, Form()], picture: FileStorage, more: list[FileStorage] = []
    ) -> None: ...

    binary = {"type": "string", "format": "binary"}
    assert read_body(document()) == {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "name": TEXT,
                        "picture": binary,
                        "more": {"type": "array", "items": binary},
                    },
                    "required": ["name", "picture"],
                    "additionalProperties": False,
                }
            }
        },
    }


def test_forms_without_files(typed: Typed, document: Publish) -> None:
    """A form without files is published as one thing, and may be optional."""

    @typed.post("/")
    def view(name: Annotated[str, Form()] = "x") -> None: ...

    body = read_body(document())
    assert list(body["content"]) == ["application/x-www-form-urlencoded"]
    assert body["required"] is False


def test_ignored_keys_are_allowed(app: Flask) -> None:
    """Where unknown keys are ignored, the document allows them."""
    app.config["TYPED_UNKNOWN_KEYS"] = "exclude"

    @Typed(app).post("/")
    def view(node: Node, other: Node) -> None: ...

    published = app.test_client().get("/openapi.json").get_json()
    assert "additionalProperties" not in json.dumps(published["components"]["schemas"]["Node"])
    assert "additionalProperties" not in json.dumps(read_body(published))


class SoldOut(Problem):
    """Not enough copies are left."""

    status = 409
    left: int


class Locked(Problem):
    """Somebody else is at it."""

    status = 409


def responses(document: dict[str, Any], method: str = "get") -> dict[str, Any]:
    """Return the responses of the one operation."""
    found: dict[str, Any] = document["paths"]["/"][method]["responses"]
    return found


def problem(name: str, description: str) -> dict[str, Any]:
    """Return the response for a problem."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def test_responses(typed: Typed, document: Publish) -> None:
    """Every outcome is published, and every error that the route can answer."""

    @typed.post("/")
    @raises(NotFound, SoldOut)
    def view(node: Node) -> Created[Node] | Accepted[int] | None: ...

    integer = {"schema": {"type": "integer"}}
    assert responses(document(), "post") == {
        "204": {"description": "No Content"},
        "201": {
            "description": "Created",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}},
        },
        "202": {"description": "Accepted", "content": {"application/json": integer}},
        "400": problem("Problem", "Bad Request."),
        "404": problem("Problem", "Not Found."),
        "409": problem("SoldOut", "Not enough copies are left."),
        "413": problem("Problem", f"{RequestEntityTooLarge().name}."),
        "415": problem("Problem", "Unsupported Media Type."),
        "422": problem("RequestInvalid", "The request is not valid."),
    }


def test_problem_schemas_hold_what_is_sent(typed: Typed, document: Publish) -> None:
    """A problem's schema has its members, with its type and status as constants."""

    @typed.get("/")
    @raises(SoldOut)
    def view() -> None: ...

    assert document()["components"]["schemas"]["SoldOut"] == {
        "type": "object",
        "properties": {
            "type": {
                "type": "string",
                "enum": ["about:blank"],
                "description": "A URI that identifies the kind of problem.",
            },
            "title": {
                "type": "string",
                "description": "A summary of the kind of problem, for people.",
                "example": "Not enough copies are left.",
            },
            "status": {"type": "integer", "enum": [409], "description": "The HTTP status code."},
            "detail": {**TEXT, "description": "An explanation of this occurrence, for people."},
            "left": {"type": "integer"},
        },
        "required": ["left", "status", "title", "type"],
        "additionalProperties": False,
    }


def test_several_problems_of_one_status(typed: Typed, document: Publish) -> None:
    """Problems of one status are alternatives; their types tell them apart, if they have any."""

    class Lent(Problem):
        status = 409
        type_base = "https://shop.example/"

    class LentTwice(Lent): ...

    class LentThrice(Lent): ...

    @typed.get("/")
    @raises(SoldOut, Locked)
    def view() -> None: ...

    @typed.post("/")
    @raises(LentTwice, LentThrice)
    def lend() -> None: ...

    lent = document()["paths"]["/"]["post"]["responses"]["409"]["content"]
    assert lent["application/problem+json"]["schema"].keys() == {"oneOf"}
    response = responses(document())["409"]
    references = [{"$ref": f"#/components/schemas/{name}"} for name in ("SoldOut", "Locked")]
    assert response == {
        "description": "Not enough copies are left. Somebody else is at it.",
        "content": {"application/problem+json": {"schema": {"anyOf": references}}},
    }


def test_problems_that_overlap(typed: Typed, document: Publish) -> None:
    """A problem beside werkzeug's exception of its status may be either."""

    class Gone(Problem):
        """It is gone."""

        status = 404

    @typed.get("/")
    @raises(Gone, NotFound)
    def view() -> None: ...

    schema = responses(document())["404"]["content"]["application/problem+json"]["schema"]
    assert list(schema) == ["anyOf"]


@pytest.mark.parametrize(
    ("annotation", "response"),
    [
        (flask.Response, {"description": "The view's own response."}),
        (
            Annotated[str, MediaType("text/html")],
            {"description": "OK", "content": {"text/html": {"schema": TEXT}}},
        ),
        (
            bytes,
            {
                "description": "OK",
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                },
            },
        ),
        (Any, {"description": "OK", "content": {"application/json": {"schema": {}}}}),
    ],
)
def test_other_responses(
    typed: Typed, document: Publish, annotation: Any, response: dict[str, Any]
) -> None:
    """Responses that are no JSON models say what is known of them."""

    def view() -> Any: ...

    view.__annotations__["return"] = annotation
    typed.get("/")(view)
    published, refused = responses(document()).values()
    assert (published, refused) == (response, REFUSED)


def test_no_return_annotation(typed: Typed, document: Publish) -> None:
    """A view without return annotation answers on its own."""
    typed.get("/", endpoint="x")(lambda: 1)
    assert responses(document()) == {
        "default": {"description": "The view's own response."},
        "4XX": REFUSED,
    }


def test_words_come_from_docstrings_and_routes(typed: Typed, document: Publish) -> None:
    """Summary and description come from the docstring, unless the route says them."""

    @typed.get("/a")
    def first() -> None:
        """Do one thing.

        And say more
        about it.
        """

    @typed.get(
        "/b",
        summary="Other",
        description="Words.",
        tags=["x"],
        operation_id="doIt",
        deprecated=True,
    )
    def second() -> None:
        """Do one thing."""

    paths = document()["paths"]
    no_content = {"204": {"description": "No Content"}, "4XX": REFUSED}
    assert paths["/a"]["get"] == {
        "operationId": "first",
        "summary": "Do one thing.",
        "description": "And say more\nabout it.",
        "responses": no_content,
    }
    assert paths["/b"]["get"] == {
        "operationId": "doIt",
        "summary": "Other",
        "description": "Words.",
        "tags": ["x"],
        "deprecated": True,
        "responses": no_content,
    }


def test_hidden_routes(typed: Typed, document: Publish) -> None:
    """A hidden route is served and not published."""
    typed.get("/hidden", hidden=True, endpoint="h")(lambda: 1)
    assert document()["paths"] == {}


def test_tags_are_blueprint_names(app: Flask, typed: Typed, document: Publish) -> None:
    """A blueprint's routes have its name, or its tags, and the tags are listed."""
    for pages in (
        TypedBlueprint("pages", __name__),
        TypedBlueprint("others", __name__, tags=["a", "b"]),
    ):
        pages.get(f"/{pages.name}", endpoint="x")(lambda: 1)
        pages.get(f"/{pages.name}/own", endpoint="y", tags=[])(lambda: 1)
        app.register_blueprint(pages)
    published = document()
    tags = {path: item["get"].get("tags") for path, item in published["paths"].items()}
    assert tags == {
        "/pages": ["pages"],
        "/pages/own": None,
        "/others": ["a", "b"],
        "/others/own": None,
    }
    assert published["tags"] == [{"name": "pages"}, {"name": "a"}, {"name": "b"}]


def constant() -> int:
    """Return one."""
    ...


def test_operation_ids(app: Flask, typed: Typed, document: Publish) -> None:
    """An operationId is made from the endpoint; methods and rules tell several apart."""
    pages = TypedBlueprint("pages", __name__)

    class Thing(MethodView):
        def get(self) -> None: ...

        def post(self) -> None: ...

    pages.get("/one", endpoint="one")(lambda: 1)
    pages.route("/thing")(Thing)
    pages.get("/a", endpoint="two")(constant)
    pages.get("/b", endpoint="two")(constant)
    pages.get("/c", operation_id="pages_three", endpoint="z")(lambda: 1)
    pages.get("/d", endpoint="three")(lambda: 1)
    app.register_blueprint(pages)
    ids = [op["operationId"] for item in document()["paths"].values() for op in item.values()]
    assert ids == [
        "pages_one",
        "pages_Thing_get",
        "pages_Thing_post",
        "pages_two_get",
        "pages_two_get_2",
        "pages_three",
        "pages_three_2",
    ]


def make_class(module: str) -> type:
    """Return a class called Book of a module."""

    @dataclass
    class Book:
        title: str

    Book.__module__ = module
    Book.__qualname__ = "Book"
    return Book


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_names_do_not_depend_on_the_order(order: tuple[int, ...]) -> None:
    """Types of one name get as much of their modules' names as tells them apart."""
    books = [make_class(module) for module in ("shop.old.models", "shop.new.models", "shop_x")]
    app = Flask("shop")
    typed = Typed(app)
    for index in order:

        def view() -> Any: ...

        view.__annotations__["return"] = books[index]
        typed.get(f"/{index}", endpoint=str(index))(view)
    published = app.test_client().get("/openapi.json").get_json()
    names = {
        path: item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        for path, item in published["paths"].items()
    }
    assert names == {
        "/0": "#/components/schemas/OldModelsBook",
        "/1": "#/components/schemas/NewModelsBook",
        "/2": "#/components/schemas/ShopXBook",
    }


def test_types_that_nothing_tells_apart(app: Flask, typed: Typed, document: Publish) -> None:
    """Two types of one name in one module are numbered."""
    for index in range(2):

        def view() -> Any: ...

        view.__annotations__["return"] = make_class("shop")
        typed.get(f"/{index}", endpoint=str(index))(view)
    assert set(document()["components"]["schemas"]) == {"Book", "Book2"}


def test_description_of_the_api(app: Flask) -> None:
    """Title, version, description and servers come from the configuration."""
    app.config.update(
        TYPED_TITLE="Books",
        TYPED_VERSION="2.0",
        TYPED_DESCRIPTION="All of them.",
        TYPED_SERVERS=["https://shop.example", {"url": "/", "description": "Here."}],
    )
    Typed(app)
    published = app.test_client().get("/openapi.json").get_json()
    assert published == {
        "openapi": "3.1.0",
        "info": {"title": "Books", "version": "2.0", "description": "All of them."},
        "servers": [{"url": "https://shop.example"}, {"url": "/", "description": "Here."}],
        "security": [],
        "paths": {},
    }


def test_problem_shape_is_published(app: Flask) -> None:
    """A replaced shape is the schema of every error."""

    @dataclass
    class Oops:
        code: int

    def shape(error: Any) -> Any: ...

    shape.__annotations__["return"] = Oops
    typed = Typed(app, problem_shape=shape)

    @typed.post("/")
    @raises(SoldOut, Locked)
    def view(node: Node) -> None: ...

    found = responses(app.test_client().get("/openapi.json").get_json(), "post")
    assert {status: list(r.get("content", {})) for status, r in found.items()} == {
        "204": [],
        **{status: ["application/json"] for status in ("400", "409", "413", "415", "422")},
    }
    schemas = [str(r["content"]) for r in found.values() if "content" in r]
    assert all("Oops" in schema and "oneOf" not in schema for schema in schemas)


def test_plain_routes_can_be_listed(app: Flask) -> None:
    """Plain routes come from the URL map: rule, methods, docstring; ours and static do not."""
    app.config["TYPED_PLAIN_ROUTES"] = True
    typed = Typed(app)
    typed.get("/typed", endpoint="typed_one")(lambda: 1)
    old = Blueprint("old", __name__, static_folder="static", static_url_path="/old")

    @old.route("/things/<int:number>", methods=["GET", "POST"])
    def things(number: int) -> str:
        """List things.

        All of them.
        """
        ...

    @old.route("/link", methods=["LINK"])
    def link() -> str: ...

    app.register_blueprint(old)
    app.add_url_rule("/built", endpoint="built", build_only=True)
    published = app.test_client().get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(published).validate()
    operation = {
        "summary": "List things.",
        "description": "All of them.",
        "tags": ["old"],
        "parameters": [
            {
                "in": "path",
                "name": "number",
                "required": True,
                "example": 1,
                "schema": {"type": "integer", "minimum": 0},
            }
        ],
        "responses": {
            "2XX": {"description": "The view's own response."},
            "4XX": {"description": "The request is rejected."},
            "default": {"description": "Any other response."},
        },
    }
    assert published["tags"] == [{"name": "old", "description": "Plain routes."}]
    assert list(published["paths"]) == ["/typed", "/things/{number}", "/link"]
    assert published["paths"]["/things/{number}"] == {
        "get": {"operationId": "old_things_get", **operation},
        "post": {"operationId": "old_things_post", **operation},
    }


def test_plain_routes_are_left_out(app: Flask, typed: Typed, document: Publish) -> None:
    """Plain routes are not in the document unless they are asked for."""
    app.add_url_rule("/plain", view_func=lambda: "", endpoint="plain")
    assert document()["paths"] == {}


def test_the_same_bytes_in_every_process(tmp_path: Any) -> None:
    """The document does not depend on the process: hash seeds, order of sets."""
    program = tmp_path / "program.py"
    program.write_text(
        "from typing import Literal\n"
        "from marshmallow import Schema, fields\n"
        "from flask import Flask\n"
        "from flask_typed import Typed\n"
        "class Many(Schema):\n"
        "    a = fields.Integer(); b = fields.Integer(); c = fields.Integer()\n"
        "app = Flask('shop')\n"
        "@Typed(app).get('/<any(x, y, z):a>')\n"
        "def view(a: Literal['x', 'y', 'z'], b: set[str] = {'p', 'q'}) -> Many: ...\n"
        "print(app.test_client().get('/openapi.json').get_data(as_text=True))\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, str(program)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


def make_rivals() -> tuple[type, type]:
    """Return two types of one name that stand in different places of one module."""

    def first() -> type:
        @dataclass
        class Rival:
            a: int

        return Rival

    def second() -> type:
        @dataclass
        class Rival:
            b: int

        return Rival

    return first(), second()


@pytest.mark.parametrize("turned", [False, True])
def test_rivals_of_one_module_do_not_depend_on_the_order(turned: bool) -> None:
    """They are numbered by where they stand, whichever is registered first."""
    app = Flask("shop")
    typed = Typed(app)
    for index, rival in sorted(enumerate(make_rivals()), reverse=turned):

        def view() -> Any: ...

        view.__annotations__["return"] = rival
        typed.get(f"/{index}", endpoint=str(index))(view)
    schemas = app.test_client().get("/openapi.json").get_json()["components"]["schemas"]
    assert list(schemas["Rival"]["properties"]) == ["a"]
    assert list(schemas["Rival2"]["properties"]) == ["b"]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"only": ("id", "first_name")}, "PersonOnlyFirstNameId"),
        ({"exclude": ("secret",)}, "PersonWithoutSecret"),
        ({"partial": True}, "PersonPartial"),
        ({"partial": ("id",)}, "PersonPartialId"),
        ({"load_only": ("secret",)}, "PersonEnteringSecret"),
        ({"dump_only": ("id",)}, "PersonLeavingId"),
        ({"unknown": "exclude"}, "PersonExcludeUnknown"),
        ({"many": True}, "Person"),
        ({}, "Person"),
    ],
)
def test_forms_of_a_schema_have_readable_names(options: dict[str, Any], name: str) -> None:
    """They say what tells the form from the whole, whether or not the whole is there too."""

    class PersonSchema(Schema):
        id = fields.Integer()
        first_name = fields.String()
        secret = fields.String()

    app = Flask("shop")

    def view() -> Any: ...

    view.__annotations__["return"] = Annotated[Any, PersonSchema(**options)]
    Typed(app).get("/")(view)
    published = app.test_client().get("/openapi.json").get_json()
    assert list(published["components"]["schemas"]) == [name]


@pytest.mark.parametrize(
    ("annotation", "content"),
    [
        (Annotated[bytes, MediaType("image/png")], {"image/png": BINARY}),
        (None, {}),
    ],
)
def test_errors_that_have_no_schema(app: Flask, annotation: Any, content: Any) -> None:
    """A shape of bytes, and one that sends no body."""

    def shape(error: Exception) -> Any: ...

    shape.__annotations__["return"] = annotation
    typed = Typed(app, problem_shape=shape)

    @typed.get("/")
    def view(number: int) -> int: ...

    published = app.test_client().get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(published).validate()
    assert published["paths"]["/"]["get"]["responses"]["422"].get("content", {}) == content


def test_json_that_a_view_writes_itself(typed: Typed, document: Publish) -> None:
    """It may be any value."""

    @typed.get("/")
    def view() -> Annotated[str, MediaType("application/json")]: ...

    (answer, _) = document()["paths"]["/"]["get"]["responses"].values()
    assert answer["content"] == {"application/json": {"schema": {}}}
