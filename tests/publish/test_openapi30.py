"""The document for consumers of OpenAPI 3.0."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Gt, Interval, Le, Lt
from flask import Flask
from flask_typed import Body, Query, Typed, TypedField
from flask_typed.publish.openapi30 import write_openapi_30
from openapi_spec_validator import OpenAPIV30SpecValidator
from typing_extensions import Doc, Unpack

from ..published import without_examples

NULL = {"type": "string", "nullable": True, "enum": [None]}


class Same(TypedField):
    """A field of the user's own, which says a constant."""

    json_schema = {"type": "string", "const": "same"}


class Mixed(Enum):
    """Several JSON types."""

    ONE = 1
    TWO = "two"
    NOTHING = None


@dataclass
class Cat:
    """One of two."""

    kind: Literal["cat"]


@dataclass
class Dog:
    """The other, with words for the document."""

    kind: Literal["dog"]
    name: str = field(default="", metadata={"examples": ["Rex", "Bello"]})
    nick: str = field(default="", metadata={"examples": []})


def reference(name: str) -> dict[str, str]:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def publish(annotation: Any) -> dict[str, Any]:
    """Return the document of a route that takes a type."""
    app = Flask("shop")
    app.config["TYPED_OPENAPI_VERSION"] = "3.0.3"

    def view(value: Any) -> None: ...

    view.__annotations__.update({"value": Annotated[annotation, Body(embed=True)], "return": None})
    Typed(app).post("/")(view)
    document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    OpenAPIV30SpecValidator(document).validate()
    assert document["openapi"] == "3.0.3"
    return document


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(int, {"type": "integer"}, id="int"),
        pytest.param(int | None, {"type": "integer", "nullable": True}, id="nullable"),
        pytest.param(None, NULL, id="null"),
        pytest.param(
            Literal[1, "two", None],
            {
                "anyOf": [
                    {"type": "integer", "enum": [1]},
                    {"type": "string", "enum": ["two"]},
                    NULL,
                ]
            },
            id="several-types",
        ),
        pytest.param(
            Cat | Dog | None,
            {
                "anyOf": [
                    {
                        "title": "CatOrDog",
                        "oneOf": [reference("Cat"), reference("Dog")],
                        "discriminator": {
                            "propertyName": "kind",
                            "mapping": {
                                "cat": reference("Cat")["$ref"],
                                "dog": reference("Dog")["$ref"],
                            },
                        },
                    },
                    NULL,
                ]
            },
            id="nullable-union",
        ),
        pytest.param(Cat | None, {"anyOf": [reference("Cat"), NULL]}, id="nullable-reference"),
        pytest.param(
            Annotated[Cat, Doc("A cat.")],
            {"allOf": [reference("Cat")], "description": "A cat."},
            id="reference-with-words",
        ),
        pytest.param(
            Annotated[int, Interval(gt=1, lt=3)],
            {
                "type": "integer",
                "minimum": 1,
                "exclusiveMinimum": True,
                "maximum": 3,
                "exclusiveMaximum": True,
            },
            id="exclusive",
        ),
        pytest.param(
            Annotated[float, Gt(1), Interval(ge=2)],
            {"type": "number", "minimum": 2},
            id="wider-exclusive",
        ),
        pytest.param(
            Annotated[float, Lt(1), Le(1)],
            {"type": "number", "maximum": 1, "exclusiveMaximum": True},
            id="exclusive-and-inclusive",
        ),
        pytest.param(
            bytes,
            {
                "type": "string",
                "format": "byte",
                "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            },
            id="bytes",
        ),
        pytest.param(
            tuple[int, int],
            {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
            id="pair",
        ),
        pytest.param(
            tuple[int, str],
            {
                "type": "array",
                "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "minItems": 2,
                "maxItems": 2,
                "description": "Each position has its own schema: see x-prefixItems.",
                "x-prefixItems": [{"type": "integer"}, {"type": "string"}],
            },
            id="tuple",
        ),
        pytest.param(
            tuple[int, int, Unpack[tuple[str, ...]]],
            {
                "type": "array",
                "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "minItems": 2,
                "description": "Each position has its own schema: see x-prefixItems.",
                "x-prefixItems": [{"type": "integer"}, {"type": "integer"}],
                "x-items": {"type": "string"},
            },
            id="tuple-with-a-rest",
        ),
        pytest.param(
            tuple[()],
            {"type": "array", "items": {}, "minItems": 0, "maxItems": 0},
            id="empty-tuple",
        ),
        pytest.param(
            dict[Literal["a"], int],
            {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "description": "Not every string is a valid key: see x-propertyNames.",
                "x-propertyNames": {"type": "string", "enum": ["a"]},
            },
            id="keys",
        ),
        pytest.param(dict, {"type": "object", "additionalProperties": {}}, id="dict"),
        pytest.param(Annotated[Any, Same()], {"type": "string", "enum": ["same"]}, id="constant"),
    ],
)
def test_schemas(annotation: Any, schema: dict[str, Any]) -> None:
    """Each schema is said in the dialect of 3.0."""
    document = publish(annotation)
    body = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    assert without_examples(body["schema"]["properties"]["value"]) == schema


def test_components_have_one_example() -> None:
    """The first of several."""
    dog = publish(Dog)["components"]["schemas"]["Dog"]["properties"]
    assert dog["name"] == {"type": "string", "default": "", "example": "Rex"}
    assert dog["nick"] == {"type": "string", "default": ""}


def test_parameters_and_answers() -> None:
    """Wherever a schema stands; examples are the user's."""
    app = Flask("shop")
    app.config["TYPED_OPENAPI_VERSION"] = "3.0.3"

    def view(limit: Any, since: Any = None) -> Any: ...

    few = {"few": {"value": 5, "summary": "Few.", "x-schema": {"schema": [None]}}}
    limit = Annotated[int, Query(examples=few), Gt(0)]
    view.__annotations__.update({"limit": limit, "since": dt.date | None, "return": Decimal | None})
    Typed(app).get("/")(view)
    document = app.test_client().get("/openapi.json").get_json()
    OpenAPIV30SpecValidator(document).validate()
    operation = document["paths"]["/"]["get"]
    assert operation["parameters"][0]["examples"] == few
    assert operation["parameters"][0]["schema"] == {
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": True,
    }
    given = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert (given["type"], given["nullable"]) == ("string", True)


def test_a_document_is_left_as_it_is() -> None:
    """One without components has none afterwards."""
    paths = {"/": {"get": {"schema": {"type": "null"}}}}
    document = {"openapi": "3.1.0", "info": {"title": "x"}, "paths": paths}
    assert write_openapi_30(document) == {
        "openapi": "3.0.3",
        "info": {"title": "x"},
        "paths": {"/": {"get": {"schema": NULL}}},
    }
    assert document["openapi"] == "3.1.0"
