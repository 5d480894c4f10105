"""Mappings that are returned where the annotation is a class with other names on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import attrs
import msgspec
import pytest
from flask import Flask
from flask_typed import Body, ResponseMismatch, Typed, model
from typing_extensions import NotRequired, TypedDict


@model(rename="camel")
@dataclass
class Line:
    """A class with a style of names, and one alias."""

    unit_price: int
    pieces_left: Annotated[int, Body(alias="left")] = 1


@model(rename="camel")
@attrs.define
class AttrsLine:
    """The same of attrs."""

    unit_price: int
    pieces_left: Annotated[int, Body(alias="left")] = 1


@model(rename="camel")
class StructLine(msgspec.Struct):
    """The same of msgspec."""

    unit_price: int
    pieces_left: Annotated[int, Body(alias="left")] = 1


@model(rename="camel")
class DictLine(TypedDict):
    """The same as a dict."""

    unit_price: int
    pieces_left: Annotated[NotRequired[int], Body(alias="left")]


KINDS = [Line, AttrsLine, StructLine, DictLine]


def answer(kind: Any, value: Any, accelerated: bool, **options: Any) -> Any:
    """Return what a route sends for a value."""
    app = Flask("shop")
    app.testing = True
    app.config["TYPED_ACCELERATION"] = accelerated

    def view() -> Any:
        return value

    view.__annotations__["return"] = kind
    Typed(app).get("/", **options)(view)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mapping_may_have_names_on_the_wire(kind: Any, accelerated: bool) -> None:
    """As the JSON of another program has them; they are not replaced by defaults."""
    value = {"unitPrice": 3, "left": 5}
    assert answer(list[kind], [value], accelerated) == [value]


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_the_name_of_the_field_comes_first(kind: Any, accelerated: bool) -> None:
    """If a mapping has both names, one of them may be that of another thing."""
    value = {"unit_price": 3, "unitPrice": 4, "pieces_left": 5}
    assert answer(kind, value, accelerated) == {"unitPrice": 3, "left": 5}


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_only_some_names_are_those_on_the_wire(kind: Any, accelerated: bool) -> None:
    """Each field is looked up by itself."""
    value = {"unit_price": 3, "left": 5}
    assert answer(kind, value, accelerated) == {"unitPrice": 3, "left": 5}


@dataclass
class Swapped:
    """A class one of whose names on the wire is the name of another field."""

    first: Annotated[int, Body(alias="second")]
    second: Annotated[int, Body(alias="first")] = 0


@pytest.mark.parametrize("accelerated", [True, False])
def test_the_name_of_another_field_is_no_name_on_the_wire(accelerated: bool) -> None:
    """Its value is not taken twice."""
    assert answer(Swapped, {"first": 1}, accelerated) == {"second": 1, "first": 0}


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_name_on_the_wire_is_set(accelerated: bool) -> None:
    """An answer without unset values has it."""
    value = {"unitPrice": 3, "left": 5}
    assert answer(Line, value, accelerated, exclude_unset=True) == value


@pytest.mark.parametrize("accelerated", [True, False])
def test_attributes_have_no_names_on_the_wire(accelerated: bool) -> None:
    """Only mappings do."""
    with pytest.raises(ResponseMismatch, match="no 'unit_price' in Row"):
        answer(Line, type("Row", (), {"unitPrice": 3, "left": 5})(), accelerated)
