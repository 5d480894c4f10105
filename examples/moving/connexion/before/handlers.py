"""The functions that ``openapi.yaml`` names, for connexion 2."""

import hmac
from dataclasses import asdict
from datetime import date
from uuid import UUID

from connexion import problem, request
from flask import current_app

from ..company import Booking


def get_company():
    return current_app.extensions["company"]


def check_key(key, required_scopes=None):
    if hmac.compare_digest(key, current_app.config["OFFICE_KEY"]):
        return {"sub": "office"}
    return None


def write_crossing(crossing):
    return {**asdict(crossing), "day": crossing.day.isoformat()}


def write_booking(booking):
    return {**asdict(booking), "reference": str(booking.reference)}


def list_crossings(limit, origin=None, day=None):
    found = get_company().search(origin, date.fromisoformat(day) if day else None, limit)
    return [write_crossing(crossing) for crossing in found]


def add_crossing(body):
    values = {**body, "day": date.fromisoformat(body["day"])}
    crossing = get_company().add(**values)
    return write_crossing(crossing), 201, {"Location": f"/crossings/{crossing.id}"}


def read_crossing(crossing_id):
    crossing = get_company().crossings.get(crossing_id)
    if crossing is None:
        return problem(404, "Not Found", "No crossing has this id.")
    return write_crossing(crossing)


def cancel_crossing(crossing_id):
    if get_company().crossings.pop(crossing_id, None) is None:
        return problem(404, "Not Found", "No crossing has this id.")
    return None, 204


def book(crossing_id, body):
    crossing = get_company().crossings.get(crossing_id)
    if crossing is None:
        return problem(404, "Not Found", "No crossing has this id.")
    current_app.logger.debug("a booking by %s", request.headers.get("X-Agency"))
    vehicle = body.get("vehicle", "none")
    booking = Booking(crossing_id, body["name"], body["places"], vehicle)
    if get_company().book(crossing, booking) is None:
        return problem(409, "Too few places are left.", f"There are {crossing.places}.")
    return write_booking(booking), 201


def read_booking(reference):
    booking = get_company().bookings.get(UUID(reference))
    if booking is None:
        return problem(404, "Not Found", "No booking has this reference.")
    return write_booking(booking)
