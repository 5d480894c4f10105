"""PEP 702: what is marked is deprecated in the document, and requests warn nobody."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import attrs
import msgspec
import pytest
from flask import Flask, request
from flask.views import MethodView, View
from flask_typed import Depends, Typed
from typing_extensions import deprecated


@deprecated("Use Point.")
@dataclass
class Old:
    """A dataclass that is not to be used any more."""

    x: int
    y: int = 0


@deprecated("Use Point.")
class OldTuple(NamedTuple):
    """A NamedTuple of that kind."""

    x: int
    y: int = 0


@deprecated("Use Point.")
@attrs.frozen
class OldAttrs:
    """A class of attrs of that kind."""

    x: int
    y: int = 0


@deprecated("Use Point.")
class OldStruct(msgspec.Struct):
    """A Struct of that kind, which warns nobody."""

    x: int
    y: int = 0


@deprecated("Use Point.", category=None)
@dataclass
class Quiet:
    """A dataclass of that kind, which warns nobody."""

    x: int
    y: int = 0


@dataclass
class New(Quiet):
    """Is not deprecated because its base is."""


def make_app(kind: Any, *, accelerated: bool) -> Flask:
    """Return an app with a deprecated route that gives back what it takes."""
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated

    def echo(thing: Any) -> Any:
        """Give back what is taken."""
        return thing

    view = deprecated("Use another.")(echo)
    view.__annotations__ = {"thing": kind, "return": kind}
    Typed(app).post("/")(view)
    return app


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(
    ("kind", "marked"),
    [
        (Old, True),
        (OldTuple, True),
        (OldAttrs, True),
        (OldStruct, True),
        (Quiet, True),
        (New, False),
    ],
)
def test_what_is_deprecated_is_so_in_the_document_alone(
    kind: Any, marked: bool, accelerated: bool
) -> None:
    """A request of a client warns nobody."""
    client = make_app(kind, accelerated=accelerated).test_client()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert client.post("/", json={"x": 1}).get_json() == {"x": 1, "y": 0}
        assert client.post("/", json={"x": 1, "y": 2}).get_json() == {"x": 1, "y": 2}
        assert client.post("/", json={"x": "1"}).status_code == 422
    document: Any = client.get("/openapi.json").get_json()
    assert document["paths"]["/"]["post"]["deprecated"] is True
    schemas = document["components"]["schemas"]
    assert schemas[kind.__name__].get("deprecated", False) is marked


def test_an_ordinary_call_warns() -> None:
    """The class is what it was."""
    with pytest.warns(DeprecationWarning, match="Use Point"):
        Old(1)


class Shop(MethodView):
    """A class-based view with one method that is not to be used any more."""

    @deprecated("Use post.")
    def get(self, limit: int = 3) -> int:
        """Give back what is taken."""
        return limit

    def post(self) -> int:
        """Answer."""
        return 4


@deprecated("Use Shop.")
class OldShop(MethodView):
    """A class-based view that is not to be used any more."""

    def get(self, limit: int = 3) -> int:
        """Give back what is taken."""
        return limit

    async def post(self) -> int:
        """Answer."""
        return 4


@deprecated("Use Shop.")
class OldPage(View):
    """Answers by itself."""

    methods = ("GET", "POST")

    def __init__(self, number: int = 4) -> None:
        self.number = number

    def dispatch_request(self, limit: int = 3) -> int:
        """Answer."""
        return limit if request.method == "GET" else self.number


@pytest.mark.parametrize(
    ("view", "marked"),
    [
        pytest.param(Shop, [True, None], id="method"),
        pytest.param(OldShop, [True, True], id="class"),
        pytest.param(OldPage, [True, True], id="View"),
        pytest.param(OldPage.as_view("page"), [True, True], id="as_view"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_class_based_view_that_is_deprecated(view: Any, marked: list[Any]) -> None:
    """So is each of its operations, or the one of a method; a request warns nobody."""
    app = Flask("shop")
    Typed(app).route("/")(view)
    client = app.test_client()
    assert client.get("/?limit=8").get_json() == 8
    assert client.get("/?limit=x").status_code == 422
    assert client.post("/").get_json() == 4
    operations: Any = client.get("/openapi.json").get_json()["paths"]["/"]
    assert [operations[method].get("deprecated") for method in ("get", "post")] == marked


def test_a_class_based_view_stays_itself() -> None:
    """Whoever asks for the class of a view finds one that is made from it, with its names."""
    app = Flask("shop")
    view = OldPage.as_view("page")
    Typed(app).route("/")(view)
    found: Any = view
    assert issubclass(found.view_class, OldPage)
    assert (found.view_class.__qualname__, found.view_class.__doc__) == (
        "OldPage",
        "Answers by itself.",
    )
    with pytest.warns(DeprecationWarning, match="Use Shop"):
        OldPage()


class Source:
    """Has providers that are not to be used any more."""

    @deprecated("Use another.")
    def __call__(self, number: int = 1) -> int:
        return number

    @deprecated("Use another.")
    def give(self, number: int = 1) -> int:
        """Give back what is taken."""
        return number

    @classmethod
    @deprecated("Use another.")
    def make(cls, number: int = 1) -> int:
        """Give back what is taken."""
        return number


@deprecated("Use another.")
def give(number: int = 1) -> int:
    """Give back what is taken."""
    return number


@deprecated("Use another.")
async def give_later(number: int = 1) -> int:
    """Give back what is taken."""
    return number


@deprecated("Use another.")
def lend(number: int = 1) -> Iterator[int]:
    """Give back what is taken."""
    yield number


@deprecated("Use another.")
class Number(int):
    """A number."""

    def __new__(cls, number: int = 1) -> Number:
        """Make one."""
        return super().__new__(cls, number)


@deprecated("Use another.")
class Both:
    """A class that makes its objects, and sets them up."""

    def __new__(cls, number: int = 1) -> Both:
        """Make one."""
        return super().__new__(cls)

    def __init__(self, number: int = 1) -> None:
        self.number = number

    def __int__(self) -> int:
        return self.number


@deprecated("Use another.")
class Other:
    """A class that makes objects of another one, which it leaves alone."""

    def __new__(cls, number: int = 1) -> Any:
        """Make a number."""
        return number

    def __init__(self, number: int = 1) -> None: ...


@pytest.mark.parametrize(
    "provider",
    [
        pytest.param(give, id="function"),
        pytest.param(give_later, id="async"),
        pytest.param(lend, id="generator"),
        pytest.param(functools.partial(give), id="partial"),
        pytest.param(Source(), id="object"),
        pytest.param(Source().give, id="method"),
        pytest.param(Source.make, id="classmethod"),
        pytest.param(Number, id="class"),
        pytest.param(Both, id="__new__ and __init__"),
        pytest.param(Other, id="objects of another class"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_provider_that_is_deprecated_warns_nobody(provider: Any) -> None:
    """A request depends on it because the annotation says so."""
    app = Flask("shop")

    def show(number: Any) -> Any:
        """Give back what is provided."""
        return int(number)

    show.__annotations__ = {"number": Annotated[int, Depends(provider)], "return": int}
    Typed(app).get("/")(show)
    client = app.test_client()
    assert client.get("/?number=5").get_json() == 5
    assert client.get("/?number=x").status_code == 422
