"""What all tests share: an app, its document through the validator, and guards against leaks.

``FLASK_TYPED_PATIENCE`` multiplies the limit of everything that tests wait for (:mod:`.patience`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.declare import settings
from openapi_spec_validator import OpenAPIV31SpecValidator


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that configures the app of a test."""
    config.addinivalue_line("markers", "configured(**config): the configuration of the app")


@pytest.fixture(autouse=True, scope="session")
def _acceleration() -> None:
    """Switch the accelerated path off by default, where tox asks for it."""
    if (
        os.environ.get("FLASK_TYPED_ACCELERATION") == "off"
    ):  # pragma: no cover: in one of tox's runs
        settings.DEFAULTS = {**settings.DEFAULTS, "TYPED_ACCELERATION": False}


@pytest.fixture(autouse=True)
def _no_context_leaks() -> Iterator[None]:
    """Fail a test that leaves an app or request context behind."""
    yield
    assert not flask.has_app_context()
    assert not flask.has_request_context()


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Flask:
    """Return an app in which errors of the program reach the test.

    The marker ``configured`` has its configuration, which :func:`typed` reads.
    """
    app = Flask("shop")
    app.testing = True
    for marker in request.node.iter_markers("configured"):
        app.config.update(marker.kwargs)
    return app


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the app's extension object, for routes without a blueprint."""
    return Typed(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the app."""
    return app.test_client()


@pytest.fixture
def document(app: Flask) -> Callable[[], dict[str, Any]]:
    """Return what fetches the app's document, which is validated each time."""

    def fetch() -> dict[str, Any]:
        document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
        OpenAPIV31SpecValidator(document).validate()
        return document

    return fetch
