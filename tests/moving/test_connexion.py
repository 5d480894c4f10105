"""The ferry company: the same answers, and the same document, after the move from connexion 2.

connexion 2 does not run beside the Flask that flask_typed needs. Its side is tried by hand, in an
environment of its own; elsewhere it is skipped.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner
from flask.cli import ScriptInfo
from flask_typed.cli import typed

from .conftest import MOVING, Client, describe

SERVICE = PEER = "connexion"
SPECIFICATION = MOVING / SERVICE / "before" / "openapi.yaml"

KEY = {"X-Key": "anchor"}
NEW = {"origin": "Kiel", "destination": "Turku", "day": "2026-06-01", "places": 5}
ADA = {"name": "Ada", "places": 2}
NOBODY = "6c0e8f6e-8d7f-4b5a-9d58-0a9d7e6f1b1c"
FANTASY = {
    "id": 1,
    "origin": "Kiel",
    "destination": "Oslo",
    "day": "2026-05-02",
    "places": 300,
    "vessel": "Fantasy",
}


@pytest.fixture(scope="module", params=["before", "after"])
def side(request: pytest.FixtureRequest) -> str:
    """Return the side that the test runs on."""
    if request.param == "before":
        pytest.importorskip(PEER, reason="connexion 2 needs Flask 2, in an environment of its own")
    return str(request.param)


def find_ids(answer: urllib3.BaseHTTPResponse) -> list[int]:
    """Return the ids of a list of crossings."""
    return [crossing["id"] for crossing in answer.json()]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [2, 1, 3]),
        ("?origin=Kiel", [1]),
        ("?day=2026-05-02", [1, 3]),
        ("?limit=1", [2]),
    ],
)
def test_list(client: Client, query: str, ids: list[int]) -> None:
    """The earliest crossings come first."""
    assert find_ids(client.get(f"/crossings{query}")) == ids


def test_read(client: Client) -> None:
    """A crossing, or none."""
    assert client.get("/crossings/1").json() == FANTASY
    missing = client.get("/crossings/9")
    assert (missing.status, missing.json()) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "No crossing has this id.",
        },
    )


def test_add(client: Client) -> None:
    """The vessel may come later."""
    answer = client.post("/crossings", json=NEW, headers=KEY)
    assert (answer.status, answer.headers["Location"]) == (201, "/crossings/4")
    assert answer.json() == {**NEW, "id": 4, "vessel": None} == client.get("/crossings/4").json()
    null = client.post("/crossings", json={**NEW, "vessel": None}, headers=KEY)
    assert null.json() == {**NEW, "id": 5, "vessel": None}


def test_cancel(client: Client) -> None:
    """It goes once."""
    statuses = [client.delete("/crossings/1", headers=KEY).status for _ in range(2)]
    assert statuses == [204, 404]


@pytest.mark.parametrize("headers", [{}, {"X-Key": "buoy"}], ids=["none", "wrong"])
def test_key(client: Client, headers: dict[str, str]) -> None:
    """Without the key, nothing is done; not even the body is read."""
    assert client.post("/crossings", json={}, headers=headers).status == 401
    assert client.delete("/crossings/1", headers=headers).status == 401
    assert client.get("/crossings/1").status == 200


def test_book(client: Client) -> None:
    """Places are taken until there are too few."""
    answer = client.post("/crossings/2/bookings", json=ADA, headers={"X-Agency": "Sea & Sun"})
    booking = answer.json()
    assert (answer.status, booking["vehicle"], booking["crossing_id"]) == (201, "none", 2)
    assert client.get(f"/bookings/{booking['reference']}").json() == booking
    full = client.post("/crossings/2/bookings", json={**ADA, "vehicle": "car"})
    assert (full.status, full.json()["title"]) == (409, "Too few places are left.")
    assert full.json()["detail"] == "There are 0."
    assert client.post("/crossings/9/bookings", json=ADA).status == 404
    assert client.get(f"/bookings/{NOBODY}").status == 404


REFUSED = {"before": "400 application/problem+json", "after": "422 application/problem+json"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/crossings?origin=Rome", None),
        ("GET", "/crossings?limit=0", None),
        ("GET", "/crossings?limit=many", None),
        ("GET", "/crossings?vessel=Aurora", None),
        ("POST", "/crossings", {**NEW, "places": "5"}),
        ("POST", "/crossings", {**NEW, "places": 0}),
        ("POST", "/crossings", {**NEW, "vessel": ""}),
        ("POST", "/crossings", {**NEW, "ship": "Aurora"}),
        ("POST", "/crossings", {"origin": "Kiel"}),
        ("POST", "/crossings/1/bookings", {**ADA, "places": 10}),
        ("POST", "/crossings/1/bookings", {**ADA, "vehicle": "boat"}),
        ("POST", "/crossings/1/bookings", {**ADA, "vehicle": None}),
    ],
    ids=str,
)
def test_refused(client: Client, side: str, method: str, path: str, body: Any) -> None:
    """What is not valid is refused; the status code is the first of the differences."""
    options = {} if body is None else {"json": body}
    assert describe(client.request(method, path, headers=KEY, **options)) == REFUSED[side]


def test_unreadable(client: Client) -> None:
    """What is no JSON is refused alike."""
    json = {**KEY, "Content-Type": "application/json"}
    assert client.post("/crossings", body=b"{", headers=json).status == 400
    text = {**KEY, "Content-Type": "text/plain"}
    assert client.post("/crossings", body=b"{}", headers=text).status == 415


def ask_invalid(client: Client) -> str:
    """Send a parameter that is not valid."""
    return describe(client.get("/crossings?limit=0"))


def ask_number_of_faults(client: Client) -> str:
    """Send four faults."""
    answer = client.post("/crossings", json={}, headers=KEY)
    return str(sum(name in answer.data.decode() for name in NEW))


def ask_sent_value(client: Client) -> str:
    """Look for the value that was sent."""
    answer = client.get("/crossings?origin=s3cret")
    return "repeated" if b"s3cret" in answer.data else "not repeated"


def ask_bad_day(client: Client) -> str:
    """Send a text that does not have its format, as a parameter."""
    return str(client.get("/crossings?day=soon").status)


def ask_bad_reference(client: Client) -> str:
    """Send a text that does not have its format, in the path."""
    return str(client.get("/bookings/7").status)


def ask_repeated(client: Client) -> str:
    """Send a parameter twice."""
    return str(len(client.get("/crossings?limit=1&limit=3").json()))


def ask_unknown_url(client: Client) -> str:
    """Ask for a URL that no route has."""
    return describe(client.get("/nowhere"))


def ask_challenge(client: Client) -> str:
    """Look for the header that a 401 has to have."""
    answer = client.delete("/crossings/1")
    return answer.headers.get("WWW-Authenticate", "none")


def ask_type_of_nothing(client: Client) -> str:
    """Look for the type of a body that does not exist."""
    answer = client.delete("/crossings/1", headers=KEY)
    return answer.headers.get("Content-Type", "none")


def ask_page(client: Client) -> str:
    """Look for the page that shows the document."""
    return next(path for path in ("/ui/", "/docs") if client.get(path).status == 200)


QUESTIONS = {
    "An invalid request": ask_invalid,
    "Faults that one answer names, of four": ask_number_of_faults,
    "The value that was sent": ask_sent_value,
    "?day=soon for format: date": ask_bad_day,
    "/bookings/7 for format: uuid": ask_bad_reference,
    "Crossings for ?limit=1&limit=3": ask_repeated,
    "A URL that no route has": ask_unknown_url,
    "WWW-Authenticate of a 401": ask_challenge,
    "Content-Type of a 204": ask_type_of_nothing,
    "The page": ask_page,
}


def test_differences(answers: dict[str, str], listed: dict[str, str]) -> None:
    """What is answered differently is on the list, which the page shows."""
    assert answers == listed


def test_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is that of the file, but for what the page shows."""
    monkeypatch.chdir(SPECIFICATION.parent)
    program = importlib.import_module("moving.connexion.after")
    info = ScriptInfo(create_app=lambda: program.app)
    result = CliRunner().invoke(typed, ["diff", "openapi.yaml", "--app"], obj=info)
    assert result.output == (MOVING / SERVICE / "diff.txt").read_text(encoding="utf-8")
