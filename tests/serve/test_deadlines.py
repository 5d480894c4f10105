"""Routes with a timeout: who sets it, what is interrupted, and what the client gets."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import gevent
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    DeadlineExceeded,
    DeclarationError,
    Depends,
    EventStream,
    Problem,
    RequestTimedOut,
    ServiceTimedOut,
    Typed,
    TypedBlueprint,
)
from flask_typed.bridge import deadlines, timers
from flask_typed.bridge.deadlines import CURRENT, Deadline
from flask_typed.serve import timing
from werkzeug.exceptions import GatewayTimeout

Publish = Callable[[], dict[str, Any]]
#: Asks for a path, in a greenlet or in the thread of the test; returns the response.
Ask = Callable[..., Any]

SHORT = 0.02
LONG = 60.0
TIMED_OUT = {
    "type": "urn:flask-typed:deadline-exceeded",
    "title": "The request took too long.",
    "status": 504,
}


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Ask in a greenlet, as gevent's workers do; the test waits for the response."""

    def ask_in_greenlet(path: str = "/", method: str = "GET", **options: Any) -> Any:
        return gevent.spawn(client.open, path, method=method, buffered=True, **options).get()

    return ask_in_greenlet


@dataclass
class Book:
    """A book."""

    id: int


class Provided(list[str]):
    """What happened to a provider, in order."""

    def lend(self) -> Iterator[str]:
        """Lend a value."""
        try:
            yield "lent"
        except DeadlineExceeded:
            self.append("interrupted")
            raise
        finally:
            self.append("closed")

    async def lend_async(self) -> AsyncIterator[str]:
        """Lend a value from async code."""
        try:
            yield "lent"
        except DeadlineExceeded:
            self.append("interrupted async")
            raise


@pytest.fixture
def provided() -> Provided:
    """Return an empty record."""
    return Provided()


def serve_waiting(
    typed: Typed,
    rule: str = "/",
    seconds: float = LONG,
    sleep: Callable[[float], object] = gevent.sleep,
    **options: Any,
) -> None:
    """Add a view that waits."""

    def wait() -> None:
        sleep(seconds)

    typed.route(rule, endpoint=rule.strip("/") or "root", **options)(wait)


# Who sets it


def find_seconds(app: Flask) -> dict[str, float | None]:
    """Return the time of each route, by its path."""
    operations = app.extensions["typed"].operations
    return {each.rule.rule: each.time_limit.seconds for each in operations}


@pytest.mark.configured(TYPED_TIMEOUT=5)
def test_the_innermost_wins(app: Flask, typed: Typed) -> None:
    """Of the app, the blueprints around a route, and the route; ``None`` lifts the others."""
    outer = TypedBlueprint("outer", __name__, url_prefix="/outer", timeout=4)
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", timeout=3.5)
    free = TypedBlueprint("free", __name__, url_prefix="/free", timeout=None)
    for routes in (typed, outer, inner, free):
        routes.get("/")(lambda: None)
        routes.get("/own", timeout=1, endpoint="own")(lambda: None)
        routes.get("/none", timeout=None, endpoint="none")(lambda: None)
    inner.register_blueprint(free)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    alike = {"/own": 1, "/none": None}
    expected = {"": {"/": 5}, "/outer": {"/": 4}, "/outer/inner": {"/": 3.5}}
    expected["/outer/inner/free"] = {"/": None}  # type: ignore[dict-item]  # that is the point
    assert find_seconds(app) == {
        prefix + path: seconds
        for prefix, own in expected.items()
        for path, seconds in {**own, **alike}.items()
    }


@pytest.mark.parametrize("seconds", [0, -1, True, "5", float("nan")], ids=repr)
def test_other_values(typed: Typed, seconds: Any) -> None:
    """They are rejected where they are written."""
    instead = r"\n  Write a number of seconds above 0, or None for no limit\."
    with pytest.raises(DeclarationError, match=rf"timeout= is {seconds!r}\.\n  in .*{instead}"):
        typed.get("/", timeout=seconds)(lambda: None)
    with pytest.raises(DeclarationError, match=rf"\n  in TypedBlueprint\('late'\){instead}"):
        TypedBlueprint("late", __name__, timeout=seconds)


def test_it_is_published(typed: Typed, document: Publish) -> None:
    """As a response of the routes that have it."""
    serve_waiting(typed, "/free")
    serve_waiting(typed, "/timed", timeout=1)
    paths = document()["paths"]
    assert "responses" in paths["/free"]["get"]
    assert "504" not in paths["/free"]["get"]["responses"]
    assert paths["/timed"]["get"]["responses"]["504"] == {
        "description": "The request took too long.",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/RequestTimedOut"}}
        },
    }


# Greenlets


def test_a_greenlet_is_interrupted(typed: Typed, ask: Ask, provided: Provided) -> None:
    """Where it waits; its providers are closed with the exception."""

    lent = [Depends(provided.lend), Depends(provided.lend_async)]
    serve_waiting(typed, timeout=SHORT, dependencies=lent)
    response = ask()
    assert (response.status_code, response.get_json()) == (504, TIMED_OUT)
    assert response.mimetype == "application/problem+json"
    assert provided == ["interrupted async", "interrupted", "closed"]


@pytest.mark.configured(TYPED_TIMEOUT=SHORT, TYPED_TIMEOUT_RETRY_AFTER=7)
def test_the_client_may_try_again(typed: Typed, ask: Ask, document: Publish) -> None:
    """If the app says so: a 503 with ``Retry-After``, which is published."""
    serve_waiting(typed)
    response = ask()
    title = "The request took too long; try again later."
    assert response.get_json() == {**TIMED_OUT, "title": title, "status": 503}
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert "Retry-After" in document()["paths"]["/"]["get"]["responses"]["503"]["headers"]


def test_error_handlers(app: Flask, typed: Typed, ask: Ask) -> None:
    """They get the problem, with what was interrupted as its cause."""
    serve_waiting(typed, timeout=SHORT)
    found: list[Problem] = []

    @app.errorhandler(RequestTimedOut)
    def explain(error: RequestTimedOut) -> tuple[str, int]:
        found.append(error)
        return "late", 500

    assert ask().get_data() == b"late"
    assert isinstance(found[0].__cause__, DeadlineExceeded)
    assert str(found[0].__cause__) == "The request took longer than 0.02 s."
    assert issubclass(RequestTimedOut, GatewayTimeout)
    assert ServiceTimedOut.type == RequestTimedOut.type


def test_every_part_is_interrupted(typed: Typed, ask: Ask) -> None:
    """A provider that waits, and what makes the first item of a stream."""

    def provide() -> None:
        gevent.sleep(LONG)

    serve_waiting(typed, "/provider", 0, timeout=SHORT, dependencies=[Depends(provide)])

    @typed.get("/lines", timeout=SHORT)
    def stream() -> Iterator[int]:
        gevent.sleep(LONG)
        yield 1  # pragma: no cover: it is interrupted before

    assert [ask(path).status_code for path in ("/provider", "/lines")] == [504, 504]


def test_a_stream_has_time_to_end(typed: Typed, ask: Ask) -> None:
    """The deadline is over when the response begins."""

    @typed.get("/", timeout=SHORT)
    def stream() -> Iterator[int]:
        yield 1
        gevent.sleep(2 * SHORT)
        yield 2

    @typed.get("/events", timeout=SHORT)
    def send() -> EventStream[int]:
        yield 1
        gevent.sleep(2 * SHORT)
        yield 2

    assert ask().get_data() == b"1\n2\n"
    assert ask("/events").get_data() == b"data: 1\n\ndata: 2\n\n"


def test_a_body_that_is_late(typed: Typed, ask: Ask) -> None:
    """The client sends too slowly, and gets no 400."""

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            gevent.sleep(LONG)
            return b""  # pragma: no cover: it is interrupted before

    @typed.post("/", timeout=SHORT)
    def take(body: dict[str, int]) -> None: ...

    stream = {"wsgi.input": Slow(), "CONTENT_LENGTH": "9", "CONTENT_TYPE": "application/json"}
    assert ask("/", "POST", environ_overrides=stream).status_code == 504


def test_an_attribute_that_waits(typed: Typed, ask: Ask) -> None:
    """What is written may be loaded late."""

    class Row:
        @property
        def id(self) -> int:
            gevent.sleep(LONG)
            return 1  # pragma: no cover: it is interrupted before

    @typed.get("/", timeout=SHORT, returns=Book)
    def read() -> Row:
        return Row()

    assert ask().status_code == 504


def test_closing_has_time_of_its_own(typed: Typed, ask: Ask) -> None:
    """Providers are not interrupted while they close, within the grace."""
    closed: list[str] = []

    def lend() -> Iterator[None]:
        try:
            yield
        finally:
            gevent.sleep(2 * SHORT)
            closed.append("closed")

    for seconds in (0, 60):
        options = {"timeout": SHORT, "dependencies": [Depends(lend)]}
        serve_waiting(typed, f"/{seconds}", seconds, **options)
    assert [ask(path).status_code for path in ("/0", "/60")] == [204, 504]
    assert closed == ["closed", "closed"]


def test_closing_has_an_end(typed: Typed, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that does not close is interrupted after the grace."""
    monkeypatch.setattr(timers, "GRACE", SHORT)
    monkeypatch.setattr(deadlines, "GRACE", SHORT)

    def lend() -> Iterator[None]:
        yield
        gevent.sleep(LONG)

    serve_waiting(typed, seconds=0, timeout=SHORT, dependencies=[Depends(lend)])
    assert ask().status_code == 504


@pytest.mark.parametrize("kind", ["greenlet", "thread"])
def test_values_of_the_app(typed: Typed, ask: Ask, client: FlaskClient, kind: str) -> None:
    """They are opened to the end, for the requests that come later."""
    opened: list[str] = []

    async def open_value() -> str:
        await asyncio.sleep(3 * SHORT)
        opened.append("opened")
        return "value"

    options = {"timeout": SHORT, "dependencies": [Depends(open_value, scope="app")]}
    serve_waiting(typed, "/", 0, **options)
    serve_waiting(typed, "/free", 0, dependencies=options["dependencies"])
    asked = {"greenlet": ask, "thread": client.get}[kind]
    assert [asked(path).status_code for path in ("/", "/", "/free")] == [504, 204, 204]
    assert opened == ["opened"]


def test_who_goes_on_is_interrupted_again(
    typed: Typed, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that catches the exception may clean up, not more; what it returns is the response."""
    monkeypatch.setattr(timers, "GRACE", SHORT)
    caught: list[str] = []

    @typed.get("/", timeout=SHORT)
    def try_thrice() -> str:
        for _ in range(3):
            try:
                gevent.sleep(LONG)
            except Exception as error:
                caught.append(str(error))
        return "went on"

    assert ask().get_json() == "went on"
    assert caught == ["The request took longer than 0.02 s."] * 3


@pytest.mark.parametrize("cause", [True, False], ids=["cause", "context"])
def test_errors_that_follow(typed: Typed, ask: Ask, cause: bool) -> None:
    """Libraries may wrap the exception; an error of its own is the view's answer."""

    @typed.get("/", timeout=SHORT)
    def wrap() -> None:
        try:
            gevent.sleep(LONG)
        except DeadlineExceeded as error:
            raise ValueError("wrapped") from (error if cause else None)

    assert ask().status_code == 504


def test_other_errors(typed: Typed, ask: Ask) -> None:
    """They are what they were, also in a loop of contexts."""

    @typed.get("/", timeout=LONG)
    def fail() -> None:
        error = ValueError("other")
        error.__cause__ = error
        raise error

    with pytest.raises(ValueError, match="other"):
        ask()


def test_the_next_request_of_a_greenlet(typed: Typed, client: FlaskClient) -> None:
    """It is not interrupted by the deadline of the first."""
    serve_waiting(typed, "/quick", 0, timeout=SHORT)
    serve_waiting(typed, "/late", timeout=SHORT)
    serve_waiting(typed, "/free", 3 * SHORT)

    def keep_alive() -> list[int]:
        paths = ("/quick", "/free", "/late", "/free")
        return [client.get(path).status_code for path in paths]

    assert gevent.spawn(keep_alive).get() == [204, 204, 504, 204]


def test_views_that_call_views(app: Flask, typed: Typed, ask: Ask) -> None:
    """An outer deadline is not the inner view's."""

    serve_waiting(typed, "/inner", timeout=LONG)

    @typed.get("/", timeout=SHORT)
    def outer() -> Any:
        return app.view_functions["inner"]()

    assert ask().status_code == 504


def test_under_a_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module of greenlets is imported with the route."""
    deadlines.load_timers.cache_clear()
    deadlines.prepare_deadlines()
    assert deadlines.load_timers.cache_info().currsize == 0
    monkeypatch.setattr(deadlines, "is_patched", lambda *_: True)
    deadlines.prepare_deadlines()
    assert deadlines.load_timers() is timers


# Threads


def test_an_async_view_is_cancelled(typed: Typed, client: FlaskClient, provided: Provided) -> None:
    """On every worker; it may clean up."""
    cleaned: list[str] = []

    lent = [Depends(provided.lend), Depends(provided.lend_async)]

    @typed.get("/", timeout=SHORT, dependencies=lent)
    async def wait() -> None:
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            await asyncio.sleep(2 * SHORT)
            cleaned.append("cleaned")
            raise

    response = client.get("/")
    assert (response.status_code, response.get_json()) == (504, TIMED_OUT)
    assert provided == ["interrupted async", "interrupted", "closed"]
    assert cleaned == ["cleaned"]


def test_a_thread_goes_on(
    typed: Typed, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing interrupts it: its work is done, so its value is the response, and the log tells."""
    serve_waiting(typed, "/", SHORT + timing.TOLERANCE, time.sleep, timeout=SHORT)
    with caplog.at_level(logging.WARNING, "flask_typed.deadlines"):
        assert [client.get("/").status_code for _ in range(3)] == [204] * 3
    (line,) = caplog.messages
    assert "test_deadlines.py" in line
    assert line.endswith("after its deadline of 0.02 s: a thread cannot be interrupted")


def test_late_requests_are_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next line tells how many there were."""
    late, deadline = timing.LateRequests("view"), Deadline(-0.5)
    with caplog.at_level(logging.WARNING, "flask_typed.deadlines"):
        for _ in range(3):
            late.note(deadline)
        monkeypatch.setattr(timing, "LOG_AGAIN", 0)
        late.note(deadline)
    assert [line.partition("interrupted")[2] for line in caplog.messages] == [
        "",
        " (2 more times since it was last logged)",
    ]


def test_no_view_begins_late(typed: Typed, client: FlaskClient) -> None:
    """The deadline is checked before the view, and not in the next request."""

    def provide() -> None:
        time.sleep(2 * SHORT)

    serve_waiting(typed, timeout=SHORT, dependencies=[Depends(provide)])
    assert client.get("/").get_json() == TIMED_OUT
    assert CURRENT.get() is None


def test_a_copied_context(typed: Typed, client: FlaskClient, ask: Ask) -> None:
    """What outlives the request has no deadline."""
    found: list[Any] = []

    @typed.get("/", timeout=SHORT)
    def view() -> None:
        found.append(CURRENT.get())

    client.get("/")
    ask("/")
    for deadline in found:
        deadline.begin_closing()
        assert deadline.find_wait(LONG) == LONG


# Clients


@pytest.mark.configured(TYPED_CLIENT_TIMEOUT_HEADER="X-Request-Timeout")
@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/timed", "0.02", 504),
        ("/free", "0.02", 504),
        ("/free", None, 204),
        ("/quick", "60", 504),
        ("/free", "60", 204),
    ],
)
def test_clients_can_shorten(
    typed: Typed, ask: Ask, path: str, header: str | None, status: int
) -> None:
    """Not more."""
    serve_waiting(typed, "/timed", 4 * SHORT, timeout=LONG)
    serve_waiting(typed, "/free", 4 * SHORT)
    serve_waiting(typed, "/quick", 4 * SHORT, timeout=SHORT)
    headers = {"X-Request-Timeout": header} if header else {}
    assert ask(path, headers=headers).status_code == status


@pytest.mark.configured(TYPED_CLIENT_TIMEOUT_HEADER="X-Request-Timeout")
@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("soon", "invalid_number", "Not a valid number."),
        ("", "invalid_number", "Not a valid number."),
        ("0", "out_of_range", "Must be greater than 0."),
        ("nan", "invalid_number", "Not a valid number."),
    ],
)
def test_invalid_headers(
    typed: Typed, client: FlaskClient, document: Publish, text: str, code: str, detail: str
) -> None:
    """They are faults beside others; the header is published."""

    @typed.get("/", timeout=LONG)
    def view(page: int) -> None: ...

    response = client.get("/?page=x", headers={"X-Request-Timeout": text})
    assert response.status_code == 422
    faults = response.get_json()["errors"]
    assert {
        "in": "header",
        "pointer": "/X-Request-Timeout",
        "code": code,
        "detail": detail,
    } in faults
    assert len(faults) == 2
    names = [each["name"] for each in document()["paths"]["/"]["get"]["parameters"]]
    assert names == ["page", "X-Request-Timeout"]


# Servers


class Reader:
    """gunicorn's reader of chunks."""

    def __init__(self) -> None:
        self.req = self
        self.is_closed = False

    def force_close(self) -> None:
        """Note that the connection is closed."""
        self.is_closed = True


def test_connections_with_an_unread_body(typed: Typed, ask: Ask) -> None:
    """The server has lost count, so the connection is closed."""
    serve_waiting(typed, timeout=SHORT, methods=["POST"])
    reader, body = Reader(), BytesIO()
    kind = type("Input", (BytesIO,), {"__module__": "gevent.pywsgi", "reader": reader})
    response = ask("/", "POST", environ_overrides={"wsgi.input": kind()})
    assert response.headers["Connection"] == "close"
    assert reader.is_closed
    assert "Connection" not in ask("/", "POST", environ_overrides={"wsgi.input": body}).headers
