"""Names of components: those that OpenAPI allows, one for each schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from typing import Any, Generic, TypeVar

import pytest
from flask_typed import DeclarationError, Typed, TypedField
from flask_typed.schemas.fields import Described
from marshmallow import Schema, fields

Publish = Callable[[], dict[str, Any]]
T = TypeVar("T")


@dataclass
class Größe(Generic[T]):  # noqa: PLC2401  # what is tested
    value: T


class Maß(TypedField):  # noqa: PLC2401  # what is tested
    component = "Maß"
    json_schema = {"type": "integer"}


class Failing(TypedField):
    def describe(self, direction: Any) -> Described:
        raise RuntimeError("no schema")


def name(name: str, module: str) -> type[Schema]:
    """Return a schema class of a name in a module."""
    schema = Schema.from_dict({"value": fields.Integer()})
    schema.__name__ = schema.__qualname__ = name
    schema.__module__ = module
    return schema


def publish(typed: Typed, document: Publish, *answers: Any) -> dict[str, Any]:
    """Return the components of routes that give these answers, and the name that each refers to."""
    for number, answer in enumerate(answers):

        def view() -> Any: ...

        view.__annotations__["return"] = answer
        typed.get(f"/{number}", endpoint=f"view{number}")(view)
    schemas: dict[str, Any] = document()["components"]["schemas"]
    return schemas


def test_ascii(typed: Typed, document: Publish) -> None:
    """A name that OpenAPI does not allow becomes one that it does, and is the title."""
    made = make_dataclass("Größe", [("value", int)])
    known = publish(typed, document, made, Größe[Größe[int]], name("My Form", "forms"))
    assert {key: schema["title"] for key, schema in known.items()} == {
        "Grosse": "Größe",
        "GrosseGrosseInt": "GrößeGrößeInt",
        "GrosseInt": "GrößeInt",
        "My_Form": "My Form",
    }


def test_one_name_of_two(typed: Typed, document: Publish) -> None:
    """Two names that become one are told apart as two classes of one name are."""
    known = publish(typed, document, name("Größe", "a"), name("Grosse", "a"), name("Grosse", "b"))
    assert {key: schema.get("title") for key, schema in known.items()} == {
        "AGrosse": None,
        "AGrosse2": "Größe",
        "BGrosse": None,
    }


def test_modules_that_become_one(typed: Typed, document: Publish) -> None:
    """Modules that nothing tells apart do not keep the document from being made."""
    made = [name("Book", module) for module in ("a_b", "aB", "größe.a_b", "ABBook")]
    known = publish(typed, document, *made, name("ABBook", "x"))
    assert sorted(known) == ["ABBook", "ABBook2", "ABBook3", "ABBookBook", "GrosseABBook"]


def test_wished_names(typed: Typed) -> None:
    """A name that the user gives has to be one that OpenAPI allows."""
    model = make_dataclass("Model", [("value", int)])
    model.__component_name__ = "My Model"  # type: ignore[attr-defined]  # ours
    schema = name("Form", "forms")
    schema.__component_name__ = "Größe"  # type: ignore[attr-defined]  # ours
    outer = Schema.from_dict(
        {"one": fields.Nested(schema), "all": fields.List(fields.Nested(schema()))}
    )
    message = r"^A component is called '(My Model|Größe)': OpenAPI does not allow that name\."
    for answer in (model, schema, schema(), outer):

        def view() -> Any: ...

        view.__annotations__["return"] = answer
        with pytest.raises(DeclarationError, match=message):
            typed.get("/")(view)


def test_wished_names_of_late_schemas(typed: Typed, document: Publish) -> None:
    """A schema that is only known when the document is made has a name that OpenAPI allows."""
    schema = name("Form", "forms")
    schema.__component_name__ = 5  # type: ignore[attr-defined]  # ours
    outer = Schema.from_dict({"one": fields.Nested(lambda: schema(partial=True))}, name="Outer")
    assert sorted(publish(typed, document, outer)) == ["5Partial", "Outer"]


def test_own_components(typed: Typed, document: Publish) -> None:
    """A component that a field describes has a name that OpenAPI allows, too."""
    outer = Schema.from_dict({"size": Maß()}, name="Outer")
    known = publish(typed, document, outer)
    assert known["Mass"] == {"title": "Maß", "type": "integer"}
    assert known["Outer"]["properties"]["size"] == {"$ref": "#/components/schemas/Mass"}


def test_a_field_that_cannot_describe_itself(
    typed: Typed, document: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    """A field of the user's own that fails is published as anything."""
    outer = Schema.from_dict({"a": Failing()}, name="Outer")
    assert publish(typed, document, outer)["Outer"]["properties"] == {"a": {}}
    assert "field 'a' of Outer: type is left out: RuntimeError: no schema" in caplog.text


def test_words_of_a_schema(typed: Typed, document: Publish) -> None:
    """The title that a schema declares stands before the name of its class."""

    class Size(Schema):
        class Meta:
            title = "The size"
            description = "In metres."

    Size.__name__ = "Größe"
    known = publish(typed, document, Size)["Grosse"]
    assert (known["title"], known["description"]) == ("The size", "In metres.")
