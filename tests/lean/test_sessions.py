"""Sessions: the cookies and headers that Flask sends, without work for requests without one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Request, flash, get_flashed_messages, session
from flask.sessions import SecureCookieSessionInterface
from flask_typed import Typed
from flask_typed.lean.sessions import LeanSessionInterface
from itsdangerous import TimestampSigner

VIEWS: dict[str, Callable[[], Any]] = {
    "nothing": lambda: "",
    "read": lambda: session.get("user", "nobody"),
    "write": lambda: session.update(user="ada") or "",
    "change": lambda: session.setdefault("lines", []).append(1) or "",
    "empty": lambda: session.clear() or "",
    "keep": lambda: setattr(session, "permanent", True) or "",
    "length": lambda: str(len(session)),
    "flash": lambda: flash("Saved") or "",
    "flashes": lambda: str(get_flashed_messages()),
    "modified": lambda: setattr(session, "modified", True) or "",
}
#: What a browser asks for, one after the other.
VISITS = [
    ["nothing", "read", "write", "nothing", "read", "length", "change", "read"],
    ["write", "empty", "read", "empty"],
    ["keep", "nothing", "read"],
    ["flash", "nothing", "flashes", "flashes"],
    ["modified", "length"],
]
CONFIGS: list[dict[str, Any]] = [
    {"SECRET_KEY": "s"},
    {"SECRET_KEY": "s", "SESSION_REFRESH_EACH_REQUEST": False, "SESSION_COOKIE_SAMESITE": "Lax"},
    {"SECRET_KEY": "s", "SESSION_COOKIE_NAME": "sitzung-ä"},
    {},
]


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all cookies be signed at one time."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: 1_800_000_000)


def make_app(config: dict[str, Any], *, lean: bool) -> Flask:
    """Return an app with sessions."""
    app = Flask("shop")
    app.config.update(config, TYPED_LEAN_FLASK=lean)
    Typed(app)
    for name, view in VIEWS.items():
        app.add_url_rule(f"/{name}", name, view)
    return app


def visit(app: Flask, names: list[str], cookie: str | None) -> list[Any]:
    """Return what a browser gets."""
    client = app.test_client()
    if cookie is not None:
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    answers: list[Any] = []
    for name in names:
        response = client.get(f"/{name}")
        headers = re.sub(r"Expires=[^;]+", "", str(response.headers))
        answers.append((response.status, response.data, headers))
    return answers


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("names", VISITS, ids=" ".join)
@pytest.mark.parametrize("cookie", [None, "", "forged"])
def test_sameness(config: dict[str, Any], names: list[str], cookie: str | None) -> None:
    """A browser gets the same cookies and headers."""
    ours, theirs = (visit(make_app(config, lean=lean), names, cookie) for lean in (True, False))
    assert ours == theirs


def test_no_work_without_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither signatures nor cookies are touched if nothing is read or set."""
    client = make_app({"SECRET_KEY": "s"}, lean=True).test_client()
    monkeypatch.delattr(SecureCookieSessionInterface, "get_signing_serializer")
    monkeypatch.setattr(SecureCookieSessionInterface, "get_cookie_path", None)
    client.set_cookie("theme", "dark")
    assert client.get("/nothing").status == "200 OK"


def test_request_classes_with_other_cookies(app: Flask) -> None:
    """A request class that has its cookies from elsewhere is asked for them."""

    class ShopRequest(Request):
        cookies = {"session": "forged"}  # type: ignore[assignment]  # as some write it

    asked: list[str] = []

    class Sessions(LeanSessionInterface):
        def get_signing_serializer(self, app: Flask) -> Any:
            asked.append("key")
            return super().get_signing_serializer(app)

    app.secret_key = "s"
    app.session_interface = Sessions()
    app.request_class = ShopRequest
    with app.test_request_context("/"):
        assert dict(session) == {}
    assert asked == ["key"]


@pytest.mark.parametrize("name", ["sitzung", "sitzung-ä"])
def test_names_of_cookies(name: str) -> None:
    """The cookie is found under a name of any characters, among others."""
    app = make_app({"SECRET_KEY": "s", "SESSION_COOKIE_NAME": name}, lean=True)
    interface: Any = app.session_interface
    text = f"{name}={interface.get_signing_serializer(app).dumps({'user': 'ada'})}"
    environ = {"HTTP_COOKIE": f"theme=dark; {text}"}
    client = app.test_client(use_cookies=False)
    assert client.get("/read", environ_overrides=environ).text == "ada"


METHODS = ["get_signing_serializer", "get_cookie_domain", "get_cookie_path", "should_set_cookie"]


def make_interface(base: Any, called: list[str], *, derived: bool) -> Any:
    """Return an interface whose methods are other ones: those of a subclass, or its own."""

    def replace(name: str) -> Any:
        def call(*args: Any) -> Any:
            called.append(name)
            return getattr(base, name)(interface, *args[-1 - (name == "should_set_cookie") :])

        return call

    methods = {name: replace(name) for name in METHODS}
    interface = type("Sessions", (base,), methods)() if derived else base()
    if not derived:
        vars(interface).update(methods)
    return interface


@pytest.mark.parametrize("derived", [True, False])
@pytest.mark.parametrize("names", VISITS, ids=" ".join)
def test_other_methods(names: list[str], derived: bool) -> None:
    """Methods of a subclass of the app's class, and those set on the object, are called alike."""
    calls: list[list[str]] = []
    for lean in (True, False):
        calls.append([])
        app = make_app({"SECRET_KEY": "s"}, lean=lean)
        base = type(app.session_interface)
        app.session_interface = make_interface(base, calls[-1], derived=derived)
        visit(app, names, None)
    assert calls[0] == calls[1] != []
