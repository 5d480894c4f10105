"""Views that yield: JSON Lines, server-sent events, and chunks of text and bytes."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import flask
import pytest
from flask import Flask, abort, got_request_exception
from flask.testing import FlaskClient
from flask_typed import (
    Accepted,
    DeclarationError,
    Depends,
    Event,
    EventStream,
    MediaType,
    Problem,
    Typed,
    TypedBlueprint,
)
from flask_typed.bridge.iterators import WAITING, ItemSource
from flask_typed.serve import streaming
from flask_typed.serve.streaming import HEARTBEAT, ItemStream, Streaming
from werkzeug.exceptions import ClientDisconnected, HTTPException

Publish = Callable[[], dict[str, Any]]


@dataclass
class Book:
    """A book."""

    id: int
    title: str


@dataclass
class Placed:
    """An order that was placed."""

    kind: Literal["placed"]
    number: int


@dataclass
class Shipped:
    """An order that was shipped."""

    kind: Literal["shipped"]
    number: int


@pytest.fixture
def quiet(app: Flask, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return the log of an app that is not tested: errors are responses."""
    app.testing = False
    caplog.set_level(logging.ERROR)
    return caplog


BOOKS = [Book(1, "Emma"), Book(2, "Persuasion")]
LINES = '{"id":1,"title":"Emma"}\n{"id":2,"title":"Persuasion"}\n'


def yield_books() -> Iterator[Book]:
    yield from BOOKS


def generate_books() -> Generator[Book, None, None]:
    yield from BOOKS


def return_books() -> Iterable[Book]:
    return BOOKS


async def yield_books_async() -> AsyncIterator[Book]:
    for book in BOOKS:
        yield book


async def return_books_async() -> Iterator[Book]:
    return iter(BOOKS)


@pytest.mark.parametrize(
    "view", [yield_books, generate_books, return_books, yield_books_async, return_books_async]
)
def test_lines(typed: Typed, client: FlaskClient, view: Any) -> None:
    """Each item is a line of JSON."""
    typed.get("/")(view)
    response = client.get("/")
    assert response.text == LINES
    assert response.headers["Content-Type"] == "application/jsonl"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in response.headers


def test_only_declared_fields_leave(typed: Typed, client: FlaskClient) -> None:
    """Items are filtered as bodies are."""

    @dataclass
    class Secret(Book):
        secret: str = "s"

    @typed.get("/")
    def view() -> Iterator[Book]:
        yield Secret(1, "Emma")

    assert client.get("/").text == '{"id":1,"title":"Emma"}\n'


def test_no_items(typed: Typed, client: FlaskClient) -> None:
    """The response is empty."""

    @typed.get("/")
    def view() -> Iterator[Book]:
        return iter(())

    assert client.get("/").data == b""


def test_texts_are_lines_too(typed: Typed, client: FlaskClient) -> None:
    """Without a media type, a text is JSON; another name of JSON Lines may be named."""

    @typed.get("/")
    def view() -> Annotated[Iterator[str], MediaType("application/x-ndjson")]:
        yield "a"

    response = client.get("/")
    assert response.text == '"a"\n'
    assert response.mimetype == "application/x-ndjson"


def test_chunks(typed: Typed, client: FlaskClient) -> None:
    """Bytes, and text of another media type, are sent unchanged."""

    @typed.get("/bytes")
    def yield_bytes() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    @typed.get("/text")
    def yield_text() -> Annotated[Iterator[str], MediaType("text/csv")]:
        yield "ä,b\n"

    assert client.get("/bytes").data == b"ab"
    assert client.get("/bytes").mimetype == "application/octet-stream"
    assert client.get("/text").text == "ä,b\n"
    assert client.get("/text").headers["Content-Type"] == "text/csv; charset=utf-8"


def test_a_reply(typed: Typed, client: FlaskClient) -> None:
    """It has the stream as its body, and headers of its own."""

    @typed.get("/")
    def view() -> Accepted[Iterator[Book]]:
        return Accepted(iter(BOOKS), headers={"X-Accel-Buffering": "yes"})

    @typed.get("/plain")
    def view_plain() -> Accepted[Iterator[Book]]:
        return Accepted(iter(BOOKS))

    response = client.get("/")
    assert (response.status_code, response.text) == (202, LINES)
    assert response.headers.getlist("X-Accel-Buffering") == ["yes"]
    assert client.get("/plain").text == LINES


def test_a_tuple(typed: Typed, client: FlaskClient) -> None:
    """A stream may have headers as in Flask."""

    @typed.get("/")
    def view() -> Iterator[tuple[int, int]]:
        return iter([(1, 2)]), {"X-Count": "1"}  # type: ignore[return-value]  # Flask's tuple

    response = client.get("/")
    assert (response.text, response.headers["X-Count"]) == ("[1,2]\n", "1")


def test_events(typed: Typed, client: FlaskClient) -> None:
    """Members of a tagged union name their events; an event may have all that the format has."""

    @typed.get("/")
    def view() -> EventStream[Placed | Shipped]:
        yield Placed("placed", 1)
        yield Event(Shipped("shipped", 2), event="sent", id="7", retry=100, comment="a\r\nb")
        yield Event(retry=5)
        yield Event()

    response = client.get("/")
    assert response.text == (
        'event: placed\ndata: {"kind":"placed","number":1}\n\n'
        ": a\n: b\nevent: sent\nid: 7\nretry: 100\n"
        'data: {"kind":"shipped","number":2}\n\n'
        "retry: 5\n\n"
        ":\n\n"
    )
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"


def test_async_events(typed: Typed, client: FlaskClient) -> None:
    """An async generator yields them as well."""

    @typed.get("/")
    async def view() -> EventStream[Book]:
        yield BOOKS[0]

    assert client.get("/").text == 'data: {"id":1,"title":"Emma"}\n\n'


def test_events_of_text(typed: Typed, client: FlaskClient) -> None:
    """Text of a media type is not JSON: each of its lines is a line of data."""

    @typed.get("/")
    def view() -> EventStream[Annotated[str, MediaType("text/html")]]:
        yield "<p>\r\n</p>"

    assert client.get("/").text == "data: <p>\ndata: </p>\n\n"


@pytest.mark.parametrize("word", ["event", "id"])
@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0", 7])
def test_lines_that_an_event_cannot_have(word: str, text: Any) -> None:
    """A line break would begin another field."""
    with pytest.raises(ValueError, match=rf"Event\({word}=…\) must be a text without line breaks"):
        Event("data", **{word: text})


@pytest.mark.parametrize("retry", [-1, True, 1.5])
def test_retry(retry: Any) -> None:
    """It is a number of milliseconds."""
    with pytest.raises(ValueError, match=r"Event\(retry=…\) must be a number of milliseconds"):
        Event(retry=retry)


class Gone(Problem):
    """The books are gone."""

    status = 410


def test_an_error_before_the_first_item(typed: Typed, client: FlaskClient, quiet: Any) -> None:
    """It is answered like that of any other view, and the generator is closed."""
    closed = []

    @typed.get("/problem")
    def view() -> Iterator[Book]:
        raise Gone
        yield  # type: ignore[unreachable]  # it makes a generator

    @typed.get("/wrong")
    def view_wrong() -> EventStream[Book]:
        try:
            yield "no book"  # type: ignore[misc]  # the mistake
        finally:
            closed.append(True)

    response = client.get("/problem")
    assert response.status_code == 410
    assert response.get_json()["title"] == "The books are gone."
    assert client.get("/wrong").status_code == 500
    assert closed == [True]


def test_an_error_in_events(typed: Typed, client: FlaskClient, quiet: Any, app: Flask) -> None:
    """The stream ends with an event that says nothing of it; the log says where."""
    signalled = []

    @typed.get("/")
    def view() -> EventStream[Book]:
        yield BOOKS[0]
        raise ValueError("secret")

    with got_request_exception.connected_to(lambda _, exception: signalled.append(exception), app):
        text = client.get("/").text
    first, last, rest = text.split("\n\n")
    assert first == 'data: {"id":1,"title":"Emma"}'
    assert last.startswith('event: error\ndata: {"type":"about:blank","title":"Internal Server')
    assert "secret" not in text
    assert rest == ""
    assert str(signalled) == "[ValueError('secret')]"
    (record,) = quiet.records
    assert record.getMessage().startswith("Exception in the stream of test_an_error_in_events.")
    assert record.getMessage().endswith("after item 1 on / [GET]")


def test_an_http_error_in_events(typed: Typed, client: FlaskClient, quiet: Any) -> None:
    """Its problem document is the data; nothing is logged."""

    @typed.get("/")
    def view() -> EventStream[Book]:
        yield BOOKS[0]
        abort(410, "It is sold.")

    assert client.get("/").text.endswith('"status":410,"detail":"It is sold."}\n\n')
    assert quiet.records == []


def test_an_error_in_lines(typed: Typed, client: FlaskClient, quiet: Any) -> None:
    """The server gets an error, so it cuts the response off; the log has the cause."""

    @typed.get("/")
    def view() -> Iterator[Book]:
        yield BOOKS[0]
        yield "no book"  # type: ignore[misc]  # the mistake

    body = iter(client.get("/").response)
    assert next(body) == b'{"id":1,"title":"Emma"}\n'
    with pytest.raises(ConnectionResetError, match=r"The stream of .* ended after item 1"):
        next(body)
    with pytest.raises(StopIteration):
        next(body)
    assert "expected Book, found no 'id' in str" in quiet.text


@pytest.mark.parametrize("value", [None, "text", b"bytes", {}, 7])
def test_what_is_no_stream(typed: Typed, client: FlaskClient, quiet: Any, value: Any) -> None:
    """A value is not a stream of one item."""

    @typed.get("/")
    def view() -> Iterator[Book]:
        return value  # type: ignore[no-any-return]  # the mistake

    assert client.get("/").status_code == 500
    assert "expected an iterator of the items of a stream" in quiet.text


def test_chunks_that_may_be_null(typed: Typed, client: FlaskClient) -> None:
    """They are JSON: there is no chunk that is null."""

    @typed.get("/")
    def view() -> Iterator[bytes | None]:
        yield from (b"a", None)

    assert client.get("/").text == '"YQ=="\nnull\n'


def test_chunks_of_another_type(typed: Typed, client: FlaskClient, quiet: Any) -> None:
    """Bytes are not text."""

    @typed.get("/")
    def view() -> Iterator[bytes]:
        yield "text"  # type: ignore[misc]  # the mistake

    assert client.get("/").status_code == 500
    assert "expected bytes, found a value of type str" in quiet.text


def test_head(typed: Typed, client: FlaskClient) -> None:
    """The headers are those of the stream, of which nothing is made."""

    @typed.get("/")
    def view() -> Iterator[Book]:
        yield Book(1, "Emma")  # pragma: no cover: nothing asks for it

    response = client.head("/")
    assert (response.status_code, response.mimetype) == (200, "application/jsonl")


@pytest.mark.parametrize(
    ("answer", "ends"),
    [(flask.Response, ["closed", "commit it"]), (functools.partial(abort, 409), ["closed"])],
)
def test_a_stream_that_a_decorator_drops(
    app: Flask, typed: Typed, client: FlaskClient, quiet: Any, answer: Any, ends: list[str]
) -> None:
    """The stream, which has begun, is closed before the provider: no task of it is left."""
    log = app.extensions.setdefault("log", [])

    def drop(view: Callable[[str], Any]) -> Callable[[str], Any]:
        @functools.wraps(view)
        def wrapper(session: str) -> Any:
            flask.g.name = "it"
            flask.make_response(view(session))
            return answer()

        return wrapper

    @typed.get("/")
    @drop
    async def view(session: Annotated[str, Depends(lend)]) -> AsyncIterator[str]:
        try:
            yield session
        finally:
            log.append("closed")

    client.get("/")
    assert log == ends


def lend() -> Iterator[str]:
    """Lend a session, and note its end."""
    yield "session"
    flask.current_app.extensions["log"].append(f"commit {flask.g.name}")


def test_providers_and_context(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Providers are closed after the last item, and the app context ends after them."""
    log: list[str] = app.extensions.setdefault("log", [])

    @app.teardown_appcontext
    def end(error: BaseException | None) -> None:
        log.append("teardown")

    @typed.get("/")
    def view(session: Annotated[str, Depends(lend)]) -> Iterator[str]:
        flask.g.name = session
        for number in range(2):
            log.append(str(number))
            yield flask.request.path

    assert client.get("/", buffered=True).text == '"/"\n"/"\n'
    assert log == ["0", "1", "commit session", "teardown"]
    assert not flask.has_app_context()


def test_a_client_that_leaves(typed: Typed, client: FlaskClient) -> None:
    """The generator is closed, then the context."""
    log = []

    @typed.get("/")
    def view() -> Iterator[int]:
        try:
            yield 1
            yield 2  # pragma: no cover: nobody asks for it
        finally:
            log.append(flask.request.path)

    response = client.get("/")
    assert next(iter(response.response)) == b"1\n"
    response.close()
    assert log == ["/"]
    assert not flask.has_app_context()


class Sluggish(ItemSource):
    """Items of which some do not come in time, and some are ready early."""

    def __init__(self, *items: Any) -> None:
        self._items = iter(items)
        self.ready = 0
        self._has_begun = False

    @property
    def has_ready(self) -> bool:
        """Whether the next item is ready."""
        return self.ready > 0

    def take(self, timeout: float | None = None) -> Any:
        """Return the next one."""
        item = next(self._items)
        self.ready -= self._has_begun
        self._has_begun = True
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        """Have no more items."""
        self._items = iter(())


def make_sluggish(*items: Any, heartbeat: float | None = 5.0) -> ItemStream:
    """Return a stream of events of such items."""

    def explain(error: HTTPException) -> bytes:
        return str(error.code).encode()

    settings = Streaming("a view", explain, heartbeat)
    return ItemStream(Sluggish(*items), lambda item: str(item).encode(), settings, has_events=True)


def write_digit(item: int) -> bytes:
    """Write an item that has one digit."""
    if item > 9:
        raise ValueError
    return str(item).encode()


def make_hasty(*items: int, ready: int) -> ItemStream:
    """Return a stream whose items are ready early, but for the first one.

    :param ready: how many.
    """
    source = Sluggish(*items)
    source.ready = ready
    return ItemStream(
        source, write_digit, Streaming("a view", lambda error: b"", None), has_events=False
    )


def test_items_that_are_ready() -> None:
    """They are sent together, up to a number of bytes."""
    assert list(make_hasty(1, 2, 3, ready=2)) == [b"123"]
    assert list(make_hasty(1, 2, 3, ready=1)) == [b"12", b"3"]


def test_many_items_that_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow client does not make them pile up."""
    monkeypatch.setattr(streaming, "MOST_JOINED", 2)
    assert list(make_hasty(1, 2, 3, 4, ready=4)) == [b"12", b"34"]


def test_a_ready_item_that_does_not_fit(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Those before it are sent; then the stream is cut off."""
    stream = make_hasty(1, 2, 10, 4, ready=3)
    with app.test_request_context():
        assert next(stream) == b"12"
        with pytest.raises(ConnectionResetError, match="ended after item 2"):
            next(stream)
    assert "Exception in the stream of a view after item 2" in caplog.text


def test_heartbeats(app: Flask) -> None:
    """When an item does not come, a comment is sent; an error after it is an event."""
    stream = make_sluggish(WAITING, 1, WAITING, KeyError())
    stream.start()
    with app.test_request_context():
        sent = list(stream)
    assert sent == [HEARTBEAT, b"1", HEARTBEAT, b"event: error\ndata: 500\n\n"]


def test_without_heartbeats() -> None:
    """The first item is waited for."""
    stream = make_sluggish(1, heartbeat=None)
    stream.start()
    assert list(stream) == [b"1"]
    stream.close()


def test_a_client_that_is_gone() -> None:
    """Nobody is told."""
    stream = make_sluggish(1, ClientDisconnected())
    stream.start()
    assert next(stream) == b"1"
    with pytest.raises(ClientDisconnected):
        next(stream)


def test_the_document(typed: Typed, document: Publish) -> None:
    """The schema of an item is in the place of the body's."""
    typed.get("/lines")(yield_books)

    @typed.get("/events")
    def view() -> EventStream[Book]: ...  # type: ignore[empty-body]

    @typed.get("/bytes")
    def view_bytes() -> Annotated[Iterator[bytes], MediaType("image/png")]: ...  # type: ignore[empty-body]

    paths = document()["paths"]
    reference = {"schema": {"$ref": "#/components/schemas/Book"}}
    assert paths["/lines"]["get"]["responses"] == {
        "200": {
            "description": "A stream of JSON Lines: each line is one value.",
            "content": {"application/jsonl": reference},
        },
        "4XX": {"description": "The request is rejected."},
    }
    assert paths["/events"]["get"]["responses"]["200"] == {
        "description": "A stream of server-sent events: the data of each event is one value.",
        "content": {"text/event-stream": reference},
    }
    assert paths["/bytes"]["get"]["responses"]["200"]["content"] == {
        "image/png": {"schema": {"type": "string", "format": "binary"}}
    }


def test_the_document_of_openapi_32(app: Flask) -> None:
    """It has a keyword for items; that of events is an event."""
    app.config["TYPED_OPENAPI_VERSION"] = "3.2.0"
    typed = Typed(app)
    typed.get("/lines")(yield_books)

    @typed.get("/events")
    def view() -> EventStream[Book]: ...  # type: ignore[empty-body]

    @typed.get("/texts")
    def view_texts() -> EventStream[Annotated[str, MediaType("text/html")]]: ...  # type: ignore[empty-body]

    paths = app.test_client().get("/openapi.json").get_json()["paths"]

    def read_item(path: str, media_type: str) -> Any:
        content = paths[path]["get"]["responses"]["200"]["content"]
        assert list(content[media_type]) == ["itemSchema"]
        return content[media_type]["itemSchema"]

    book = {"$ref": "#/components/schemas/Book"}
    assert read_item("/lines", "application/jsonl") == book
    assert read_item("/events", "text/event-stream") == {
        "type": "object",
        "properties": {
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": book,
            },
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
    }
    assert read_item("/texts", "text/event-stream")["properties"]["data"] == {"type": "string"}


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (Iterator, "is a stream without the type of its items"),
        (EventStream, "is a stream without the type of its items"),
        (Iterator[Book] | Book, "is a stream, and one of several bodies of one status code"),
        (Iterator[Book] | None, "is a stream, and one of several bodies of one status code"),
        (
            Annotated[Iterator[Book], MediaType("application/json")],
            "are written as JSON Lines, but application/json is another format",
        ),
        (Annotated[EventStream[Book], MediaType("text/event-stream")], "on a stream of events"),
        (Iterator[Annotated[bytes, Depends(lambda: 1)]], "Depends"),
        (Iterator[Annotated[bytes, MediaType("image/png")]], "on a chunk of a stream"),
        (Iterator[Annotated[Book, MediaType("text/html")]], "inside another value"),
        (EventStream[Annotated[Book, MediaType("text/html")]], "inside another value"),
    ],
)
def test_declarations(typed: Typed, annotation: Any, message: str) -> None:
    """What cannot be a stream is refused."""

    def view() -> Any: ...

    view.__annotations__["return"] = annotation
    with pytest.raises(DeclarationError, match=message):
        typed.get("/")(view)


def test_blueprints(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """Streams work on a blueprint's routes, and the view stays a plain generator."""
    blueprint = TypedBlueprint("books", __name__)
    assert blueprint.get("/")(yield_books) is yield_books
    app.register_blueprint(blueprint)
    assert client.get("/").text == LINES
    assert list(yield_books()) == BOOKS


def test_the_wait_for_the_first_event(
    monkeypatch: pytest.MonkeyPatch, typed: Typed, client: FlaskClient
) -> None:
    """The response begins without it: a browser learns that it is connected."""
    monkeypatch.setattr(streaming, "FIRST_WAIT", 0.001)

    @typed.get("/")
    async def view() -> EventStream[int]:
        await asyncio.sleep(0.05)
        yield 1

    assert client.get("/").text == ":\n\ndata: 1\n\n"


def test_a_view_that_calls_another(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The context ends after the stream, whose providers and the caller's are closed."""
    log: list[str] = app.extensions.setdefault("log", [])
    flask_view = app.view_functions

    @app.teardown_appcontext
    def end(error: BaseException | None) -> None:
        log.append("teardown")

    @typed.get("/inner")
    def inner(session: Annotated[str, Depends(lend)]) -> Iterator[str]:
        flask.g.name = "inner"
        yield session

    @typed.get("/outer")
    def outer(session: Annotated[str, Depends(lend)]) -> flask.Response:
        response: flask.Response = flask_view["inner"]()
        return response

    assert client.get("/outer", buffered=True).text == '"session"\n'
    assert log == ["commit inner", "commit inner", "teardown"]


def test_a_stream_that_nobody_reads(typed: Typed, client: FlaskClient) -> None:
    """It ends with its response."""
    typed.get("/")(yield_books)
    assert client.get("/").status_code == 200
    assert not flask.has_app_context()
