"""The check finds nothing in a mock: both read a document in the same way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_typed.mocking.app import MockApp
from flask_typed.outside.operations import OutsideApi
from flask_typed.probing.checking import CheckOptions, check_api
from flask_typed.probing.findings import CheckReport
from flask_typed.probing.sending import InProcessSender
from flask_typed.probing.wiring import read_header_lines

from ..consumers.zoo import LASTING_TOKEN, create_app
from ..outside.documents import make_document

VERSIONS = ("3.0.3", "3.1.0", "3.2.0")


def check(document: Any, app: Any, max_cases: int = 200) -> CheckReport:
    """Return the report of an app in this process."""
    own = read_header_lines([f"Authorization: Bearer {LASTING_TOKEN}"])
    options = CheckOptions(own, all_methods=True, max_cases=max_cases)
    return check_api(OutsideApi(document), InProcessSender(app), options)


@pytest.mark.parametrize("version", VERSIONS)
def test_mock_of_our_document(version: str) -> None:
    """A document with everything that flask_typed publishes has no finding."""
    zoo: Flask = create_app({"TYPED_OPENAPI_VERSION": version})
    document = zoo.test_client().get("/openapi.json").get_json()
    report = check(document, MockApp(document), max_cases=30)
    assert (document["openapi"], report.findings) == (version, [])
    assert report.sent > 250


def test_our_app() -> None:
    """The app of the document has no finding either."""
    zoo = create_app()
    document = zoo.test_client().get("/openapi.json").get_json()
    report = check(document, zoo)
    assert report.findings == []
    assert report.sent > 400


BASE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "kind": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True, "minLength": 8},
    },
    "required": ["id", "kind", "secret"],
    "discriminator": {"propertyName": "kind"},
}
SCHEMAS = {
    "Animal": BASE,
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Animal"},
            {
                "type": "object",
                "properties": {
                    "lives": {"type": "integer", "maximum": 9, "exclusiveMinimum": 0},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Cat"}},
                },
                "required": ["lives"],
            },
        ]
    },
    "Fish": {"type": "object", "properties": {"depth": {"type": "number", "multipleOf": 0.5}}},
    "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
}
ANIMAL = {
    "application/json": {
        "schema": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Fish")]}
    }
}
PARAMETERS = [
    {"in": "path", "name": "tag", "required": True, "schema": {"type": "string", "minLength": 2}},
    {
        "in": "query",
        "name": "ids",
        "style": "pipeDelimited",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
    },
    {"in": "query", "name": "near", "style": "deepObject", "schema": {"type": "object"}},
    {"in": "query", "name": "filter", "content": {"application/json": {"schema": BASE}}},
    {"in": "header", "name": "X-Date", "schema": {"type": "string", "format": "date"}},
    {"in": "cookie", "name": "theme", "schema": {"enum": ["dark", "light"]}},
]


def test_mock_of_another_document() -> None:
    """Inheritance, unions, recursion, properties of one direction and all styles are no finding."""
    refused = {
        "description": "Not valid.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    operation = {
        "parameters": PARAMETERS,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cat"}}},
        },
        "responses": {"200": {"description": "OK", "content": ANIMAL}, "400": refused},
    }
    document = make_document({"/animals/{tag}": {"post": operation}}, schemas=SCHEMAS)
    report = check(document, MockApp(document))
    assert report.findings == []
    assert report.reached == {"POST /animals/{tag}": ["200", "400"]}
    assert report.sent > 40
