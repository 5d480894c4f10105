"""How requests are sent, and what becomes of servers that misbehave."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from threading import Event

import pytest
from flask import Flask, request
from flask_typed.probing import sending
from flask_typed.probing.sending import (
    HTTPSender,
    InProcessSender,
    NoAnswer,
    WireRequest,
    describe_failure,
    end_socket,
)

from .servers import listening

GET = WireRequest("GET", "/", (), None)
OK = b"HTTP/1.1 200 OK\r\n"


def answer(data: bytes) -> Callable[[socket.socket], None]:
    """Return what sends some bytes, and closes the connection."""
    return lambda connection: connection.sendall(data)


def test_request() -> None:
    """A request is sent as it is, to the path of the server, with the length of its body."""
    heard: list[bytes] = []
    body = b"x" * 100_000 + b"end"  # more than one read

    def talk(connection: socket.socket) -> None:
        while not b"".join(heard).endswith(b"end"):
            heard.append(connection.recv(65_536))
        connection.sendall(OK + b"Content-Length: 2\r\nX-A: 1\r\n\r\nhi")

    with listening(talk, heard) as url:
        sender = HTTPSender(f"{url}/v1/", 5)
        received = sender.send(WireRequest("POST", "/a?b=1", [("X-B", "2")], body))
    host = url.removeprefix("http://")
    assert b"".join(heard).decode().split("\r\n") == [
        "POST /v1/a?b=1 HTTP/1.1",
        f"Host: {host}",
        "X-B: 2",
        "Connection: close",
        "Content-Length: 100003",
        "",
        body.decode(),
    ]
    assert (sender.url, received.status, received.body) == (f"{url}/v1", 200, b"hi")
    assert (received.headers["X-A"], received.is_whole) == ("1", True)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "the connection was closed (RemoteDisconnected", id="closed"),
        pytest.param(b"hello\r\n\r\n", "the answer is not HTTP (BadStatusLine", id="no HTTP"),
        pytest.param(
            OK + b"Content-Length: 9\r\n\r\nhi",
            "the connection was closed in the middle of the body",
            id="cut",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhi",
            "the connection was closed in the middle of the body",
            id="cut piece",
        ),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\nno number\r\n",
            "the connection was closed in the middle of the body",
            id="no length",
        ),
        pytest.param(OK + b"X: a\r\n" * 200, "the answer is not HTTP (", id="many headers"),
    ],
)
def test_misbehaving(data: bytes, message: str) -> None:
    """The error tells why an answer is not complete."""
    with (
        listening(answer(data)) as url,
        pytest.raises(NoAnswer, match=f"^{re.escape(message)}"),
    ):
        HTTPSender(url, 5).send(GET)


@pytest.mark.parametrize("start", [b"", OK, OK + b"Content-Length: 9\r\n\r\nh"])
def test_hanging(start: bytes) -> None:
    """A server that sends a byte now and then is left after the time of a request."""
    pause = Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:  # the end of the connection is an error here
            connection.sendall(b"x")
            pause.wait(0.05)

    with (
        listening(talk) as url,
        pytest.raises(NoAnswer, match=r"^no complete answer within 0\.3 s$"),
    ):
        HTTPSender(url, 0.3).send(GET)


def test_refused() -> None:
    """The error tells that the connection was refused."""
    with listening(answer(b"")) as url:
        pass
    with pytest.raises(NoAnswer, match=r"^the connection was refused \("):
        HTTPSender(url, 5).send(GET)


def test_no_tls() -> None:
    """The error tells that TLS has failed."""
    with (
        listening(answer(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url,
        pytest.raises(NoAnswer, match=r"^TLS failed \("),
    ):
        HTTPSender(url.replace("http:", "https:"), 5).send(GET)


def test_large_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a very large body, the beginning is read."""
    monkeypatch.setattr(sending, "MAX_RECEIVED", 10)
    monkeypatch.setattr(sending, "RECEIVED_PIECE", 8)
    with listening(answer(OK + b"\r\n" + b"x" * 100)) as url:
        received = HTTPSender(url, 5).send(GET)
    assert (received.body, received.is_whole) == (b"x" * 10, False)


def test_endless_body() -> None:
    """The body of a stream of events is not read."""
    end = Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(OK + b"Content-Type: text/event-stream\r\n\r\n")
        end.wait(5)

    with listening(talk) as url:
        received = HTTPSender(url, 5).send(GET)
        end.set()
    assert (received.status, received.body, received.is_whole) == (200, b"", False)


def test_redirects_are_not_followed() -> None:
    """A redirect is an answer."""
    data = b"HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n"
    with listening(answer(data)) as url:
        assert HTTPSender(url, 5).send(GET).status == 302


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1/", "http://", "http://a/?b"])
def test_no_url(url: str) -> None:
    """The URL of a server has a scheme and a host."""
    with pytest.raises(ValueError, match=r"is not the URL of a server, such as http://127\.0\.0"):
        HTTPSender(url, 5)


def test_url_with_password() -> None:
    """A URL with a password is refused, because it would be printed."""
    with pytest.raises(ValueError, match=r"^the URL has credentials, which would be printed: use "):
        HTTPSender("http://ada:secret@127.0.0.1/", 5)


def test_socket_that_is_closed() -> None:
    """A socket that the server has closed can be ended."""
    one, other = socket.socketpair()
    with one, other:
        one.close()
        assert end_socket(one) is None  # type: ignore[func-returns-value]  # no error is the result


def test_other_failures() -> None:
    """Any other failure has Python's own words."""
    assert describe_failure(OSError("no route")) == "the request failed (OSError('no route'))"


def test_in_process(app: Flask) -> None:
    """An app in this process gets path, query, headers and body."""

    @app.post("/<name>")
    def view(name: str) -> str:
        return f"{name} {request.args['q']} {request.headers['X-A']} {request.data.decode()}"

    sent = WireRequest("POST", "/a%20b?q=%C3%A4", [("X-A", "1")], b"body")
    assert InProcessSender(app).send(sent).body == "a b ä 1 body".encode()


def test_in_process_exception(app: Flask) -> None:
    """An exception of an app in this process is a 500, in tests too."""
    app.testing = True
    app.add_url_rule("/", "view", lambda: 1 / 0)
    received = InProcessSender(app).send(GET)
    assert (received.status, received.body) == (500, b"ZeroDivisionError: division by zero")


def test_in_process_stream(app: Flask) -> None:
    """The body of a stream of events is not read in this process either."""
    app.add_url_rule(
        "/", "view", lambda: app.response_class(iter("ab"), mimetype="text/event-stream")
    )
    assert not InProcessSender(app).send(GET).is_whole
