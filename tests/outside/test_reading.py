"""Text → a document that can be used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask_typed.outside.reading import ApiUnreadable, parse_api, read_api_file

from .documents import make_document


def refer(reference: str, *schemas: Any) -> dict[str, Any]:
    """Return a document with a reference."""
    return make_document({"/": {"$ref": reference}}, schemas={"A": {"anyOf": list(schemas)}})


def test_json() -> None:
    """A document in JSON is read."""
    document = make_document({})
    assert parse_api(json.dumps(document), "api.json") == document


def test_yaml() -> None:
    """A document in YAML is read, with its status codes and dates as texts."""
    text = "openapi: 3.0.3\npaths:\n  /:\n    get: {responses: {200: {example: 2026-05-01}}}\n"
    assert parse_api(text, "api.yaml") == {
        "openapi": "3.0.3",
        "paths": {"/": {"get": {"responses": {"200": {"example": "2026-05-01"}}}}},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "api is neither JSON nor YAML: Expecting property name", id="json"),
        pytest.param("a: [", "api is neither JSON nor YAML: while parsing", id="yaml"),
        pytest.param('{"a":' * 100_000, "api is neither JSON nor YAML: ", id="deep"),
        pytest.param('{"a": NaN}', "api is neither JSON nor YAML: Out of range", id="NaN"),
        pytest.param("<html>", "api is not an OpenAPI 3 document.", id="text"),
        pytest.param('{"swagger": "2.0"}', "api is not an OpenAPI 3 document.", id="swagger"),
        pytest.param(
            '{"openapi": "3.1.0", "paths": []}', "api is not an OpenAPI 3 document.", id="paths"
        ),
    ],
)
def test_no_document(text: str, message: str) -> None:
    """What is no document is refused with a sentence."""
    with pytest.raises(ApiUnreadable, match=re.escape(message)):
        parse_api(text, "api")


def test_reference_to_another_file() -> None:
    """A document in several files is refused: it has to be bundled."""
    message = re.escape(
        "api refers to 'books.yaml#/Book', which is not in its components."
        " Bundle the document into one file first."
    )
    with pytest.raises(ApiUnreadable, match=message):
        parse_api(json.dumps(refer("books.yaml#/Book")), "api")


@pytest.mark.parametrize("name", ["B", "A/anyOf/1", "A/anyOf/x", "A/anyOf/0/type/0"])
def test_reference_that_leads_nowhere(name: str) -> None:
    """A reference without a target is refused, before a value is compared with it."""
    reference = f"#/components/schemas/{name}"
    message = re.escape(f"api refers to {reference!r}, which does not exist.")
    with pytest.raises(ApiUnreadable, match=message):
        parse_api(json.dumps(refer(reference, {"type": "string"})), "api")


def test_reference_into_a_list() -> None:
    """A reference may lead into a list."""
    document = refer("#/components/schemas/A/anyOf/0", {"type": "string"})
    assert parse_api(json.dumps(document), "api") == document


def test_example_that_looks_like_a_reference() -> None:
    """Values are not searched for references."""
    document = make_document({"/": {"get": {"example": {"$ref": "other.yaml"}}}})
    assert parse_api(json.dumps(document), "api") == document


def test_file(tmp_path: Path) -> None:
    """A file is read as UTF-8."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(make_document({"/ä": {}}), ensure_ascii=False), encoding="utf-8")
    assert list(read_api_file(path)["paths"]) == ["/ä"]


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there is no traceback."""
    with pytest.raises(ApiUnreadable, match=r"none\.json cannot be read: "):
        read_api_file(tmp_path / "none.json")


def parse(document: Any) -> tuple[Any, list[str]]:
    """Return a document as it is read, and the warnings."""
    warnings: list[str] = []
    return parse_api(json.dumps(document), "api", warnings.append), warnings


def test_mistakes_in_schemas() -> None:
    """A part of a schema that is not valid is left out, with a warning."""
    schema = {
        "type": "text",
        "required": ["a", 1],
        "properties": {"a": {"minimum": "0.00", "maximum": 9}},
    }
    document, warnings = parse(make_document({}, schemas={"A": schema}))
    assert document["components"]["schemas"]["A"] == {
        "required": ["a"],
        "properties": {"a": {"maximum": 9}},
    }
    place = "#/components/schemas/A"
    assert sorted(warnings) == [
        f"{place}/properties/a/minimum is ignored: '0.00' is not of type 'number'",
        f"{place}/required/1 is ignored: 1 is not of type 'string'",
        f"{place}/type is ignored: 'text' is not valid under any of the given schemas",
    ]


def test_mistake_inside() -> None:
    """The schemas of parameters and bodies are repaired too; examples are not."""
    parameter = {"in": "query", "name": "a", "schema": {"type": 5}, "example": {"schema": 1}}
    paths = {"/a": {"parameters": [{"schema": True}, parameter]}}
    document, warnings = parse(make_document(paths))
    assert document["paths"]["/a"]["parameters"][1]["schema"] == {}
    assert [warning.partition(" ")[0] for warning in warnings] == [
        "#/paths/~1a/parameters/1/schema/type"
    ]


def test_mistake_that_cannot_be_left_out() -> None:
    """A schema that is none, or that has very many mistakes, is refused."""
    many = {"properties": {str(number): 1 for number in range(30)}}
    for schema, message in (("A", "'A' is not of type 'object'"), (many, "it has too many mist")):
        sentence = f"api has a schema that is not valid: #/components/schemas/A: {message}"
        with pytest.raises(ApiUnreadable, match=re.escape(sentence)):
            parse(make_document({}, schemas={"A": schema}))


def test_schema_that_is_a_part_of_itself() -> None:
    """A schema that no value could be compared with to the end is refused."""
    schemas = {
        "A": {"allOf": [{"type": "object"}, {"$ref": "#/components/schemas/B"}]},
        "B": {"anyOf": [True, {"$ref": "#/components/schemas/A"}]},
    }
    message = "#/components/schemas/A: it is a branch or a part of itself."
    with pytest.raises(ApiUnreadable, match=re.escape(message)):
        parse_api(json.dumps(make_document({}, schemas=schemas)), "api")


def test_schema_that_is_a_part_of_two() -> None:
    """A schema may be a part of several others."""
    part = {"$ref": "#/components/schemas/Part"}
    schemas = {"Part": {"type": "object"}, "A": {"allOf": [part]}, "B": {"oneOf": [part, part]}}
    document = make_document({}, schemas=schemas)
    assert parse_api(json.dumps(document), "api") == document


def test_recursive_schema() -> None:
    """A schema may have itself for a member."""
    tree = {"properties": {"more": {"$ref": "#/components/schemas/Tree"}}}
    document = make_document({}, schemas={"Tree": tree})
    assert parse_api(json.dumps(document), "api") == document


@pytest.mark.parametrize(
    ("part", "message"),
    [
        pytest.param({"/a": 5}, "#/paths/~1a is not an object", id="object"),
        pytest.param({"/a": {"get": {"responses": []}}}, "/responses is not an object", id="map"),
        pytest.param({"/a": {"parameters": {}}}, "#/paths/~1a/parameters is not a list", id="list"),
        pytest.param(
            {"/a": {"parameters": [{"name": 1}]}},
            "#/paths/~1a/parameters/0/name is not a text",
            id="text",
        ),
        pytest.param(
            {"/a": {"get": {"responses": {"200": {"content": {"a/b": 5}}}}}},
            "#/paths/~1a/get/responses/200/content/a~1b is not an object",
            id="inside",
        ),
    ],
)
def test_parts_of_another_shape(part: Any, message: str) -> None:
    """The error names the first one."""
    sentence = re.escape(message)
    with pytest.raises(ApiUnreadable, match=f"^api is not a valid document: .*{sentence}\\.$"):
        parse_api(json.dumps({"openapi": "3.1.0", "paths": part}), "api")


def test_extensions_and_references() -> None:
    """An extension may be anything, and a reference has its target elsewhere."""
    paths = {"x-more": 5, "/a": {"$ref": "#/components/pathItems/A", "get": 5}}
    document = {"openapi": "3.1.0", "paths": paths, "components": {"pathItems": {"A": {}}}}
    assert parse_api(json.dumps(document), "api") == document
