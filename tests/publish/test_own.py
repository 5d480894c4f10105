"""Components of fields that say their own schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from flask import Flask
from flask_typed import Query, Typed, TypedField
from flask_typed.publish.own import find_free, refer
from flask_typed.schemas.fields import Described

Document = Callable[[], dict[str, Any]]


class Money(str):
    """A type of the user's own, a text."""


class Level(int):
    """A type of the user's own, a number."""


class Shape:
    """A type whose schema refers to others."""


class Word:
    """A type whose schema stands where it is used, and refers to another."""


@dataclass
class Price:
    """A model with one of them."""

    money: Money | None = None
    others: tuple[Money, ...] = ()


class MoneyField(TypedField):
    """A field with a component."""

    json_schema = {"type": "string", "pattern": "^[0-9]+$"}
    component = "Money"


class OtherMoneyField(MoneyField):
    """A field with another component of the same name."""

    json_schema = {"type": "string"}


class LevelField(TypedField):
    """A field with a component that is no text."""

    json_schema = {"type": "integer"}
    component = "Level"


class ShapeField(TypedField):
    """A field whose components differ with the direction, and refer to each other."""

    single = False
    json_schema = {"type": "object"}

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Refer to a part, and to itself."""
        parts = {"$ref": "#/components/schemas/Part"}
        again = {"$ref": "#/components/schemas/Shape"}
        properties = {"parts": parts, "again": again}
        definitions: Mapping[str, Any] = {
            "Part": {"type": "string" if direction == "in" else "integer"}
        }
        return Described({"type": "object", "properties": properties}, "Shape", definitions)


class WordField(TypedField):
    """A field without a component whose schema refers to one."""

    single = False

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Refer to a part that Shape's is not."""
        part = {"$ref": "#/components/schemas/Part"}
        return Described({"oneOf": [part]}, definitions={"Part": {"type": "boolean"}})


def publish(app: Flask, types: Mapping[Any, Any], view: Any, document: Document) -> dict[str, Any]:
    """Return the document of an app with one view."""
    Typed(app, types=types).post("/")(view)
    return document()


def test_a_field_is_a_component(app: Flask, document: Document) -> None:
    """Everywhere a reference stands, beside words and null as elsewhere."""

    def view(price: Price) -> list[Money]: ...

    published = publish(app, {Money: MoneyField}, view, document)
    reference = {"$ref": "#/components/schemas/Money"}
    schemas = published["components"]["schemas"]
    assert schemas["Money"] == {**MoneyField.json_schema, "examples": ["0"]}
    assert schemas["Price"]["properties"] == {
        "money": {"anyOf": [reference, {"type": "null"}]},
        "others": {"type": "array", "items": reference, "default": []},
    }
    answers = published["paths"]["/"]["post"]["responses"]["200"]["content"]
    assert answers["application/json"]["schema"] == {"type": "array", "items": reference}


@pytest.mark.parametrize(
    ("key", "names"),
    [
        pytest.param(Money, {"$ref": "#/components/schemas/Money"}, id="text"),
        pytest.param(
            Level,
            {
                "type": "string",
                "pattern": "^(?:0|-?[1-9][0-9]*)$",
            },
            id="number",
        ),
    ],
)
def test_a_component_is_a_key(app: Flask, document: Document, key: Any, names: Any) -> None:
    """A text is referred to; a key that is no text has the form of one."""

    def view() -> Any: ...

    view.__annotations__["return"] = dict[key, bool]
    published = publish(app, {Money: MoneyField, Level: LevelField}, view, document)
    answers = published["paths"]["/"]["post"]["responses"]["200"]["content"]
    assert answers["application/json"]["schema"]["propertyNames"] == names


def test_components_of_one_name_are_numbered(app: Flask, document: Document) -> None:
    """Models keep their names; of fields, the order of their texts decides."""

    @dataclass
    class Level:
        money: Money

    def view(level: Any, word: Any) -> None:
        """Take both."""

    view.__annotations__.update(level=list[Level], word=Annotated[list[Money | Shape], Query()])
    types = {Money: MoneyField, Shape: LevelField}
    schemas = publish(app, types, view, document)["components"]["schemas"]
    assert schemas["Level"]["type"] == "object"
    assert schemas["Level2"] == {"type": "integer"}


def test_what_enters_and_what_leaves_are_told_apart(app: Flask, document: Document) -> None:
    """All that refers to something that differs, differs too."""

    def view(shape: Shape, word: list[Word]) -> Shape: ...

    published = publish(app, {Shape: ShapeField, Word: WordField}, view, document)
    schemas = published["components"]["schemas"]
    assert schemas["ShapeInput"]["properties"] == {
        "parts": {"$ref": "#/components/schemas/PartInput2"},
        "again": {"$ref": "#/components/schemas/ShapeInput"},
    }
    assert schemas["Shape"]["properties"]["parts"] == {"$ref": "#/components/schemas/Part"}
    assert (schemas["PartInput"], schemas["PartInput2"], schemas["Part"]) == (
        {"type": "boolean"},
        {"type": "string"},
        {"type": "integer"},
    )
    body = published["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["word"]["items"] == {
        "oneOf": [{"$ref": "#/components/schemas/PartInput"}]
    }


def test_a_discriminator_follows() -> None:
    """Its mapping has references too; other references and other things of its name are left."""
    schema = {
        "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/X"}},
        "oneOf": [{"$ref": "#/components/schemas/X"}],
        "properties": {"discriminator": {"type": "string"}, "$ref": {"type": "string"}},
        "example": {"discriminator": "x", "$ref": "https://example.org/X"},
    }

    assert refer(schema, str.lower) == {
        "discriminator": {"propertyName": "a", "mapping": {"x": "#/components/schemas/x"}},
        "oneOf": [{"$ref": "#/components/schemas/x"}],
        "properties": {"discriminator": {"type": "string"}, "$ref": {"type": "string"}},
        "example": {"discriminator": "x", "$ref": "https://example.org/X"},
    }


def test_a_free_name_is_found() -> None:
    """However many are taken."""
    assert find_free("A", {"A", "A2"}) == "A3"
