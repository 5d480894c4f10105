"""Types that are declared in unusual ways: recursive, endless, postponed, aliased."""

from __future__ import annotations

import datetime as dt
import enum
import subprocess
import sys
import typing
from dataclasses import InitVar, dataclass, field
from ipaddress import IPv4Address, IPv6Address
from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, NewType

import annotated_types as at
import attr
import pytest
import typing_extensions as te
from flask_typed import ResponseMismatch
from flask_typed.schemas.fields import dump_value
from flask_typed.schemas.hints import type_name
from marshmallow import Schema, fields

from .codec import Codec

T = te.TypeVar("T")
P = te.ParamSpec("P")
OptionalAlias = te.TypeAliasType("OptionalAlias", str | None)
OptionalName = NewType("OptionalName", str | None)  # type: ignore[valid-newtype]  # as people do
Listed = te.TypeAliasType("Listed", list[T], type_params=(T,))
NestedAlias = te.TypeAliasType("NestedAlias", int | str | Literal[None])
Both = te.TypeAliasType("Both", int | bool)


Forward = te.TypeVar("Forward", bound="Leaf")
Defaulting = te.TypeVar("Defaulting", default="Leaf")
Lost = te.TypeVar("Lost", bound="Nowhere")  # type: ignore[name-defined]  # noqa: F821


@dataclass
class Leaf:
    """The end of a tree."""

    value: int


@dataclass
class Branch:
    """A tree by a union with itself."""

    left: Leaf | Branch


@dataclass
class TaggedLeaf:
    """The end of a tree, tagged."""

    kind: Literal["leaf"]


@dataclass
class TaggedBranch:
    """A tree by a tagged union with itself."""

    kind: Literal["branch"]
    left: TaggedLeaf | TaggedBranch


@dataclass
class First:
    """One of two that refer to themselves."""

    me: First | None = None


@dataclass
class Second:
    """The other of them."""

    me: Second | None = None


@dataclass
class Growing(Generic[T]):
    """A type that contains itself with ever new arguments."""

    next: Growing[list[T]] | None = None


@dataclass
class Parametrised(Generic[P]):
    """A type with a variable that stands for no type."""

    size: int


@dataclass
class Seed(Generic[T]):
    """A type with a generic InitVar."""

    seed: InitVar[T]


@dataclass
class Doubled:
    """Two fields that are one key."""

    a: int = field(default=1, metadata={"data_key": "b"})
    b: int = 1


@dataclass
class KeyedA:
    """A tag with another name on the wire."""

    k: Literal["a"] = field(metadata={"data_key": "kind"})


@dataclass
class KeyedB:
    """The other of them."""

    k: Literal["b"] = field(metadata={"data_key": "kind"})


class DictA(te.TypedDict):
    """A tagged TypedDict."""

    k: Literal["a"]


class DictB(te.TypedDict):
    """The other of them."""

    k: Literal["b"]


class DictX(te.TypedDict):
    """A TypedDict without a tag."""

    x: int


class DictY(te.TypedDict):
    """The other of them."""

    y: int


class Row(te.TypedDict, Generic[T]):
    """A generic TypedDict."""

    value: T


class IntRow(Row[int]):
    """A TypedDict that inherits from a generic one."""

    name: str


class XSchema(Schema):
    """A schema of the user's own."""

    x = fields.Integer(required=True)


class YSchema(Schema):
    """The other of them."""

    y = fields.Integer(required=True)


@attr.s
class Old:
    """attrs in its old form."""

    x = attr.ib(type=int)


@dataclass
class Page(Generic[T]):
    """A generic."""

    item: T


def test_a_union_with_itself(json: Codec) -> None:
    """A recursive type may be a member of its own union."""
    assert json.load(Branch, {"left": {"left": {"value": 1}}}) == Branch(Branch(Leaf(1)))


def test_a_tagged_union_with_itself(json: Codec) -> None:
    """A recursive type may be told apart by a tag."""
    wire = {"kind": "branch", "left": {"kind": "leaf"}}
    assert json.load(TaggedBranch, wire) == TaggedBranch("branch", TaggedLeaf("leaf"))


def test_recursive_members_that_hide_each_other(json: Codec) -> None:
    """Two types of the same recursive shape hide each other."""
    assert json.reject(First | Second).what == (
        "First accepts every value of Second, which comes after it."
    )


def test_endless_generics(json: Codec) -> None:
    """A type that grows while it is read is refused."""
    assert (
        "contains itself with new type arguments at each level." in json.reject(Growing[int]).what
    )


def test_variables_that_are_no_types(json: Codec) -> None:
    """A ParamSpec stands for anything."""
    assert json.load(Parametrised, {"size": 1}) == Parametrised(1)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [(DictA | DictB, {"k": "b"}), (DictX | DictY, {"y": 1}), (int | DictX, {"x": 1})],
)
def test_unions_of_typeddicts_leave(json: Codec, annotation: Any, value: Any) -> None:
    """A dict is written by the member that it fits."""
    assert json.dump(annotation, value) == value


@pytest.mark.parametrize("tag", [[], "c", None])
def test_tags_that_are_none(json: Codec, tag: Any) -> None:
    """A value whose tag is unknown does not fit."""
    assert "expected DictA or DictB" in json.mismatch(DictA | DictB, {"k": tag})


def test_two_fields_of_one_key(json: Codec) -> None:
    """Two fields cannot be one key on the wire."""
    assert json.reject(Doubled).what == "Two fields are called 'b' on the wire."


@pytest.mark.parametrize("value", ["x", True, None])
def test_multiples_of_what_is_no_number(json: Codec, value: Any) -> None:
    """A constraint that cannot be asked refuses."""
    annotation = Annotated[Any, at.MultipleOf(2)]
    assert value is None or json.refuse(annotation, value) == ["Invalid value."]


def test_predicates_that_fail_on_some_values(json: Codec) -> None:
    """A LookupError of a predicate is a refusal."""

    def begins_with_a(text: str) -> bool:
        return text[0] == "a"

    annotation = Annotated[str, at.Predicate(begins_with_a)]
    assert json.load(annotation, "abc") == "abc"
    assert json.refuse(annotation, "") == ["Does not satisfy begins_with_a."]


def test_strided_memory(json: Codec) -> None:
    """A memoryview with gaps is written as the bytes that it shows."""
    assert json.dump(bytes, memoryview(b"abcd")[::2]) == "YWM="


def test_postponed_initvar_alone() -> None:
    """An InitVar in a postponed annotation is read, whatever else has been imported."""
    program = (
        "from __future__ import annotations\n"
        "from dataclasses import dataclass, InitVar\n"
        "from flask_typed.schemas.hints import class_hints\n"
        "@dataclass\n"
        "class M:\n"
        "    s: InitVar[int]\n"
        "assert class_hints(M)['s'].type is int\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_typeddicts_that_inherit_from_generics(json: Codec) -> None:
    """An inherited key has the type that the base was given."""
    wire = {"value": "x", "name": "a"}
    assert json.refuse(IntRow, wire) == {"value": ["Not a valid integer."]}


@pytest.mark.parametrize(
    "annotation",
    [
        int | OptionalAlias,
        int | OptionalName,
        int | Literal["a", None],
        int | Any,
        bool | NestedAlias,
    ],
)
def test_null_of_a_member(json: Codec, annotation: Any) -> None:
    """Null that is a value of a member is a value of the union."""
    assert json.load(annotation, None) is None
    assert json.dump(annotation, None) is None


@pytest.mark.parametrize(
    "annotation",
    [
        IPv4Address | IPv6Address,
        tuple[int, int] | tuple[int, int, int],
        dict[int, str] | dict[str, str],
        XSchema | YSchema,
        dict[Annotated[str, at.MaxLen(1)], int] | dict[str, int],
        set[int] | list[int],
        list[int] | int,
        Leaf | int,
    ],
)
def test_members_that_are_not_hidden(json: Codec, annotation: Any) -> None:
    """Types that differ may stand in a union in this order."""
    json.field(annotation)


class Kind(enum.Enum):
    """The tags of an Enum."""

    A = "a"


@dataclass
class EnumA:
    """Tagged by an Enum."""

    k: Kind


def test_tags_of_enums(json: Codec) -> None:
    """An Enum of texts tells models apart as a Literal does."""
    assert json.load(EnumA | DictB, {"k": "a"}) == EnumA(Kind.A)
    assert json.dump(EnumA | DictB, EnumA(Kind.A)) == {"k": "a"}


class Nothing(enum.Enum):
    """An Enum with a null of its own."""

    NOTHING = None
    ONE = 1


def test_two_values_that_are_null(json: Codec) -> None:
    """None beside a member that is null could not be told from it."""
    assert json.load(Nothing, None) is Nothing.NOTHING
    assert json.reject(Nothing | None).what == "None and a member of Nothing are both null."


def test_tags_with_a_data_key_leave(json: Codec) -> None:
    """A tag is looked up by its Python name on the way out."""
    assert json.dump(KeyedA | KeyedB, {"k": "b"}) == {"kind": "b"}
    assert json.dump(KeyedA | KeyedB, SimpleNamespace(k="b")) == {"kind": "b"}


def test_schemas_of_the_user_come_last(json: Codec) -> None:
    """A schema that would write anything does not take what another member fits."""
    assert json.dump(XSchema | int, 3) == 3


@pytest.mark.parametrize("annotation", [Annotated[str, fields.Email()] | int, Both | str])
def test_words_of_members_that_are_no_objects(json: Codec, annotation: Any) -> None:
    """What is no object is not called one."""
    assert "an object" not in json.refuse(annotation, [])[0]


def test_generic_aliases(json: Codec) -> None:
    """A generic alias is what it stands for with its arguments."""
    assert json.load(Listed[int], [1]) == [1]
    assert json.refuse(Listed[int], ["x"]) == {0: ["Not a valid integer."]}


def test_initvar_of_a_variable(json: Codec) -> None:
    """An InitVar's type variable is what it stands for."""
    assert json.refuse(Seed[int], {"seed": "x"}) == {"seed": ["Not a valid integer."]}


def test_types_of_old_attrs(json: Codec) -> None:
    """``attr.ib(type=…)`` says a type too."""
    assert json.refuse(Old, {"x": "s"}) == {"x": ["Not a valid integer."]}


def test_bare_tuple_of_typing(json: Codec) -> None:
    """``typing.Tuple`` is a tuple of anything."""
    assert json.load(vars(typing)["Tuple"], [1, 2]) == (1, 2)


def test_names_of_unions_inside() -> None:
    """The parts of a name begin with capitals."""
    assert type_name(Page[int | str]) == "PageIntOrStr"


def test_longest_durations(json: Codec) -> None:
    """Forward and backward durations are as long."""
    longest = dt.timedelta(days=899_999_999, hours=1)
    assert json.load(dt.timedelta, json.dump(dt.timedelta, longest)) == longest
    assert json.load(dt.timedelta, json.dump(dt.timedelta, -longest)) == -longest
    with pytest.raises(ResponseMismatch, match="a timedelta"):
        dump_value(json.field(dt.timedelta), dt.timedelta(days=900_000_000))


@dataclass
class Bounded(Generic[Forward]):
    """A generic whose bound is a forward reference."""

    leaf: Forward


@dataclass
class Defaulted(Generic[Defaulting]):
    """A generic whose default is a forward reference."""

    leaf: Defaulting


@dataclass
class Unbounded(Generic[Lost]):
    """A generic whose bound cannot be found."""

    leaf: Lost


#: Aliases as Python 3.12 makes them: evaluated when they are asked for.
LOOPS = {
    "inside-itself": "type Loop = dict[str, Loop] | None",
    "inside-another": "type Other = list[Loop]\ntype Loop = dict[str, Other]",
    "with-arguments": "type Loop[T] = tuple[T, list[Loop[T]]]",
}


@pytest.mark.parametrize("annotation", [Bounded, Defaulted])
def test_a_type_variable_may_refer_to_what_follows(json: Codec, annotation: Any) -> None:
    """It is evaluated in the module of the variable."""
    assert json.load(annotation, {"leaf": {"value": 1}}).leaf == Leaf(1)


def test_a_bound_that_cannot_be_found_is_refused(json: Codec) -> None:
    """By the name of the variable."""
    assert str(json.reject(Unbounded)) == (
        "An annotation of Lost uses 'Nowhere', a name that cannot be found.\n"
        "  Define or import it at the top of the module, outside `if TYPE_CHECKING:`."
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there is no type statement")
@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_an_alias_inside_itself_is_refused(json: Codec, source: str) -> None:
    """It has no end, and no name in the document that a schema could refer to."""
    names: dict[str, Any] = {}
    exec(source, names)

    assert str(json.reject(names["Loop"])) == (
        "The alias Loop contains itself.\n"
        "  Use a dataclass that refers to itself, or Any for any JSON value."
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there is no type statement")
def test_an_alias_of_what_cannot_be_found_is_refused(json: Codec) -> None:
    """When the view is registered, not when the document is asked for."""
    names: dict[str, Any] = {}
    exec("type Lost = list[Nowhere]", names)

    assert json.reject(names["Lost"]).what == (
        "The alias Lost uses 'Nowhere', a name that cannot be found."
    )
