"""Draws types, and values of them as they are in JSON: the same ones for the same seed."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Annotated, Any, Literal, NamedTuple, Optional, Union
from uuid import UUID

import msgspec
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from marshmallow import Schema, fields, validate
from typing_extensions import NotRequired, TypedDict

from ..properties.declarations import (
    Access,
    Ball,
    Box,
    Branch,
    Cat,
    Colour,
    Disc,
    Dog,
    Gaps,
    Level,
    Odd,
    Stamped,
    Tree,
)

LETTERS = "abcxyz 0159-_.:/é€😀"


@dataclass(frozen=True)
class Drawn:
    """A type, and what draws a value of it.

    :param is_text: whether its values can be written in a query string.
    """

    annotation: Any
    sample: Callable[[Random], Any]
    is_text: bool = True


def draw_text(random: Random, least: int = 0, most: int = 8) -> str:
    """Return a text of a length."""
    return "".join(random.choices(LETTERS, k=random.randint(least, most)))


def draw_date(random: Random) -> dt.date:
    """Return a day of any year."""
    return dt.date.fromordinal(random.randint(1, dt.date.max.toordinal()))


def draw_number(random: Random) -> int:
    """Return an integer, which may be a large one."""
    return random.choice([0, 1, -1, random.randint(-(10**6), 10**6), 2**53 + 1, 2**64, -(10**30)])


def draw_address(random: Random) -> ipaddress.IPv4Address:
    """Return an address."""
    return ipaddress.IPv4Address(random.getrandbits(32))


SCALARS = [
    Drawn(str, draw_text),
    Drawn(int, draw_number),
    Drawn(float, lambda random: random.choice([0, -0.0, 1.5, 1e300, 5e-324, random.random()])),
    Drawn(bool, lambda random: random.random() < 0.5),
    Drawn(Decimal, lambda random: random.choice(["0", "-1.50", "9" * 40, "0.00000000001"])),
    Drawn(UUID, lambda random: str(UUID(int=random.getrandbits(128)))),
    Drawn(dt.date, lambda random: draw_date(random).isoformat()),
    Drawn(dt.datetime, lambda random: f"{draw_date(random).isoformat()}T12:30:00.5+01:00"),
    Drawn(dt.time, lambda random: f"{random.randint(0, 23):02}:59:59"),
    Drawn(dt.timedelta, lambda random: f"P{random.randint(0, 999)}DT{random.randint(0, 99)}.5S"),
    Drawn(bytes, lambda random: base64.b64encode(random.randbytes(random.randint(1, 9))).decode()),
    Drawn(ipaddress.IPv4Address, lambda random: str(draw_address(random))),
    Drawn(ipaddress.IPv6Address, lambda random: f"fe80::{random.getrandbits(16):x}"),
    Drawn(ipaddress.IPv4Interface, lambda random: f"{draw_address(random)}/24"),
    Drawn(ipaddress.IPv4Network, lambda random: f"10.{random.randint(0, 255)}.0.0/16"),
    Drawn(Colour, lambda random: random.choice(["red", "green"])),
    Drawn(Level, lambda random: random.choice([1, 2])),
    Drawn(Access, lambda random: random.randint(0, 7)),
    Drawn(Gaps, lambda random: random.choice([0, 1, 8, 9])),
    Drawn(Odd, lambda random: random.choice([1, None, "1"]), is_text=False),
    Drawn(None, lambda random: None, is_text=False),
    Drawn(Literal["a", "b"], lambda random: random.choice(["a", "b"])),
    Drawn(Annotated[int, Ge(-3), Lt(10)], lambda random: random.randint(-3, 9)),
    Drawn(Annotated[int, MultipleOf(3), Gt(0)], lambda random: 3 * random.randint(1, 99)),
    Drawn(Annotated[float, Gt(0), Le(1)], lambda random: 1 - random.random()),
    Drawn(Annotated[Decimal, Ge(0), MultipleOf(Decimal("0.01"))], lambda random: "12.34"),
    Drawn(Annotated[str, Len(1, 3)], lambda random: draw_text(random, 1, 3)),
    Drawn(
        Annotated[str, validate.Regexp(r"^[a-c]+\Z")],
        lambda random: "".join(random.choices("abc", k=random.randint(1, 9))),
    ),
]
TEXTS = [drawn for drawn in SCALARS if drawn.is_text]


class Loose(Schema):
    """A schema of marshmallow's own."""

    size = fields.Integer(required=True, strict=True, validate=validate.Range(0, 9))
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=5))
    kinds = fields.List(fields.String(validate=validate.OneOf(["a", "b"])))


@dataclasses.dataclass
class Sum:
    """A recursive model in a union that nothing tells apart."""

    left: Sum | Number
    right: Sum | Number


@dataclasses.dataclass
class Number:
    """The end of it."""

    value: int


def draw_tree(random: Random, depth: int = 3) -> Any:
    """Return a tree."""
    count = random.randint(0, depth)
    return {"name": "t", "children": [draw_tree(random, depth - 1) for _ in range(count)]}


def draw_branch(random: Random, depth: int = 3) -> Any:
    """Return a branch of branches."""
    inner = draw_branch(random, depth - 1) if depth else None
    return {"leaves": [{"branch": inner}]}


def draw_sum(random: Random, depth: int) -> Any:
    """Return a sum of sums."""
    if not depth:
        return {"value": random.randint(0, 9)}
    return {"left": draw_sum(random, depth - 1), "right": {"value": 1}}


MODELS = [
    Drawn(Tree, draw_tree, is_text=False),
    Drawn(Branch, draw_branch, is_text=False),
    Drawn(Sum, lambda random: draw_sum(random, random.choice([1, 3, 20])), is_text=False),
    Drawn(Loose, lambda random: {"size": random.randint(0, 9), "kinds": ["a"]}, is_text=False),
    Drawn(Stamped, lambda random: {"name": draw_text(random)}, is_text=False),
    Drawn(Box[int], lambda random: {"content": draw_number(random)}, is_text=False),
    Drawn(
        Union[Cat, Dog],  # noqa: UP007  # as those that are drawn
        lambda random: random.choice([{"kind": "cat", "lives": 3}, {"kind": "puppy", "name": "x"}]),
        is_text=False,
    ),
    Drawn(
        Union[Ball, Disc],  # noqa: UP007
        lambda random: random.choice([{"shape": "round"}, {"shape": "flat", "on": None}]),
        is_text=False,
    ),
    Drawn(Any, lambda random: random.choice([None, 1, "x", [1, {"a": []}]]), is_text=False),
]


def make_list(random: Random, inner: Drawn) -> Drawn:
    """Return a list of a type, of a limited length at times."""
    kind: Any = list[inner.annotation]  # type: ignore[name-defined]
    annotation = random.choice([kind, Annotated[kind, Len(0, 4)]])
    return Drawn(
        annotation, lambda random: [inner.sample(random) for _ in range(random.randint(0, 4))]
    )


def make_set(random: Random, inner: Drawn) -> Drawn:
    """Return a set of texts or numbers."""
    scalar = random.choice([drawn for drawn in TEXTS if drawn.annotation is not float])
    return Drawn(set[scalar.annotation], lambda random: [scalar.sample(random)])  # type: ignore[name-defined]


def make_mapping(random: Random, inner: Drawn) -> Drawn:
    """Return a mapping from texts, or from something that has a text form."""
    key, sample = random.choice([(str, draw_text), (int, draw_integer_key), (Colour, draw_colour)])

    def draw(random: Random) -> Any:
        return {sample(random): inner.sample(random) for _ in range(random.randint(0, 3))}

    return Drawn(Mapping[key, inner.annotation], draw, is_text=False)  # type: ignore[valid-type]


def draw_integer_key(random: Random) -> str:
    """Return a key that is an integer."""
    return str(random.randint(-9, 99))


def draw_colour(random: Random) -> str:
    """Return a key that is of an Enum."""
    return random.choice(["red", "green"])


def make_optional(random: Random, inner: Drawn) -> Drawn:
    """Return a type or None."""
    if inner.annotation in (None, Odd):
        return inner

    def draw(random: Random) -> Any:
        return None if random.random() < 0.3 else inner.sample(random)

    return Drawn(Optional[inner.annotation], draw, is_text=False)  # noqa: UP045


def make_tuple(random: Random, inner: Drawn) -> Drawn:
    """Return a tuple of two types."""
    other = random.choice(SCALARS)

    def draw(random: Random) -> Any:
        return [inner.sample(random), other.sample(random)]

    return Drawn(tuple[inner.annotation, other.annotation], draw, is_text=False)  # type: ignore[name-defined]


def make_union(random: Random, inner: Drawn) -> Drawn:
    """Return a union of two types; one that hides the other is refused where it is used."""
    other = random.choice([*SCALARS, *MODELS])

    def draw(random: Random) -> Any:
        return random.choice([inner, other]).sample(random)

    return Drawn(Union[inner.annotation, other.annotation], draw, is_text=False)  # noqa: UP007


def make_model(random: Random, inner: Drawn) -> Drawn:
    """Return a model of one of the kinds, with the type and others in its fields."""
    drawn = {"a": inner, "b": random.choice(SCALARS), "c_c": random.choice(MODELS)}
    make, rename = random.choice(KINDS)
    annotation = make({name: field.annotation for name, field in drawn.items()})

    def draw(random: Random) -> Any:
        return {rename(name): field.sample(random) for name, field in drawn.items()}

    return Drawn(annotation, draw, is_text=False)


def make_dataclass(annotations: Mapping[str, Any]) -> Any:
    """Return a dataclass."""
    return dataclasses.make_dataclass("Model", list(annotations.items()))


def make_typed_dict(annotations: Mapping[str, Any]) -> Any:
    """Return a TypedDict with a key that may be left out."""
    fields = {**annotations, "b": NotRequired[annotations["b"]]}
    return TypedDict("Record", fields)  # type: ignore[misc]  # made while the tests run


def make_named_tuple(annotations: Mapping[str, Any]) -> Any:
    """Return a NamedTuple."""
    return NamedTuple("Row", list(annotations.items()))  # type: ignore[misc]


def make_struct(annotations: Mapping[str, Any]) -> Any:
    """Return a Struct with names of its own on the wire."""
    return msgspec.defstruct("Struct", list(annotations.items()), rename="camel")


def camel(name: str) -> str:
    """Return a name as a Struct has it on the wire."""
    return {"c_c": "cC"}.get(name, name)


KINDS: list[tuple[Callable[[Mapping[str, Any]], Any], Callable[[str], str]]] = [
    (make_dataclass, str),
    (make_typed_dict, str),
    (make_named_tuple, str),
    (make_struct, camel),
]

MAKERS = (make_list, make_set, make_mapping, make_optional, make_tuple, make_union, make_model)


def draw_type(random: Random, depth: int = 3) -> Drawn:
    """Return a type."""
    if not depth or random.random() < 0.3:
        return random.choice([*SCALARS, *MODELS])
    return random.choice(MAKERS)(random, draw_type(random, depth - 1))


def draw_texts(random: Random) -> Drawn:
    """Return a type that can be written in a query string: a scalar, or a list of one."""
    scalar = random.choice(TEXTS)
    if random.random() < 0.7:
        return scalar

    def draw(random: Random) -> Any:
        return [scalar.sample(random) for _ in range(random.randint(1, 4))]

    return Drawn(make_list(random, scalar).annotation, draw)


def write(value: Any) -> str:
    """Return a value of JSON as it is written in a query string."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
