"""Kinds of types with named fields: NamedTuple, attrs, msgspec, every form of dataclass."""

from __future__ import annotations

import collections
import dataclasses
import types
from collections.abc import Callable
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Annotated, Any, Generic, NamedTuple

import attrs
import msgspec
import pytest
from annotated_types import Ge
from flask_typed.schemas.families.model_records import Model, ModelField
from flask_typed.schemas.families.model_schemas import wire_fields
from flask_typed.schemas.families.models import (
    describe_attrs,
    describe_dataclass,
    describe_namedtuple,
    describe_struct,
)
from marshmallow import missing
from typing_extensions import NotRequired, Required, TypedDict, TypeVar

from .codec import Codec

T = TypeVar("T")
MISSING = ["Missing data for required field."]
UNKNOWN = ["Unknown field."]
NO_INTEGER = ["Not a valid integer."]


class Place(NamedTuple):
    """A NamedTuple with a default."""

    x: int
    name: str = "here"


Untyped = collections.namedtuple("Untyped", ["x", "y"], defaults=[1])


def count_letters(account: Any) -> int:
    """Return a default that depends on another field."""
    return len(account._name)


@attrs.define
class Account:
    """A class of attrs with every kind of field."""

    _name: str
    tags: list[str] = attrs.field(factory=list, metadata={"description": "Words."})
    level: int = 1
    number: int = attrs.field(init=False, default=7)
    letters: int = attrs.Factory(count_letters, takes_self=True)


@attrs.define
class Checked:
    """A class of attrs that checks itself."""

    value: int = attrs.field()

    @value.validator
    def check(self, attribute: Any, value: int) -> None:
        """Refuse what is negative."""
        if value < 0:
            raise ValueError("Too small.")


class Person(msgspec.Struct, rename="camel"):
    """A struct with renamed fields and every kind of default."""

    first_name: str
    nick_names: list[str] = msgspec.field(default_factory=list)
    years: Annotated[int, Ge(0)] = 1
    last: str = msgspec.field(default="", name="familyName")


@dataclass
class Seeded:
    """A model with an argument that is no field."""

    seed: InitVar[int]
    offset: InitVar[Annotated[int, Ge(0)]] = 1
    value: int = field(init=False)

    def __post_init__(self, seed: int, offset: int) -> None:
        """Make the field of the arguments."""
        self.value = seed + offset


@dataclass
class SeededTwice(Seeded):
    """A model that inherits one."""

    name: str = field(default="", kw_only=True)


@dataclass
class Given:
    """A model with a field that only comes out, with a default."""

    name: str
    id: int = field(init=False, default=0)


@dataclass
class KeywordOnly:
    """A model whose second field comes by keyword."""

    a: int
    _: KW_ONLY
    b: int


@dataclass
class Told:
    """A model that says things to the document."""

    price: int = field(
        default=1,
        metadata={
            "description": "In cents.",
            "example": 250,
            "deprecated": True,
            "data_key": "priceInCents",
            "other": "not ours",
        },
    )


class Partial(TypedDict, total=False):
    """A TypedDict with a key that must be there, in annotations that are texts."""

    id: Required[int]
    name: str


class Partly(TypedDict):
    """A TypedDict with qualifiers inside and around words."""

    id: Annotated[NotRequired[int], "words"]
    name: NotRequired[Annotated[str, "words"]]
    age: int


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Place, {"x": 1}, Place(1), id="NamedTuple"),
        pytest.param(Place, {"x": 1, "name": "a"}, Place(1, "a"), id="NamedTuple-all"),
        pytest.param(Untyped, {"x": []}, Untyped([], 1), id="namedtuple"),
        pytest.param(Account, {"name": "a"}, Account("a"), id="attrs"),
        pytest.param(
            Account,
            {"name": "a", "tags": ["x"], "level": 2, "letters": 3},
            Account("a", ["x"], 2, 3),
            id="attrs-all",
        ),
        pytest.param(Checked, {"value": 1}, Checked(1), id="attrs-checked"),
        pytest.param(Person, {"firstName": "a"}, Person("a"), id="Struct"),
        pytest.param(
            Person,
            {"firstName": "a", "nickNames": ["b"], "years": 2, "familyName": "c"},
            Person("a", ["b"], 2, "c"),
            id="Struct-all",
        ),
        pytest.param(Seeded, {"seed": 1}, Seeded(1), id="InitVar"),
        pytest.param(Seeded, {"seed": 1, "offset": 3}, Seeded(1, 3), id="InitVar-all"),
        pytest.param(
            SeededTwice, {"seed": 1, "name": "a"}, SeededTwice(1, name="a"), id="InitVar-inherited"
        ),
        pytest.param(Given, {"name": "a"}, Given("a"), id="init-False"),
        pytest.param(KeywordOnly, {"a": 1, "b": 2}, KeywordOnly(1, b=2), id="KW_ONLY"),
        pytest.param(Told, {"priceInCents": 2}, Told(2), id="data_key"),
        pytest.param(Partial, {"id": 1}, {"id": 1}, id="TypedDict-partial"),
        pytest.param(Partly, {"age": 1}, {"age": 1}, id="TypedDict-partly"),
    ],
)
def test_an_object_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """Its constructor makes it, with its own defaults."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Place, {"name": 1}, {"x": MISSING, "name": ["Not a valid string."]}, id="NT"),
        pytest.param(Untyped, {"y": 1}, {"x": MISSING}, id="namedtuple"),
        pytest.param(Account, {"_name": "a"}, {"name": MISSING, "_name": UNKNOWN}, id="attrs"),
        pytest.param(Account, {"name": "a", "number": 1}, {"number": UNKNOWN}, id="attrs-no-init"),
        pytest.param(Checked, {"value": -1}, {"value": ["Too small."]}, id="attrs-checked"),
        pytest.param(
            Person,
            {"first_name": "a", "years": -1},
            {
                "firstName": MISSING,
                "years": ["Must be greater than or equal to 0."],
                "first_name": UNKNOWN,
            },
            id="Struct",
        ),
        pytest.param(
            Seeded,
            {"offset": -1, "value": 1},
            {
                "seed": MISSING,
                "offset": ["Must be greater than or equal to 0."],
                "value": UNKNOWN,
            },
            id="InitVar",
        ),
        pytest.param(Given, {"name": "a", "id": 1}, {"id": UNKNOWN}, id="init-False"),
        pytest.param(KeywordOnly, {"a": 1, "_": 1}, {"b": MISSING, "_": UNKNOWN}, id="KW_ONLY"),
        pytest.param(
            Told,
            {"priceInCents": "x", "price": 1},
            {"priceInCents": NO_INTEGER, "price": UNKNOWN},
            id="data_key",
        ),
        pytest.param(Partial, {}, {"id": MISSING}, id="TypedDict-partial"),
        pytest.param(Partly, {"id": "x"}, {"id": NO_INTEGER, "age": MISSING}, id="TypedDict"),
    ],
)
def test_an_object_that_does_not_fit_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """Every fault is told by the name on the wire."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(Place, Place(1), {"x": 1, "name": "here"}, id="NamedTuple"),
        pytest.param(Place, {"x": 1}, {"x": 1, "name": "here"}, id="NamedTuple-dict"),
        pytest.param(Untyped, Untyped([], None), {"x": [], "y": None}, id="namedtuple"),
        pytest.param(
            Account,
            Account("ab"),
            {"name": "ab", "tags": [], "level": 1, "number": 7, "letters": 2},
            id="attrs",
        ),
        pytest.param(
            Account,
            {"name": "ab", "letters": 2},
            {"name": "ab", "tags": [], "level": 1, "number": 7, "letters": 2},
            id="attrs-dict",
        ),
        pytest.param(
            Person,
            Person("a"),
            {"firstName": "a", "nickNames": [], "years": 1, "familyName": ""},
            id="Struct",
        ),
        pytest.param(
            Person,
            {"first_name": "a"},
            {"firstName": "a", "nickNames": [], "years": 1, "familyName": ""},
            id="Struct-dict",
        ),
        pytest.param(Seeded, Seeded(1), {"value": 2}, id="InitVar"),
        pytest.param(Given, Given("a"), {"name": "a", "id": 0}, id="init-False"),
        pytest.param(Given, {"name": "a"}, {"name": "a", "id": 0}, id="init-False-dict"),
        pytest.param(KeywordOnly, KeywordOnly(1, b=2), {"a": 1, "b": 2}, id="KW_ONLY"),
        pytest.param(Told, Told(), {"priceInCents": 1}, id="data_key"),
        pytest.param(
            set[Place],
            {Place(2), Place(1)},
            [{"x": 1, "name": "here"}, {"x": 2, "name": "here"}],
            id="set",
        ),
    ],
)
def test_an_object_is_dumped(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """Every declared field leaves, under its name on the wire; what only enters does not."""
    assert json.dump(annotation, value) == wire


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(Place, (1, "here"), "$ expected Place, found no 'x' in tuple", id="tuple"),
        pytest.param(
            Person,
            Person("a", years=-1),
            "$.years expected an int, found one that breaks: "
            "['Must be greater than or equal to 0.']",
            id="Struct",
        ),
        pytest.param(Seeded, {}, "$ expected Seeded, found no 'value' in dict", id="init-False"),
        pytest.param(
            Account,
            types.SimpleNamespace(name="a"),
            "$ expected Account, found no 'name' in SimpleNamespace",
            id="attrs-attribute",
        ),
    ],
)
def test_an_object_that_does_not_fit_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """The message leads to the field."""
    assert json.mismatch(annotation, value) == f"at {message}"


def test_metadata_is_said_in_the_document(json: Codec) -> None:
    """What other libraries keep there is not."""
    made = wire_fields(json.factory.model_schema(Told)())["priceInCents"]

    assert made.metadata == {
        "description": "In cents.",
        "example": 250,
        "deprecated": True,
        "default": 1,
    }


def test_metadata_of_attrs_is_said_in_the_document(json: Codec) -> None:
    """The same words as in a dataclass."""
    made = wire_fields(json.factory.model_schema(Account)())["tags"]

    assert made.metadata == {"description": "Words."}


def test_the_direction_of_a_field_is_known_to_marshmallow(json: Codec) -> None:
    """``readOnly`` and ``writeOnly`` in the document come from it."""
    made = wire_fields(json.factory.model_schema(Seeded)())

    assert {name: (f.load_only, f.dump_only) for name, f in made.items()} == {
        "value": (False, True),
        "seed": (True, False),
        "offset": (True, False),
    }


def test_a_namedtuple_is_described() -> None:
    """Its fields have names, and so it is an object."""
    assert describe_namedtuple(Place) == Model(
        Place,
        "Place",
        (
            ModelField("x", int, required=True),
            ModelField("name", str, required=False, default="here"),
        ),
        Place,
    )


def test_a_class_of_attrs_is_described() -> None:
    """The constructor's names, the instances' attributes, and factories that can run alone."""
    model = describe_attrs(Account)

    assert model is not None
    assert [dataclasses.astuple(described)[:8] for described in model.fields] == [
        ("name", str, True, missing, None, "_name", None, "both"),
        ("tags", list[str], False, missing, list, "tags", None, "both"),
        ("level", int, False, 1, None, "level", None, "both"),
        ("number", int, False, 7, None, "number", None, "out"),
        ("letters", int, False, missing, None, "letters", None, "both"),
    ]


def test_a_struct_is_described() -> None:
    """Renamed fields are named so on the wire."""
    model = describe_struct(Person)

    assert model is not None
    assert [(f.name, f.wire_name, f.required, f.default, f.factory) for f in model.fields] == [
        ("first_name", "firstName", True, missing, None),
        ("nick_names", "nickNames", False, missing, list),
        ("years", None, False, 1, None),
        ("last", "familyName", False, "", None),
    ]


@pytest.mark.parametrize(
    "describe", [describe_dataclass, describe_namedtuple, describe_attrs, describe_struct]
)
@pytest.mark.parametrize("thing", [int, tuple[int, int], None, list, "Place", Generic[T]])
def test_another_kind_of_type_is_not_described(
    describe: Callable[[Any], Model | None], thing: Any
) -> None:
    """A kind leaves alone what is not its own."""
    assert describe(thing) is None
