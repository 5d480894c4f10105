"""marshmallow's nested messages made flat: a pointer and a sentence for each fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from annotated_types import Len
from flask_typed.schemas.faults import flatten, write_pointer
from marshmallow import Schema, ValidationError, fields, validates_schema

from .codec import Codec

NO_INTEGER = "Not a valid integer."
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."


@dataclass
class Point:
    """A model inside others."""

    x: int
    y: int = 0


@dataclass
class Shape:
    """A model with every kind of inside."""

    name: Annotated[str, Len(2)]
    start: Point
    points: list[Point] = field(default_factory=list)
    marks: dict[str, Point] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        """Refuse one name."""
        if self.name == "bad":
            raise ValueError("No such shape.")


@dataclass
class Levels:
    """A model whose fields are called like marshmallow's levels."""

    key: int
    value: int


@dataclass
class Drawing:
    """A model with a member of a union that has a mapping inside."""

    shape: Shape | list[int]


class MarkSchema(Schema):
    """A schema of the user's own."""

    number = fields.Integer(data_key="no.")
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())

    @validates_schema
    def reject_pairs(self, data: Any, **_: Any) -> None:
        """Refuse two messages at once, in marshmallow's ways to say it."""
        if data.get("number") == 13:
            raise ValidationError({"no.": ["Unlucky."], "_schema": ["Not today.", "Nor ever."]})


class SheetSchema(Schema):
    """A schema with nested ones."""

    main = fields.Nested(MarkSchema)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), data_key="the sums")
    marks = fields.Nested(MarkSchema, many=True)


def flatten_faults(codec: Codec, annotation: Any, wire: Any) -> list[tuple[str, str]]:
    """Return the faults of a wire value: pointers and sentences."""
    made = codec.field(annotation)
    with pytest.raises(ValidationError, match=r".") as caught:
        made.deserialize(wire)
    return [(write_pointer(path), text) for path, text in flatten(caught.value.messages, made)]


@pytest.mark.parametrize(
    ("annotation", "wire", "faults"),
    [
        pytest.param(int, "3", [("", NO_INTEGER)], id="whole"),
        pytest.param(list[int], [1, "a"], [("/1", NO_INTEGER)], id="item"),
        pytest.param(list[list[int]], [[], [1, "a"]], [("/1/1", NO_INTEGER)], id="item-of-item"),
        pytest.param(tuple[int, int], ["a", 1], [("/0", NO_INTEGER)], id="item-of-tuple"),
        pytest.param(
            tuple[int, dict[str, int]], [1, {"a": "b"}], [("/1/a", NO_INTEGER)], id="value-in-tuple"
        ),
        pytest.param(dict[str, int], {"a": "b"}, [("/a", NO_INTEGER)], id="value"),
        pytest.param(dict[int, int], {"a": 1}, [("/a", NO_INTEGER)], id="key"),
        pytest.param(
            dict[int, bool],
            {"a": "b"},
            [("/a", NO_INTEGER), ("/a", "Not a valid boolean.")],
            id="key-and-value",
        ),
        pytest.param(
            dict[str, dict[str, int]],
            {"a": {"b": "c"}},
            [("/a/b", NO_INTEGER)],
            id="value-of-value",
        ),
        pytest.param(
            dict[str, int],
            {"key": "a", "value": "b"},
            [("/key", NO_INTEGER), ("/value", NO_INTEGER)],
            id="keys-called-like-levels",
        ),
        pytest.param(
            dict[str, Levels],
            {"key": {"key": "a", "value": 1}, "value": {"key": 1, "value": "b"}},
            [("/key/key", NO_INTEGER), ("/value/value", NO_INTEGER)],
            id="everything-called-like-levels",
        ),
        pytest.param(
            Levels, {"key": "a"}, [("/key", NO_INTEGER), ("/value", MISSING)], id="fields"
        ),
        pytest.param(
            Shape,
            {"name": "", "start": {"x": "a"}, "size": [1, "b"]},
            [
                ("/name", "Shorter than minimum length 2."),
                ("/start/x", NO_INTEGER),
                ("/size/1", NO_INTEGER),
            ],
            id="model",
        ),
        pytest.param(
            Shape,
            {
                "counts": {"a": "b"},
                "marks": {"m": {"x": "c"}, "n": 3},
                "points": [{"x": 1}, {}],
                "start": {"x": 1, "y": None},
            },
            [
                ("/name", MISSING),
                ("/start/y", "Field may not be null."),
                ("/points/1/x", MISSING),
                ("/marks/m/x", NO_INTEGER),
                ("/marks/n", "Invalid input type."),
                ("/counts/a", NO_INTEGER),
                ("/counts/a", NO_INTEGER),
            ],
            id="model-in-order-of-declaration",
        ),
        pytest.param(
            Point,
            {"z": 1, "x": "a", "a": 2, "y": "b"},
            [("/x", NO_INTEGER), ("/y", NO_INTEGER), ("/a", UNKNOWN), ("/z", UNKNOWN)],
            id="unknown-keys-last-by-name",
        ),
        pytest.param(
            Shape,
            {"name": "bad", "start": {"x": 1}},
            [("", "No such shape.")],
            id="model-as-a-whole",
        ),
        pytest.param(
            list[Shape],
            [{"name": "bad", "start": {"x": 1}}],
            [("/0", "No such shape.")],
            id="model-as-a-whole-in-list",
        ),
        pytest.param(
            dict[str, Shape],
            {"a": {"name": "bad", "start": {"x": 1}}},
            [("/a", "No such shape.")],
            id="model-as-a-whole-in-dict",
        ),
        pytest.param(
            Drawing,
            {"shape": {"name": "ok", "start": {"z": 1}, "counts": {"1": "a"}}},
            [
                ("/shape/start/x", MISSING),
                ("/shape/start/z", UNKNOWN),
                ("/shape/counts/1", NO_INTEGER),
            ],
            id="member-of-a-union",
        ),
        pytest.param(Point, [], [("", "Invalid input type.")], id="no-object"),
        pytest.param(
            Annotated[list[int], Len(3)],
            [],
            [("", "Shorter than minimum length 3.")],
            id="whole-collection",
        ),
        pytest.param(MarkSchema, {"no.": "x"}, [("/no.", NO_INTEGER)], id="name-on-the-wire"),
        pytest.param(
            MarkSchema, {"counts": {"a": "b"}}, [("/counts/a", NO_INTEGER)], id="schema-with-dict"
        ),
        pytest.param(
            MarkSchema,
            {"no.": 13},
            [("/no.", "Unlucky."), ("", "Not today."), ("", "Nor ever.")],
            id="several-sentences-at-one-place",
        ),
        pytest.param(
            SheetSchema,
            {"the sums": {"a": "b"}},
            [("/the sums/a", NO_INTEGER)],
            id="dict-with-a-name-on-the-wire",
        ),
        pytest.param(
            SheetSchema,
            {"main": {"counts": {"a": "b"}}, "marks": [{}, {"counts": {"c": "d"}, "x": 1}]},
            [
                ("/main/counts/a", NO_INTEGER),
                ("/marks/1/counts/c", NO_INTEGER),
                ("/marks/1/x", UNKNOWN),
            ],
            id="nested-schemas",
        ),
        pytest.param(
            SheetSchema, {"marks": {}}, [("/marks", "Invalid type.")], id="nested-many-no-array"
        ),
        pytest.param(
            Annotated[Any, MarkSchema(many=True)],
            [{}, {"no.": "x"}],
            [("/1/no.", NO_INTEGER)],
            id="schema-of-many",
        ),
        pytest.param(
            dict[str, int],
            {"a/b": "x", "c~d": "x", "~1": "x", "": "x"},
            [
                ("/a~1b", NO_INTEGER),
                ("/c~0d", NO_INTEGER),
                ("/~01", NO_INTEGER),
                ("/", NO_INTEGER),
            ],
            id="escaped",
        ),
    ],
)
def test_each_fault_has_a_pointer_and_a_sentence(
    json: Codec, annotation: Any, wire: Any, faults: list[tuple[str, str]]
) -> None:
    """The pointer leads to the value in what was sent, by wire names."""
    assert flatten_faults(json, annotation, wire) == faults


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        pytest.param(Shape, {"name": "good", "start": {"x": 1}}, id="model"),
        pytest.param(MarkSchema, {"no.": 12}, id="schema"),
    ],
)
def test_a_valid_value_has_no_faults(json: Codec, annotation: Any, wire: Any) -> None:
    """What has nothing wrong with it has no messages to flatten."""
    made = json.field(annotation)

    assert made.deserialize(wire)
    assert list(flatten({}, made)) == []


def test_text_is_a_message_itself() -> None:
    """A validator may say one sentence instead of a list."""
    assert list(flatten("Wrong.", None)) == [((), "Wrong.")]


def test_what_is_no_text_is_made_one() -> None:
    """marshmallow lets a message be any object."""
    assert list(flatten([404], None)) == [((), "404")]


def test_without_a_field_keys_are_taken_as_they_are() -> None:
    """Where the structure is not known, levels are keys like others."""
    messages = {"a": {"value": ["Wrong."]}, 0: ["Bad."]}

    assert list(flatten(messages, None)) == [(("a", "value"), "Wrong."), ((0,), "Bad.")]


def test_a_mapping_may_have_a_message_for_a_key() -> None:
    """A validator of a mapping can refuse one key without marshmallow's levels."""
    made = fields.Dict(keys=fields.String(), values=fields.Integer())

    assert list(flatten({"a": ["Wrong."]}, made)) == [(("a",), "Wrong.")]


def test_a_list_of_messages_may_hold_mappings() -> None:
    """marshmallow joins what several validators say."""
    made = fields.Nested(MarkSchema)

    assert list(flatten(["Wrong.", {"counts": {"a": {"value": ["Bad."]}}}], made)) == [
        ((), "Wrong."),
        (("counts", "a"), "Bad."),
    ]


def test_paths_start_where_they_are_told_to() -> None:
    """A part of a request has a place of its own."""
    assert list(flatten({"x": ["Wrong."]}, None, ("body", 1))) == [(("body", 1, "x"), "Wrong.")]


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        pytest.param((), "", id="whole"),
        pytest.param(("a", 0, "b"), "/a/0/b", id="keys-and-indexes"),
        pytest.param(("",), "/", id="empty-key"),
        pytest.param(("a/b", "c~d", "~1"), "/a~1b/c~0d/~01", id="escaped"),
        pytest.param(("ä b",), "/ä b", id="unicode"),
    ],
)
def test_a_pointer_is_rfc_6901s(path: tuple[str | int, ...], pointer: str) -> None:
    """A tilde is escaped before a slash, so that no two paths have one pointer."""
    assert write_pointer(path) == pointer


def test_a_key_may_be_called_as_marshmallow_calls_the_whole(json: Codec) -> None:
    """In a mapping with free keys ``_schema`` is one of them."""
    assert flatten_faults(json, dict[str, int], {"_schema": "x"}) == [("/_schema", NO_INTEGER)]


MANY = [
    pytest.param(Annotated[Any, MarkSchema(many=True)], id="Schema"),
    pytest.param(Annotated[Any, fields.Nested(MarkSchema, many=True)], id="Nested"),
]


@pytest.mark.parametrize("annotation", MANY)
def test_the_levels_of_a_mapping_are_known_inside_many(json: Codec, annotation: Any) -> None:
    """An index leads to the schema again."""
    assert flatten_faults(json, annotation, [{"counts": {"a": "x"}}]) == [
        ("/0/counts/a", NO_INTEGER)
    ]


@pytest.mark.parametrize("annotation", MANY)
def test_faults_of_many_are_in_the_order_of_the_items(json: Codec, annotation: Any) -> None:
    """Ten comes after nine, not after one."""
    pointers = [at for at, _ in flatten_faults(json, annotation, [{"no.": "x"}] * 12)]

    assert pointers == [f"/{index}/no." for index in range(12)]
