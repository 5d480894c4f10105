"""Unions have a title, by which code generators name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypeVar, Union

import pytest
from flask import Flask
from flask_typed import Body, Created, Reply, Typed
from typing_extensions import TypeAliasType

T = TypeVar("T")


@dataclass
class Circle:
    """One of two."""

    kind: Literal["circle"]


@dataclass
class Square:
    """The other."""

    kind: Literal["square"]


@dataclass
class Plain:
    """A model without a tag."""

    name: str


@dataclass
class Box(Generic[T]):
    """A generic model."""

    content: T


Shape = TypeAliasType("Shape", Union[Circle, Square])  # noqa: UP007  # as in a program
Figure = TypeAliasType("Figure", Shape)
Number = TypeAliasType("Number", Union[int, str])  # noqa: UP007
Either = TypeAliasType("Either", Union[T, Plain], type_params=(T,))  # noqa: UP007
Maybe = TypeAliasType("Maybe", Optional[Shape])  # noqa: UP045
Id = NewType("Id", int | str)  # type: ignore[valid-newtype]  # it works
Count = TypeAliasType("Count", int)


def publish(taken: Any, returned: Any = None) -> tuple[Any, Any]:
    """Return the schemas of a request and of a response."""
    app = Flask("shop")

    def view(value: Any) -> Any: ...

    view.__annotations__ = {"value": Annotated[taken, Body()], "return": returned or taken}
    Typed(app).post("/")(view)
    document = app.test_client().get("/openapi.json").get_json()
    operation = document["paths"]["/"]["post"]
    (response,) = (r for status, r in operation["responses"].items() if status[0] == "2")
    contents = operation["requestBody"]["content"], response["content"]
    schemas = [content["application/json"]["schema"] for content in contents]
    return schemas[0], schemas[1]


@pytest.mark.parametrize(
    ("annotation", "title"),
    [
        pytest.param(Shape, "Shape", id="alias"),
        pytest.param(Figure, "Figure", id="alias-of-an-alias"),
        pytest.param(Number, "Number", id="alias-of-scalars"),
        pytest.param(Id, "Id", id="NewType"),
        pytest.param(Either[Box[int]], "EitherBoxInt", id="generic-alias"),
        pytest.param(Circle | Square, "CircleOrSquare", id="models"),
        pytest.param(Box[int] | Plain, "BoxIntOrPlain", id="models-without-a-tag"),
        pytest.param(int | str, None, id="scalars"),
        pytest.param(Plain | int, None, id="a-model-and-a-scalar"),
        pytest.param(Count, None, id="no-union"),
    ],
)
def test_titles(annotation: Any, title: str | None) -> None:
    """An alias has its name, models have theirs together; requests and responses are alike."""
    assert [schema.get("title") for schema in publish(annotation)] == [title, title]


@pytest.mark.parametrize("annotation", [Maybe, Shape | None], ids=["alias", "optional"])
def test_the_title_of_a_tagged_union_or_null(annotation: Any) -> None:
    """The title is that of the union, beside null."""
    schema, _ = publish(annotation)
    union, null = schema["anyOf"]
    assert union["title"] in ("Maybe", "Shape")
    assert null == {"type": "null"}
    assert "title" not in schema


def test_an_alias_in_a_reply() -> None:
    """The name is that of the body."""
    assert publish(Shape, Created[Shape])[1]["title"] == "Shape"


def test_an_alias_of_replies_is_no_union_of_values() -> None:
    """Each member is a response of its own."""

    class Other(Reply[Plain]):
        status = 202

    both = TypeAliasType("both", Union[Plain, Other])  # noqa: UP007
    app = Flask("shop")

    def view() -> Any: ...

    view.__annotations__["return"] = both
    Typed(app).get("/")(view)
    document: Any = app.test_client().get("/openapi.json").get_json()
    assert {"200", "202"} <= document["paths"]["/"]["get"]["responses"].keys()
