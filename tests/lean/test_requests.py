"""The lean request class: each attribute has the value that Flask's has."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Request
from flask_typed import Typed
from flask_typed.lean.requests import LeanRequest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.test import EnvironBuilder

LATIN = st.text(st.characters(max_codepoint=255), max_size=6)
QUERY = st.text("ab=&+%2;é \x00\xff", max_size=12)
ATTRIBUTES = [
    "method",
    "scheme",
    "server",
    "root_path",
    "path",
    "query_string",
    "headers",
    "remote_addr",
    "environ",
    "shallow",
    "url",
    "full_path",
    "host_url",
    "cookies",
    "access_route",
    "is_secure",
    "endpoint",
    "blueprint",
    "blueprints",
    "view_args",
]


def read(kind: type[Request], environ: dict[str, Any], name: str) -> Any:
    """Return the value of an attribute of a new request, or the error of reading it."""
    request = kind(dict(environ), False)
    try:
        value = getattr(request, name)
        return list(value) if name == "headers" else value
    except Exception as error:
        return repr(error)


ENVIRON = st.fixed_dictionaries(
    {},
    optional={
        "REQUEST_METHOD": st.sampled_from(["GET", "post", ""]),
        "wsgi.url_scheme": st.sampled_from(["http", "https", "ws"]),
        "SERVER_NAME": st.sampled_from(["shop", "::1", "/run/shop.sock"]),
        "SERVER_PORT": st.sampled_from(["80", "443", "8000", "", "x", None]),
        "SCRIPT_NAME": st.one_of(st.none(), LATIN, st.sampled_from(["/app", "app/", "//"])),
        "PATH_INFO": st.one_of(st.none(), LATIN, st.sampled_from(["", "//a", "a/"])),
        "QUERY_STRING": QUERY,
        "REMOTE_ADDR": st.just("127.0.0.1"),
        "HTTP_HOST": st.sampled_from(["shop", "shop:80", "shop:443", "é", "a b"]),
        "HTTP_COOKIE": st.sampled_from(["a=1", "a"]),
        "HTTP_X_FORWARDED_FOR": st.just("10.0.0.1, 10.0.0.2"),
    },
)


@settings(max_examples=60, deadline=None)
@given(ENVIRON)
def test_attributes(environ: dict[str, Any]) -> None:
    """They are the same for any environ, and so are the errors."""
    for name in ATTRIBUTES:
        assert read(LeanRequest, environ, name) == read(Request, environ, name), name


@settings(max_examples=150, deadline=None)
@given(st.one_of(QUERY, LATIN))
def test_arguments(text: str) -> None:
    """The parameters of any query string are the same, in the same order, in the same class."""
    ours, theirs = (read(kind, {"QUERY_STRING": text}, "args") for kind in (LeanRequest, Request))
    assert type(ours) is type(theirs)
    if isinstance(ours, MultiDict):
        assert list(ours.items(multi=True)) == list(theirs.items(multi=True))
        assert list(ours.lists()) == list(theirs.lists())
    assert ours == theirs


def test_arguments_cannot_be_changed() -> None:
    """They are immutable, as Flask's are."""
    arguments = LeanRequest({"QUERY_STRING": "a=1"}).args
    with pytest.raises(TypeError, match="immutable"):
        arguments["a"] = "2"


@pytest.mark.filterwarnings("ignore:Setting 'Request.parameter_storage_class'")
def test_class_of_arguments() -> None:
    """A class of parameters that a subclass names is used."""

    class Arguments(ImmutableMultiDict[str, str]):
        """Parameters."""

    class ShopRequest(LeanRequest):
        parameter_storage_class = Arguments

    assert type(ShopRequest({"QUERY_STRING": "a=1"}).args) is Arguments


def test_the_environ_has_the_request() -> None:
    """The request is in the environ, unless it is not to be there."""
    environ: dict[str, Any] = {}
    assert LeanRequest(environ) is environ["werkzeug.request"]
    for options in ({"populate_request": False}, {"shallow": True}):
        assert LeanRequest(environ := {}, **options).environ == environ == {}


@pytest.mark.parametrize("name", ["list_books", "shop.list_books", "shop.admin.list_books"])
def test_blueprints(name: str) -> None:
    """The blueprints of an endpoint are the same."""
    found = []
    for kind in (Request, LeanRequest):
        app = Flask("shop")
        app.request_class = kind
        app.add_url_rule("/", name, str)
        with app.test_request_context("/") as context:
            found.append((context.request.blueprint, context.request.blueprints))
    assert found[0] == found[1]


def test_blueprint_of_a_subclass() -> None:
    """The blueprints follow from what a subclass gives as the blueprint."""

    class ShopRequest(LeanRequest):
        blueprint = "shop.admin"  # type: ignore[assignment]  # as some write it

    assert ShopRequest({}).blueprints == ["shop.admin", "shop"]


def test_closing(app: Flask, typed: Typed) -> None:
    """Uploaded files are closed with the request."""
    builder = EnvironBuilder(method="POST", data={"cover": (__file__, "cover.png")})
    LeanRequest({}).close()
    with builder.get_request(LeanRequest) as request:
        cover = request.files["cover"]
    assert cover.closed


def test_is_shown_as_flasks() -> None:
    """The class has the name of Flask's, and so have the texts of requests."""
    environ = EnvironBuilder("/books").get_environ()
    assert repr(LeanRequest(environ)) == repr(Request(environ))
