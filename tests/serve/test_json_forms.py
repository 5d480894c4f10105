"""``load`` and ``dump``: values to JSON and back outside of a request."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask_typed import (
    DataFault,
    DataInvalid,
    DeclarationError,
    JsonNumber,
    ResponseMismatch,
    SetupError,
    Typed,
    TypedField,
)
from marshmallow import Schema, fields


@dataclass
class Line:
    """A part."""

    qty: Annotated[int, Ge(1)]


@dataclass
class Order:
    """A value."""

    name: Annotated[str, Len(1)]
    day: date
    lines: list[Line]


class Paid(Order):
    """A subclass with an attribute that its base does not declare."""

    secret = "s3cret"


class Money:
    """A type of the user's own."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


class MoneyField(TypedField):
    """Reads and writes money."""

    json_schema = {"type": "integer"}

    def load(self, value: Any) -> Money:
        """Return money."""
        return Money(value)

    def dump(self, value: Money) -> int:
        """Return the cents."""
        return value.cents


class LineSchema(Schema):
    """A schema of marshmallow."""

    qty = fields.Integer(required=True)


ORDER = Order("a", date(2026, 1, 2), [Line(2)])
DATA = {"name": "a", "day": "2026-01-02", "lines": [{"qty": 2}]}

VALUES = [
    pytest.param(Order, ORDER, DATA, id="dataclass"),
    pytest.param(list[Order], [ORDER], [DATA], id="list"),
    pytest.param(Order | None, None, None, id="null"),
    pytest.param(dict[str, Line], {"a": Line(1)}, {"a": {"qty": 1}}, id="dict"),
    pytest.param(Annotated[int, Ge(1)], 1, 1, id="constraint"),
    pytest.param(int | str, "1", "1", id="union"),
    pytest.param(LineSchema, {"qty": 1}, {"qty": 1}, id="Schema"),
    pytest.param(Annotated[Any, fields.Integer()], 1, 1, id="field"),
    pytest.param(Annotated[int, {"plain": "data"}], 1, 1, id="not hashable"),
]


@pytest.fixture(params=[True, False], ids=["accelerated", "plain"])
def typed(app: Flask, request: pytest.FixtureRequest) -> Typed:
    """Return the app's object, with and without the accelerated path."""
    app.config["TYPED_ACCELERATION"] = request.param
    return Typed(app, types={Money: MoneyField})


@pytest.mark.parametrize(("kind", "value", "data"), VALUES)
def test_there_and_back(typed: Typed, kind: Any, value: Any, data: Any) -> None:
    """A value becomes JSON data or text, and either becomes the value again."""
    assert typed.dump(value, kind) == data
    assert json.loads(typed.dump_json(value, kind)) == data
    assert typed.load(kind, data) == value
    assert typed.load(kind, typed.dump_json(value, kind)) == value
    assert typed.load(kind, bytearray(typed.dump_json(value, kind))) == value


MESSAGES = (
    DataFault("/name", "wrong_length", "Shorter than minimum length 1."),
    DataFault("/day", "required", "Missing data for required field."),
    DataFault("/lines/0/qty", "out_of_range", "Must be greater than or equal to 1."),
    DataFault("/lines/1/qty", "required", "Missing data for required field."),
    DataFault("/lines/1/x", "unknown", "Unknown field."),
)


@pytest.mark.parametrize("as_text", [False, True])
def test_faults(typed: Typed, as_text: bool) -> None:
    """The error holds every fault with its place."""
    data: Any = {"name": "", "lines": [{"qty": 0}, {"x": 1}]}
    with pytest.raises(DataInvalid, match=r"/day Missing data") as caught:
        typed.load(Order, json.dumps(data).encode() if as_text else data)
    assert caught.value.errors == MESSAGES
    assert str(caught.value).splitlines()[:2] == [
        "The data does not fit Order:",
        "  /name Shorter than minimum length 1.",
    ]
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("as_text", [False, True])
def test_the_number_of_faults_is_bounded(app: Flask, as_text: bool) -> None:
    """The setting for requests holds here too."""
    app.config["TYPED_MAX_FAULTS"] = 2
    data: Any = ["x"] * 5
    with pytest.raises(DataInvalid, match="/0 Not a valid integer") as caught:
        Typed(app).load(list[int], json.dumps(data).encode() if as_text else data)
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"{", "is not JSON", id="cut off"),
        pytest.param(b"[NaN]", "NaN is not a JSON number", id="NaN"),
        pytest.param(b"\xff", "is not UTF-8", id="bytes"),
    ],
)
def test_text_that_is_not_json(typed: Typed, text: bytes, message: str) -> None:
    """It is read as strictly as a body."""
    with pytest.raises(DataInvalid, match=message) as caught:
        typed.load(list[int], text)
    assert caught.value.errors[0].pointer == ""


def test_text_is_a_value(typed: Typed) -> None:
    """A ``str`` is a JSON value, only bytes are JSON text."""
    assert typed.load(str, "1") == "1"
    with pytest.raises(DataInvalid, match="Not a valid integer"):
        typed.load(int, "1")


def test_data_that_is_accepted_in_the_end(typed: Typed) -> None:
    """What the accelerated path leaves to the schema is loaded all the same."""
    assert typed.load(list[int], b"[1.0]") == [1]


def test_only_declared_fields_are_dumped(typed: Typed) -> None:
    """A subclass loses what its base does not declare."""
    assert typed.dump(Paid("a", date(2026, 1, 2), []), Order) == {**DATA, "lines": []}


def test_a_misfit_is_not_dumped(typed: Typed) -> None:
    """The error names the place."""
    with pytest.raises(ResponseMismatch, match=r"^at \$\.lines\[0\]\.qty expected an int"):
        typed.dump(Order("a", date(2026, 1, 2), [Line("x")]), Order)  # type: ignore[arg-type]


def test_types_of_the_app(typed: Typed) -> None:
    """The types of the app are known."""
    assert typed.dump([Money(3)], list[Money]) == [3]
    assert typed.load(Money, 3).cents == 3


def test_digits(typed: Typed) -> None:
    """A Decimal that is a JSON number keeps its digits."""
    kind = Annotated[Decimal, JsonNumber()]
    assert typed.dump_json(Decimal("1.20"), kind) == b"1.20"
    assert typed.dump(Decimal("1.20"), kind) == Decimal("1.20")


def test_the_order_of_a_union_counts(typed: Typed) -> None:
    """Two unions that Python takes for equal are not mixed up."""
    assert typed.load(date | str, "2026-01-02") == date(2026, 1, 2)
    assert typed.load(Annotated[date, "x"] | int, "2026-01-02") == date(2026, 1, 2)


def test_a_type_is_read_once(typed: Typed, app: Flask) -> None:
    """The second use of a type makes nothing."""
    typed.load(Order, DATA)
    forms = dict(app.extensions["typed"].serving.forms)
    typed.load(Order, DATA)
    assert app.extensions["typed"].serving.forms == forms


def test_a_type_without_a_form(typed: Typed) -> None:
    """The error says where the type was given."""
    place = r"complex.\n  in the type of `load\(type, data\)` or `dump\(value, type\)`\n"
    with pytest.raises(DeclarationError, match=place):
        typed.load(complex, 1)


def test_no_app() -> None:
    """The settings are those of an app."""
    message = r"^This needs an app: call `typed\.init_app\(app\)` first\.$"
    with pytest.raises(SetupError, match=message):
        Typed().load(int, 1)


def test_the_current_app(app: Flask) -> None:
    """Of several apps, the settings of the current one count."""
    other = Flask("other")
    other.config["TYPED_UNKNOWN_KEYS"] = "exclude"
    typed = Typed()
    typed.init_app(app)
    typed.init_app(other)
    with other.app_context():
        assert typed.load(Line, {"qty": 1, "x": 1}) == Line(1)
    with app.app_context(), pytest.raises(DataInvalid, match="Unknown field"):
        typed.load(Line, {"qty": 1, "x": 1})
    with pytest.raises(SetupError, match="inside the app context"):
        typed.load(Line, {"qty": 1})


def test_an_app_of_another_object(typed: Typed) -> None:
    """The app context of an app that the object does not serve is an error."""
    other = Flask("other")
    with other.app_context(), pytest.raises(SetupError, match="that this Typed serves"):
        typed.load(Line, {"qty": 1})
