"""Values and the schemas of a document."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.outside.values import ApiSchemas
from flask_typed.publish.samples import NO_VALUE

from .documents import make_document

BOOK = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "pin": {"type": "string", "writeOnly": True},
        "title": {"type": "string", "minLength": 9},
        "more": {"$ref": "#/components/schemas/Book"},
    },
    "required": ["id", "pin", "title"],
}


def make_schemas(direction: Any = "readOnly", version: str = "3.1.0") -> ApiSchemas:
    """Return the schemas of a document with one component."""
    return ApiSchemas(make_document({}, version, schemas={"Book": BOOK}), direction)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param({"type": "integer", "minimum": 100}, 100, id="minimum"),
        pytest.param({"type": "string", "pattern": "^[xy]{3}$"}, "xxx", id="pattern"),
        pytest.param(
            {"type": "array", "items": {"type": "integer", "minimum": 7}}, [10], id="item"
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": {"const": 5}}}, {"required": ["a"]}]},
            {"a": 5},
            id="allOf",
        ),
        pytest.param(
            {"properties": {"a": {"type": "integer", "minimum": 99}}, "required": ["a"]},
            {"a": 100},
            id="property",
        ),
        pytest.param(
            {"type": "object", "allOf": [{"properties": {"a": {"const": 5}}, "required": ["a"]}]},
            {"a": 5},
            id="allOf of an object",
        ),
        pytest.param({"type": "integer", "example": "x"}, 1, id="example that is not valid"),
        pytest.param({"type": "string", "nullable": True}, "string", id="text"),
        pytest.param(True, "string", id="true"),
        pytest.param(False, NO_VALUE, id="false"),
        pytest.param({"type": "string", "enum": 5}, NO_VALUE, id="odd"),
        pytest.param({"type": "string", "pattern": "(?!)"}, NO_VALUE, id="impossible"),
    ],
)
def test_pick(schema: Any, value: Any) -> None:
    """A valid value is made, part by part; none for a schema without any."""
    assert make_schemas().pick(schema) == value


def test_examples_come_first() -> None:
    """The first valid example is taken."""
    assert make_schemas().pick({"type": "integer"}, ["a", 44]) == 44


def test_recursion_ends() -> None:
    """A schema that refers to itself has a value of a few levels."""
    picked = make_schemas().pick({"$ref": "#/components/schemas/Book"})
    assert picked["more"]["title"] == "some longer text"


def test_lean() -> None:
    """A lean value has no optional parts."""
    picked = make_schemas().pick({"$ref": "#/components/schemas/Book"}, lean=True)
    assert picked == {"pin": "string", "title": "some longer text"}


@pytest.mark.parametrize(
    ("direction", "pointer"), [("readOnly", 'a member "pin"'), ("writeOnly", 'a member "id"')]
)
def test_directions(direction: str, pointer: str) -> None:
    """Requests need no property that is read only, and responses none that is write only."""
    schemas = make_schemas(direction)
    faults = schemas.find_faults({"$ref": "#/components/schemas/Book"}, {"title": "A long title"})
    assert [fault.expected for fault in faults] == [pointer]


def test_numbers_are_exact() -> None:
    """0.3 is a multiple of 0.1."""
    assert make_schemas().fits({"type": "number", "multipleOf": 0.1}, 0.3)


def test_openapi_30() -> None:
    """OpenAPI 3.0 has a dialect of its own."""
    schemas = make_schemas(version="3.0.3")
    assert schemas.fits({"type": "integer", "nullable": True}, None)
    assert not schemas.fits({"type": "number", "minimum": 1, "exclusiveMinimum": True}, 1)
