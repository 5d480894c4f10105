"""JSON Patches of objects inside others: what the document does not show stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import pytest
from flask_typed import Extra, JsonPatch, Patch, ReadOnly, RequestInvalid, WriteOnly, model
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.metadata import ARGUMENT
from flask_typed.schemas.patches import make_operations, make_registry
from marshmallow import Schema, fields
from typing_extensions import NotRequired, TypedDict


def apply(kind: Any, target: Any, *operations: Any) -> Any:
    """Return an object that a JSON Patch has changed."""
    factory = SchemaFactory(make_registry())
    patch = factory.json.at(ARGUMENT)(Patch[kind])
    loaded: Any = make_operations(patch, JsonPatch(), factory).deserialize(list(operations))
    return loaded.apply(target)


def refuse(kind: Any, target: Any, *operations: Any) -> list[tuple[str, str]]:
    """Return the pointers and codes of the faults of a JSON Patch."""
    with pytest.raises(RequestInvalid) as caught:
        apply(kind, target, *operations)
    return [(fault["pointer"], fault["code"]) for fault in caught.value.errors]


def set_value(path: str, value: Any) -> Any:
    """Return the operation that sets a value."""
    return {"op": "add", "path": path, "value": value}


def move(source: str, path: str) -> Any:
    """Return the operation that moves a value."""
    return {"op": "move", "from": source, "path": path}


def remove(path: str) -> Any:
    """Return the operation that removes a value."""
    return {"op": "remove", "path": path}


@dataclass
class Line:
    """An object with values that no request has, or no response."""

    copies: int
    id: Annotated[int, ReadOnly()] = 0
    key: Annotated[str, WriteOnly()] = "none"


@dataclass
class Gift:
    """A member of a union."""

    kind: Literal["gift"]
    text: str
    id: Annotated[int, ReadOnly()] = 0


@dataclass
class Refund:
    """Another one."""

    kind: Literal["refund"]
    text: str
    id: Annotated[int, ReadOnly()] = 0


class Note(TypedDict):
    """A dict."""

    text: str
    id: NotRequired[Annotated[int, ReadOnly()]]


@dataclass
class Order:
    """Objects in every kind of collection."""

    first: Line
    lines: list[Line] = field(default_factory=list)
    named: dict[str, Line] = field(default_factory=dict)
    mixed: list[Line | str] = field(default_factory=list)
    extras: list[Gift | Refund] = field(default_factory=list)
    notes: tuple[Note, ...] = ()
    pair: tuple[Line, int] | None = None
    spare: Line | None = None
    free: Any = None
    tags: set[str] = field(default_factory=set)


def make_order() -> Order:
    """Return an order."""
    return Order(
        first=Line(1, 10, "a"),
        lines=[Line(2, 20, "b"), Line(3, 30, "c")],
        named={"x": Line(4, 40, "d")},
        mixed=["text", Line(5, 50, "e")],
        extras=[Gift("gift", "For Ann", 60), Refund("refund", "Too late", 70)],
        notes=({"text": "n", "id": 80},),
        pair=(Line(6, 90, "f"), 1),
        tags={"new"},
    )


CONTINUED = [
    pytest.param("first", set_value("/first/copies", 9), Line(9, 10, "a"), id="object"),
    pytest.param("first", set_value("/first", {"copies": 9}), Line(9, 10, "a"), id="replaced"),
    pytest.param(
        "lines", set_value("/lines/1/copies", 9), [Line(2, 20, "b"), Line(9, 30, "c")], id="list"
    ),
    pytest.param(
        "lines", move("/lines/0", "/lines/1"), [Line(3, 30, "c"), Line(2, 20, "b")], id="moved"
    ),
    pytest.param("lines", remove("/lines/0"), [Line(3, 30, "c")], id="removed"),
    pytest.param(
        "lines",
        set_value("/lines/0", {"copies": 9}),
        [Line(9, 0), Line(2, 20, "b"), Line(3, 30, "c")],
        id="new",
    ),
    pytest.param("lines", set_value("/lines/0/key", "z"), [Line(2, 20, "z"), Line(3, 30, "c")]),
    pytest.param("named", set_value("/named/x/copies", 9), {"x": Line(9, 40, "d")}, id="dict"),
    pytest.param("mixed", set_value("/mixed/1/copies", 9), ["text", Line(9, 50, "e")], id="union"),
    pytest.param(
        "extras",
        set_value("/extras/0/text", "Hello"),
        [Gift("gift", "Hello", 60), Refund("refund", "Too late", 70)],
        id="tagged union",
    ),
    pytest.param("notes", set_value("/notes/0/text", "m"), ({"text": "m", "id": 80},), id="dicts"),
    pytest.param("pair", set_value("/pair/0/copies", 9), (Line(9, 90, "f"), 1), id="tuple"),
    pytest.param("spare", move("/lines/0", "/spare"), Line(2, 20, "b"), id="from elsewhere"),
    pytest.param("free", move("/named/x", "/free"), {"copies": 4, "id": 40}, id="no object"),
    pytest.param("tags", set_value("/tags/-", "old"), {"new", "old"}, id="set"),
]


@pytest.mark.parametrize(("name", "operation", "expected"), CONTINUED)
def test_objects_are_continued(name: str, operation: Any, expected: Any) -> None:
    """They keep their read-only and write-only values, also at another place."""
    assert getattr(apply(Order, make_order(), operation), name) == expected


def test_a_moved_object_is_not_shared() -> None:
    """The object at its old place may be changed at the same time."""
    order = apply(Order, make_order(), move("/first", "/spare"), set_value("/first", {"copies": 9}))
    assert (order.first, order.spare) == (Line(9, 10, "a"), Line(1, 10, "a"))


REJECTED = [
    pytest.param([set_value("/lines/0/id", 9)], "/0/value", "unknown", id="read-only"),
    pytest.param([remove("/lines/0/id")], "/0/path", "unknown", id="removed"),
    pytest.param([remove("/first/id")], "/0/path", "unknown", id="removed from an object"),
    pytest.param(
        [set_value("/first", {"copies": 1, "id": 9})], "/0/value/id", "unknown", id="replaced"
    ),
    pytest.param(
        [{"op": "copy", "from": "/lines/0", "path": "/lines/-"}], "/0/path", "unknown", id="copied"
    ),
    pytest.param([set_value("/lines/0/copies", "9")], "/0/value", "invalid_integer", id="invalid"),
    pytest.param(
        [set_value("/extras/0", {"kind": "gift", "text": "", "id": 9})],
        "/0/value/id",
        "unknown",
        id="new",
    ),
    pytest.param([remove("/extras/0/kind")], "/0/path", "required", id="no tag"),
]


@pytest.mark.parametrize(("operations", "pointer", "code"), REJECTED)
def test_read_only_values_are_guarded(operations: Any, pointer: str, code: str) -> None:
    """An operation may not change or remove them; a copy of an object would set them."""
    order = make_order()
    assert refuse(Order, order, *operations) == [(pointer, code)]
    assert order == make_order()


def test_the_tag_may_change() -> None:
    """The object is a new one then."""
    order = make_order()
    order.extras = [Gift("gift", "Hello", 60)]
    changed = apply(Order, order, remove("/extras/0/id"), set_value("/extras/0/kind", "refund"))
    assert changed.extras == [Refund("refund", "Hello", 0)]


def test_the_whole_document_may_lack_read_only_keys() -> None:
    """A client that builds it by the schema of requests cannot have them."""
    line = Line(1, 10, "a")
    assert apply(Line, line, {"op": "replace", "path": "", "value": {"copies": 2}}) is line
    assert line == Line(2, 10, "a")


@dataclass
class Open:
    """A class with a mapping of extra keys."""

    rest: Annotated[dict[str, Line], Extra()] = field(default_factory=dict)


def test_extra_keys() -> None:
    """Their values are read like others."""
    assert apply(Open, Open(), set_value("/a", {"copies": 1})).rest == {"a": Line(1)}


@model(extra="ignore")
@dataclass
class Lenient:
    """A class that ignores unknown keys."""

    copies: int
    id: Annotated[int, ReadOnly()] = 0


def test_ignored_keys() -> None:
    """A read-only key is one of them."""
    assert apply(Lenient, Lenient(1, 10), set_value("/id", 9)) == Lenient(1, 10)


def test_texts_count_as_copies() -> None:
    """A short request makes no long response."""
    order = make_order()
    order.free = {"text": "x" * 1_000_000}
    copy = {"op": "copy", "from": "/free/text", "path": "/free/copy"}
    assert refuse(Order, order, copy) == [("/0/from", "too_complex")]


def test_moves_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each move to a deeper place looks at the whole value; one to another key does not."""
    monkeypatch.setattr("flask_typed.schemas.json_patches.MAX_DEEPENED", 1000)
    order = make_order()
    order.free = {"a": list(range(400)), "b": {}}
    moves = [move("/free/a", "/free/b/a"), move("/free/b/a", "/free/a")]
    assert refuse(Order, order, *(moves * 3)) == [("/4/from", "too_complex")]
    aside = [move("/free/a", "/free/c"), move("/free/c", "/free/a")]
    assert apply(Order, order, *(aside * 9)).free["a"] == list(range(400))


# Schemas


class LineSchema(Schema):
    """A Schema inside others."""

    copies = fields.Integer(required=True)
    id = fields.Integer(dump_only=True)
    key = fields.String(load_only=True, required=True)
    day = fields.String(data_key="date", allow_none=True)


class PatchedOrderSchema(Schema):
    """A Schema with objects in every kind of collection."""

    first = fields.Nested(LineSchema, data_key="one")
    lines = fields.List(fields.Nested(LineSchema))
    others = fields.Nested(LineSchema, many=True)
    named = fields.Dict(values=fields.Nested(LineSchema))
    before = fields.Nested("PatchedOrderSchema")
    count = fields.Pluck(LineSchema, "copies")
    tags = fields.List(fields.String())
    free = fields.Dict()
    state = fields.String()
    note = fields.String(allow_none=True)


def make_dict(number: int, **values: Any) -> dict[str, Any]:
    """Return the dict of a line; nothing declares its last key."""
    return {"copies": number, "id": number * 10, "key": "k", "day": "today", "own": 1, **values}


def make_orders() -> dict[str, Any]:
    """Return an order whose objects are dicts."""
    return {
        "first": make_dict(1),
        "lines": [make_dict(2), make_dict(3)],
        "others": [make_dict(4)],
        "named": {"x": make_dict(5)},
        "before": {"first": make_dict(6)},
        "tags": ["new"],
        "free": {"a": [1]},
        "state": "open",
        "note": "n",
    }


def make_row() -> Any:
    """Return an order whose objects are rows, one inside another."""
    before = SimpleNamespace(first=SimpleNamespace(**make_dict(6)))
    return SimpleNamespace(before=before, state="open", note="n")


SCHEMA_CHANGES = [
    pytest.param("first", set_value("/one/copies", 9), make_dict(1, copies=9), id="object"),
    pytest.param("first", set_value("/one/key", "z"), make_dict(1, key="z"), id="write-only"),
    pytest.param(
        "lines", set_value("/lines/0/copies", 9), [make_dict(2, copies=9), make_dict(3)], id="list"
    ),
    pytest.param("lines", move("/lines/0", "/lines/1"), [make_dict(3), make_dict(2)], id="moved"),
    pytest.param("others", set_value("/others/0/copies", 9), [make_dict(4, copies=9)], id="many"),
    pytest.param(
        "others",
        set_value("/others/-", {"copies": 9, "key": "z"}),
        [make_dict(4), {"copies": 9, "key": "z"}],
        id="new",
    ),
    pytest.param(
        "named", set_value("/named/x/copies", 9), {"x": make_dict(5, copies=9)}, id="dict"
    ),
    pytest.param(
        "before", set_value("/before/one/copies", 9), {"first": make_dict(6, copies=9)}, id="itself"
    ),
    pytest.param("tags", set_value("/tags/-", "old"), ["new", "old"], id="texts"),
    pytest.param("free", set_value("/free/b", {}), {"a": [1], "b": {}}, id="free"),
]


@pytest.mark.parametrize(("name", "operation", "expected"), SCHEMA_CHANGES)
def test_dicts_of_a_schema_are_continued(name: str, operation: Any, expected: Any) -> None:
    """They keep what the Schema does not load."""
    target = make_orders()
    assert apply(PatchedOrderSchema, target, operation) is target
    assert target == {**make_orders(), name: expected}


def test_removing_from_a_dict() -> None:
    """The key is removed."""
    assert "first" not in apply(PatchedOrderSchema, make_orders(), remove("/one"))


def test_rows_of_a_schema() -> None:
    """A row inside is changed in place; the attribute that was removed is None."""
    row = make_row()
    first = row.before.first
    apply(
        PatchedOrderSchema,
        row,
        set_value("/before/one", {"copies": 9, "date": None}),
        remove("/note"),
    )
    assert row.before.first is first
    assert vars(first) == make_dict(6, copies=9, day=None)
    assert row.note is None


@pytest.mark.parametrize(
    ("operation", "pointer", "code"),
    [
        (set_value("/lines/0/id", 9), "/0/value", "unknown"),
        (remove("/lines/0/id"), "/0/path", "unknown"),
        (remove("/named/x/id"), "/0/path", "unknown"),
        (set_value("/lines/-", {"copies": 1}), "/0/value/key", "required"),
        (set_value("/named/y", {"copies": 1}), "/0/value/key", "required"),
        (set_value("/lines", 1), "/0/value", "invalid_array"),
        (set_value("/unknown", 1), "/0/value", "unknown"),
    ],
)
def test_read_only_values_of_schemas(operation: Any, pointer: str, code: str) -> None:
    """They are guarded, and new objects are complete."""
    target = make_orders()
    assert refuse(PatchedOrderSchema, target, operation) == [(pointer, code)]
    assert target == make_orders()


def test_an_attribute_cannot_be_removed() -> None:
    """A row has no place without a value, unless it may be None."""
    assert refuse(PatchedOrderSchema, make_row(), remove("/before/one")) == [
        ("/0/path", "required")
    ]
    assert refuse(PatchedOrderSchema, make_row(), remove("/state")) == [("/0/path", "required")]


class Including(Schema):
    """A Schema that includes unknown keys."""

    class Meta:
        """Its policy."""

        unknown = "include"


def test_extra_keys_of_a_schema() -> None:
    """They are added to a dict."""
    assert apply(Including, {}, set_value("/more", 1)) == {"more": 1}
