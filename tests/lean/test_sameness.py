"""An app with the lean parts and one without: the same answers to drawn requests.

What is compared is what a server sees, and the order of hooks and signals.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from typing import Annotated, Any

import flask
import pytest
from annotated_types import Ge
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    after_this_request,
    current_app,
    flash,
    g,
    get_flashed_messages,
    redirect,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask_typed import Created, Typed
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner
from typing_extensions import TypedDict

EVENTS: list[str] = []
SIGNALS = (
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "got_request_exception",
    "request_finished",
    "request_started",
    "request_tearing_down",
)


class Order(TypedDict):
    """An order."""

    title: str
    count: Annotated[int, Ge(1)]


def find(title: str, count: int = 1) -> Order:
    """Return an order from the query."""
    return {"title": title, "count": count}


def add(order: Order) -> Created[Order]:
    """Return an order from the body."""
    return Created(order, headers={"Location": "/orders/é"})


def stream() -> Response:
    """Send a stream that uses the request."""

    def parts() -> Iterator[str]:
        EVENTS.append("stream")
        yield request.path
        yield current_app.name

    return Response(stream_with_context(parts()))


def keep() -> str:
    """Write a session that is permanent."""
    session.permanent = True
    session["path"] = request.path
    flash("Saved")
    return "kept"


def change_late() -> str:
    """Change the response once it is there, and add a function to its end."""

    @after_this_request
    def change(response: Response) -> Response:
        response.headers["X-Late"] = "1"
        response.call_on_close(lambda: EVENTS.append("closed"))
        return response

    return "late"


async def wait() -> str:
    """Answer from async code."""
    return "waited"


def fail() -> str:
    """Fail."""
    raise ValueError("broken")


def show(**values: Any) -> dict[str, Any]:
    """Return what a view sees of a request."""
    return {
        "values": {name: str(value) for name, value in values.items()},
        "url": request.url,
        "endpoint": request.endpoint,
        "blueprints": request.blueprints,
        "args": request.args.to_dict(flat=False),
        "form": request.form.to_dict(flat=False),
        "headers": sorted(request.headers),
        "body": request.get_data(as_text=True),
        "here": url_for("show_book", number=1),
        "there": url_for("show_book", number=1, _external=True),
        "flashes": get_flashed_messages(),
        "session": dict(session),
    }


VIEWS: dict[str, Callable[..., Any]] = {
    "/text": lambda: "Käse",
    "/bytes": lambda: b"\xff",
    "/json": lambda: {"b": 1, "a": [None, "é"]},
    "/list": lambda: [1],
    "/tuple": lambda: ("made", 201, {"X-Made": "1"}),
    "/empty": lambda: ("", 204),
    "/unchanged": lambda: Response("Emma", 304, {"ETag": "1", "Content-Type": "text/csv"}),
    "/redirect": lambda: redirect("/bücher"),
    "/located": lambda: ("", 201, {"Content-Location": "/é"}),
    "/parts": lambda: Response(["a", b"b"]),
    "/none": lambda: None,
    "/abort": lambda: abort(418),
    "/abort-response": lambda: abort(Response("no", 409)),
    "/exit": lambda: abort(redirect("/text")),
    "/keep": keep,
    "/forget": lambda: session.clear() or "",
    "/late": change_late,
    "/stream": stream,
    "/async": wait,
    "/fail": fail,
    "/slash/": lambda: "slash",
    "/shown/<path:rest>": show,
    "/shown/<any(a, b):kind>-<float:size>": show,
}


def note(event: str, *args: Any, **options: Any) -> None:
    """Note an event, and whether it has an error."""
    error = args[0] if args and isinstance(args[0], Exception) else None
    EVENTS.append(f"{event} {error!r}" if error else event)


def note_response(event: str, response: Response) -> Response:
    """Note a response that a hook gets."""
    EVENTS.append(f"{event} {response.status} {type(response).__name__} {bool(session)}")
    return response


def add_hooks(scope: Any) -> None:
    """Add hooks of all kinds to an app or a blueprint."""
    name = scope.name
    scope.before_request(partial(note, f"before {name}"))
    scope.after_request(partial(note_response, f"after {name}"))
    scope.teardown_request(partial(note, f"teardown {name}"))
    scope.url_value_preprocessor(lambda endpoint, values: note(f"values {endpoint} {values}"))
    scope.url_defaults(lambda endpoint, values: note(f"defaults {endpoint}"))


def add_app_hooks(app: Flask) -> None:
    """Add the hooks to an app that blueprints do not have."""
    app.teardown_appcontext(partial(note, "teardown context"))
    app.errorhandler(418)(lambda error: (f"handled {g.get('x')}", 418))
    app.errorhandler(ValueError)(lambda error: ({"error": str(error)}, 500))


def add_routes(app: Flask, typed: Typed, *, hooked: bool) -> None:
    """Add routes of all kinds to an app, and hooks."""
    for path, view in VIEWS.items():
        app.add_url_rule(path, path[1:].replace("/", "_"), view, methods=["GET", "POST"])
    app.add_url_rule("/books/<int:number>", "show_book", show)
    app.add_url_rule("/books/<int:number>", "put_book", show, methods=["PUT"])
    app.add_url_rule("/page/", "page", show, defaults={"page": 1})
    app.add_url_rule("/page/<int:page>", "page", show)
    app.add_url_rule("/moved", "moved", show, redirect_to="/text")
    typed.get("/orders")(find)
    typed.post("/orders")(add)
    inner, outer = Blueprint("inner", __name__), Blueprint("outer", __name__, url_prefix="/outer")
    inner.add_url_rule("/show", "show", show)
    outer.register_blueprint(inner)
    if hooked:
        add_hooks(outer)
        add_hooks(app)
        add_app_hooks(app)
    app.register_blueprint(outer)


#: The options and the configuration of apps.
APPS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}),
    ({}, {"SECRET_KEY": "s"}),
    ({}, {"SECRET_KEY": "s", "SERVER_NAME": "shop", "APPLICATION_ROOT": "/mounted"}),
    ({"subdomain_matching": True}, {"SERVER_NAME": "shop"}),
    ({}, {"TRUSTED_HOSTS": ["shop"], "DEBUG": True}),
]


@cache
def make_app(number: int, lean: bool, hooked: bool) -> Flask:
    """Return an app."""
    options, config = APPS[number]
    app = Flask("shop", **options)
    app.config.update(config, TYPED_LEAN_FLASK=lean, PROPAGATE_EXCEPTIONS=False)
    add_routes(app, Typed(app), hooked=hooked)
    return app


@cache
def sign() -> str:
    """Return the cookie of a session."""
    app = make_app(1, False, False)
    interface: Any = app.session_interface
    value: str = interface.get_signing_serializer(app).dumps({"user": "ada", "_permanent": True})
    return value


def call(app: Flask, environ: dict[str, Any], body: bytes, signals: bool) -> Any:
    """Return what a server gets for a request, and what has happened."""
    EVENTS.clear()
    sent: list[Any] = []
    with ExitStack() as stack:
        if signals:
            for name in SIGNALS:
                signal = getattr(flask, name)
                stack.enter_context(signal.connected_to(partial(note, name), app))
        warned = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        try:
            environ = {**environ, "wsgi.input": io.BytesIO(body)}
            parts = app(environ, lambda *start: sent.extend(start))
            content = b"".join(parts)
            getattr(parts, "close", list)()
        except Exception as error:
            content = repr(error).encode()
    text = re.sub(r"Expires=[^;']+", "", repr(sent))
    return text, content, list(EVENTS), [str(warning.message) for warning in warned]


PATHS = [
    *VIEWS,
    "/orders",
    "/orders",
    "/",
    "",
    "//text",
    "/slash",
    "/page/1",
    "/page/2",
    "/moved",
    "/books/1",
    "/books/x",
    "/books/1/",
    "/books/9999999999999999999999",
    "/outer/show",
    "/shown/a-1.5",
    "/shown/b\xc3\xbc/cher",
    "/shown/\xff",
    "/static/none.css",
    "/docs",
]
REQUESTS = st.fixed_dictionaries(
    {
        "REQUEST_METHOD": st.sampled_from(
            ["GET"] * 6 + ["POST", "HEAD", "OPTIONS", "PUT", "DELETE", "get", "BREW"]
        ),
        "PATH_INFO": st.sampled_from(PATHS),
        "QUERY_STRING": st.sampled_from(
            [
                "",
                "title=Emma&count=2",
                "title=&count=x",
                "title=%C3%A9+b&title=c",
                "a=1&&b",
                "\xe9=1",
                "%ff",
            ]
        ),
        "SERVER_NAME": st.just("shop"),
        "SERVER_PORT": st.sampled_from(["80", "8000"]),
        "SERVER_PROTOCOL": st.just("HTTP/1.1"),
        "wsgi.url_scheme": st.sampled_from(["http", "https"]),
        "wsgi.errors": st.just(io.StringIO()),
    },
    optional={
        "HTTP_HOST": st.sampled_from(["shop", "shop:80", "api.shop", "example", "\xe9", ""]),
        "SCRIPT_NAME": st.sampled_from(["", "/app", "/\xc3\xa9/"]),
        "HTTP_COOKIE": st.sampled_from(["a=1", "session=forged", "session=signed", "session"]),
        "HTTP_IF_NONE_MATCH": st.just('"1"'),
        "HTTP_UPGRADE": st.just("websocket"),
        "HTTP_CONNECTION": st.just("Upgrade"),
        "CONTENT_TYPE": st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
        "REMOTE_ADDR": st.just("127.0.0.1"),
    },
)
CONTENTS = [b"", b'{"title": "Emma", "count": 2}', b'{"title": 1}', b"title=Emma&a=%C3%A9", b"\xff"]


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    """Sign all cookies at one time, and log nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda self: 1_800_000_000)
        logging.disable()
        yield
        logging.disable(logging.NOTSET)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(range(len(APPS))),
    st.booleans(),
    st.booleans(),
    st.lists(st.tuples(REQUESTS, st.sampled_from(CONTENTS)), min_size=1, max_size=4),
)
def test_sameness(
    number: int, hooked: bool, signals: bool, requests: list[tuple[dict[str, Any], bytes]]
) -> None:
    """Status, headers, body, events and warnings are the same."""
    ours, theirs = (make_app(number, lean, hooked) for lean in (True, False))
    for environ, body in requests:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_LENGTH"] = str(len(body))
        if environ.get("HTTP_COOKIE") == "session=signed":
            environ["HTTP_COOKIE"] = f"session={sign()}"
        found = [call(app, environ, body, signals) for app in (ours, theirs)]
        assert found[0] == found[1]


PLAIN = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/text",
    "QUERY_STRING": "title=Emma&count=2",
    "SERVER_NAME": "shop",
    "SERVER_PORT": "80",
    "wsgi.url_scheme": "http",
}
POSTED = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "29"}


@pytest.mark.parametrize("path", dict.fromkeys(PATHS))
def test_paths(path: str) -> None:
    """Each path is answered alike, with and without hooks and signals, the second time too."""
    for hooked in (False, True, False, True):
        ours, theirs = (make_app(1, lean, hooked) for lean in (True, False))
        for more in ({}, POSTED):
            environ = {**PLAIN, "PATH_INFO": path, **more}
            found = [call(app, environ, CONTENTS[1], hooked) for app in (ours, theirs)]
            assert found[0] == found[1]


def test_broken_environs() -> None:
    """An environ without a scheme is an error of the server's, and stays one."""
    environ = {name: value for name, value in PLAIN.items() if name != "wsgi.url_scheme"}
    ours, theirs = (make_app(0, lean, False) for lean in (True, False))
    assert call(ours, environ, b"", False) == call(theirs, environ, b"", False)


@pytest.mark.parametrize("lean", [True, False])
def test_urls_outside_of_requests(lean: bool) -> None:
    """URLs are those of the configuration."""
    with make_app(2, lean, False).app_context():
        assert url_for("show_book", number=1) == "http://shop/mounted/books/1"


@pytest.mark.parametrize("lean", [True, False])
def test_contexts_of_tests(lean: bool) -> None:
    """The contexts that tests use have the request, and clients keep it."""
    app = make_app(1, lean, False)
    with app.test_request_context("/books/7?a=1", headers={"X-Shop": "1"}):
        assert (request.endpoint, request.view_args) == ("show_book", {"number": 7})
        assert (request.args["a"], request.headers["X-Shop"]) == ("1", "1")
        assert url_for(".show_book", number=1) == "/books/1"
        assert app.preprocess_request is not None
    with app.test_client() as client:
        client.get("/keep")
        assert (request.path, session["path"]) == ("/keep", "/keep")
        with client.session_transaction() as opened:
            assert opened["path"] == "/keep"
