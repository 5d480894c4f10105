"""The schemas of pydantic's models have examples that pydantic accepts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import Body, Query, Typed
from flask_typed.publish.illustrating import illustrate
from flask_typed.pydantic import PYDANTIC
from flask_typed.pydantic.describing import DECIMAL_LOOKAHEAD, tidy_schema
from flask_typed.schemas.fields import Described, TypedField
from pydantic import AfterValidator, BaseModel, Field, HttpUrl, RootModel, model_validator


def reject_most(text: str) -> str:
    """Raise for all texts but one, which nobody proposes."""
    if text != "zz":
        raise ValueError("no")
    return text


def reject_one(text: str) -> str:
    """Raise for the first text that is proposed."""
    if text == "a":
        raise ValueError("no")
    return text


class Guest(BaseModel):
    """A model inside another."""

    born: dt.date
    code: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Booking(BaseModel):
    """A model with all kinds of rules."""

    day: dt.date
    moment: dt.datetime
    page: HttpUrl
    count: Annotated[int, Field(ge=5)]
    until: dt.date | None = None
    given: Annotated[dt.date, Field(examples=["2020-01-01"])]
    guest: Guest
    guests: list[Guest] = []
    pair: tuple[int, dt.date]
    by_day: dict[str, dt.date]
    text: Annotated[str, Field(pattern="^a+$"), AfterValidator(reject_one)]
    rare: Annotated[str, Field(pattern="^[a-z]+$"), AfterValidator(reject_most)] = "zz"


class Code(RootModel[Annotated[str, Field(pattern="^[a-c]{2}$")]]):
    """A model of one value."""


class Period(BaseModel):
    """A model with a rule about two fields."""

    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def check(self) -> Period:
        """Reject equal dates."""
        if self.first == self.last:
            raise ValueError("an empty period")
        return self


def publish(taken: Any) -> Any:
    """Return the document of an app with one view."""
    app = Flask("shop")

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = Annotated[taken, Body()]
    Typed(app, types=PYDANTIC).post("/")(view)
    return app.test_client().get("/openapi.json").get_json()


def test_a_model_has_examples() -> None:
    """Those that pydantic rejects are replaced, or left out; others stay."""
    schemas = publish(Booking)["components"]["schemas"]
    parts = schemas["Booking"]["properties"]
    found = {name: part["examples"] for name, part in parts.items() if "examples" in part}
    assert found == {
        "day": ["2026-05-01"],
        "moment": ["2026-05-01T09:30:00Z"],
        "page": ["https://example.com/"],
        "count": [10],
        "given": ["2020-01-01"],
        "pair": [[1, "2026-05-01"]],
        "text": ["aaa"],
    }
    assert parts["until"] == {
        "anyOf": [
            {"type": "string", "format": "date", "examples": ["2026-05-01"]},
            {"type": "null"},
        ],
        "title": "Until",
    }
    assert parts["by_day"]["additionalProperties"]["examples"] == ["2026-05-01"]
    inside = schemas["Guest"]["properties"]
    assert (inside["born"]["examples"], inside["code"]["examples"]) == (["2026-05-01"], ["AAA"])


def test_a_model_of_one_value_has_an_example() -> None:
    """The component has it."""
    document = publish(Code)
    assert document["components"]["schemas"]["Code"]["examples"] == ["aa"]


def test_a_rule_that_nobody_can_know() -> None:
    """The examples are left out, and the rule holds."""
    with pytest.raises(ValueError, match="no"):
        reject_most("aa")


def test_a_rule_about_several_fields_is_not_known() -> None:
    """Each field has its example all the same; the rule holds for what is sent."""
    assert Period(first=dt.date(2026, 5, 1), last=dt.date(2026, 5, 2)).last.day == 2
    parts = publish(Period)["components"]["schemas"]["Period"]["properties"]
    assert [part["examples"] for part in parts.values()] == [["2026-05-01"]] * 2


def test_a_type_without_a_component() -> None:
    """In a body and in a parameter."""
    content = publish(list[HttpUrl])["paths"]["/"]["post"]["requestBody"]["content"]
    assert content["application/json"]["schema"]["type"] == "array"
    app = Flask("shop")

    def view(page: Any) -> None: ...

    view.__annotations__["page"] = Annotated[HttpUrl, Query()]
    Typed(app, types=PYDANTIC).get("/")(view)
    document: Any = app.test_client().get("/openapi.json").get_json()
    (parameter,) = document["paths"]["/"]["get"]["parameters"]
    assert parameter["example"] == "https://example.com/"


class Failing(TypedField):
    """A field that fails instead of rejecting a value."""

    def load(self, value: Any) -> Any:
        """Fail."""
        raise RuntimeError


@pytest.mark.parametrize(
    ("schema", "examples"),
    [
        pytest.param(
            {"properties": {"a": {"type": "string", "format": "date"}}}, True, id="object"
        ),
        pytest.param({"type": "string", "format": "date"}, False, id="value"),
        pytest.param({"type": "string"}, False, id="plain"),
    ],
)
def test_a_field_that_fails(schema: Any, examples: bool) -> None:
    """Of an object, nothing is known then; a single value has no example."""
    made = illustrate(Described(schema, "Own"), Failing())["Own"]
    assert ("examples" in str(made)) is examples


def test_defaults_and_patterns_are_tidied() -> None:
    """Without null, without times of no zone, and without the lookahead of a Decimal."""
    pattern = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"
    decimal = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": pattern}]}
    tidied = tidy_schema({**decimal, "default": None})
    assert tidied == {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?0*\d*\.?\d*$"}]
    }
    assert DECIMAL_LOOKAHEAD in pattern
    assert tidy_schema({"type": "string", "default": "x"}) == {"type": "string", "default": "x"}


def test_a_decimal_has_typed_branches() -> None:
    """A number or a text, in each direction."""

    class Price(BaseModel):
        amount: Annotated[Decimal, Field(ge=0, le=100)]

    (amount,) = publish(Price)["components"]["schemas"]["Price"]["properties"].values()
    assert {branch["type"] for branch in amount["anyOf"]} == {"number", "string"}
