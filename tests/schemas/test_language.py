"""Types and words of the language: what is served, and what is refused with advice."""

from __future__ import annotations

import builtins
import collections
import dataclasses
import fractions
import pathlib
import re
import sys
import typing
import zoneinfo
from collections.abc import Iterator, Reversible
from dataclasses import dataclass
from typing import Any, Final, Generic

import pytest
from flask import Flask
from flask_typed import DeclarationError, ResponseMismatch, Typed
from flask_typed.schemas.families.models import describe_model
from flask_typed.schemas.hints import type_name
from typing_extensions import (
    ReadOnly,
    Self,
    TypeAliasType,
    TypedDict,
    TypeVar,
    TypeVarTuple,
    Unpack,
)

from .codec import Codec

T = TypeVar("T")
Same = TypeVar("Same", default=T)  # type: ignore[misc]  # as people do
Listed = TypeVar("Listed", default=list[T])  # type: ignore[misc]
Number = TypeVar("Number", bound=int)
Ts = TypeVarTuple("Ts")
Anything = TypeAliasType("Anything", list[T], type_params=(T,))
Numbers = TypeAliasType("Numbers", list[Number], type_params=(Number,))
NO_INTEGER = ["Not a valid integer."]


@dataclass
class Pair(Generic[T, Same, Listed]):
    """Its second variable is the first, and its third a list of it."""

    a: T
    b: Same
    c: Listed


@dataclass
class Row(Generic[Unpack[Ts]]):
    """A class with any number of variables."""

    a: int


@dataclass
class Node:
    """Refers to itself by no name."""

    parent: Self | None = None


@dataclass
class Fixed:
    """Has fields that nobody may assign to."""

    a: Final[int]
    b: Final[int] = 2


class Kept(TypedDict):
    """A key that the program does not assign to; JSON Schema's word is another thing."""

    a: ReadOnly[int]


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(collections.deque[int], [1, 2], collections.deque([1, 2]), id="deque"),
        pytest.param(collections.deque, [1, "a"], collections.deque([1, "a"]), id="deque-bare"),
        pytest.param(object, [1], [1], id="object"),
        pytest.param(dict[str, object], {"a": [1]}, {"a": [1]}, id="dict-of-object"),
        pytest.param(Reversible[int], [1], [1], id="Reversible"),
        pytest.param(
            collections.OrderedDict[str, int],
            {"a": 1},
            collections.OrderedDict(a=1),
            id="OrderedDict",
        ),
        pytest.param(
            collections.defaultdict[str, list[int]],
            {"a": [1]},
            collections.defaultdict(list, a=[1]),
            id="defaultdict",
        ),
        pytest.param(
            collections.defaultdict,
            {"a": [1]},
            collections.defaultdict(None, a=[1]),
            id="defaultdict-bare",
        ),
        pytest.param(collections.Counter[str], {"a": 1}, collections.Counter("a"), id="Counter"),
        pytest.param(collections.Counter, {"a": 1}, collections.Counter("a"), id="Counter-bare"),
        pytest.param(typing.Deque[int], [1], collections.deque([1]), id="Deque"),  # noqa: UP006
        pytest.param(Fixed, {"a": 1, "b": 2}, Fixed(1, 2), id="Final"),
        pytest.param(Kept, {"a": 1}, {"a": 1}, id="ReadOnly"),
        pytest.param(Anything, [1, "a"], [1, "a"], id="alias-bare"),
        pytest.param(Numbers, [1], [1], id="alias-bare-with-bound"),
        pytest.param(Pair[int], {"a": 1, "b": 2, "c": [3]}, Pair(1, 2, [3]), id="defaults"),
        pytest.param(Pair[int, str], {"a": 1, "b": "", "c": []}, Pair(1, "", []), id="a default"),
        pytest.param(Pair, {"a": 1, "b": "", "c": [0]}, Pair(1, "", [0]), id="generic-bare"),
    ],
)
def test_what_json_can_say_is_served(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """It is read and written."""
    loaded = json.load(annotation, wire)
    assert (loaded, type(loaded)) == (value, type(value))
    assert json.dump(annotation, value) == wire


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(collections.deque[int], ["1"], {0: NO_INTEGER}, id="deque"),
        pytest.param(Numbers, ["1"], {0: NO_INTEGER}, id="bound"),
        pytest.param(
            Pair[int],
            {"a": 1, "b": "2", "c": ["3"]},
            {"b": NO_INTEGER, "c": {0: NO_INTEGER}},
            id="defaults",
        ),
    ],
)
def test_what_does_not_fit(json: Codec, annotation: Any, wire: Any, messages: Any) -> None:
    """A variable's default, or bound, is what it stands for."""
    assert json.refuse(annotation, wire) == messages


def test_a_generic_is_called_by_what_its_variables_stand_for() -> None:
    """Those that are not given too."""
    assert type_name(Pair[int]) == "PairIntIntListInt"


def test_a_defaultdict_makes_missing_values(json: Codec) -> None:
    """By the type of its values, if that is a plain one."""
    lists = json.load(collections.defaultdict[str, list[int]], {})
    assert lists["a"] == []
    with pytest.raises(KeyError, match="a"):
        json.load(collections.defaultdict[str, Pair[int]], {})["a"]


@pytest.mark.parametrize("accelerated", [True, False])
def test_an_iterator_enters_and_leaves(accelerated: bool) -> None:
    """In a field, it is read once, from an array; in a response, it is an array too."""
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated

    @dataclasses.dataclass
    class Sums:
        sums: Iterator[int]

    def add(given: Sums) -> Sums:
        return Sums(map(sum, [[next(given.sums)], given.sums]))

    add.__annotations__.update({"given": Sums, "return": Sums})
    Typed(app).post("/")(add)
    assert app.test_client().post("/", json={"sums": [1, 2, 3]}).get_json() == {"sums": [1, 5]}


def test_object_alone_tells_nothing() -> None:
    """An argument without a type may be that of a decorator."""

    def view(thing: object) -> None: ...

    with pytest.raises(DeclarationError, match="does not tell where its value is"):
        Typed(Flask("shop")).post("/")(view)


def test_make_dataclass_needs_no_types() -> None:
    """Python annotates such fields with typing.Any, wherever the class is made."""
    untyped = dataclasses.make_dataclass("Untyped", ["a"])
    assert describe_model(untyped).fields[0].annotation is Any  # type: ignore[union-attr]  # it is


@pytest.mark.skipif(not hasattr(builtins, "frozendict"), reason="there is no frozendict")
@pytest.mark.parametrize("accelerated", [True, False])
def test_a_frozendict(
    json: Codec, accelerated: bool
) -> None:  # pragma: no cover: Python 3.15 is the first that has it
    """It is a mapping as any other."""
    kind: Any = builtins.frozendict
    loaded = json.load(kind[str, int], {"a": 1})
    assert (type(loaded), loaded) == (kind, kind(a=1))
    assert json.dump(kind[str, int], loaded) == {"a": 1}
    assert json.load(kind, {"a": [1]}) == kind(a=[1])
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated

    def echo(thing: Any) -> Any:
        """Give back what is taken."""
        assert type(thing) is kind
        return thing

    echo.__annotations__.update({"thing": kind[str, int], "return": kind[str, int]})
    Typed(app).post("/")(echo)
    assert app.test_client().post("/", json={"a": 1}).get_json() == {"a": 1}


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        pytest.param(fractions.Fraction, "Use Decimal, or a list", id="Fraction"),
        pytest.param(pathlib.PurePath, "Annotate str, and make the path", id="PurePath"),
        pytest.param(pathlib.Path, "Annotate str, and make the path", id="Path"),
        pytest.param(zoneinfo.ZoneInfo, "Annotate str or a Literal", id="ZoneInfo"),
        pytest.param(re.Pattern, "Annotate str: a client's pattern", id="Pattern"),
        pytest.param(re.Pattern[str], "Annotate str: a client's pattern", id="Pattern-of-str"),
        pytest.param(Final, "Write the type inside", id="Final-bare"),
        pytest.param(Node, "Write the name of the class", id="Self"),
        pytest.param(Row[int, str], "Use a TypeVar for each", id="TypeVarTuple"),
        pytest.param(T, "Write the type, or Any.", id="TypeVar"),
        pytest.param(list[T], "Write the type, or Any.", id="list-of-TypeVar"),  # type: ignore[valid-type]
    ],
)
def test_what_json_cannot_say_is_refused(json: Codec, annotation: Any, instead: str) -> None:
    """The advice is about the type."""
    assert json.reject(annotation).instead.startswith(instead)


@pytest.mark.skipif(sys.version_info < (3, 14), reason="fields have no doc")
def test_a_field_may_have_a_doc(json: Codec) -> None:  # pragma: no cover: Python 3.14
    """It describes the field; words in ``metadata`` count more."""
    field: Any = dataclasses.field
    made = dataclasses.make_dataclass(
        "Made",
        [
            ("a", int, field(doc="How many.")),
            ("b", int, field(doc="No.", metadata={"description": "Yes."})),
        ],
    )
    inner = json.field(made).schema.fields.values()
    assert [one.metadata["description"] for one in inner] == ["How many.", "Yes."]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="there are no template strings")
def test_a_template_string_is_no_text(
    json: Codec,
) -> None:  # pragma: no cover: Python 3.14 is the first that has them
    """Whoever returns one has to say how it is rendered."""
    template = eval('t"a{1}"')
    with pytest.raises(ResponseMismatch, match="expected a str, found a value of type Template"):
        json.dump(str, template)
