"""Flask-Limiter: limits on a view and in a provider, 429 as a problem document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Security, Typed, raises
from werkzeug.exceptions import TooManyRequests

from .answers import invalid, problem

limits = pytest.importorskip("flask_limiter", reason="Flask-Limiter is not installed")

Document = Callable[[], dict[str, Any]]
MISSING = invalid(("query", "/text", "Missing data for required field."))


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> Flask:
    """Return the app of the program of the docs."""
    app: Flask = load("with_limiter").app
    return app


def make_limiter(app: Flask, **options: Any) -> Any:
    """Return a limiter that counts all requests of an app together."""
    return limits.Limiter(lambda: "all", app=app, storage_uri="memory://", **options)


def test_below_the_limit(client: FlaskClient) -> None:
    """An answer below the limit says how many are left."""
    response = client.get("/search?text=Em")
    assert response.get_json() == ["Emma"]
    assert response.headers["X-RateLimit-Remaining"] == "1"


def test_above_the_limit(client: FlaskClient) -> None:
    """What is too much is a problem document, with the headers that say when to come back."""
    for _ in range(2):
        client.get("/search?text=Em")
    response = client.get("/search?text=Em")
    assert (response.status_code, response.get_json()) == (
        429,
        problem(429, "Too Many Requests", detail="2 per 1 minute"),
    )
    assert response.content_type == "application/problem+json"
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_the_decorator_counts_what_reaches_the_view(client: FlaskClient) -> None:
    """A request with faults does not reach the view, and does not count."""
    for _ in range(3):
        assert client.get("/search").get_json() == MISSING
    assert client.get("/search?text=Em").status_code == 200


def test_the_provider_counts_everything(client: FlaskClient) -> None:
    """A limit in a security dependency counts requests with faults too."""
    for _ in range(2):
        response = client.post("/guesses?number=seven")
        assert response.get_json() == invalid(("query", "/number", "Not a valid integer."))
    response = client.post("/guesses?number=7")
    assert (response.status_code, response.get_json()) == (
        429,
        problem(429, "Too Many Requests", detail="2 per 1 minute"),
    )


def test_the_provider_lets_through(client: FlaskClient) -> None:
    """Below its limit a security dependency lets the view answer."""
    assert client.post("/guesses?number=7").get_json() is True


def test_routes_are_counted_apart(client: FlaskClient) -> None:
    """A limit that is used up on one route is not used up on another."""
    for _ in range(3):
        client.get("/search?text=Em")
    assert client.post("/guesses?number=7").status_code == 200


def test_default_limits() -> None:
    """A default limit is checked before Flask calls the view: its 429 is a document too."""
    app = Flask("shop")
    make_limiter(app, default_limits=["1 per minute"])
    Typed(app).get("/")(lambda: "Welcome.")
    client = app.test_client()
    assert client.get("/").status_code == 200
    response = client.get("/")
    assert (response.status_code, response.content_type) == (429, "application/problem+json")


def test_a_limit_of_all_routes() -> None:
    """A limit in a dependency of the app is a problem document on every typed route."""
    app = Flask("shop")
    limiter = make_limiter(app)

    def limit() -> Iterator[None]:
        with limiter.limit("1 per minute"):
            yield

    Typed(app, dependencies=[Security(limit)]).get("/")(raises(TooManyRequests)(lambda: "Welcome."))
    client = app.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/").get_json() == problem(429, "Too Many Requests", detail="1 per 1 minute")


def test_published(document: Document) -> None:
    """The document has the 429 of a view, and the one that a provider says."""
    paths = document()["paths"]
    expected = {
        "description": "Too Many Requests.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    assert paths["/search"]["get"]["responses"]["429"] == expected
    assert paths["/guesses"]["post"]["responses"]["429"] == expected
