"""The requests that are sent for an operation."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.outside.operations import OutsideApi
from flask_typed.probing.cases import Case, CaseMaker, find_part
from flask_typed.probing.edges import Edge
from flask_typed.probing.sent_edges import is_sendable
from flask_typed.publish.samples import NO_VALUE

from ..outside.documents import OK, make_document


def make_cases(method: str = "get", path: str = "/", **keys: Any) -> list[Case]:
    """Return the cases of an operation."""
    api = OutsideApi(make_document({path: {method: {"responses": OK, **keys}}}))
    return list(CaseMaker(api.incoming, api.operations[0]).make())


def describe(cases: list[Case]) -> list[tuple[str, str]]:
    """Return the kinds and the words of cases."""
    return [(case.kind, case.words) for case in cases]


def make_body(media_type: str, schema: Any, *, required: bool = True, **more: Any) -> Any:
    """Return a Request Body Object."""
    return {"required": required, "content": {media_type: {"schema": schema}, **more}}


def test_parameters() -> None:
    """A request differs from a valid one in one parameter."""
    cases = make_cases(
        parameters=[
            {"in": "query", "name": "a", "required": True, "schema": {"enum": [1]}, "example": 1},
            {"in": "header", "name": "b", "schema": {"enum": ["x"]}},
        ]
    )
    assert describe(cases) == [
        ("valid", "is valid"),
        ("valid", "has all its inputs"),
        ("invalid", "query a is missing"),
        ("invalid", 'query a is not of type integer: "text"'),
        ("valid", "query a is one of its values: 1"),
        ("invalid", "query a is none of its values: 2"),
        ("invalid", "header b is not of type string: 12345"),
        ("valid", 'header b is one of its values: "x"'),
        ("invalid", 'header b is none of its values: "x-x"'),
    ]
    assert [case.values for case in cases[:2]] == [
        {("query", "a"): 1},
        {("query", "a"): 1, ("header", "b"): "x"},
    ]
    assert (cases[2].values, cases[-1].values) == (
        {},
        {("query", "a"): 1, ("header", "b"): "x-x"},
    )


def test_text_has_no_types() -> None:
    """A number is a valid text, and null has no text."""
    parameter = {"in": "query", "name": "a", "schema": {"type": "string"}}
    assert describe(make_cases(parameters=[parameter])) == [
        ("valid", "is valid"),
        ("valid", "has all its inputs"),
    ]


def test_objects_in_parameters() -> None:
    """An object in a parameter is sent, and its bounds are not."""
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    parameter = {"in": "query", "name": "a", "style": "deepObject", "schema": schema}
    cases = make_cases(parameters=[parameter])
    assert describe(cases) == [("valid", "is valid"), ("valid", "has all its inputs")]
    assert cases[1].values == {("query", "a"): {"x": 1}}


def test_parameter_without_a_value() -> None:
    """An optional parameter of which no value is known is left out."""
    parameter = {"in": "query", "name": "a", "schema": False}
    assert describe(make_cases(parameters=[parameter])) == [("valid", "is valid")]


def test_credentials() -> None:
    """A request without credentials is one of the cases."""
    assert describe(make_cases(security=[{"one": []}])) == [
        ("valid", "is valid"),
        ("anonymous", "has no credentials"),
    ]


def test_json_body() -> None:
    """A body has its edges, another media type, and a text that is no JSON."""
    schema = {"type": "object", "properties": {"a": {"enum": [1]}}, "required": ["a"]}
    cases = make_cases("post", requestBody=make_body("application/json", schema))
    assert describe(cases) == [
        ("valid", "is valid"),
        ("unsupported", "body is application/x-not-in-the-document"),
        ("invalid", "body is missing"),
        ("invalid", "body is no JSON"),
        ("invalid", "body is null: null"),
        ("invalid", "body is not of type object: []"),
        ("invalid", "body /a is missing"),
        ("invalid", "body /a is null: null"),
        ("invalid", 'body /a is not of type integer: "text"'),
        ("valid", "body /a is one of its values: 1"),
        ("invalid", "body /a is none of its values: 2"),
    ]
    assert [case.body.data if case.body else None for case in cases[:5]] == [
        b'{"a": 1}',
        b'{"a": 1}',
        None,
        b'{"',
        b"null",
    ]


def test_other_media_types() -> None:
    """Each media type of a body is sent once; formats that are not known are not."""
    content = {"application/json": {"schema": False}, "text/csv": {"schema": {}}}
    body = make_body("text/plain", {"const": "a"}, required=False, **content)
    assert describe(make_cases("post", requestBody=body)) == [
        ("valid", "is valid"),
        ("unsupported", "body is application/x-not-in-the-document"),
        ("valid", 'body is one of its values: "a"'),
        ("invalid", 'body is none of its values: "a-x"'),
    ]
    more = {"application/json": {"schema": {"const": 1}}}
    body = make_body("text/plain", {"type": "string"}, required=False, **more)
    words = [case.words for case in make_cases("post", requestBody=body)]
    assert words[:2] == ["is valid", "body is application/json"]


def test_any_media_type() -> None:
    """A body of any media type is never unsupported."""
    body = make_body("*/*", {"type": "string"}, required=False)
    assert {case.kind for case in make_cases("post", requestBody=body)} == {"valid", "invalid"}


def test_body_of_bytes() -> None:
    """Bytes have no edges."""
    body = make_body("image/png", {}, required=True)
    assert describe(make_cases("post", requestBody=body)) == [
        ("valid", "is valid"),
        ("unsupported", "body is application/x-not-in-the-document"),
        ("invalid", "body is missing"),
    ]


def test_form() -> None:
    """A form has the edges of its fields, but not of its files."""
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "maximum": 2},
            "cover": {"type": "string", "format": "binary"},
            "never": False,
        },
        "required": ["a"],
        "additionalProperties": False,
    }
    cases = make_cases("post", requestBody=make_body("multipart/form-data", schema))
    assert describe(cases)[2:] == [
        ("invalid", "body is missing"),
        ("invalid", "body /a is missing"),
        ("invalid", 'body /a is not of type integer: "text"'),
        ("valid", "body /a is at its maximum: 2"),
        ("invalid", "body /a is just over its maximum: 3"),
        ("invalid", "body /a is no integer: 1.5"),
        ("invalid", 'body /not_in_the_schema is not in the schema: "1"'),
    ]


def test_open_form() -> None:
    """An open form takes fields that the document does not have."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    media_type = "application/x-www-form-urlencoded"
    words = [case.words for case in make_cases("post", requestBody=make_body(media_type, schema))]
    assert not any("not in the schema" in word for word in words)


def test_optional_form() -> None:
    """A form without its only field is no body, which is valid if the body is optional."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    media_type = "application/x-www-form-urlencoded"
    body = make_body(media_type, schema, required=False)
    words = [case.words for case in make_cases("post", requestBody=body)]
    assert not any("missing" in word for word in words)


@pytest.mark.parametrize(
    "keys",
    [
        {"requestBody": {"required": True, "content": {"text/csv": {}}}},
        {"requestBody": {"required": True, "content": {"application/json": {"schema": False}}}},
        {"parameters": [{"in": "query", "name": "a", "required": True, "schema": False}]},
    ],
    ids=["format", "body", "parameter"],
)
def test_no_valid_request(keys: Any) -> None:
    """Without a valid request, there is no case."""
    assert make_cases("post", **keys) == []


def test_optional_body_without_a_value() -> None:
    """A body that is optional, and of which no value is known, is left out."""
    body = {"content": {"text/csv": {}}}
    assert describe(make_cases("post", requestBody=body)) == [("valid", "is valid")]


@pytest.mark.parametrize(
    ("location", "value", "is_sent"),
    [
        ("path", "a", True),
        ("path", "a/b", False),
        ("path", "..", False),
        ("path", "", False),
        ("path", "\0", False),
        ("path", "a" * 3_000, False),
        ("query", "", True),
        ("query", [], False),
        ("header", "a b", True),
        ("header", " a", False),
        ("header", "ä", False),
        ("header", "a\nb", False),
        ("header", "", False),
        ("cookie", "a", True),
        ("cookie", "a b", False),
        ("form", "a" * 3_000, True),
    ],
)
def test_sendable(location: str, value: Any, is_sent: bool) -> None:
    """A text is only sent if it arrives as it is."""
    parameter = {"in": location, "name": "a", "schema": {}}
    document = make_document({"/{a}": {"get": {"parameters": [parameter], "responses": OK}}})
    (target,) = OutsideApi(document).operations[0].inputs
    assert is_sendable(target, value) is is_sent


def test_parts() -> None:
    """The words of a case show the part that it is about."""
    value = {"a/b": [{"c": 1}]}
    pointers = ("/a~1b/0/c", "/a~1b/1", "/a~1b/x", "/d")
    found = [find_part(Edge(pointer, "", value, True)) for pointer in pointers]
    assert found == [1, NO_VALUE, NO_VALUE, NO_VALUE]
