"""msgspec: tags of Structs, and the constraints and words of ``msgspec.Meta``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from flask import Flask
from flask_typed import Header, Query, Typed
from flask_typed.schemas.families.unions import Tagged
from msgspec import Meta

from .codec import Codec

T = TypeVar("T")
TYPE_FAULT = {"type": ["Must be one of: Cat."]}


class Cat(msgspec.Struct, tag=True):
    """A struct whose tag is its name."""

    lives: int = 9


class Dog(msgspec.Struct, tag="dog", kw_only=True, frozen=True):
    """A struct with a tag of its own."""

    name: str


class One(msgspec.Struct, tag_field="version", tag=1):
    """A struct whose tag is a number."""

    text: str = ""


class Two(msgspec.Struct, tag_field="version", tag=2):
    """Another one."""

    text: str = ""


class Wishes(msgspec.Struct):
    """Headers of a request."""

    save_data: int = 1
    own: Annotated[int, Header(alias="X_Own")] = 2


class Renamed(msgspec.Struct, rename="camel"):
    """Headers with names of their own."""

    save_data: int = 1


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        pytest.param(Wishes, ["save-data", "X_Own"], id="own names"),
        pytest.param(Renamed, ["saveData"], id="renamed"),
    ],
)
def test_headers_have_dashes(kind: Any, names: list[str]) -> None:
    """As those of other models have, unless the Struct renames its fields."""
    app = Flask("shop")

    def view(wishes: Any) -> int:
        return int(wishes.save_data)

    view.__annotations__ = {"wishes": Annotated[kind, Header()], "return": int}
    Typed(app).get("/")(view)
    client = app.test_client()
    assert client.get("/", headers={names[0]: "7"}).get_json() == 7
    parameters: Any = client.get("/openapi.json").get_json()["paths"]["/"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == names


class Box(msgspec.Struct, Generic[T], rename="pascal"):
    """A generic struct."""

    the_content: T
    more: list[Box[T]] = []


class Row(msgspec.Struct, array_like=True):
    """A struct that is an array."""

    x: int


class Told(msgspec.Struct):
    """A struct with words and constraints."""

    count: Annotated[
        int,
        Meta(
            ge=1,
            le=12,
            multiple_of=3,
            title="Count",
            description="How many.",
            examples=[3, 6],
            extra_json_schema={"deprecated": True, "x-unit": "pieces"},
        ),
    ]
    code: Annotated[str, Meta(min_length=2, max_length=4, pattern="b$|^c")] = "ab"


def test_a_tag_travels(json: Codec) -> None:
    """The same in every instance, in and out; the constructor does not take it."""
    assert json.load(Cat, {"type": "Cat", "lives": 1}) == Cat(1)
    assert json.dump(Cat, Cat()) == {"type": "Cat", "lives": 9}
    assert json.dump(Cat, {"lives": 3}) == {"type": "Cat", "lives": 3}


@pytest.mark.parametrize(
    ("wire", "messages"),
    [
        pytest.param({"lives": 1}, {"type": ["Missing data for required field."]}, id="missing"),
        pytest.param({"type": "cat"}, TYPE_FAULT, id="other"),
        pytest.param({"type": 1}, TYPE_FAULT, id="number"),
    ],
)
def test_a_tag_is_required(json: Codec, wire: Any, messages: Any) -> None:
    """As the schema says."""
    assert json.refuse(Cat, wire) == messages


def test_tags_tell_structs_apart(json: Codec) -> None:
    """The union is tagged, in both directions."""
    field = json.field(Cat | Dog)

    assert isinstance(field, Tagged)
    assert (field.tag, list(field.members)) == ("type", ["Cat", "dog"])
    assert json.load(Cat | Dog, {"type": "dog", "name": "Rex"}) == Dog(name="Rex")
    assert json.dump(Cat | Dog, Dog(name="Rex")) == {"type": "dog", "name": "Rex"}
    assert json.dump(Cat | Dog, {"type": "dog", "name": "Rex"}) == {"type": "dog", "name": "Rex"}
    assert json.refuse(Cat | Dog, {"type": "cow"}) == {"type": ["Must be one of: Cat, dog."]}


def test_numbers_are_no_tags_of_a_discriminator(json: Codec) -> None:
    """OpenAPI's mapping has texts alone: the first that accepts takes the value."""
    assert not isinstance(json.field(One | Two), Tagged)
    assert json.load(One | Two, {"version": 2, "text": "a"}) == Two("a")
    assert json.dump(One | Two, Two("a")) == {"version": 2, "text": "a"}


def test_a_generic_struct_is_an_object_for_each_type(json: Codec) -> None:
    """It may refer to itself."""
    wire = {"TheContent": 1, "More": [{"TheContent": 2, "More": []}]}

    assert json.load(Box[int], wire) == Box(1, [Box(2)])
    assert json.dump(Box[int], Box(1, [Box(2)])) == wire
    assert json.refuse(Box[int], {"TheContent": "1"}) == {"TheContent": ["Not a valid integer."]}


def test_a_struct_that_is_an_array_is_refused(json: Codec) -> None:
    """It would be an object here."""
    assert str(json.reject(Row)) == (
        "Row is array_like: its fields would have no names on the wire.\n"
        "  Leave out `array_like=True`, or use a tuple."
    )


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "message"),
    [
        pytest.param(Annotated[int, Meta(ge=1)], 1, 0, "greater than or equal to 1", id="ge"),
        pytest.param(Annotated[int, Meta(gt=1)], 2, 1, "greater than 1", id="gt"),
        pytest.param(Annotated[int, Meta(le=1)], 1, 2, "less than or equal to 1", id="le"),
        pytest.param(Annotated[int, Meta(lt=1)], 0, 1, "less than 1", id="lt"),
        pytest.param(Annotated[int, Meta(multiple_of=2)], 2, 3, "multiple of 2", id="multiple_of"),
        pytest.param(Annotated[str, Meta(min_length=1)], "a", "", "minimum length 1", id="min"),
        pytest.param(Annotated[str, Meta(max_length=1)], "a", "ab", "maximum length 1", id="max"),
        pytest.param(Annotated[str, Meta(pattern="b")], "abc", "ac", "expected pattern", id="any"),
        pytest.param(Annotated[str, Meta(pattern="^b")], "bc", "ab", "expected pattern", id="^"),
        pytest.param(
            Annotated[str, Meta(pattern="^b|c")], "a\nc", "ab", "expected pattern", id="either"
        ),
        pytest.param(
            Annotated[dt.time, Meta(tz=True)], "12:00:00Z", "12:00:00", "has_zone", id="tz"
        ),
        pytest.param(Annotated[list[int], Meta(max_length=0)], [], [1], "maximum", id="list"),
    ],
)
def test_constraints_hold(json: Codec, annotation: Any, good: Any, bad: Any, message: str) -> None:
    """They are those of annotated_types and marshmallow, in other words."""
    json.load(annotation, good)

    (refusal,) = json.refuse(annotation, bad)
    assert message in refusal


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            Annotated[str, Meta(extra_json_schema={"minLength": 3})],
            "Meta(extra_json_schema=…) has 'minLength', which the server would not check.\n"
            "  Write a constraint; extra_json_schema documents, or has x-… keywords.",
            id="extra_json_schema",
        ),
        pytest.param(
            Annotated[dt.time, Meta(tz=False)],
            "Meta(tz=False) asks for a time without a zone.\n"
            "  Leave it out: a datetime is always aware, a time may be either.",
            id="tz",
        ),
    ],
)
def test_what_nobody_would_check_is_refused(json: Codec, annotation: Any, message: str) -> None:
    """A document that says more than the server does is no contract."""
    assert str(json.reject(annotation)) == message


def test_it_is_published(app: Flask, typed: Typed, document: Callable[[], dict[str, Any]]) -> None:
    """Constraints, words and tags."""

    @typed.post("/")
    def view(told: Told, page: Annotated[int, Query(), Meta(examples=[1, 2])] = 1) -> Cat | Dog:
        """Take one, give another."""
        return Cat(told.count)

    published = document()
    schemas = published["components"]["schemas"]
    assert schemas["Told"]["properties"] == {
        "count": {
            "type": "integer",
            "minimum": 1,
            "maximum": 12,
            "multipleOf": 3,
            "title": "Count",
            "description": "How many.",
            "examples": [3, 6],
            "deprecated": True,
            "x-unit": "pieces",
        },
        "code": {
            "type": "string",
            "minLength": 2,
            "maxLength": 4,
            "pattern": r"^(?:[\s\S]*?(?:b$|^c))",
            "default": "ab",
        },
    }
    assert schemas["Cat"]["properties"]["type"] == {"type": "string", "enum": ["Cat"]}
    assert schemas["Cat"]["required"] == ["lives", "type"]
    operation = published["paths"]["/"]["post"]
    assert operation["parameters"][0]["examples"] == {
        "example1": {"value": 1},
        "example2": {"value": 2},
    }
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "title": "CatOrDog",
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {
            "propertyName": "type",
            "mapping": {
                "Cat": "#/components/schemas/Cat",
                "dog": "#/components/schemas/Dog",
            },
        },
    }
    assert app.test_client().post("/", json={"count": 3}).get_json() == {"type": "Cat", "lives": 3}
