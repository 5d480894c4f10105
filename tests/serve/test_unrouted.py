"""Errors of URLs that look like those of typed routes, and that nothing answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask_typed import Typed, TypedBlueprint
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import BaseConverter, Map, UnicodeConverter

PROBLEM = "application/problem+json"


class Letters(BaseConverter):
    """A converter that takes slashes."""

    regex = "[a-z/]+"


@pytest.fixture
def client(app: Flask, typed: Typed) -> FlaskClient:
    """Serve typed routes beside a plain one."""
    app.url_map.converters["letters"] = Letters
    books = TypedBlueprint("books", __name__, url_prefix="/books")

    @books.get("/<int:book_id>")
    def read(book_id: int) -> int: ...

    @books.get("/<int:book_id>/loans/<uuid:loan_id>")
    def read_loan(book_id: int, loan_id: UUID) -> str: ...

    @books.get("/all/")
    def read_all() -> None: ...

    @typed.get("/words/<letters:word>.txt")
    def read_word(word: str) -> str: ...

    app.register_blueprint(books)
    app.add_url_rule("/plain/<int:number>", "plain", str)
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "status", "media_type"),
    [
        ("GET", "/books/one", 404, PROBLEM),
        ("GET", "/books/-1", 404, PROBLEM),
        ("GET", "/books/1/loans/2", 404, PROBLEM),
        ("GET", "/books/1/", 404, PROBLEM),
        ("GET", "/books/a%0Ab", 404, PROBLEM),
        ("GET", "/words/A/B.txt", 404, PROBLEM),
        ("DELETE", "/books/1", 405, PROBLEM),
        ("DELETE", "/books/all/", 405, PROBLEM),
        ("GET", "/books/1/2", 404, "text/html"),
        ("GET", "/books", 404, "text/html"),
        ("GET", "/plain/one", 404, "text/html"),
        ("POST", "/plain/1", 405, "text/html"),
    ],
)
def test_what_looks_typed_is_a_problem(
    client: FlaskClient, method: str, path: str, status: int, media_type: str
) -> None:
    """The rest stays Flask's; a 405 says in each case what may be asked."""
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, media_type)
    if media_type == PROBLEM:
        assert answer.json is not None
        assert (answer.json["status"], answer.json["type"]) == (status, "about:blank")
    if status == 405:
        assert "GET" in answer.headers["Allow"].split(", ")


@pytest.fixture
def bounded(app: Flask, typed: Typed) -> FlaskClient:
    """Serve routes of one path whose converters refuse some values."""
    for method in ("POST", "GET"):
        typed.route("/few/<int(max=9):number>", methods=[method], endpoint=method)(find)
    typed.post("/words/<word>")(take)
    typed.get("/words/<int(max=9):number>", endpoint="number")(find)
    for method in ("POST", "GET"):
        for path in ("plain", "both"):
            rule, endpoint = f"/{path}/<int(max=9):number>", f"{path}-{method}"
            app.route(rule, methods=[method], endpoint=endpoint)(find)
    typed.put("/both/<word>", endpoint="put")(take)
    return app.test_client()


def find(number: int) -> str:
    """Return nothing that is looked at."""
    return str(number)


def take(word: str) -> None:
    """Take any word."""


@pytest.mark.parametrize(
    ("method", "path", "status", "media_type"),
    [
        ("GET", "/few/9", 200, "application/json"),
        ("GET", "/few/10", 404, PROBLEM),
        ("POST", "/few/10", 404, PROBLEM),
        ("HEAD", "/few/10", 404, PROBLEM),
        ("DELETE", "/few/10", 405, PROBLEM),
        ("DELETE", "/few/9", 405, PROBLEM),
        ("GET", "/words/10", 404, PROBLEM),
        ("GET", "/words/ten", 405, PROBLEM),
        ("GET", "/plain/10", 405, "text/html"),
        ("GET", "/both/10", 405, PROBLEM),
    ],
)
@pytest.mark.parametrize(
    "lean",
    [
        pytest.param(lean, marks=pytest.mark.configured(TYPED_LEAN_FLASK=lean))
        for lean in (True, False)
    ],
)
def test_a_refused_value_is_not_found(
    lean: bool, bounded: FlaskClient, method: str, path: str, status: int, media_type: str
) -> None:
    """werkzeug says 405 if another method has the path; the document says 404."""
    assert bounded.application.config["TYPED_LEAN_FLASK"] is lean
    answer = bounded.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, media_type)
    assert ("Allow" in answer.headers) is (status == 405)


def test_redirects_stay_redirects(client: FlaskClient) -> None:
    """A missing slash leads to the URL with it."""
    answer = client.get("/books/all")
    assert (answer.status_code, answer.location) == (308, "http://localhost/books/all/")


def test_error_handlers_come_first(app: Flask, client: FlaskClient) -> None:
    """What the app says of its 404s holds; what has no handler is a document."""

    @app.errorhandler(404)
    def handle(error: HTTPException) -> Any:
        return ("ours", 404) if "loans" in request.path else error

    assert client.get("/books/1/loans/2").text == "ours"
    assert client.get("/books/one").mimetype == PROBLEM


def test_routes_that_are_added_later(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """They count too."""
    assert client.get("/late/x").mimetype == "text/html"
    app._got_first_request = False

    @typed.get("/late/<int:number>")
    def late(number: int) -> int: ...

    assert client.get("/late/x").mimetype == PROBLEM


def test_the_app_s_own_method_is_called(typed: Typed) -> None:
    """An app that overrides Flask's method is asked as before."""

    class Own(Flask):
        def raise_routing_exception(self, request: Any) -> Any:
            raise NotFound("Ours.")

    app = Own("own")
    Typed(app).get("/<int:number>", endpoint="x")(lambda number: number)
    answer = app.test_client().get("/x")
    assert (answer.status_code, "Ours." in answer.text) == (404, True)


def test_published(app: Flask, client: FlaskClient, document: Callable[[], Any]) -> None:
    """A route whose converters do not take every text has a 404; one that takes all has none."""
    typed = Typed(other := Flask("other"))
    rules = ("/a/<x>", "/b/<path:x>", "/c/<string(length=2):x>", "/d/<any(p, q):x>", "/e/<int:x>")
    for rule in rules:
        typed.get(rule, endpoint=rule[1])(lambda x: None)
    paths = other.test_client().get("/openapi.json").get_json()["paths"]
    statuses = {path[1]: "404" in item["get"]["responses"] for path, item in paths.items()}
    assert statuses == {"a": False, "b": False, "c": True, "d": True, "e": True}
    not_found = document()["paths"]["/books/{book_id}"]["get"]["responses"]["404"]
    assert not_found == {
        "description": "Not Found.",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


@pytest.mark.parametrize(
    ("converter", "schema"),
    [
        ("string(length=2)", {"minLength": 2, "maxLength": 2}),
        ("string(minlength=2)", {"minLength": 2}),
        ("string(maxlength=5)", {"maxLength": 5}),
        ("string(minlength=2, maxlength=5)", {"minLength": 2, "maxLength": 5}),
        ("string", {}),
        ("own", {}),
    ],
)
def test_lengths_of_texts(converter: str, schema: dict[str, int]) -> None:
    """werkzeug's converter of texts says how long they may be."""

    class Own(UnicodeConverter):
        def __init__(self, url_map: Map) -> None:
            super().__init__(url_map)
            self.regex = "[xyz]+"

    app = Flask("shop")
    app.url_map.converters["own"] = Own
    Typed(app).get(f"/<{converter}:x>", endpoint="x")(lambda x: None)
    (item,) = app.test_client().get("/openapi.json").get_json()["paths"].values()
    assert item["get"]["parameters"][0]["schema"] == {"type": "string", **schema}
