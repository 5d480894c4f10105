"""Typed: the extension object, its configuration and its apps."""

from __future__ import annotations

import gc
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import pytest
from annotated_types import Ge
from flask import Blueprint, Flask, make_response, url_for
from flask.testing import FlaskClient
from flask_typed import (
    DeclarationError,
    Depends,
    Document,
    HTTPBearer,
    SetupError,
    Typed,
    TypedBlueprint,
    TypedField,
)
from marshmallow import fields


class Money:
    """A type of the user's own."""

    def __init__(self, amount: int) -> None:
        self.amount = amount


class MoneyField(TypedField):
    """Money as text such as ``5 EUR``."""

    json_schema = {"type": "string", "pattern": "^[0-9]+ EUR$"}
    expected = "an amount of money"
    default_error_messages = {"invalid": "Not an amount of money."}

    def load(self, value: Any) -> Money:
        """Read an amount."""
        if not isinstance(value, str) or not value.endswith(" EUR"):
            raise self.make_error("invalid")
        return Money(int(value.removesuffix(" EUR")))

    def dump(self, value: Any) -> str:
        """Write an amount."""
        return f"{value.amount} EUR"


def add_price(typed: Typed) -> None:
    """Add a view that takes and gives money."""

    @typed.get("/price")
    def price(paid: Money) -> Money:
        return Money(paid.amount + 1)


def test_own_types(app: Flask) -> None:
    """A type with a TypedField works in parameters, answers and the document."""
    add_price(Typed(app, types={Money: MoneyField}))
    client = app.test_client()
    assert client.get("/price?paid=4 EUR").json == "5 EUR"
    assert client.get("/price?paid=4").json["errors"] == [
        {"in": "query", "pointer": "/paid", "code": "invalid", "detail": "Not an amount of money."}
    ]
    operation = client.get("/openapi.json").json["paths"]["/price"]["get"]
    assert operation["parameters"][0]["schema"] == MoneyField.json_schema


def test_own_types_by_marshmallow_fields(app: Flask) -> None:
    """A plain marshmallow field class makes a type known too."""
    typed = Typed(app, types={complex: fields.Raw})

    def view(value: Any) -> Any:
        return value

    view.__annotations__ = {"value": complex, "return": complex}
    typed.post("/")(view)
    assert app.test_client().post("/", json=[1]).json == [1]


def test_own_types_by_functions(app: Flask) -> None:
    """A function makes the field of every hint that its match is for."""

    def build(hint: Any, make: Any, options: Mapping[str, Any]) -> Any:
        return MoneyField(text=bool(make.text), **options)

    add_price(Typed(app, types={lambda hint: hint.type is Money: build}))
    assert app.test_client().get("/price?paid=4 EUR").json == "5 EUR"


def test_own_types_come_first(app: Flask) -> None:
    """A type that is known can be replaced, for one app only."""
    other = Flask("other")
    for typed in (Typed(app, types={Decimal: fields.Float}), Typed(other)):

        @typed.get("/")
        def view(price: Annotated[Decimal, Ge(0)]) -> str:
            return type(price).__name__

    assert app.test_client().get("/?price=1").json == "float"
    assert other.test_client().get("/?price=1").json == "Decimal"


def test_one_object_several_apps() -> None:
    """Routes of one object are on each of its apps, early and late ones."""
    typed = Typed()
    typed.get("/early", endpoint="early")(lambda: "early")
    apps = [Flask("one"), Flask("two")]
    typed.init_app(apps[0])
    typed.get("/late", endpoint="late")(lambda: "late")
    typed.init_app(apps[1])
    for app in apps:
        client = app.test_client()
        assert client.get("/early").text == "early"
        assert client.get("/late").text == "late"
        assert list(client.get("/openapi.json").json["paths"]) == ["/early", "/late"]


def test_second_registration(app: Flask) -> None:
    """An app has one Typed."""
    Typed(app)
    with pytest.raises(SetupError, match=r"The app 'shop' has a Typed already: call Typed\(app\)"):
        Typed(app)


def test_setup_after_the_first_request(app: Flask, typed: Typed) -> None:
    """Flask refuses late routes, and a late Typed."""
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="add_url_rule' can no longer be called"):
        typed.get("/late")(lambda: 1)
    late = Flask("late")
    late.test_client().get("/")
    with pytest.raises(AssertionError, match="can no longer be called"):
        Typed(late)


def test_late_blueprint_routes(app: Flask, typed: Typed) -> None:
    """Flask refuses routes of a blueprint that is registered already."""
    pages = TypedBlueprint("pages", __name__)
    app.register_blueprint(pages)
    with pytest.raises(AssertionError, match="add_url_rule' can no longer be called on the"):
        pages.get("/late")(lambda: 1)


def test_unknown_keys_has_two_words(app: Flask) -> None:
    """A configuration without meaning is refused."""
    app.config["TYPED_UNKNOWN_KEYS"] = "include"
    with pytest.raises(SetupError, match="'include'; it may be 'raise', 'exclude'"):
        Typed(app)


def test_methods_belong_to_route(typed: Typed) -> None:
    """``get`` and the like take no methods, as in Flask."""
    with pytest.raises(TypeError, match="Use the 'route' decorator to use the 'methods' argument"):
        typed.get("/", methods=["POST"])


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_decorators_of_methods(app: Flask, typed: Typed, method: str) -> None:
    """Each decorator is for its method."""
    getattr(typed, method)("/thing", endpoint="thing")(lambda: "x")
    client = app.test_client()
    assert client.open("/thing", method=method.upper()).text == "x"
    assert client.open("/thing", method="TRACE").status_code == 405


def test_route_takes_flasks_options(app: Flask) -> None:
    """Options of werkzeug's rules go through."""
    app.config["SERVER_NAME"] = "shop.example"
    app.url_map.host_matching = False
    app.subdomain_matching = True
    typed = Typed(app)
    typed.route("/a/", methods=["GET"], strict_slashes=False, subdomain="api", endpoint="a")(
        lambda: "x"
    )
    client = app.test_client()
    assert client.get("/a", base_url="http://api.shop.example").text == "x"


def test_several_methods(app: Flask, typed: Typed) -> None:
    """``route`` takes several methods; each is an operation."""
    typed.route("/a", methods=["GET", "POST"], endpoint="a")(lambda: "x")
    assert list(app.test_client().get("/openapi.json").json["paths"]["/a"]) == ["get", "post"]


def test_plain_routes_are_untouched() -> None:
    """Plain routes and blueprints answer the same bytes with Typed and without."""

    def make(*, typed: bool) -> Flask:
        app = Flask("shop")
        plain = Blueprint("plain", __name__, url_prefix="/plain")

        @plain.route("/<int:number>", methods=["GET", "POST"])
        def view(number: int) -> dict[str, Any]:
            return {"number": number, "url": url_for(".view", number=1)}

        @plain.get("/fail")
        def fail() -> str:
            raise KeyError

        if typed:
            Typed(app)
            pages = TypedBlueprint("pages", __name__)
            pages.get("/typed", endpoint="x")(lambda: 1)
            app.register_blueprint(pages)
        app.register_blueprint(plain)
        return app

    requests = [
        ("GET", "/plain/3"),
        ("HEAD", "/plain/3"),
        ("POST", "/plain/3"),
        ("PUT", "/plain/3"),
        ("OPTIONS", "/plain/3"),
        ("GET", "/plain/x"),
        ("GET", "/plain/fail"),
        ("GET", "/nowhere"),
    ]
    clients = [make(typed=typed).test_client() for typed in (False, True)]
    for method, path in requests:
        before, after = (client.open(path, method=method) for client in clients)
        assert (before.status, before.data) == (after.status, after.data)
        assert sorted(before.headers) == sorted(after.headers)


def test_static_files_of_a_typed_blueprint(app: Flask, typed: Typed, tmp_path: Any) -> None:
    """A blueprint's static folder and rules without a view stay plain."""
    (tmp_path / "a.txt").write_text("abc")
    pages = TypedBlueprint(
        "pages",
        __name__,
        static_folder=str(tmp_path),
        static_url_path="/static",
        url_prefix="/pages",
    )
    pages.add_url_rule("/later", endpoint="later")
    pages.endpoint("pages.later")(lambda: "plain")
    app.register_blueprint(pages)
    client = app.test_client()
    with client.get("/pages/static/a.txt") as response:
        assert response.text == "abc"
    assert client.get("/pages/later").text == "plain"
    assert client.get("/openapi.json").json["paths"] == {}


def test_before_request_and_teardown(app: Flask, typed: Typed) -> None:
    """Hooks of the app and of the blueprint run around typed views."""
    seen = []
    pages = TypedBlueprint("pages", __name__)
    app.before_request(lambda: seen.append("app"))
    pages.before_request(lambda: seen.append("blueprint"))

    @pages.after_request
    def after(response: Any) -> Any:
        seen.append("after")
        return response

    @pages.get("/")
    def view(number: int = 0) -> int:
        seen.append("view")
        return number

    app.register_blueprint(pages)
    client = app.test_client()
    client.get("/")
    client.get("/?number=x")
    assert seen == ["app", "blueprint", "view", "after", "app", "blueprint", "after"]


async def open_session() -> AsyncIterator[str]:
    """Provide something that is closed."""
    yield "session"


def serve_much(app: Flask, typed: Typed) -> None:
    """Use what refers to an app, or might."""
    pages = TypedBlueprint("pages", __name__, dependencies=[Depends(HTTPBearer(optional=True))])

    @pages.get("/<int:number>")
    async def view(number: int, session: Annotated[str, Depends(open_session)]) -> str:
        return str(make_response("text", 200)) if number else session

    app.register_blueprint(pages, url_prefix="/pages")
    typed.get("/index", endpoint="index")(lambda: "index")
    app.add_url_rule("/", endpoint="index")
    client = app.test_client()
    for url in ("/pages/0", "/", "/pages/1?number=x", "/openapi.json", "/openapi.yaml"):
        assert client.get(url).status_code == 200


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """Let nothing be freed but what nobody refers to."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collection")
@pytest.mark.parametrize("use", [lambda app, typed: None, serve_much], ids=["new", "used"])
def test_an_app_that_is_dropped_is_freed(use: Callable[[Flask, Typed], None]) -> None:
    """Nothing refers to the app but who has made it, and the object serves others."""
    typed = Typed()
    app = Flask("dropped")
    typed.init_app(app)
    use(app, typed)
    found = weakref.ref(app), weakref.ref(app.extensions["typed"])
    del app
    assert [each() for each in found] == [None, None]
    other = Flask("other")
    typed.init_app(other)
    typed.get("/two", endpoint="two")(lambda: "two")
    assert other.test_client().get("/two").text == "two"


def test_an_app_without_typed_has_no_operations() -> None:
    """Its typed routes wait; they are operations as soon as it has a ``Typed``."""
    app = Flask("waiting")
    books = TypedBlueprint("books", __name__)
    books.get("/books")(lambda: "books")
    app.register_blueprint(books)
    state = app.extensions["typed"]
    assert state.operations == []
    Typed(app)
    assert [operation.rule.rule for operation in state.operations] == ["/books"]


def test_the_page_is_no_template_of_the_app(app: Flask, typed: Typed) -> None:
    """Tools that list or compile an app's templates do not meet it."""
    assert app.jinja_env.list_templates() == []
    assert app.test_client().get("/docs").status_code == 200
    assert app.jinja_env.list_templates() == []


@dataclass
class Bad:
    """A model with an example that would be refused."""

    number: Annotated[int, Ge(1)] = 1


def refused_later(book: Bad, thing: complex) -> None:
    """Take what is known, and what is not."""


def refused_return(book: Bad) -> complex:
    """Return what is not known."""


REFUSED = [
    pytest.param(refused_later, {}, id="argument"),
    pytest.param(refused_return, {}, id="answer"),
    pytest.param(lambda book: None, {}, id="no annotation"),
    pytest.param(lambda: None, {"operation_id": "taken"}, id="operation_id"),
    pytest.param(lambda: None, {"dependencies": [Depends(refused_later)]}, id="dependency"),
]


@pytest.mark.parametrize(("view", "options"), REFUSED)
@pytest.mark.parametrize("place", ["typed", "blueprint"])
def test_a_route_that_is_refused_leaves_nothing(
    app: Flask, typed: Typed, document: Any, view: Any, options: Any, place: str
) -> None:
    """Another view may take its place, and the document does not know of it."""

    @typed.get("/taken", operation_id="taken")
    def taken() -> int: ...

    def add(name: str, function: Any, more: Any) -> None:
        if place == "typed":
            typed.post("/books", endpoint="books", **more)(function)
        else:
            pages = TypedBlueprint(name, __name__)
            pages.post("/books", endpoint="books", **more)(function)
            app.register_blueprint(pages, name=name)

    with pytest.raises(DeclarationError):
        add("refused", view, options)
    assert list(document()["paths"]) == ["/taken"]
    assert [rule.rule for rule in app.url_map.iter_rules() if "books" in rule.rule] == []
    assert [name for name in app.view_functions if name.endswith("books")] == []


def test_the_place_of_a_refused_route_is_free(app: Flask, typed: Typed) -> None:
    """The same endpoint, URL and models are there for a view that works."""
    with pytest.raises(DeclarationError, match=r"No schema is known for the type complex"):
        typed.post("/books", endpoint="books")(refused_later)

    def add(book: Bad) -> int:
        return book.number

    typed.post("/books", endpoint="books")(add)
    assert app.test_client().post("/books", json={"number": 3}).json == 3


def test_a_route_that_is_refused_on_one_app_is_not_added_to_others(
    app: Flask, typed: Typed
) -> None:
    """An app that comes later does not get it either."""
    with pytest.raises(DeclarationError):
        typed.post("/books", endpoint="books")(refused_later)
    other = Flask("other")
    typed.init_app(other)
    assert "books" not in other.view_functions


@pytest.mark.parametrize("bridged", [True, False])
def test_typed_that_is_refused_may_be_put_on_the_app_again(app: Flask, bridged: bool) -> None:
    """A route that waited and cannot work leaves the app as it was, without ``Typed``."""
    app.config["TYPED_ASYNC_BRIDGE"] = bridged
    pages = TypedBlueprint("pages", __name__)
    pages.get("/good", operation_id="good")(lambda: "good")
    pages.post("/books", endpoint="books")(refused_later)
    app.register_blueprint(pages)
    for _ in range(2):
        with pytest.raises(DeclarationError, match=r"(?s)type complex.*in argument 'thing'"):
            Typed(app)
        assert "async_to_sync" not in vars(app)
    Typed(app, types={complex: fields.Raw})
    assert app.test_client().get("/good").text == "good"


def test_a_guard_that_is_refused_leaves_the_app_as_it_was(app: Flask) -> None:
    """A document's guard that cannot work refuses ``Typed(app)``."""
    with pytest.raises(DeclarationError, match=r"Bad would be in the body of a GET"):
        Typed(app, documents=[Document(guard=Depends(refused_later))])
    assert list(app.url_map.iter_rules()) == list(Flask("other").url_map.iter_rules())
    Typed(app)
    assert app.test_client().get("/openapi.json").status_code == 200


@pytest.mark.parametrize("app", [__name__, TypedBlueprint("books", __name__)])
def test_something_that_is_not_an_app(app: Any) -> None:
    """The message has the call."""
    message = (
        rf"^Typed takes a Flask app, but got a {type(app).__name__}: write `Typed\(app\)`\. The"
        r" routes of a TypedBlueprint are typed once it is registered\.$"
    )
    with pytest.raises(SetupError, match=message):
        Typed(app)


def test_types_without_functions() -> None:
    """A list of classes does not tell which fields they get."""
    message = r"^types= is \[<class 'int'>\]: write `types={Color: ColorField}`\.$"
    with pytest.raises(SetupError, match=message):
        Typed(types=[int])  # type: ignore[arg-type]  # the mistake


def test_an_endpoint_of_another_view(app: Flask, typed: Typed) -> None:
    """A plain view's endpoint is not taken, and no rule is left behind."""
    app.add_url_rule("/plain", "same", lambda: "plain")
    message = (
        r"^View function mapping is overwriting an existing endpoint function: same\. Give one of"
        r" the views another name, or `endpoint=…`\.$"
    )
    with pytest.raises(AssertionError, match=message):
        typed.get("/typed", endpoint="same")(lambda: "typed")
    client = app.test_client()
    assert (client.get("/typed").status_code, client.get("/plain").text) == (404, "plain")


def test_async_views_in_a_partial(app: Flask, client: FlaskClient) -> None:
    """A plain view may be a ``partial`` of an async function; objects are called as one, too."""

    async def view(word: str) -> str:
        return word

    class Speaking:
        """Is called as an async function."""

        async def __call__(self) -> str:
            return "spoken"

    app.add_url_rule("/", "part", partial(view, "a word"))
    Typed(app)

    assert client.get("/").text == "a word"
    assert app.async_to_sync(Speaking())() == "spoken"
