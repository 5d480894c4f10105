"""What changed between two documents, and what of that is breaking."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import EventStream, MediaType, Query, Typed
from flask_typed.review.differences import compare_documents

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


def make(operation: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return a document with one operation."""
    return {"openapi": "3.1.0", "paths": {"/books/{id}": {"post": operation}}, **parts}


def diff(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[bool, str, str]]:
    """Return the changes of one operation."""
    return [(c.breaking, c.where, c.what) for c in compare_documents(old, new)]


def enter(schema: Any) -> dict[str, Any]:
    """Return an operation that takes something."""
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def leave(schema: Any) -> dict[str, Any]:
    """Return an operation that sends something."""
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def keys(*required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required)}


UUID = {**TEXT, "format": "uuid", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
OWN_PATTERN = ['- : format "uuid" is new', '- : pattern "x" is new']
ANOTHER = [
    "- : null is no longer valid",
    "- : boolean: no longer valid",
    "+ : integer: valid now",
]

#: Old, new, and the differences: ``-`` narrower, ``+`` wider, ``~`` both, ``.`` a key.
SCHEMAS = [
    pytest.param(INTEGER, {**INTEGER, "description": "x", "x-y": 1}, [], id="words"),
    pytest.param(
        INTEGER, TEXT, ["- : integer: no longer valid", "+ : string: valid now"], id="type"
    ),
    pytest.param(INTEGER, {"type": "number"}, ["+ : number: valid now"], id="number"),
    pytest.param({"type": "number"}, INTEGER, ["- : number: no longer valid"], id="integer"),
    pytest.param(TEXT, {"type": ["string", "null"]}, ["+ : null is valid now"], id="null"),
    pytest.param(
        {**TEXT, "nullable": True}, {"anyOf": [TEXT, {"type": "null"}]}, [], id="null of 3.0"
    ),
    pytest.param(
        {"anyOf": [TEXT, {"enum": [None]}]},
        TEXT,
        ["- : null is no longer valid"],
        id="null of 3.0, gone",
    ),
    pytest.param({"const": 1}, {"enum": [1]}, [], id="constant"),
    pytest.param(
        {"enum": ["a", "b"]},
        {"enum": ["b", "c"]},
        ['- : "a" is no longer valid', '+ : "c" is valid now'],
        id="values",
    ),
    pytest.param({"enum": ["a"]}, {**TEXT, "enum": ["a"]}, [], id="the type of values"),
    pytest.param({"enum": [True, None]}, {"enum": [1]}, ANOTHER, id="values of another type"),
    pytest.param({**TEXT, "format": "uuid"}, UUID, [], id="the pattern of a format"),
    pytest.param(TEXT, {**UUID, "pattern": "x"}, OWN_PATTERN, id="another pattern"),
    pytest.param(TEXT, {**TEXT, "enum": ["a"]}, ['- : only ["a"] is valid now'], id="values come"),
    pytest.param(
        {**TEXT, "enum": ["a"]}, TEXT, ['+ : values other than ["a"] are valid now'], id="values go"
    ),
    pytest.param(
        {**TEXT, "enum": ["a", None], "type": ["string", "null"]},
        {**TEXT, "enum": ["a"]},
        ["- : null is no longer valid"],
        id="null among values",
    ),
    pytest.param(
        {"minLength": 1, "maxLength": 5},
        {"minLength": 2, "maxLength": 6},
        ["- : minLength changed from 1 to 2", "+ : maxLength changed from 5 to 6"],
        id="bounds",
    ),
    pytest.param(
        {"maximum": 3},
        {"minimum": 0},
        ["- : minimum 0 is new", "+ : maximum 3 is gone"],
        id="bounds come and go",
    ),
    pytest.param(
        {"minimum": 1, "exclusiveMinimum": True, "maximum": 2, "exclusiveMaximum": False},
        {"exclusiveMinimum": 1, "maximum": 2},
        [],
        id="bounds of 3.0",
    ),
    pytest.param(
        {"pattern": "a", "format": "date"},
        {"pattern": "b", "multipleOf": 2},
        [
            '~ : pattern changed from "a" to "b"',
            '+ : format "date" is gone',
            "- : multipleOf 2 is new",
        ],
        id="others",
    ),
    pytest.param(
        keys("a", "b", a=TEXT, b=TEXT, c=TEXT),
        keys("b", "c", "e", a=TEXT, b=INTEGER, c=TEXT, d=TEXT, e=TEXT),
        [
            "+ a: the key is optional now",
            "- b: string: no longer valid",
            "+ b: integer: valid now",
            "- c: the key is required now",
            ". d: the key is new",
            "- e: the key is new and required",
        ],
        id="keys",
    ),
    pytest.param(keys(a=TEXT), keys(), ["~ a: the key is gone"], id="a key is gone"),
    pytest.param(
        {"additionalProperties": False},
        {},
        [". : other keys are accepted now"],
        id="other keys",
    ),
    pytest.param(
        {}, {"additionalProperties": False}, ["- : other keys are rejected now"], id="no other keys"
    ),
    pytest.param(
        {"additionalProperties": TEXT},
        {"additionalProperties": INTEGER},
        ["- {}: string: no longer valid", "+ {}: integer: valid now"],
        id="kinds of other keys",
    ),
    pytest.param(
        {"items": keys(a=TEXT)},
        {"items": keys(), "uniqueItems": True},
        ["~ [].a: the key is gone", "- : items must be unique now"],
        id="items",
    ),
    pytest.param({"uniqueItems": True}, {}, ["+ : items may repeat now"], id="not unique"),
    pytest.param(
        {"prefixItems": [TEXT, INTEGER], "items": {"anyOf": [TEXT, INTEGER]}, "maxItems": 2},
        {"prefixItems": [TEXT, TEXT], "items": TEXT, "maxItems": 2},
        ["- [1]: integer: no longer valid", "+ [1]: string: valid now"],
        id="places",
    ),
    pytest.param(
        {"prefixItems": [TEXT], "items": INTEGER},
        {"prefixItems": [TEXT], "items": TEXT},
        ["- []: integer: no longer valid", "+ []: string: valid now"],
        id="the rest after places",
    ),
    pytest.param(
        {"prefixItems": [TEXT], "items": INTEGER},
        {"prefixItems": [TEXT, TEXT], "items": INTEGER},
        ["- [1]: integer: no longer valid", "+ [1]: string: valid now"],
        id="a place more before the rest",
    ),
    pytest.param(
        {"anyOf": [TEXT, INTEGER]}, {"anyOf": [INTEGER, TEXT]}, [], id="order of alternatives"
    ),
    pytest.param(
        {"anyOf": [TEXT, INTEGER]},
        {"anyOf": [INTEGER, {"maxLength": 3, **TEXT}]},
        ["- : maxLength 3 is new"],
        id="one alternative changed",
    ),
    pytest.param(
        TEXT,
        {"anyOf": [TEXT, INTEGER]},
        ['+ : {"type": "integer"} is a new alternative'],
        id="an alternative more",
    ),
    pytest.param(
        {"anyOf": [{"type": ["string"]}, INTEGER, keys(a={"const": 1}, b=TEXT)]},
        {"oneOf": [keys(a={"const": 1}, b=INTEGER)]},
        [
            "- b: string: no longer valid",
            "+ b: integer: valid now",
            '- : {"type": ["string"]} is not an alternative now',
            '- : {"type": "integer"} is not an alternative now',
        ],
        id="alternatives by their tags",
    ),
    pytest.param(
        {"allOf": [{"minLength": 1}, {"maxLength": 5}, {"pattern": "a"}]},
        {"allOf": [{"minLength": 1}, {"maxLength": 4}]},
        [
            "- : maxLength changed from 5 to 4",
            '+ : {"pattern": "a"} no longer applies',
        ],
        id="all of several",
    ),
    pytest.param(
        {}, {"allOf": [{"minLength": 1}]}, ['- : {"minLength": 1} applies now'], id="one more"
    ),
    pytest.param(True, False, ["- : only [] is valid now"], id="nothing fits"),
    pytest.param({"not": {"enum": [list(range(99))]}}, {}, ["+ : not {"], id="something long"),
    pytest.param({"$ref": "#/components/schemas/No"}, {}, [], id="a dead end"),
    pytest.param({"$ref": "#/components/schemas/Loop"}, {}, [], id="a reference to itself"),
]

MEANINGS = {"-": (True, False), "+": (False, True), "~": (True, True), ".": (False, False)}


@pytest.mark.parametrize(("old", "new", "differences"), SCHEMAS)
def test_schemas(old: Any, new: Any, differences: list[str]) -> None:
    """What is no longer accepted breaks who sends it; what is new breaks who reads it."""
    loop = {"schemas": {"Loop": {"$ref": "#/components/schemas/Loop"}}}
    for is_out, operation in enumerate((enter, leave)):
        place = "200" if is_out else "body"
        found = diff(make(operation(old), components=loop), make(operation(new), components=loop))
        expected = [(MEANINGS[text[0]][is_out], *text[2:].split(": ", 1)) for text in differences]
        assert len(found) == len(expected), found
        for (breaking, where, what), (must, inside, start) in zip(found, expected, strict=True):
            assert (breaking, where) == (must, f"{place} {inside}".strip())
            assert what.startswith(start)


def test_components() -> None:
    """References are followed, also in circles, and each component is looked at once."""
    node = keys(child={"$ref": "#/components/schemas/Node"}, size=INTEGER)
    old = make(
        leave({"anyOf": [{"$ref": "#/components/schemas/Node"}, TEXT]}),
        components={"schemas": {"Node": node}},
    )
    new = copy.deepcopy(old)
    new["components"]["schemas"]["Node"]["properties"]["size"] = TEXT
    assert diff(old, new) == [
        (False, "200 size", "integer: no longer valid"),
        (True, "200 size", "string: valid now"),
    ]
    new["paths"]["/books/{id}"]["post"] = leave(TEXT)
    assert diff(old, new) == [(False, "200", "Node is not an alternative now")]
    assert diff(new, old) == [(True, "200", "Node is a new alternative")]
    parts = {"allOf": [{"$ref": "#/components/schemas/Node"}]}
    old["paths"]["/books/{id}"]["post"] = leave(parts)
    new["paths"]["/books/{id}"]["post"] = leave(parts)
    assert [what for _, _, what in diff(old, new)] == [
        "integer: no longer valid",
        "string: valid now",
    ]


def test_keys_that_do_not_travel() -> None:
    """A read-only key is nothing to a request, a write-only one nothing to an answer."""
    old, new = keys("a", a={**TEXT, "readOnly": True}), keys("a", a={**INTEGER, "readOnly": True})
    assert diff(make(enter(old)), make(enter(new))) == []
    assert len(diff(make(leave(old)), make(leave(new)))) == 2
    old, new = keys(a={**TEXT, "writeOnly": True}), keys()
    assert diff(make(leave(old)), make(leave(new))) == []
    assert diff(make(leave(keys(a=TEXT))), make(leave(old))) == []


def test_operations() -> None:
    """One that is gone breaks; variables of paths may be called otherwise."""
    old = {"paths": {"/a/{x}": {"get": {}}, "/b": {"get": {}}}}
    new = {
        "paths": {"/a/{y}": {"get": {"deprecated": True, "operationId": "a"}}, "/c": {"put": {}}}
    }
    assert [(c.breaking, str(c)) for c in compare_documents(old, new)] == [
        (False, "GET /a/{y}: it is deprecated now"),
        (False, "GET /a/{y}: operationId changed from None to 'a': generated clients change"),
        (True, "GET /b: the operation is gone"),
        (False, "PUT /c: the operation is new"),
    ]


def test_methods_of_any_name() -> None:
    """They are where the version has a place for them."""
    old = {"paths": {"/a": {"x-additionalOperations": {"QUERY": {}, "LINK": {}, "X": None}}}}
    new = {"paths": {"/a": {"query": {}, "additionalOperations": {"UNLINK": {}}}}}
    assert [str(change) for change in compare_documents(old, new)] == [
        "LINK /a: the operation is gone",
        "UNLINK /a: the operation is new",
    ]


def parameter(location: str, name: str, **parts: Any) -> dict[str, Any]:
    """Return a Parameter Object."""
    return {"in": location, "name": name, "schema": TEXT, **parts}


def test_parameters() -> None:
    """Those of the path have no names, headers no case; some stand at the path."""
    shared = parameter("query", "shared")
    old = {
        "components": {"parameters": {"Shared": shared}},
        "paths": {
            "/b/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Shared"}],
                "get": {
                    "parameters": [
                        parameter("path", "id", required=True),
                        parameter("header", "X-One"),
                        parameter("query", "gone"),
                        parameter("query", "needed", required=True),
                        parameter("query", "list", explode=False),
                        parameter("query", "long", schema={"maxLength": 5}),
                    ]
                },
            }
        },
    }
    new = {
        "paths": {
            "/b/{key}": {
                "get": {
                    "parameters": [
                        shared,
                        parameter("path", "key", required=True),
                        parameter("header", "x-one", required=True),
                        parameter("query", "needed"),
                        parameter("query", "list"),
                        parameter("query", "long", schema={"maxLength": 4}),
                        parameter("query", "new"),
                        parameter("cookie", "must", required=True),
                    ]
                }
            }
        }
    }
    assert diff(old, new) == [
        (True, "header 'X-One'", "the parameter is required now"),
        (True, "query 'gone'", "the parameter is gone"),
        (False, "query 'needed'", "the parameter is optional now"),
        (True, "query 'list'", "the style changed from form to form exploded"),
        (True, "query 'long'", "maxLength changed from 5 to 4"),
        (False, "query 'new'", "the parameter is new"),
        (True, "cookie 'must'", "the parameter is new and required"),
    ]


def test_bodies() -> None:
    """A body that is needed, or of a media type that is gone, breaks."""
    content = {"application/json": {"schema": TEXT}}
    may = make({"requestBody": {"content": content}})
    must = make({"requestBody": {"content": content, "required": True}})
    assert diff(make({}), must) == [(True, "body", "the body is required now")]
    assert diff(may, make({})) == [(True, "body", "the body is gone")]
    assert diff(must, may) == [(False, "body", "the body is optional now")]
    other = make({"requestBody": {"content": {"text/csv": {}}}})
    assert diff(may, other) == [
        (True, "body application/json", "application/json is no longer accepted"),
        (False, "body", "text/csv is accepted now"),
    ]


def test_answers() -> None:
    """A success that is gone breaks; a header has to stay."""
    header = {"schema": TEXT, "required": True}
    old = make(
        {
            "responses": {
                "200": {"headers": {"X-A": header, "X-B": {"schema": TEXT}, "X-C": header}},
                "201": {},
                "404": {},
            }
        }
    )
    new = make(
        {
            "responses": {
                "200": {"headers": {"x-a": {"schema": INTEGER}, "X-D": {}, "X-C": header}},
                "409": {},
            }
        }
    )
    assert diff(old, new) == [
        (True, "200 header 'X-A'", "the header may be missing now"),
        (False, "200 header 'X-A'", "string: no longer valid"),
        (True, "200 header 'X-A'", "integer: valid now"),
        (True, "200 header 'X-B'", "the header is gone"),
        (False, "200 header 'x-d'", "the header is new"),
        (True, "201", "the response is gone"),
        (False, "404", "the response is gone"),
        (False, "409", "the response is new"),
    ]


def test_security() -> None:
    """Each old way has to be enough."""
    one, two, scoped = {"one": []}, {"two": []}, {"one": ["write"]}
    assert diff(make({"security": [one]}), make({"security": [one, two]})) == []
    assert diff(make({}), make({}, security=[one])) == [
        (True, "security", "no authentication is not enough now")
    ]
    assert diff(make({"security": [one]}), make({"security": [scoped]})) == [
        (True, "security", "one is not enough now")
    ]
    assert diff(make({"security": [{**scoped, **two}]}), make({"security": [one]})) == [
        (False, "security", "one is enough now")
    ]
    assert diff(make({"security": [{**scoped, **two}]}), make({"security": [two, {"x": []}]})) == [
        (False, "security", "two is enough now")
    ]
    assert diff(make({"security": [one]}), make({"security": [{**scoped, **two}]})) == [
        (True, "security", "one is not enough now")
    ]


def test_versions_of_one_api(app: Flask) -> None:
    """The same API is the same in all versions, streams included."""
    documents = []
    for version in ("3.1.0", "3.0.3", "3.2.0"):
        other = Flask("shop")
        other.config["TYPED_OPENAPI_VERSION"] = version
        typed = Typed(other)

        @typed.post("/<int:number>")
        def view(
            number: int, pair: Annotated[tuple[int, str], Query()], size: float | None = None
        ) -> list[int | None]: ...

        @typed.post("/lines")
        def view_lines(lines: Iterator[int]) -> EventStream[float]: ...  # type: ignore[empty-body]

        @typed.post("/chunks")
        def view_chunks(chunks: Iterator[bytes]) -> Iterator[str]: ...  # type: ignore[empty-body]

        @typed.get("/texts")
        def view_texts() -> EventStream[Annotated[str, MediaType("text/html")]]: ...  # type: ignore[empty-body]

        documents.append(other.test_client().get("/openapi.json").get_json())
    for old, new in itertools.permutations(documents, 2):
        assert diff(old, new) == []


EVENT = {"properties": {"data": {"type": "string", "contentSchema": INTEGER}}}
OTHER = ["integer: valid now", "string: no longer valid"]
ANY = [
    "array and boolean and integer and number and object: valid now",
    "null is valid now",
]


@pytest.mark.parametrize(
    ("media_type", "item", "changes"),
    [
        ("application/jsonl", INTEGER, OTHER),
        ("text/event-stream", EVENT, OTHER),
        ("text/event-stream", {"properties": {"data": TEXT}}, []),
        ("text/event-stream", {"properties": {"data": True}}, ANY),
        ("text/event-stream", True, ANY),
    ],
)
def test_items_of_streams(media_type: str, item: Any, changes: list[str]) -> None:
    """Their schema is compared, and that of the data of events."""
    old, new = (
        make({"responses": {"200": {"content": {media_type: {"itemSchema": schema}}}}})
        for schema in (TEXT, item)
    )
    assert sorted(what for _, _, what in diff(old, new)) == changes
