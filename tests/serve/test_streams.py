"""Streams whose response is changed, replaced or never sent: their providers close once."""

from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from contextvars import copy_context
from typing import Annotated, Any

import flask
import pytest
from flask import Flask, Response, request, stream_with_context
from flask.testing import FlaskClient
from flask_typed import Depends, Typed
from flask_typed.bridge.ending import Ending
from flask_typed.libraries.flask import call_dispatching
from flask_typed.serve.streams import StreamBody
from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import EnvironBuilder, run_wsgi_app

Hook = Callable[[Response], Response]


@pytest.fixture
def log() -> list[str]:
    """Return what happens."""
    return []


@pytest.fixture(params=["sync", "async"])
def session(request: pytest.FixtureRequest, log: list[str]) -> Any:
    """Return a provider of each kind."""

    def lend() -> Iterator[str]:
        try:
            yield "session"
            log.append("commit")
        except BaseException as error:
            log.append(type(error).__name__)
            raise
        finally:
            log.append("close")

    async def lend_async() -> AsyncIterator[str]:
        try:
            yield "session"
            log.append("commit")
        except BaseException as error:
            log.append(type(error).__name__)
            raise
        finally:
            log.append("close")

    return lend if request.param == "sync" else lend_async


@pytest.fixture
def add(app: Flask, typed: Typed, session: Any, log: list[str]) -> Callable[[Hook], None]:
    """Return what adds a stream, and a hook that sees its response."""
    app.testing = False

    def write() -> Iterator[str]:
        for part in ("1", "2"):
            log.append(part)
            yield part

    def view(lent: Any) -> Response:
        return Response(write())

    view.__annotations__["lent"] = Annotated[str, Depends(session)]
    typed.get("/")(view)
    return app.after_request


UNSENT = ["GeneratorExit", "close"]
CUT = ["1", "GeneratorExit", "close"]
WHOLE = ["1", "2", "commit", "close"]


def wrap(body: Any) -> Iterator[str]:
    """Yield the parts of a body, with something around them, as compression does."""
    for part in body:
        yield f"<{part}>"


def test_a_response_that_is_replaced(
    add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """Nobody needs the stream: it is closed at once."""
    add(lambda response: Response("other"))
    response = client.get("/")
    assert log == UNSENT
    assert response.text == "other"
    response.close()
    assert log == UNSENT


def test_a_response_inside_of_another(
    add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """The stream is sent, to its end."""
    add(lambda response: Response(wrap(response.response)))
    with client.get("/") as response:
        assert log == ["1"]
        assert response.text == "<1><2>"
    assert log == WHOLE


@pytest.mark.parametrize("replaces", [True, False])
def test_a_response_inside_of_another_whose_client_goes_away(
    replaces: bool, add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """What is around the stream does not close it; the response does."""

    def change(response: Response) -> Response:
        body = wrap(response.response)
        if replaces:
            return Response(body)
        response.response = body
        return response

    @add
    def change_keeping(response: Response) -> Response:
        kept.append(response.response)
        return change(response)

    kept: list[Any] = []
    response = client.get("/", buffered=False)
    assert next(response.iter_encoded()) == b"<1>"
    response.close()
    assert log == CUT


def test_a_body_that_is_read_by_a_hook(
    add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """It is whole from then on."""

    @add
    def read(response: Response) -> Response:
        response.get_data()
        assert log == WHOLE
        return response

    assert client.get("/").text == "12"
    assert log == WHOLE


def test_a_body_that_is_dropped_by_a_hook(
    add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """The response is the same, and the stream is not in it."""

    @add
    def drop(response: Response) -> Response:
        kept.append(response.response)
        response.set_data("other")
        return response

    kept: list[Any] = []
    assert client.get("/").text == "other"
    assert log == UNSENT


@pytest.mark.parametrize("status", [204, 304, 101])
def test_statuses_without_a_body(
    status: int, add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """As conditional requests have them."""

    @add
    def change(response: Response) -> Response:
        response.status_code = status
        return response

    assert client.get("/").status_code == status
    assert log == UNSENT


def test_head(add: Any, client: FlaskClient, log: list[str]) -> None:
    """The body is not sent."""
    response = client.head("/")
    assert log == UNSENT
    response.close()
    assert log == UNSENT


def test_a_body_that_the_server_reads_by_itself(
    add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """It is the stream, whoever asks it."""

    @add
    def pass_through(response: Response) -> Response:
        response.direct_passthrough = True
        return response

    response = client.get("/", buffered=False)
    assert list(response.response) == ["1", "2"]  # encoded by nobody
    response.close()
    assert log == WHOLE


@pytest.mark.parametrize("propagate", [True, False])
def test_a_hook_that_fails(
    propagate: bool, app: Flask, add: Callable[[Hook], None], client: FlaskClient, log: list[str]
) -> None:
    """Its error is the one that ends the stream."""
    app.config["PROPAGATE_EXCEPTIONS"] = propagate

    @add
    def fail(response: Response) -> Response:
        raise KeyError("hook")

    if propagate:
        with pytest.raises(KeyError, match="hook"):
            client.get("/")
    else:
        assert client.get("/").status_code == 500
    assert log == ["KeyError", "close"]


@pytest.mark.parametrize("kind", ["teardown_request", "teardown_appcontext"])
def test_what_tears_down_and_fails(
    kind: str, app: Flask, add: Any, client: FlaskClient, log: list[str]
) -> None:
    """The context ends after the stream, so the stream is whole, and the server gets the error."""

    @getattr(app, kind)  # type: ignore[untyped-decorator]
    def fail(error: BaseException | None) -> None:
        raise KeyError("teardown")

    with pytest.raises(Exception, match="teardown"):  # since Flask 3.2 a group of errors
        client.get("/", buffered=True)
    assert log == ["1", "2", "commit", "close"]


def test_a_server_that_refuses_the_response(app: Flask, add: Any, log: list[str]) -> None:
    """It gets no body from which it could learn that there is something to close."""

    def start_response(*args: Any) -> Any:
        raise ValueError("header")

    with pytest.raises(ValueError, match="header"):
        app(EnvironBuilder("/").get_environ(), start_response)
    assert log == ["ValueError", "close"]


def test_a_server_that_fails_while_it_sends(app: Flask, add: Any, log: list[str]) -> None:
    """It closes the body."""
    body, _, _ = run_wsgi_app(app, EnvironBuilder("/").get_environ())
    assert next(iter(body)) == b"1"
    body.close()  # type: ignore[attr-defined]  # it is werkzeug's
    assert log == CUT


def test_a_request_while_an_error_is_handled(add: Any, client: FlaskClient, log: list[str]) -> None:
    """The error is somebody else's."""
    try:
        raise KeyError
    except KeyError:
        response = client.get("/", buffered=False)
        assert sys.exc_info()[0] is KeyError
    assert log == ["1"]
    assert response.text == "12"
    assert log == WHOLE


def test_a_stream_with_the_context_of_its_request(
    app: Flask, typed: Typed, client: FlaskClient, session: Any, log: list[str]
) -> None:
    """Flask pops it again at its end."""

    def write() -> Iterator[str]:
        yield request.path
        log.append("end")

    def view(lent: Any) -> Response:
        return Response(stream_with_context(write()))

    view.__annotations__["lent"] = Annotated[str, Depends(session)]
    typed.get("/")(view)
    assert client.get("/").text == "/"
    assert log == ["end", "commit", "close"]


def test_two_streams_in_one_request(
    app: Flask, typed: Typed, client: FlaskClient, session: Any, log: list[str]
) -> None:
    """A view may call another, and send something of its own."""
    app.testing = False

    def view(lent: Any) -> Response:
        return Response(iter("12"))

    view.__annotations__["lent"] = Annotated[str, Depends(session)]
    typed.get("/", endpoint="one")(view)

    @app.before_request
    def answer_twice() -> Any:
        for _ in range(2):
            app.view_functions["one"]()
        raise KeyError

    assert client.get("/").status_code == 500
    assert log == UNSENT * 2


def test_without_a_server(app: Flask, add: Callable[[Hook], None], log: list[str]) -> None:
    """As unit tests of an app's own do it."""
    with app.test_request_context("/"):
        response = call_dispatching(app.full_dispatch_request)
        response.close()
        assert log == UNSENT


def test_a_subclass_with_its_own_way(session: Any, log: list[str]) -> None:
    """What an app has already is called."""
    app = Flask("own")
    app.finalize_request = functools.partial(app.finalize_request)  # type: ignore[method-assign]
    typed = Typed(app)

    def view(lent: Any) -> Response:
        return Response(iter("12"))

    view.__annotations__["lent"] = Annotated[str, Depends(session)]
    typed.get("/")(view)
    assert app.test_client().get("/").text == "12"
    assert log == ["commit", "close"]


def test_the_context_is_the_one_that_flask_has() -> None:
    """Its name is another since Flask 3.2."""
    from flask_typed.serve import streams  # noqa: PLC0415  # beside what it is compared with

    assert streams.current_context is vars(flask.globals).get("request_ctx", flask.globals.app_ctx)


def test_event_streams_are_followed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all routes, so that a worker that ends interrupts them at once."""
    Typed(app)
    followed: list[Response] = []
    monkeypatch.setattr(Ending, "follow", lambda self, response: followed.append(response))

    @app.get("/<kind>")
    def stream(kind: str) -> Response:
        return Response(iter(["data: 1\n\n"]), mimetype=f"text/{kind}")

    for kind in ("event-stream", "plain"):
        app.test_client().get(f"/{kind}")
    assert [response.mimetype for response in followed] == ["text/event-stream"]


def test_a_client_that_has_left_is_no_error_of_the_server() -> None:
    """Servers log no traceback for a connection that was reset; providers get the error itself."""
    seen: list[object] = []

    def fail() -> Iterator[bytes]:
        yield b"a"
        raise ClientDisconnected

    stack = ExitStack()
    stack.push(lambda kind, *error: seen.append(kind))
    body = StreamBody(fail(), stack, copy_context())
    assert next(body) == b"a"
    with pytest.raises(ConnectionResetError, match="The client has disconnected"):
        next(body)
    assert seen == [ClientDisconnected]
