"""What Flask sees of a typed endpoint, and what happens without Typed."""

from __future__ import annotations

import flask
import pytest
from flask import Flask
from flask.views import MethodView, View
from flask_typed import SetupError, Typed, TypedBlueprint


def test_the_view_stays_a_plain_function(typed: Typed) -> None:
    """The decorated name can be called like any function."""

    @typed.get("/")
    def double(number: int) -> int:
        """Double."""
        return 2 * number

    assert double(4) == 8


def test_the_endpoint_looks_like_the_view(app: Flask, typed: Typed) -> None:
    """The app's view function has the view's name, docstring and original."""

    @typed.get("/")
    def view() -> int:
        """Do something."""
        ...

    registered = app.view_functions["view"]
    assert (registered.__name__, registered.__doc__) == ("view", "Do something.")
    assert registered.__wrapped__ is view  # type: ignore[attr-defined]  # functools.wraps


def test_typed_routes_without_typed(app: Flask) -> None:
    """A blueprint on an app without Typed says what is missing."""
    pages = TypedBlueprint("pages", __name__)
    pages.get("/")(lambda: 1)
    app.register_blueprint(pages)
    with pytest.raises(SetupError, match=r"'pages\.<lambda>' is typed, but its app has no Typed"):
        app.test_client().get("/")


def test_class_based_view_of_one_method(typed: Typed, app: Flask) -> None:
    """A View's dispatch_request has the signature that counts."""

    class Hello(View):
        methods = ["GET", "POST"]

        def dispatch_request(self, name: str = "you") -> str:
            return f"{flask.request.method} {name}"

    typed.add_url_rule("/", view_func=Hello.as_view("hello"))
    client = app.test_client()
    assert client.get("/?name=ann").json == "GET ann"
    assert client.post("/").json == "POST you"


def test_own_head_and_options(typed: Typed, app: Flask) -> None:
    """A class-based view's own HEAD and OPTIONS are operations of their own."""

    class Thing(MethodView):
        provide_automatic_options = False

        def get(self) -> int:
            return 1

        def head(self) -> None:
            flask.g.seen = "head"

        def options(self) -> str:
            return "mine"

    typed.route("/thing")(Thing)
    client = app.test_client()
    assert client.head("/thing").status_code == 204
    assert client.options("/thing").json == "mine"
    assert client.get("/thing").json == 1


def test_view_decorators_of_classes(typed: Typed, app: Flask) -> None:
    """``decorators`` of a class-based view go on working."""

    def count(view):  # type: ignore[no-untyped-def]  # an untyped decorator, as there are many
        def wrapper(*args, **kwargs):  # type: ignore[no-untyped-def]
            flask.g.calls = 1
            return view(*args, **kwargs)

        return wrapper

    class Thing(MethodView):
        decorators = [count]

        def get(self, number: int = 0) -> int:
            return int(flask.g.calls) + number

    typed.add_url_rule("/", view_func=Thing.as_view("thing"))
    assert app.test_client().get("/?number=3").json == 4


def test_several_rules_of_one_view(typed: Typed, app: Flask) -> None:
    """One view may have several rules, each with its own variables."""

    @typed.get("/all")
    @typed.get("/<int:number>")
    def view(number: int = 0) -> int:
        return number

    client = app.test_client()
    assert (client.get("/all?number=5").json, client.get("/6").json) == (5, 6)


def test_two_views_of_one_endpoint(typed: Typed) -> None:
    """Flask refuses a second view under one endpoint, as ever."""
    typed.get("/a", endpoint="same")(lambda: 1)
    with pytest.raises(AssertionError, match="overwriting an existing endpoint function: same"):
        typed.get("/b", endpoint="same")(lambda: 2)


def test_one_blueprint_under_two_names(app: Flask, typed: Typed) -> None:
    """A blueprint may be registered twice."""
    pages = TypedBlueprint("pages", __name__)

    @pages.get("/<int:number>")
    def view(number: int) -> str:
        return flask.url_for(".view", number=number + 1)

    app.register_blueprint(pages, url_prefix="/a")
    app.register_blueprint(pages, url_prefix="/b", name="other")
    client = app.test_client()
    assert (client.get("/a/1").json, client.get("/b/1").json) == ("/a/2", "/b/2")
