"""Fields of marshmallow with words that no document can hold: the document stays, and is valid.

Each class of fields is crossed with constraints, defaults and metadata of all kinds.
"""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import json
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import make_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

import pytest
import yaml
from annotated_types import MultipleOf
from flask import Flask
from flask_typed import Document, Query, Typed
from flask_typed.bridge.pausing import Pauses
from flask_typed.publish.jsontext import PIECES, is_plain_json
from marshmallow import Schema, fields, missing, validate
from openapi_spec_validator import (
    OpenAPIV30SpecValidator,
    OpenAPIV31SpecValidator,
    OpenAPIV32SpecValidator,
)

from ..published import without_examples

NAN, INF = float("nan"), float("inf")
LONE = "\ud800"  # a surrogate without its partner
VALIDATORS: Mapping[str, Any] = {
    "3.1.0": OpenAPIV31SpecValidator,
    "3.0.3": OpenAPIV30SpecValidator,
    "3.2.0": OpenAPIV32SpecValidator,
}


class Color(enum.Enum):
    RED = "red"
    DAY = dt.date(2020, 1, 1)
    LONE = LONE


class Number(enum.Enum):
    ONE = 1
    TWO = 2


class Opaque:
    """What has no form in JSON."""


class Rude:
    """What cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


class Child(Schema):
    number = fields.Integer(load_default=3)
    name = fields.String(required=True)


class Tree(Schema):
    children = fields.List(fields.Nested(lambda: Tree))
    names = fields.Pluck(lambda: Tree, "names", many=True)


class Pairs(fields.Mapping):
    mapping_type = dict


class Unwritable(fields.String):
    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:
        raise RuntimeError("cannot be written")


class Unreadable(fields.Field[Any]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        raise RuntimeError("cannot be read")


class Strange(fields.Integer):
    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:
        return Opaque()


class HalfRange(validate.Range):
    def __getattribute__(self, name: str) -> Any:
        if name == "min":
            raise RuntimeError("no bound")
        return super().__getattribute__(name)


def fail(*_: Any) -> Any:
    """Raise what no caller expects."""
    raise RuntimeError("called")


def accept(_: Any) -> bool:
    """Accept anything."""
    return True


def constant(value: Any) -> Callable[..., fields.Field[Any]]:
    """Return what makes a constant field, which has its defaults already."""

    def make(load_default: Any = None, **options: Any) -> fields.Field[Any]:
        return fields.Constant(value, **options)

    return make


def of(cls: Any, *args: Any, **known: Any) -> Callable[..., fields.Field[Any]]:
    """Return what makes fields of a class with some arguments."""
    return lambda **options: cls(*args, **known, **options)


FIELDS: Mapping[str, Callable[..., fields.Field[Any]]] = {
    "Raw": fields.Raw,
    "String": fields.String,
    "UUID": fields.UUID,
    "Integer": fields.Integer,
    "Integer-text": of(fields.Integer, as_string=True),
    "Decimal": fields.Decimal,
    "Decimal-text": of(fields.Decimal, as_string=True),
    "Decimal-nan": of(fields.Decimal, places=2, allow_nan=True),
    "Boolean": fields.Boolean,
    "Float-nan": of(fields.Float, allow_nan=True),
    "DateTime": fields.DateTime,
    "DateTime-rfc": of(fields.DateTime, format="rfc"),
    "DateTime-timestamp": of(fields.DateTime, format="timestamp"),
    "DateTime-timestamp_ms": of(fields.DateTime, format="timestamp_ms"),
    "DateTime-own": of(fields.DateTime, format="%Y"),
    "NaiveDateTime": fields.NaiveDateTime,
    "AwareDateTime": of(fields.AwareDateTime, default_timezone=dt.timezone.utc),
    "Time": fields.Time,
    "Date": fields.Date,
    "TimeDelta": of(fields.TimeDelta, precision="milliseconds"),
    "Dict": fields.Dict,
    "Dict-of": of(fields.Dict, keys=fields.Integer(), values=fields.Nested(Child)),
    "Mapping": of(Pairs, keys=fields.Date(), values=fields.Decimal()),
    "Url": of(fields.Url, relative=True, schemes={"ftp", "x"}, require_tld=False),
    "Email": fields.Email,
    "IP": fields.IP,
    "IPv6Interface": fields.IPv6Interface,
    "Enum": of(fields.Enum, Color),
    "Enum-value": of(fields.Enum, Number, by_value=True),
    "Enum-odd": of(fields.Enum, Color, by_value=True),
    "Enum-field": of(fields.Enum, Number, by_value=fields.Integer),
    "Method": of(fields.Method, "give", "take"),
    "Function": of(fields.Function, fail, fail),
    "Constant": constant(5),
    "Constant-odd": constant(Opaque()),
    "List": of(fields.List, fields.Integer(validate=validate.Range(max=5))),
    "List-text": of(fields.List, fields.String()),
    "Tuple": of(fields.Tuple, (fields.Integer(), fields.Date())),
    "Nested": of(fields.Nested, Child),
    "Nested-many": of(fields.Nested, Child, many=True),
    "Nested-tree": of(fields.Nested, Tree),
    "Nested-unknown": of(fields.Nested, "Nowhere"),
    "Nested-fails": of(fields.Nested, fail),
    "Pluck": of(fields.Pluck, Child, "name", many=True),
    "Pluck-unknown": of(fields.Pluck, Child, "nothing"),
    "Unwritable": Unwritable,
    "Unreadable": Unreadable,
    "Strange": Strange,
}

VALUES: Mapping[str, Any] = {
    "none": None,
    "number": 1,
    "true": True,
    "text": "x",
    "empty": "",
    "nan": NAN,
    "infinite": INF,
    "endless": 10**5000,
    "decimal": Decimal("1.5"),
    "decimal-nan": Decimal("NaN"),
    "decimal-exact": Decimal("0.12345678901234567890123"),
    "decimal-huge": Decimal("1e99999"),
    "date": dt.date(2020, 1, 1),
    "datetime": dt.datetime(2020, 1, 1),
    "aware": dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
    "time": dt.time(1),
    "timedelta": dt.timedelta(1),
    "uuid": uuid.UUID(int=5),
    "address": ipaddress.ip_address("::1"),
    "enum": Color.RED,
    "enum-number": Number.ONE,
    "enum-date": Color.DAY,
    "lone": LONE,
    "bytes": b"\xff",
    "list": [1, 9],
    "dates": [dt.date(2020, 1, 1)],
    "dict": {"name": "x", "number": "no"},
    "keys": {1: 2},
    "set": {3, 1},
    "object": Opaque(),
    "rude": Rude(),
    "class": int,
}

CONSTRAINTS: Mapping[str, Any] = {
    **{f"Equal-{name}": validate.Equal(value) for name, value in VALUES.items() if name != "rude"},
    "OneOf": validate.OneOf(["a", 1, None]),
    "OneOf-set": validate.OneOf({"b", "a"}),
    "OneOf-odd": validate.OneOf([Opaque(), LONE, NAN]),
    "OneOf-nothing": validate.OneOf([]),
    "OneOf-and-Range": [validate.OneOf([1, 50]), validate.Range(max=10)],
    "OneOf-none-left": [validate.OneOf([1]), validate.OneOf([2])],
    "NoneOf": validate.NoneOf(["admin", 1, 1]),
    "NoneOf-odd": validate.NoneOf([Opaque(), None, NAN, LONE]),
    "ContainsOnly": validate.ContainsOnly(["a", "]", "^", "long", 1]),
    "ContainsOnly-nothing": validate.ContainsOnly([]),
    "ContainsOnly-odd": validate.ContainsOnly([Opaque(), LONE]),
    "ContainsNoneOf": validate.ContainsNoneOf(["a", 1, Opaque()]),
    "ContainsNoneOf-nothing": validate.ContainsNoneOf([]),
    "Predicate": validate.Predicate("is_integer"),
    **{f"Range-{n}": validate.Range(v) for n, v in VALUES.items()},
    "Range-fraction": validate.Range(Fraction(1, 3), Fraction(2)),
    "Range-half": HalfRange(1, 2),
    **{f"Length-{n}": validate.Length(max=v) for n, v in VALUES.items()},
    "Length-negative": validate.Length(min=-1),
    "Length-half": validate.Length(max=2.5),  # type: ignore[arg-type]  # wrong
    "Length-equal": validate.Length(equal=2),
    "Regexp": validate.Regexp("a+"),
    "Regexp-flags": validate.Regexp("a+", flags=re.I | re.X | re.S),
    "Regexp-bytes": validate.Regexp(re.compile(b"a")),
    "Regexp-only-Python": validate.Regexp(r"(?P<one>a)(?P=one)"),
    "Regexp-lone": validate.Regexp(LONE),
    "Email": validate.Email(),
    "URL": validate.URL(),
    "And": validate.And(validate.Range(1), validate.NoneOf([Opaque()]), accept),
    "functions": [accept, str.isalpha, fail],
}

SCHEMA_WORDS = ("type", "format", "pattern", "items", "allOf", "not", "properties", "required")
OTHER_WORDS = ("minimum", "exclusiveMaximum", "multipleOf", "maxLength", "uniqueItems", "enum")
MORE_WORDS = ("example", "examples", "default", "description", "title", "deprecated", "nullable")
OBJECT_WORDS = (
    "xml",
    "externalDocs",
    "additionalProperties",
    "readOnly",
    "x-own",
    "x_own",
    "hidden",
)
WORDS = (*SCHEMA_WORDS, *OTHER_WORDS, *MORE_WORDS, *OBJECT_WORDS)

#: Enough of the values for metadata, whose keywords are many.
FEW = ("none", "number", "true", "text", "nan", "lone", "date", "dates", "dict", "object")
METADATA: Mapping[str, Mapping[Any, Any]] = {
    **{f"{w}-{name}": {w: VALUES[name]} for w in WORDS for name in FEW},
    "keys": {1: 2, None: 3, LONE: 4},
    "type-list": {"type": ["string", "null"]},
    "type-unknown": {"type": ["string", "word"]},
    "enum-twice": {"enum": [1, 1, None, {"a": 1}]},
    "items-wrong": {"items": {"type": 5}},
    "items-nowhere": {"items": {"$ref": "#/components/schemas/Nowhere"}},
    "allOf-wrong": {"allOf": [{"properties": {"a": 5}}]},
    "oneOf": {"oneOf": [{"type": "string"}, {"type": "null"}]},
    "pattern-wrong": {"pattern": "("},
    "uri-wrong": {"externalDocs": {"url": "http://[", "description": "x"}},
    "examples-named": {"examples": {"a": 1, "b": {"value": 2}}},
    "examples-odd": {"examples": {"a": {"value": 1, "externalValue": "x"}}},
}


def make_schema(made: Mapping[str, fields.Field[Any]]) -> type[Schema]:
    """Return a schema class with fields of these names."""
    methods = {"give": fail, "take": fail}
    return type("Case", (Schema,), {**made, **methods, "Meta": type("Meta", (), {"title": 5})})


def add_schema(typed: Typed, schema: Any) -> None:
    """Add a route that takes a schema, and one that answers with it."""

    def take(body: Any) -> None: ...

    def give() -> Any: ...

    take.__annotations__["body"] = schema
    give.__annotations__["return"] = schema
    typed.post("/take")(take)
    typed.get("/give")(give)


def fetch(app: Flask, version: str) -> dict[str, Any]:
    """Return the app's document, which is valid in its version; its YAML is the same."""
    client = app.test_client()
    text = client.get("/openapi.json").get_data(as_text=True)
    document: dict[str, Any] = json.loads(text, parse_constant=fail)  # NaN and Infinity
    again = client.get("/openapi.yaml").get_data(as_text=True)
    assert yaml.load(again, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == document
    VALIDATORS[version](document).validate()
    return document


OPTIONS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "constraints": {name: {"validate": value} for name, value in CONSTRAINTS.items()},
    "defaults": {
        **{name: {"load_default": value} for name, value in VALUES.items()},
        "missing": {"load_default": missing},
        "function": {"load_default": fail},
    },
    "metadata": {name: {"metadata": words} for name, words in METADATA.items()},
}
#: Each class in each version, each kind of words in each version; all of them would take minutes.
CASES = [
    pytest.param(field, kind, version, id=f"{field}-{kind}-{version}")
    for number, field in enumerate(FIELDS)
    for kind, version in zip(OPTIONS, (*VALIDATORS, *VALIDATORS)[number % 3 :], strict=False)
]


@pytest.mark.parametrize(("field", "kind", "version"), CASES)
def test_matrix(app: Flask, field: str, kind: str, version: str) -> None:
    """Whatever is said of a field, the document is valid, as JSON and as YAML."""
    app.config["TYPED_OPENAPI_VERSION"] = version
    made = {name: FIELDS[field](**known) for name, known in OPTIONS[kind].items()}
    add_schema(Typed(app), make_schema(made))
    document = fetch(app, version)
    assert document["components"]["schemas"]["Case"]["properties"].keys() == made.keys()


def publish(app: Flask, field: fields.Field[Any]) -> dict[str, Any]:
    """Return the schema of a field, in a valid document."""
    add_schema(Typed(app), make_schema({"field": field}))
    document = fetch(app, "3.1.0")
    published: dict[str, Any] = document["components"]["schemas"]["Case"]["properties"]["field"]
    return published


@pytest.mark.parametrize(
    ("field", "published"),
    [
        pytest.param(
            lambda: fields.String(validate=validate.NoneOf(["admin"])),
            {"type": "string", "not": {"enum": ["admin"]}},
            id="NoneOf",
        ),
        pytest.param(
            lambda: fields.Integer(validate=[validate.OneOf([1, 50]), validate.Range(max=10)]),
            {"type": "integer", "enum": [1, 50], "maximum": 10},
            id="choices that another constraint refuses",
        ),
        pytest.param(
            lambda: fields.String(validate=validate.OneOf([1])),
            {"type": "string", "not": {}},
            id="choices that no text is",
        ),
        pytest.param(
            lambda: fields.String(validate=validate.OneOf({"b", "a", "c"})),
            {"type": "string", "enum": ["a", "b", "c"]},
            id="choices in a set",
        ),
        pytest.param(
            lambda: fields.Integer(validate=[validate.Range(1), validate.Range(max=NAN)]),
            {"type": "integer", "minimum": 1},
            id="a bound that is not a number",
        ),
        pytest.param(
            lambda: fields.String(validate=[validate.Length(max=3), validate.Length(min=-1)]),
            {"type": "string", "maxLength": 3},
            id="a length that is negative",
        ),
        pytest.param(
            lambda: fields.Integer(validate=validate.OneOf([Opaque()])),
            {"type": "integer", "description": "Also checked by OneOf."},
            id="choices that are not JSON",
        ),
        pytest.param(
            lambda: fields.Integer(load_default=0, validate=validate.Range(min=1)),
            {"type": "integer", "minimum": 1},
            id="a default that is refused",
        ),
        pytest.param(
            lambda: fields.Decimal(load_default=Decimal("0.5")),
            {"type": "number", "default": 0.5},
            id="a default that is a Decimal",
        ),
        pytest.param(
            lambda: fields.String(load_default="a", metadata={"format": "date", "title": "A"}),
            {"type": "string", "format": "date", "title": "A"},
            id="a default that the metadata refuses",
        ),
        pytest.param(
            lambda: fields.Enum(Number, metadata={"example": Number.ONE, "x_day": VALUES["date"]}),
            {"type": "string", "enum": ["ONE", "TWO"], "example": "ONE", "x-day": "2020-01-01"},
            id="metadata as the field writes it, or as JSON has it",
        ),
        pytest.param(
            lambda: fields.Boolean(metadata={"deprecated": "no", "description": 3, "title": "A"}),
            {"type": "boolean", "title": "A"},
            id="words of another type",
        ),
        pytest.param(
            lambda: fields.List(fields.Field(), metadata={"items": {"not": True}}),
            {"type": "array", "items": {}},
            id="items of the field's own",
        ),
    ],
)
def test_published(
    app: Flask, field: Callable[[], fields.Field[Any]], published: Mapping[str, Any]
) -> None:
    """What can be published is, and the word alone that cannot be is left out."""
    known = publish(app, field())
    any_type = {"type": ["array", "boolean", "number", "object", "string"]}
    if known.get("items") == any_type:
        known["items"] = {}
    assert without_examples(known) == without_examples(published)


def test_references_in_metadata(app: Flask) -> None:
    """Metadata may refer to a component of the document, and may hold schemas of its own."""
    words = {"anyOf": [{"$ref": "#/components/schemas/Child"}, True]}
    more = {"properties": {"a": False}, "additionalProperties": True}
    made = {
        "a": fields.Nested(Child),
        "b": fields.Field(metadata=words),
        "c": fields.Dict(metadata=more),
    }
    add_schema(Typed(app), make_schema(made))
    properties = fetch(app, "3.1.0")["components"]["schemas"]["Case"]["properties"]
    assert properties["b"]["anyOf"] == [{"$ref": "#/components/schemas/Child"}, {}]
    assert properties["c"] == {"type": "object", "properties": {"a": {"not": {}}}, **more} | {
        "properties": {"a": {"not": {}}}
    }


def test_an_error_that_says_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """An error of the user's own class is named by its class."""

    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    class Wordless(fields.Field[Any]):
        def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:
            raise Silent

    publish(app, Wordless(load_default=1))
    assert "field 'field' of Case: default is left out: Silent\n" in caplog.text


def test_parameters(app: Flask) -> None:
    """The fields of a schema that spreads over parameters are published likewise."""
    form = Schema.from_dict({"a": fields.Integer(load_default=5, metadata={"example": Opaque()})})

    def view(form: Any) -> None: ...

    view.__annotations__["form"] = Annotated[form, Query()]
    Typed(app).get("/")(view)
    (parameter,) = fetch(app, "3.1.0")["paths"]["/"]["get"]["parameters"]
    assert parameter == {
        "in": "query",
        "name": "a",
        "required": False,
        "schema": {"type": "integer", "default": 5},
    }


def test_an_example_beside_examples(typed: Typed, document: Callable[[], Any]) -> None:
    """A parameter has one example or several: the one joins the others."""

    def view(a: Annotated[int, Query(example=1, examples={"two": 2})]) -> None: ...

    typed.get("/")(view)
    (parameter,) = document()["paths"]["/"]["get"]["parameters"]
    assert parameter["examples"] == {"example": {"value": 1}, "two": {"value": 2}}
    assert "example" not in parameter


def test_multiples_of_nothing(app: Flask) -> None:
    """A constraint of ours on a field of marshmallow is named where it cannot be a keyword."""

    def view(n: Annotated[Any, fields.Integer(), MultipleOf(0), Query()]) -> None: ...

    Typed(app).get("/")(view)
    (parameter,) = fetch(app, "3.1.0")["paths"]["/"]["get"]["parameters"]
    assert parameter["schema"] == {"type": "integer"}


def test_omissions_are_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """What is left out is told once, with its place and the reason."""
    words = {"example": Opaque()}
    field = fields.Integer(load_default=0, validate=validate.Range(min=1), metadata=words)
    add_schema(Typed(app), make_schema({"size": field}))
    for _ in range(2):
        app.test_client().get("/openapi.json")
    (record,) = caplog.records
    assert record.getMessage().splitlines() == [
        "The document '/openapi.json' leaves out values that it cannot contain:",
        "  field 'size' of Case: example is left out: Opaque has no form in JSON",
        "  field 'size' of Case: default is left out: the field rejects it:"
        " ['Must be greater than or equal to 1.']",
        "  Case.Meta: title is left out: 5 is not valid for this keyword",
    ]


@pytest.mark.parametrize("examples", [5, "ab", None, ["a"]])
def test_a_field_in_an_annotation(app: Flask, examples: Any) -> None:
    """A field that stands in the annotation of a model is published likewise."""
    field = fields.String(metadata={"examples": examples})
    model = make_dataclass("Model", [("a", Annotated[str, field])])
    add_schema(Typed(app), model)
    published = fetch(app, "3.1.0")["components"]["schemas"]["Model"]["properties"]["a"]
    known = {"examples": examples} if isinstance(examples, list) else {}
    assert published == {"type": "string", **known}


def test_requests_work_as_before(app: Flask) -> None:
    """What the document leaves out is checked in requests all the same."""
    field = fields.Integer(load_default=0, validate=[validate.Range(min=1), validate.NoneOf([5])])
    typed, client = Typed(app), app.test_client()
    add_schema(typed, make_schema({"n": field}))
    answers = [client.post("/take", json=sent).status_code for sent in ({}, {"n": 1}, {"n": 5})]
    assert answers == [204, 204, 422]


def test_texts_that_cannot_be_encoded(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A surrogate without its partner is replaced, in a docstring and in the name of a field."""

    def view() -> None: ...

    view.__doc__ = f"Say {LONE}."
    typed = Typed(app)
    typed.get("/")(view)
    add_schema(typed, make_schema({"field": fields.Integer(data_key=LONE)}))
    document = fetch(app, "3.1.0")
    assert document["paths"]["/"]["get"]["summary"] == "Say \ufffd."
    assert list(document["components"]["schemas"]["Case"]["properties"]) == ["\ufffd"]
    assert (
        "/paths/~1/get/summary: a character is left out: a text holds half of a surrogate pair"
        in caplog.text
    )


def test_an_edited_document(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the author of a document puts in, the document can be written."""

    def edit(document: dict[str, Any]) -> None:
        document["x-day"] = dt.date(2020, 1, 1)
        document["x-object"] = Opaque()
        document["x-list"] = [NAN, {1: True, Color.LONE: 1}, "\ud83d\ude00"]
        document["x-endless"] = endless

    endless: list[Any] = []
    endless.append(endless)
    Typed(app, documents=[Document(edit=edit)])
    document = fetch(app, "3.1.0")
    assert document["x-day"] == "2020-01-01"
    assert document["x-list"] == [{"1": True}, "\U0001f600"]
    assert "x-object" not in document
    assert "the document: x-object is left out: Opaque has no form in JSON" in caplog.text
    assert "it is nested too deeply" in caplog.text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param({"a": [1, 0.5, "\N{SNOWMAN}", True, None]}, True, id="plain"),
        pytest.param({"a": {"b": {"c": {"d": {}}}}}, True, id="deep"),
        pytest.param({"a": {"b": {1: "c"}}}, TypeError, id="key"),
        pytest.param([{1: "a"}], False, id="inner-key"),
        pytest.param((1,), False, id="tuple"),
        pytest.param(dt.date(2020, 1, 1), False, id="date"),
        pytest.param(Decimal("1.5"), False, id="decimal"),
        pytest.param("\ud800", UnicodeEncodeError, id="surrogate"),
        pytest.param(float("nan"), False, id="nan"),
        pytest.param(1 << 64, True, id="large"),
        pytest.param(10**5000, ValueError, id="too-large"),
        pytest.param(Opaque(), TypeError, id="opaque"),
    ],
)
def test_a_part_that_json_reads_alike(value: Any, found: Any) -> None:
    """It is published as it is; any other is written and read once, or value by value."""
    with nullcontext() if isinstance(found, bool) else pytest.raises(found):
        assert is_plain_json(value, PIECES, Pauses()) is found


class Word(str, enum.Enum):
    """A text of a class of its own."""

    HI = "hi"


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml"])
def test_values_that_are_equal_to_json(app: Flask, path: str) -> None:
    """Texts, objects and large integers of other classes are written as JSON's own."""

    def edit(document: dict[str, Any]) -> None:
        document["x-values"] = {Word.HI: [Word.HI, OrderedDict(a=1)]}
        document["x-large"] = 1 << 64

    Typed(app, documents=[Document(edit=edit)])
    document = yaml.safe_load(app.test_client().get(path).text)
    assert document["x-values"] == {"hi": ["hi", {"a": 1}]}
    assert document["x-large"] == 1 << 64
