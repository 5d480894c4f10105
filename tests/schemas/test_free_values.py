"""Values where ``Any`` is annotated are written by their own types."""

from __future__ import annotations

import enum
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import attr
import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import JsonNumber, ResponseMismatch, Typed
from flask_typed.schemas.fields import TypedField
from flask_typed.wire.encoding import encode_plain
from markupsafe import Markup
from werkzeug.local import LocalProxy

T = TypeVar("T")


@dataclass
class Item:
    """A dataclass, of which only the fields are written."""

    name: str
    price: Annotated[Decimal, JsonNumber()] = Decimal("1.20")


class Secret(Item):
    """A subclass with more attributes than its base's fields."""

    password = "s3cret"


@dataclass
class Page(Generic[T]):
    """A generic, which is used without a type argument."""

    items: list[T]


@attr.define
class Shelf:
    """An attrs class."""

    items: list[Item]


class Pair(msgspec.Struct, rename="camel"):
    """A Struct with another name on the wire."""

    first_item: Item


class Point(NamedTuple):
    """A tuple, which jsonify writes as an array."""

    x: int
    y: int


class Color(enum.Enum):
    """An Enum."""

    RED = "red"


class Day(date):
    """A subclass, as libraries that fake the time have it."""


class Money:
    """A type of the user's own."""

    cents = 120


class MoneyField(TypedField):
    """Writes money."""

    json_schema = {"type": "integer"}

    def dump(self, value: Money) -> int:
        """Return the cents."""
        return value.cents


@dataclass
class Strange:
    """A dataclass with a field that has no JSON form."""

    part: Fraction


class DriverUUID:
    """A UUID of a database driver, which is none but passes for one."""

    @property  # type: ignore[misc]  # it cannot be set, which object's can
    def __class__(self) -> Any:
        return uuid.UUID

    def __str__(self) -> str:
        return str(uuid.UUID(int=1))


class Pretender:
    """An object that passes for one of a class without a JSON form."""

    @property  # type: ignore[misc]  # it cannot be set, which object's can
    def __class__(self) -> Any:
        return Fraction


NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)

WRITTEN = [
    pytest.param({"a": [1, None, True, 1.5, "x"]}, {"a": [1, None, True, 1.5, "x"]}, id="JSON"),
    pytest.param(
        {1: "a", None: "b", 1.5: "c"}, {"1": "a", "null": "b", "1.5": "c"}, id="keys of jsonify"
    ),
    pytest.param({date(2026, 1, 2): 1}, {"2026-01-02": 1}, id="date as a key"),
    pytest.param({Color.RED: {2}}, {"red": [2]}, id="Enum as a key"),
    pytest.param((1, date(2026, 1, 2)), [1, "2026-01-02"], id="tuple"),
    pytest.param(Point(1, 2), [1, 2], id="named tuple"),
    pytest.param([Point(1, 2), NOON], [[1, 2], "2026-01-02T12:00:00Z"], id="named tuple in a list"),
    pytest.param({3, 1, 2}, [1, 2, 3], id="set"),
    pytest.param(deque([1, NOON]), [1, "2026-01-02T12:00:00Z"], id="deque"),
    pytest.param(Decimal("1.20"), "1.20", id="Decimal"),
    pytest.param(uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001", id="UUID"),
    pytest.param(DriverUUID(), "00000000-0000-0000-0000-000000000001", id="passes for a UUID"),
    pytest.param(LocalProxy(lambda: "text"), "text", id="proxy of a text"),
    pytest.param(LocalProxy(lambda: [Item("a")]), [{"name": "a", "price": 1.2}], id="proxy"),
    pytest.param(Day(2026, 1, 2), "2026-01-02", id="subclass of date"),
    pytest.param(NOON.replace(tzinfo=None), "2026-01-02T12:00:00", id="naive datetime"),
    pytest.param(time(12), "12:00:00", id="time"),
    pytest.param(timedelta(hours=1), "PT1H", id="timedelta"),
    pytest.param(b"a", "YQ==", id="bytes"),
    pytest.param(Color.RED, "red", id="Enum"),
    pytest.param(IPv4Address("127.0.0.1"), "127.0.0.1", id="address"),
    pytest.param(range(2), [0, 1], id="sequence"),
    pytest.param(Markup("<b>"), "<b>", id="Markup"),
    pytest.param(Item("a"), {"name": "a", "price": 1.2}, id="dataclass"),
    pytest.param([Secret("a")], [{"name": "a", "price": 1.2}], id="subclass of a dataclass"),
    pytest.param(Page([Color.RED]), {"items": ["red"]}, id="generic"),
    pytest.param(Shelf([Item("a")]), {"items": [{"name": "a", "price": 1.2}]}, id="attrs"),
    pytest.param(Pair(Item("a")), {"firstItem": {"name": "a", "price": 1.2}}, id="Struct"),
    pytest.param({"a": {"b": [Money()]}}, {"a": {"b": [120]}}, id="own type, deep inside"),
]


def serve(app: Flask, value: Any, annotation: Any) -> Any:
    """Return the JSON of the answer with a value."""

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    Typed(app, types={Money: MoneyField}).get("/")(view)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(("value", "expected"), WRITTEN)
def test_written(app: Flask, value: Any, expected: Any, accelerated: bool) -> None:
    """Each value is written by its own type, on both paths."""
    app.config["TYPED_ACCELERATION"] = accelerated
    assert serve(app, {"value": value}, dict[str, Any]) == {"value": expected}


@pytest.mark.parametrize("annotation", [Any, object, dict, dict[str, object], list[Any] | Any])
def test_annotations_of_any_value(app: Flask, annotation: Any) -> None:
    """Every annotation that allows any value writes the values alike."""
    value = {"day": date(2026, 1, 2), "item": Item("a")}
    expected = {"day": "2026-01-02", "item": {"name": "a", "price": 1.2}}
    assert serve(app, value, annotation) == expected


def test_digits_are_kept(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A Decimal is a number only where its field declares it, with all its digits."""

    @typed.get("/")
    def view() -> Any:
        return [Item("a", Decimal("1.20000000000000000001")), Decimal("1.20")]

    assert client.get("/").text == '[{"name":"a","price":1.20000000000000000001},"1.20"]'


class Lazy:
    """A lazy text, as flask-babel makes it."""

    def __html__(self) -> str:
        raise NotImplementedError  # pragma: no cover: only its presence counts

    def __str__(self) -> str:
        return "Hello"


def test_lazy_texts(app: Flask) -> None:
    """A lazy text is evaluated."""
    assert serve(app, [Lazy()], Any) == ["Hello"]


def count() -> Iterator[int]:
    """Count."""
    yield 1  # pragma: no cover: nothing iterates over it


REFUSED = [
    pytest.param([object()], r"at \$\[0\] .*found a value of type object", id="unknown"),
    pytest.param({"a": [Strange(Fraction(1))]}, r"at \$\.a\[0\] .*Fraction", id="unknown inside"),
    pytest.param([Pretender()], r"at \$\[0\] .*found a value of type Pretender", id="pretender"),
    pytest.param(count(), r"at \$ .*found a value of type generator", id="generator"),
    pytest.param(bytearray(b"a"), r"at \$ .*found a value of type bytearray", id="bytearray"),
    pytest.param({Item("a").name: {(1, 2): 3}}, r"at \$\.a expected keys that are", id="key"),
    pytest.param([Item(3)], r"at \$\[0\]\.name expected a str", id="misfit"),  # type: ignore[arg-type]
    pytest.param([float("nan")], r"found Out of range", id="NaN"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_refused(app: Flask, value: Any, message: str) -> None:
    """A value without a JSON form is an error that names its place and its type."""
    with pytest.raises(ResponseMismatch, match=message):
        serve(app, value, Any)


def test_a_value_that_contains_itself(app: Flask) -> None:
    """A value that contains itself is an error of the view, not of Python."""
    value: list[Any] = [NOON]
    value.append(value)
    with pytest.raises(ResponseMismatch, match="one that contains itself"):
        serve(app, value, Any)


def test_plain_values_are_written_at_once() -> None:
    """A value with only Python's own JSON types does not need a walk."""
    assert encode_plain({"a": [1, None]}) == b'{"a":[1,null]}'
    with pytest.raises(TypeError, match="Decimal"):
        encode_plain([Decimal(1)])
