"""Generated schemas at work: what is constructed, what is dumped, names that mean something."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
import typing_extensions
from flask_typed import ReadOnly
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.families.model_schemas import ModelValue, wire_fields, wire_name
from flask_typed.schemas.marshmallow_fields import HeldNested
from flask_typed.schemas.types import default_registry
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from ..codec import Codec

Dotted = typing_extensions.TypedDict("Dotted", {"a.b": int, "": str})


@dataclass
class Car:
    """A model with a field that schemas had a use for."""

    model: str
    wheels: int = 4


@dataclass
class Clumsy:
    """A model whose fields are called like what a marshmallow schema has."""

    Meta: int
    fields: int
    opts: int
    load: int
    dump: int
    context: int
    model: int
    model_fields: int
    f0: int


@dataclass
class Named:
    """A model with other names on the wire, one of them another field's name."""

    first: int = field(metadata={"data_key": "second"})
    second: int = field(default=2, metadata={"data_key": "third"})


@dataclass
class Box:
    """A model with a default from a factory."""

    items: list[int] = field(default_factory=lambda: [1])
    size: int = 3


@dataclass
class BadBox:
    """A model whose factory breaks the annotation."""

    items: list[int] = field(default_factory=lambda: ["a"])  # type: ignore[list-item]


class PointSchema(Schema):
    """A schema of the user's own."""

    x = fields.Integer(data_key="X")
    y = fields.Integer()


CLUMSY = {name: index for index, name in enumerate(Clumsy.__dataclass_fields__)}


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Car, {"model": "T", "wheels": 4}, Car("T"), id="model"),
        pytest.param(Clumsy, CLUMSY, Clumsy(*range(9)), id="names-of-schemas"),
        pytest.param(Dotted, {"a.b": 1, "": "x"}, {"a.b": 1, "": "x"}, id="dot-and-nothing"),
        pytest.param(Named, {"second": 1, "third": 2}, Named(1), id="names-of-others"),
    ],
)
def test_a_field_may_have_any_name(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """What a name means to marshmallow is no business of the model's."""
    assert json.load(annotation, wire) == value
    assert json.dump(annotation, value) == wire


def test_a_fault_stands_under_the_name_on_the_wire(json: Codec) -> None:
    """Neither the key inside the schema nor the constructor's name is shown."""
    assert json.refuse(Named, {"third": "x"}) == {
        "second": ["Missing data for required field."],
        "third": ["Not a valid integer."],
    }


def test_a_mismatch_stands_under_the_name_in_python(json: Codec) -> None:
    """The log is for those who wrote the view."""
    assert json.mismatch(Named, types.SimpleNamespace(first="a", second=1)) == (
        "at $.first expected an int, found a value of type str"
    )


def test_a_mapping_may_lack_what_has_a_default(json: Codec) -> None:
    """Defaults and factories stand for what a dict does not have."""
    assert json.dump(Box, {}) == {"items": [1], "size": 3}


def test_an_object_may_lack_nothing(json: Codec) -> None:
    """An attribute that is not there is a mistake of the view, not a default."""
    assert json.mismatch(Box, types.SimpleNamespace(items=[])) == (
        "at $ expected Box, found no 'size' in SimpleNamespace"
    )


def test_what_a_factory_makes_is_checked(json: Codec) -> None:
    """It is not known before it is made."""
    assert json.mismatch(BadBox, {}) == ("at $.items[0] expected an int, found a value of type str")


@pytest.mark.parametrize(
    ("made", "name"),
    [
        pytest.param(fields.Integer(), "key", id="none"),
        pytest.param(fields.Integer(data_key="other"), "other", id="data_key"),
        pytest.param(fields.Integer(data_key=""), "", id="empty"),
    ],
)
def test_a_name_on_the_wire_is_the_data_key_or_the_key(made: fields.Field[Any], name: str) -> None:
    """An empty ``data_key`` is one too."""
    assert wire_name("key", made) == name


def test_fields_of_any_schema_are_known_by_wire_names() -> None:
    """The user's own schemas as well as generated ones."""
    assert list(wire_fields(PointSchema())) == ["X", "y"]


def test_a_generated_schema_dumps_what_it_is_given_only(json: Codec) -> None:
    """A schema for output has no unknown keys to complain about."""
    schema = json.factory.model_schema(Car)()

    assert schema.dump({"model": "T", "wheels": 3, "secret": 1}) == {"model": "T", "wheels": 3}


def test_a_value_knows_its_class_without_arguments(json: Codec) -> None:
    """Whether a value is one of a union's member is asked of the class."""
    made = json.field(Car)

    assert isinstance(made, ModelValue)
    assert (made.origin, made.expected, made.single) == (Car, "Car", False)


def test_a_schema_of_the_users_own_is_nested(json: Codec) -> None:
    """It is no model: nothing is known of what it makes."""
    assert type(json.field(PointSchema)) is HeldNested


@dataclass
class Odd:
    """A field with the name that marshmallow gives to what is said of the whole."""

    _schema: int
    seen: Annotated[int, ReadOnly()] = 0


def make_odd_schema() -> Any:
    """Return a schema that ignores what is read-only."""
    factory = SchemaFactory(default_registry(), read_only=EXCLUDE)
    return factory.model_schema(Odd)()


def test_a_name_that_means_something_to_marshmallow() -> None:
    """Such a schema loads in marshmallow's own way."""
    schema = make_odd_schema()
    assert schema.load({"_schema": 1, "seen": 7}) == Odd(1)
    with pytest.raises(ValidationError) as caught:
        schema.load({"_schema": "a"})
    assert caught.value.messages == {"_schema": ["Not a valid integer."]}
    with pytest.raises(ValidationError):
        schema.load(7)


def test_many_and_partial_are_marshmallows() -> None:
    """What flask_typed does not need is there all the same."""
    schema = make_odd_schema()
    assert schema.load([{"_schema": 1}, {"_schema": 2}], many=True) == [Odd(1), Odd(2)]
