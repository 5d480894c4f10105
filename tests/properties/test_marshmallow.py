"""Fields and schemas of marshmallow take and give what the document says, and nothing else."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask
from flask_typed import Body, ResponseMismatch, Typed, TypedField
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from .test_exactness import VALIDATORS, Route

ONE = "6f1c2a4e-2c1b-4d0e-9a53-0b5d7c1e8f42"
UTC = dt.timezone.utc
NAIVE, AWARE, ZULU = "2020-01-01T00:00:00", "2020-01-01T00:00:00+01:00", "2020-01-01T00:00:00Z"


class Colour(enum.Enum):
    """Texts."""

    RED = "red"
    BLUE = "blue"


class Odd(enum.Enum):
    """No scalars."""

    PAIR = (1, 2)


class PointSchema(Schema):
    """A schema for others to hold."""

    x = fields.Integer(required=True)
    y = fields.Float()


def outer(**options: Any) -> type[Schema]:
    """Return a class of schemas that hold another."""
    return Schema.from_dict({"inner": fields.Nested(PointSchema, **options)}, name="OuterSchema")


class Registry(fields.Mapping[dict[str, Any]]):
    """A mapping of the user's own."""

    mapping_type = dict


class Even(TypedField):
    """A field of ours in a schema of theirs."""

    json_schema = {"type": "integer", "multipleOf": 2}


class Shout(fields.String):
    """A class that reads in a way of its own."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        return str(value).upper()


EXACT: list[Any] = [
    pytest.param(fields.String(), ["a"], [1, None, ["a"]], id="String"),
    pytest.param(fields.String(allow_none=True), ["a", None], [1], id="nullable"),
    pytest.param(fields.Integer(), [3, 3.0], ["3", 3.5, True], id="Integer"),
    pytest.param(fields.Integer(as_string=True), ["3", "-12"], [3, "3.0", "x"], id="Integer-text"),
    pytest.param(fields.Float(), [3, 0.5], ["3", True], id="Float"),
    pytest.param(fields.Float(as_string=True), ["0.5", "1e3"], [0.5, "x"], id="Float-text"),
    pytest.param(fields.Decimal(), [1.5, 2], ["1.5", True], id="Decimal"),
    pytest.param(fields.Decimal(as_string=True), ["1.50"], [1.5, "1e2"], id="Decimal-text"),
    pytest.param(fields.Boolean(), [True], ["true", 1, 0], id="Boolean"),
    pytest.param(fields.UUID(), [ONE], [ONE.replace("-", ""), f"{{{ONE}}}", 1], id="UUID"),
    pytest.param(fields.DateTime(), [NAIVE, AWARE, ZULU], ["2020-01-01", 0], id="DateTime"),
    pytest.param(fields.NaiveDateTime(), [NAIVE], [AWARE, ZULU, "x"], id="NaiveDateTime"),
    pytest.param(
        fields.NaiveDateTime(timezone=UTC), [NAIVE, AWARE], ["x"], id="NaiveDateTime-zone"
    ),
    pytest.param(fields.AwareDateTime(), [AWARE, ZULU], [NAIVE], id="AwareDateTime"),
    pytest.param(
        fields.AwareDateTime(default_timezone=UTC), [AWARE, NAIVE], ["x"], id="AwareDateTime-zone"
    ),
    pytest.param(fields.DateTime(format="timestamp"), [0, 1.5], [-1, "1", 10**12], id="timestamp"),
    pytest.param(fields.DateTime(format="timestamp_ms"), [0, 1500], [-1, "1"], id="timestamp_ms"),
    pytest.param(fields.Date(), ["2020-02-29"], ["20200229", "2021-02-29", 1], id="Date"),
    pytest.param(fields.Time(), ["12:00:00", "12:00:00.5+01:00"], ["12:00", 1], id="Time"),
    pytest.param(fields.TimeDelta(), [90, 1.5, -3], ["90", 1e15], id="TimeDelta"),
    pytest.param(fields.TimeDelta("days"), [1, -999_999_998], [1e9, True], id="TimeDelta-days"),
    pytest.param(fields.TimeDelta("weeks"), [1], [1.5e8], id="TimeDelta-weeks"),
    pytest.param(fields.Enum(Colour), ["RED"], ["red", 1], id="Enum-name"),
    pytest.param(fields.Enum(Colour, by_value=True), ["red"], ["RED", 1], id="Enum-value"),
    pytest.param(fields.IPv4(), ["10.0.0.1"], ["::1", "10.0.0.01", 1], id="IPv4"),
    pytest.param(fields.IPv6(), ["::1"], ["10.0.0.1", "::1%eth0"], id="IPv6"),
    pytest.param(fields.IP(), ["10.0.0.1", "::1"], ["x", 1], id="IP"),
    pytest.param(fields.IPv4Interface(), ["10.0.0.1/8"], ["::1/8"], id="IPv4Interface"),
    pytest.param(fields.IPInterface(), ["10.0.0.1/8", "::1/8"], [1], id="IPInterface"),
    pytest.param(fields.List(fields.Integer()), [[], [1]], [["1"], {}, [None]], id="List"),
    pytest.param(
        fields.Tuple((fields.Integer(), fields.String())), [[1, "a"]], [["1", "a"], [1]], id="Tuple"
    ),
    pytest.param(
        fields.Dict(keys=fields.String(), values=fields.Integer()),
        [{"a": 1}],
        [{"a": "1"}, []],
        id="Dict",
    ),
    pytest.param(fields.Dict(), [{"a": [None]}], [[], None], id="Dict-of-anything"),
    pytest.param(fields.Raw(), [1, "a", [None], {}], [None], id="Raw"),
    pytest.param(fields.Raw(allow_none=True), [1, None], [], id="Raw-nullable"),
    pytest.param(
        fields.Nested(PointSchema), [{"x": 1}], [{"x": "1"}, {}, {"x": 1, "z": 1}], id="Nested"
    ),
    pytest.param(
        fields.Nested(PointSchema, many=True),
        [[{"x": 1}]],
        [{"x": 1}, [{"x": "1"}]],
        id="Nested-many",
    ),
    pytest.param(
        fields.Nested(PointSchema(many=True)), [[{"x": 1}]], [{"x": 1}], id="Nested-instance"
    ),
    pytest.param(fields.Pluck(PointSchema, "x"), [1], ["1", {"x": 1}], id="Pluck"),
    pytest.param(fields.Pluck(PointSchema, "x", many=True), [[1]], [1, ["1"]], id="Pluck-many"),
    pytest.param(
        fields.String(validate=validate.Regexp("^[a-z]+$")), ["a"], ["a\n", "A"], id="Regexp"
    ),
    pytest.param(
        fields.Decimal(validate=validate.Range(min=Decimal(1), min_inclusive=False)),
        [2],
        [1],
        id="Range",
    ),
]


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize(("field", "accepted", "refused"), EXACT)
def test_a_field_takes_its_published_form(
    field: fields.Field[Any], accepted: list[Any], refused: list[Any], version: str
) -> None:
    """Alone in ``Annotated``, and as a field of a Schema."""
    wrapper = type("WrapperSchema", (Schema,), {"inner": field})
    for annotation, wrap in (
        (Annotated[Any, field], lambda value: value),
        (Annotated[Any, wrapper()], lambda value: {"inner": value}),
    ):
        route = Route(annotation, version)
        for value in accepted:
            route.check(wrap(value))
            assert route.send(wrap(value)).status_code == 200, value
        for value in refused:
            route.check(wrap(value))
            assert route.send(wrap(value)).status_code == 422, value


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        pytest.param(PointSchema(partial=True), [{}, {"x": 1}], [{"x": "1"}], id="partial"),
        pytest.param(PointSchema(partial=("x",)), [{}, {"y": 1}], [{"z": 1}], id="partial-some"),
        pytest.param(PointSchema(only=("x",)), [{"x": 1}], [{"x": 1, "y": 1}], id="only"),
        pytest.param(PointSchema(exclude=("x",)), [{"y": 1}, {}], [{"x": 1}], id="exclude"),
        pytest.param(PointSchema(many=True), [[], [{"x": 1}]], [{"x": 1}], id="many"),
        pytest.param(
            PointSchema(unknown="exclude"), [{"x": 1, "z": 1}], [{}], id="exclude-unknown"
        ),
        pytest.param(
            outer()(partial=True),
            [{"inner": {}}, {}],
            [{"inner": {"x": "1"}}],
            id="partial-inside",
        ),
        pytest.param(
            outer()(partial=("inner.x",)),
            [{"inner": {}}],
            [{"inner": {"z": 1}}],
            id="partial-some-inside",
        ),
        pytest.param(
            outer(unknown="include")(),
            [{"inner": {"x": 1, "z": 1}}],
            [{"inner": {}}],
            id="unknown-inside",
        ),
    ],
)
def test_forms_of_a_schema(schema: Schema, accepted: list[Any], refused: list[Any]) -> None:
    """Each form of a Schema is published as it is."""
    app = Flask("shop")
    typed = Typed(app)

    def view(value: Any) -> None: ...

    view.__annotations__.update({"value": Annotated[Any, schema, Body()], "return": None})
    typed.post("/")(view)
    document = app.test_client().get("/openapi.json").get_json()
    content = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    takes = VALIDATORS["3.1.0"]({**content["schema"], "components": document["components"]})
    for value in accepted:
        assert takes.is_valid(value), value
        assert app.test_client().post("/", json=value).status_code == 204, value
    for value in refused:
        assert not takes.is_valid(value), value
        assert app.test_client().post("/", json=value).status_code == 422, value


def dump(annotation: Any, value: Any) -> Any:
    """Return the answer of a view that returns a value."""
    app = Flask("shop")
    app.testing = True

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    Typed(app).get("/")(view)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(
            Annotated[Any, fields.String()], None, "expected a value that String dumps", id="None"
        ),
        pytest.param(PointSchema, {"y": 1}, "no 'x'", id="missing"),
        pytest.param(Annotated[Any, PointSchema(many=True)], [{"x": 1}, {}], "no 'x'", id="many"),
        pytest.param(
            PointSchema, {"x": None}, r"at \$\.x expected a value that Integer dumps", id="null"
        ),
        pytest.param(
            Annotated[Any, fields.Integer(validate=validate.Range(min=1))], 0, "breaks", id="range"
        ),
        pytest.param(
            Annotated[Any, fields.DateTime("timestamp")],
            dt.datetime(1900, 1, 1),
            "breaks",
            id="past",
        ),
        pytest.param(
            Annotated[Any, fields.AwareDateTime()], dt.datetime(2020, 1, 1), "breaks", id="naive"
        ),
    ],
)
def test_what_would_not_fit_does_not_leave(annotation: Any, value: Any, message: str) -> None:
    """An answer that the document forbids is an error of the program."""
    with pytest.raises(ResponseMismatch, match=message):
        dump(annotation, value)


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(PointSchema(partial=True), {"y": 1}, {"y": 1}, id="partial"),
        pytest.param(PointSchema(partial=("x",)), {"y": 1}, {"y": 1}, id="partial-some"),
        pytest.param(
            Schema.from_dict({"n": fields.Function(lambda obj: None)})(),
            {},
            {"n": None},
            id="Function",
        ),
        pytest.param(fields.IP(), ipaddress.ip_address("::1"), "::1", id="IP"),
        pytest.param(fields.UUID(), UUID(ONE), ONE, id="UUID"),
        pytest.param(fields.Decimal(), Decimal("1.10"), 1.1, id="Decimal"),
    ],
)
def test_what_fits_leaves(annotation: Any, value: Any, wire: Any) -> None:
    """As marshmallow writes it."""
    assert dump(Annotated[Any, annotation], value) == wire


def test_hooks_stay_the_users() -> None:
    """A schema decides further, and says so in its own words."""

    class SpanSchema(Schema):
        first = fields.Date(required=True)
        last = fields.Date(required=True)

        @validates_schema
        def check(self, data: dict[str, Any], **_: Any) -> None:
            if data["last"] < data["first"]:
                raise ValidationError("Ends before it begins.", "last")

    route = Route(SpanSchema, "3.1.0")
    assert route.send({"first": "2020-01-01", "last": "2020-01-01"}).status_code == 200
    answer = route.send({"first": "2020-01-02", "last": "2020-01-01"})
    assert answer.json["errors"] == [
        {"in": "body", "pointer": "/last", "code": "invalid", "detail": "Ends before it begins."}
    ]


@pytest.mark.parametrize(
    ("field", "published"),
    [
        pytest.param(Shout(), {"type": "string"}, id="own-class"),
        pytest.param(fields.Enum(Odd, by_value=True), None, id="no-scalars"),
        pytest.param(fields.DateTime(format="%d/%m/%Y"), {"type": "string"}, id="own-format"),
        pytest.param(fields.Date(format="%d/%m/%Y"), {"type": "string"}, id="own-date"),
        pytest.param(fields.Time(format="%H:%M"), {"type": "string"}, id="own-time"),
        pytest.param(fields.DateTime(format="rfc"), {"type": "string"}, id="rfc"),
        pytest.param(Registry(), {"type": "object"}, id="Mapping"),
        pytest.param(Even(), {"type": "integer", "multipleOf": 2}, id="TypedField"),
        pytest.param(fields.Function(str, deserialize=str), None, id="Function"),
        pytest.param(
            fields.String(validate=validate.Regexp(r"\d")),
            {"type": "string", "description": "Also checked by Regexp."},
            id="pattern-of-two-meanings",
        ),
    ],
)
def test_what_has_no_form_of_its_own(field: fields.Field[Any], published: Any) -> None:
    """It is published as far as it is known; of the rest, only that it is not null."""
    wrapper = type("WrapperSchema", (Schema,), {"inner": field})
    route = Route(Annotated[Any, wrapper()], "3.1.0")
    anything = {"type": ["array", "boolean", "number", "object", "string"]}
    component = route.document["components"]["schemas"]["Wrapper"]["properties"]["inner"]
    component.pop("examples", None)
    assert component == (published or anything)


def test_an_own_class_reads_in_its_own_way() -> None:
    """Nobody can know what it takes."""
    assert Route(Annotated[str, Shout()], "3.1.0").send(1).json == ["1"]


def test_another_time_zone_may_be_in_another_year() -> None:
    """What cannot be converted is refused."""
    route = Route(Annotated[Any, fields.NaiveDateTime(timezone=UTC)], "3.1.0")
    answer = route.send("0001-01-01T00:00:00+01:00")
    assert (answer.status_code, answer.json["errors"][0]["detail"]) == (
        422,
        "Not a valid datetime.",
    )


def test_the_users_objects_are_not_changed() -> None:
    """One field, and one schema, may serve other libraries too."""
    field, schema = fields.List(fields.Integer()), PointSchema()
    Route(Annotated[Any, field], "3.1.0").send([1])
    Route(Annotated[Any, schema], "3.1.0").send({"x": 1})
    assert field.deserialize(["1"]) == [1]
    assert schema.load({"x": "1"}) == {"x": 1}
