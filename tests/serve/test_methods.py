"""HEAD and OPTIONS of typed routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any

import pytest
from flask import Flask, Response, send_file
from flask.testing import FlaskClient
from flask.views import MethodView
from flask_typed import (
    Depends,
    EventStream,
    FileResponse,
    JsonPatch,
    Patch,
    Typed,
    TypedBlueprint,
)
from werkzeug.routing import Rule

#: What providers and streams have done.
noted: list[str] = []


@dataclass
class Book:
    """A book."""

    id: int


def open_store() -> Iterator[None]:
    """Note when a provider is opened and closed."""
    noted.append("open")
    try:
        yield
    finally:
        noted.append("close")


Store = Annotated[None, Depends(open_store)]


def read_book(store: Store) -> Book:
    """Read a book."""
    return Book(1)


def read_books(store: Store) -> Iterator[Book]:
    """Read books one by one."""
    noted.append("item")
    yield Book(1)


def read_events(store: Store) -> EventStream[Book]:
    """Read books as they come."""
    noted.append("item")
    yield Book(1)


def read_file(store: Store) -> FileResponse:
    """Read a file."""
    return send_file(BytesIO(b"Emma"), mimetype="text/plain", etag="1")


def read_response(store: Store) -> Response:
    """Read a response that is made of parts."""
    return Response(iter([b"Emma"]))


def read_nothing(store: Store) -> None:
    """Read nothing."""


VIEWS = [read_book, read_books, read_events, read_file, read_response, read_nothing]


@pytest.fixture
def notes() -> Iterator[list[str]]:
    """Return what was noted in this test."""
    yield noted
    noted.clear()


@pytest.mark.parametrize("view", VIEWS)
def test_head_has_the_headers_of_get(
    typed: Typed, client: FlaskClient, notes: list[str], view: object
) -> None:
    """It has no body, a stream makes no item, and providers are closed."""
    typed.get("/books")(view)  # type: ignore[type-var]  # several
    with client.get("/books") as expected:
        assert expected.data or expected.status_code == 204
    notes.clear()
    response = client.head("/books")
    assert (response.status_code, response.data) == (expected.status_code, b"")
    for headers in (response.headers, expected.headers):
        headers.pop("Date", None)  # a file has one, and the second may have passed
    assert response.headers == expected.headers
    assert notes == ["open", "close"]


def test_head_of_a_known_response_is_a_304(typed: Typed, client: FlaskClient) -> None:
    """Also of a file, which Flask compares."""
    typed.get("/books", etag=True)(read_book)
    typed.get("/files")(read_file)
    for path in ("/books", "/files"):
        tag = client.get(path).headers["ETag"]
        response = client.head(path, headers={"If-None-Match": tag})
        assert (response.status_code, response.headers["ETag"]) == (304, tag)
        assert "Content-Length" not in response.headers


@pytest.fixture
def _views(app: Flask, typed: Typed) -> None:
    """Add several views to one rule, on the app and on a blueprint, and a class-based view."""

    @typed.route("/authors", etag=True)
    class Authors(MethodView):
        def get(self) -> Book:
            return Book(1)

        def head(self) -> Response:
            return Response(headers={"X-Count": "1"})

        def post(self) -> Book: ...

    books = TypedBlueprint("books", __name__, url_prefix="/books")
    for routes, path in ((typed, "/books"), (books, "/")):
        routes.get(path, endpoint="read")(read_book)
        routes.delete(path, endpoint="delete")(read_nothing)
    app.post("/books")(lambda: "plain")
    app.register_blueprint(books)
    assert Authors


@pytest.mark.usefixtures("_views")
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        pytest.param("/authors", {"GET", "HEAD", "OPTIONS", "POST"}, id="class"),
        pytest.param("/books", {"GET", "HEAD", "OPTIONS", "POST", "DELETE"}, id="several"),
        pytest.param("/books/", {"GET", "HEAD", "OPTIONS", "DELETE"}, id="blueprint"),
    ],
)
def test_options_tells_the_methods(client: FlaskClient, path: str, allowed: set[str]) -> None:
    """All views of the rule count; a method that none has is a 405 with the same header."""
    for method, status in (("OPTIONS", 200), ("PUT", 405)):
        response = client.open(path, method=method)
        assert response.status_code == status
        assert set(response.headers["Allow"].split(", ")) == allowed


@dataclass
class Change:
    """A body."""

    number: int


def change_book(change: Change) -> None:
    """Change a book, or search by what it would be."""


def test_options_tells_the_media_types(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Of a PATCH and of a QUERY, on their own rules; a plain route has no such header."""

    @typed.patch("/books/<int:number>")
    def patch(number: int, change: Annotated[Patch[Change], JsonPatch()]) -> None:
        raise NotImplementedError  # pragma: no cover

    typed.get("/books/<int:number>", endpoint="read")(lambda number: "")
    typed.query("/books/<int:number>", endpoint="search")(change_book)
    typed.patch("/nothing")(read_nothing)
    typed.patch("/slash/", endpoint="slash")(change_book)
    app.patch("/plain", endpoint="plain")(lambda: "")
    app.get("/moved", endpoint="moved")(lambda: "")
    app.url_map.add(Rule("/moved", methods=["PATCH"], redirect_to="/slash/", endpoint="slash"))
    json, merged = "application/json", "application/merge-patch+json"
    headers = client.options("/books/1").headers
    assert headers["Accept-Patch"] == f"{json}, {merged}, application/json-patch+json"
    assert headers["Accept-Query"] == json
    assert client.options("/slash/").headers["Accept-Patch"] == json
    for path in ("/plain", "/nothing", "/moved"):
        assert "Accept-Patch" not in client.options(path).headers


def test_a_wrong_media_type_is_told_the_right_ones(
    typed: Typed, client: FlaskClient, document: Any
) -> None:
    """The 415 of a PATCH or a QUERY has them, and the document has the header."""
    typed.route("/", methods=["PATCH", "QUERY", "POST"])(change_book)
    sent = {"data": "a", "content_type": "text/plain"}
    assert client.patch("/", **sent).headers["Accept-Patch"] == "application/json"
    assert client.open("/", method="QUERY", **sent).headers["Accept-Query"] == "application/json"
    assert {"Accept-Patch", "Accept-Query"}.isdisjoint(client.post("/", **sent).headers.keys())
    responses = document()["paths"]["/"]["patch"]["responses"]
    assert responses["415"]["headers"]["Accept-Patch"]["schema"] == {"type": "string"}


@pytest.mark.usefixtures("_views")
def test_a_view_may_answer_head_itself(client: FlaskClient) -> None:
    """The hash of a GET is unknown to it."""
    headers = client.head("/authors").headers
    assert (headers["X-Count"], "ETag" in headers) == ("1", False)
    assert "ETag" in client.get("/authors").headers
