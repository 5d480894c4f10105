"""Functions of pydantic's models that run before validation leave JSON what it is."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.pydantic import PYDANTIC


class Before(pydantic.BaseModel):
    """A function gets the whole model first."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def keep(cls, data: Any) -> Any:
        """Return the data."""
        return data


class Wrapped(pydantic.BaseModel):
    """A function is around the whole model."""

    @pydantic.model_validator(mode="wrap")
    @classmethod
    def keep(cls, data: Any, read: Any) -> Any:
        """Return what pydantic reads, or the model of a short form."""
        return cls() if data == {"empty": True} else read(data)


class Point:
    """A class that JSON does not have."""

    def __init__(self, text: str) -> None:
        self.text = text


class Inner(pydantic.BaseModel):
    """A model without functions."""

    day: date


KINDS = [
    pytest.param(date, "2026-11-30", id="date"),
    pytest.param(datetime, "2026-11-30T10:00:00Z", id="datetime"),
    pytest.param(timedelta, "PT1H", id="timedelta"),
    pytest.param(Decimal, "9.90", id="Decimal"),
    pytest.param(UUID, "00000000-0000-0000-0000-000000000000", id="UUID"),
    pytest.param(bytes, "abc", id="bytes"),
    pytest.param(set[int], [1], id="set"),
    pytest.param(tuple[int, date], [1, "2026-11-30"], id="tuple"),
    pytest.param(Inner, {"day": "2026-11-30"}, id="model"),
    pytest.param(list[Inner], [{"day": "2026-11-30"}], id="models"),
    pytest.param(
        Annotated[date, pydantic.BeforeValidator(lambda value: value)], "2026-11-30", id="field"
    ),
    pytest.param(
        Annotated[list[date], pydantic.WrapValidator(lambda value, read: read(value))],
        ["2026-11-30"],
        id="field that is wrapped",
    ),
]


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return an extension object that knows pydantic."""
    return Typed(app, types=PYDANTIC)


@pytest.mark.parametrize("base", [Before, Wrapped])
@pytest.mark.parametrize(("kind", "sent"), KINDS)
def test_accepted(typed: Typed, client: FlaskClient, base: Any, kind: Any, sent: Any) -> None:
    """Every form that the document publishes is accepted."""
    made = pydantic.create_model("Made", __base__=base, value=(kind, ...))

    def view(body: Any) -> Any:
        return body

    view.__annotations__ = {"body": made, "return": made}
    typed.post("/")(view)
    assert client.post("/", json={"value": sent}).json == {"value": sent}


class Strict(Before):
    """Values of several types."""

    number: int = 0
    day: date = date(2026, 11, 30)
    moment: datetime | None = None


def read_strict(body: Strict) -> None:
    """Take a body."""


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        ({"number": "3"}, "/number", "invalid_integer"),
        ({"day": "tomorrow"}, "/day", "invalid_date"),
        ({"moment": "2026-11-30T10:00:00"}, "/moment", "invalid_datetime"),
        ([], "", "invalid_object"),
    ],
)
def test_still_strict(
    typed: Typed, client: FlaskClient, sent: Any, pointer: str, code: str
) -> None:
    """JSON stays strict, and the faults have their places."""
    typed.post("/")(read_strict)
    (fault,) = client.post("/", json=sent).json["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)


class Short(Wrapped):
    """A model that a function makes by itself."""

    day: date = date(2026, 11, 30)


class Shortened(pydantic.BaseModel):
    """A model whose function returns an instance."""

    day: date = date(2026, 11, 30)

    @pydantic.model_validator(mode="before")
    @classmethod
    def make(cls, data: Any) -> Any:
        """Return an instance."""
        return Shortened.model_construct()


def make_inner(data: Any) -> Inner:
    """Return an instance, of whatever is sent."""
    return Inner(day=date(2026, 11, 30))


class Holder(Before):
    """A model that gets its field from a function."""

    inner: Annotated[Inner, pydantic.BeforeValidator(make_inner)]

    @property
    def day(self) -> date:
        """The day of the model inside."""
        return self.inner.day


@pytest.mark.parametrize("kind", [Short, Shortened])
def test_instances(typed: Typed, client: FlaskClient, kind: Any) -> None:
    """A function may return an instance of the model."""

    def view(body: Any) -> str:
        return str(body.day)

    view.__annotations__["body"] = kind
    typed.post("/")(view)
    assert client.post("/", json={"empty": True}).json == "2026-11-30"


def test_instances_in_a_field(typed: Typed, client: FlaskClient) -> None:
    """So may the function of a field."""

    @typed.post("/")
    def view(body: Holder) -> str:
        return str(body.day)

    assert client.post("/", json={"inner": {"day": "2020-01-01"}}).json == "2026-11-30"


class Placed(Before):
    """A model with a class of the program's own, which a function makes."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    point: Annotated[
        Point, pydantic.BeforeValidator(Point), pydantic.WithJsonSchema({"type": "string"})
    ]


def test_own_classes(typed: Typed, client: FlaskClient) -> None:
    """What a function makes of JSON, and pydantic only checks, goes on as before."""

    @typed.post("/")
    def view(body: Placed) -> str:
        return body.point.text

    assert client.post("/", json={"point": "here"}).json == "here"
