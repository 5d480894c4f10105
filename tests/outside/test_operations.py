"""The operations of a document, as clients call them."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.outside.operations import ApiInput, Credential, OutsideApi

from .documents import OK, make_document, make_operation


def test_names() -> None:
    """An operation is called by its method and path."""
    operation = make_operation("post", "/books", operationId="add")
    assert (str(operation), operation.operation_id) == ("POST /books", "add")


def test_parameters() -> None:
    """Parameters have the styles of their locations; some headers are described elsewhere."""
    operation = make_operation(
        path="/{a}",
        parameters=[
            {"in": "path", "name": "a", "schema": {"type": "string"}},
            {"in": "query", "name": "b", "required": True, "schema": {"example": 1}, "example": 2},
            {"in": "query", "name": "c", "content": {"application/json": {"schema": {}}}},
            {"in": "header", "name": "Accept", "schema": {}},
            {"in": "body", "name": "old"},
            {"$ref": "#/components/parameters/none"},
        ],
    )
    assert operation.inputs == (
        ApiInput("path", "a", True, {"type": "string"}, "simple", False),
        ApiInput("query", "b", True, {"example": 1}, "form", True, examples=(2,)),
        ApiInput("query", "c", False, {}, "form", True, is_json=True),
    )
    assert [str(one) for one in operation.inputs] == ["path a", "query b", "query c"]


def test_examples_by_name() -> None:
    """Examples may be references to components."""
    examples = {"one": {"$ref": "#/components/examples/Two"}, "three": {"value": 3}}
    parameter = {"in": "query", "name": "a", "schema": {}, "examples": examples}
    document = make_document(
        {"/": {"get": {"parameters": [parameter], "responses": OK}}},
        examples={"Two": {"value": 2}},
    )
    (operation,) = OutsideApi(document).operations
    assert operation.inputs[0].examples == (2, 3)


def test_body() -> None:
    """A body has its media types; a stream has the schema of an item."""
    content = {"application/JSON": {"schema": {}, "example": 1}, "text/x": {"itemSchema": {"a": 1}}}
    operation = make_operation("post", requestBody={"required": True, "content": content})
    assert operation.is_body_required
    assert [(body.media_type, body.schema, body.examples) for body in operation.bodies] == [
        ("application/json", {}, (1,)),
        ("text/x", {"a": 1}, ()),
    ]


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        ({"type": "http", "scheme": "bearer"}, Credential("header", "authorization")),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, Credential("header", "x-key")),
        ({"type": "apiKey", "in": "cookie", "name": "Key"}, Credential("cookie", "Key")),
        ({"type": "mutualTLS"}, Credential("tls", "")),
    ],
)
def test_security(scheme: Any, credential: Credential) -> None:
    """A scheme is known by the part of a request that it needs."""
    document = make_document({"/": {"get": {"responses": OK}}}, securitySchemes={"one": scheme})
    document["security"] = [{"one": []}]
    assert OutsideApi(document).operations[0].credentials == (frozenset({credential}),)


def test_optional_security() -> None:
    """An operation that also takes no credentials is public."""
    assert make_operation(security=[{"one": []}, {}]).credentials == ()


def test_responses() -> None:
    """Responses are read with their references."""
    document = make_document(
        {"/": {"get": {"responses": {"404": {"$ref": "#/components/responses/Gone"}, "x-a": 1}}}},
        responses={"Gone": {"description": "Gone."}},
    )
    (operation,) = OutsideApi(document).operations
    assert operation.raw_responses == {"404": {"description": "Gone."}}
    assert operation.responses.find(404) is not None
    assert operation.responses.find(200) is None
