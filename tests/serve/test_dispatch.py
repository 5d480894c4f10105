"""What Flask sees of a typed endpoint, and what happens without Typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any

import flask
import pytest
from flask import Flask
from flask.views import MethodView, View
from flask_typed import DeclarationError, SetupError, Typed, TypedBlueprint
from flask_typed.libraries.flask import call_dispatching
from flask_typed.serve.dispatch import Dispatcher, make_function
from werkzeug.routing import Rule


def test_outside_of_requests(app: Flask, typed: Typed) -> None:
    """The function of an endpoint says that it needs a request."""

    @typed.get("/")
    def index() -> str: ...

    with pytest.raises(RuntimeError, match="Working outside of request context"):
        app.view_functions["index"]()


def test_the_view_stays_a_plain_function(typed: Typed) -> None:
    """The decorated name can be called like any function."""

    @typed.get("/")
    def double(number: int) -> int:
        """Double."""
        return 2 * number

    assert double(4) == 8


def test_the_endpoint_looks_like_the_view(app: Flask, typed: Typed) -> None:
    """The app's view function has the view's name and docstring."""

    @typed.get("/")
    def view() -> int:
        """Do something."""
        ...

    registered = app.view_functions["view"]
    assert (registered.__name__, registered.__doc__) == ("view", "Do something.")


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


def mark(view: Any) -> Any:
    """Mark a view as a guard expects it."""
    view.admin_only = True
    return view


class Shelf:
    """Has views that are methods."""

    def show(self) -> str:
        """Show it."""
        return "shelf"


class Answer:
    """An object that is called."""

    admin_only = True

    def __call__(self) -> str:
        """Answer."""
        ...


def show_function() -> str:
    """Answer with a text."""
    return "function"


def show_argument(word: str) -> str:
    """Answer with an argument."""
    ...


VIEWS = [
    pytest.param(show_function, lambda view: view, id="function"),
    pytest.param(Shelf().show, lambda view: view.__func__, id="method"),
]


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.parametrize(("view", "owner"), VIEWS)
def test_a_mark_that_is_set_later_reaches_the_endpoint(
    app: Flask, typed: Typed, view: Any, owner: Callable[[Any], Any]
) -> None:
    """A decorator above the route marks the view, and a guard reads the endpoint's function."""

    @app.before_request
    def guard() -> Any:
        is_marked = getattr(app.view_functions["view"], "admin_only", False)
        return "for admins" if is_marked else None

    typed.add_url_rule("/", "view", view)
    client = app.test_client()
    assert client.get("/").is_json
    mark(owner(view))
    assert client.get("/").text == "for admins"
    del owner(view).admin_only
    assert client.get("/").is_json


@pytest.mark.parametrize("view", [Answer(), partial(show_argument, word="partial")])
def test_views_that_are_no_functions(typed: Typed, view: Any) -> None:
    """A guard would not find the attributes of their classes."""
    with pytest.raises(DeclarationError, match=r"guards would not find the attributes of its"):
        typed.add_url_rule("/", "view", view)


def test_a_method_that_a_class_does_not_have(app: Flask, typed: Typed, document: Any) -> None:
    """By a decorator it is refused; by a rule that is added later, the others are answered."""

    class Thing(MethodView):
        def get(self) -> str:
            return "thing"

    with pytest.raises(DeclarationError, match=r"Thing has no method 'put', but the URL rule all"):
        typed.add_url_rule("/no", view_func=Thing.as_view("no"), methods=["PUT"])
    typed.add_url_rule("/", view_func=Thing.as_view("thing"))
    app.add_url_rule("/more", "thing", methods=["GET", "PUT"])
    client = app.test_client()
    assert client.get("/more").json == "thing"
    with pytest.raises(SetupError, match=r"PUT /more does not fit the view"):
        client.put("/more")
    assert list(document()["paths"]["/more"]) == ["get"]


def test_late_rules_that_answer_nothing(app: Flask, typed: Typed, document: Any) -> None:
    """They build URLs, or redirect, and are not published."""
    typed.get("/here", endpoint="here")(show_function)
    app.add_url_rule("/built", "here", build_only=True)
    app.add_url_rule("/there", "here", redirect_to="/here")
    app.add_url_rule("/alias", "here", alias=True)
    client = app.test_client()
    assert client.get("/there").status_code == 308
    assert client.get("/here").json == "function"
    assert list(document()["paths"]) == ["/here"]


def test_marks_of_blueprints_and_classes(app: Flask, typed: Typed) -> None:
    """They reach the endpoint of a blueprint, and that of a class-based view."""
    pages = TypedBlueprint("pages", __name__)

    @mark
    @pages.get("/one")
    def one() -> int: ...

    class Two(MethodView):
        def get(self) -> int: ...

    view = Two.as_view("two")
    pages.add_url_rule("/two", view_func=view)
    app.register_blueprint(pages)
    mark(view)
    assert app.view_functions["pages.one"].admin_only  # type: ignore[attr-defined]  # the mark
    assert app.view_functions["pages.two"].admin_only  # type: ignore[attr-defined]
    assert app.view_functions["pages.two"].view_class is Two  # type: ignore[attr-defined]


def test_an_attribute_does_not_make_the_endpoint_async() -> None:
    """A view may be marked as async; the function that the app gets is not."""

    def view() -> str: ...

    view._is_coroutine_marker = None  # type: ignore[attr-defined]  # until Python 3.12
    marked = getattr(__import__("inspect"), "markcoroutinefunction", lambda view: view)(view)
    function = make_function(Dispatcher("view", mark(marked)))
    assert not iscoroutinefunction(function)
    assert function.admin_only  # type: ignore[attr-defined]


def test_a_view_without_attributes() -> None:
    """A function of C has none."""
    function = make_function(Dispatcher("view", len))
    assert (function.__name__, vars(function)) == ("len", {})


def test_a_second_rule_of_an_endpoint(app: Flask, typed: Typed, document: Any) -> None:
    """It is answered and published as the first is, with the variables that it has itself."""

    @typed.get("/pages/<int:number>", endpoint="page", operation_id="readPage")
    def page(number: int = 1, word: str = "") -> str:
        return f"{number}{word}"

    app.add_url_rule("/first", endpoint="page")
    app.add_url_rule("/one", endpoint="page", defaults={"number": 1})
    app.add_url_rule("/<word>/<int:number>", endpoint="page")
    app.url_map.add(Rule("/any/<int:number>", endpoint="page"))
    client = app.test_client()
    urls = ["/pages/2?word=a", "/first?number=3", "/one?word=b", "/c/4", "/any/5", "/first"]
    assert [client.get(url).json for url in urls] == ["2a", "3", "1b", "4c", "5", "1"]
    assert client.get("/first?number=x").json["errors"][0]["pointer"] == "/number"
    assert client.head("/any/5").status_code == 200
    assert client.post("/any/6").json == "6"
    paths = document()["paths"]
    assert list(paths) == [
        "/pages/{number}",
        "/{word}/{number}",
        "/one",
        "/any/{number}",
        "/first",
    ]
    ids = [operations["get"]["operationId"] for operations in paths.values()]
    assert len(set(ids)) == len(ids)


def test_a_second_rule_that_does_not_go_with_the_view(
    app: Flask, typed: Typed, caplog: pytest.LogCaptureFixture
) -> None:
    """A request by it is an error of the program; the document does without it, and tells so."""

    @typed.get("/<int:number>", endpoint="page")
    def page(number: int) -> int: ...

    app.add_url_rule("/by-share/<float:number>", endpoint="page")
    client = app.test_client()
    with pytest.raises(SetupError, match=r"GET /by-share/<float:number> does not fit the view"):
        client.get("/by-share/0.5")
    assert list(client.get("/openapi.json").json["paths"]) == ["/{number}"]
    assert "A URL rule does not fit its view: The URL rule's FloatConverter" in caplog.text


def test_a_view_that_another_view_calls(app: Flask, typed: Typed) -> None:
    """It reads the request that there is, and gets the variables that it is called with."""

    @typed.get("/books/<int:number>")
    def read(number: int, word: str = "") -> str:
        return f"read {number} {word}"

    @typed.put("/books/<int:number>", endpoint="write")
    def write(number: int) -> str:
        return f"write {number}"

    @app.route("/latest", methods=["GET", "PUT", "DELETE"])
    def latest() -> Any:
        endpoint = "write" if flask.request.method == "PUT" else "read"
        return app.view_functions[endpoint](number=9)

    client = app.test_client()
    assert client.get("/latest?word=x").json == "read 9 x"
    assert client.put("/latest").json == "write 9"
    assert client.delete("/latest").json == "read 9 "
    with app.test_request_context("/nowhere"):
        response: Any = app.view_functions["read"](number=1)
    assert response.json == "read 1 "


def test_variables_that_are_changed_on_the_way(app: Flask, typed: Typed) -> None:
    """A view function that stands in for the endpoint's hands on what it likes."""

    @typed.get("/<int:number>")
    def view(number: int) -> int:
        return number

    inner = app.view_functions["view"]
    app.view_functions["view"] = lambda number: inner(number=number + 1)
    typed.get("/again/<int:number>")(view)
    client = app.test_client()
    assert (client.get("/1").json, client.get("/again/1").json) == (2, 2)


def answers_preflight(view: Any) -> Any:
    """Answer OPTIONS instead of the view, as decorators for CORS do."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if flask.request.method == "OPTIONS":
            response = call_dispatching(flask.current_app.make_default_options_response)
        else:
            response = flask.make_response(flask.current_app.ensure_sync(view)(*args, **kwargs))
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    wrapper.required_methods = {"OPTIONS"}  # type: ignore[attr-defined]  # which Flask reads
    wrapper.provide_automatic_options = False  # type: ignore[attr-defined]
    return wrapper


def test_a_preflight_is_the_decorators(app: Flask, typed: Typed, document: Any) -> None:
    """A decorator that asks for OPTIONS answers it, and it is no operation."""

    @typed.post("/items/<int:number>")
    @answers_preflight
    def create(number: int, name: str) -> str:
        return name

    client = app.test_client()
    answer = client.options("/items/1")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    created = client.post("/items/1?name=a")
    assert (created.json, created.headers["Access-Control-Allow-Origin"]) == ("a", "*")
    assert [list(item) for item in document()["paths"].values()] == [["post"]]


def gives_user(view: Any) -> Any:
    """Give a view an argument more."""

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        return view(user="ann", **kwargs)

    return wrapper


def test_decorators_of_classes_give_arguments(app: Flask, typed: Typed) -> None:
    """``decorators`` of a class-based view give what decorators of its methods give."""

    class Mine(MethodView):
        decorators = [gives_user]

        def get(self, user, number: int = 0) -> str:  # type: ignore[no-untyped-def]  # the decorator's
            return f"{user} {number}"

    typed.route("/mine")(Mine)
    assert app.test_client().get("/mine?number=3").json == "ann 3"


def test_a_refused_operation_is_not_left_to_the_view(app: Flask, typed: Typed) -> None:
    """The view alone would answer without its guards; only a decorator's OPTIONS is left to it."""

    @typed.get("/<int:number>", endpoint="page")
    def page(number: int) -> int: ...

    app.add_url_rule("/share/<float:number>", endpoint="page", methods=["OPTIONS"])
    with pytest.raises(SetupError, match=r"OPTIONS /share/<float:number> does not fit the view"):
        app.test_client().options("/share/0.5")
