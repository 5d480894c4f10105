"""Unions: of scalars, of models, of models that a tag tells apart; members that are hidden."""

from __future__ import annotations

import datetime as dt
import enum
import types
import uuid
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, Union

import pytest
from annotated_types import Ge, MaxLen
from flask_typed import DeclarationError, ResponseMismatch
from flask_typed.schemas.families.model_schemas import ModelValue
from flask_typed.schemas.families.unions import AnyOf, Tagged, find_tag
from flask_typed.schemas.faults import flatten, write_pointer
from marshmallow import Schema, ValidationError, fields

from ..codec import Codec

NO_INTEGER = "Not a valid integer."
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."


class Color(enum.Enum):
    """Tags by value."""

    RED = "red"
    BLUE = "blue"


@dataclass
class Cat:
    """A model with a tag and lives."""

    kind: Literal["cat"]
    lives: int = 9


@dataclass
class Dog:
    """A model with a tag that has a default, and a mapping."""

    kind: Literal["dog", "puppy"] = "dog"
    tricks: dict[str, int] | None = None


@dataclass
class Fish:
    """A model with the tag of a cat."""

    kind: Literal["cat"]
    fins: int


@dataclass
class Red:
    """A model with a member of an enum for its tag."""

    color: Literal[Color.RED]


@dataclass
class Blue:
    """Another."""

    color: Literal[Color.BLUE]


@dataclass
class One:
    """A model whose tag is a number."""

    number: Literal[1]


@dataclass
class Two:
    """Another."""

    number: Literal[2]


@dataclass
class First:
    """A model that shares its first key, and has another to tell it apart."""

    version: Literal["v"]
    kind: Literal["first"]


@dataclass
class Second:
    """Another."""

    version: Literal["v"]
    kind: Literal["second"]


@dataclass
class Small:
    """A model with one key."""

    a: int


@dataclass
class Large:
    """A model with the same key and one more, that may be left out."""

    a: int
    b: int = 0


@dataclass
class Strict:
    """A model that asks for both."""

    a: int
    b: int


@dataclass
class Other:
    """A model with a key of its own."""

    counts: dict[str, int]


@dataclass
class Otherwise(Other):
    """A subclass of it."""

    secret: int = 0


@dataclass
class Loose:
    """A model whose key takes more."""

    a: float


class PointSchema(Schema):
    """A schema of the user's own."""

    x = fields.Integer(required=True)


Pet = Cat | Dog


def faults(codec: Codec, annotation: Any, wire: Any) -> list[tuple[str, str]]:
    """Return what is said of a wire value, which must not be accepted, with its place."""
    made = codec.field(annotation)
    with pytest.raises(ValidationError, match=r".") as caught:
        made.deserialize(wire)
    return [(write_pointer(path), text) for path, text in flatten(caught.value.messages, made)]


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(int | str, 1, 1, id="first"),
        pytest.param(int | str, "1", "1", id="second"),
        pytest.param(int | bool, True, True, id="bool-is-no-int"),
        pytest.param(bool | int, 1, 1, id="int-is-no-bool"),
        pytest.param(int | float, 1.5, 1.5, id="float"),
        pytest.param(dt.date | str, "2024-01-01", dt.date(2024, 1, 1), id="date-first"),
        pytest.param(dt.date | str, "today", "today", id="text-after-date"),
        pytest.param(Color | str, "red", Color.RED, id="member-first"),
        pytest.param(Color | str, "green", "green", id="text-after-member"),
        pytest.param(Literal["all"] | int, "all", "all", id="Literal"),
        pytest.param(Annotated[int, Ge(10)] | str, "x", "x", id="constraint"),
        pytest.param(list[int] | int, [1], [1], id="list"),
        pytest.param(dict[str, int] | int, {"a": 1}, {"a": 1}, id="dict"),
        pytest.param(list[int | str | None], [1, None, "a"], [1, None, "a"], id="in-list"),
        pytest.param(Small | Other, {"a": 1}, Small(1), id="first-model"),
        pytest.param(Small | Other, {"counts": {}}, Other({}), id="second-model"),
        pytest.param(Small | Large, {"a": 1, "b": 2}, Large(1, 2), id="larger-model"),
        pytest.param(Small | int, {"a": 1}, Small(1), id="model-or-scalar"),
        pytest.param(PointSchema | int, {"x": 1}, {"x": 1}, id="schema"),
        pytest.param(int | Any, [1], [1], id="Any-last"),
    ],
)
def test_the_first_member_that_accepts_a_value_takes_it(
    json: Codec, annotation: Any, wire: Any, value: Any
) -> None:
    """The order of the declaration decides."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(int | str, [], ["Must be one of these: an integer or text."], id="scalars"),
        pytest.param(
            int | float, "x", ["Must be one of these: an integer or a number."], id="numbers"
        ),
        pytest.param(
            dt.date | uuid.UUID, "x", ["Must be one of these: date or uuid."], id="formats"
        ),
        pytest.param(
            Literal["a", 1] | bool,
            [],
            ["Must be one of these: one of a, 1 or boolean."],
            id="several-types",
        ),
        pytest.param(
            list[int] | int, ["x"], ["Must be one of these: a list or an integer."], id="list"
        ),
        pytest.param(
            Small | Other, {"c": 1}, ["Must be one of these: an object."], id="which-object"
        ),
        pytest.param(
            Small | int, "x", ["Must be one of these: an object or an integer."], id="no-object"
        ),
        pytest.param(Small | int, {}, {"a": [MISSING]}, id="the-only-object"),
        pytest.param(int | dict[str, int], {"a": "x"}, {"a": {"value": [NO_INTEGER]}}, id="dict"),
        pytest.param(PointSchema | int, {"x": "y"}, {"x": [NO_INTEGER]}, id="schema"),
        pytest.param(int | str, None, ["Field may not be null."], id="null"),
    ],
)
def test_a_value_that_no_member_accepts_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """The members are told, unless it is plain which one was meant."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "wire", "expected"),
    [
        pytest.param(Other | int, {"counts": {"a": "x"}}, [("/counts/a", NO_INTEGER)], id="model"),
        pytest.param(
            list[Other | int],
            [1, {"counts": {"a": "x"}, "z": 1}],
            [("/1/counts/a", NO_INTEGER), ("/1/z", UNKNOWN)],
            id="in-list",
        ),
        pytest.param(
            dict[str, Other | int],
            {"k": {"counts": {"value": "x"}}},
            [("/k/counts/value", NO_INTEGER)],
            id="in-dict",
        ),
        pytest.param(int | dict[str, int], {"key": "x"}, [("/key", NO_INTEGER)], id="dict"),
        pytest.param(
            int | str, [], [("", "Must be one of these: an integer or text.")], id="whole"
        ),
        pytest.param(
            list[Pet],
            [
                {"kind": "dog", "tricks": {"value": "x"}},
                {"kind": "bird"},
                {"lives": 1},
                {"kind": "cat", "z": 1, "lives": "x"},
                3,
            ],
            [
                ("/0/tricks/value", NO_INTEGER),
                ("/1/kind", "Must be one of: cat, dog, puppy."),
                ("/2/kind", MISSING),
                ("/3/lives", NO_INTEGER),
                ("/3/z", UNKNOWN),
                ("/4", "Invalid input type."),
            ],
            id="tagged",
        ),
    ],
)
def test_faults_inside_a_union_have_their_places(
    json: Codec, annotation: Any, wire: Any, expected: list[tuple[str, str]]
) -> None:
    """The member that was meant knows what its messages' levels are."""
    assert faults(json, annotation, wire) == expected


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(int | str | None, id="scalars"),
        pytest.param(int | None | str, id="in-between"),  # the point of it
        pytest.param(Union[int, None, str], id="Union"),  # noqa: UP007
        pytest.param(Small | Other | None, id="models"),
        pytest.param(Pet | None, id="tagged"),
    ],
)
def test_null_is_a_value_where_the_union_has_none(json: Codec, annotation: Any) -> None:
    """Wherever ``None`` stands in it."""
    assert json.load(annotation, None) is None
    assert json.dump(annotation, None) is None


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        pytest.param(int | str, "an int or a str", id="scalars"),
        pytest.param(Pet, "Cat or Dog", id="tagged"),
    ],
)
@pytest.mark.parametrize("value", [None, b"x"])
def test_what_no_member_is_for_is_not_dumped(
    json: Codec, annotation: Any, words: str, value: Any
) -> None:
    """The message names all members."""
    found = "None" if value is None else "a value of type bytes"

    assert json.mismatch(annotation, value) == f"at $ expected {words}, found {found}"


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param("12", 12, id="int"),
        pytest.param("true", True, id="bool"),
        pytest.param("2024-01-01", dt.date(2024, 1, 1), id="date"),
    ],
)
def test_in_text_each_member_reads_text(text: Codec, wire: str, value: Any) -> None:
    """There are no JSON types in a query string: the first member that can read it takes it."""
    loaded = text.load(int | bool | dt.date, wire)

    assert (loaded, type(loaded)) == (value, type(value))


def test_in_text_a_union_is_refused_as_in_json(text: Codec) -> None:
    """The message is the same."""
    assert text.refuse(int | bool, "x") == ["Must be one of these: an integer or boolean."]


def test_in_text_a_list_may_have_items_of_several_types(text: Codec, header: Codec) -> None:
    """A union of scalars is a scalar."""
    assert text.load(list[int | bool], ["1", "true"]) == [1, True]
    assert header.load(list[int | bool], "1, true") == [1, True]


@pytest.mark.parametrize("annotation", [list[int] | bool, Small | int, Pet])
def test_in_text_a_union_has_scalars_only(text: Codec, annotation: Any) -> None:
    """What cannot be written in a query string is refused at registration."""
    assert text.reject(annotation).what == (
        "A collection of objects or of collections cannot be written as text."
    )


def test_a_union_of_scalars_is_a_key(json: Codec) -> None:
    """Keys are text, which each member can read."""
    assert json.load(dict[int | str, int], {"1": 1, "a": 2}) == {1: 1, "a": 2}
    assert json.dump(dict[int | str, int], {1: 1, "a": 2}) == {"1": 1, "a": 2}


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(int | str, 1, 1, id="first"),
        pytest.param(int | str, "a", "a", id="second"),
        pytest.param(int | bool, True, True, id="bool-is-no-int"),
        pytest.param(dt.date | str, dt.date(2024, 1, 1), "2024-01-01", id="date"),
        pytest.param(Decimal | None | int, 1, 1, id="null-in-between"),
        pytest.param(Small | Large, Large(1), {"a": 1, "b": 0}, id="by-class"),
        pytest.param(Small | Other, Otherwise({}), {"counts": {}}, id="by-base-class"),
        pytest.param(Small | Other, {"counts": {}}, {"counts": {}}, id="dict"),
        pytest.param(
            Small | Other, types.SimpleNamespace(counts={}), {"counts": {}}, id="other-object"
        ),
        pytest.param(int | Annotated[str, fields.Email()], "a@b.org", "a@b.org", id="ready-field"),
        pytest.param(Pet, Dog("puppy"), {"kind": "puppy", "tricks": None}, id="tagged"),
        pytest.param(Pet, {"kind": "cat"}, {"kind": "cat", "lives": 9}, id="tagged-dict"),
        pytest.param(
            Pet,
            types.SimpleNamespace(kind="cat", lives=1),
            {"kind": "cat", "lives": 1},
            id="tagged-other-object",
        ),
        pytest.param(Red | Blue, Blue(Color.BLUE), {"color": "blue"}, id="tagged-by-Enum"),
        pytest.param(Red | Blue, {"color": Color.BLUE}, {"color": "blue"}, id="tagged-by-member"),
    ],
)
def test_the_member_of_a_values_class_dumps_it(
    json: Codec, annotation: Any, value: Any, wire: Any
) -> None:
    """Of models the one whose instance it is; else the first that can."""
    dumped = json.dump(annotation, value)

    assert dumped == wire
    assert type(dumped) is type(wire)


def test_a_field_of_marshmallow_is_called_by_its_class(json: Codec) -> None:
    """It says nothing else of itself."""
    assert json.mismatch(int | Annotated[str, fields.Email()], None) == (
        "at $ expected an int or Email, found None"
    )


def test_a_member_that_cannot_dump_its_own_instance_leaves_it_to_none(json: Codec) -> None:
    """A constraint that is broken on the way out is a mistake of the view."""
    assert json.mismatch(Annotated[int, Ge(3)] | str, 1) == (
        "at $ expected an int or a str, found a value of type int"
    )


@pytest.mark.parametrize("value", [{"kind": "bird"}, {}, types.SimpleNamespace(kind=1), 3])
def test_what_has_no_tag_of_a_member_is_not_dumped(json: Codec, value: Any) -> None:
    """Neither its class nor its tag says which member it is."""
    assert json.mismatch(Pet, value) == (
        f"at $ expected Cat or Dog, found a value of type {type(value).__name__}"
    )


def test_a_fault_of_a_tagged_member_leads_to_its_field(json: Codec) -> None:
    """The member is known, and so is the place."""
    assert json.mismatch(list[Pet], [Cat("cat", "x")]) == (  # type: ignore[arg-type]
        "at $[0].lives expected an int, found a value of type str"
    )


@pytest.mark.parametrize(
    ("annotation", "tag", "members"),
    [
        pytest.param(Pet, "kind", {"cat": Cat, "dog": Dog, "puppy": Dog}, id="Literal"),
        pytest.param(Red | Blue, "color", {"red": Red, "blue": Blue}, id="Enum"),
        pytest.param(First | Second, "kind", {"first": First, "second": Second}, id="second-key"),
        pytest.param(
            Annotated[Cat, "words"] | Dog | None,
            "kind",
            {"cat": Cat, "dog": Dog, "puppy": Dog},
            id="Annotated-or-None",
        ),
    ],
)
def test_a_tag_tells_models_apart(
    json: Codec, annotation: Any, tag: str, members: dict[str, Any]
) -> None:
    """The first key that is a closed set of texts in each model, without a common one."""
    made = json.field(annotation)

    assert type(made) is Tagged
    assert made.tag == tag
    assert {value: member.origin for value, member in made.members.items()} == members


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Cat | Fish, id="same-tag"),
        pytest.param(Cat | Small, id="no-tag"),
        pytest.param(Pet | int, id="scalar"),
        pytest.param(One | Two, id="numbers"),
        pytest.param(PointSchema | Cat, id="schema"),
        pytest.param(int | str, id="scalars"),
    ],
)
def test_without_a_tag_members_are_tried_in_turn(json: Codec, annotation: Any) -> None:
    """A tag is a text that each of several models has for itself."""
    assert type(json.field(annotation)) is AnyOf


def test_a_single_model_has_no_tag(json: Codec) -> None:
    """There is nothing to tell apart."""
    assert find_tag([json.field(Cat)]) is None


@pytest.mark.parametrize("wire", [{"kind": []}, {"kind": {}}, {"kind": None}, {"kind": 1}])
def test_a_tag_of_another_type_is_unknown(json: Codec, wire: Any) -> None:
    """Whatever stands there, the answer says what may."""
    assert json.refuse(Pet, wire) == {"kind": ["Must be one of: cat, dog, puppy."]}


def test_a_tag_with_a_default_is_required_in_a_union(json: Codec) -> None:
    """Without it nobody knows which member is meant."""
    assert json.refuse(Pet, {}) == {"kind": [MISSING]}
    assert json.load(Dog, {}) == Dog()


@pytest.mark.parametrize(
    ("annotation", "before", "hidden"),
    [
        pytest.param(Any | int, "Any", "int", id="Any"),
        pytest.param(str | uuid.UUID, "str", "UUID", id="text-UUID"),
        pytest.param(str | Decimal, "str", "Decimal", id="text-Decimal"),
        pytest.param(str | dt.date, "str", "date", id="text-date"),
        pytest.param(str | bytes, "str", "bytes", id="text-bytes"),
        pytest.param(str | IPv4Address, "str", "IPv4Address", id="text-address"),
        pytest.param(str | Literal["a"], "str", "Literal['a']", id="text-Literal"),
        pytest.param(str | Color, "str", "Color", id="text-Enum"),
        pytest.param(int | bool | str | Color, "str", "Color", id="not-the-first"),
        pytest.param(float | int, "float", "int", id="float-int"),
        pytest.param(
            Literal["a", 1] | Literal[1], "Literal['a', 1]", "Literal[1]", id="Literal-Literal"
        ),
        pytest.param(list[float] | list[int], "list[float]", "list[int]", id="list-list"),
        pytest.param(list[str] | tuple[str, ...], "list[str]", "tuple[str, ...]", id="list-tuple"),
        pytest.param(list[int] | set[int], "list[int]", "set[int]", id="list-set"),
        pytest.param(
            dict[str, float] | dict[str, int],
            "dict[str, float]",
            "dict[str, int]",
            id="dict-dict",
        ),
        pytest.param(Large | Small, "Large", "Small", id="model-smaller"),
        pytest.param(Large | Strict, "Large", "Strict", id="model-same-keys"),
        pytest.param(Loose | Small, "Loose", "Small", id="model-wider"),
        pytest.param(int | Annotated[int, Ge(1)], "int", str(Annotated[int, Ge(1)]), id="same"),
    ],
)
def test_a_hidden_member_is_refused(json: Codec, annotation: Any, before: str, hidden: str) -> None:
    """What another member always takes first could never be reached."""
    error = json.reject(annotation)

    assert type(error) is DeclarationError
    hidden = hidden.replace("typing.", "")
    assert (error.what, error.instead) == (
        f"{before} accepts every value of {hidden}, which comes after it.",
        f"Put {hidden} first, or distinguish models by a Literal field.",
    )


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(int | Any, id="Any-last"),
        pytest.param(uuid.UUID | str, id="text-last"),
        pytest.param(str | Literal[1], id="Literal-of-numbers"),
        pytest.param(str | Literal["a", 1], id="Literal-of-both"),
        pytest.param(Annotated[str, MaxLen(3)] | uuid.UUID, id="constraint"),
        pytest.param(int | float, id="float-last"),
        pytest.param(int | bool, id="int-bool"),
        pytest.param(Literal[1] | Literal[True], id="one-is-not-true"),
        pytest.param(Literal[1] | int, id="Literal-first"),
        pytest.param(set[int] | list[int], id="set-first"),
        pytest.param(list[int] | list[str], id="lists-of-others"),
        pytest.param(list[Annotated[int, Ge(1)]] | list[int], id="constraint-of-items"),
        pytest.param(list[int] | dict[str, int], id="list-dict"),
        pytest.param(dict[str, int] | dict[str, float], id="dict-wider-last"),
        pytest.param(dict[str, int] | Small, id="dict-model"),
        pytest.param(Small | dict[str, int], id="model-dict"),
        pytest.param(Small | Large, id="model-larger-last"),
        pytest.param(Strict | Large, id="model-stricter-first"),
        pytest.param(Small | Loose, id="model-wider-last"),
        pytest.param(Small | Other, id="models-of-other-keys"),
    ],
)
def test_a_member_that_can_be_reached_is_not_refused(json: Codec, annotation: Any) -> None:
    """There is a value that only it takes."""
    assert type(json.field(annotation)) is AnyOf


def test_a_member_without_a_schema_says_where_it_stands(json: Codec) -> None:
    """The place is the member."""
    assert json.reject(int | complex).where == ("member complex",)


@pytest.mark.parametrize(
    ("annotation", "single"), [(int | str, True), (int | list[int], False), (int | Small, False)]
)
def test_a_union_is_single_if_all_members_are(json: Codec, annotation: Any, single: bool) -> None:
    """It decides whether the union can be written in a query string."""
    assert json.field(annotation).single is single


def test_a_constraint_of_the_whole_is_told_for_the_member(json: Codec) -> None:
    """An object that breaks it was meant to be that member."""
    annotation = Annotated[dict[str, int], MaxLen(1)] | int

    assert json.refuse(annotation, {"a": 1, "b": 2}) == ["Longer than maximum length 1."]


@dataclass
class Plus:
    """A term that holds terms."""

    left: Plus | Minus | int


@dataclass
class Minus:
    """Another, told apart by nothing but its keys."""

    left: Plus | Minus | int
    sign: int = 1


def nest(depth: int, innermost: Any) -> dict[str, Any]:
    """Return a term of terms, none of which is a ``Plus`` but the outermost."""
    term = innermost
    for _ in range(depth):
        term = {"left": term, "sign": 1}
    return {"left": term}


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the values that members of unions have been asked to read or to write."""
    values = []

    def count(method: Any) -> Any:
        def counting(field: Any, value: Any, *args: Any, **options: Any) -> Any:
            values.append(value)
            return method(field, value, *args, **options)

        return counting

    for name in ("load", "dump"):
        monkeypatch.setattr(ModelValue, name, count(getattr(ModelValue, name)))
    return values


DEPTH = 30


def test_unions_inside_of_unions_read_each_part_once(json: Codec, tried: list[Any]) -> None:
    """However deep they are: with twice the work for each level, a short body would take hours."""
    assert json.dump(Plus, json.load(Plus, nest(DEPTH, 1))) == nest(DEPTH, 1)
    assert len(tried) < 8 * DEPTH
    tried.clear()
    assert faults(json, Plus, nest(DEPTH, "x")) == [
        ("/left", "Must be one of these: an object or an integer.")
    ]
    assert len(tried) < 8 * DEPTH


def test_unions_inside_of_unions_write_each_part_once(json: Codec, tried: list[Any]) -> None:
    """Mappings are of no class: each member is tried."""
    with pytest.raises(ResponseMismatch, match=r"at \$\.left expected Plus or Minus or an int"):
        json.dump(Plus, nest(DEPTH, "x"))
    assert len(tried) < 8 * DEPTH
