"""A client that sends operations to the endpoint of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_typed import Typed

pytest.importorskip("strawberry", reason="GraphQL endpoints need the extra")

#: Adds an endpoint, and returns what sends it a document with variables.
Serve = Callable[..., Callable[..., dict[str, Any]]]


@pytest.fixture
def serve(typed: Typed, client: FlaskClient) -> Serve:
    """Return what adds an endpoint with the classes and the options of a test."""

    def add(*classes: Any, **options: Any) -> Callable[..., dict[str, Any]]:
        typed.graphql("/graphql", *classes, **options)

        def send(query: str, **variables: Any) -> dict[str, Any]:
            response = client.post("/graphql", json={"query": query, "variables": variables})
            assert response.status_code == 200, response.text
            found: dict[str, Any] = response.get_json()
            return found

        return send

    return add
