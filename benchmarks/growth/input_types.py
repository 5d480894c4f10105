"""The types that ``inputs.py`` measures, with a body of ``n`` parts for each."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, make_dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Network
from typing import Annotated, Any, Literal, NamedTuple

import attrs
import marshmallow
import msgspec
import pydantic
from annotated_types import Ge, Len, MultipleOf, Predicate
from flask_typed import Body
from marshmallow import fields, validate
from typing_extensions import TypedDict

#: Makes a body of so many parts.
Make = Callable[[int], Any]
#: How deep the deep ones are.
DEPTH = 60
#: Numbers that are so far apart have one hash in CPython.
APART = 2**61 - 1


@dataclass(frozen=True)
class Case:
    """A type, and its bodies by what they are."""

    name: str
    annotation: Any
    bodies: Mapping[str, Make]


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Row:
    number: int
    name: str
    inner: list[int]


class RowDict(TypedDict):
    number: int
    name: str
    inner: list[int]


class RowTuple(NamedTuple):
    number: int
    name: str
    inner: list[int]


@attrs.frozen
class RowAttrs:
    number: int
    name: str
    inner: list[int]


class RowStruct(msgspec.Struct):
    number: int
    name: str
    inner: list[int]


class RowModel(pydantic.BaseModel):
    number: int
    name: str
    inner: list[int]


class RowSchema(marshmallow.Schema):
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    inner = fields.List(fields.Integer(), required=True)


class HookedSchema(RowSchema):
    @marshmallow.pre_load
    def keep(self, data: Any, **_: Any) -> Any:
        return data


@dataclass
class Link:
    numbers: list[int]
    next: Link | None = None


class LinkSchema(marshmallow.Schema):
    numbers = fields.List(fields.Integer())
    next = fields.Nested(lambda: LinkSchema())  # noqa: PLW0108  # it has no name yet

    @marshmallow.pre_load
    def keep(self, data: Any, **_: Any) -> Any:
        return data


@dataclass
class Leaf:
    numbers: list[int]


@dataclass
class Plus:
    left: Plus | Minus | Leaf


@dataclass
class Minus:
    left: Plus | Minus | Leaf
    sign: int = 1


@dataclass
class Cat:
    kind: Literal["cat"]
    lives: list[int]


@dataclass
class Dog:
    kind: Literal["dog"]
    lives: list[str]


class Maps(marshmallow.Schema):
    by_number = fields.Dict(keys=fields.Integer(), values=fields.Integer())


WIDE = make_dataclass("Wide", [(f"field{index}", int) for index in range(200)])
CHOICES = [f"choice {index}" for index in range(200)]
WIDE_ENUM = enum.Enum("WIDE_ENUM", {f"M{index}": choice for index, choice in enumerate(CHOICES)})  # type: ignore[misc]  # made, not written

#: Scalars by name: the type, its ``i``-th JSON value, and one that is wrong.
SCALARS: Mapping[str, tuple[Any, Callable[[int], Any], Any]] = {
    "str": (str, lambda i: f"text {i}", 1),
    "int": (int, lambda i: i, "x"),
    "large int": (int, lambda i: 10**400 + i, 0.5),
    "float": (float, lambda i: i + 0.5, "x"),
    "bool": (bool, lambda i: i % 2 == 0, 1),
    "None": (None, lambda i: None, 1),
    "Decimal": (Decimal, lambda i: f"{i}.50", "x"),
    "UUID": (uuid.UUID, lambda i: str(uuid.UUID(int=i)), "x"),
    "date": (dt.date, lambda i: str(dt.date.fromordinal(i + 1)), "x"),
    "datetime": (dt.datetime, lambda i: f"2026-01-02T03:04:05.{i:06}Z", "x"),
    "time": (dt.time, lambda i: f"01:02:03.{i:06}", "x"),
    "timedelta": (dt.timedelta, lambda i: f"PT{i}S", "x"),
    "bytes": (bytes, lambda i: "AAEC", "é"),
    "Enum": (Color, lambda i: "red", "x"),
    "Literal": (Literal["a", 1], lambda i: 1, "x"),
    "IPv4Address": (IPv4Address, lambda i: str(IPv4Address(i)), "x"),
    "IPv6Network": (IPv6Network, lambda i: str(IPv6Network(i)), "x"),
    "Any": (Any, lambda i: {"a": [i]}, None),
    "int or text": (int | str, lambda i: i, None),
    "limited int": (Annotated[int, Ge(0)], lambda i: i, -1),
    "limited text": (Annotated[str, Len(1, 20)], lambda i: "a", ""),
    "multiple": (Annotated[float, MultipleOf(0.1)], lambda i: i / 10, 0.01),
    "pattern": (Annotated[str, validate.Regexp(r"^[a-z]+\Z")], lambda i: "abc", "1"),
    "predicate": (Annotated[int, Predicate(bool)], lambda i: i + 1, 0),
    "choice": (Annotated[str, validate.OneOf(CHOICES)], lambda i: CHOICES[-1], "x"),
    "wide enum": (WIDE_ENUM, lambda i: CHOICES[-1], "x"),
}
#: What is hashable, and whose values differ.
IN_SETS = ("str", "int", "float", "Decimal", "UUID", "date", "datetime", "time", "IPv6Network")
#: Classes with the fields of a row.
ROWS: Mapping[str, Any] = {
    "dataclass": Row,
    "TypedDict": RowDict,
    "NamedTuple": RowTuple,
    "attrs": RowAttrs,
    "Struct": RowStruct,
    "pydantic": RowModel,
    "marshmallow": RowSchema,
    "marshmallow with hooks": HookedSchema,
}
#: Values by a number, of which many have one hash.
CROWDS: Mapping[str, tuple[Any, Callable[[int], Any]]] = {
    "int": (int, lambda i: i * APART),
    "Decimal": (Decimal, lambda i: str(i * APART)),
    "UUID": (uuid.UUID, lambda i: str(uuid.UUID(int=i * APART))),
    "IPv6Network": (IPv6Network, lambda i: str(IPv6Network(i * APART))),
    "tuple": (tuple[int, int], lambda i: [i * APART, 1]),
    "Any": (Any, lambda i: i * APART),
}


def last_wrong(value: Callable[[int], Any], wrong: Any) -> Make:
    """Return what makes values of which the last is wrong."""
    return lambda n: [*map(value, range(n - 1)), wrong]


def make_scalars() -> Iterator[Case]:
    """Yield arrays, sets and mappings of scalars."""
    for name, (kind, value, wrong) in SCALARS.items():
        bodies = {"valid": lambda n, value=value: [*map(value, range(n))]}
        if wrong is not None:
            bodies["wrong"] = lambda n, wrong=wrong: [wrong] * n
            bodies["last wrong"] = last_wrong(value, wrong)
        yield Case(f"list of {name}", Annotated[list[kind], Body()], bodies)
        if name in IN_SETS:
            several = {**bodies, "repeated": lambda n, value=value: [value(1)] * n}
            yield Case(f"set of {name}", Annotated[set[kind], Body()], several)
        mapped = {
            what: lambda n, make=make: {f"key {i}": item for i, item in enumerate(make(n))}
            for what, make in bodies.items()
        }
        yield Case(f"mapping to {name}", dict[str, kind], mapped)


def make_rows() -> Iterator[Case]:
    """Yield arrays of objects."""
    for name, kind in ROWS.items():
        inner = fields.Nested(kind) if issubclass(kind, marshmallow.Schema) else kind
        annotation: Any = list[kind]
        if isinstance(inner, fields.Field):
            annotation = Annotated[list, fields.List(inner)]
        yield Case(
            f"objects, {name}",
            annotation,
            {
                "valid": lambda n: [{"number": i, "name": "a", "inner": [i]} for i in range(n)],
                "wrong": lambda n: [{"number": "x", "name": 1, "inner": ["x"]}] * n,
                "last wrong": lambda n: [
                    *[{"number": 1, "name": "a", "inner": [1]}] * (n - 1),
                    {"number": 1, "name": "a", "inner": ["x"]},
                ],
                "empty": lambda n: [{}] * n,
                "unknown keys": lambda n: [{f"key {i}": i for i in range(n)}],
                "one large": lambda n: [{"number": 1, "name": "a", "inner": ["x"] * n}],
                "no objects": lambda n: [1] * n,
            },
        )


def nest(key: str, inner: Any, depth: int, **around: Any) -> Any:
    """Return a value inside of objects."""
    for _ in range(depth):
        inner = {**around, key: inner}
    return inner


def make_deep() -> Iterator[Case]:
    """Yield types that hold themselves, with what is large at the bottom."""
    for name, kind in (("dataclass", Link), ("marshmallow", LinkSchema)):
        bodies: dict[str, Make] = {
            "valid": lambda n: nest("next", {"numbers": [1] * n}, DEPTH, numbers=[1]),
            "wrong": lambda n: nest("next", {"numbers": ["x"] * n}, DEPTH, numbers=[1]),
            "last wrong": lambda n: nest("next", {"numbers": [*[1] * n, "x"]}, DEPTH, numbers=[1]),
        }
        yield Case(f"deep, {name}", kind, bodies)
    yield Case(
        "union inside of itself",
        Plus,
        {
            "valid": lambda n: nest("left", {"numbers": [1] * n}, DEPTH),
            "wrong": lambda n: nest("left", {"numbers": ["x"] * n}, DEPTH),
            "second member": lambda n: {"left": nest("left", {"numbers": [1] * n}, 40, sign=1)},
        },
    )
    yield Case(
        "tagged union",
        list[Cat | Dog],
        {
            "valid": lambda n: [{"kind": "dog", "lives": ["a"]}] * n,
            "wrong": lambda n: [{"kind": "cow", "lives": []}] * n,
            "wrong inside": lambda n: [{"kind": "cat", "lives": ["x"]}] * n,
        },
    )
    yield Case(
        "untagged union",
        list[Row | Leaf],
        {
            "valid": lambda n: [{"numbers": [1]}] * n,
            "wrong": lambda n: [{"number": "x"}] * n,
        },
    )


def make_rest() -> Iterator[Case]:
    """Yield what stands alone."""
    for name, (kind, value) in CROWDS.items():
        crowd = {"one hash": lambda n, value=value: [*map(value, range(n))]}
        yield Case(f"set of {name} (one hash)", Annotated[set[kind], Body()], crowd)
    yield Case(
        "mapping of numbers",
        dict[int, int],
        {
            "valid": lambda n: {str(i): i for i in range(n)},
            "wrong": lambda n: {f"x{i}": "x" for i in range(n)},
            "one hash": lambda n: {str(i * APART): 1 for i in range(n)},
        },
    )
    yield Case(
        "mapping of marshmallow",
        Maps,
        {
            "valid": lambda n: {"by_number": {str(i): i for i in range(n)}},
            "wrong": lambda n: {"by_number": {f"x{i}": "x" for i in range(n)}},
            "one hash": lambda n: {"by_number": {str(i * APART): 1 for i in range(n)}},
        },
    )
    yield Case(
        "only of 200 choices",
        Annotated[list[str], validate.ContainsOnly(CHOICES), Body()],
        {"valid": lambda n: [CHOICES[-1]] * n, "wrong": lambda n: ["x"] * n},
    )
    yield Case(
        "200 fields", list[WIDE], {"empty": lambda n: [{}] * n, "wrong": lambda n: ["x"] * n}
    )
    yield Case(
        "one text",
        Annotated[str, validate.Regexp(r"^[a-z ]+\Z"), Body()],
        {"valid": lambda n: "a b " * 20 * n, "wrong": lambda n: "a b " * 20 * n + "1"},
    )
    yield Case(
        "one Decimal",
        Annotated[Decimal, MultipleOf(1), Body()],
        {"too long": lambda n: "7" * 10 * n, "wrong": lambda n: "7" * 10 * n + ".5"},
    )
    long_key = {"wrong": lambda n: {"k" * 50 * n: ["x"] * n}}
    yield Case("a long key", Annotated[dict[str, list[int]], Body()], long_key)


CASES: tuple[Case, ...] = (*make_scalars(), *make_rows(), *make_deep(), *make_rest())
