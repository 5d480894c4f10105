"""From an annotation to a field: options, defaults, ready fields, schemas that are remembered."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

import marshmallow
import pytest
from annotated_types import Ge, Len
from flask_typed import DeclarationError, UnsupportedType
from flask_typed.schemas.factory import FieldMaker, SchemaFactory, dump_default
from flask_typed.schemas.families.model_schemas import ModelSchema, wire_fields
from flask_typed.schemas.families.scalars import Integer
from flask_typed.schemas.types import default_registry
from marshmallow import Schema, fields, validate
from typing_extensions import Doc, TypedDict
from webargs.fields import DelimitedList

from .codec import Codec


class Color(enum.Enum):
    """A default by value."""

    RED = "red"


@dataclass
class Point:
    """A model to nest."""

    x: int
    y: int = 0


@dataclass
class Paint:
    """A model with a default of each kind."""

    name: str
    color: Color = Color.RED
    price: Decimal = Decimal("1.50")
    made: dt.date | None = None
    tags: list[str] = field(default_factory=list)
    place: Point = field(default_factory=lambda: Point(1))
    origin: Annotated[int | None, Ge(0)] = 0


@dataclass
class Shelf:
    """A model with models inside."""

    points: list[Point]


@dataclass
class Unfinished:
    """A model that works once somebody registers its type."""

    number: complex
    point: Point | None = None


@dataclass
class Around:
    """A model around one that does not work yet."""

    inner: Unfinished


@dataclass
class Mail:
    """A model with a ready field."""

    address: Annotated[str, fields.Email(dump_default="a@example.org")] = "b@example.org"


class Described(TypedDict):
    """A model with words for the document."""

    x: Annotated[int, Doc("Where it is.")]


@dataclass
class Careless:
    """A model with a default of another type."""

    number: int = None  # type: ignore[assignment]  # the point of it


@dataclass
class Broken:
    """A model with a default that breaks its constraint."""

    number: Annotated[int, Ge(1)] = 0


@dataclass
class Deep:
    """A model with a default of which a part does not fit."""

    points: tuple[int, ...] = (1, "2")  # type: ignore[assignment]  # the point of it


def test_a_field_is_optional_and_not_null_by_itself(json: Codec) -> None:
    """Whether it is required is said by its place, whether it may be null by the annotation."""
    made = json.field(int)

    assert (made.required, made.allow_none, made.data_key) == (False, False, None)
    assert made.metadata == {}
    assert list(made.validators) == []


def test_options_are_handed_on(json: Codec) -> None:
    """A place may ask for a required field, another name, words for the document."""
    made = json.field(int, required=True, data_key="number", metadata={"deprecated": True})

    assert (made.required, made.data_key) == (True, "number")
    assert made.metadata == {"deprecated": True}


def test_null_is_a_value_where_the_annotation_says_so(json: Codec, text: Codec) -> None:
    """Text has no null."""
    assert json.field(int | None).allow_none is True
    assert text.field(int | None).allow_none is False


def test_doc_describes(json: Codec) -> None:
    """PEP 727's ``Doc`` is the description in the document; the outermost counts."""
    inner = Annotated[int, Doc("A number.")]

    assert json.field(inner).metadata == {"description": "A number."}
    assert json.field(Annotated[inner, Doc("A count.")]).metadata == {"description": "A count."}


def test_a_place_describes_better_than_a_type(json: Codec) -> None:
    """What the place says overrides ``Doc``."""
    made = json.field(Annotated[int, Doc("A number.")], metadata={"description": "The limit."})

    assert made.metadata == {"description": "The limit."}


def test_doc_describes_fields_of_models(json: Codec) -> None:
    """Words stand where the type stands."""
    schema = json.factory.model_schema(Described)()

    assert wire_fields(schema)["x"].metadata == {"description": "Where it is."}


def test_defaults_are_noted_in_their_wire_form(json: Codec) -> None:
    """The document shows defaults as they travel; what a factory makes is not known."""
    schema = json.factory.model_schema(Paint)()

    assert {
        name: made.metadata.get("default", "none") for name, made in wire_fields(schema).items()
    } == {
        "name": "none",
        "color": "red",
        "price": "1.50",
        "made": None,
        "tags": "none",
        "place": "none",
        "origin": 0,
    }


def test_a_field_with_a_default_is_not_required(json: Codec) -> None:
    """A field is required exactly when it has no default."""
    schema = json.factory.model_schema(Paint)()

    assert [name for name, made in wire_fields(schema).items() if made.required] == ["name"]


def test_defaults_stand_for_what_an_object_does_not_have(json: Codec) -> None:
    """A response has every field that it announces; factories run anew."""
    assert json.dump(Paint, {"name": "a"}) == {
        "name": "a",
        "color": "red",
        "price": "1.50",
        "made": None,
        "tags": [],
        "place": {"x": 1, "y": 0},
        "origin": 0,
    }


@pytest.mark.parametrize(
    ("annotation", "what", "where"),
    [
        pytest.param(
            Careless,
            "The default of 'number' does not fit the annotation: "
            "at $ expected an int, found None.",
            ("Careless",),
            id="None",
        ),
        pytest.param(
            Broken,
            "The default of 'number' does not fit the annotation: at $ expected an int, "
            "found one that breaks: ['Must be greater than or equal to 1.'].",
            ("Broken",),
            id="constraint",
        ),
        pytest.param(
            list[Deep],
            "The default of 'points' does not fit the annotation: "
            "at $[1] expected an int, found a value of type str.",
            ("Deep", "an item"),
            id="part",
        ),
    ],
)
def test_a_default_that_does_not_fit_is_refused(
    json: Codec, annotation: Any, what: str, where: tuple[str, ...]
) -> None:
    """The document cannot show it, and the view could not rely on its annotation."""
    error = json.reject(annotation)

    assert (error.what, error.where) == (what, where)
    assert error.instead == (
        "Use a default of the annotated type, or add `| None` to the annotation."
    )


def test_a_default_is_written_by_its_field() -> None:
    """The wire form of a default is what its field writes."""
    assert dump_default(Integer(), "number", 3) == 3


def test_a_model_in_text_may_lack_a_value(text: Codec) -> None:
    """None stands for a parameter that was not sent; text has no null to show for it."""
    schema = text.factory.make_model_schema(Paint, text.make)

    assert "default" not in wire_fields(schema())["made"].metadata


class TestReadyFields:
    """marshmallow fields in ``Annotated``: taken as they are, fitted to where they stand."""

    def test_a_ready_field_decides(self, json: Codec) -> None:
        """The type beside it is for type checkers."""
        annotation = Annotated[str, fields.Email()]

        assert isinstance(json.field(annotation), fields.Email)
        assert json.refuse(annotation, "a") == ["Not a valid email address."]

    def test_the_users_object_is_not_changed(self, json: Codec) -> None:
        """One object may stand in many places."""
        ready = fields.Integer(metadata={"example": 1})

        made = json.field(
            Annotated[int | None, ready, Ge(1), Doc("A number.")], required=True, data_key="n"
        )

        assert made is not ready
        assert (ready.required, ready.allow_none, ready.data_key) == (False, False, None)
        assert (list(ready.validators), ready.metadata) == ([], {"example": 1})

    def test_the_place_is_added(self, json: Codec) -> None:
        """A copy is required, nullable and named as its place says."""
        made = json.field(Annotated[int | None, fields.Integer()], required=True, data_key="n")

        assert (made.required, made.allow_none, made.data_key) == (True, True, "n")

    def test_what_the_field_says_itself_stays(self, json: Codec) -> None:
        """A place does not take back what the user has said."""
        ready = fields.Integer(required=True, allow_none=True, data_key="m")

        made = json.field(Annotated[int, ready], required=False, data_key="n")

        assert (made.required, made.allow_none, made.data_key) == (True, True, "m")

    def test_constraints_are_added_to_its_own(self, json: Codec) -> None:
        """Its own validators come first."""
        ready = fields.Integer(validate=validate.Range(max=9))
        annotation = Annotated[int, ready, Ge(1)]

        assert json.refuse(annotation, 10) == ["Must be less than or equal to 9."]
        assert json.refuse(annotation, 0) == ["Must be greater than or equal to 1."]

    def test_words_are_joined(self, json: Codec) -> None:
        """What the field says of itself counts more than what stands around it."""
        ready = fields.Integer(metadata={"description": "Its own."})
        annotation = Annotated[int, ready, Doc("Around it.")]

        made = json.field(annotation, metadata={"example": 1})

        assert made.metadata == {"description": "Its own.", "example": 1}

    def test_the_outermost_counts(self, json: Codec) -> None:
        """Of several ready fields the last one is taken."""
        annotation = Annotated[Annotated[str, fields.Integer()], fields.Email()]

        assert isinstance(json.field(annotation), fields.Email)

    def test_a_ready_field_comes_before_a_schema(self, json: Codec) -> None:
        """A field is more exact than a schema."""
        annotation = Annotated[Any, Schema(), fields.Raw()]

        assert isinstance(json.field(annotation), fields.Raw)

    def test_a_class_of_fields_is_no_field(self, json: Codec) -> None:
        """It would be passed over in silence."""
        error = json.reject(Annotated[str, fields.Email])

        assert error.what == "Email is written without parentheses."
        assert error.instead == "Write Email()."

    def test_any_type_may_stand_beside_it(self, json: Codec) -> None:
        """A type without a schema can be used with a field that knows it."""
        assert isinstance(json.field(list[Annotated[complex, fields.Raw()]]).inner, fields.Raw)

    def test_a_default_in_a_model_is_kept(self, json: Codec) -> None:
        """A ready field dumps the model's default, not its own."""
        assert json.dump(Mail, {}) == {"address": "b@example.org"}

    def test_its_own_default_is_kept_elsewhere(self, json: Codec) -> None:
        """Where the place has no default, the field's own stays."""
        made = json.field(Annotated[int, fields.Integer(dump_default=3)])

        assert made.dump_default == 3


class TestUnknownKeys:
    """What generated schemas do with keys that no field has."""

    def test_they_are_refused_by_default(self, json: Codec) -> None:
        """``additionalProperties: false`` is the published rule."""
        assert json.refuse(Point, {"x": 1, "z": 2}) == {"z": ["Unknown field."]}

    def test_they_may_be_dropped(self) -> None:
        """With ``exclude`` they never reach the view, nested ones included."""
        factory = SchemaFactory(default_registry(), unknown="exclude")
        wire = {"points": [{"x": 1, "z": 2}], "z": 3}

        assert factory.json(Shelf).deserialize(wire) == Shelf([Point(1)])


class TestModelSchemas:
    """Schemas of models are made once and remembered."""

    def test_a_model_has_one_schema(self, json: Codec) -> None:
        """Wherever a type stands, its schema class is the same."""
        schema = json.factory.model_schema(Point)

        assert json.factory.model_schema(Point) is schema
        assert type(json.field(Point).schema) is schema
        assert type(json.field(list[Point]).inner.schema) is schema

    def test_each_app_has_its_own(self) -> None:
        """Two factories share no schema."""
        first, second = SchemaFactory(default_registry()), SchemaFactory(default_registry())

        assert first.model_schema(Point) is not second.model_schema(Point)

    def test_it_is_called_like_the_model(self, json: Codec) -> None:
        """Name and module are the model's: the document makes component names of them."""
        schema = json.factory.model_schema(Point)

        assert (schema.__name__, schema.__module__) == ("Point", Point.__module__)
        assert issubclass(schema, ModelSchema)
        assert schema.model.type is Point

    def test_it_is_not_in_marshmallows_registry(self, json: Codec) -> None:
        """Two models of one name, in two modules, are no clash."""
        json.factory.model_schema(Point)

        with pytest.raises(marshmallow.exceptions.RegistryError, match="Point"):
            marshmallow.class_registry.get_class("Point")

    def test_its_fields_are_in_the_order_of_the_declaration(self, json: Codec) -> None:
        """Order is output: it is deterministic."""
        schema = json.factory.model_schema(Paint)()

        assert list(wire_fields(schema)) == [
            "name",
            "color",
            "price",
            "made",
            "tags",
            "place",
            "origin",
        ]

    def test_it_may_have_other_names_on_the_wire(self, text: Codec) -> None:
        """A model that spreads over headers has dashes in their names."""
        schema = text.factory.make_model_schema(Point, text.make, lambda own: str.upper)()

        assert schema.load({"X": "1"}) == Point(1)
        assert schema.dump(Point(1)) == {"X": 1, "Y": 0}

    def test_a_schema_for_text_is_not_remembered(self, text: Codec) -> None:
        """The remembered schema is the one for JSON."""
        schema = text.factory.make_model_schema(Point, text.make)

        assert text.factory.model_schema(Point) is not schema

    def test_a_type_without_fields_has_no_schema(self, json: Codec) -> None:
        """The message says what can be used."""
        with pytest.raises(
            DeclarationError,
            match=r"^int has no named fields\.\n  in int\n  Use a dataclass or a TypedDict\.$",
        ):
            json.factory.model_schema(int)


class TestFailures:
    """A model that cannot be used leaves nothing behind."""

    def test_a_failed_model_is_tried_again(self, json: Codec) -> None:
        """Once its type is registered, it works."""
        assert type(json.reject(Unfinished)) is UnsupportedType

        json.factory.registry.register(complex, fields.Raw)

        assert json.load(Unfinished, {"number": 1}) == Unfinished(1)

    def test_a_failed_model_fails_the_same_way_again(self, json: Codec) -> None:
        """The second message is as good as the first."""
        assert str(json.reject(Unfinished)) == str(json.reject(Unfinished))

    def test_a_model_around_it_is_tried_again(self, json: Codec) -> None:
        """Neither the inner nor the outer one is remembered as it failed."""
        assert json.reject(Around).where == (
            "field 'number'",
            "Unfinished",
            "field 'inner'",
            "Around",
        )

        json.factory.registry.register(complex, fields.Raw)

        assert json.load(Around, {"inner": {"number": 1}}) == Around(Unfinished(1))

    def test_another_model_is_not_affected(self, json: Codec) -> None:
        """What has been made stays."""
        schema = json.factory.model_schema(Point)
        json.reject(Unfinished)

        assert json.factory.model_schema(Point) is schema

    def test_the_cause_is_kept(self, json: Codec) -> None:
        """Adding places to a message does not lose what led to it."""
        error = json.reject(dict[str, Annotated[int, Len(1)]])

        assert error.where == ("a value",)
        assert isinstance(error.__cause__, TypeError)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        pytest.param("", {"text": False, "separator": None, "padded": False}, id="json"),
        pytest.param("text", {"text": True, "separator": None, "padded": False}, id="text"),
        pytest.param("header", {"text": True, "separator": ",", "padded": True}, id="header"),
        pytest.param("query", {"text": True, "separator": None, "padded": False}, id="query"),
    ],
)
def test_collections_are_separated_by_the_form(
    json: Codec, form: Any, options: dict[str, Any]
) -> None:
    """Only headers put several items into one line, unless a style says it of a parameter."""
    assert FieldMaker(json.factory, form).separated == options


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        pytest.param("", "text", id="json"),
        pytest.param("text", "text", id="text"),
        pytest.param("header", "header", id="header"),
        pytest.param("query", "query", id="query"),
    ],
)
def test_a_maker_for_keys_is_one_for_text(json: Codec, form: Any, keys: str) -> None:
    """JSON's keys are text; what is text already stays what it is."""
    assert FieldMaker(json.factory, form).as_text().text == keys


@dataclass
class Circle:
    """A model that cannot be used, with one that refers back to it."""

    back: Back
    bad: complex


@dataclass
class Back:
    """A model that could be used, if it were not for the other."""

    circle: Circle | None = None


def test_a_failed_circle_does_not_stay(json: Codec) -> None:
    """The second model is not remembered while the first is not known."""
    json.reject(Circle)

    assert json.reject(Back).where == ("field 'bad'", "Circle", "field 'circle'", "Back")


def test_a_ready_field_may_be_of_a_class_with_a_mixin(json: Codec) -> None:
    """The bases of webargs' DelimitedList begin with one; what is inside is held too."""
    made = json.field(Annotated[Any, DelimitedList(fields.Integer())])

    assert isinstance(made, DelimitedList)
    with pytest.raises(marshmallow.ValidationError, match="Not a valid integer") as caught:
        made.deserialize("1,2")
    assert sorted(caught.value.messages) == [0, 1]
