"""Headers of problems: members that are headers, and those that a view gives."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from annotated_types import Ge
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Header, Problem, Typed, raises
from werkzeug.exceptions import HTTPException


class Busy(Problem):
    """Too many requests."""

    status = 429
    retry_after: Annotated[int, Header(description="In seconds."), Ge(1)]
    limits: Annotated[list[int] | None, Header(alias="X-Limits")] = None
    queue: str = "main"


@dataclass
class Shape:
    """An error as the app has it."""

    message: str


class Blocked(Problem):
    """Requests of this client are blocked."""

    status = 429


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of views that raise problems."""
    typed = Typed(app)

    @typed.get("/busy")
    @raises(Busy)
    def busy() -> None:
        raise Busy(retry_after=3, limits=[10, 100])

    @typed.get("/both")
    @raises(Busy, Blocked)
    def both() -> None:
        raise Blocked(headers=[("X-Reason", "a"), ("X-Reason", "b")])

    @typed.get("/more")
    @raises(Busy)
    def more() -> None:
        raise Busy(retry_after=3, headers={"X-Queue": "7", "Retry-After": "4"})

    @typed.get("/wrong")
    @raises(Busy)
    def wrong() -> None:
        raise Busy(retry_after="soon")  # type: ignore[arg-type]  # the mistake

    @typed.get("/smuggled")
    def smuggled() -> None:
        raise Blocked(headers={"X-Reason": "a\r\nb"})

    return app.test_client()


def test_a_member_is_a_header(client: FlaskClient) -> None:
    """It is not in the document of the problem."""
    answer = client.get("/busy")
    assert (answer.headers["Retry-After"], answer.headers["X-Limits"]) == ("3", "10, 100")
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "Too many requests.",
        "status": 429,
        "queue": "main",
    }


def test_a_view_gives_headers(client: FlaskClient) -> None:
    """A name may come several times, and what is given counts more than a member."""
    assert client.get("/both").headers.getlist("X-Reason") == ["a", "b"]
    answer = client.get("/more")
    assert (answer.headers["X-Queue"], "X-Limits" in answer.headers) == ("7", False)
    assert answer.headers.getlist("Retry-After") == ["4"]


def test_headers_are_published(client: FlaskClient) -> None:
    """With their types; of several problems of one status, those of one are optional."""
    paths: Any = client.get("/openapi.json").get_json()["paths"]
    busy = paths["/busy"]["get"]["responses"]["429"]
    assert busy["headers"] == {
        "Retry-After": {
            "description": "In seconds.",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "examples": [1]},
        },
        "X-Limits": {
            "required": False,
            "schema": {"type": "array", "items": {"type": "integer"}},
        },
    }
    both = paths["/both"]["get"]["responses"]["429"]
    assert {name: header["required"] for name, header in both["headers"].items()} == {
        "Retry-After": False,
        "X-Limits": False,
    }
    schemas: Any = client.get("/openapi.json").get_json()["components"]["schemas"]
    assert sorted(schemas["Busy"]["properties"]) == ["detail", "queue", "status", "title", "type"]


@pytest.mark.parametrize("path", ["/wrong", "/smuggled"])
def test_what_cannot_be_sent_is_an_error_of_the_app(
    app: Flask, client: FlaskClient, path: str
) -> None:
    """It is a 500, and nothing of it leaves."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get(path)
    assert (answer.status_code, "X-Reason" in answer.headers) == (500, False)


def test_the_shape_of_the_app_has_them_too(app: Flask) -> None:
    """A shape is the body alone."""

    def shape(error: HTTPException) -> Shape:
        return Shape(str(error.description))

    @Typed(app, problem_shape=shape).get("/")
    @raises(Busy)
    def view() -> None:
        raise Busy(retry_after=3)

    client = app.test_client()
    assert client.get("/").headers["Retry-After"] == "3"
    responses: Any = client.get("/openapi.json").get_json()["paths"]["/"]["get"]["responses"]
    assert "Retry-After" in responses["429"]["headers"]


def test_a_problem_is_copied_with_its_headers() -> None:
    """And pickled."""
    problem = Busy(retry_after=3, headers={"X-Queue": "7"})
    for again in (copy.copy(problem), pickle.loads(pickle.dumps(problem))):
        assert (again.retry_after, again.headers) == (3, {"X-Queue": "7"})


def test_headers_is_the_name_of_an_argument() -> None:
    """No member may hide it."""
    with pytest.raises(DeclarationError, match="'headers' cannot be a member of"):

        class Sorted(Problem):
            headers: list[str]  # type: ignore[assignment]  # the mistake


@pytest.mark.parametrize("status", [200, 204, 302, 399])
def test_a_problem_is_an_error(status: int) -> None:
    """A view returns other responses."""
    with pytest.raises(DeclarationError, match=f"Fine has the status {status}") as caught:
        type("Fine", (Problem,), {"status": status})
    assert caught.value.instead is not None
    assert "from 400 to 599" in caught.value.instead


def test_errors_of_werkzeug_have_theirs(client: FlaskClient, app: Flask) -> None:
    """They are sent as before."""
    app.add_url_rule("/plain", view_func=lambda: abort(429))
    assert "GET" in client.post("/busy").headers["Allow"]


class Moved(Problem):
    """The shop has moved."""

    status = 410
    detail = "Since the fire."
    headers = {"X-Since": "1666"}  # as users write it


def test_what_a_class_sets_is_in_all_its_responses(app: Flask) -> None:
    """A detail and headers of the class apply unless the view gives others."""
    typed = Typed(app)

    @typed.get("/one")
    @raises(Moved)
    def one() -> None:
        raise Moved

    @typed.get("/other")
    @raises(Moved)
    def other() -> None:
        raise Moved(detail="Since the flood.", headers={"X-Since": "1697"})

    found = [app.test_client().get(path) for path in ("/one", "/other")]
    assert [(answer.get_json()["detail"], answer.headers["X-Since"]) for answer in found] == [
        ("Since the fire.", "1666"),
        ("Since the flood.", "1697"),
    ]
