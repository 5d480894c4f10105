"""The API of the network on Flask with flask_typed."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from annotated_types import Ge, Interval, Len
from flask import Flask, current_app, request, url_for
from flask_typed import (
    APIKeyHeader,
    Created,
    Depends,
    File,
    Header,
    MediaType,
    NotAuthenticated,
    Problem,
    Query,
    ReadOnly,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)
from marshmallow.validate import Regexp
from typing_extensions import Doc, NotRequired, TypedDict

from . import network
from .network import Network, Region, open_network

Direction = Literal["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
Code = Annotated[str, Regexp("^[A-Z]{3}[0-9]$"), Doc("The code of the station.")]
Name = Annotated[str, Len(1, 60)]
Altitude = Annotated[int, Interval(ge=-10, le=9000), Doc("In metres.")]


@dataclass
class NewStation:
    code: Code
    name: Name
    region: Region
    altitude: Altitude
    latitude: Annotated[float, Interval(ge=-90, le=90)]
    longitude: Annotated[float, Interval(ge=-180, le=180)]
    installed: date
    active: bool = True
    note: str | None = None


@dataclass(kw_only=True)
class Station(NewStation):
    readings: Annotated[str, Doc("The URL of the readings.")]

    @classmethod
    def of(cls, station: network.Station) -> Station:
        return cls(
            code=station.code,
            name=station.name,
            region=station.region,
            altitude=station.altitude,
            latitude=station.position.latitude,
            longitude=station.position.longitude,
            installed=station.installed,
            active=station.active,
            note=station.note,
            readings=url_for("stations.list_readings", code=station.code),
        )


@dataclass
class StationPage:
    items: list[Station]
    total: int
    page: int


class StationChange(TypedDict):
    name: NotRequired[Name]
    active: NotRequired[bool]
    note: NotRequired[str]


@dataclass
class StationFilter:
    region: Region | None = None
    above: Annotated[int | None, Query(description="In metres.")] = None
    active: bool | None = None
    sort: Literal["code", "name", "altitude"] = "code"


@dataclass
class Paging:
    page: Annotated[int, Ge(1)] = 1
    per_page: Annotated[int, Interval(ge=1, le=50)] = 2


@dataclass(kw_only=True)
class Temperature(network.Temperature):
    kind: Literal["temperature"]
    celsius: Annotated[float, Interval(ge=-90, le=60)]
    humidity: Annotated[int, Interval(ge=0, le=100), Doc("In per cent.")] | None = None


@dataclass(kw_only=True)
class Wind(network.Wind):
    kind: Literal["wind"]
    speed: Annotated[float, Ge(0), Doc("In metres per second.")]
    direction: Direction


class Measured(TypedDict):
    items: list[Temperature | Wind]


class Latest(TypedDict):
    reading: Temperature | Wind | None


class Summary(TypedDict):
    title: str
    means: dict[str, float]


class Count(TypedDict):
    stored: int


@dataclass
class Alert(network.Alert):
    region: Region
    level: Annotated[int, Interval(ge=1, le=4)]
    text: Annotated[str, Len(1)]
    id: Annotated[UUID, ReadOnly()] = field(default_factory=uuid4)
    issued: Annotated[datetime, ReadOnly()] = field(default_factory=network.now)


class Alerts(TypedDict):
    alerts: list[Alert]


class StationNotFound(Problem):
    """No station has this code."""

    status = 404
    type = "https://weather.example/problems/no-station"
    station: str


class CodeTaken(Problem):
    """The code is taken."""

    status = 409
    type = "https://weather.example/problems/code-taken"
    station: str


class PhotoNotFound(Problem):
    """The station has no photo."""

    status = 404
    type = "https://weather.example/problems/no-photo"


class AlertNotFound(Problem):
    """No alert has this id."""

    status = 404
    type = "https://weather.example/problems/no-alert"


typed = Typed()
stations = TypedBlueprint(
    "stations", __name__, url_prefix="/stations", description="Stations and their readings"
)
alerts = TypedBlueprint(
    "alerts", __name__, url_prefix="/alerts", description="Warnings for a region"
)


def get_network() -> Network:
    found: Network = current_app.extensions["network"]
    return found


Stations = Annotated[Network, Depends(get_network)]


def check_key(key: Annotated[str, Depends(APIKeyHeader("X-Key", name="key"))]) -> None:
    """Let in who sends the key of the network."""
    if not hmac.compare_digest(key, current_app.config["NETWORK_KEY"]):
        raise NotAuthenticated(detail="The key is wrong.")


KEY = Security(check_key)


@raises(StationNotFound)
def find_station(code: str, known: Stations) -> network.Station:
    try:
        return known.find(code)
    except network.StationMissing as error:
        raise StationNotFound(detail=str(error), station=code) from error


FoundStation = Annotated[network.Station, Depends(find_station)]


@stations.get("")
def list_stations(
    wanted: Annotated[StationFilter, Query()], paging: Annotated[Paging, Query()], known: Stations
) -> StationPage:
    """List stations"""
    found = known.search(**vars(wanted))
    start = (paging.page - 1) * paging.per_page
    items = [Station.of(station) for station in found[start : start + paging.per_page]]
    return StationPage(items, len(found), paging.page)


@stations.post("", dependencies=[KEY])
@raises(CodeTaken)
def add_station(
    station: NewStation, known: Stations
) -> Annotated[Created[Station], Returns(headers={"Location": str})]:
    """Add a station"""
    values = vars(station)
    position = network.Position(values.pop("latitude"), values.pop("longitude"))
    try:
        added = known.add(**values, position=position)
    except network.CodeTaken as error:
        raise CodeTaken(station=station.code) from error
    location = url_for("stations.read_station", code=added.code)
    return Created(Station.of(added), headers={"Location": location})


@stations.get("/<code>", exclude_none=True)
def read_station(station: FoundStation) -> Station:
    """Read a station"""
    return Station.of(station)


@stations.patch("/<code>", dependencies=[KEY])
def change_station(change: StationChange, station: FoundStation, known: Stations) -> Station:
    """Change a station"""
    return Station.of(known.change(station.code, **change))


@stations.delete("/<code>", dependencies=[KEY])
def remove_station(station: FoundStation, known: Stations) -> None:
    """Remove a station"""
    known.remove(station.code)


@stations.get("/<code>/readings", returns=Measured | Annotated[str, MediaType("text/csv")])
def list_readings(
    station: FoundStation,
    known: Stations,
    since: datetime | None = None,
    kind: Sequence[Literal["temperature", "wind"]] = (),
) -> dict[str, list[network.Reading]] | str:
    """List readings

    As JSON or as CSV.
    """
    found = known.measured(station.code, since=since, kinds=kind)
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        return "".join(f"{reading.at.isoformat()},{reading.kind}\n" for reading in found)
    return {"items": found}


@stations.post("/<code>/readings", status=201, dependencies=[KEY])
def store_readings(
    readings: list[Temperature | Wind],
    station: FoundStation,
    x_sender: Annotated[str, Header()],
    known: Stations,
) -> Count:
    """Store readings"""
    current_app.logger.debug("readings of %s from %s", station.code, x_sender)
    return {"stored": known.record(station.code, readings)}


@stations.get("/<code>/readings/latest", returns=Latest)
def read_latest(station: FoundStation, known: Stations) -> dict[str, network.Reading | None]:
    """Read the latest reading"""
    found = known.measured(station.code)
    return {"reading": found[-1] if found else None}


@stations.get("/<code>/summary")
def read_summary(station: FoundStation, known: Stations) -> Summary:
    """Read the means"""
    return {
        "title": f"{station.name} ({station.code})",
        "means": known.summarize(station.code),
    }


@stations.get("/<code>/photo")
@raises(PhotoNotFound)
def show_photo(station: FoundStation, known: Stations) -> Annotated[bytes, MediaType("image/jpeg")]:
    """Show the photo"""
    if station.code not in known.photos:
        raise PhotoNotFound
    return known.photos[station.code]


@stations.put("/<code>/photo", dependencies=[KEY])
def upload_photo(photo: Annotated[bytes, File()], station: FoundStation, known: Stations) -> None:
    """Upload a photo"""
    known.photos[station.code] = photo


@alerts.get("", returns=Alerts)
def list_alerts(known: Stations) -> dict[str, list[network.Alert]]:
    """List alerts"""
    return {"alerts": list(known.alerts.values())}


@alerts.post("", dependencies=[KEY], returns=Created[Alert])
def issue_alert(alert: Alert, known: Stations) -> Created[network.Alert]:
    """Issue an alert"""
    return Created(known.warn(alert))


@alerts.get("/<uuid:alert_id>", returns=Alert)
@raises(AlertNotFound)
def read_alert(alert_id: UUID, known: Stations) -> network.Alert:
    """Read an alert"""
    if alert_id not in known.alerts:
        raise AlertNotFound
    return known.alerts[alert_id]


@alerts.delete("/<uuid:alert_id>", dependencies=[KEY], deprecated=True)
@raises(AlertNotFound)
def withdraw_alert(alert_id: UUID, known: Stations) -> None:
    """Withdraw an alert"""
    if known.alerts.pop(alert_id, None) is None:
        raise AlertNotFound


def reset() -> None:
    app.extensions["network"] = open_network()


def create_app(network_key: str = "barometer") -> Flask:
    app = Flask(__name__)
    app.config.update(
        TYPED_TITLE="Weather stations",
        TYPED_VERSION="1.0",
        TYPED_DESCRIPTION="Stations, readings and alerts",
        NETWORK_KEY=network_key,
    )
    app.extensions["network"] = open_network()
    typed.init_app(app)
    app.register_blueprint(stations)
    app.register_blueprint(alerts)
    return app


app = create_app()
