"""What pages make of the document, without a change of theirs, is accepted by the server."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import attr
import msgspec
import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf, Predicate
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, Cookie, Form, Header, Json, Query, Returns, Typed, TypedField
from flask_typed.publish.pattern_texts import write_texts
from flask_typed.publish.samples import NO_VALUE, SampleSource, pick_first, propose
from marshmallow import Schema, fields, validate
from typing_extensions import NotRequired, TypedDict
from webargs.fields import DelimitedList
from werkzeug.routing import BaseConverter, ValidationError

VERSIONS = ["3.1.0", "3.2.0", "3.0.3"]


def make_page_value(document: Any, schema: Any) -> Any:
    """Return the value that Swagger UI makes of a schema; it must not need a pattern or format."""
    for word in ("examples", "default", "example"):
        if word in schema:
            return schema[word][0] if word == "examples" else schema[word]
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return make_page_value(document, document["components"]["schemas"][name])
    for word in ("anyOf", "oneOf", "allOf", "enum"):
        if word in schema:
            first = schema[word][0]
            return first if word == "enum" else make_page_value(document, first)
    assert {"pattern", "format", "contentEncoding"}.isdisjoint(schema), schema
    kind = schema.get("type", "object")
    return PAGE_VALUES[kind if isinstance(kind, str) else kind[0]](document, schema)


def make_page_object(document: Any, schema: Any) -> Any:
    """Return an object with all keys, and three free ones."""
    inner = schema.get("properties", {})
    made = {n: make_page_value(document, s) for n, s in inner.items() if not s.get("readOnly")}
    rest = schema.get("additionalProperties")
    free = make_page_value(document, rest) if isinstance(rest, dict) and rest else None
    return {**made, **({f"additionalProp{n}": free for n in (1, 2, 3)} if free else {})}


PAGE_VALUES: Mapping[str, Callable[[Any, Any], Any]] = {
    "object": make_page_object,
    "array": lambda document, schema: [make_page_value(document, schema["items"])],
    "string": lambda document, schema: "string"[: schema.get("maxLength")],
    "integer": lambda document, schema: 0,
    "number": lambda document, schema: 0,
    "boolean": lambda document, schema: True,
    "null": lambda document, schema: None,
}


class Colour(enum.Enum):
    """Texts."""

    RED = "red"
    BLUE = "blue"


@dataclass
class Day:
    """A model inside others."""

    day: dt.date
    count: int = 3


def is_even(number: int) -> bool:
    """Return whether a number is even."""
    return number % 2 == 0


def is_long(text: str) -> bool:
    """Return whether a text is long."""
    return len(text) > 2


class Plate(TypedField):
    """A type of the user's own."""

    json_schema = {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,4}$"}


class Record(TypedDict):
    """One with an optional key."""

    day: dt.date
    moment: NotRequired[dt.datetime]


class Pair(NamedTuple):
    """Two values with names."""

    day: dt.date
    id: UUID


@attr.define
class Classed:
    """A class of attrs."""

    price: Annotated[Decimal, Ge(0), Le(100)]


class Struct(msgspec.Struct):
    """A Struct of msgspec."""

    length: Annotated[int, msgspec.Meta(ge=5, multiple_of=3)]
    span: dt.timedelta


class Booking(Schema):
    """A schema of marshmallow."""

    email = fields.Email(required=True)
    page = fields.URL(required=True)
    moment = fields.DateTime(required=True)
    local = fields.NaiveDateTime(required=True)
    day = fields.Date(required=True)
    time = fields.Time(required=True)
    id = fields.UUID(required=True)
    address = fields.IP(required=True)
    price = fields.Decimal(as_string=True, required=True, validate=validate.Range(min=50))
    count = fields.Integer(required=True, validate=validate.Range(min=5))
    code = fields.String(required=True, validate=validate.Regexp("^[a-c]{3}$"))
    even = fields.Integer(required=True, validate=lambda number: number % 2 == 0 and number > 2)
    days = fields.List(fields.Date(), required=True, validate=validate.Length(min=2))


CENT = Decimal("0.01")
ANNOTATIONS: list[Any] = [
    dt.datetime, dt.date, dt.time, dt.timedelta, Decimal, UUID, bytes,
    ipaddress.IPv4Address, ipaddress.IPv4Interface, ipaddress.IPv4Network,
    ipaddress.IPv6Address, ipaddress.IPv6Interface, ipaddress.IPv6Network,
    Annotated[Decimal, Ge(0), Le(100)],
    Annotated[Decimal, Gt(1000), Lt(1001), MultipleOf(Decimal("0.25"))],
    Annotated[Decimal, Ge(Decimal("-0.5")), Lt(0), MultipleOf(CENT)],
    Annotated[Decimal, Le(-7)],
    Annotated[dt.date, Gt(dt.date(2030, 1, 1))],
    Annotated[dt.datetime, Lt(dt.datetime(2000, 1, 1, tzinfo=dt.timezone.utc))],
    Annotated[dt.timedelta, Gt(dt.timedelta(days=3))],
    Annotated[bytes, Len(1, 3)],
    Annotated[str, Len(10, 20)],
    Annotated[str, Len(1, 3)],
    Annotated[str, validate.Regexp(r"^[A-Z]{2}-[0-9]{3,5}(x|y)?$")],
    Annotated[str, validate.Regexp(r"^[^a-z]+[\s\S]$"), Len(4, 9)],
    Annotated[str, validate.Email()],
    Annotated[str, validate.URL()],
    Annotated[str, validate.ContainsOnly("xyz"), Len(2)],
    Annotated[str, validate.NoneOf(["string", "text"])],
    Annotated[str, Predicate(is_long)],
    Annotated[int, Ge(5)], Annotated[int, Gt(5), Lt(7)], Annotated[int, MultipleOf(7), Ge(20)],
    Annotated[int, Predicate(is_even), Ge(3)],
    Annotated[float, Gt(0), Lt(1)], Annotated[float, Gt(0), Lt(Decimal("0.1"))],
    Annotated[float, Lt(-1)],
    Annotated[list[int], Len(3, 4)], Annotated[set[int], Len(2, 4)], set[dt.date],
    Annotated[list[dt.date], Len(2)], Annotated[list[int], validate.ContainsOnly([4, 5]), Len(1)],
    tuple[int, dt.date, Colour], tuple[Day, Day], tuple[()],
    dict[UUID, Day], dict[int, dt.date], dict[Colour, int], dict[str, dt.date],
    Annotated[dict[str, int], Len(2)], Annotated[dict[Colour, int], Len(1, 2)],
    dt.date | int, int | dt.date | None, Day | list[dt.date], dt.date | None,
    Annotated[Day, Predicate(bool)],
    Plate, Annotated[str, Plate()], Json[Annotated[str, Len(1)]], Json[Decimal],
    Day, Record, Pair, Classed, Struct, Booking, list[Booking], dict[str, Day],
]  # fmt: skip


def make_app(version: str, add: Callable[[Typed], Any]) -> FlaskClient:
    """Return a client of an app with routes."""
    app = Flask("shop")
    app.config["TYPED_OPENAPI_VERSION"] = version
    add(Typed(app, types={Plate: Plate}))
    return app.test_client()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=range(len(ANNOTATIONS)))
def test_the_value_of_a_page_is_accepted(annotation: Any, version: str) -> None:
    """As a whole body, and as a key of one."""

    def whole(value: Any) -> None: ...

    def part(value: Any) -> None: ...

    whole.__annotations__["value"] = Annotated[annotation, Body()]
    part.__annotations__["value"] = Annotated[annotation, Body(embed=True)]

    def add(typed: Typed) -> None:
        typed.post("/whole")(whole)
        typed.post("/part")(part)

    client = make_app(version, add)
    document: Any = client.get("/openapi.json").get_json()
    for path in ("/whole", "/part"):
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        known = "example" in content
        value = content["example"] if known else make_page_value(document, content["schema"])
        response = client.post(path, data=json.dumps(value), content_type="application/json")
        assert response.status_code == 204, (value, response.text)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_untouched_parameters_of_a_page_are_accepted(version: str) -> None:
    """Required ones have an example; the examples of optional ones are in their schemas."""

    @dataclass
    class Filter:
        since: dt.date
        count: int = 3

    def view(  # noqa: PLR0917  # one of each kind
        code: str,
        day: dt.date,
        name: str,
        tags: list[str],
        prices: Annotated[list[Decimal], Query(explode=False)],
        pair: tuple[int, dt.date],
        where: Annotated[Filter, Query(style="deepObject")],
        span: Json[Day],
        x_id: Annotated[UUID, Header()],
        session: Annotated[UUID, Cookie()],
        ids: Annotated[Any, DelimitedList(fields.Integer()), Query()],
        until: dt.date | None = None,
        count: Annotated[int, Ge(5)] | None = None,
        last: dt.date = dt.date(2026, 1, 1),
    ) -> None: ...

    view.__annotations__.update(where=Annotated[Filter, Query(style="deepObject")])
    client = make_app(version, lambda typed: typed.get("/<string(length=2):code>/<day>")(view))
    document: Any = client.get("/openapi.json").get_json()
    parameters = document["paths"]["/{code}/{day}"]["get"]["parameters"]
    required = {p["name"]: read_example(p) for p in parameters if p["required"]}
    optional = {p["name"]: p["schema"] for p in parameters if not p["required"]}
    assert required == {
        "code": "st",
        "day": "2026-05-01",
        "name": "string",
        "tags": ["string"],
        "prices": ["9.99"],
        "pair": [1, "2026-05-01"],
        "where": {"since": "2026-05-01", "count": 3},
        "span": {"day": "2026-05-01", "count": 3},
        "x-id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "session": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "ids": [1],
    }
    values = {name: make_page_value(document, schema) for name, schema in optional.items()}
    assert values == {"until": "2026-05-01", "count": 10, "last": "2026-01-01"}
    query = {**{name: required[name] for name in ("name", "tags", "pair")}, **values}
    joined = {"ids": "1", "prices": "9.99", "span": json.dumps(required["span"])}
    client.set_cookie("session", required["session"])
    response = client.get(
        "/st/2026-05-01",
        query_string={**query, **joined, "where[since]": "2026-05-01"},
        headers={"X-Id": required["x-id"]},
    )
    assert response.status_code == 204, response.text


def read_example(parameter: Any) -> Any:
    """Return the example of a parameter, also of one whose text is JSON."""
    (content,) = parameter.get("content", {"": parameter}).values()
    return content["example"]


def test_the_fields_of_a_form_have_examples() -> None:
    """Text, dates and bounded numbers; files are chosen by people."""

    def view(
        day: Annotated[dt.date, Form()], price: Annotated[Decimal, Form(), Ge(20)]
    ) -> None: ...

    client = make_app("3.1.0", lambda typed: typed.post("/")(view))
    document: Any = client.get("/openapi.json").get_json()
    (content,) = document["paths"]["/"]["post"]["requestBody"]["content"].values()
    values = make_page_value(document, content["schema"])
    assert values == {"day": "2026-05-01", "price": "100"}
    assert client.post("/", data=values).status_code == 204


def test_what_the_user_writes_wins() -> None:
    """An example, several of them, or a default are the only ones."""

    @dataclass
    class Own:
        one: Annotated[dt.date, Query(example="2020-01-01")]
        several: Annotated[dt.date, Query(examples={"new": "2020-01-02"})]
        default: dt.date = dt.date(2020, 1, 3)

    def view(own: Annotated[Own, Query()]) -> None: ...

    view.__annotations__["own"] = Annotated[Own, Query()]
    client = make_app("3.1.0", lambda typed: typed.get("/")(view))
    document: Any = client.get("/openapi.json").get_json()
    one, several, default = document["paths"]["/"]["get"]["parameters"]
    day = {"type": "string", "format": "date"}
    assert (one["example"], one["schema"]) == ("2020-01-01", day)
    assert (several["examples"], several["schema"]) == ({"new": {"value": "2020-01-02"}}, day)
    assert default["schema"] == {**day, "default": "2020-01-03"}


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(Annotated[int, Predicate(lambda number: number > 1000)], id="Predicate"),
        pytest.param(Annotated[str, validate.Regexp(r"^(?=x)y$")], id="no-such-text"),
        pytest.param(Annotated[str, validate.Regexp(r"^a{300}$")], id="long-text"),
        pytest.param(Annotated[str, Len(1000)], id="long"),
        pytest.param(Annotated[list[int], Len(100)], id="many"),
        pytest.param(Annotated[int, fields.Integer(metadata={"minimum": "x"})], id="no-bound"),
        pytest.param(Annotated[set[bool], Len(3)], id="too-many"),
        pytest.param(Annotated[Decimal, Ge(2), Le(1)], id="empty-range"),
        pytest.param(Annotated[bytes, Len(3), Len(0, 2)], id="empty-lengths"),
        pytest.param(tuple[int, Annotated[str, validate.Regexp(r"^(?=x)y$")]], id="tuple"),
    ],
)
def test_no_example_is_better_than_one_that_is_refused(annotation: Any) -> None:
    """If none of the proposals is accepted, there is none."""

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = Annotated[annotation, Body(embed=True)]
    client = make_app("3.1.0", lambda typed: typed.post("/")(view))
    document: Any = client.get("/openapi.json").get_json()
    body = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    assert "examples" not in body["schema"]["properties"]["value"]


class Even(BaseConverter):
    """A converter whose pattern does not say all."""

    regex = "[0-9]{2}"

    def to_python(self, value: str) -> Any:
        """Reject odd numbers."""
        if int(value) % 2:
            raise ValidationError
        return int(value)


class Never(BaseConverter):
    """A converter that rejects everything."""

    def to_python(self, value: str) -> Any:
        """Reject it."""
        raise ValidationError


def test_bounds_that_no_keyword_expresses() -> None:
    """Parameters with one schema and other bounds have other examples."""
    late, early = Ge(dt.date(2030, 1, 1)), Le(dt.date(2020, 1, 1))

    def view(a: Any, b: Any, c: Any, d: Any) -> None: ...

    kinds = (late, early, late, early)
    view.__annotations__.update(
        {name: Annotated[dt.date, kind] for name, kind in zip("abcd", kinds, strict=True)}
    )
    client = make_app("3.1.0", lambda typed: typed.get("/<a>/<b>")(view))
    document: Any = client.get("/openapi.json").get_json()
    parameters = document["paths"]["/{a}/{b}"]["get"]["parameters"]
    assert [parameter["example"] for parameter in parameters] == ["2030-01-01", "2020-01-01"] * 2
    assert client.get("/2030-01-01/2020-01-01?c=2030-01-01&d=2020-01-01").status_code == 204


def test_variables_of_converters_have_examples() -> None:
    """The converter decides, in typed and in plain routes."""
    app = Flask("shop")
    app.config["TYPED_PLAIN_ROUTES"] = True
    app.url_map.converters.update(even=Even, never=Never)
    typed = Typed(app)
    typed.get("/typed/<even:value>", endpoint="typed")(lambda value: "")
    typed.get("/never/<never:value>", endpoint="never")(lambda value: "")
    app.add_url_rule("/plain/<even:value>", "plain", lambda value: "")
    client = app.test_client()
    document: Any = client.get("/openapi.json").get_json()
    paths = {path: item["get"]["parameters"][0] for path, item in document["paths"].items()}
    assert "example" not in paths["/never/{value}"]
    for kind in ("typed", "plain"):
        value = paths[f"/{kind}/{{value}}"]["example"]
        assert client.get(f"/{kind}/{value}").status_code == 200
    assert client.get("/plain/11").status_code == 404


def test_the_headers_of_responses_have_examples() -> None:
    """Inside their schemas, unless the user has written some."""

    def view() -> Any: ...

    own = Annotated[int, msgspec.Meta(examples=[3])]
    headers = {"X-Day": dt.date, "X-Count": own}
    view.__annotations__["return"] = Annotated[str, Returns(headers=headers)]
    client = make_app("3.1.0", lambda typed: typed.get("/")(view))
    document: Any = client.get("/openapi.json").get_json()
    published = document["paths"]["/"]["get"]["responses"]["200"]["headers"]
    assert published["X-Count"]["schema"] == {"type": "integer"}
    assert published["X-Day"]["schema"] == {
        "type": "string",
        "format": "date",
        "examples": ["2026-05-01"],
    }


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("^a+b*?$", "ab", id="repeats"),
        pytest.param(r"^\d\D\w\W\s\S$", "0-a  -", id="classes"),
        pytest.param(r"^[^a][^\d\s][^\W]$", "Aaa", id="negated"),
        pytest.param("^(?:x|y)(?=z)z(?!a)[^b]?.$", "xzaa", id="groups"),
        pytest.param("^[a-c][^a-zA-Z0-9_ .é\\-\\n]$", "aß", id="other"),
        pytest.param(r"^[\D]$", "-", id="opposite"),
    ],
)
def test_the_text_of_a_pattern(pattern: str, text: str) -> None:
    """The first that is written matches, if the pattern looks around as expected."""
    assert next(write_texts(pattern)) == text


@pytest.mark.parametrize(
    "pattern", ["(", r"(a)\1", "a{1000}", "a{150}b{150}", "((((a{90}){90}){90}){90}){90}", "[b"]
)
def test_a_pattern_without_a_text(pattern: str) -> None:
    """One that cannot be read, looks back, or is too long has none."""
    assert list(write_texts(pattern)) == []


def test_a_full_object_has_optional_keys() -> None:
    """All for which there are values, except read-only ones."""
    keys = {"a": {"type": "integer"}, "b": {"enum": []}, "c": {"readOnly": True}}
    schema = {"type": "object", "properties": keys}
    assert pick_first(propose(schema, SampleSource({}, is_full=True))) == {"a": 1}


class Odd(TypedField):
    """A type whose schema is no schema."""

    json_schema = {"type": "integer", "minimum": "x"}


class OddText(TypedField):
    """Another."""

    json_schema = {"type": "string", "minLength": "x", "format": "date"}


class OddObject(TypedField):
    """A component of this kind."""

    component = "Odd"
    json_schema = {"type": "object", "properties": {"a": {"type": "integer", "minimum": "x"}}}


@pytest.mark.parametrize("field", [Odd, OddText, OddObject])
def test_a_schema_that_is_none_has_no_example(field: Any) -> None:
    """It prevents no document."""
    app = Flask("shop")

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = Annotated[int, field(), Body(embed=True)]
    Typed(app).post("/")(view)
    assert "examples" not in app.test_client().get("/openapi.json").get_data(as_text=True)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param({"const": 3}, 3, id="const"),
        pytest.param({"enum": []}, NO_VALUE, id="no-choice"),
        pytest.param({"type": ["null", "string"]}, None, id="null"),
        pytest.param({"type": "boolean"}, True, id="boolean"),
        pytest.param({"allOf": [{"type": "integer"}]}, 1, id="allOf"),
        pytest.param({"$ref": "#/components/schemas/A"}, {"b": [1]}, id="reference"),
        pytest.param({"$ref": "#/components/schemas/Loop"}, NO_VALUE, id="loop"),
        pytest.param({"$ref": "#/components/schemas/Unknown"}, NO_VALUE, id="unknown"),
        pytest.param({"properties": {"a": {}}}, {}, id="optional-keys"),
        pytest.param(
            {
                "oneOf": [{"$ref": "#/components/schemas/A"}],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"a": "#/components/schemas/A"},
                },
            },
            {"kind": "a", "b": [1]},
            id="tagged",
        ),
        pytest.param(
            {
                "oneOf": [{"enum": []}],
                "discriminator": {"propertyName": "kind", "mapping": {"a": "#/unknown"}},
            },
            NO_VALUE,
            id="tagged-without-a-member",
        ),
        pytest.param({"type": "array", "minItems": 1}, ["string"], id="items-of-any-type"),
        pytest.param(
            {"type": "object", "required": ["a"], "properties": {"a": {"enum": []}}},
            NO_VALUE,
            id="no-value-for-a-key",
        ),
    ],
)
def test_proposals(schema: Any, value: Any) -> None:
    """The first value that is proposed for a schema."""
    components = {
        "A": {
            "type": "object",
            "required": ["b"],
            "properties": {"b": {"type": "array", "items": {"type": "integer"}}},
        },
        "Loop": {
            "type": "object",
            "required": ["b"],
            "properties": {"b": {"$ref": "#/components/schemas/Loop"}},
        },
    }
    assert pick_first(propose(schema, SampleSource(components))) == value
