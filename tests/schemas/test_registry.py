"""The order of types: users' own first, and every app has a registry of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NewType

import pytest
from annotated_types import MinLen
from flask_typed import DeclarationError, TypedField
from flask_typed.schemas.factory import FieldMaker, SchemaFactory
from flask_typed.schemas.families.scalars import Integer
from flask_typed.schemas.hints import Hint, read_hint
from flask_typed.schemas.registry import Entry, Maker, Options, TypeRegistry, build_field
from flask_typed.schemas.types import default_registry
from marshmallow import ValidationError, fields

Rank = NewType("Rank", int)


class Money:
    """A type that the package does not know."""


class Tip(Money):
    """A subclass of it."""


@dataclass
class Point:
    """A model, which the package does know."""

    x: int


class MoneyField(TypedField):
    """Money as text."""


class LateField(TypedField):
    """Money, too."""


@pytest.fixture
def registry() -> TypeRegistry:
    """Return a registry that knows what comes with the package."""
    return default_registry()


def find(registry: TypeRegistry, annotation: Any) -> fields.Field[Any]:
    """Return the field that a registry makes for an annotation."""
    return SchemaFactory(registry).json(annotation)


def test_an_unknown_type_has_no_builder(registry: TypeRegistry) -> None:
    """What nobody has registered is not found."""
    assert registry.find(read_hint(Money)) is None


def test_an_empty_registry_knows_nothing() -> None:
    """The table of the package is one table among others."""
    assert TypeRegistry().find(read_hint(int)) is None


def test_a_field_class_is_registered_for_a_type(registry: TypeRegistry) -> None:
    """The class is called with what the place asks for."""
    registry.register(Money, MoneyField)

    field = find(registry, Annotated[Money, "words"])

    assert type(field) is MoneyField
    assert (field.required, field.allow_none) == (False, False)


def test_a_type_is_exactly_the_type(registry: TypeRegistry) -> None:
    """A subclass may travel in another form: it is not registered by its base."""
    registry.register(Money, MoneyField)

    assert registry.find(read_hint(Tip)) is None


def test_what_is_registered_last_is_found_first(registry: TypeRegistry) -> None:
    """The newest entry wins over older ones and over the package's own."""
    registry.register(Money, MoneyField)
    registry.register(Money, LateField)
    registry.register(str, MoneyField)

    assert type(find(registry, Money)) is LateField
    assert type(find(registry, str)) is MoneyField


def test_a_model_can_be_given_another_form(registry: TypeRegistry) -> None:
    """Users' entries come before the general ones: a dataclass need not be an object."""
    registry.register(Point, MoneyField)

    assert type(find(registry, list[Point]).inner) is MoneyField  # type: ignore[attr-defined]


def test_a_function_makes_the_field(registry: TypeRegistry) -> None:
    """A builder sees the hint, makes inner fields, and passes the options on."""
    seen: list[Hint] = []

    def build_money(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
        seen.append(hint)
        return fields.List(make(int), **options)

    registry.register(Money, build_money)
    field = find(registry, Annotated[Money, "words"] | None)

    assert seen == [Hint(Money, ("words",), True)]
    assert type(field) is fields.List
    assert type(field.inner) is Integer
    assert field.allow_none is True


def test_a_function_says_which_hints_are_meant(registry: TypeRegistry) -> None:
    """A matcher can ask for more than the class, such as metadata."""
    registry.register(lambda hint: "cents" in hint.metadata, MoneyField)

    assert type(find(registry, Annotated[int, "cents"])) is MoneyField
    assert type(find(registry, int)) is Integer


def test_a_generic_is_registered_by_its_class(registry: TypeRegistry) -> None:
    """``list`` stands for ``list[int]`` too."""
    registry.register(list, MoneyField)

    assert type(find(registry, list[int])) is MoneyField


def test_a_new_type_is_its_supertype(registry: TypeRegistry) -> None:
    """A NewType has no entry of its own: it is peeled before."""
    registry.register(int, MoneyField)

    assert type(find(registry, Rank)) is MoneyField


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", False, id="json"),
        pytest.param("text", True, id="text"),
        pytest.param("header", True, id="header"),
    ],
)
def test_a_typed_field_is_told_that_values_come_as_text(
    registry: TypeRegistry, text: Any, expected: bool
) -> None:
    """A class of ours knows in which form values come."""
    registry.register(Money, MoneyField)

    field = FieldMaker(SchemaFactory(registry), text)(Money)

    assert isinstance(field, MoneyField)
    assert field.text is expected


def test_a_field_of_marshmallow_is_not_told(registry: TypeRegistry) -> None:
    """marshmallow's own fields take text and JSON alike, and no option for it."""
    registry.register(Money, fields.Integer)

    field = FieldMaker(SchemaFactory(registry), "text")(Money)

    assert field.deserialize("3") == 3


def test_a_copy_is_independent(registry: TypeRegistry) -> None:
    """One app's types are not another's, in both directions."""
    copy = registry.copy()
    registry.register(Money, MoneyField)
    copy.register(Tip, LateField)

    assert copy.find(read_hint(Money)) is None
    assert registry.find(read_hint(Tip)) is None


def test_a_copy_keeps_the_order(registry: TypeRegistry) -> None:
    """What was registered first in the original stays first in the copy."""
    registry.register(int, MoneyField)

    assert type(find(registry.copy(), int)) is MoneyField


def test_the_default_registry_is_new_each_time() -> None:
    """Nothing that is registered in one is in the next."""
    default_registry().register(Money, MoneyField)

    assert default_registry().find(read_hint(Money)) is None


def test_entries_are_asked_in_order() -> None:
    """The first entry that matches builds, whatever comes after it."""
    first = Entry(lambda hint: True, build_field(MoneyField))
    second = Entry(lambda hint: True, build_field(LateField))

    assert type(find(TypeRegistry([first, second]), int)) is MoneyField


def test_a_builder_hands_its_options_on() -> None:
    """What the annotation around says holds for the field of another annotation too."""
    registry = default_registry()
    registry.register(Money, lambda hint, make, options: make(str, **options))
    make = SchemaFactory(registry).json

    field = make(Annotated[Money, MinLen(2)] | None)

    assert field.deserialize(None) is None
    assert field.deserialize("ab") == "ab"
    with pytest.raises(ValidationError, match="Shorter than minimum length 2"):
        field.deserialize("a")


class CodeField(TypedField):
    """Money as a text, one for each value, and whatever the field."""

    json_schema = {"type": "string"}
    alike = True
    one_text = True


class LooseField(TypedField):
    """Money in a form of which nothing is known."""


def make_own(own: type[TypedField], annotation: Any) -> Any:
    """Return the field of an annotation, where ``Money`` has a field of the user's own."""
    registry = default_registry()
    registry.register(Money, own)
    return SchemaFactory(registry).json(annotation)


@pytest.mark.parametrize(
    ("annotation", "hidden"),
    [
        pytest.param(str | Money, "Money", id="text"),
        pytest.param(list[Money] | tuple[Money, ...], r"tuple\[.*Money, \.\.\.\]", id="alike"),
    ],
)
def test_a_type_of_the_user_s_own_is_hidden(annotation: Any, hidden: str) -> None:
    """Its field says that it is a text, and that all of its class are alike."""
    with pytest.raises(DeclarationError, match=rf" accepts every value of {hidden}, which comes"):
        make_own(CodeField, annotation)


@pytest.mark.parametrize("annotation", [str | Money, list[Money] | tuple[Money, ...]])
def test_a_type_of_which_nothing_is_known_is_not_hidden(annotation: Any) -> None:
    """The field says nothing: it may take what the member before it does not."""
    assert len(make_own(LooseField, annotation).members) == 2


@pytest.mark.parametrize(
    ("own", "remark"),
    [(CodeField, None), (LooseField, "No two keys may mean the same.")],
)
def test_keys_of_a_type_of_the_user_s_own(own: type[TypedField], remark: str | None) -> None:
    """The document says so, unless the field has one text for each value."""
    assert make_own(own, dict[Money, int]).remark == remark
