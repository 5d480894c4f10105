"""The accelerated path: for which types there is one, and that it answers as the schemas do."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypedDict
from uuid import UUID

import attr
import msgspec
import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf, Predicate
from flask import Flask
from flask_typed import Body, JsonNumber, Typed, TypedField, WriteOnly
from flask_typed.codec.codecs import Codecs
from flask_typed.codec.writing import write_by_field
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.families.model_schemas import entering_fields
from flask_typed.schemas.types import default_registry
from marshmallow import Schema, fields, validate
from typing_extensions import NotRequired, Unpack

from ..properties.declarations import Colour, Level, Odd, Tree
from ..properties.test_sameness import Sides

ID = "12345678-1234-5678-1234-567812345678"


@dataclass
class Line:
    """A model whose fields are as the constructor takes them."""

    sku: Annotated[str, Len(1, 20)]
    qty: Annotated[int, Ge(1)]
    tags: list[str] = field(default_factory=list)
    due: dt.date = dt.date(2020, 1, 1)


@dataclass
class Order:
    """A model that holds models."""

    id: UUID
    colour: Colour
    lines: list[Line]
    first: Line | None = None
    by_name: dict[str, Line] = field(default_factory=dict)
    pair: tuple[int, Line] | None = None
    rows: tuple[Line, ...] = ()


@dataclass
class Renamed:
    """A model with another name on the wire."""

    first_name: str = field(metadata={"data_key": "firstName"})
    born: dt.date | None = None


@dataclass
class Family:
    """A model that holds one with other names."""

    members: list[Renamed]
    by_name: dict[str, Renamed]
    pair: tuple[Renamed, int]
    head: Renamed | None = None


@dataclass
class Unsigned:
    """A model whose constructor does not say its signature."""

    name: str
    age: int = 1
    __signature__: ClassVar[Any] = "none"


@attr.s(auto_attribs=True)
class Private:
    """A model whose attribute has another name than its argument."""

    _name: str
    size: int = 1


@dataclass
class Span:
    """A model whose constructor refuses what its fields accept."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("The first is after the last.")


class Row(TypedDict):
    """A mapping."""

    name: str
    size: NotRequired[int]


class Point(NamedTuple):
    """A tuple with names."""

    x: int
    y: int = 0


class Pet(msgspec.Struct, tag="pet"):
    """A Struct."""

    name: str
    toys: list[str] = []
    at: dt.datetime | None = None


class Own(fields.String):
    """A field of the user's own, which asks for its name."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        return f"{attr}: {super()._deserialize(value, attr, data, **options)}"


@dataclass
class Asking:
    """A model with such a field."""

    name: Annotated[str, Own()]
    lines: list[Line] = field(default_factory=list)


@dataclass
class Holding:
    """A model that holds such a model."""

    asking: Asking
    size: int = 1


@dataclass
class Secret:
    """A model of which a field only enters."""

    name: str
    password: Annotated[str, WriteOnly()] = ""


class NameSchema(Schema):
    """A schema of the user's."""

    name = fields.String(required=True)


QUOTED = make_dataclass(
    "QUOTED",
    [("name", str, field(metadata={"data_key": 'a"b'})), ("__size", int, field(default=1))],
)

LINE = {"sku": "a", "qty": 1, "tags": ["x"], "due": "2020-02-03"}
ORDER = {"id": ID, "colour": "red", "lines": [LINE, {"sku": "b", "qty": 2}]}


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Order, ORDER),
        (Order, {**ORDER, "first": LINE, "by_name": {"a": LINE}, "pair": [1, LINE],
                 "rows": [LINE]}),
        (Order, {**ORDER, "first": None, "rows": [{}]}),
        (Renamed, {"firstName": "a", "born": "2020-02-03"}),
        (Family, {"members": [{"firstName": "a"}], "by_name": {"b": {"firstName": "b"}},
                  "pair": [{"firstName": "c"}, 1], "head": {"firstName": "d"}}),
        (Unsigned, {"name": "a", "age": 2}),
        (Unsigned, {"name": "a"}),
        (Private, {"name": "a", "size": 2}),
        (Row, {"name": "a"}),
        (Row, {"name": "a", "size": 1}),
        (Point, {"x": 1}),
        (Pet, {"type": "pet", "name": "a", "toys": ["b"], "at": "2020-01-01T00:00:00+02:00"}),
        (Pet, {"type": "pet", "name": "a", "at": "2020-01-01T00:00:00Z"}),
        (Pet, {"name": "a"}),
        (Asking, {"name": "a", "lines": [LINE]}),
        (Holding, {"asking": {"name": "a"}, "size": 2}),
        (list[Asking], [{"name": "a"}]),
        (set[Annotated[str, Own()]], ["a"]),
        (tuple[Asking, int], [{"name": "a"}, 1]),
        (tuple[Annotated[str, Own()], int], ["a", 1]),
        (tuple[int, Unpack[tuple[Line, ...]]], [1, LINE, LINE]),
        (tuple[int, Unpack[tuple[str, ...]]], ["1", "a", 2]),
        (tuple[int, Unpack[tuple[Asking, ...]]], [1, {"name": "a"}]),
        (dict[str, Annotated[str, Own()]], {"a": "b"}),
        (dict[str, int], {"a": 1}),
        (dict[int, int], {"1": 1}),
        (dict[Annotated[str, Len(1)], int], {"": 1}),
        (Annotated[dict[str, int], Len(1)], {}),
        (Annotated[dict[str, int], Predicate(bool)], {}),
        (Secret, {"name": "a", "password": "b"}),
        (QUOTED, {'a"b': "c"}),
        (NameSchema, {"name": "a"}),
        (list[NameSchema], [{"name": "a"}]),
        (Annotated[Line, Predicate(bool)], LINE),
        (Annotated[tuple[int, int], Predicate(bool)], [1, 2]),
        (Annotated[list[int], Predicate(bool)], []),
        (Annotated[list[int], Len(1)], []),
        (Annotated[UUID, Predicate(bool)], ID),
        (UUID, ID.replace("-", "")),
        (Annotated[Colour, Predicate(bool)], "red"),
        (Annotated[dt.datetime, Predicate(bool)], "2020-01-01T00:00:00Z"),
        (Annotated[bool, Predicate(bool)], False),
        (Level, 1),
        (Odd, None),
        (Literal["a", "b"], "b"),
        (Literal[1, 2], 2),
        (Annotated[Decimal, JsonNumber()], 1.25),
        (Annotated[int, Ge(1), Le(5)], 5),
        (Annotated[int, Gt(1), Lt(5)], 5),
        (Annotated[int, Predicate(bool)], 0),
        (Annotated[int, MultipleOf(2), MultipleOf(3)], 4),
        (Annotated[float, Ge(1), Le(5)], 5),
        (Annotated[float, Gt(1), Lt(5)], 2.5),
        (Annotated[float, Ge(2**53 + 1)], 1),
        (Annotated[float, Predicate(bool)], 0.0),
        (Annotated[str, validate.Length(equal=2)], "abc"),
        (Annotated[str, validate.Length(equal=2)], "ab"),
        (Annotated[str, validate.Length(max=-1)], ""),
        (Annotated[str, validate.Regexp("a")], "b"),
        (Annotated[str, Len(0, 2)], "abc"),
        (Annotated[str, Len(0, 2)] | None, None),
        (tuple[NameSchema, int], [{"name": "a"}, 1]),
        (list[UUID], [ID.replace("-", "")]),
        (dict[str, list[Annotated[float, Ge(1)]]], {"a": [1]}),
        (list[Span], [{"first": 2, "last": 1}]),
        (list[Span], [{"first": 1, "last": 2}]),
    ],
)  # fmt: skip
def test_a_body_is_read_and_written_alike(annotation: Any, value: Any) -> None:
    """With the accelerated path and without it."""
    sides = Sides(annotation)
    sides.take(json.dumps(value).encode())
    sides.give(sides.sides[1].value)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Renamed, {"first_name": "a"}),
        (Renamed, {"first_name": "a", "born": None}),
        (Renamed, {"firstName": "a", "born": None}),
        (Renamed, type("Other", (), {"firstName": "a", "born": None})()),
        (Line, {"sku": "a", "qty": 1, "more": 2}),
        (Line, type("Sub", (Line,), {"more": 1})("a", 1)),
        (Line, Line("", 1)),
        (Line, Line("a", 0)),
        (Colour, "red"),
        (Colour, Colour.RED),
        (float, Decimal("0.5")),
        (Annotated[float, Ge(0.1)], Decimal("0.09999999999999999999999")),
        (list[int], {2}),
        (set[int], {2, 1}),
        (dict[str, int], object()),
    ],
)
def test_a_value_leaves_alike(annotation: Any, value: Any) -> None:
    """Whatever a view makes of its annotation."""
    Sides(annotation).give(value)


@pytest.mark.parametrize(
    ("annotation", "is_read", "is_written"),
    [
        (Order, True, True),
        (Family, True, True),
        (list[Line], True, True),
        (Pet, True, True),
        (Point, True, True),
        (Private, True, False),
        (Row, True, True),
        (Asking, False, True),
        (Holding, True, True),
        (QUOTED, False, False),
        (NameSchema, True, True),
        (int | str, False, False),
        (str, True, True),
        (Any, True, False),
    ],
)
def test_which_types_are_accelerated(annotation: Any, is_read: bool, is_written: bool) -> None:
    """Those that msgspec can hold, and that no field of the user's own is in."""
    made = SchemaFactory(default_registry()).json(annotation)
    codecs = Codecs()
    assert (codecs.make_loader(made) is not None) is is_read
    assert (codecs.make_dumper(made) is not None) is is_written


def test_parts_that_are_accepted_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a list of a thousand, the schema sees the one value that was refused."""
    seen = []
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = True

    def take(lines: list[Line]) -> None: ...

    Typed(app).post("/")(take)
    (operation,) = app.extensions["typed"].operations
    (made,) = operation.readers[0].schema.fields.values()
    qty = entering_fields(made.inner.schema)["qty"]
    load = qty.load
    monkeypatch.setattr(qty, "load", lambda value: seen.append(value) or load(value))
    lines = [{"sku": "a", "qty": 1}] * 999 + [{"sku": "a", "qty": 0}]
    response = app.test_client().post("/", json=lines)
    assert response.status_code == 422
    assert response.json["errors"] == [
        {
            "in": "body",
            "pointer": "/999/qty",
            "code": "out_of_range",
            "detail": "Must be greater than or equal to 1.",
        }
    ]
    assert seen == [0]


@pytest.mark.parametrize("accelerated", [True, False])
def test_several_bodies_and_depth(accelerated: bool) -> None:
    """A field of the user's own among arguments; a model inside itself, beyond the stack."""
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated
    typed = Typed(app)

    @typed.post("/two")
    def two(name: Annotated[str, Own(), Body()], line: Line) -> str:
        return name

    @typed.post("/tree")
    def tree(tree: Tree) -> None: ...

    client = app.test_client()
    assert client.post("/two", json={"name": "a", "line": LINE}).json == "name: a"
    data = '{"name": "a", "children": [' * 99 + "]}" * 99
    response = client.post("/tree", data=data, content_type="application/json")
    assert response.status_code in (204, 400)


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_body_that_is_too_deep(monkeypatch: pytest.MonkeyPatch, accelerated: bool) -> None:
    """A stack that is too small for the schema is no mistake of the program."""
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated

    def take(line: Line) -> None: ...

    Typed(app).post("/")(take)
    (operation,) = app.extensions["typed"].operations
    (made,) = operation.readers[0].schema.fields.values()

    def load(value: Any) -> Any:
        raise RecursionError

    monkeypatch.setattr(entering_fields(made.schema)["qty"], "load", load)
    response = app.test_client().post("/", json={"sku": "a", "qty": 0})
    assert (response.status_code, response.json["detail"]) == (
        400,
        "The body is nested too deeply.",
    )


@pytest.mark.parametrize("depth", [90, 97, 98, 99])
@pytest.mark.parametrize("level", ['{"name": "a", "children": [', '{"children": ['])
def test_depths_that_are_allowed(depth: int, level: str) -> None:
    """A body may be as deep as the document says, on both paths."""
    assert Sides(Tree).take((level * depth + "]}" * depth).encode())[0] in (200, 422)


class Price:
    """A type that the package does not know."""


class PriceField(TypedField):
    """Promises texts."""

    json_schema = {"type": "string"}

    def dump(self, value: Any) -> Any:
        return value.text


@pytest.mark.parametrize(
    ("text", "written"),
    [("ä", '["ä"]'), (Decimal("1.50"), "[1.50]"), (None, "[null]")],
)
def test_a_field_of_the_user_s_own_that_promises_texts(text: Any, written: str) -> None:
    """msgspec writes a text as it is; what breaks the promise is written as it is elsewhere."""
    registry = default_registry()
    registry.register(Price, PriceField)
    field = SchemaFactory(registry).json(list[Price])
    price = Price()
    price.text = text  # type: ignore[attr-defined]
    dumper = Codecs().make_dumper(field)
    assert dumper is not None
    assert dumper.dump([price]).decode() == write_by_field(field, [price]).decode() == written
