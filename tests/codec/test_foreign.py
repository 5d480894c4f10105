"""Schemas of marshmallow that users wrote: accelerated where they do nothing that is not known."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask_typed.codec.codecs import Codecs
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.types import default_registry
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import (
    EXCLUDE,
    INCLUDE,
    RAISE,
    Schema,
    fields,
    post_load,
    validate,
    validates_schema,
)

from ..properties.test_sameness import SETTINGS, Sides, make_sides

ID = "12345678-1234-5678-1234-567812345678"
UTC = dt.timezone.utc


class Colour(enum.Enum):
    """Texts."""

    RED = "red"
    BLUE = "blue"


class PartSchema(Schema):
    """A schema for others to hold."""

    name = fields.String(required=True, validate=validate.Length(1, 3))
    count = fields.Integer(validate=validate.Range(min=1))


class ThingSchema(Schema):
    """A field of each kind."""

    id = fields.UUID()
    text = fields.String(required=True)
    number = fields.Integer(load_default=7)
    ratio = fields.Float(validate=validate.Range(0, 1))
    yes = fields.Boolean()
    day = fields.Date()
    at = fields.AwareDateTime()
    whenever = fields.DateTime()
    colour = fields.Enum(Colour)
    value = fields.Enum(Colour, by_value=True)
    tags = fields.List(fields.String(), load_default=list)
    mail = fields.Email()
    price = fields.Decimal(as_string=True)
    anything = fields.Raw(allow_none=True)
    something = fields.Raw()
    part = fields.Nested(PartSchema, allow_none=True)
    parts = fields.List(fields.Nested(PartSchema), validate=validate.Length(max=2))
    many = fields.Nested(PartSchema(many=True))
    free = fields.Dict(keys=fields.String(), values=fields.Integer())
    text_number = fields.Integer(as_string=True)
    secret = fields.String(load_only=True)
    seen = fields.Integer(dump_only=True)


WHOLE = {
    "id": ID,
    "text": "a",
    "number": 1,
    "ratio": 0.5,
    "yes": True,
    "day": "2020-01-01",
    "at": "2020-01-01T00:00:00Z",
    "whenever": "2020-01-01T00:00:00",
    "colour": "RED",
    "value": "red",
    "tags": ["a"],
    "mail": "a@b.org",
    "price": "1.5",
    "anything": {"a": [1.5]},
    "something": 1,
    "part": {"name": "a", "count": 1},
    "parts": [{"name": "a"}, {"count": 2, "name": "b"}],
    "many": [{"name": "a"}],
    "free": {"a": 1},
    "text_number": "12",
    "secret": "s",
}
FAULTY = [
    ("text", 1),
    ("number", "1"),
    ("number", None),
    ("ratio", 2),
    ("ratio", 0),
    ("yes", "yes"),
    ("day", "2020-1-1"),
    ("at", "2020-01-01T00:00:00"),
    ("at", "2020-01-01T00:00:00.1234567+01:00"),
    ("at", 1),
    ("colour", "red"),
    ("value", "RED"),
    ("tags", [1]),
    ("tags", {"a": 1}),
    ("mail", "a"),
    ("anything", None),
    ("something", None),
    ("part", None),
    ("part", {"name": ""}),
    ("part", {"name": "a", "more": 1}),
    ("parts", [{"name": "a"}] * 3),
    ("parts", [{"name": "a"}, {"name": "aaaa"}, {"count": 0}]),
    ("many", {"name": "a"}),
    ("free", {"a": "1"}),
    ("text_number", 12),
    ("seen", 1),
    ("more", 1),
]


@pytest.mark.parametrize(("key", "value"), FAULTY)
@pytest.mark.parametrize("is_many", [False, True])
def test_bodies(key: str, value: Any, is_many: bool) -> None:
    """A body is read alike with the accelerated path and without it."""
    annotation = Annotated[dict[str, Any], ThingSchema()]
    sides = Sides(list[annotation] if is_many else annotation)  # type: ignore[valid-type]
    for thing in (WHOLE, {"text": "a"}, {**WHOLE, key: value}, {"text": "a", key: value}):
        sides.take(json.dumps([thing, WHOLE] if is_many else thing).encode())


def make_thing() -> dict[str, Any]:
    """Return what the schema dumps."""
    part = {"name": "a", "count": 1}
    return {
        "id": ID,
        "text": "a",
        "number": 1,
        "ratio": 0.5,
        "yes": True,
        "day": dt.date(2020, 1, 1),
        "at": dt.datetime(2020, 1, 1, tzinfo=UTC),
        "whenever": dt.datetime(2020, 1, 1),
        "colour": Colour.RED,
        "value": Colour.BLUE,
        "tags": ["a"],
        "part": SimpleNamespace(**part),
        "parts": (part,),
        "many": [part],
        "free": {"a": 1},
        "text_number": 12,
        "secret": "s",
        "seen": 1,
    }


STRANGE = [
    ("text", 5),
    ("text", None),
    ("number", True),
    ("number", 1.5),
    ("ratio", 1),
    ("ratio", 3.0),
    ("ratio", float("nan")),
    ("yes", 1),
    ("day", dt.datetime(2020, 1, 1)),
    ("at", dt.datetime(2020, 1, 1)),
    ("at", dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))),
    ("colour", "RED"),
    ("tags", {"a": 1}),
    ("tags", [1]),
    ("part", None),
    ("part", {}),
    ("parts", [{"name": ""}]),
    ("many", part := {"name": "a"}),
    ("more", 1),
]


@pytest.mark.parametrize(("key", "value"), STRANGE)
def test_answers(key: str, value: Any) -> None:
    """A value leaves alike with the accelerated path and without it."""
    sides = Sides(Annotated[Any, ThingSchema()])
    thing = make_thing()
    for made in (thing, {"text": "a"}, {}, SimpleNamespace(**thing), {**thing, key: value}):
        sides.give(made)


class MomentSchema(Schema):
    """Moments, one with a rule and one in a form of its own."""

    at = fields.AwareDateTime()
    later = fields.AwareDateTime(validate=bool)
    stamp = fields.AwareDateTime(format="timestamp")


@pytest.mark.parametrize("zone", [UTC, dt.timezone(dt.timedelta(hours=1))])
def test_moments(zone: dt.timezone) -> None:
    """msgspec writes those of UTC; the others are written by their fields."""
    moment = dt.datetime(2020, 1, 31, tzinfo=zone)
    sides = Sides(Annotated[Any, MomentSchema()])
    assert sides.dump({"at": moment, "later": moment})["at"] == moment.isoformat()
    sides.give({"stamp": moment})


class PostSchema(PartSchema):
    """A schema with a hook."""

    @post_load
    def add(self, data: dict[str, Any], **_: Any) -> Any:
        """Add something."""
        return {**data, "more": 1}


class CheckedSchema(PartSchema):
    """A schema with a validator."""

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse one."""
        if data == {"name": "no"}:
            raise validate.ValidationError("No.")


class OwnSchema(PartSchema):
    """A schema that asks for attributes in its own way."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Shout."""
        return str(super().get_attribute(obj, attr, default)).upper()


class Shout(fields.String):
    """A field that looks at what is around it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        return f"{attr}:{sorted(data or {})}:{super()._deserialize(value, attr, data)}"


class ShoutSchema(PartSchema):
    """A schema with a field of the user's own."""

    shout = Shout()


class TreeSchema(Schema):
    """A schema inside itself."""

    name = fields.String(required=True)
    children = fields.List(fields.Nested("TreeSchema"))


def make_reading_field() -> fields.String:
    """Return a field with more to do before it is read; marshmallow has that since 4.2."""
    field = fields.String()
    field.pre_load = [lambda value: value * 2]
    return field


class ReadingSchema(Schema):
    """A schema with such a field."""

    name = make_reading_field()


class MovedSchema(Schema):
    """Fields under other names."""

    first = fields.String(data_key="one")
    second = fields.Integer(attribute="two", load_default=lambda: 2)
    third = fields.String(dump_default="x")


class DeepSchema(Schema):
    """A field whose values are deeper in."""

    first = fields.String(attribute="a.b")


class DictSchema(Schema):
    """A field with the name of what a mapping has."""

    items = fields.Raw(allow_none=True)


class ComputedSchema(Schema):
    """A field of marshmallow's that asks for the object."""

    name = fields.Function(str)


@dataclass
class Holder:
    """A model with schemas and fields of marshmallow."""

    part: Annotated[dict[str, Any], PartSchema()]
    mail: Annotated[str, fields.Email()]
    tree: Annotated[dict[str, Any], TreeSchema()] | None = None


class StrictSchema(Schema):
    """Fields that are asked one by one."""

    numbers = fields.List(fields.Integer(), validate=validate.Predicate("__len__"))
    colour = fields.Enum(Colour, by_value=fields.String())


PART = {"name": "a", "count": 1}
#: Annotation, JSON, and whether it is read and written without its schema.
KINDS: list[tuple[Any, Any, bool, bool]] = [
    (PartSchema(), PART, True, True),
    (PartSchema(only=("name",)), {"name": "a"}, True, True),
    (PartSchema(many=True), [PART], True, True),
    (PartSchema(partial=True), {}, False, False),
    (PartSchema(unknown=EXCLUDE), {**PART, "more": 1}, True, True),
    (PartSchema(unknown=INCLUDE), {**PART, "more": 1}, True, True),
    (PostSchema(), PART, False, False),
    (CheckedSchema(), {"name": "no"}, False, False),
    (OwnSchema(), PART, False, False),
    (ShoutSchema(), {**PART, "shout": "x"}, False, False),
    (TreeSchema(), {"name": "a", "children": [{"name": "b"}]}, True, True),
    (ReadingSchema(), {"name": "a"}, True, True),
    (MovedSchema(), {"one": "a"}, True, False),
    (DeepSchema(), {"first": "a"}, False, False),
    (DictSchema(), {"items": 1}, True, False),
    (ComputedSchema(), {}, True, False),
    (StrictSchema(), {"numbers": [1], "colour": "red"}, True, True),
    (StrictSchema(), {"numbers": [], "colour": "RED"}, True, True),
]


@pytest.mark.parametrize(("schema", "wire", "is_read", "is_written"), KINDS)
def test_kinds_of_schemas(schema: Schema, wire: Any, is_read: bool, is_written: bool) -> None:
    """Plain ones are accelerated, and all answer as they do without."""
    annotation = Annotated[Any, schema]
    made = SchemaFactory(default_registry()).json(annotation)
    codecs = Codecs()
    assert (codecs.make_loader(made) is not None) is is_read
    assert (codecs.make_dumper(made) is not None) is is_written
    sides = Sides(annotation)
    for body in (wire, PART, {}, [], {"name": 1, "one": 1, "first": 1, "children": 1}):
        sides.take(json.dumps(body).encode())
    for value in (wire, {}, PART, [PART], {"a": {"b": "c"}}, SimpleNamespace(two=1, name="b")):
        sides.give(value)


#: Fields that may be part of a drawn schema, with JSON and Python values that they may take.
POOL: list[tuple[Callable[..., fields.Field[Any]], list[Any]]] = [
    (fields.String, ["", "a", "aaaa"]),
    (fields.Integer, [0, 5, -3, 2**70, 1.0]),
    (fields.Float, [0, 0.5, 1, 1e300]),
    (fields.Boolean, [True, False]),
    (fields.UUID, [ID, UUID(ID)]),
    (fields.Date, ["2020-01-31", dt.date(2020, 1, 31)]),
    (fields.AwareDateTime, ["2020-01-31T00:00:00.5+01:00", dt.datetime(2020, 1, 31, tzinfo=UTC)]),
    (partial(fields.Enum, Colour), ["RED", Colour.RED]),
    (partial(fields.Enum, Colour, by_value=True), ["blue", Colour.BLUE]),
    (partial(fields.List, fields.Integer()), [[], [1], [1, "2"]]),
    (partial(fields.Nested, PartSchema), [{"name": "a"}, {"name": "a", "count": 0}]),
    (fields.Raw, [None, 1, {"a": [None]}]),
]
RULES = {
    fields.String: validate.Length(1, 3),
    fields.Integer: validate.Range(0, 5, max_inclusive=False),
    fields.Float: validate.Range(0, 1),
}
VALUES = [value for _, values in POOL for value in values]


@st.composite
def draw_field(draw: st.DrawFn) -> fields.Field[Any]:
    """Return a field, with or without a rule."""
    make, values = draw(st.sampled_from(POOL))
    options = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "required": st.booleans(),
                "allow_none": st.booleans(),
                "data_key": st.sampled_from(["other", "another"]),
                "dump_default": st.sampled_from(values),
            },
        )
    )
    if make in RULES and draw(st.booleans()):
        options["validate"] = RULES[make]  # type: ignore[index]  # it is there
    return make(**options)


@SETTINGS
@given(data=st.data())
def test_drawn_schemas(data: st.DataObject) -> None:
    """Any schema of marshmallow's own fields reads and writes alike."""
    drawn = data.draw(st.dictionaries(st.sampled_from(["a", "b", "c"]), draw_field(), min_size=1))
    assume(len({field.data_key or name for name, field in drawn.items()}) == len(drawn))
    unknown = data.draw(st.sampled_from([RAISE, EXCLUDE]))
    sides = make_sides(Annotated[Any, Schema.from_dict(drawn)(unknown=unknown)])
    assume(sides is not None)
    assert sides is not None
    names = st.sampled_from(["a", "b", "c", "other", "another", "more"])
    for value in data.draw(st.lists(st.dictionaries(names, st.sampled_from(VALUES)), max_size=8)):
        sides.take(json.dumps(value, default=str).encode())
        sides.give(value)
        sides.give(SimpleNamespace(**value))


@pytest.mark.parametrize(
    "wire",
    [
        {"part": PART, "mail": "a@b.org", "tree": {"name": "a", "children": [{"name": "b"}]}},
        {"part": {}, "mail": "a", "tree": {"children": [{}]}},
    ],
)
def test_models_that_hold_schemas(wire: Any) -> None:
    """A model is accelerated although some of its fields are marshmallow's."""
    assert Codecs().make_loader(SchemaFactory(default_registry()).json(Holder)) is not None
    sides = Sides(Holder)
    sides.take(json.dumps(wire).encode())
    sides.give(Holder(**wire))
