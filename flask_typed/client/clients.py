"""The client: it calls a view over HTTP as a function.

Where the client is used.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, ParamSpec, TypeVar, overload

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from typing_extensions import Self
from werkzeug.datastructures import Headers

from ..declare.streams import Event, EventStream
from ..exceptions import SetupError
from ..extension import Typed
from ..state import get_state
from .answers import Answer
from .arguments import bind, collect_values
from .operations import Mirrors
from .requests import PreparedRequest, RequestWriter
from .transports import InProcess, OverHTTP, Transport

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

#: The configuration of an app that only plans requests.
PLANNING = {
    "TYPED_OPENAPI_URL": None,
    "TYPED_DOCS_URL": None,
    "TYPED_DOCTOR": "ignore",
    "TYPED_OPEN_AT_START": False,
}


class TypedClient:
    """Calls the views of an app over HTTP, with their own types.

    ::

        client = TypedClient(app)
        book = client.call(read_book, book_id=3)

    :param app: whose views are called. It must have a ``Typed``.
    :param url: of a server that serves the app. Without one, requests go through the app in
        process, and cookies are kept.
    :param pool: a ``urllib3.PoolManager`` for the connections, with its own options.
    :param timeout: of each request, as urllib3 takes it: seconds, or a ``urllib3.Timeout``.
    :param retries: likewise: a number, or a ``urllib3.Retry``.
    :param headers: of all requests, such as ``Authorization``.
    """

    def __init__(  # all but the app are passed by name
        self,
        app: Flask,
        *,
        url: str | None = None,
        pool: Any = None,
        timeout: Any = None,
        retries: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        options = {"timeout": timeout, "retries": retries}
        given = {name: value for name, value in options.items() if value is not None}
        self.app = app
        self.url = url
        self._mirrors = Mirrors(get_state(app).serving)
        self._transport: Transport = (
            InProcess(app) if url is None else OverHTTP(app, url, pool, given)
        )
        self._headers = Headers(headers)
        self._arguments: Mapping[str, Any] = {}
        self._endpoint: str | None = None
        self._method: str | None = None

    @property
    def test_client(self) -> FlaskClient:
        """Flask's test client, which has the cookies of a client in process.

        :raises SetupError: for a client with a URL.
        """
        if not isinstance(self._transport, InProcess):
            raise SetupError("A client with a url= has no test client, and keeps no cookies.")
        return self._transport.client

    @classmethod
    def of(
        cls,
        blueprint: Blueprint,
        *,
        url: str,
        typed: Typed | None = None,
        config: Mapping[str, Any] | None = None,
        url_prefix: str | None = None,
        **options: Any,
    ) -> Self:
        """Return a client for another service, of which this program has the blueprint only.

        An app is made to plan the requests. It serves nothing, and no provider runs.

        :param typed: with the types and the envelope of the service.
        :param config: of the service, such as ``TYPED_RENAME``.
        :param url_prefix: with which the service registers the blueprint.
        :param options: of the client.
        """
        app = Flask(blueprint.import_name)
        app.config.update(PLANNING)
        app.config.update(config or {})
        (typed or Typed()).init_app(app)
        prefix = {} if url_prefix is None else {"url_prefix": url_prefix}
        app.register_blueprint(blueprint, **prefix)
        return cls(app, url=url, **options)

    def with_headers(self, headers: Mapping[str, str] | None = None, /, **named: str) -> Self:
        """Return the client with more headers in all requests.

        :param named: headers, with ``_`` in place of ``-``: ``Authorization="Bearer …"``.
        """
        made = copy.copy(self)
        made._headers = Headers(self._headers)
        dashed = {name.replace("_", "-"): text for name, text in named.items()}
        for name, text in {**(headers or {}), **dashed}.items():
            made._headers[name] = text
        return made

    def with_arguments(self, **values: Any) -> Self:
        """Return the client with arguments of providers, and variables of URLs.

        ``client.with_arguments(tenant="acme")`` for a provider with an argument ``tenant``.
        """
        made = copy.copy(self)
        made._arguments = {**self._arguments, **values}
        return made

    def at(self, *, endpoint: str | None = None, method: str | None = None) -> Self:
        """Return the client for one endpoint or method of views with several.

        :param endpoint: with the names of the blueprints, as in ``url_for``.
        """
        made = copy.copy(self)
        made._endpoint, made._method = endpoint, method and method.upper()
        return made

    @overload
    def call(
        self, view: Callable[P, AsyncIterator[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[T]: ...

    @overload
    def call(
        self, view: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R: ...

    @overload
    def call(self, view: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def call(self, view: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call a view, and return what it returns.

        Exceptions of urllib3 are raised unchanged, for instance if the server cannot be reached.

        :param view: the function below the decorator of the route, or a method of an instance of a
            ``MethodView``.
        :raises werkzeug.exceptions.HTTPException: the problem that the view raises, as its class.
        :raises UnexpectedResponse: for a response that the view does not declare.
        :raises ArgumentMismatch: for an argument that cannot be sent; nothing was sent.
        """
        return self._send(view, args, kwargs).value

    @overload
    def send(
        self, view: Callable[P, AsyncIterator[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Answer[Iterator[T]]: ...

    @overload
    def send(
        self, view: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Answer[R]: ...

    @overload
    def send(self, view: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Answer[R]: ...

    def send(self, view: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Answer[Any]:
        """Call a view, and return the answer: status, headers, and the value or the problem."""
        return self._send(view, args, kwargs)

    # pyright takes an async view with `yield` for a coroutine: it does not know Yielding.
    @overload
    def events(
        self,
        view: Callable[P, Coroutine[Any, Any, EventStream[T]]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Iterator[Event[T]]: ...

    @overload
    def events(
        self, view: Callable[P, EventStream[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[Event[T]]: ...

    def events(self, view: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Call a view that streams events, and return the events as they come."""
        found: Iterator[Any] = self._send(view, args, kwargs).value
        return found

    def _send(
        self, view: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Answer[Any]:
        mirrored = self._mirrors.find(view, self._endpoint, self._method)
        known = inspect.signature(view).parameters
        defaults = {n: one.default for n, one in known.items() if one.default is not one.empty}
        values = collect_values(mirrored.loose, bind(view, args, kwargs), self._arguments)
        request = RequestWriter(mirrored, values, defaults).write()
        self._add_headers(request)
        return Answer(self._mirrors, mirrored, self._transport.send(request))

    def _add_headers(self, request: PreparedRequest) -> None:
        """Add the headers of all requests, except for those that the request has itself."""
        for name, text in self._headers:
            if name not in request.headers:
                request.headers.add(name, text)
