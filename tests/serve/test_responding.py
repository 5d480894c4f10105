"""What a view returns becomes a response, by its return annotation and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

import flask
import pytest
from annotated_types import Len
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Accepted,
    Created,
    MediaType,
    NoContent,
    Reply,
    ResponseMismatch,
    Typed,
)
from marshmallow import Schema, fields, post_dump

T = TypeVar("T")


@dataclass
class Book:
    """A body."""

    title: Annotated[str, Len(1)]
    price: Decimal = Decimal(1)


@dataclass
class SecretBook(Book):
    """A subclass with more than the contract says."""

    secret: str = "s3cret"


class Row:
    """What an ORM returns: attributes, more than the contract says."""

    def __init__(self) -> None:
        self.title = "row"
        self.price = Decimal("2.50")
        self.secret = "s3cret"


class BookSchema(Schema):
    """A marshmallow schema with a hook."""

    title = fields.String(required=True)
    pages = fields.Integer()

    @post_dump
    def shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Change what leaves."""
        return {**data, "title": data["title"].upper()}


class Job(Reply[T], Generic[T]):
    """A reply of the user's own."""

    status = 207


class Found(Reply[list[T]], Generic[T]):
    """A reply whose body is made of its argument."""


class Stored(Created[Book]):
    """A reply whose body is fixed."""


class Reset(Reply[None]):
    """A reply of the user's own without a body."""

    status = 205


def serve(typed: Typed, client: FlaskClient, value: Any, annotation: Any, **options: Any) -> Any:
    """Return the response for a value under a return annotation."""

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    typed.post("/", **options)(view)
    return client.post("/")


BOOK = {"title": "a", "price": "1"}

PLAIN = [
    pytest.param(Book("a"), Book, BOOK, id="dataclass"),
    pytest.param(SecretBook("a"), Book, BOOK, id="subclass"),
    pytest.param({"title": "a", "secret": 1}, Book, BOOK, id="dict, default filled in"),
    pytest.param(Row(), Book, {"title": "row", "price": "2.50"}, id="attributes"),
    pytest.param([Book("a")], list[Book], [BOOK], id="list"),
    pytest.param((Book("a") for _ in "x"), list[Book], [BOOK], id="generator"),
    pytest.param(Book("a"), Book | None, BOOK, id="optional"),
    pytest.param(None, Book | None, None, id="null"),
    pytest.param({3, 1, 2}, set[int], [1, 2, 3], id="set, in order"),
    pytest.param({"b", 1}, set[Any], ["b", 1], id="set of anything, in some order"),
    pytest.param("a", str, "a", id="text is JSON"),
    pytest.param(1, int, 1, id="int"),
    pytest.param({"a": 1.5}, dict[str, float], {"a": 1.5}, id="dict"),
    pytest.param([1, "é\0"], Any, [1, "é\0"], id="any"),
    pytest.param((1, "a"), tuple[int, str], [1, "a"], id="tuple"),
    pytest.param((1, 2), tuple[int, ...], [1, 2], id="variadic tuple"),
    pytest.param({"title": "a"}, BookSchema, {"title": "A"}, id="Schema class"),
    pytest.param([{"title": "a"}], list[BookSchema], [{"title": "A"}], id="list of Schema"),
    pytest.param(
        [{"title": "a"}], Annotated[list[Any], BookSchema(many=True)], [{"title": "A"}], id="many"
    ),
]


@pytest.mark.parametrize(("value", "annotation", "expected"), PLAIN)
def test_plain_values(
    typed: Typed, client: FlaskClient, value: Any, annotation: Any, expected: Any
) -> None:
    """A plain value is JSON with status 200, declared fields only."""
    response = serve(typed, client, value, annotation)
    assert (response.status_code, response.json) == (200, expected)
    assert response.content_type == "application/json"
    assert "s3cret" not in response.text


STATUSES = [
    pytest.param(None, None, {}, 204, b"", id="None"),
    pytest.param(None, None, {"status": 202}, 202, b"", id="None with a status"),
    pytest.param(3, int, {"status": 201}, 201, b"3", id="value with a status"),
    pytest.param(Created(3), Created[int], {}, 201, b"3", id="Created"),
    pytest.param(Accepted(3), Accepted[int], {}, 202, b"3", id="Accepted"),
    pytest.param(Reply(3), Reply[int], {}, 200, b"3", id="Reply"),
    pytest.param(Created(None), Created[None], {}, 201, b"", id="Created without body"),
    pytest.param(NoContent(), NoContent, {}, 204, b"", id="NoContent"),
    pytest.param(Job(3), Job[int], {}, 207, b"3", id="own reply"),
    pytest.param(Job(3), Job, {}, 207, b"3", id="own reply of anything"),
    pytest.param(Found([3]), Found[int], {}, 200, b"[3]", id="own reply of a list"),
    pytest.param(Found(["a"]), Found, {}, 200, b'["a"]', id="own reply of a list of anything"),
    pytest.param(Reply(3), Reply, {}, 200, b"3", id="Reply of anything"),
    pytest.param(Reset(None), Reset, {}, 205, b"", id="own reply without body"),
    pytest.param(Stored(Book("a")), Stored, {}, 201, b'{"title":"a","price":"1"}', id="fixed body"),
]


@pytest.mark.parametrize(("value", "annotation", "options", "status", "data"), STATUSES)
def test_statuses(
    typed: Typed,
    client: FlaskClient,
    value: Any,
    annotation: Any,
    options: dict[str, Any],
    status: int,
    data: bytes,
) -> None:
    """The annotation and the route say the status; without a body there is no content type."""
    response = serve(typed, client, value, annotation, **options)
    assert (response.status_code, response.data) == (status, data)
    assert ("Content-Type" in response.headers) == bool(data)


def test_headers_of_replies(typed: Typed, client: FlaskClient) -> None:
    """Headers of a reply are on the response; a mapping or pairs."""
    response = serve(typed, client, Created(1, headers={"Location": "/1"}), Created[int])
    assert response.headers["Location"] == "/1"


def test_header_pairs(typed: Typed, client: FlaskClient) -> None:
    """Headers may be pairs."""
    response = serve(typed, client, NoContent(headers=[("X-A", "1"), ("X-B", "2")]), NoContent)
    assert (response.headers["X-A"], response.headers["X-B"]) == ("1", "2")


@pytest.mark.parametrize(
    ("value", "status", "data"),
    [
        (Book("a"), 200, {"title": "a", "price": "1"}),
        (Accepted(7), 202, 7),
        (NoContent(), 204, None),
    ],
)
def test_several_outcomes(
    typed: Typed, client: FlaskClient, value: Any, status: int, data: Any
) -> None:
    """What is returned tells several outcomes apart."""
    response = serve(typed, client, value, Book | Accepted[int] | NoContent)
    assert (response.status_code, response.get_json(silent=True)) == (status, data)


RAW = [
    pytest.param(
        "<p>", Annotated[str, MediaType("text/html")], "text/html; charset=utf-8", id="html"
    ),
    pytest.param(b"\xff", bytes, "application/octet-stream", id="bytes"),
    pytest.param(
        b"%PDF", Annotated[bytes, MediaType("application/pdf")], "application/pdf", id="pdf"
    ),
]


@pytest.mark.parametrize(("value", "annotation", "content_type"), RAW)
def test_other_media_types(
    typed: Typed, client: FlaskClient, value: Any, annotation: Any, content_type: str
) -> None:
    """Text and bytes of another media type are sent as they are."""
    response = serve(typed, client, value, annotation)
    assert response.content_type == content_type
    assert response.data == (value.encode() if isinstance(value, str) else value)


def test_json_of_another_name(typed: Typed, client: FlaskClient) -> None:
    """A model with a media type is JSON under that name."""
    annotation = Annotated[Book, MediaType("application/vnd.shop.book+json")]
    response = serve(typed, client, Book("a"), annotation)
    assert (response.content_type, response.json) == (
        "application/vnd.shop.book+json",
        {"title": "a", "price": "1"},
    )


def test_a_response_is_untouched(typed: Typed, client: FlaskClient) -> None:
    """flask.Response passes through."""
    response = serve(typed, client, flask.Response("x", 418, mimetype="text/x"), flask.Response)
    assert (response.status_code, response.data, response.mimetype) == (418, b"x", "text/x")


def test_a_response_in_a_tuple_is_flasks(typed: Typed, client: FlaskClient) -> None:
    """A tuple with a response is what Flask makes of it."""
    response = serve(typed, client, (flask.Response("x"), 418), flask.Response)
    assert response.status_code == 418


@pytest.mark.parametrize(
    ("value", "status", "content_type"),
    [
        ("<p>", 200, "text/html; charset=utf-8"),
        ({"a": 1}, 200, "application/json"),
        (("x", 418, {"X": "y"}), 418, "text/html; charset=utf-8"),
    ],
)
def test_without_annotation_the_answer_is_flasks(
    typed: Typed, client: FlaskClient, value: Any, status: int, content_type: str
) -> None:
    """A view without a return annotation answers as Flask does."""

    @typed.get("/")
    def view(limit: int = 1):  # type: ignore[no-untyped-def]
        return value

    response = client.get("/")
    assert (response.status_code, response.content_type) == (status, content_type)


TUPLES = [
    pytest.param((1, 200), 200, {}, id="status"),
    pytest.param((1, 201), 201, {}, id="status of a reply"),
    pytest.param((1, {"X": "y"}), 200, {"X": "y"}, id="headers"),
    pytest.param((1, [("X", "y")]), 200, {"X": "y"}, id="pairs"),
    pytest.param((1, 201, {"X": "y"}), 201, {"X": "y"}, id="both"),
    pytest.param((Created(1), {"X": "y"}), 201, {"X": "y"}, id="a reply with headers"),
]


@pytest.mark.parametrize(("value", "status", "headers"), TUPLES)
def test_flasks_tuples(
    typed: Typed, client: FlaskClient, value: Any, status: int, headers: dict[str, str]
) -> None:
    """Flask's tuples work where the annotation allows their status."""
    response = serve(typed, client, value, int | Created[int])
    assert (response.status_code, response.json) == (status, 1)
    assert headers.items() <= dict(response.headers).items()


MISFITS = [
    pytest.param("3", int, r"at \$ expected an int, found a value of type str", id="text"),
    pytest.param(None, Book, r"at \$ expected Book, found None", id="None"),
    pytest.param(1, None, r"at \$ expected None, found a value of type int", id="not None"),
    pytest.param({}, Book, r"at \$ expected Book, found no 'title' in dict", id="lacking"),
    pytest.param(
        {"title": 1}, Book, r"at \$\.title expected a str, found a value of type int", id="field"
    ),
    pytest.param(
        [Book("a"), Book("")],
        list[Book],
        r"at \$\[1\]\.title expected a str, found one that breaks: \['Shorter than minimum",
        id="constraint",
    ),
    pytest.param(
        1, list[int], r"at \$ expected a collection, found a value of type int", id="item"
    ),
    pytest.param(
        "ab", list[str], r"at \$ expected a collection, found a .* str", id="text as list"
    ),
    pytest.param((1, 404), int, r"at \$ expected an int, found the status code 404", id="status"),
    pytest.param((1,), int, r"at \$ expected \(body, status, headers\).*tuple of 1", id="1-tuple"),
    pytest.param((), int, r"at \$ expected \(body, status, headers\).*tuple of 0", id="0-tuple"),
    pytest.param(
        Created(1), int, r"at \$ expected an int, found Created", id="a reply that is not allowed"
    ),
    pytest.param(
        (Created(1), 201),
        Created[int],
        r"at \$ expected Created\(an int\), found Created",
        id="a reply with a status",
    ),
    pytest.param(
        1,
        Created[int] | Accepted[None],
        r"at \$ expected Created\(an int\) or Accepted\(None\), found int",
        id="no reply",
    ),
    pytest.param("x", flask.Response, r"at \$ expected a Response, found str", id="no response"),
    pytest.param(
        Job(1), Reply[int], r"at \$ expected Reply\(an int\), found Job", id="other status"
    ),
    pytest.param("x", bytes, r"at \$ expected bytes, found a value of type str", id="no bytes"),
    pytest.param(
        object(), Any, r"at \$ expected a JSON value, found a value of type object", id="object"
    ),
    pytest.param(float("nan"), Any, r"at \$ expected a JSON value, found Out of", id="NaN"),
    pytest.param("\ud800", str, r"at \$ expected a JSON value, found 'utf-8'", id="surrogate"),
    pytest.param(
        None, BookSchema, r"at \$ expected a value that BookSchema dumps, found None", id="null"
    ),
    pytest.param(
        {"title": "a", "pages": "x"},
        BookSchema,
        r"expected a value that BookSchema dumps",
        id="Schema",
    ),
]


@pytest.mark.parametrize(("value", "annotation", "message"), MISFITS)
def test_misfits(
    typed: Typed, client: FlaskClient, value: Any, annotation: Any, message: str
) -> None:
    """A value that the annotation does not allow is an error of the program, said exactly."""
    with pytest.raises(ResponseMismatch, match=message) as caught:
        serve(typed, client, value, annotation)
    assert str(caught.value).startswith("serve.view (")


def test_a_misfit_is_explained_in_the_log_only(
    app: Flask, typed: Typed, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets a plain 500; view, field and what was expected are logged."""
    app.testing = False
    with caplog.at_level(logging.ERROR):
        response = serve(typed, client, {"title": 5, "secret": "s3cret"}, Book)
    assert response.status_code == 500
    for told in ("s3cret", "Book", "expected", "serve.view"):
        assert told not in response.text
    logged = caplog.records[0].exc_text or ""
    assert "at $.title expected a str, found a value of type int" in logged
    assert f"serve.view ({__file__}" in logged


def test_lazy_values_are_read_in_the_request(typed: Typed, client: FlaskClient) -> None:
    """An iterator is exhausted while the request is there."""

    def numbers() -> Iterator[str]:
        yield flask.request.path

    @typed.get("/here")
    def view() -> list[str]:
        return numbers()  # type: ignore[return-value]  # as lazily as people write

    assert client.get("/here").json == ["/here"]


@pytest.mark.parametrize("status", [201, "201", "201 CREATED", HTTPStatus.CREATED])
def test_statuses_as_flask_takes_them(typed: Typed, client: FlaskClient, status: Any) -> None:
    """A number, or a line of text."""

    @typed.get("/", status=201)
    def view() -> str:
        return "made", status  # type: ignore[return-value]  # Flask's way

    answer = client.get("/")
    assert (answer.status.upper(), answer.json) == ("201 CREATED", "made")


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(
            Created[int],
            1,
            "expected Created(an int), found int; write `return Created(…)`",
            id="reply",
        ),
        pytest.param(
            int,
            Created(1),
            "expected an int, found Created; write `Created[…]` in the return annotation",
            id="plain value",
        ),
        pytest.param(
            int,
            (1, 201),
            "expected an int, found the status code 201; declare it with status= of"
            " the route, or with a reply such as Created[…]",
            id="status",
        ),
        pytest.param(
            int,
            (1, 404),
            "expected an int, found the status code 404; raise a Problem, and declare"
            " it with @raises",
            id="status of an error",
        ),
    ],
)
def test_a_value_of_another_response(
    typed: Typed, client: FlaskClient, annotation: Any, value: Any, message: str
) -> None:
    """The message has the return statement or the annotation to write."""
    with pytest.raises(ResponseMismatch, match=r"at \$ ") as caught:
        serve(typed, client, value, annotation)
    assert str(caught.value).endswith(f"annotation: at $ {message}")


@pytest.mark.parametrize("status", ["created", "", object()])
def test_a_status_that_is_none(typed: Typed, client: FlaskClient, status: Any) -> None:
    """It is an error of the program."""

    @typed.get("/")
    def view() -> str:
        return "made", status  # type: ignore[return-value]  # the mistake

    with pytest.raises(ResponseMismatch, match=r"expected a status code, found"):
        client.get("/")


HEADERS = [
    pytest.param([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], ["a=1", "b=2"], id="pairs"),
    pytest.param({"Set-Cookie": ["a=1", "b=2"]}, ["a=1", "b=2"], id="lists"),
    pytest.param({"set-cookie": "a=1"}, ["a=1"], id="one"),
]


@pytest.mark.parametrize(("headers", "sent"), HEADERS)
@pytest.mark.parametrize("make", [lambda h: Reply("x", headers=h), lambda h: ("x", 200, h)])
def test_a_header_may_come_several_times(
    typed: Typed, client: FlaskClient, headers: Any, sent: list[str], make: Any
) -> None:
    """In a reply, and in a tuple."""

    def view():  # type: ignore[no-untyped-def]  # see below
        return make(headers)

    view.__annotations__["return"] = Reply[str] if isinstance(make(headers), Reply) else str
    typed.get("/")(view)
    assert client.get("/").headers.getlist("Set-Cookie") == sent


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: b=1", "\u20ac", "a\x00b"], ids=repr)
def test_a_header_that_http_cannot_carry(typed: Typed, client: FlaskClient, text: str) -> None:
    """A client's text in a header is an error of the program that names the header."""

    @typed.get("/")
    def view(word: str) -> Reply[str]:
        return Reply("x", headers={"X-Word": word})

    with pytest.raises(ResponseMismatch, match=r"expected a header 'X-Word' that HTTP can carry"):
        client.get("/", query_string={"word": text})
    assert client.get("/", query_string={"word": "\xe9"}).headers["X-Word"] == "\xe9"
