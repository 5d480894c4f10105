"""The method QUERY: safe, with a body."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed, TypedBlueprint


@dataclass
class Search:
    """What is searched for."""

    words: list[str]


def search(wanted: Search, limit: int = 10) -> list[str]:
    """Search."""
    return wanted.words[:limit]


@pytest.mark.parametrize("make", [lambda typed: typed, lambda typed: TypedBlueprint("b", "b")])
def test_answered(app: Flask, typed: Typed, client: FlaskClient, make: Callable[..., Any]) -> None:
    """An object is in the body without a marker, as for POST."""
    routes = make(typed)
    routes.query("/books")(search)
    if isinstance(routes, TypedBlueprint):
        app.register_blueprint(routes)
    typed.get("/books")(lambda: "all")
    answer = client.open("/books?limit=1", method="QUERY", json={"words": ["a", "b"]})
    assert (answer.status_code, answer.json) == (200, ["a"])
    rejected = client.open("/books", method="QUERY", json={"words": 3})
    assert [fault["pointer"] for fault in rejected.json["errors"]] == ["/words"]
    assert set(client.options("/books").allow) == {"GET", "HEAD", "OPTIONS", "QUERY"}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_published(app: Flask, client: FlaskClient, version: str) -> None:
    """OpenAPI 3.2 has a place for it; before that, an extension has."""
    app.config["TYPED_OPENAPI_VERSION"] = version
    Typed(app).query("/books")(search)
    item = client.get("/openapi.json").json["paths"]["/books"]
    found = item["query"] if version == "3.2.0" else item["x-additionalOperations"]["QUERY"]
    assert found["operationId"] == "search"
    assert "requestBody" in found
