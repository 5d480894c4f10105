"""How requests are sent: through the app in process, or over HTTP.

Where the client is used. urllib3 is imported by the first client with a URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from ..exceptions import SetupError
from .requests import PreparedRequest

#: The headers that are not about a body that was decoded.
OF_CODING = ("Content-Encoding", "Content-Length", "Transfer-Encoding")
#: How many bytes of a response are read at most at once.
MOST_READ = 65536


class Transport(Protocol):
    """Sends requests."""

    def send(self, request: PreparedRequest) -> Response:
        """Return the response to a request, whose body was not read yet."""
        ...


class InProcess:
    """Sends requests through an app's own test client, which keeps cookies.

    :ivar client: the test client.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.client: FlaskClient = app.test_client()

    def send(self, request: PreparedRequest) -> Response:
        """Return the response to a request."""
        body = request.body
        options: dict[str, Any] = {}
        if request.subdomain:
            options["subdomain"] = request.subdomain
        if body is not None:
            options.update(data=body.read(), content_type=body.content_type)
        domain = find_cookie_domain(self._app, request.subdomain)
        kept = [(name, self.client.get_cookie(name, domain)) for name, _ in request.cookies]
        for name, text in request.cookies:
            self.client.set_cookie(name, parse_text(name, text), domain=domain)
        try:
            response: Response = self.client.open(
                request.path,
                method=request.method,
                query_string=urlencode(request.query),
                headers=request.headers,
                **options,
            )
        finally:
            for name, cookie in kept:
                self.client.delete_cookie(name, domain=domain)
                if cookie is not None:
                    self.client.set_cookie(name, cookie.decoded_value, domain=domain)
        return response


def find_cookie_domain(app: Flask, subdomain: str) -> str:
    """Return the domain that the test client sends a request to."""
    host = urlsplit(f"//{app.config['SERVER_NAME'] or 'localhost'}").hostname or ""
    return f"{subdomain}.{host}" if subdomain else host


def parse_text(name: str, text: str) -> str:
    """Return the value of a cookie as a header has it."""
    return parse_cookie(f"{name}={text}").get(name, "")


class OverHTTP:
    """Sends requests to a server by urllib3.

    :param url: of the server, with the path at which the app is mounted.
    :param pool: a ``urllib3.PoolManager``; by default one of its own.
    :param options: of each request: ``timeout`` and ``retries``, as urllib3 takes them.
    """

    def __init__(self, app: Flask, url: str, pool: Any, options: Mapping[str, Any]) -> None:
        try:
            import urllib3  # noqa: PLC0415  # an extra
        except ImportError as error:
            raise SetupError(
                "A client with a url= needs urllib3: pip install 'flask-typed-api[client]'"
            ) from error
        self._app = app
        self._url = url.rstrip("/")
        self._pool: Any = pool or urllib3.PoolManager()
        self._make_headers = urllib3.HTTPHeaderDict
        self._options = options

    def send(self, request: PreparedRequest) -> Response:
        """Return the response to a request.

        :raises urllib3.exceptions.HTTPError: if the server cannot be reached.
        """
        query = f"?{urlencode(request.query)}" if request.query else ""
        headers = [*request.headers]
        if request.cookies:
            cookies = "; ".join(f"{name}={text}" for name, text in request.cookies)
            headers.append(("Cookie", cookies))
        body = request.body
        if body is not None:
            headers.append(("Content-Type", body.content_type))
        answer = self._pool.request(
            request.method,
            f"{self._url}{request.path}{query}",
            body=None if body is None else body.data,
            headers=self._make_headers(headers),
            preload_content=False,
            redirect=False,
            **self._options,
        )
        return open_answer(self._app, answer)


def open_answer(app: Flask, answer: Any) -> Response:
    """Return the response of urllib3 as one of Flask, which reads it when it is asked to."""
    headers = Headers([*answer.headers.items()])
    if "Content-Encoding" in headers:
        for name in OF_CODING:
            headers.remove(name)
    response: Response = app.response_class(read_pieces(answer), answer.status, headers)
    response.call_on_close(answer.close)  # a body that was read to its end has none
    return response


def read_pieces(answer: Any) -> Iterator[bytes]:
    """Yield the pieces of a body as they come."""
    if answer.chunked:
        yield from answer.stream(MOST_READ, decode_content=True)
        return
    yield from iter(lambda: answer.read1(MOST_READ, decode_content=True), b"")
