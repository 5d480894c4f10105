"""Return annotations that are Flask's own, and tuples that hold a status or headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

import pytest
from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from flask_typed import Created, DeclarationError, Reply, Returns, Typed
from werkzeug.datastructures import Headers


@dataclass
class Book:
    """A book."""

    title: str


def serve(annotation: Any, value: Any) -> Flask:
    """Return an app with one view."""
    app = Flask("shop")

    def view() -> Any:
        """Return the value."""
        return value() if callable(value) else value

    view.__annotations__ = {"return": annotation}
    Typed(app).get("/")(view)
    return app


def test_anything_that_flask_takes() -> None:
    """The document promises nothing, as of a view without an annotation."""
    app = Flask("shop")
    typed = Typed(app)

    @typed.get("/pair")
    def pair() -> ResponseReturnValue:
        return {"a": 1}, 201, {"X-Pair": "yes"}

    @typed.get("/text")
    def text() -> ResponseReturnValue | None:
        return "hello"

    client = app.test_client()
    answer = client.get("/pair")
    assert (answer.status_code, answer.headers["X-Pair"], answer.json) == (201, "yes", {"a": 1})
    assert client.get("/text").text == "hello"
    responses: Any = client.get("/openapi.json").get_json()["paths"]["/pair"]["get"]["responses"]
    assert responses["default"] == {"description": "The view's own response."}


def test_names_of_the_view_come_first() -> None:
    """Flask's types name a Response, and so may the module of a view."""
    app = Flask("shop")
    namespace: dict[str, Any] = {"Book": Book}
    code = "class Response(Book): ...\ndef view() -> 'Response': return Response('Emma')"
    exec(code, namespace)
    Typed(app).get("/")(namespace["view"])
    assert app.test_client().get("/").get_json() == {"title": "Emma"}


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(tuple[Response, int], id="status"),
        pytest.param(tuple[Response, int, dict[str, str]], id="status and headers"),
        pytest.param(Response | tuple[Response, int], id="union"),
    ],
)
def test_a_response_in_a_tuple_is_flasks(annotation: Any) -> None:
    """It passes through untouched."""
    client = serve(annotation, lambda: (jsonify(a=1), 201)).test_client()
    assert (client.get("/").status_code, client.get("/").json) == (201, {"a": 1})


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(tuple[Book, int], "a body with status,", id="status"),
        pytest.param(tuple[Book, HTTPStatus], "a body with status,", id="HTTPStatus"),
        pytest.param(tuple[Book, int, dict[str, str]], "a body with status and headers", id="both"),
        pytest.param(tuple[Book, str, dict[str, str]], "a body with status and headers", id="line"),
        pytest.param(tuple[Book, Literal[200, 201]], "a body with status,", id="Literal"),
        pytest.param(Created[Book] | tuple[Book, int], "a body with status,", id="union"),
        pytest.param(Annotated[tuple[str, int], "pair"], "a body with status,", id="Annotated"),
    ],
)
def test_a_status_beside_a_body_is_refused(annotation: Any, message: str) -> None:
    """It would be a JSON array, and the status 200."""
    with pytest.raises(DeclarationError, match=message) as caught:
        serve(annotation, (Book("Emma"), 201))
    assert "`Reply[tuple[" in (caught.value.instead or "")
    assert caught.value.where[0] == "the return annotation"


PAIRS = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


@pytest.mark.parametrize(
    ("annotation", "headers"),
    [
        pytest.param(tuple[Book, dict[str, str]], {"Set-Cookie": "a=1"}, id="dict"),
        pytest.param(tuple[Book, Mapping[str, str]], {"Set-Cookie": "a=1"}, id="Mapping"),
        pytest.param(tuple[Book, Headers], Headers(PAIRS), id="Headers"),
        pytest.param(tuple[Book, list[tuple[str, str]]], PAIRS, id="pairs"),
        pytest.param(tuple[Book, Sequence[tuple[str, str]]], PAIRS, id="Sequence"),
        pytest.param(Created[Book] | tuple[Book, Headers], Headers(PAIRS), id="union"),
        pytest.param(Annotated[tuple[Book, Headers], Returns(status=200)], PAIRS, id="Returns"),
    ],
)
def test_headers_beside_a_body(annotation: Any, headers: Any) -> None:
    """The response is the body's, with the headers; repeated names are kept."""
    client = serve(annotation, (Book("Emma"), headers)).test_client()
    answer = client.get("/")
    assert (answer.status_code, answer.get_json()) == (200, {"title": "Emma"})
    sent = [value for _, value in PAIRS][: len(Headers(headers))]
    assert answer.headers.getlist("Set-Cookie") == sent
    document: Any = client.get("/openapi.json").get_json()
    content = document["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Book"}


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Reply[tuple[str, int]], id="reply"),
        pytest.param(tuple[str, int, int], id="three numbers"),
        pytest.param(tuple[str, list[int]], id="list"),
        pytest.param(tuple[int, ...], id="any number"),
        pytest.param(tuple[()], id="empty"),
        pytest.param(tuple, id="bare"),
    ],
)
def test_other_tuples_are_arrays(annotation: Any) -> None:
    """They are published as such."""
    document: Any = serve(annotation, ()).test_client().get("/openapi.json").get_json()
    content = document["paths"]["/"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["type"] == "array"


def test_flasks_type_stands_alone() -> None:
    """Beside it, another type promises nothing."""
    app = Flask("shop")
    with pytest.raises(DeclarationError, match="Book stands beside it"):

        @Typed(app).get("/")
        def view() -> ResponseReturnValue | Book: ...
