"""Hypothesis draws declarations of types, and values that are, nearly are, and are not of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union
from uuid import UUID

import attr
import msgspec
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from flask_typed import Extra, ReadOnly, computed, model
from hypothesis import strategies as st
from typing_extensions import NotRequired, TypedDict

T = TypeVar("T")


class Access(enum.Flag):
    """Bits side by side."""

    READ = 1
    WRITE = 2
    DELETE = 4


class Gaps(enum.IntFlag):
    """Bits with a hole between them."""

    LOW = 1
    HIGH = 8


class Colour(enum.Enum):
    """Texts."""

    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    """Numbers."""

    LOW = 1
    HIGH = 2


class Odd(enum.Enum):
    """Several kinds at once."""

    ONE = 1
    YES = True
    NONE = None
    TEXT = "1"


@dataclasses.dataclass
class Box(Generic[T]):
    """A generic model."""

    content: T
    label: str = ""


@dataclasses.dataclass
class Tree:
    """A recursive model."""

    name: str
    children: list[Tree] = dataclasses.field(default_factory=list)


class Shape(enum.Enum):
    """Tells models apart."""

    ROUND = "round"
    FLAT = "flat"


@dataclasses.dataclass
class Ball:
    """One that a member of an Enum tells apart."""

    shape: Literal[Shape.ROUND]
    size: Annotated[float, Ge(0)] = 1.0


@dataclasses.dataclass
class Disc:
    """The other of them, which holds the first."""

    shape: Literal[Shape.FLAT] = Shape.FLAT
    on: Ball | None = None


@dataclasses.dataclass
class Branch:
    """One of two models that are inside each other."""

    leaves: list[Leaf] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Leaf:
    """The other of them."""

    branch: Branch | None = None


@dataclasses.dataclass(frozen=True)
class Stamped:
    """A model with a field that only leaves, in a set at times."""

    name: str
    seen: Annotated[int, ReadOnly()] = 7


@model(rename="camel")
@dataclasses.dataclass
class Priced:
    """A model with other names on the wire, and a value that is computed."""

    unit_price: int
    on_sale: bool = False

    @property
    @computed
    def half_price(self) -> float:
        """Half of it."""
        return self.unit_price / 2  # pragma: no cover: not in every draw


@dataclasses.dataclass
class Labelled:
    """A model with keys that no field has."""

    name: str
    labels: Annotated[dict[str, Annotated[int, Ge(0)]], Extra()]


Score = NewType("Score", int)


@dataclasses.dataclass
class Cat:
    """One of two that a tag tells apart."""

    kind: Literal["cat"]
    lives: Annotated[int, Ge(0), Le(9)] = 9


@dataclasses.dataclass
class Dog:
    """The other of them."""

    kind: Literal["dog", "puppy"]
    name: Annotated[str, Len(1, 5)]


#: Any JSON value that Python's and every other parser read alike.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    | st.sampled_from(["red", "1", "cat", "dog", "2020-01-01", "P1D", "1.5", "aGk=", "::1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b", "kind", "name", "content", "children", "1", ""]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)

#: Texts near the borders of what each format takes.
NEAR = st.sampled_from(
    [
        "2020-02-29", "2021-02-29", "0000-01-01", "9999-12-31", "2020-1-1", "2020-13-01",
        "2020-01-01T00:00:00Z", "2020-01-01t23:59:59.123456789z", "2020-01-01T23:59:60Z",
        "2020-01-01 00:00:00Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00+23:59",
        "2020-01-01T00:00:00+24:00", "2020-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
        "12:00:00", "24:00:00", "12:00", "12:00:00.5+01:00", "12:00:00\n", "12:00:00z",
        "P", "PT", "P1D", "-P1DT0.5S", "P1W", "P1W1D", "PT1.1234567S", "P1DT", "P999999999D",
        "P899999999DT99999999H", "P1Y", "1.5", "1.50", "-0", "01", "1e5", "1E+999999", "1e9999999",
        "NaN", "Infinity", ".5", "5.", "+1", "12345678-1234-5678-1234-567812345678",
        "12345678123456781234567812345678", "{12345678-1234-5678-1234-567812345678}",
        "12345678-1234-5678-1234-56781234567g", "aGk=", "aGk", "aG=k", "aGk=\n", "====", "",
        "127.0.0.1", "127.0.0.01", "256.0.0.1", "::1", "::g", "::1%eth0", "10.0.0.0/8",
        "10.0.0.1/8", "1", "2", "true", "red", "RED", "\u0660", "\x00",
    ]
)  # fmt: skip

#: Each scalar, and values of it.
SCALARS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
    (int, st.integers()),
    (float, st.floats(allow_nan=False, allow_infinity=False)),
    (bool, st.booleans()),
    (None, st.none()),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (UUID, st.uuids()),
    (dt.date, st.dates()),
    (dt.datetime, st.datetimes(timezones=st.just(dt.timezone.utc))),
    (dt.time, st.times()),
    (dt.timedelta, st.timedeltas(dt.timedelta(-10000), dt.timedelta(10000))),
    (bytes, st.binary(max_size=8)),
    (ipaddress.IPv4Address, st.ip_addresses(v=4)),
    (ipaddress.IPv6Address, st.ip_addresses(v=6)),
    (ipaddress.IPv4Interface, st.ip_addresses(v=4).map(ipaddress.IPv4Interface)),
    (ipaddress.IPv4Network, st.ip_addresses(v=4).map(ipaddress.IPv4Network)),
    (ipaddress.IPv6Interface, st.ip_addresses(v=6).map(ipaddress.IPv6Interface)),
    (Colour, st.sampled_from(Colour)),
    (Access, st.integers(0, 7).map(Access)),
    (Gaps, st.sampled_from([0, 1, 8, 9]).map(Gaps)),
    (Level, st.sampled_from(Level)),
    (Odd, st.sampled_from(Odd)),
    (Literal["a", 1, True], st.sampled_from(["a", 1, True])),
    (Annotated[int, Ge(-3), Lt(10)], st.integers(-3, 9)),
    (Annotated[int, MultipleOf(3), Gt(0)], st.integers(1, 30).map(lambda n: 3 * n)),
    (Annotated[float, Gt(0), Le(1)], st.floats(0, 1, exclude_min=True)),
    (
        Annotated[str, Len(1, 3)],
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3),
    ),
]

Declared = tuple[Any, st.SearchStrategy[Any]]


def optional(declared: Declared) -> Declared:
    """Return the type or None, unless it has a null of its own."""
    annotation, values = declared
    either = annotation if annotation is Odd else Optional[annotation]  # noqa: UP045  # None | None
    return either, st.none() | values


def listed(declared: Declared) -> Declared:
    """Return a list of the type, of a limited length."""
    annotation, values = declared
    return Annotated[list[annotation], Len(0, 4)], st.lists(values, max_size=4)


def paired(pair: tuple[Declared, Declared]) -> Declared:
    """Return a tuple of two types."""
    (first, firsts), (second, seconds) = pair
    return tuple[first, second], st.tuples(firsts, seconds)


def mapped(declared: Declared) -> Declared:
    """Return a dict of texts and the type."""
    annotation, values = declared
    keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
    return dict[str, annotation], st.dictionaries(keys, values, max_size=3)


def boxed(declared: Declared) -> Declared:
    """Return a generic model of the type."""
    annotation, values = declared
    return Box[annotation], st.builds(Box, values, st.text("ab"))


def modelled(fields: list[Declared]) -> Declared:
    """Return a dataclass with fields of the types, every second one optional."""
    names = [f"f{index}" for index in range(len(fields))]
    specified: list[Any] = [
        (name, annotation)
        if index % 2 == 0 or annotation is Odd
        else (name, optional((annotation, JSON))[0], None)
        for index, (name, (annotation, _)) in enumerate(zip(names, fields, strict=True))
    ]
    model = dataclasses.make_dataclass("Model", specified, kw_only=True)
    return model, st.builds(model, **{n: v for n, (_, v) in zip(names, fields, strict=True)})


def dictionary(pair: tuple[Declared, Declared]) -> Declared:
    """Return a TypedDict with a key of each type, the second one left out at will."""
    (first, firsts), (second, seconds) = pair
    fields = {"a": first, "b": NotRequired[second]}
    model = TypedDict("Record", fields)  # type: ignore[misc]  # made while the tests run
    return model, st.fixed_dictionaries({"a": firsts}, optional={"b": seconds})


def named(declared: Declared) -> Declared:
    """Return a NamedTuple with the type, and a number that may be left out."""
    annotation, values = declared
    model: Any = NamedTuple("Pair", [("a", annotation), ("count", int)])
    model._field_defaults["count"] = 0
    model.__new__.__defaults__ = (0,)
    return model, st.builds(model, values, st.integers())


def classed(declared: Declared) -> Declared:
    """Return a class of attrs with the type."""
    annotation, values = declared
    fields = {"a": attr.ib(type=annotation), "b": attr.ib(type=Optional[int], default=None)}  # noqa: UP045
    model = attr.make_class("Classed", fields)
    return model, st.builds(model, values, st.none() | st.integers())


def structured(declared: Declared) -> Declared:
    """Return a Struct of msgspec with the type, renamed on the wire."""
    annotation, values = declared
    model = msgspec.defstruct("Struct", [("first_one", annotation)], rename="camel")
    return model, st.builds(model, values)


def keyed(pair: tuple[Declared, Declared]) -> Declared:
    """Return a mapping from one type, which has a text form, to another."""
    (key, keys), (annotation, values) = pair
    return Mapping[key, annotation], st.dictionaries(keys, values, max_size=3)  # type: ignore[valid-type]


def repeated(declared: Declared) -> Declared:
    """Return a tuple of any length of the type."""
    annotation, values = declared
    return tuple[annotation, ...], st.lists(values, max_size=3).map(tuple)


def sequence(declared: Declared) -> Declared:
    """Return a sequence of the type, of one item at least."""
    annotation, values = declared
    some = st.lists(values, min_size=1, max_size=3)
    return Annotated[Sequence[annotation], Len(1)], some  # type: ignore[valid-type]


def either(pair: tuple[Declared, Declared]) -> Declared:
    """Return a union of two types; one may hide the other, which is refused."""
    (first, firsts), (second, seconds) = pair
    return Union[first, second], firsts | seconds  # noqa: UP007  # `|` does not take everything


def frozen(declared: Declared) -> Declared:
    """Return a set of the type."""
    annotation, values = declared
    return set[annotation], st.sets(values, max_size=4)


TREES = st.builds(Tree, st.text("ab"), st.lists(st.builds(Tree, st.text("ab")), max_size=2))
CATS = st.builds(Cat, st.just("cat"))
DOGS = st.builds(Dog, st.just("dog"), st.just("x"))
BALLS = st.builds(Ball, st.just(Shape.ROUND), st.floats(0, 10))
DISCS = st.builds(Disc, st.just(Shape.FLAT), st.none() | BALLS)
BRANCHES = st.builds(Branch, st.lists(st.builds(Leaf, st.none() | st.builds(Branch)), max_size=2))
BOXES = st.builds(Box, st.integers())
PRICED = st.builds(Priced, st.integers(-(10**6), 10**6), st.booleans())
LABELS = st.dictionaries(st.sampled_from(["a", "b", "kind", ""]), st.integers(0, 3), max_size=2)

LEAVES: st.SearchStrategy[Declared] = st.sampled_from(
    [
        *SCALARS,
        (Tree, TREES),
        (Cat | Dog, CATS | DOGS),
        (Ball | Disc, BALLS | DISCS),
        (Branch, BRANCHES),
        (Stamped, st.builds(Stamped, st.text("ab"))),
        (set[Stamped], st.sets(st.builds(Stamped, st.text("ab")), max_size=2)),
        (Score, st.integers()),
        (Priced, PRICED),
        (Labelled, st.builds(Labelled, st.text("ab"), LABELS)),
        (Iterable[int], st.lists(st.integers(), max_size=3)),
        (OrderedDict[str, Priced], st.dictionaries(st.text("ab", max_size=2), PRICED, max_size=2)),
        (Box[Box[int]], st.builds(Box, BOXES)),
        (int | str, st.integers() | st.text("ab")),
        (UUID | int | None, st.uuids() | st.integers() | st.none()),
        (Box[int] | list[int], BOXES | st.lists(st.integers())),
        (Any, JSON),
    ]
)

HASHABLE = st.sampled_from([s for s in SCALARS if s[0] not in (float, Odd)])

KEYS = st.sampled_from([s for s in SCALARS if s[0] in (str, int, UUID, dt.date, Colour, Level)])


#: What makes declarations of one other, and of two.
OF_ONE = (optional, listed, mapped, boxed, frozen, named, classed, structured, repeated, sequence)
OF_TWO = (paired, dictionary, either)


def grow(inner: st.SearchStrategy[Declared]) -> st.SearchStrategy[Declared]:
    """Return declarations made of others."""
    return (
        st.one_of(inner.map(make) for make in OF_ONE if make is not frozen)
        | st.one_of(st.tuples(inner, inner).map(make) for make in OF_TWO)
        | st.lists(inner, min_size=1, max_size=3).map(modelled)
        | HASHABLE.map(frozen)
        | st.tuples(KEYS, inner).map(keyed)
    )


#: Declarations: a type, and a strategy for its Python values.
DECLARATIONS: st.SearchStrategy[Declared] = st.recursive(LEAVES, grow, max_leaves=5)


def mutate(value: Any) -> st.SearchStrategy[Any]:
    """Return JSON values near a given one: one place of it is changed, left out or added."""
    if isinstance(value, dict) and value:
        keys = st.sampled_from(sorted(value))
        changed = keys.flatmap(lambda key: mutate(value[key]).map(lambda new: {**value, key: new}))
        dropped = keys.map(lambda key: {k: v for k, v in value.items() if k != key})
        return changed | dropped | JSON.map(lambda new: {**value, "more": new})
    if isinstance(value, list) and value:
        indexes = st.integers(0, len(value) - 1)
        changed = indexes.flatmap(
            lambda index: mutate(value[index]).map(
                lambda new: [*value[:index], new, *value[index + 1 :]]
            )
        )
        return changed | st.just(value + value) | st.just(value[1:])
    texts = st.just(str(value)) | st.just(f"{value}\n") | NEAR
    numbers = [value + 1, value - 1, -value, float(value)] if is_small(value) else []
    return JSON | texts | st.sampled_from([None, True, 1, 1.0, 0, *numbers])


def is_small(value: Any) -> bool:
    """Say whether a value is a number that a float holds exactly."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
