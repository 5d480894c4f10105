"""TypedDicts that say what other keys they have: ``closed`` and ``extra_items`` (PEP 728)."""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable
from typing import Annotated, Any, Generic

import pytest
from annotated_types import Ge
from flask import Flask
from flask_typed import Body, DeclarationError, Query, ReadOnly, Typed, WriteOnly
from flask_typed.publish.openapi30 import write_openapi_30
from typing_extensions import Never, NotRequired, TypedDict, TypeVar

from .codec import Codec

T = TypeVar("T")
UNKNOWN = ["Unknown field."]
NO_INTEGER = ["Not a valid integer."]


class Counts(TypedDict, extra_items=int):  # type: ignore[call-arg]  # PEP 728
    """Has other keys, which are integers."""

    name: str
    total: NotRequired[int]


class More(Counts):
    """Inherits them."""

    size: int


class Closed(TypedDict, closed=True):  # type: ignore[call-arg]
    """Has no other keys."""

    name: str


class Nothing(TypedDict, extra_items=Never):  # type: ignore[call-arg]
    """Has none either."""

    name: str


class Open(TypedDict, closed=False):  # type: ignore[call-arg]
    """Does not say."""

    name: str


class Tree(TypedDict, extra_items="list[Tree]"):  # type: ignore[call-arg]
    """Other keys hold trees."""

    name: str


class Mapped(TypedDict, Generic[T], extra_items="dict[str, T]"):  # type: ignore[call-arg]
    """Other keys hold what a variable says."""

    name: T


class Numbers(Mapped[int]):
    """Says what."""


class Forgetting(TypedDict, extra_items=Annotated[int, Ge(0)]):  # type: ignore[call-arg]
    """Other keys have a constraint, and there is no key with a name."""


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        pytest.param(Counts, {"name": "a"}, id="none"),
        pytest.param(Counts, {"name": "a", "b": 1, "c": 2, "total": 3}, id="two"),
        pytest.param(More, {"name": "a", "size": 1, "b": 1}, id="inherited"),
        pytest.param(Tree, {"name": "a", "b": [{"name": "c", "d": []}]}, id="recursive"),
        pytest.param(Mapped[str], {"name": "a", "b": {"c": "d"}}, id="generic"),
        pytest.param(Numbers, {"name": 1, "b": {"c": 2}}, id="generic base"),
        pytest.param(Forgetting, {"a": 1}, id="no names"),
        pytest.param(Counts, {"name": "a", "others": 1, "f0": 2, "": 3}, id="odd keys"),
    ],
)
def test_other_keys_enter_and_leave(json: Codec, kind: Any, wire: Any) -> None:
    """Each with a value of their one type."""
    assert json.load(kind, wire) == wire
    assert json.dump(kind, wire) == wire


@pytest.mark.parametrize(
    ("kind", "wire", "messages"),
    [
        pytest.param(Counts, {"name": "a", "b": "1"}, {"b": NO_INTEGER}, id="of another type"),
        pytest.param(
            Counts,
            {"b": None},
            {"name": ["Missing data for required field."], "b": ["Field may not be null."]},
            id="with other faults",
        ),
        pytest.param(
            Forgetting, {"a": -1}, {"a": ["Must be greater than or equal to 0."]}, id="constraint"
        ),
        pytest.param(
            Mapped[int],
            {"name": 1, "b": {"c": "2"}},
            {"b": {"c": {"value": NO_INTEGER}}},
            id="inside",
        ),
        pytest.param(Closed, {"name": "a", "b": 1}, {"b": UNKNOWN}, id="closed"),
        pytest.param(Nothing, {"name": "a", "b": 1}, {"b": UNKNOWN}, id="Never"),
        pytest.param(Open, {"name": "a", "b": 1}, {"b": UNKNOWN}, id="open"),
    ],
)
def test_other_keys_that_do_not_fit(json: Codec, kind: Any, wire: Any, messages: Any) -> None:
    """Each is refused under its key."""
    assert json.refuse(kind, wire) == messages


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(
            {"name": "a", "b": "1"}, "at $.b expected an int, found a value of type str", id="value"
        ),
        pytest.param(
            {"name": "a", 1: 2}, "at $ expected keys that are text, found one of type int", id="key"
        ),
    ],
)
def test_other_keys_that_do_not_leave(json: Codec, value: Any, message: str) -> None:
    """What does not fit is a fault of the view."""
    assert json.mismatch(Counts, value) == message


def test_an_object_has_no_other_keys(json: Codec) -> None:
    """Attributes that nobody declared do not leave."""
    counts: Callable[..., Any] = type("Counts", (), {"name": "a", "total": 1, "b": 2})
    assert json.dump(Counts, counts()) == {"name": "a", "total": 1}


def make_app(kind: Any, **config: Any) -> Flask:
    """Return an app with a route that gives back what it takes."""
    app = Flask("shop")
    app.config.update(config)

    def echo(thing: Any) -> Any:
        return thing

    echo.__annotations__.update({"thing": kind, "return": kind})
    Typed(app).post("/")(echo)
    return app


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(
    ("kind", "additional"),
    [
        pytest.param(Counts, {"type": "integer"}, id="extra_items"),
        pytest.param(Closed, False, id="closed"),
        pytest.param(Nothing, False, id="Never"),
        pytest.param(Forgetting, {"type": "integer", "minimum": 0}, id="constraint"),
        pytest.param(
            Tree,
            {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            id="recursive",
        ),
    ],
)
def test_the_document_says_what_other_keys_hold(
    kind: Any, additional: Any, accelerated: bool
) -> None:
    """As ``additionalProperties``."""
    app = make_app(kind, TYPED_ACCELERATION=accelerated)
    document: Any = app.test_client().get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    assert schemas[kind.__name__]["additionalProperties"] == additional
    lowered = write_openapi_30(document)["components"]["schemas"]
    assert lowered[kind.__name__]["additionalProperties"] == additional


@pytest.mark.parametrize("accelerated", [True, False])
def test_requests_and_answers_have_other_keys(accelerated: bool) -> None:
    """With the accelerated path and without it, in an array too."""
    client = make_app(list[Counts], TYPED_ACCELERATION=accelerated).test_client()
    assert client.post("/", json=[{"name": "a", "b": 1}]).get_json() == [{"name": "a", "b": 1}]
    assert client.post("/", json=[{"name": "a", "b": "1", "c/": None}]).get_json()["errors"] == [
        {
            "in": "body",
            "pointer": "/0/b",
            "code": "invalid_integer",
            "detail": "Not a valid integer.",
        },
        {"in": "body", "pointer": "/0/c~1", "code": "null", "detail": "Field may not be null."},
    ]


def test_a_fault_inside_another_key_has_its_place() -> None:
    """A mapping's messages are told from those of an object."""
    answer = make_app(Mapped[int]).test_client().post("/", json={"name": 1, "b": {"value": "2"}})
    assert [fault["pointer"] for fault in answer.get_json()["errors"]] == ["/b/value"]


def test_a_closed_type_has_no_other_keys_whatever_the_policy() -> None:
    """The type says it, and the app's policy is for those that do not."""
    answers = [
        make_app(kind, TYPED_UNKNOWN_KEYS="exclude")
        .test_client()
        .post("/", json={"name": "a", "b": 1})
        for kind in (Closed, Open, Counts)
    ]
    assert [answer.status_code for answer in answers] == [422, 200, 200]
    assert answers[2].get_json() == {"name": "a", "b": 1}


@pytest.mark.parametrize("marker", [ReadOnly(), WriteOnly()], ids=["ReadOnly", "WriteOnly"])
def test_a_one_way_key_beside_other_keys_is_refused(json: Codec, marker: Any) -> None:
    """In the other direction, the key would be one of the others."""
    kind: Any = TypedDict("Clash", {"a": Annotated[int, marker]}, extra_items=int)  # type: ignore[call-overload]
    assert json.reject(kind).what == (
        "Clash has extra keys, and its field 'a' is only in requests or only in responses."
    )


def test_a_renamed_key_beside_other_keys_is_refused(json: Codec) -> None:
    """One of the others could have the name of the field."""
    kind: Any = TypedDict("Clash", {"a": Annotated[int, Body(alias="b")]}, extra_items=int)  # type: ignore[call-overload]
    assert json.reject(kind).what == (
        "Clash has extra_items, and its field 'a' is called 'b' on the wire."
    )


def test_other_keys_are_not_keys_of_a_deep_object() -> None:
    """The keys of its lists have to be known."""
    with pytest.raises(DeclarationError, match='which `style="deepObject"` cannot hold'):
        make_app(Annotated[Counts, Query(style="deepObject")])


def test_the_type_of_other_keys_is_one_that_is_known(json: Codec) -> None:
    """The error says where it stands."""
    kind: Any = TypedDict("Odd", {"a": int}, extra_items=complex)  # type: ignore[call-overload]
    error = json.reject(kind)
    assert (error.what, error.where) == (
        "No schema is known for the type complex.",
        ("extra_items", "Odd"),
    )


def test_a_type_with_other_keys_hides_none_in_a_union(json: Codec) -> None:
    """Which objects it takes is not compared."""
    assert json.load(typing.Union[Counts, Closed], {"name": "a", "b": 1}) == {"name": "a", "b": 1}  # noqa: UP007


@pytest.mark.skipif(sys.version_info < (3, 15), reason="typing's TypedDict does not take it")
def test_the_typeddict_of_typing_says_it_too(json: Codec) -> None:  # pragma: no cover: Python 3.15
    """PEP 728 is part of Python 3.15."""
    named: Any = typing.TypedDict
    counts, closed = named("A", {"a": int}, extra_items=str), named("B", {"a": int}, closed=True)
    assert json.load(counts, {"a": 1, "b": "c"}) == {"a": 1, "b": "c"}
    assert json.refuse(closed, {"a": 1, "b": "c"}) == {"b": UNKNOWN}
