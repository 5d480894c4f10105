"""The network itself, in memory. Moving the API does not change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from statistics import mean
from typing import Any, Literal
from uuid import UUID, uuid4

Region = Literal["alps", "coast", "harz"]


@dataclass
class Position:
    latitude: float
    longitude: float


@dataclass
class Station:
    code: str
    name: str
    region: Region
    altitude: int
    position: Position
    installed: date
    active: bool = True
    note: str | None = None
    #: The number of whoever has the key. It is nobody else's business.
    phone: str | None = None


@dataclass
class Temperature:
    at: datetime
    celsius: float
    humidity: int | None = None
    kind: str = "temperature"

    @property
    def value(self) -> float:
        return self.celsius


@dataclass
class Wind:
    at: datetime
    speed: float
    direction: str
    kind: str = "wind"

    @property
    def value(self) -> float:
        return self.speed


Reading = Temperature | Wind


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Alert:
    region: Region
    level: int
    text: str
    id: UUID = field(default_factory=uuid4)
    issued: datetime = field(default_factory=now)


class StationMissing(LookupError):
    """No station has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"No station is called {code}.")
        self.code = code


class CodeTaken(ValueError):
    """Another station has this code."""


class Network:
    """The stations, their readings, and the alerts."""

    def __init__(self, stations: Iterable[Station] = ()) -> None:
        self.stations = {station.code: station for station in stations}
        self.readings: dict[str, list[Reading]] = {code: [] for code in self.stations}
        self.photos: dict[str, bytes] = {}
        self.alerts: dict[UUID, Alert] = {}

    def search(
        self,
        *,
        region: str | None = None,
        above: int | None = None,
        active: bool | None = None,
        sort: str = "code",
    ) -> list[Station]:
        """Return the stations that fit, sorted by an attribute."""
        wanted = [
            station
            for station in self.stations.values()
            if region is None or station.region == region
            if above is None or station.altitude > above
            if active is None or station.active == active
        ]
        return sorted(wanted, key=lambda station: getattr(station, sort))

    def find(self, code: str) -> Station:
        """Return a station.

        :raises StationMissing: if there is none.
        """
        if code not in self.stations:
            raise StationMissing(code)
        return self.stations[code]

    def add(self, **values: Any) -> Station:
        """Add a station.

        :raises CodeTaken: if its code is not new.
        """
        if values["code"] in self.stations:
            raise CodeTaken(values["code"])
        station = Station(**values)
        self.stations[station.code] = station
        self.readings[station.code] = []
        return station

    def change(self, code: str, **values: Any) -> Station:
        """Set attributes of a station.

        :raises StationMissing: if there is none.
        """
        station = self.find(code)
        for name, value in values.items():
            setattr(station, name, value)
        return station

    def remove(self, code: str) -> None:
        """Remove a station with its readings.

        :raises StationMissing: if there is none.
        """
        self.find(code)
        del self.stations[code], self.readings[code]

    def record(self, code: str, readings: Iterable[Reading]) -> int:
        """Store readings, and return how many.

        :raises StationMissing: if there is no such station.
        """
        self.find(code)
        found = list(readings)
        self.readings[code] += found
        return len(found)

    def measured(
        self, code: str, *, since: datetime | None = None, kinds: Iterable[str] | None = None
    ) -> list[Reading]:
        """Return the readings of a station, the oldest first.

        :raises StationMissing: if there is no such station.
        """
        self.find(code)
        return sorted(
            (
                reading
                for reading in self.readings[code]
                if since is None or reading.at >= since
                if not kinds or reading.kind in kinds
            ),
            key=lambda reading: reading.at,
        )

    def summarize(self, code: str) -> dict[str, float]:
        """Return the mean of each kind of reading.

        :raises StationMissing: if there is no such station.
        """
        found: dict[str, list[float]] = {}
        for reading in self.measured(code):
            found.setdefault(reading.kind, []).append(reading.value)
        return {kind: round(mean(values), 2) for kind, values in found.items()}

    def warn(self, alert: Alert) -> Alert:
        """Store an alert."""
        self.alerts[alert.id] = alert
        return alert


def open_network() -> Network:
    """Return a network with a few stations and readings."""
    network = Network(
        [
            Station(
                "ZUG1",
                "Zugspitze",
                "alps",
                2956,
                Position(47.42, 10.98),
                date(1900, 7, 19),
                note="Ring for the cable car.",
                phone="+49 8821 0",
            ),
            Station("BRO1", "Brocken", "harz", 1134, Position(51.8, 10.62), date(1895, 10, 1)),
            Station(
                "HEL1",
                "Helgoland",
                "coast",
                4,
                Position(54.17, 7.89),
                date(1952, 3, 1),
                active=False,
            ),
        ]
    )
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
    readings: list[Reading] = [
        Temperature(noon, -2.5, 80),
        Wind(noon.replace(minute=10), 21.0, "NW"),
        Temperature(noon.replace(hour=13), -1.5),
    ]
    network.record("ZUG1", readings)
    return network
