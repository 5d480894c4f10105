"""Values that are written as JSON in one text: ``Json[T]``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DeclarationError,
    Depends,
    Form,
    Header,
    Json,
    Query,
    Reply,
    Returns,
    Typed,
)
from msgspec import Meta
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from typing_extensions import Doc

from .codec import Codec

BOTH = pytest.mark.parametrize("accelerated", [True, False], ids=["accelerated", "plain"])


@dataclass
class Range:
    """A model."""

    first: int
    steps: list[Annotated[int, Ge(0)]] = field(default_factory=list)


@dataclass
class Sent:
    """A model with JSON texts, some of them with a default."""

    span: Json[Range]
    count: Json[int | None] = None
    names: Annotated[Json[list[str]], Len(1)] = field(default_factory=lambda: ["a"])


#: A default.
THREE = Range(3)


def make_client(
    view: Callable[..., Any], *, accelerated: bool = True, **config: Any
) -> FlaskClient:
    """Return a client of an app with one view."""
    app = Flask("shop")
    app.testing = True
    app.config.update(config, TYPED_ACCELERATION=accelerated)
    Typed(app).post("/", endpoint="view")(view)
    return app.test_client()


def find_faults(answer: Any) -> Any:
    """Return the faults of an answer."""
    return [(e["in"], e["pointer"], e["detail"]) for e in answer.get_json()["errors"]]


def search(
    span: Json[Range],
    x_ids: Annotated[Json[list[int]], Header(description="Numbers.", example=[1])],
    again: Annotated[Json[Range], Query(alias="more")] = THREE,
) -> list[int]:
    """Return all numbers."""
    return [span.first, again.first, *x_ids]


@BOTH
def test_parameters_hold_json(accelerated: bool) -> None:
    """A fault has a pointer inside the value."""
    client = make_client(search, accelerated=accelerated)
    sent: Any = {"span": '{"first": 1}', "more": '{"first": 2}'}
    assert client.post("/", query_string=sent, headers={"X-Ids": "[3]"}).get_json() == [1, 2, 3]
    wrong: Any = {"span": '{"first": "1", "steps": [0, -1]}', "more": "[]"}
    assert find_faults(client.post("/", query_string=wrong, headers={"X-Ids": "3,"})) == [
        ("query", "/span/first", "Not a valid integer."),
        ("query", "/span/steps/1", "Must be greater than or equal to 0."),
        ("query", "/more", "Invalid input type."),
        ("header", "/x-ids", "Not valid JSON."),
    ]


def test_the_document_has_the_schema_of_the_value() -> None:
    """Under ``content``, with its examples; OpenAPI 3.0 has that too."""
    client = make_client(search)
    document: Any = client.get("/openapi.json").get_json()
    reference = {"$ref": "#/components/schemas/Range"}
    default = {"default": {"first": 3, "steps": []}}
    ids = {"type": "array", "items": {"type": "integer"}}
    assert document["paths"]["/"]["post"]["parameters"] == [
        {
            "in": "query",
            "name": "span",
            "required": True,
            "content": {
                "application/json": {"example": {"first": 1, "steps": [1]}, "schema": reference}
            },
        },
        {
            "in": "query",
            "name": "more",
            "required": False,
            "content": {"application/json": {"schema": {**default, **reference}}},
        },
        {
            "in": "header",
            "name": "x-ids",
            "required": True,
            "description": "Numbers.",
            "content": {"application/json": {"example": [1], "schema": ids}},
        },
    ]
    older = make_client(search, TYPED_OPENAPI_VERSION="3.0.3").get("/openapi.json").get_json()
    OpenAPIV30SpecValidator(older).validate()


def take_form(sent: Annotated[Sent, Form()]) -> list[Any]:
    """Return the parts."""
    return [sent.span.first, sent.count, sent.names]


@BOTH
def test_fields_of_a_form_hold_json(accelerated: bool) -> None:
    """``null`` is a value, and constraints are about the value."""
    client = make_client(take_form, accelerated=accelerated)
    data = {"span": '{"first": 1}', "count": "null"}
    assert client.post("/", data=data).get_json() == [1, None, ["a"]]
    wrong = {"span": '{"first": NaN}', "count": "x", "names": "[]"}
    assert find_faults(client.post("/", data=wrong)) == [
        ("form", "/span", "Not valid JSON."),
        ("form", "/count", "Not valid JSON."),
        ("form", "/names", "Shorter than minimum length 1."),
    ]


def test_the_document_tells_how_a_form_is_encoded() -> None:
    """The schema is that of the value, and the field's text is JSON."""
    document: Any = make_client(take_form).get("/openapi.json").get_json()
    content = document["paths"]["/"]["post"]["requestBody"]["content"]
    form = content["application/x-www-form-urlencoded"]
    assert form["schema"]["properties"] == {
        "span": {"$ref": "#/components/schemas/Range"},
        "count": {"type": ["integer", "null"]},
        "names": {"type": "array", "minItems": 1, "items": {"type": "string"}},
    }
    assert form["encoding"] == {
        name: {"contentType": "application/json"} for name in ("span", "count", "names")
    }


def test_a_header_of_an_answer_is_published_as_content() -> None:
    """Like a parameter, with the component of the value."""

    def view() -> Annotated[
        Reply[int],
        Returns(
            headers={
                "X-Span": Annotated[Json[Range], Doc("The span.")],
                "X-Ids": Annotated[Json[list[int]], Meta(examples=[[1]])],
            }
        ),
    ]:
        return Reply(1, headers={"X-Span": '{"first": 1, "steps": []}', "X-Ids": "[1]"})

    client = make_client(view)
    assert client.post("/").get_json() == 1
    document: Any = client.get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    assert document["paths"]["/"]["post"]["responses"]["200"]["headers"] == {
        "X-Span": {
            "description": "The span.",
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Range"}}},
        },
        "X-Ids": {
            "required": True,
            "content": {
                "application/json": {
                    "examples": {"example1": {"value": [1]}},
                    "schema": {"type": "array", "items": {"type": "integer"}},
                }
            },
        },
    }


@BOTH
def test_a_key_of_json_is_a_text_that_holds_json(accelerated: bool) -> None:
    """In both directions, as others write it who put JSON into JSON."""

    def echo(sent: Sent) -> Sent:
        return sent

    client = make_client(echo, accelerated=accelerated)
    answer = client.post("/", json={"span": '{"first": 1}', "count": "2"})
    span = '{"first":1,"steps":[]}'
    assert answer.get_json() == {"span": span, "count": "2", "names": '["a"]'}
    assert find_faults(client.post("/", json={"span": "1", "count": 2})) == [
        ("body", "/span", "Invalid input type."),
        ("body", "/count", "Not a valid string."),
    ]
    document: Any = client.get("/openapi.json").get_json()
    assert document["components"]["schemas"]["SentInput"]["properties"]["count"] == {
        "type": "string",
        "contentMediaType": "application/json",
        "default": "null",
    }


def test_a_function_checks_the_value_once(json: Codec) -> None:
    """Not its text."""
    seen: list[Any] = []
    annotation = Annotated[Json[list[int]], seen.append]
    assert json.load(annotation, "[1]") == [1]
    assert seen == [[1]]


def test_half_of_a_surrogate_pair_is_no_json(json: Codec) -> None:
    """UTF-8 has no such text."""
    assert json.refuse(Json[str], '"\ud800"') == ["Not valid JSON."]


@pytest.mark.parametrize("marker", [Query(example="[1]"), Body(embed=True, example="[1]")])
def test_an_example_is_a_value(marker: Any) -> None:
    """A text is none here."""

    def view(ids: Any) -> None: ...

    view.__annotations__["ids"] = Annotated[Json[list[int]], marker]
    with pytest.raises(DeclarationError, match="An example is not valid"):
        make_client(view)


def test_what_is_provided_is_no_text() -> None:
    """A provider makes the value itself."""

    def view(ids: Annotated[Json[list[int]], Depends(dict)]) -> None: ...

    with pytest.raises(DeclarationError, match=r"JsonText\(\) has no meaning on a value"):
        make_client(view)
