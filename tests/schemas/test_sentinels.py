"""Sentinels: a field that may be left out, which is not the same as null."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, NamedTuple

import attrs
import msgspec
import pydantic
import pytest
import typing_extensions
from annotated_types import Ge
from flask import Flask
from flask_typed import DeclarationError, Problem, Query, Typed, raises
from flask_typed.pydantic import PYDANTIC
from msgspec import UNSET, UnsetType
from typing_extensions import TypedDict

from .codec import Codec

Sentinel: Any = getattr(typing_extensions, "sentinel", typing_extensions.Sentinel)
MISSING: Any = Sentinel("MISSING")
#: One of each class that there is.
SENTINELS = {
    "typing_extensions": (MISSING, MISSING),
    "msgspec": (UNSET, UnsetType),
}
if hasattr(pydantic, "MISSING"):  # pragma: no branch: the oldest pydantic has none
    SENTINELS["pydantic"] = pydantic.MISSING, pydantic.MISSING
if hasattr(builtins, "sentinel"):  # pragma: no cover: Python 3.15
    SENTINELS["Python"] = (builtins.sentinel("GONE"),) * 2


@dataclass
class Change:
    """What a PATCH sends."""

    title: str | MISSING = MISSING
    price: Annotated[int | MISSING, Ge(0)] = MISSING
    author: str | MISSING | None = MISSING
    pages: int | MISSING = 7
    tags: list[str] | MISSING = field(default_factory=lambda: MISSING)


class Tuple(NamedTuple):
    """A NamedTuple."""

    title: str | MISSING = MISSING


@attrs.define
class Attrs:
    """A class of attrs."""

    title: str | MISSING = MISSING


class Struct(msgspec.Struct):
    """A Struct, with the sentinel of its own package."""

    title: str | UnsetType = UNSET


class Row(TypedDict):
    """A TypedDict has no defaults."""

    title: str | MISSING


@pytest.mark.parametrize("name", SENTINELS)
def test_a_field_with_a_sentinel_may_be_left_out(json: Codec, name: str) -> None:
    """It is the sentinel then, and does not leave."""
    absent, annotation = SENTINELS[name]
    kind = type("Kind", (), {"__annotations__": {"a": int | annotation}, "a": absent})
    made: Any = dataclass(kind)
    assert json.load(made, {}).a is absent
    assert json.load(made, {"a": 1}).a == 1
    assert json.dump(made, made()) == {}
    assert json.dump(made, made(1)) == {"a": 1}
    assert json.dump(made, {}) == {}
    assert json.dump(made, {"a": absent}) == {}
    assert json.refuse(made, {"a": None}) == {"a": ["Field may not be null."]}


@pytest.mark.parametrize(
    ("kind", "absent"),
    [
        pytest.param(Tuple, MISSING, id="NamedTuple"),
        pytest.param(Attrs, MISSING, id="attrs"),
        pytest.param(Struct, UNSET, id="Struct"),
    ],
)
def test_every_kind_of_type_may_have_one(json: Codec, kind: Any, absent: Any) -> None:
    """The constructor's default stands for it."""
    assert json.load(kind, {}).title is absent
    assert json.dump(kind, json.load(kind, {})) == {}
    assert json.dump(kind, json.load(kind, {"title": "a"})) == {"title": "a"}


def test_a_key_of_a_typeddict_is_left_out(json: Codec) -> None:
    """It is as if it were ``NotRequired``."""
    assert json.load(Row, {}) == {}
    assert json.dump(Row, {"title": MISSING}) == {}


def test_a_default_alone_may_be_a_sentinel(json: Codec) -> None:
    """The annotation need not say it."""

    @dataclass
    class Careless:
        """A type checker would complain."""

        a: int = MISSING

    assert json.load(Careless, {}).a is MISSING
    assert json.dump(Careless, Careless()) == {}


def make_app(kind: Any, **config: Any) -> Flask:
    """Return an app with a route that gives back what it takes."""
    app = Flask("shop")
    app.config.update(config)

    def echo(thing: Any) -> Any:
        return thing

    echo.__annotations__.update({"thing": kind, "return": kind})
    Typed(app, types=PYDANTIC).patch("/")(echo)
    return app


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        pytest.param({}, {"pages": 7}, id="nothing"),
        pytest.param({"author": None}, {"author": None, "pages": 7}, id="null"),
        pytest.param(
            {"title": "a", "price": 1, "author": "b", "pages": 2, "tags": ["c"]},
            {"title": "a", "price": 1, "author": "b", "pages": 2, "tags": ["c"]},
            id="everything",
        ),
    ],
)
def test_a_patch_has_what_was_sent(sent: Any, answered: Any, accelerated: bool) -> None:
    """With the accelerated path and without it; another default is a value as any other."""
    client = make_app(Change, TYPED_ACCELERATION=accelerated).test_client()
    assert client.patch("/", json=sent).get_json() == answered


@pytest.mark.parametrize("accelerated", [True, False])
def test_what_a_patch_sends_is_checked(accelerated: bool) -> None:
    """Null is a value, and constraints hold."""
    client = make_app(Change, TYPED_ACCELERATION=accelerated).test_client()
    answer = client.patch("/", json={"title": None, "price": -1})
    assert answer.get_json()["errors"] == [
        {"in": "body", "pointer": "/title", "code": "null", "detail": "Field may not be null."},
        {
            "in": "body",
            "pointer": "/price",
            "code": "out_of_range",
            "detail": "Must be greater than or equal to 0.",
        },
    ]


def test_the_document_requires_nothing_that_may_be_absent() -> None:
    """Of requests and answers, which are one component but for other defaults."""
    kind = dataclass(type("Plain", (), {"__annotations__": {"a": int | MISSING}, "a": MISSING}))
    document: Any = make_app(kind).test_client().get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    assert schemas["Plain"] == {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "additionalProperties": False,
    }


def test_a_default_of_another_kind_is_published() -> None:
    """It stands for what a request leaves out, and an answer may still leave it out."""
    document: Any = make_app(Change).test_client().get("/openapi.json").get_json()
    change = document["components"]["schemas"]["Change"]
    assert change["properties"]["pages"] == {"type": "integer", "default": 7}
    assert "required" not in change


@pytest.mark.skipif(not hasattr(pydantic, "MISSING"), reason="this pydantic has no MISSING")
def test_pydantic_reads_its_own() -> None:
    """In its models, it is pydantic's business."""
    made: Any = pydantic.create_model("Made", a=(int | pydantic.MISSING, pydantic.MISSING))
    client = make_app(made).test_client()
    assert client.patch("/", json={}).get_json() == {}
    assert client.patch("/", json={"a": 1}).get_json() == {"a": 1}


def test_an_argument_may_be_absent() -> None:
    """The view gets the sentinel."""
    app = Flask("shop")
    typed = Typed(app)

    @typed.get("/")
    def search(limit: int | MISSING = MISSING, words: list[str] | MISSING = MISSING) -> str:
        """Search."""
        return "none" if limit is MISSING is words else f"{limit} {words}"

    client = app.test_client()
    assert [client.get(url).get_json() for url in ("/", "/?limit=2&words=a")] == [
        "none",
        "2 ['a']",
    ]
    document: Any = client.get("/openapi.json").get_json()
    parameter = document["paths"]["/"]["get"]["parameters"][0]
    assert parameter == {"in": "query", "name": "limit", "schema": {"type": "integer"}} | {
        key: parameter[key] for key in parameter if key == "required" and parameter[key] is False
    }


def test_a_body_may_be_absent() -> None:
    """An empty body is none."""
    app = Flask("shop")

    def change(thing: Any) -> bool:
        """Change a thing."""
        return thing is MISSING

    change.__annotations__["thing"] = Change | MISSING
    change.__defaults__ = (MISSING,)
    Typed(app).patch("/")(change)
    assert app.test_client().patch("/").get_json() is True
    assert app.test_client().patch("/", json={}).get_json() is False


def test_fields_that_spread_may_be_absent() -> None:
    """Each is a parameter that may be left out."""
    app = Flask("shop")

    @Typed(app).get("/")
    def search(change: Annotated[Change, Query()]) -> Change:
        """Search."""
        return replace(change, pages=1)

    assert app.test_client().get("/?title=a").get_json()["title"] == "a"
    assert "title" not in app.test_client().get("/").get_json()


def test_a_member_of_a_problem_may_be_absent() -> None:
    """It does not leave then."""

    class Sold(Problem):
        """It is sold."""

        status = 409
        until: int | MISSING = MISSING

    app = Flask("shop")

    @Typed(app).get("/<int:until>")
    @raises(Sold)
    def buy(until: int) -> None:
        """Buy."""
        raise Sold(until=until) if until else Sold()

    client = app.test_client()
    assert "until" not in client.get("/0").get_json()
    assert client.get("/1").get_json()["until"] == 1
    document: Any = client.get("/openapi.json").get_json()
    assert "until" not in document["components"]["schemas"]["Sold"]["required"]


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(list[int | MISSING], id="list"),
        pytest.param(dict[str, int | UnsetType], id="dict"),
        pytest.param(tuple[int | MISSING, int], id="tuple"),
    ],
)
def test_what_is_inside_cannot_be_absent(json: Codec, annotation: Any) -> None:
    """An item that is not there is no item."""
    error = json.reject(annotation)
    assert error.what.endswith(" stands for an absent value, but no value can be absent here.")


@pytest.mark.parametrize("annotation", [MISSING, UnsetType, MISSING | UnsetType])
def test_a_sentinel_alone_is_no_type(json: Codec, annotation: Any) -> None:
    """There is no value of it."""
    assert json.reject(annotation)


def test_an_answer_cannot_be_absent() -> None:
    """A view returns something."""

    def read() -> Any:
        """Read."""

    read.__annotations__["return"] = int | MISSING
    with pytest.raises(DeclarationError, match="MISSING"):
        Typed(Flask("shop")).get("/")(read)


def test_what_may_be_absent_has_a_default(json: Codec) -> None:
    """The constructor needs one."""

    @dataclass
    class Needing:
        """Its field has none."""

        a: int | MISSING

    error = json.reject(Needing)
    assert error.what == (
        "MISSING in the annotation lets the value be absent, but there is no default."
    )
    assert (error.where[0], error.instead) == ("field 'a'", "Write `= MISSING`.")


def test_an_argument_that_may_be_absent_has_a_default() -> None:
    """So does an argument."""

    def search(limit: int | MISSING) -> None:
        """Search."""

    with pytest.raises(DeclarationError, match="there is no default") as caught:
        Typed(Flask("shop")).get("/")(search)
    assert caught.value.where[0] == "argument 'limit'"


def test_a_tag_that_may_be_absent_tells_nothing_apart(json: Codec) -> None:
    """Members of a union are tried in their order then."""

    @dataclass
    class A:
        """One."""

        kind: Literal["a"] | MISSING = MISSING

    @dataclass
    class B:
        """The other."""

        kind: Literal["b"]

    assert json.load(A | B, {}) == A()
    assert json.load(A | B, {"kind": "b"}) == B("b")
