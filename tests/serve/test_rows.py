"""Rows of a database as answers: times without a zone, raw values of enumerations, related rows."""

from __future__ import annotations

import enum
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import AssumeUTC, DeclarationError, Typed

NOON = datetime(2026, 1, 2, 12)


class Status(enum.Enum):
    """An enumeration, of which the database has the values."""

    ACTIVE = "active"


@dataclass
class Event:
    """An annotation."""

    at: datetime


@dataclass
class Marked:
    """An annotation with the marker."""

    at: Annotated[datetime, AssumeUTC()]
    until: Annotated[datetime | None, AssumeUTC()] = None


@dataclass
class Account:
    """An annotation with an Enum."""

    status: Status


class Row:
    """A row of a database."""

    at = NOON
    until = None
    status = "active"


def serve(app: Flask, annotation: Any, value: Any) -> Any:
    """Return the JSON of the answer with a value."""

    def view() -> Any:
        return value

    view.__annotations__["return"] = annotation
    Typed(app).get("/")(view)
    return app.test_client().get("/").get_json()


@pytest.mark.parametrize("accelerated", [True, False])
@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        pytest.param(list[Event], [Row()], [{"at": "2026-01-02T12:00:00Z"}], id="field"),
        pytest.param(datetime, NOON, "2026-01-02T12:00:00Z", id="body"),
        pytest.param(dict[datetime, int], {NOON: 1}, {"2026-01-02T12:00:00Z": 1}, id="key"),
        pytest.param(Any, [NOON], ["2026-01-02T12:00:00Z"], id="Any"),
    ],
)
def test_the_app_assumes_utc(
    app: Flask, annotation: Any, value: Any, expected: Any, accelerated: bool
) -> None:
    """With one setting, every naive datetime is in UTC."""
    app.config.update(TYPED_NAIVE_DATETIMES="utc", TYPED_ACCELERATION=accelerated)
    assert serve(app, annotation, value) == expected


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_field_assumes_utc(app: Flask, accelerated: bool) -> None:
    """A marker does the same for one field."""
    app.config["TYPED_ACCELERATION"] = accelerated
    assert serve(app, Marked, Row()) == {"at": "2026-01-02T12:00:00Z", "until": None}


def test_requests_need_an_offset(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A client has to name the moment, whatever responses assume."""

    @typed.post("/")
    def view(event: Marked) -> None: ...

    assert client.post("/", json={"at": "2026-01-02T12:00:00"}).status_code == 422


def test_without_an_assumption_the_log_says_what_to_write(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """The 500 of a naive datetime names the setting and the marker."""
    app.testing = False
    with caplog.at_level(logging.ERROR):
        assert serve(app, Event, Row())["status"] == 500
    logged = caplog.records[0].exc_text or ""
    assert 'set TYPED_NAIVE_DATETIMES = "utc", or annotate Annotated[datetime, Assume' in logged


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_raw_value_of_an_enumeration(app: Flask, accelerated: bool) -> None:
    """A column may hold the value of a member."""
    app.config["TYPED_ACCELERATION"] = accelerated
    assert serve(app, Account, Row()) == {"status": "active"}


def test_the_marker_is_for_datetimes(app: Flask) -> None:
    """On another type it is refused."""

    def view(limit: Annotated[int, AssumeUTC()]) -> None: ...

    with pytest.raises(DeclarationError, match=r"AssumeUTC\(\) is for a datetime"):
        Typed(app).get("/")(view)
