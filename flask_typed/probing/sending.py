"""How requests are sent: over HTTP, or to an app in this process.

Development time. The standard library's client is enough: each request has a connection of its own,
whose time and whose answer are limited, and redirects are not followed.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Event, Timer
from typing import Any, Protocol
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.test import Client

#: The bytes of an answer that are read. More are not compared.
MAX_RECEIVED = 5_000_000
#: The bytes that are read at once.
RECEIVED_PIECE = 65_536
#: The media types of answers that may have no end. Their bodies are not read.
ENDLESS_TYPES = ("text/event-stream", "multipart/x-mixed-replace")


class NoAnswer(Exception):
    """A server did not answer a request. The message says why."""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request as it is sent.

    :param target: path and query, encoded.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Received:
    """An answer.

    :param is_whole: whether the body was read to its end.
    """

    status: int
    headers: Headers
    body: bytes
    is_whole: bool = True


class Sender(Protocol):
    """Sends requests.

    :ivar url: of the server, for messages and for ``curl``; it ends without a slash.
    """

    url: str

    def send(self, request: WireRequest) -> Received:
        """Return the answer to a request.

        :raises NoAnswer: if there is none.
        """
        ...


class HTTPSender:
    """Sends requests to a server.

    :param url: of the server, with the path before those of the document.
    :param timeout: the seconds of a request, from the connection to the last byte.
    """

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError(f"{url!r} is not the URL of a server, such as http://127.0.0.1:8000.")
        if "@" in parts.netloc:
            raise ValueError("the URL has credentials, which would be printed: use --header.")
        self.url = url.rstrip("/")
        self._path = parts.path.rstrip("/")
        self._timeout = timeout
        self._is_secure = parts.scheme == "https"
        self._address = parts.hostname, parts.port

    def _connect(self) -> http.client.HTTPConnection:
        """Return a connection that is not open yet."""
        host, port = self._address
        if self._is_secure:
            return http.client.HTTPSConnection(host, port, timeout=self._timeout)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)

    def send(self, request: WireRequest) -> Received:
        """Return the answer to a request."""
        is_late = Event()
        late = f"no complete answer within {self._timeout:g} s"
        try:
            received = self._exchange(request, is_late)
        except (OSError, http.client.HTTPException, ValueError) as error:
            # ValueError: http.client reads the length of a body, or of a piece, as a number.
            is_over = is_late.is_set() or isinstance(error, TimeoutError)
            raise NoAnswer(late if is_over else describe_failure(error)) from error
        if is_late.is_set():  # the end of the connection looked like the end of the answer
            raise NoAnswer(late)
        return received

    def _exchange(self, request: WireRequest, is_late: Event) -> Received:
        """Send a request on a connection of its own, and return the answer."""
        connection = self._connect()
        with closing(connection):
            connection.connect()
            with watch(connection.sock, self._timeout, is_late):
                return self._send(connection, request)

    def _send(self, connection: http.client.HTTPConnection, request: WireRequest) -> Received:
        """Return the answer to a request."""
        connection.putrequest(
            request.method, self._path + request.target, skip_accept_encoding=True
        )
        for name, value in request.headers:
            connection.putheader(name, value)
        connection.putheader("Connection", "close")
        if request.data is not None:
            connection.putheader("Content-Length", str(len(request.data)))
        connection.endheaders(request.data)
        with connection.getresponse() as answer:
            headers = Headers(answer.getheaders())
            is_endless = headers.get("Content-Type", "").startswith(ENDLESS_TYPES)
            body = b"" if is_endless else b"".join(read_limited(answer))
        is_whole = len(body) <= MAX_RECEIVED and not is_endless
        return Received(answer.status, headers, body[:MAX_RECEIVED], is_whole)


@contextmanager
def watch(sock: Any, seconds: float, is_late: Event) -> Iterator[None]:
    """End a connection after some time, whatever it is doing, and set the event.

    The timeout of a socket is for each read: a server that sends a byte now and then would never
    reach it.
    """

    def end() -> None:
        is_late.set()
        end_socket(sock)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def end_socket(sock: Any) -> None:
    """End both directions of a socket, so that a read of another thread returns."""
    try:
        sock.shutdown(2)
    except OSError:  # the server was faster
        return


def read_limited(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the pieces of a body, and a bit more than the limit if there is more."""
    size = 0
    while size <= MAX_RECEIVED:
        piece = answer.read(RECEIVED_PIECE)
        if not piece:
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
            return
        size += len(piece)
        yield piece


def describe_failure(error: Exception) -> str:
    """Return the reason why there is no answer."""
    found = (words for kinds, words in FAILURES if isinstance(error, kinds))
    return f"{next(found, 'the answer is not HTTP')} ({error!r})"


#: The reasons of failures, the most precise first.
FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (ConnectionRefusedError, "the connection was refused"),
    (ssl.SSLError, "TLS failed"),
    (http.client.IncompleteRead, "the connection was closed in the middle of the body"),
    ((http.client.RemoteDisconnected, ConnectionError), "the connection was closed"),
    (OSError, "the request failed"),
)


class InProcessSender:
    """Sends requests to a WSGI app in this process.

    :param app: with its middleware.
    :param url: at which the app expects its requests.
    """

    def __init__(self, app: Callable[..., Any], url: str = "http://localhost") -> None:
        self.url = url
        self._app = app

    def send(self, request: WireRequest) -> Received:
        """Return the answer to a request; a 500 for an exception of the app."""
        path, _, query = request.target.partition("?")
        client = Client(self._app, use_cookies=False)
        try:
            answer = client.open(
                path,
                method=request.method,
                base_url=self.url,
                query_string=query,
                headers=list(request.headers),
                data=request.data,
            )
        except Exception as error:  # in tests, Flask raises what a server would answer with a 500
            text = f"{type(error).__name__}: {error}"
            return Received(500, Headers({"Content-Type": "text/plain"}), text.encode())
        with answer:
            if (answer.content_type or "").startswith(ENDLESS_TYPES):
                return Received(answer.status_code, answer.headers, b"", is_whole=False)
            return Received(answer.status_code, answer.headers, answer.get_data())
