"""What Typed puts on an app, and what it leaves alone."""

from __future__ import annotations

import functools
import gc
import weakref
from typing import Any

import flask.json.provider
import pytest
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.lean.installing import METHODS, make_lean
from flask_typed.lean.requests import LeanRequest
from flask_typed.lean.responses import LeanResponse
from flask_typed.lean.sessions import LeanSessionInterface
from flask_typed.libraries.werkzeug_routing import LeanMatcher
from werkzeug.routing.matcher import StateMachineMatcher


def test_parts(app: Flask, typed: Typed) -> None:
    """An app that is as Flask makes it gets all parts."""
    assert app.request_class is LeanRequest
    assert app.response_class is LeanResponse
    assert type(app.session_interface) is LeanSessionInterface
    assert type(app.url_map._matcher) is LeanMatcher
    assert vars(app).keys() >= {"create_url_adapter", "preprocess_request"}


@pytest.mark.configured(TYPED_LEAN_FLASK=False)
def test_switch(app: Flask, typed: Typed) -> None:
    """The switch leaves Flask's own parts."""
    assert app.request_class is Request
    assert app.response_class is Response
    assert app.session_interface is Flask.session_interface
    assert type(app.url_map._matcher) is StateMachineMatcher
    assert not vars(app).keys() & {"create_url_adapter", "preprocess_request"}


class ShopRequest(Request):
    """A request class of the program's."""


class ShopResponse(Response):
    """A response class of the program's."""

    default_mimetype = "text/plain"


class ShopSessions(SecureCookieSessionInterface):
    """A session interface of the program's."""


OWN: dict[str, Any] = {
    "request_class": ShopRequest,
    "response_class": ShopResponse,
    "session_interface": ShopSessions(),
}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("when", ["before", "class", "later"])
def test_classes_of_the_program(name: str, when: str) -> None:
    """A class that the program has put there stays, whenever it was put there."""
    app = type("Shop", (Flask,), {name: OWN[name]} if when == "class" else {})("shop")
    if when == "before":
        setattr(app, name, OWN[name])
    Typed(app)
    if when == "later":
        setattr(app, name, OWN[name])
    app.add_url_rule("/", "index", lambda: type(request._get_current_object()).__name__)
    assert getattr(app, name) is OWN[name]
    response = app.test_client().get("/")
    assert response.text == ("ShopRequest" if name == "request_class" else "Request")
    assert response.mimetype == ("text/plain" if name == "response_class" else "text/html")


@pytest.mark.parametrize("name", METHODS)
def test_methods_of_the_program(name: str) -> None:
    """A method that the program has overridden, or has set on the app, stays."""
    called: list[str] = []

    @functools.wraps(getattr(Flask, name))  # Flask 3.2 asks for the arguments
    def override(self: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return getattr(Flask, name)(self, *args, **kwargs)

    app = type("Shop", (Flask,), {name: override})("shop")
    make_lean(app)
    assert name not in vars(app)
    app = Flask("shop")
    method = vars(app)[name] = override.__get__(app)
    make_lean(app)
    assert vars(app)[name] is method
    app.add_url_rule("/", "index", lambda: "Emma")
    assert app.test_client().get("/").text == "Emma"
    assert called


@pytest.mark.parametrize("name", METHODS)
def test_methods_that_are_wrapped_later(name: str) -> None:
    """A program may wrap a method of an app that has the lean one."""
    app = Flask("shop")
    Typed(app)
    app.add_url_rule("/", "index", lambda: "Emma")
    called: list[str] = []
    method = getattr(app, name)

    def wrap(*args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return method(*args, **kwargs)

    setattr(app, name, wrap)
    assert app.test_client().get("/").text == "Emma"
    assert called


@pytest.mark.parametrize("name", [*METHODS, "finalize_request"])
def test_methods_of_flask_that_are_replaced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A method that is replaced on Flask's class runs, whether before or after the app is made."""
    called: list[str] = []
    method = getattr(Flask, name)

    def trace(self: Any, *args: Any, **kwargs: Any) -> Any:
        called.append(name)
        return method(self, *args, **kwargs)

    earlier = Flask("shop")
    Typed(earlier)
    monkeypatch.setattr(Flask, name, trace)
    later = Flask("shop")
    Typed(later)
    for app in (earlier, later):
        called.clear()
        app.add_url_rule("/", "index", lambda: "Emma")
        assert app.test_client().get("/").text == "Emma"
        assert called


@pytest.mark.parametrize(
    ("owner", "name", "part"),
    [
        (Request, "blueprints", "request_class"),
        (Response, "get_app_iter", "response_class"),
        (SecureCookieSessionInterface, "save_session", "session_interface"),
    ],
)
def test_classes_of_flask_that_are_patched(
    owner: Any, name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class of Flask in which another package has replaced a method stays on the app."""
    original = getattr(Flask, part)
    monkeypatch.setattr(owner, name, lambda *args: None)
    app = Flask("shop")
    make_lean(app)
    assert getattr(app, part) is original


def test_matcher_of_an_unknown_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matcher that works otherwise stays."""
    monkeypatch.setattr(StateMachineMatcher, "match", lambda *args: None)
    app = Flask("shop")
    make_lean(app)
    assert type(app.url_map._matcher) is StateMachineMatcher


def test_session_interface_with_attributes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interface that the program has changed stays."""
    interface = SecureCookieSessionInterface()
    interface.salt = "shop"
    monkeypatch.setattr(Flask, "session_interface", interface)
    make_lean(app)
    assert app.session_interface is interface


def test_json_provider_that_is_replaced(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A JSON provider of the program's writes and reads JSON."""

    class Provider(flask.json.provider.DefaultJSONProvider):
        mimetype = "application/vnd.shop+json"

        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return super().dumps([obj], **kwargs)

        def loads(self, s: str | bytes, **kwargs: Any) -> Any:
            return {"read": super().loads(s, **kwargs)}

    app.json = Provider(app)

    @app.post("/")
    def index() -> Any:
        return request.get_json()

    response = client.post("/", data="1", content_type="application/json")
    assert response.data == b'[{"read":1}]\n'
    assert response.mimetype == "application/vnd.shop+json"


def test_apps_are_freed() -> None:
    """An app is freed as soon as nobody refers to it, after requests too."""
    gc.disable()
    try:
        app = Flask("shop")
        Typed(app)
        app.add_url_rule("/", "index", lambda: "Emma")
        assert app.test_client().get("/").text == "Emma"
        find_app = weakref.ref(app)
        del app
        assert find_app() is None
    finally:
        gc.enable()


def test_templates_of_the_app(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The app's templates are its own: those of the pages of documents are not among them."""
    assert client.get("/docs").status == "200 OK"
    assert app.jinja_env.list_templates() == []
