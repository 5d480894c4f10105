"""URL adapters of requests: what they have in common is computed once for each host.

Request time; installed at setup. Flask makes the first adapter for a host, and decides whether the
request may be routed at all. The next ones are made of what it found.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple
from weakref import ref

from flask import Flask, Request
from werkzeug.routing import Map, MapAdapter

from .originals import are_original

#: How many hosts are known at once: clients choose the name in the ``Host`` header.
HOSTS = 64


class Host(NamedTuple):
    """The parts of an adapter that depend on the host alone.

    :ivar host: the host of the request.
    """

    host: str
    server_name: str
    subdomain: str | None
    scheme: str


def decode(text: str) -> str:
    """Return a text of the environ in UTF-8, as werkzeug decodes it."""
    return text if text.isascii() else text.encode("latin1").decode(errors="replace")


def make_host_key(app: Flask, environ: dict[str, Any]) -> Hashable:
    """Return all that the host of an adapter depends on."""
    url_map = app.url_map
    kind = type(url_map)
    return (
        environ.get("HTTP_HOST"),
        environ.get("wsgi.url_scheme"),
        environ.get("SERVER_NAME"),
        environ.get("SERVER_PORT"),
        app.config["SERVER_NAME"],
        app.subdomain_matching,
        kind.bind,
        kind.bind_to_environ,
        "bind_to_environ" in url_map.__dict__,
        url_map.host_matching,
        url_map.default_subdomain,
    )


def make_adapter(url_map: Map, host: Host, environ: dict[str, Any]) -> MapAdapter:
    """Return the adapter of a request to a known host."""
    script_name, path = environ.get("SCRIPT_NAME"), environ.get("PATH_INFO")
    query = environ.get("QUERY_STRING")
    return MapAdapter(
        map=url_map,
        server_name=host.server_name,
        script_name="/" if script_name is None else decode(script_name),
        subdomain=host.subdomain,
        url_scheme=host.scheme,
        path_info="/" if path is None else decode(path),
        default_method=environ["REQUEST_METHOD"],
        query_args=None if query is None else decode(query),
    )


def find_host(app: Flask, request: Request, adapter: MapAdapter | None) -> Host | None:
    """Return the host of an adapter that Flask has made.

    ``None`` if the adapter of another request to the host cannot be made of it.
    """
    host = vars(request).get("host")
    if type(adapter) is not MapAdapter or host is None or warns_of(app, host, adapter.subdomain):
        return None
    found = Host(host, adapter.server_name, adapter.subdomain, adapter.url_scheme)
    made = make_adapter(adapter.map, found, request.environ)
    return found if vars(made) == vars(adapter) else None


def warns_of(app: Flask, host: str, subdomain: str | None) -> bool:
    """Return whether werkzeug warns of a host each time: its subdomain is not known."""
    server_name = app.config["SERVER_NAME"]
    if server_name is None or not app.subdomain_matching:
        return False
    return host.lower() != ".".join(filter(None, (subdomain, server_name.lower())))


def binds_plainly(url_map: Map) -> bool:
    """Return whether a URL map makes its adapters as werkzeug does."""
    methods = ("bind", "bind_to_environ")
    return are_original(type(url_map), *methods) and not vars(url_map).keys() & {*methods}


class Adapters:
    """Makes the URL adapters of an app, as its ``create_url_adapter``."""

    def __init__(self, app: Flask) -> None:
        self._find_app: Any = ref(app)
        self._original = Flask.create_url_adapter
        self._hosts: dict[Hashable, Host] = {}

    def __call__(self, request: Request | None) -> MapAdapter | None:
        app = self._find_app()
        kind = type(app)
        if (
            request is None
            or app.config["TRUSTED_HOSTS"] is not None
            or request.trusted_hosts is not None
            or "HTTP_UPGRADE" in request.environ
            or kind.create_url_adapter is not self._original
        ):
            return kind.create_url_adapter(app, request)  # type: ignore[no-any-return]  # see above
        environ = request.environ
        key = make_host_key(app, environ)
        host = self._hosts.get(key)
        if host is None:
            return self._learn(app, request, key)
        request.host = host.host  # pyright: ignore[reportAttributeAccessIssue]  # it can be set
        return make_adapter(app.url_map, host, environ)

    def _learn(self, app: Flask, request: Request, key: Hashable) -> MapAdapter | None:
        """Return the adapter that Flask makes, and keep its host."""
        adapter = Flask.create_url_adapter(app, request)
        host = find_host(app, request, adapter) if binds_plainly(app.url_map) else None
        if host is not None:
            if len(self._hosts) >= HOSTS:
                self._hosts.clear()
            self._hosts[key] = host
        return adapter
