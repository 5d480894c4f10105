"""Flask-Caching: what it remembers of providers and of typed views."""

from collections.abc import Callable
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Created, Typed

from .answers import invalid

caching = pytest.importorskip("flask_caching", reason="Flask-Caching is not installed")

Document = Callable[[], dict[str, Any]]


@pytest.fixture
def program(load: Callable[[str], ModuleType]) -> ModuleType:
    """Return the program of the docs."""
    return load("with_caching")


@pytest.fixture
def app(program: ModuleType) -> Flask:
    """Return the program's app."""
    app: Flask = program.app
    return app


@pytest.fixture
def cache(program: ModuleType) -> Any:
    """Return the program's cache."""
    return program.cache


@pytest.fixture
def typed(program: ModuleType) -> Typed:
    """Return the program's extension object."""
    typed: Typed = program.typed
    return typed


def test_a_provider_is_remembered(client: FlaskClient) -> None:
    """A memoized provider runs once for each value of its arguments, over all requests."""
    answers = [client.get(f"/rates?currency={c}").get_json() for c in ("EUR", "GBP", "EUR")]
    assert answers == [
        {"currency": "EUR", "question": 1},
        {"currency": "GBP", "question": 2},
        {"currency": "EUR", "question": 1},
    ]


def test_a_provider_is_asked_after_validation(client: FlaskClient) -> None:
    """The arguments of a memoized provider are validated in every request."""
    response = client.get("/rates?currency=USD")
    assert response.get_json() == invalid(("query", "/currency", "Must be one of: EUR, GBP."))


def test_a_view_is_remembered_by_its_arguments(client: FlaskClient) -> None:
    """``memoize`` on a view goes by the arguments, however the URL writes them."""
    urls = ("/squares?up_to=3", "/squares?up_to=3e0&page=2", "/squares?up_to=2")
    assert [client.get(url).get_json() for url in urls] == [[1, 0, 1, 4], [1, 0, 1, 4], [2, 0, 1]]


def test_a_view_is_remembered_by_its_url(client: FlaskClient) -> None:
    """``cached`` with ``query_string`` goes by the URL: each way to write it counts."""
    urls = ("/cubes?up_to=3", "/cubes?up_to=3", "/cubes?up_to=3e0", "/cubes?up_to=2")
    assert [client.get(url).get_json() for url in urls] == [
        [1, 0, 1, 8],
        [1, 0, 1, 8],
        [2, 0, 1, 8],
        [3, 0, 1],
    ]


def test_cached_without_query_string(client: FlaskClient, cache: Any, typed: Typed) -> None:
    """``cached`` alone goes by the path: another query gets the first one's answer."""

    @typed.get("/double")
    @cache.cached(timeout=60)
    def double(number: int) -> int:
        return 2 * number

    assert [client.get(f"/double?number={n}").get_json() for n in (1, 2)] == [2, 2]


def test_a_reply_is_remembered(client: FlaskClient, cache: Any, typed: Typed) -> None:
    """What is remembered is what the view returned: status and headers with it."""
    numbers = count(1)

    @typed.get("/numbers")
    @cache.cached(timeout=60)
    def make_number() -> Created[int]:
        return Created(next(numbers), headers={"Location": "/numbers/1"})

    for _ in range(2):
        response = client.get("/numbers")
        assert (response.status_code, response.get_json()) == (201, 1)
        assert response.location == "/numbers/1"


def test_faults_are_not_remembered(client: FlaskClient) -> None:
    """A refused request asks the cache nothing, and puts nothing into it."""
    response = client.get("/cubes?up_to=three")
    assert response.get_json() == invalid(("query", "/up_to", "Not a valid integer."))
    assert client.get("/cubes?up_to=1").get_json() == [1, 0]


def test_above_the_route(client: FlaskClient, cache: Any, typed: Typed) -> None:
    """Above the route's decorator nothing is cached: Flask has the view already."""
    numbers = count(1)

    @cache.cached(timeout=60)
    @typed.get("/fresh")
    def read_fresh() -> int:
        return next(numbers)

    assert [client.get("/fresh").get_json() for _ in range(2)] == [1, 2]


def test_published(document: Document) -> None:
    """Memoized views and providers are published as if they were not."""
    paths = document()["paths"]
    names = {path: [p["name"] for p in paths[path]["get"]["parameters"]] for path in paths}
    assert names == {"/rates": ["currency"], "/squares": ["up_to"], "/cubes": ["up_to"]}
