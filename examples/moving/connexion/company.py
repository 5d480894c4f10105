"""The company itself, in memory. Moving the API does not change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Literal
from uuid import UUID, uuid4

Port = Literal["Kiel", "Oslo", "Turku"]
Vehicle = Literal["none", "bicycle", "car"]


@dataclass
class Crossing:
    id: int
    origin: Port
    destination: Port
    day: date
    #: Those that are still free.
    places: int
    vessel: str | None = None


@dataclass
class Booking:
    crossing_id: int
    name: str
    places: int
    vehicle: Vehicle = "none"
    reference: UUID = field(default_factory=uuid4)


class Company:
    """The crossings, and what was booked."""

    def __init__(self, crossings: Iterable[Crossing] = ()) -> None:
        self.crossings = {crossing.id: crossing for crossing in crossings}
        self.bookings: dict[UUID, Booking] = {}
        self.ids = count(len(self.crossings) + 1)

    def search(self, origin: Port | None, day: date | None, limit: int) -> list[Crossing]:
        """Return the first crossings that fit."""
        wanted = [
            crossing
            for crossing in self.crossings.values()
            if origin is None or crossing.origin == origin
            if day is None or crossing.day == day
        ]
        return sorted(wanted, key=lambda crossing: crossing.day)[:limit]

    def add(
        self, origin: Port, destination: Port, day: date, places: int, vessel: str | None = None
    ) -> Crossing:
        """Add a crossing."""
        crossing = Crossing(next(self.ids), origin, destination, day, places, vessel)
        self.crossings[crossing.id] = crossing
        return crossing

    def book(self, crossing: Crossing, booking: Booking) -> Booking | None:
        """Take places of a crossing, and return the booking; ``None`` if there are too few."""
        if crossing.places < booking.places:
            return None
        crossing.places -= booking.places
        self.bookings[booking.reference] = booking
        return booking


def open_company() -> Company:
    """Return a company with a few crossings."""
    return Company(
        [
            Crossing(1, "Kiel", "Oslo", date(2026, 5, 2), 300, "Fantasy"),
            Crossing(2, "Oslo", "Kiel", date(2026, 5, 1), 2),
            Crossing(3, "Turku", "Kiel", date(2026, 5, 2), 80, "Aurora"),
        ]
    )
