"""What a client makes of responses, in process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

import pytest
from flask import Flask, Response, make_response
from flask_typed import (
    PROVIDED,
    Event,
    EventStream,
    NotAuthenticated,
    Overloaded,
    Problem,
    RequestInvalid,
    Typed,
    raises,
)
from flask_typed.client import TypedClient, UnexpectedResponse
from flask_typed.declare.streams import NO_DATA
from werkzeug.exceptions import HTTPException, NotFound

from . import shop
from .shop import Book, NewBook

T = TypeVar("T")
client = TypedClient(shop.app)


def test_replies() -> None:
    """With their headers, and their statuses beside them."""
    chosen = [client.call(shop.choose_reply, kind) for kind in range(3)]
    assert [getattr(one, "body", one) for one in chosen] == [3, None, shop.read_book(1)]
    assert isinstance(chosen[1], shop.NoContent)
    assert dict(chosen[1].headers or {})["X-A"] == "1"
    answer = client.send(shop.add_book, Book("Emma", Decimal(1)), PROVIDED)
    assert (answer.status, answer.headers["Location"], answer.problem) == (201, "/books/7", None)
    assert repr(answer) == "<Answer 201>"
    pages = client.call(shop.number_pages, PROVIDED)
    assert (pages.body[:2], pages.place) == ([0, 1], None)


def test_streams() -> None:
    """Items, events and text, as they come."""
    events = list(client.events(shop.watch))
    assert events == [Event(1, id="a", event="sold", retry=3), Event(2)]
    assert "".join(client.call(shop.speak)) == "éü"


def test_responses_of_flask() -> None:
    """They are returned as they are; redirects are not followed."""
    assert client.call(shop.send).get_data() == b"content"
    assert client.call(shop.go_elsewhere).status_code == 302


def test_problems() -> None:
    """They are raised as their classes, with their members in their types."""
    with pytest.raises(shop.BookNotFound, match="Gone") as missing:
        client.call(shop.read_book, 404)
    assert missing.value.book_id == 404
    with pytest.raises(NotFound, match="Nowhere") as nowhere:
        client.call(shop.read_book, 405)
    assert not isinstance(nowhere.value, Problem)
    answer = client.send(shop.add_book, Book("gone", Decimal("1.50")), PROVIDED)
    assert isinstance(answer.problem, shop.SoldOut)
    assert (answer.problem.wanted, answer.problem.again) == (Decimal("1.50"), None)
    with pytest.raises(Overloaded) as busy:
        client.call(shop.be_busy)
    assert busy.value.retry_after == 7


def test_invalid_requests() -> None:
    """A value that breaks a constraint is sent: the server decides about it."""
    with pytest.raises(RequestInvalid) as caught:
        client.call(shop.add_book, Book("", Decimal(-1)), PROVIDED)
    assert [fault["pointer"] for fault in caught.value.errors] == ["/title", "/price"]


def test_credentials() -> None:
    """They are headers of a client."""
    with pytest.raises(NotAuthenticated):
        client.call(shop.name_user)
    assert client.with_headers(Authorization="Bearer abc").call(shop.name_user) == "abc"


def test_failures() -> None:
    """A failure of the server is not a problem that a view declares."""
    shop.app.testing = False
    try:
        with pytest.raises(UnexpectedResponse, match="answered with 500") as caught:
            client.call(shop.fail)
    finally:
        shop.app.testing = True
    assert caught.value.document is not None
    assert caught.value.document["status"] == 500


@dataclass
class Envelope(Generic[T]):
    """The envelope of an app."""

    data: T
    message: str = ""


@dataclass
class Line:
    """What may be left out."""

    note: str | None
    count: int = 1


#: Headers of responses.
JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}

Answering = Callable[[Any], TypedClient]


@pytest.fixture
def app() -> Flask:
    """Return an app whose responses a hook replaces: a server of another version."""
    app = Flask("other")
    app.testing = True
    app.config["TYPED_CHECK_RESPONSES"] = "ignore"
    return app


@pytest.fixture
def answering(app: Flask) -> Answering:
    """Return what makes a client of an app that answers all requests with one response."""

    def make(answer: Any) -> TypedClient:
        app.after_request(lambda response: make_response(answer))
        return TypedClient(app)

    return make


def test_a_newer_server(app: Flask, answering: Answering) -> None:
    """Keys that are not known are ignored, and so is a constraint that is no longer there."""

    @Typed(app).get("/")
    def read() -> NewBook:
        return NewBook("Emma", Decimal(1))

    newer = {"title": "x" * 30, "price": "1", "more": 3}
    assert answering(newer).call(read) == NewBook("x" * 30, Decimal(1))


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        pytest.param(({"title": 3}, 200), "does not fit", id="another type"),
        pytest.param(("x", 200, JSON), "cannot be read", id="no JSON"),
        pytest.param(("x", 200), "the body is text/html", id="another media type"),
        pytest.param(({}, 201), "does not have this response", id="another status"),
        pytest.param(("down", 502), "not a problem document", id="of a proxy"),
        pytest.param(
            ("x", 404, PROBLEM),
            "not a problem document",
            id="no JSON of a problem",
        ),
        pytest.param(
            ('{"type": "urn:x", "title": "X"}', 404, PROBLEM),
            "does not declare the problem 'X'",
            id="another problem",
        ),
        pytest.param(
            (
                '{"title": "No book has this id."}',
                404,
                PROBLEM,
            ),
            "does not declare",
            id="members that are missing",
        ),
    ],
)
def test_unexpected(app: Flask, answering: Answering, answer: Any, cause: str) -> None:
    """The error has all that is known."""

    @Typed(app).get("/")
    @raises(shop.BookNotFound)
    def read() -> NewBook:
        return NewBook("Emma", Decimal(1))

    with pytest.raises(UnexpectedResponse, match=cause) as caught:
        answering(answer).call(read)
    assert caught.value.status == answer[1]
    assert "read" in caught.value.view


def test_a_translated_title(app: Flask, answering: Answering) -> None:
    """The only problem of a status is meant, whatever its title is."""

    @Typed(app).get("/")
    @raises(shop.BookNotFound)
    def read() -> int:
        return 1

    text = '{"title": "Kein Buch", "book_id": 3}'
    answer = text, 404, PROBLEM
    with pytest.raises(shop.BookNotFound):
        answering(answer).call(read)


def test_own_shapes(app: Flask) -> None:
    """An envelope is opened; an own shape of problems has no classes."""

    def shape(error: HTTPException) -> dict[str, str]:
        return {"error": error.name}

    typed = Typed(app, envelope=Envelope, problem_shape=shape)

    @typed.get("/")
    @raises(NotFound)
    def read(number: int = 1) -> list[int]:
        if number > 1:
            raise NotFound
        return [number]

    client = TypedClient(app)
    assert client.call(read) == [1]
    with pytest.raises(UnexpectedResponse, match="problem_shape") as caught:
        client.call(read, 2)
    assert caught.value.body == b'{"error":"Not Found"}'


def test_what_responses_leave_out(app: Flask) -> None:
    """Values that are left out are read as they were."""

    @Typed(app).get("/", exclude_none=True, exclude_defaults=True)
    def read() -> list[Line]:
        return [Line(None)]

    assert TypedClient(app).call(read) == [Line(None)]


def test_a_stream_that_fails(app: Flask) -> None:
    """The last event is a problem document."""

    @Typed(app).get("/")
    def watch() -> EventStream[int]:
        yield 1
        raise NotFound

    first, last = TypedClient(app).events(watch)
    assert first == Event(1)
    assert isinstance(last.data, dict)
    assert (last.event, last.data["status"]) == ("error", 404)


def test_events_without_data(app: Flask, answering: Answering) -> None:
    """All line breaks of the format, and an event that the stream does not end."""

    @Typed(app).get("/")
    def watch() -> EventStream[int]:
        yield from ()

    text = ":c\r\n\r\nid: a\r\rdata: 1\ndata:\nother\n\ndata: 2"
    events = list(answering(Response(text, mimetype="text/event-stream")).events(watch))
    assert events == [Event(NO_DATA, id="a"), Event(1)]


def test_lines(app: Flask, answering: Answering) -> None:
    """The last line may have no line break; a stream that is left is closed."""

    @Typed(app).get("/")
    def read() -> Iterator[int]:
        yield 1

    client = answering(Response("1\n\n2\n3", mimetype="application/jsonl"))
    assert list(client.call(read)) == [1, 2, 3]
    cast("Generator[int]", client.call(read)).close()


def test_a_date(app: Flask) -> None:
    """A view without an annotation, and one with a union of bodies of one status."""
    typed = Typed(app)

    @typed.get("/plain")
    def plain():  # type: ignore[no-untyped-def]  # tested
        return "plain"

    @typed.get("/either")
    def either() -> date | None:
        return None

    client = TypedClient(app)
    assert client.call(plain).get_data() == b"plain"
    assert client.call(either) is None
