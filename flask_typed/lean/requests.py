"""The request class of an app that has Flask's: what Flask reads of each request, at less cost.

Request time; installed at setup.
"""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import EnvironHeaders, ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

from .adapters import decode


class LeanRequest(Request):
    """Flask's request. Its attributes have the same values."""

    def __init__(
        self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False
    ) -> None:
        get = environ.get
        self.method = get("REQUEST_METHOD", "GET").upper()
        self.scheme = get("wsgi.url_scheme", "http")
        self.root_path = decode(get("SCRIPT_NAME") or "").rstrip("/")
        self.path = "/" + decode(get("PATH_INFO") or "").lstrip("/")
        self.query_string = get("QUERY_STRING", "").encode("latin1")
        self.headers = EnvironHeaders(environ)
        self.remote_addr = get("REMOTE_ADDR")
        self.environ = environ
        self.shallow = shallow
        if populate_request and not shallow:
            environ["werkzeug.request"] = self

    @cached_property
    def server(self) -> tuple[str, int | None] | None:
        """The address of the server: host and port, or path and ``None`` for a Unix socket."""
        name: str | None = self.environ.get("SERVER_NAME")
        return None if name is None else (name, read_port(self.environ.get("SERVER_PORT")))

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the query string."""
        text = self.query_string.decode()
        if "%" in text or self.parameter_storage_class not in PLAIN_STORAGE:
            arguments: MultiDict[str, str] = super().args
            return arguments
        return read_query(text)

    @property
    def blueprints(self) -> list[str]:
        """The names of the blueprint of the request and of those that contain it."""
        endpoint = self.endpoint
        if type(self) is LeanRequest and (endpoint is None or "." not in endpoint):
            return []
        return super().blueprints

    def close(self) -> None:
        """Close the uploaded files."""
        if "files" in self.__dict__:
            super().close()


# As which they are shown.
LeanRequest.__name__ = Request.__name__

#: The classes for parameters that Werkzeug's request has: since 3.2, none.
PLAIN_STORAGE = (ImmutableMultiDict, None)


def read_query(text: str) -> MultiDict[str, str]:
    """Return the parameters of a query string without percent-encoded characters."""
    lists: dict[str, list[str]] = {}
    for pair in text.replace("+", " ").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            lists.setdefault(name, []).append(value)
    # A MultiDict is a dict of lists, but cannot be made of them without reading each again.
    arguments: ImmutableMultiDict[str, str] = ImmutableMultiDict()
    dict.update(arguments, lists)
    return arguments


def read_port(text: Any) -> int | None:
    """Return the port of a server; ``None`` if there is none."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return None
