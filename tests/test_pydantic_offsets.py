"""Datetimes, times and sets of pydantic: requests and responses conform to the document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Query, ResponseMismatch, Typed
from flask_typed.pydantic import PYDANTIC
from pydantic import BaseModel
from typing_extensions import TypeAliasType

NAIVE = dt.datetime(2026, 5, 1, 12)
IN_UTC = NAIVE.replace(tzinfo=dt.timezone.utc)
When = TypeAliasType("When", dt.datetime)


class Event(BaseModel):
    """A datetime of a model."""

    at: dt.datetime


class Diary(BaseModel):
    """Models with datetimes inside, by another name."""

    events: dict[str, list[Event]] = pydantic.Field(alias="allEvents")


class Kinds(BaseModel):
    """Datetimes in each form in which a model may have them."""

    alias: When = NAIVE
    nullable: dt.datetime | None = NAIVE
    local: pydantic.NaiveDatetime = NAIVE
    year: Annotated[dt.datetime, pydantic.PlainSerializer(lambda at: at.year, int)] = NAIVE

    @pydantic.computed_field
    def computed(self) -> dt.datetime:
        """Return a naive datetime."""
        return NAIVE


class Postponed(BaseModel):
    """A model that pydantic builds only when it is used."""

    model_config = {"defer_build": True}

    at: dt.datetime


class Tagged(BaseModel):
    """A set, a frozen set and a time."""

    tags: set[str]
    codes: frozenset[int] = frozenset()
    opens: dt.time = dt.time(9)


class Local(BaseModel):
    """Values without an offset."""

    at: pydantic.NaiveDatetime
    opens: dt.time


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the extension with pydantic's types."""
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return Typed(app, types=PYDANTIC)


@pytest.fixture
def in_utc(app: Flask) -> Typed:
    """Return the extension of an app whose naive datetimes are in UTC."""
    app.config["TYPED_NAIVE_DATETIMES"] = "utc"
    return Typed(app, types=PYDANTIC)


def test_naive_datetime_of_a_response_is_an_error_with_advice(
    typed: Typed, client: FlaskClient
) -> None:
    """The error names the place by the names on the wire, and the key to set."""

    @typed.get("/")
    def view() -> Diary:
        return Diary(allEvents={"may": [Event(at=IN_UTC), Event(at=NAIVE)]})

    message = (
        r"at \$\.allEvents\.may\[1\]\.at expected a datetime with a time zone, found a naive"
        r' datetime; if it is in UTC, set TYPED_NAIVE_DATETIMES = "utc", or add the time zone in a'
        r" validator of the model"
    )
    with pytest.raises(ResponseMismatch, match=message):
        client.get("/")


def test_naive_datetime_is_in_utc(in_utc: Typed, client: FlaskClient) -> None:
    """With the key it is written with Z, as in dataclasses."""

    @in_utc.get("/")
    def view() -> list[Event]:
        return [Event(at=NAIVE), Event(at=IN_UTC)]

    assert client.get("/").json == [{"at": "2026-05-01T12:00:00Z"}, {"at": "2026-05-01T12:00:00Z"}]


def test_each_form_of_a_datetime(in_utc: Typed, client: FlaskClient) -> None:
    """A local time and the result of a serializer remain as they are."""

    @in_utc.get("/")
    def view() -> Kinds:
        return Kinds()

    assert client.get("/").json == {
        **dict.fromkeys(("alias", "nullable", "computed"), "2026-05-01T12:00:00Z"),
        "local": "2026-05-01T12:00:00",
        "year": 2026,
    }


def test_datetime_of_a_model_that_is_built_later(in_utc: Typed, client: FlaskClient) -> None:
    """It is built when the route is registered."""

    @in_utc.post("/")
    def view(body: Postponed) -> Postponed:
        return Postponed(at=body.at.replace(tzinfo=None))

    assert client.post("/", json={"at": "2026-05-01T12:00:00+00:00"}).json == {
        "at": "2026-05-01T12:00:00Z"
    }


def test_datetime_of_a_request_needs_an_offset(typed: Typed, client: FlaskClient) -> None:
    """A view could not return it, and its format does not allow it."""

    @typed.post("/")
    def view(body: Event) -> Event: ...

    answer = client.post("/", json={"at": "2026-05-01T12:00:00"})
    assert answer.json == {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "One value of the request cannot be accepted.",
        "errors": [
            {
                "in": "body",
                "pointer": "/at",
                "code": "invalid_datetime",
                "detail": "Input should have timezone info",
            }
        ],
    }


def test_datetime_of_a_parameter_model_needs_an_offset(typed: Typed, client: FlaskClient) -> None:
    """The text of a parameter is no exception."""

    @typed.get("/")
    def view(query: Annotated[Event, Query()]) -> Event:
        return query

    with_offset, without = (
        client.get("/?at=2026-05-01T12:00:00Z"),
        client.get("/?at=2026-05-01T12:00"),
    )
    assert (with_offset.json, without.status_code) == ({"at": "2026-05-01T12:00:00Z"}, 422)


def test_unserializable_instance_beside_a_datetime(typed: Typed, client: FlaskClient) -> None:
    """A value that was never validated is named; its place too, since pydantic 2.8."""

    @typed.get("/")
    def view() -> Event:
        return Event.model_construct(at="tomorrow")

    with pytest.raises(ResponseMismatch, match=r"at \$(\.at)? expected Event, found one whose"):
        client.get("/")


def test_set_of_a_request_may_repeat_an_item(typed: Typed, client: FlaskClient) -> None:
    """pydantic drops it; the schema of requests does not forbid it, that of responses does."""

    @typed.post("/")
    def view(body: Tagged) -> Tagged:
        return body

    answer = client.post("/", json={"tags": ["a", "a"], "codes": [1, 1], "opens": "10:00:00"})
    assert answer.json == {"tags": ["a"], "codes": [1], "opens": "10:00:00"}
    document: Any = client.get("/openapi.json").json
    schemas = document["components"]["schemas"]
    unique = {
        name: [key for key, part in schemas[name]["properties"].items() if "uniqueItems" in part]
        for name in ("TaggedInput", "Tagged")
    }
    assert unique == {"TaggedInput": [], "Tagged": ["tags", "codes"]}


def test_schemas_of_local_datetimes_and_of_times(
    typed: Typed, document: Callable[[], dict[str, Any]]
) -> None:
    """No format promises an offset that they do not have."""

    @typed.get("/")
    def view() -> Local: ...

    properties = document()["components"]["schemas"]["Local"]["properties"]
    assert {name: sorted(schema) for name, schema in properties.items()} == {
        "at": ["examples", "pattern", "title", "type"],
        "opens": ["examples", "pattern", "title", "type"],
    }
