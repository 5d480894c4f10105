"""The values at the bounds of schemas, and beside them: schema in, values out."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.outside.values import ApiSchemas
from flask_typed.probing.edges import MAX_EDGE_DEPTH, EdgeFinder

from ..outside.documents import make_document

TREE = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 3}, "more": {}},
    "required": ["name"],
}
TREE["properties"]["more"] = {"$ref": "#/components/schemas/Tree"}  # type: ignore[index]  # the object above


def find(schema: Any, value: Any, version: str = "3.1.0") -> list[tuple[str, Any, bool]]:
    """Return the edges of a schema: place and words, value, and whether it is valid."""
    schemas = ApiSchemas(make_document({}, version, schemas={"Tree": TREE}), "readOnly")
    edges = EdgeFinder(schemas).find(schema, value)
    return [(f"{one.pointer} {one.words}".strip(), one.value, one.is_valid) for one in edges]


NULL = ("is null", None, False)
NO_INTEGER = ("is not of type integer", "text", False)
NO_NUMBER = ("is not of type number", "text", False)
NO_TEXT = ("is not of type string", 12345, False)
NO_ARRAY = ("is not of type array", {}, False)
NO_OBJECT = ("is not of type object", [], False)


@pytest.mark.parametrize(
    ("schema", "value", "edges"),
    [
        pytest.param({"type": "boolean"}, True, [NULL, ("is not of type boolean", "text", False)]),
        pytest.param(
            {"type": "integer", "minimum": 1, "maximum": 9},
            5,
            [
                NULL,
                NO_INTEGER,
                ("is at its minimum", 1, True),
                ("is just under its minimum", 0, False),
                ("is at its maximum", 9, True),
                ("is just over its maximum", 10, False),
                ("is no integer", 5.5, False),
            ],
            id="integer",
        ),
        pytest.param(
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1.5},
            1,
            [
                NULL,
                NO_NUMBER,
                ("is beside its exclusive minimum", 0.01, True),
                ("is at its exclusive minimum", 0, False),
                ("is beside its exclusive maximum", 1.49, True),
                ("is at its exclusive maximum", 1.5, False),
            ],
            id="number",
        ),
        pytest.param(
            {"type": "number", "multipleOf": 0.1},
            0.3,
            [
                NULL,
                NO_NUMBER,
                ("is the next multiple", 0.4, True),
                ("is no multiple of 0.1", 0.35, False),
            ],
            id="multiple",
        ),
        pytest.param(
            {"type": "string", "minLength": 2, "maxLength": 4},
            "abc",
            [
                NULL,
                NO_TEXT,
                ("has its minimum length", "ab", True),
                ("is just under its minimum length", "a", False),
                ("has its maximum length", "abcc", True),
                ("is just over its maximum length", "abccc", False),
            ],
            id="text",
        ),
        pytest.param(
            {"type": "string", "minLength": 0, "maxLength": 1_000_000},
            "a",
            [NULL, NO_TEXT, ("has its minimum length", "", True)],
            id="very long text",
        ),
        pytest.param(
            {"type": "string", "pattern": "^[0-9]{3}$", "minLength": 3, "maxLength": 3},
            "000",
            [
                NULL,
                NO_TEXT,
                ("has its minimum length", "000", True),
                ("is just under its minimum length", "00", False),
                ("is just over its maximum length", "0000", False),
                ("does not match its pattern", "!!!", False),
            ],
            id="pattern",
        ),
        pytest.param(
            {"type": "string", "format": "date"},
            "2026-05-01",
            [NULL, NO_TEXT, ("is not of format date", "!!!!!!!!!!", False)],
            id="format",
        ),
        pytest.param(
            {"type": "string", "format": "a-format-of-somebody"},
            "a",
            [NULL, NO_TEXT],
            id="unknown format",
        ),
        pytest.param(
            {"enum": ["a", 1, None]},
            "a",
            [
                ("is null", None, True),
                ("is not of type integer", "text", False),
                ("is one of its values", "a", True),
                ("is one of its values", 1, True),
                ("is none of its values", "a-x", False),
                ("is none of its values", 2, False),
            ],
            id="enum",
        ),
        pytest.param(
            {"const": "a"},
            "a",
            [
                NULL,
                NO_TEXT,
                ("is one of its values", "a", True),
                ("is none of its values", "a-x", False),
            ],
            id="const",
        ),
        pytest.param(
            {"type": ["string", "null"], "examples": ["x", 1]},
            "y",
            [("is an example of the document", "x", True), ("is null", None, True), NO_TEXT],
            id="examples",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
            [7],
            [
                NULL,
                NO_ARRAY,
                ("has its minimum number of items", [7], True),
                ("has too few items", [], False),
                ("has its maximum number of items", [7, 1], True),
                ("has too many items", [7, 1, 0], False),
                ("/0 is null", [None], False),
                ("/0 is not of type integer", ["text"], False),
                ("/0 is no integer", [1.5], False),
            ],
            id="array",
        ),
        pytest.param(
            {"type": "array", "items": {"enum": [1]}, "uniqueItems": True, "minItems": 0},
            [1],
            [
                NULL,
                NO_ARRAY,
                ("has its minimum number of items", [], True),
                ("has equal items", [1, 1, 1], False),
                ("/0 is null", [None], False),
                ("/0 is not of type integer", ["text"], False),
                ("/0 is one of its values", [1], True),
                ("/0 is none of its values", [2], False),
            ],
            id="unique items",
        ),
        pytest.param(
            {"type": "array", "items": False, "maxItems": 1_000},
            [],
            [NULL, NO_ARRAY],
            id="array of nothing",
        ),
        pytest.param(
            {"type": "array", "items": {"enum": [1]}, "maxItems": 1_000},
            [1],
            [
                NULL,
                NO_ARRAY,
                ("/0 is null", [None], False),
                ("/0 is not of type integer", ["text"], False),
                ("/0 is one of its values", [1], True),
                ("/0 is none of its values", [2], False),
            ],
            id="very many items",
        ),
        pytest.param(
            {
                "type": "object",
                "properties": {
                    "a": {"enum": [1]},
                    "b/c": {"enum": [2]},
                    "never": False,
                    "id": {"readOnly": True},
                },
                "required": ["a"],
                "additionalProperties": False,
            },
            {"a": 1, "b/c": 2},
            [
                NULL,
                NO_OBJECT,
                ("/a is missing", {"b/c": 2}, False),
                ("has no optional key", {"a": 1}, True),
                (
                    "/not_in_the_schema is not in the schema",
                    {"a": 1, "b/c": 2, "not_in_the_schema": 1},
                    False,
                ),
                ("/a is null", {"a": None, "b/c": 2}, False),
                ("/a is not of type integer", {"a": "text", "b/c": 2}, False),
                ("/a is one of its values", {"a": 1, "b/c": 2}, True),
                ("/a is none of its values", {"a": 2, "b/c": 2}, False),
                ("/b~1c is null", {"a": 1, "b/c": None}, False),
                ("/b~1c is not of type integer", {"a": 1, "b/c": "text"}, False),
                ("/b~1c is none of its values", {"a": 1, "b/c": 3}, False),
            ],
            id="object",
        ),
        pytest.param(
            {"type": "object", "additionalProperties": {"enum": ["x"]}},
            {},
            [
                NULL,
                NO_OBJECT,
                ("/key is null", {"key": None}, False),
                ("/key is not of type string", {"key": 12345}, False),
                ("/key is one of its values", {"key": "x"}, True),
                ("/key is none of its values", {"key": "x-x"}, False),
            ],
            id="mapping",
        ),
        pytest.param(
            {"anyOf": [{"type": "integer"}, {"const": "a"}, False]},
            3,
            [
                NULL,
                NO_ARRAY,
                ("is of branch 1 of its union", 1, True),
                ("is not of type integer", "text", False),
                ("is no integer", 1.5, False),
                ("is of branch 2 of its union", "a", True),
                ("is none of its values", "a-x", False),
            ],
            id="union",
        ),
        pytest.param(
            {"allOf": [{"$ref": "#/components/schemas/Tree"}, {"required": ["more"]}]},
            {"name": "a", "more": {"name": "b"}},
            [("/name is missing", {"more": {"name": "b"}}, False)],
            id="allOf",
        ),
    ],
)
def test_edges(schema: Any, value: Any, edges: list[Any]) -> None:
    """Each bound has a value on both sides, unless another keyword decides."""
    found = find(schema, value)
    if "allOf" in schema:
        assert edges[0] in found
    else:
        assert found == edges


def test_openapi_30() -> None:
    """OpenAPI 3.0 has flags for exclusive bounds, and for null."""
    schema = {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True}
    assert find(schema, 1, "3.0.3") == [
        ("is null", None, True),
        NO_INTEGER,
        ("is beside its exclusive minimum", 1, True),
        ("is at its exclusive minimum", 0, False),
        ("is no integer", 1.5, False),
    ]


def test_recursion_ends() -> None:
    """A schema that refers to itself has the edges of a few levels."""
    found = find({"$ref": "#/components/schemas/Tree"}, {"name": "a"})
    depths = {words.count("/more") for words, _, _ in found}
    assert depths == set(range(MAX_EDGE_DEPTH + 1))
