"""Every difference between a response and its document is found, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import flask
import pytest
from annotated_types import Ge, Len
from flask import Flask, Response, redirect, send_file
from flask.testing import FlaskClient
from flask_typed import (
    Accepted,
    Created,
    HTTPBearer,
    MediaType,
    Problem,
    Reply,
    Returns,
    Security,
    Typed,
    UndocumentedResponse,
    raises,
)
from flask_typed.libraries.flask import call_dispatching
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

Found = list[tuple[str, str]]
Find = Callable[..., Found]


@dataclass
class Book:
    """A book."""

    id: Annotated[int, Ge(1)]
    title: Annotated[str, Len(1, 20)]
    prices: dict[str, Annotated[int, Ge(0)]]


class Lent(Problem):
    """The book is lent."""

    status = 409
    reader: str


@pytest.fixture
def app() -> Flask:
    """Return an app in which a difference reaches the test."""
    app = Flask("shop")
    app.testing = True
    app.config["TYPED_CHECK_RESPONSES"] = "error"
    return app


@pytest.fixture
def find(client: FlaskClient) -> Find:
    """Return what requests a page, and returns the differences of its answer."""

    def find(path: str = "/", method: str = "GET") -> Found:
        try:
            client.open(path, method=method, buffered=True)
        except UndocumentedResponse as report:
            return [tuple(one) for one in report.differences]
        return []

    return find


@pytest.fixture
def answer(typed: Typed, find: Find) -> Find:
    """Return what finds the differences of a response, whatever view has the annotation."""

    def answer(annotation: Any, response: Response, method: str = "GET") -> Found:
        def view() -> Any:
            return response

        view.__annotations__["return"] = annotation
        typed.get("/")(view)
        return find(method=method)

    return answer


def make_json(value: Any, status: int = 200, **headers: str) -> Response:
    """Return a response with a JSON body."""
    return Response(json.dumps(value), status, headers, content_type="application/json")


DUNE = {"id": 1, "title": "Dune", "prices": {"ann@example.com": 3}}


@pytest.mark.parametrize(
    ("body", "differences"),
    [
        pytest.param(DUNE, [], id="fits"),
        pytest.param({**DUNE, "id": 1.0}, [], id="integer"),
        pytest.param([], [("body", "type object")], id="type"),
        pytest.param({**DUNE, "id": 0}, [("body /id", "minimum 1")], id="bound"),
        pytest.param({**DUNE, "title": ""}, [("body /title", "minLength 1")], id="length"),
        pytest.param(
            {"id": "secret"},
            [
                ("body /id", "type integer"),
                ("body", 'a member "prices"'),
                ("body", 'a member "title"'),
            ],
            id="several",
        ),
        pytest.param(
            {**DUNE, "password": "secret"},
            [("body", "only members of the schema")],
            id="unknown",
        ),
        pytest.param(
            {**DUNE, "prices": {"ann@example.com": -1}},
            [("body /prices/*", "minimum 0")],
            id="personal",
        ),
    ],
)
def test_json(answer: Find, body: Any, differences: Found) -> None:
    """Each place that differs is named, and what is expected there."""
    assert answer(Book, make_json(body)) == differences


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"{", "JSON", id="cut"),
        pytest.param(b"", "JSON", id="empty"),
        pytest.param(b'"\xff"', "JSON", id="bytes"),
        pytest.param(b"NaN", "JSON", id="NaN"),
        pytest.param(b'{"id": 1, "id": 2}', "each name once in an object", id="repeated"),
    ],
)
def test_what_is_not_json(answer: Find, data: bytes, expected: str) -> None:
    """A body that some parsers refuse, or read in different ways."""
    response = Response(data, content_type="application/json")
    assert answer(Book, response) == [("body", expected)]


@dataclass
class Tree:
    """A recursive model."""

    children: list[Tree]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("[" * 100_000 + "]" * 100_000, id="not-read"),
        pytest.param('{"children": [' * 400 + "]}" * 400, id="not-compared"),
        pytest.param("1e1000000000000000000000", id="number"),
    ],
)
def test_what_python_cannot_read(answer: Find, data: str) -> None:
    """A body that is nested too deeply, or a number that is too large, is left."""
    response = Response(data, content_type="application/json")
    assert answer(Tree, response) == []


def test_differences_are_bounded(answer: Find) -> None:
    """The first twenty are enough."""
    found = answer(list[int], make_json(["x"] * 100))
    assert found == [(f"body /{index}", "type integer") for index in range(20)]


def test_a_body_of_another_media_type(answer: Find) -> None:
    """A page where JSON is declared."""
    page = Response("<p>", content_type="text/html")
    assert answer(Book, page) == [("media type", "application/json")]


Picture = Annotated[Response, Returns(status=200), MediaType("image/png", "image/*")]
Csv = Annotated[str, MediaType("text/csv; header=present"), Len(1, 5)]
Packed = Annotated[int, MediaType("application/msgpack")]


@pytest.mark.parametrize(
    ("annotation", "response", "differences"),
    [
        pytest.param(Picture, Response("x", content_type="image/png"), [], id="named"),
        pytest.param(Picture, Response("x", content_type="image/gif"), [], id="range"),
        pytest.param(
            Picture,
            Response("x", content_type="text/plain"),
            [("media type", "image/png or image/*")],
            id="outside",
        ),
        pytest.param(
            Csv,
            Response("a,b", content_type="TEXT/CSV; charset=utf-8; header=present"),
            [],
            id="csv",
        ),
        pytest.param(
            Csv, Response("a,b", content_type="text/csv"), [("media type", "text/csv")], id="option"
        ),
        pytest.param(
            Csv,
            Response("a,b,c,d", content_type="text/csv; header=present"),
            [("body", "maxLength 5")],
            id="text",
        ),
        pytest.param(
            Csv,
            Response(b"\xff", content_type="text/csv; header=present"),
            [("body", "text")],
            id="not-text",
        ),
        pytest.param(
            Csv,
            Response("a", content_type="text/csv; header=present; charset=none"),
            [("body", "text")],
            id="no-charset",
        ),
        pytest.param(
            Csv,
            Response(b"\xe9" * 3, content_type="text/csv; header=present; charset=latin-1"),
            [],
            id="charset",
        ),
        pytest.param(
            Packed, Response(b"\x01", content_type="application/msgpack"), [], id="MessagePack"
        ),
        pytest.param(
            Packed,
            Response(b"\xa1a", content_type="application/msgpack"),
            [("body", "type integer")],
            id="another-value",
        ),
        pytest.param(
            Packed,
            Response(b"\xc1", content_type="application/msgpack"),
            [("body", "MessagePack")],
            id="not-MessagePack",
        ),
        pytest.param(bytes, Response("x", content_type="application/octet-stream"), [], id="bytes"),
        pytest.param(
            Annotated[bytes, MediaType("application/xml")],
            Response(b"<?xml encoding='latin-1'?>\xe9", content_type="application/xml"),
            [],
            id="charset-inside",
        ),
    ],
)
def test_media_types(answer: Find, annotation: Any, response: Response, differences: Found) -> None:
    """The media type is one of those that are declared; of bytes, nothing else is."""
    assert answer(annotation, response) == differences


@pytest.mark.parametrize(
    ("annotation", "response", "differences"),
    [
        pytest.param(None, Response(status=204), [], id="204"),
        pytest.param(None, Response("dropped", 204), [], id="dropped"),
        pytest.param(Accepted[None], Response(status=202), [], id="202"),
        pytest.param(Accepted[None], Response("x", 202), [("body", "none")], id="body"),
        pytest.param(Accepted[None], Response(iter(["x"]), 202), [("body", "none")], id="stream"),
        pytest.param(
            Annotated[Response, Returns(status=302)], redirect("/elsewhere", 302), [], id="redirect"
        ),
        pytest.param(
            Annotated[Response, Returns(status=200)], Response("x"), [("body", "none")], id="200"
        ),
        pytest.param(Response, Response("tea", 418), [], id="any"),
        pytest.param(Any, make_json(1), [], id="value"),
    ],
)
def test_bodies_that_nobody_describes(
    answer: Find, annotation: Any, response: Response, differences: Found
) -> None:
    """Without a media type there is no body, but where the view may answer anything."""
    assert answer(annotation, response) == differences


def test_head(answer: Find) -> None:
    """The status, the headers and the media type are those of a GET, and no body is sent."""
    assert answer(Book, make_json({"id": "x"}), method="HEAD") == []


def test_head_of_another_media_type(answer: Find) -> None:
    """It is found."""
    page = Response("<p>", content_type="text/html")
    assert answer(Book, page, method="HEAD") == [("media type", "application/json")]


def test_a_stream_is_left_alone(app: Flask, typed: Typed) -> None:
    """Nobody takes its items before the client does."""
    taken = []

    def produce() -> Iterator[str]:
        taken.append("not JSON")
        yield from taken

    @typed.get("/")
    def view() -> Book:
        return Response(produce(), content_type="application/json")  # type: ignore[return-value]

    with app.test_request_context("/"):
        response = call_dispatching(app.full_dispatch_request)
        assert (taken, response.is_streamed) == ([], True)
        assert response.get_data(as_text=True) == "not JSON"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Content-Encoding": "gzip"}, id="encoded"),
        pytest.param({"Content-Range": "bytes 0-3/9"}, id="cut"),
    ],
)
def test_a_body_that_is_not_whole(answer: Find, headers: dict[str, str]) -> None:
    """What a client puts together is not there to be compared."""
    assert answer(Book, make_json("x", **headers)) == []


def test_a_file(typed: Typed, find: Find) -> None:
    """It is not read."""

    @typed.get("/")
    def view() -> Book:
        return send_file(__file__, mimetype="application/json")  # type: ignore[return-value]

    assert find() == []


Listed = Annotated[
    Reply[int],
    Returns(
        headers={
            "X-Count": Annotated[int, Ge(0)],
            "X-Ids": list[int] | None,
            "X-Words": list[str] | None,
            "X-Rate": float | None,
            "X-Flag": bool | None,
            "X-Text": str | None,
            "X-Any": Any | None,
            "X-Either": int | bool | None,
        }
    ),
]


@pytest.mark.parametrize(
    ("headers", "differences"),
    [
        pytest.param({"X-Count": "3"}, [], id="fits"),
        pytest.param({"X-COUNT": "3"}, [], id="case"),
        pytest.param({}, [("header X-Count", "a value; it is missing")], id="missing"),
        pytest.param({"X-Count": "-3"}, [("header X-Count", "minimum 0")], id="bound"),
        pytest.param({"X-Count": "three"}, [("header X-Count", "type integer")], id="text"),
        pytest.param({"X-Count": "3", "X-Ids": "1, 2,3"}, [], id="list"),
        pytest.param(
            {"X-Count": "3", "X-Ids": "1,x"}, [("header X-Ids", "type integer")], id="item"
        ),
        pytest.param({"X-Count": "3", "X-Ids": ""}, [], id="no-items"),
        pytest.param({"X-Count": "3", "X-Words": "1,x"}, [], id="words"),
        pytest.param({"X-Count": "3", "X-Rate": "1.5e3"}, [], id="number"),
        pytest.param({"X-Count": "3", "X-Flag": "true"}, [], id="truth"),
        pytest.param(
            {"X-Count": "3", "X-Flag": "True"}, [("header X-Flag", "type boolean")], id="no"
        ),
        pytest.param({"X-Count": "3", "X-Text": "x"}, [], id="string"),
        pytest.param({"X-Count": "3", "X-Any": "x"}, [], id="anything"),
        pytest.param({"X-Count": "3", "X-Either": "false"}, [], id="union"),
        pytest.param(
            {"X-Count": "3", "X-Either": "x"},
            [("header X-Either", "type boolean or integer")],
            id="neither",
        ),
    ],
)
def test_headers(typed: Typed, find: Find, headers: dict[str, str], differences: Found) -> None:
    """Each that is declared has a value of its type, and each that is required is there."""

    @typed.get("/")
    def view() -> Listed:
        return Reply(1, headers=headers)

    assert find() == differences


POINT = {"schema": {"type": "object", "required": ["x"]}}


def test_a_header_that_is_an_object(typed: Typed, client: FlaskClient) -> None:
    """Nothing here writes one, and it is not compared."""

    @typed.get("/")
    def view() -> Annotated[Reply[int], Returns(extra={"headers": {"X-Point": POINT}})]:
        return Reply(1, headers={"X-Point": "y,1"})

    assert client.get("/").status_code == 200


Signed = Annotated[Reply[int], Returns(cookies={"seen": int, "name": str | None})]


@pytest.mark.parametrize(
    ("cookies", "differences"),
    [
        pytest.param(["seen=1; Path=/", "name=ann"], [], id="fit"),
        pytest.param(["name=ann"], [("cookie seen", "a value; it is missing")], id="missing"),
        pytest.param(
            ["seen=; Max-Age=0"], [("cookie seen", "a value; it is missing")], id="deleted"
        ),
        pytest.param(["seen=ann"], [("cookie seen", "type integer")], id="type"),
    ],
)
def test_cookies(typed: Typed, find: Find, cookies: list[str], differences: Found) -> None:
    """Likewise."""

    @typed.get("/")
    def view() -> Signed:
        return Reply(1, headers=[("Set-Cookie", cookie) for cookie in cookies])

    assert find() == differences


@pytest.mark.parametrize(
    ("is_removed", "differences"),
    [(False, []), (True, [("header WWW-Authenticate", "a value; it is missing")])],
)
def test_a_challenge_is_required(
    app: Flask, typed: Typed, find: Find, is_removed: bool, differences: Found
) -> None:
    """The document promises it with each 401; whoever takes it away is found."""

    @typed.get("/")
    def view(token: Annotated[str, Security(HTTPBearer())]) -> int: ...

    @app.after_request
    def remove(response: Response) -> Response:
        if is_removed:
            del response.headers["WWW-Authenticate"]
        return response

    assert find() == differences


@raises(NotFound, Lent)
def fail(kind: str, more: int = 1) -> Created[Book]:
    """Fail in one of several ways."""
    if kind == "lent":
        raise Lent(reader="Ann")
    flask.abort(int(kind))


@pytest.mark.parametrize(
    ("kind", "differences"),
    [
        pytest.param("lent", [], id="problem"),
        pytest.param("404", [], id="declared"),
        pytest.param("422", [], id="invalid"),
        pytest.param("403", [("status", "201, 404, 409 or 422")], id="undeclared"),
        pytest.param("500", [], id="failure"),
    ],
)
def test_errors(typed: Typed, find: Find, kind: str, differences: Found) -> None:
    """They are answers like any other."""
    typed.get("/<any(lent, '404', '422', '403', '500'):kind>")(fail)
    assert find(f"/{kind}") == differences


@pytest.mark.parametrize(
    ("body", "differences"),
    [
        pytest.param({"error": "x"}, [("media type", "application/problem+json")], id="json"),
        pytest.param(("gone", 410), [("status", "200, 404 or 422")], id="status"),
        pytest.param(
            make_json({"title": "x"}, 404, **{"X-By": "handler"}),
            [("media type", "application/problem+json")],
            id="response",
        ),
    ],
)
def test_error_handlers(
    app: Flask, typed: Typed, find: Find, body: Any, differences: Found
) -> None:
    """Whoever answers an error answers for the route."""

    @typed.get("/")
    @raises(NotFound)
    def view(number: int = 1) -> int:
        raise NotFound

    @app.errorhandler(404)
    def handle(error: Exception) -> Any:
        return body if isinstance(body, (tuple, Response)) else (body, 404)

    assert find() == differences


@pytest.fixture
def _warned(app: Flask) -> None:
    """Warn: Flask logs what is raised while it answers an error."""
    app.config["TYPED_CHECK_RESPONSES"] = "warn"


@pytest.mark.usefixtures("_warned")
def test_a_failure_has_the_shape_of_errors(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A 500 is in no document: a problem document is compared, any other page is not."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @typed.get("/")
    def view() -> int:
        return 1 // 0

    @app.errorhandler(500)
    def handle(error: Exception) -> Any:
        return answers.pop()

    bare = Response('{"title": 1}', 500, content_type="application/problem+json")
    answers: list[Any] = [bare, ("sorry", 500), InternalServerError()]
    assert client.get("/").is_json
    assert client.get("/").text == "sorry"
    with pytest.warns(UndocumentedResponse, match="body /title: expected type string"):
        client.get("/")


def own_shape(error: HTTPException) -> Annotated[bytes, MediaType("image/png")]:
    """Draw an error."""
    return b"png"


def test_a_shape_of_bytes(app: Flask, client: FlaskClient) -> None:
    """There is nothing to compare."""

    @Typed(app, problem_shape=own_shape).get("/")
    def view(number: int) -> int:
        flask.abort(number)

    for number in (422, 500):
        assert client.get(f"/?number={number}").data == b"png"
