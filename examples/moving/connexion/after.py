"""The API of the company on Flask with flask_typed, which makes the document."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from annotated_types import Interval, Len
from flask import Flask, abort, current_app
from flask_typed import (
    APIKeyHeader,
    Created,
    Depends,
    Header,
    NotAuthenticated,
    Problem,
    Returns,
    Security,
    Typed,
    raises,
)
from werkzeug.exceptions import NotFound

from . import company
from .company import Company, Port, Vehicle, open_company


@dataclass
class NewCrossing:
    origin: Port
    destination: Port
    day: date
    places: Annotated[int, Interval(ge=1, le=2000)]
    vessel: Annotated[str, Len(1, 40)] | None = None


@dataclass
class Crossing(company.Crossing):
    places: Annotated[int, Interval(ge=0)]
    vessel: str | None


@dataclass
class NewBooking:
    name: Annotated[str, Len(1, 80)]
    places: Annotated[int, Interval(ge=1, le=9)]
    vehicle: Vehicle = "none"


class TooFewPlaces(Problem):
    """Too few places are left."""

    status = 409


typed = Typed()


def get_company() -> Company:
    found: Company = current_app.extensions["company"]
    return found


Ferries = Annotated[Company, Depends(get_company)]


def check_key(key: Annotated[str, Depends(APIKeyHeader("X-Key", name="office"))]) -> None:
    """Let in who sends the key of the office."""
    if not hmac.compare_digest(key, current_app.config["OFFICE_KEY"]):
        raise NotAuthenticated


OFFICE = Security(check_key)


@raises(NotFound)
def find_crossing(crossing_id: int, ferries: Ferries) -> company.Crossing:
    return ferries.crossings.get(crossing_id) or abort(404, "No crossing has this id.")


FoundCrossing = Annotated[company.Crossing, Depends(find_crossing)]


@typed.get("/crossings", returns=list[Crossing])
def list_crossings(
    ferries: Ferries,
    origin: Port | None = None,
    day: date | None = None,
    limit: Annotated[int, Interval(ge=1, le=50)] = 10,
) -> list[company.Crossing]:
    """List crossings"""
    return ferries.search(origin, day, limit)


@typed.post(
    "/crossings",
    dependencies=[OFFICE],
    returns=Annotated[Created[Crossing], Returns(headers={"Location": str})],
)
def add_crossing(crossing: NewCrossing, ferries: Ferries) -> Created[company.Crossing]:
    """Add a crossing"""
    added = ferries.add(**vars(crossing))
    return Created(added, headers={"Location": f"/crossings/{added.id}"})


@typed.get("/crossings/<int:crossing_id>", returns=Crossing)
def read_crossing(crossing: FoundCrossing) -> company.Crossing:
    """Read a crossing"""
    return crossing


@typed.delete("/crossings/<int:crossing_id>", dependencies=[OFFICE])
def cancel_crossing(crossing: FoundCrossing, ferries: Ferries) -> None:
    """Cancel a crossing"""
    del ferries.crossings[crossing.id]


@typed.post("/crossings/<int:crossing_id>/bookings")
@raises(TooFewPlaces)
def book(
    booking: NewBooking,
    crossing: FoundCrossing,
    ferries: Ferries,
    x_agency: Annotated[str | None, Len(1), Header()] = None,
) -> Created[company.Booking]:
    """Book places"""
    current_app.logger.debug("a booking by %s", x_agency)
    booked = ferries.book(crossing, company.Booking(crossing.id, **vars(booking)))
    if booked is None:
        raise TooFewPlaces(detail=f"There are {crossing.places}.")
    return Created(booked)


@typed.get("/bookings/<reference>")
@raises(NotFound)
def read_booking(reference: UUID, ferries: Ferries) -> company.Booking:
    """Read a booking"""
    return ferries.bookings.get(reference) or abort(404, "No booking has this reference.")


def reset() -> None:
    app.extensions["company"] = open_company()


def create_app(office_key: str = "anchor") -> Flask:
    app = Flask(__name__)
    app.config.update(
        TYPED_TITLE="Ferries",
        TYPED_VERSION="1.0",
        TYPED_DESCRIPTION="Crossings, and places on them",
        TYPED_OPENAPI_VERSION="3.0.3",
        TYPED_UNKNOWN_QUERY_PARAMETERS="raise",  # strict_validation
        OFFICE_KEY=office_key,
    )
    app.extensions["company"] = open_company()
    typed.init_app(app)
    return app


app = create_app()
