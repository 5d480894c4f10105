"""The network of weather stations: the same answers before and after the move from flask-restx."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask_typed import Typed
from flask_typed.cli import typed

from .conftest import MOVING, Client, describe

SERVICE = "restx"
PEER = "flask_restx"

KEY = {"X-Key": "barometer"}
FELDBERG = {
    "code": "FEL1",
    "name": "Feldberg",
    "region": "alps",
    "altitude": 1490,
    "latitude": 47.875,
    "longitude": 8.0,
    "installed": "1990-01-01",
}
GALE = {"kind": "wind", "at": "2026-05-02T00:00:00Z", "speed": 17.5, "direction": "N"}
FROST = {"kind": "temperature", "at": "2026-05-02T00:10:00Z", "celsius": -1.0}
SNOW = {"region": "alps", "level": 2, "text": "Snow above 1000 metres."}
SENDER = {**KEY, "X-Sender": "logger-7"}
PHOTO = {"photo": ("top.jpg", b"\xff\xd8\xff", "image/jpeg")}


def find_codes(answer: urllib3.BaseHTTPResponse) -> list[str]:
    """Return the codes of a page of stations."""
    return [station["code"] for station in answer.json()["items"]]


def test_list(client: Client) -> None:
    """A page has two stations, and says how many there are."""
    answer = client.get("/stations")
    assert (answer.status, find_codes(answer)) == (200, ["BRO1", "HEL1"])
    assert (answer.json()["total"], answer.json()["page"]) == (3, 1)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("page=2", ["ZUG1"]),
        ("per_page=1", ["BRO1"]),
        ("region=coast", ["HEL1"]),
        ("above=1000&sort=altitude", ["BRO1", "ZUG1"]),
        ("active=false", ["HEL1"]),
        ("sort=name&page=2", ["ZUG1"]),
    ],
)
def test_filters(client: Client, query: str, codes: list[str]) -> None:
    """Each filter, each order, each page."""
    assert find_codes(client.get(f"/stations?{query}")) == codes


def test_read(client: Client) -> None:
    """Only what is public leaves; what has no value is left out."""
    answer = client.get("/stations/BRO1")
    assert (answer.status, answer.json()) == (
        200,
        {
            "code": "BRO1",
            "name": "Brocken",
            "region": "harz",
            "altitude": 1134,
            "latitude": 51.8,
            "longitude": 10.62,
            "installed": "1895-10-01",
            "active": True,
            "readings": "/stations/BRO1/readings",
        },
    )
    assert client.get("/stations/NON1").status == 404


def test_add(client: Client) -> None:
    """What is left out has its default; the same code is refused the second time."""
    answer = client.post("/stations", json=FELDBERG, headers=KEY)
    assert (answer.status, answer.headers["Location"]) == (201, "/stations/FEL1")
    readings = "/stations/FEL1/readings"
    assert answer.json() == {**FELDBERG, "active": True, "note": None, "readings": readings}
    again = client.post("/stations", json=FELDBERG, headers=KEY)
    assert (again.status, again.json()["station"]) == (409, "FEL1")


def test_change(client: Client) -> None:
    """Only what is given changes."""
    answer = client.patch("/stations/HEL1", json={"active": True}, headers=KEY)
    assert (answer.status, answer.json()["active"]) == (200, True)
    assert answer.json()["name"] == "Helgoland"
    assert client.patch("/stations/NON1", json={}, headers=KEY).status == 404


def test_remove(client: Client) -> None:
    """A station goes with its readings."""
    assert client.delete("/stations/ZUG1", headers=KEY).status == 204
    assert client.get("/stations/ZUG1/readings").status == 404
    assert client.delete("/stations/ZUG1", headers=KEY).status == 404


def test_readings(client: Client) -> None:
    """Each kind of reading has its own fields."""
    items = client.get("/stations/ZUG1/readings").json()["items"]
    assert [sorted(item) for item in items] == [
        ["at", "celsius", "humidity", "kind"],
        ["at", "direction", "kind", "speed"],
        ["at", "celsius", "humidity", "kind"],
    ]
    query = "kind=temperature&since=2026-05-01T12:30:00Z"
    (item,) = client.get(f"/stations/ZUG1/readings?{query}").json()["items"]
    assert (item["celsius"], item["humidity"]) == (-1.5, None)


def test_readings_as_csv(client: Client) -> None:
    """Who asks for another form gets it."""
    answer = client.get("/stations/ZUG1/readings", headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.data.decode().splitlines() == [
        "2026-05-01T12:00:00+00:00,temperature",
        "2026-05-01T12:10:00+00:00,wind",
        "2026-05-01T13:00:00+00:00,temperature",
    ]


def test_store(client: Client) -> None:
    """Several readings come at once."""
    answer = client.post("/stations/HEL1/readings", json=[GALE, FROST], headers=SENDER)
    assert (answer.status, answer.json()) == (201, {"stored": 2})
    reading = client.get("/stations/HEL1/readings/latest").json()["reading"]
    assert (reading["kind"], reading["celsius"], reading["humidity"]) == ("temperature", -1, None)
    assert client.post("/stations/NON1/readings", json=[], headers=SENDER).status == 404


def test_latest(client: Client) -> None:
    """Where nothing was measured, there is no reading."""
    assert client.get("/stations/HEL1/readings/latest").json() == {"reading": None}
    assert client.get("/stations/NON1/readings/latest").status == 404


def test_summary(client: Client) -> None:
    """The keys of the means are those that were measured."""
    means = {"temperature": -2.0, "wind": 21.0}
    assert client.get("/stations/ZUG1/summary").json() == {
        "title": "Zugspitze (ZUG1)",
        "means": means,
    }


def test_photo(client: Client) -> None:
    """A picture goes in and out."""
    assert client.get("/stations/ZUG1/photo").status == 404
    assert client.put("/stations/ZUG1/photo", fields=PHOTO, headers=KEY).status == 204
    answer = client.get("/stations/ZUG1/photo")
    assert (answer.headers["Content-Type"], answer.data) == ("image/jpeg", PHOTO["photo"][1])


def test_alerts(client: Client) -> None:
    """An alert is issued, read and withdrawn."""
    assert client.get("/alerts").json() == {"alerts": []}
    answer = client.post("/alerts", json=SNOW, headers=KEY)
    alert = answer.json()
    assert (answer.status, {name: alert[name] for name in SNOW}) == (201, SNOW)
    assert client.get("/alerts").json() == {"alerts": [alert]}
    assert client.get(f"/alerts/{alert['id']}").json() == alert
    assert client.delete(f"/alerts/{alert['id']}", headers=KEY).status == 204
    assert client.delete(f"/alerts/{alert['id']}", headers=KEY).status == 404
    assert client.get(f"/alerts/{alert['id']}").status == 404


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "/stations", {"json": FELDBERG}),
        ("PATCH", "/stations/ZUG1", {"json": {"name": "A"}}),
        ("DELETE", "/stations/ZUG1", {}),
        ("PUT", "/stations/ZUG1/photo", {"fields": PHOTO}),
        ("POST", "/alerts", {"json": SNOW}),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"X-Key": "thermometer"}], ids=["none", "wrong"])
def test_key(
    client: Client, method: str, path: str, options: dict[str, Any], headers: dict[str, str]
) -> None:
    """Without the key, nothing is done."""
    assert client.request(method, path, headers=headers, **options).status == 401


REFUSED = {"before": 400, "after": 422}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/stations?page=0", None),
        ("GET", "/stations?per_page=51", None),
        ("GET", "/stations?region=moon", None),
        ("GET", "/stations?above=high", None),
        ("GET", "/stations?active=perhaps", None),
        ("GET", "/stations/ZUG1/readings?kind=snow", None),
        ("GET", "/stations/ZUG1/readings?since=noon", None),
        ("POST", "/stations", {**FELDBERG, "code": "feldberg"}),
        ("POST", "/stations", {**FELDBERG, "name": ""}),
        ("POST", "/stations", {**FELDBERG, "altitude": 9001}),
        ("POST", "/stations", {**FELDBERG, "altitude": "1490"}),
        ("POST", "/stations", {**FELDBERG, "installed": "1990-13-01"}),
        ("POST", "/stations", {"code": "FEL1"}),
        ("PATCH", "/stations/ZUG1", {"note": None}),
        ("POST", "/stations/ZUG1/readings", [{**GALE, "kind": "snow"}]),
        ("POST", "/stations/ZUG1/readings", [{**FROST, "celsius": 100}]),
        ("POST", "/stations/ZUG1/readings", [{**FROST, "kind": "wind"}]),
        ("POST", "/stations/ZUG1/readings", [{"at": "2026-05-02T00:00:00Z", "celsius": 1}]),
        ("POST", "/alerts", {**SNOW, "level": 5}),
    ],
    ids=str,
)
def test_refused(client: Client, side: str, method: str, path: str, body: Any) -> None:
    """What is not valid is refused; the status code is the first of the differences."""
    options = {} if body is None else {"json": body}
    answer = client.request(method, path, headers=SENDER, **options)
    assert answer.status == REFUSED[side]


def ask_invalid(client: Client) -> str:
    """Send a parameter that is not valid."""
    return describe(client.get("/stations?page=0"))


def ask_members(client: Client) -> str:
    """Look at an error."""
    return ", ".join(sorted(client.get("/stations/NON1").json()))


def ask_mask(client: Client) -> str:
    """Ask for two fields."""
    station = client.get("/stations/BRO1", headers={"X-Fields": "code,name"}).json()
    return f"{len(station)} fields"


def ask_unknown_key(client: Client) -> str:
    """Send a key that no model has."""
    return describe(client.post("/stations", json={**FELDBERG, "height": 1490}, headers=KEY))


def ask_read_only_key(client: Client) -> str:
    """Send back what only the server sets."""
    return describe(client.post("/alerts", json={**SNOW, "issued": "today"}, headers=KEY))


def ask_wind_without_speed(client: Client) -> str:
    """Send a reading without what its kind needs, and look for the name that is missing."""
    reading = {name: value for name, value in GALE.items() if name != "speed"}
    answer = client.post("/stations/ZUG1/readings", json=[reading], headers=SENDER)
    found = answer.json()["errors"]
    return str(found["kind"] if isinstance(found, dict) else found[0]["pointer"])


def ask_all_faults(client: Client) -> str:
    """Send a bad body and a bad header."""
    answer = client.post("/stations/ZUG1/readings", json=[{**GALE, "speed": -1}], headers=KEY)
    text = answer.data.decode().lower()
    return ", ".join(name for name in ("x-sender", "speed") if name in text)


def ask_without_key(client: Client) -> str:
    """Send a body that is not valid, without a key."""
    return describe(client.post("/alerts", json={}))


def ask_since_day(client: Client) -> str:
    """Ask with a day where a time is expected."""
    return str(client.get("/stations/ZUG1/readings?since=2026-05-01").status)


def ask_time(client: Client) -> str:
    """Look at the offset of a time in UTC."""
    issued: str = client.post("/alerts", json=SNOW, headers=KEY).json()["issued"]
    return issued[26:]


def ask_type_of_nothing(client: Client) -> str:
    """Look for the type of a body that does not exist."""
    answer = client.delete("/stations/ZUG1", headers=KEY)
    return answer.headers.get("Content-Type", "none")


def ask_document(client: Client) -> str:
    """Look for the document."""
    paths = ("/swagger.json", "/openapi.json")
    return next(path for path in paths if client.get(path).status == 200)


QUESTIONS = {
    "An invalid request": ask_invalid,
    "The members of an error": ask_members,
    "X-Fields: code,name": ask_mask,
    "An unknown key in a body": ask_unknown_key,
    "A read-only key in a body": ask_read_only_key,
    "A wind without a speed": ask_wind_without_speed,
    "Faults in a header and in the body": ask_all_faults,
    "No key, and an invalid body": ask_without_key,
    "?since=2026-05-01 for a time": ask_since_day,
    "A time in UTC ends in": ask_time,
    "Content-Type of a 204": ask_type_of_nothing,
    "The document": ask_document,
}


def test_differences(answers: dict[str, str], listed: dict[str, str]) -> None:
    """What is answered differently is on the list, which the page shows."""
    assert answers == listed


@pytest.fixture
def half() -> Flask:
    """Return an app whose stations are on flask-restx, and whose alerts are moved."""
    peer = pytest.importorskip(PEER, reason=f"{PEER} is not installed (the extra is called moving)")
    before, after = (
        importlib.import_module(f"moving.restx.{name}") for name in ("before", "after")
    )
    app = Flask("half")
    app.testing = True
    app.config["NETWORK_KEY"] = "barometer"
    app.extensions["network"] = after.open_network()
    peer.Api(app, doc="/old/docs").add_namespace(before.stations)
    Typed(app)
    app.register_blueprint(after.alerts)
    return app


def test_half_of_the_routes(half: Flask) -> None:
    """The routes that are left are plain; the page shows the list."""
    result = CliRunner().invoke(typed, ["routes"], obj=ScriptInfo(create_app=lambda: half))
    assert result.output == (MOVING / SERVICE / "routes.txt").read_text(encoding="utf-8")


def test_errors_of_half(half: Flask) -> None:
    """Each framework answers for its own routes."""
    client = half.test_client()
    assert (
        client.get("/stations?page=0").get_json()["errors"]["page"].startswith("Invalid page: 0.")
    )
    alert = client.get("/alerts/6c0e8f6e-8d7f-4b5a-9d58-0a9d7e6f1b1c")
    assert (alert.status_code, alert.get_json()["title"]) == (404, "No alert has this id.")
    assert client.delete("/alerts").mimetype == "application/problem+json"
