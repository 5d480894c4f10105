"""The shop of records: on flask-smorest, with its schemas kept, and moved over whole."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask_typed import Typed
from flask_typed.cli import typed

from .conftest import MOVING, Client

SERVICE = "smorest"
PEER = "flask_smorest"

KEY = {"X-Key": "vinyl"}
TILL = {"X-Till": "2"}
NEW = {
    "number": "AB-123",
    "title": "A",
    "artist": "B",
    "format": "cd",
    "price": "5.50",
    "tracks": [{"title": "C", "seconds": 90}],
}
ORDER = {"customer": {"name": "Ada", "email": "ada@example.org"}, "lines": [{"record_id": 1}]}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module", params=["before", "kept", "after"])
def side(request: pytest.FixtureRequest) -> str:
    """Return the side: this service has three."""
    if request.param == "before":
        pytest.importorskip(PEER, reason=f"{PEER} is not installed (the extra is called moving)")
    return str(request.param)


def read_tag(client: Client, path: str) -> dict[str, str]:
    """Return the header that a change of something needs."""
    return {"If-Match": client.get(path).headers["ETag"]}


def find_numbers(answer: urllib3.BaseHTTPResponse) -> list[str]:
    """Return the catalogue numbers in a list of records."""
    return [record["number"] for record in answer.json()]


def test_list(client: Client) -> None:
    """A page has two records, and the header says where it is."""
    answer = client.get("/records/")
    assert (answer.status, find_numbers(answer)) == (200, ["BLU-1577", "CS-8163"])
    assert json.loads(answer.headers["X-Pagination"]) == {
        "total": 4,
        "total_pages": 2,
        "first_page": 1,
        "last_page": 2,
        "page": 1,
        "next_page": 2,
    }


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("page=2", ["SUN-209", "WB-3010"]),
        ("page_size=3", ["BLU-1577", "CS-8163", "SUN-209"]),
        ("formats=single,cd", ["SUN-209", "WB-3010"]),
        ("artist=davis&in_stock=true", ["CS-8163"]),
        ("released_after=1959-12-31", ["WB-3010"]),
        ("sort=price", ["WB-3010", "BLU-1577"]),
        ("sort=title&page=2", ["WB-3010", "SUN-209"]),
    ],
)
def test_filters(client: Client, query: str, numbers: list[str]) -> None:
    """Each filter, each order, each page."""
    assert find_numbers(client.get(f"/records/?{query}")) == numbers


@pytest.mark.parametrize(
    "query", ["page=0", "page_size=51", "formats=lp,mp3", "in_stock=perhaps", "sort=cost"]
)
def test_bad_filters(client: Client, query: str) -> None:
    """What is not valid is refused."""
    assert client.get(f"/records/?{query}").status == 422


def test_read(client: Client) -> None:
    """Only what is public leaves, with what is computed."""
    answer = client.get("/records/1")
    assert (answer.status, answer.json()) == (
        200,
        {
            "id": 1,
            "number": "BLU-1577",
            "title": "Blue Train",
            "artist": "John Coltrane",
            "format": "lp",
            "price": "24.00",
            "copies": 3,
            "released": "1958-01-01",
            "tracks": [
                {"title": "Blue Train", "seconds": 643},
                {"title": "Moment's Notice", "seconds": 550},
            ],
            "seconds": 1193,
        },
    )


def test_not_modified(client: Client) -> None:
    """Who has the current version gets no body."""
    tag = read_tag(client, "/records/1")["If-Match"]
    assert client.get("/records/1", headers={"If-None-Match": tag}).status == 304
    assert client.get("/records/1", headers={"If-None-Match": '"other"'}).status == 200
    pages = read_tag(client, "/records/")["If-Match"]
    assert client.get("/records/", headers={"If-None-Match": pages}).status == 304


def test_add(client: Client) -> None:
    """What is left out has its default; the same number is refused the second time."""
    answer = client.post("/records/", json=NEW, headers=KEY)
    assert (answer.status, answer.headers["Location"]) == (201, "/records/5")
    expected = {**NEW, "id": 5, "copies": 0, "released": None, "seconds": 90}
    assert answer.json() == expected == client.get("/records/5").json()
    assert client.post("/records/", json=NEW, headers=KEY).status == 409


@pytest.mark.parametrize(
    "change",
    [
        {"number": "ab-123"},
        {"title": ""},
        {"format": "mp3"},
        {"price": "-1"},
        {"copies": -1},
        {"released": "May"},
        {"tracks": [{"title": "C"}]},
        {"id": 9},
        {"cost": "1"},
    ],
    ids=str,
)
def test_bad_records(client: Client, change: dict[str, Any]) -> None:
    """What is not valid is refused, and so is what is unknown."""
    assert client.post("/records/", json={**NEW, **change}, headers=KEY).status == 422


def test_replace(client: Client) -> None:
    """What is left out has its default again; the version has to be the current one."""
    tag = read_tag(client, "/records/1")
    new = {**NEW, "tracks": []}
    answer = client.put("/records/1", json=new, headers={**KEY, **tag})
    assert (answer.status, answer.json()["copies"]) == (200, 0)
    assert answer.headers["ETag"] != tag["If-Match"]
    assert client.put("/records/1", json=new, headers={**KEY, **tag}).status == 412
    assert client.put("/records/1", json=new, headers=KEY).status == 428


def test_change(client: Client) -> None:
    """Only what is given changes."""
    tag = read_tag(client, "/records/1")
    answer = client.patch("/records/1", json={"copies": 4}, headers={**KEY, **tag})
    changed = answer.json()
    assert (answer.status, changed["copies"], changed["title"]) == (200, 4, "Blue Train")
    tag = {"If-Match": answer.headers["ETag"]}
    headers = {**KEY, **tag}
    assert client.patch("/records/1", json={"number": "CS-8163"}, headers=headers).status == 409
    assert client.patch("/records/1", json={"copies": None}, headers=headers).status == 422
    assert client.patch("/records/1", json={}, headers=headers).json()["copies"] == 4


def test_remove(client: Client) -> None:
    """A record goes with its version."""
    tag = read_tag(client, "/records/3")
    assert client.delete("/records/3", headers=KEY).status == 428
    assert client.delete("/records/3", headers={**KEY, **tag}).status == 204
    assert client.get("/records/3").status == 404
    assert client.delete("/records/3", headers={**KEY, **tag}).status == 404


def test_cover(client: Client) -> None:
    """A picture goes in and out."""
    assert client.get("/records/1/cover").status == 404
    fields = {"cover": ("cover.png", PNG, "image/png")}
    assert client.put("/records/1/cover", fields=fields, headers=KEY).status == 204
    answer = client.get("/records/1/cover")
    assert (answer.status, answer.headers["Content-Type"], answer.data) == (200, "image/png", PNG)
    fields = {"cover": ("cover.png", b"GIF89a", "image/png")}
    assert client.put("/records/1/cover", fields=fields, headers=KEY).status == 422
    assert client.put("/records/1/cover", fields={"other": "a"}, headers=KEY).status == 422
    assert client.get("/records/9/cover").status == 404


def test_order(client: Client) -> None:
    """Copies are sold, and come back when the order is cancelled."""
    answer = client.post("/orders/", json=ORDER, headers=TILL)
    order = answer.json()
    assert (answer.status, order["total"], order["gift"]) == (201, "24.00", False)
    assert order["lines"] == [{"record_id": 1, "quantity": 1}]
    assert client.get(f"/orders/{order['id']}").json() == order
    assert client.get("/records/1").json()["copies"] == 2
    assert client.delete(f"/orders/{order['id']}", headers=KEY).status == 204
    assert client.get("/records/1").json()["copies"] == 3
    assert client.get(f"/orders/{order['id']}").status == 404
    assert client.get("/orders/7").status == 404


@pytest.mark.parametrize(
    ("change", "till", "status"),
    [
        ({"lines": [{"record_id": 3}]}, "2", 409),
        ({"lines": [{"record_id": 9}]}, "2", 422),
        ({"lines": [{"record_id": 1}, {"record_id": 1}]}, "2", 422),
        ({"lines": []}, "2", 422),
        ({"customer": {"name": "Ada", "email": "Ada"}}, "2", 422),
        ({}, "12", 422),
    ],
    ids=str,
)
def test_bad_orders(client: Client, change: dict[str, Any], till: str, status: int) -> None:
    """What cannot be sold is not."""
    answer = client.post("/orders/", json={**ORDER, **change}, headers={"X-Till": till})
    assert answer.status == status


def test_orders(client: Client) -> None:
    """The staff sees the newest first, page by page."""
    ids = [client.post("/orders/", json=ORDER, headers=TILL).json()["id"] for _ in range(3)]
    answer = client.get("/orders/?page_size=2", headers=KEY)
    assert [order["id"] for order in answer.json()] == [ids[2], ids[1]]
    assert json.loads(answer.headers["X-Pagination"])["total"] == 3
    answer = client.get("/orders/?page=4", headers=KEY)
    assert (answer.json(), json.loads(answer.headers["X-Pagination"])["total_pages"]) == ([], 1)


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "/records/", {"json": NEW}),
        ("PUT", "/records/1/cover", {"fields": {"cover": ("cover.png", PNG, "image/png")}}),
        ("GET", "/orders/", {}),
        ("DELETE", "/orders/6c0e8f6e-8d7f-4b5a-9d58-0a9d7e6f1b1c", {}),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"X-Key": "shellac"}], ids=["none", "wrong"])
def test_staff_only(
    client: Client, method: str, path: str, options: dict[str, Any], headers: dict[str, str]
) -> None:
    """Without the key, nothing is done."""
    assert client.request(method, path, headers=headers, **options).status == 401


def test_reports(client: Client) -> None:
    """Sums as JSON, and the stock as a file."""
    assert client.get("/reports/value").json() == [
        {"format": "lp", "copies": 4, "value": "98.50"},
        {"format": "single", "copies": 0, "value": "0.00"},
        {"format": "cd", "copies": 12, "value": "118.80"},
    ]
    answer = client.get("/reports/stock.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data == b"number,copies\nBLU-1577,3\nCS-8163,1\nSUN-209,0\nWB-3010,12\n"


def test_plain(client: Client) -> None:
    """A plain route is beside them."""
    assert client.get("/ping").data == b"pong"


def ask_number_as_text(client: Client) -> str:
    """Send an integer as a text."""
    return str(client.post("/records/", json={**NEW, "copies": "3"}, headers=KEY).status)


def ask_price_as_number(client: Client) -> str:
    """Send a decimal as a number."""
    return str(client.post("/records/", json={**NEW, "price": 5.5}, headers=KEY).status)


def ask_sign_in_query(client: Client) -> str:
    """Send a number that JSON does not have."""
    return str(client.get("/records/?page=%2B1").status)


def ask_missing_record(client: Client) -> str:
    """Ask for a record that does not exist."""
    answer = client.get("/records/9")
    return f"{answer.headers['Content-Type']}: {', '.join(sorted(answer.json()))}"


def ask_unknown_url(client: Client) -> str:
    """Ask for a URL that no route has."""
    return client.get("/nowhere").headers["Content-Type"]


def ask_all_faults(client: Client) -> str:
    """Send two faults that two schemas find."""
    text = client.get("/records/?formats=mp3&page=0").data.decode()
    return ", ".join(name for name in ("formats", "page") if name in text)


def ask_without_key(client: Client) -> str:
    """Send a body that is not valid, without a key."""
    return str(client.post("/records/", json={}).status)


def ask_without_version(client: Client) -> str:
    """Send a change that is not valid, without a version."""
    return str(client.patch("/records/1", json={"copies": -1}, headers=KEY).status)


def ask_challenge(client: Client) -> str:
    """Look for the header that a 401 has to have."""
    return client.get("/orders/").headers.get("WWW-Authenticate", "none")


def ask_form(client: Client) -> str:
    """Send a form where JSON is expected."""
    answer = client.post("/orders/", fields={"gift": "on"}, encode_multipart=False, headers=TILL)
    return str(answer.status)


def ask_type_of_nothing(client: Client) -> str:
    """Look for the type of a body that does not exist."""
    fields = {"cover": ("cover.png", PNG, "image/png")}
    answer = client.put("/records/1/cover", fields=fields, headers=KEY)
    return answer.headers.get("Content-Type", "none")


def ask_tag_of_not_modified(client: Client) -> str:
    """Look for the version in a 304."""
    tag = read_tag(client, "/records/1")["If-Match"]
    answer = client.get("/records/1", headers={"If-None-Match": tag})
    return "the ETag" if answer.headers.get("ETag") == tag else "none"


def ask_time_zone(client: Client) -> str:
    """Look at the offset of a time in UTC."""
    placed_at: str = client.post("/orders/", json=ORDER, headers=TILL).json()["placed_at"]
    return placed_at[26:]


def ask_openapi_version(client: Client) -> str:
    """Look at the version of the document."""
    version: str = client.get("/openapi.json").json()["openapi"]
    return version


QUESTIONS = {
    '"copies": "3" in a body': ask_number_as_text,
    '"price": 5.5 in a body': ask_price_as_number,
    "?page=+1": ask_sign_in_query,
    "The members of an error": ask_missing_record,
    "The 404 of a URL that no route has": ask_unknown_url,
    "Faults in the filters and in the page": ask_all_faults,
    "No key, and an invalid body": ask_without_key,
    "No If-Match, and an invalid body": ask_without_version,
    "WWW-Authenticate of a 401": ask_challenge,
    "A form where JSON is expected": ask_form,
    "Content-Type of a 204": ask_type_of_nothing,
    "ETag of a 304": ask_tag_of_not_modified,
    "A time in UTC ends in": ask_time_zone,
    "The version of the document": ask_openapi_version,
}


def test_differences(answers: dict[str, str], listed: dict[str, str]) -> None:
    """The list of differences is that of the answers."""
    assert answers == listed


@pytest.fixture
def half() -> Flask:
    """Return an app whose records are on flask-smorest, and whose orders and reports are moved."""
    peer = pytest.importorskip(PEER, reason=f"{PEER} is not installed (the extra is called moving)")
    before, kept = (
        importlib.import_module(f"moving.smorest.{name}") for name in ("before", "kept")
    )
    app = Flask("half")
    app.testing = True
    app.config.update(API_TITLE="Shop", API_VERSION="1", OPENAPI_VERSION="3.0.3", STAFF_KEY="vinyl")
    app.extensions["shop"] = kept.open_shop()
    peer.Api(app).register_blueprint(before.records)
    Typed(app, problem_shape=kept.make_error)
    app.register_blueprint(kept.orders)
    app.register_blueprint(kept.reports)
    return app


def test_half_of_the_routes(half: Flask) -> None:
    """The routes that are left are plain; the page shows the list."""
    result = CliRunner().invoke(typed, ["routes"], obj=ScriptInfo(create_app=lambda: half))
    assert result.output == (MOVING / SERVICE / "routes.txt").read_text(encoding="utf-8")


def test_documents(tmp_path: Path) -> None:
    """What breaks is what the page shows: two mistakes of the old document, and a new bound."""
    pytest.importorskip(PEER, reason=f"{PEER} is not installed (the extra is called moving)")
    before, kept = (
        importlib.import_module(f"moving.smorest.{name}") for name in ("before", "kept")
    )
    old = tmp_path / "old.json"
    old.write_bytes(before.app.test_client().get("/openapi.json").data)
    info = ScriptInfo(create_app=lambda: kept.app)
    result = CliRunner().invoke(typed, ["diff", str(old), "--app"], obj=info)
    breaking = [line for line in result.output.splitlines() if line.startswith("breaking")]
    assert breaking == (MOVING / SERVICE / "diff.txt").read_text(encoding="utf-8").splitlines()


def test_errors_of_half(half: Flask) -> None:
    """The handler of flask-smorest answers for the whole app, in the shape that is published."""
    client = half.test_client()
    faults = {
        "json": {name: ["Missing data for required field."] for name in ("customer", "lines")}
    }
    assert client.post("/orders/", json={}, headers=TILL).get_json() == {
        "code": 422,
        "status": "Unprocessable Entity",
        "errors": faults,
    }
    assert client.get("/records/9").get_json()["message"] == "No record has this id."
    assert client.get("/nowhere").get_json() == {"code": 404, "status": "Not Found"}
