"""The appointments of a clinic: the same answers before and after the move from APIFlask."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
import urllib3

from .conftest import Client, Question

SERVICE = PEER = "apiflask"
# apispec warns of schemas that APIFlask adds twice, or with fewer fields, to its document.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.* has already been added to the spec:UserWarning"),
    pytest.mark.filterwarnings("ignore:Multiple schemas resolved to the name:UserWarning"),
]

ADA = {"Authorization": "Bearer ada-token"}
BOB = {"Authorization": "Bearer bob-token"}
DESK = {"Authorization": "Bearer eve-token"}
GREY = {"id": 1, "name": "Dr. Grey", "speciality": "eyes", "fee": "80.00", "rooms": [1, 2]}
NEW = {
    "doctor_id": 1,
    "starts": "2026-03-02T10:00:00+00:00",
    "reason": "Red eyes.",
    "contact": {"email": "ada@example.org"},
}
BOOKED = {
    "id": 1,
    "patient": "ada",
    "doctor": {"id": 1, "name": "Dr. Grey"},
    "starts": "2026-03-02T10:00:00+00:00",
    "minutes": 30,
    "reason": "Red eyes.",
    "contact": {"email": "ada@example.org", "phone": None},
    "state": "booked",
    "fee": "40.00",
    "notes": None,
}
PDF = ("eyes.pdf", b"%PDF", "application/pdf")


def book(client: Client, hour: int = 10) -> urllib3.BaseHTTPResponse:
    """Book an appointment for Ada."""
    return client.post("/appointments", json={**NEW, "starts": start(hour)}, headers=ADA)


def start(hour: int) -> str:
    """Return a time on the day of the tests."""
    return f"2026-03-02T{hour:02}:00:00+00:00"


def test_doctors(client: Client) -> None:
    """All doctors, those of a speciality, or one."""
    assert client.get("/doctors").json()[0] == GREY
    assert [d["id"] for d in client.get("/doctors?speciality=teeth").json()] == [2]
    assert client.get("/doctors/1").json() == GREY


def test_no_such_doctor(client: Client) -> None:
    """A doctor who is not there is a 404, in the format that clients know."""
    answer = client.get("/doctors/7")
    assert answer.status == 404
    assert answer.json() == {"detail": {}, "message": "No doctor has this id."}


def test_slots(client: Client) -> None:
    """The hours of a day that are free."""
    book(client)
    slots = client.get("/doctors/1/slots?day=2026-03-02").json()
    assert slots == {"day": "2026-03-02", "free": ["09:00:00", "11:00:00", "12:00:00"]}


def test_rooms(client: Client) -> None:
    """A class-based view; only the desk may change rooms."""
    assert client.get("/doctors/1/rooms").json() == {"rooms": [1, 2]}
    answer = client.put("/doctors/1/rooms", json={"rooms": [7]}, headers=DESK)
    assert (answer.status, answer.json()) == (200, {"rooms": [7]})
    answer = client.put("/doctors/1/rooms", json={"rooms": [8]}, headers=ADA)
    assert (answer.status, answer.json()) == (403, {"detail": {}, "message": "Forbidden"})
    assert client.put("/doctors/1/rooms", json={"rooms": [0]}, headers=DESK).status == 422


def test_book(client: Client) -> None:
    """An appointment is where the answer says."""
    answer = book(client)
    assert (answer.status, answer.json()) == (201, BOOKED)
    assert client.get(answer.headers["Location"], headers=ADA).json() == BOOKED


def test_book_twice(client: Client) -> None:
    """A time is taken once; an error has more members and a header."""
    book(client)
    answer = book(client)
    taken = {
        "detail": {},
        "message": "Somebody else has this time.",
        "error_code": "slot_taken",
    }
    assert (answer.status, answer.json(), answer.headers["Retry-After"]) == (409, taken, "60")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"reason": ""}, {"reason": ["Length must be between 1 and 100."]}),
        ({"starts": start(15)}, {"starts": ["The clinic is open from 9 to 13."]}),
        ({"contact": {}}, {"contact": {"email": ["Missing data for required field."]}}),
        ({"contact": {"email": "ada"}}, {"contact": {"email": ["Not a valid email address."]}}),
        ({"vip": True}, {"vip": ["Unknown field."]}),
    ],
    ids=["length", "hook", "missing", "email", "unknown"],
)
def test_book_is_checked(client: Client, change: dict[str, Any], faults: Any) -> None:
    """Faults are reported in the format that clients know."""
    answer = client.post("/appointments", json={**NEW, **change}, headers=ADA)
    assert answer.status == 422
    assert answer.json() == {"detail": {"json": faults}, "message": "Validation error"}


def test_list(client: Client) -> None:
    """A page of the appointments, with links to others."""
    for hour in (9, 10, 11):
        book(client, hour)
    answer = client.get("/appointments?page=2&per_page=1", headers=ADA).json()
    assert [found["id"] for found in answer["appointments"]] == [2]
    host = f"http://{client.pool.host}:{client.pool.port}/appointments"
    assert answer["pagination"] == {
        "total": 3,
        "pages": 3,
        "per_page": 1,
        "page": 2,
        "next": f"{host}?page=3&per_page=1",
        "prev": f"{host}?page=1&per_page=1",
        "first": f"{host}?page=1&per_page=1",
        "last": f"{host}?page=3&per_page=1",
        "current": f"{host}?page=2&per_page=1",
    }


def test_list_of_others(client: Client) -> None:
    """A patient sees their own appointments, and the desk sees all."""
    book(client)
    found = [client.get("/appointments", headers=who).json() for who in (ADA, BOB, DESK)]
    assert [answer["pagination"]["total"] for answer in found] == [1, 0, 1]
    answer = client.get("/appointments?state=cancelled", headers=ADA).json()
    assert answer["pagination"]["next"] == ""


@pytest.mark.parametrize("query", ["page=0", "per_page=51", "state=lost", "page=x"])
def test_list_is_checked(client: Client, query: str) -> None:
    """A parameter with an invalid value is refused."""
    answer = client.get(f"/appointments?{query}", headers=ADA)
    assert (answer.status, list(answer.json()["detail"])) == (422, ["query"])


def test_change(client: Client) -> None:
    """A change has only the fields that were sent; one may be null."""
    book(client)
    change = {"state": "done", "minutes": 60, "notes": None}
    answer = client.patch("/appointments/1", json=change, headers=DESK)
    assert answer.json() == {**BOOKED, "state": "done", "minutes": 60, "fee": "80.00"}


def test_delete(client: Client) -> None:
    """An appointment that is deleted is gone."""
    book(client)
    answer = client.delete("/appointments/1", headers=ADA)
    assert (answer.status, answer.data) == (204, b"")
    answer = client.get("/appointments/1", headers=ADA)
    missing = {"detail": {"id": 1}, "message": "There is no such appointment."}
    assert (answer.status, answer.json()) == (404, missing)


def test_documents(client: Client) -> None:
    """A document is uploaded with a title, and downloaded."""
    book(client)
    fields = {"document": PDF, "title": "Eyes"}
    answer = client.post("/appointments/1/documents", fields=fields, headers=ADA)
    assert (answer.status, answer.json()) == (201, {"title": "Eyes", "size": 4})
    answer = client.get("/appointments/1/documents/Eyes", headers=ADA)
    assert (answer.headers["Content-Type"], answer.data) == ("application/pdf", b"%PDF")
    assert client.get("/appointments/1/documents/Nose", headers=ADA).status == 404


@pytest.mark.parametrize(
    "document",
    [("eyes.txt", b"Eyes", "text/plain"), ("eyes.pdf", b"%PDF" * 257, "application/pdf")],
)
def test_documents_are_checked(client: Client, document: tuple[str, bytes, str]) -> None:
    """Type and size of a document are limited."""
    book(client)
    fields = {"document": document, "title": "Eyes"}
    answer = client.post("/appointments/1/documents", fields=fields, headers=ADA)
    assert answer.status == 422


def test_log_in(client: Client) -> None:
    """Name and password are answered with a token."""
    login = {"name": "ada", "password": "countess"}
    assert client.post("/token", json=login).json() == {"token": "ada-token"}
    answer = client.post("/token", json={**login, "password": "duchess"})
    wrong = {"detail": {}, "message": "Name and password do not go together."}
    assert (answer.status, answer.json()) == (400, wrong)


def test_me(client: Client) -> None:
    """Without a valid token there is a challenge."""
    assert client.get("/me", headers=ADA).json() == {"name": "ada", "role": "patient"}
    for headers in ({}, {"Authorization": "Bearer nobody"}):
        answer = client.get("/me", headers=headers)
        assert (answer.status, answer.json()) == (401, {"detail": {}, "message": "Unauthorized"})
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_summary(client: Client) -> None:
    """A header is read, and keys of an object are values."""
    book(client)
    answer = client.get("/summary", headers={"Accept-Language": "de"})
    assert answer.json() == {"language": "de", "by_state": {"booked": 1}}
    assert client.get("/summary").json()["language"] == "en"


def test_other_errors(client: Client) -> None:
    """An unknown URL and a wrong method have the format of all errors."""
    answer = client.get("/nowhere")
    assert (answer.status, answer.json()["message"]) == (404, "Not Found")
    answer = client.put("/me")
    assert (answer.status, answer.json()["message"]) == (405, "Method Not Allowed")


def test_hidden_route(client: Client) -> None:
    """The health check works, is counted, and is not in the document."""
    answer = client.get("/health")
    assert (answer.json(), answer.headers["X-Requests"]) == ({"status": "fine"}, "1")
    document = client.get("/openapi.json").json()
    assert (document["info"]["title"], "/health" in document["paths"]) == ("Clinic", False)


def post(client: Client, **change: Any) -> str:
    """Book an appointment with other values, and return the status."""
    return str(client.post("/appointments", json={**NEW, **change}, headers=ADA).status)


def upload(client: Client, **fields: Any) -> str:
    """Upload a document to a new appointment; return the status and the places of faults."""
    book(client)
    form = {"title": "Eyes", "document": PDF, **fields}
    answer = client.post("/appointments/1/documents", fields=form, headers=ADA)
    return f"{answer.status} {json.dumps(list(answer.json().get('detail', [])))}"


def challenge(answer: urllib3.BaseHTTPResponse) -> str:
    """Return the challenge of an answer."""
    return answer.headers["WWW-Authenticate"]


#: Each is a row of differences.csv.
QUESTIONS: dict[str, Question] = {
    'POST /appointments with "minutes": "30"': lambda c: post(c, minutes="30"),
    'POST /appointments with "minutes": 30.7': lambda c: post(c, minutes=30.7),
    "POST /appointments without a content type": lambda c: str(
        c.post("/appointments", body=json.dumps(NEW).encode(), headers=ADA).status
    ),
    "POST /appointments without a body": lambda c: json.dumps(
        c.post("/appointments", headers=ADA).json()["detail"]["json"]
    )[:45],
    "GET /appointments?page=+1": lambda c: str(
        c.get("/appointments?page=%2B1", headers=ADA).status
    ),
    "GET /appointments?page=1.0": lambda c: str(
        c.get("/appointments?page=1.0", headers=ADA).status
    ),
    "a document of another type": lambda c: upload(c, document=("a.txt", b"", "text/plain")),
    "the same, called eyes.pdf": lambda c: upload(c, document=("eyes.pdf", b"", "text/plain")),
    "a document with an unknown field": lambda c: upload(c, note="Left eye."),
    "GET /me without a token": lambda c: challenge(c.get("/me")),
    "GET /me with a wrong token": lambda c: challenge(
        c.get("/me", headers={"Authorization": "Bearer nobody"})
    ),
    "PATCH /appointments/1 as a patient": lambda c: challenge(
        c.patch("/appointments/1", json={}, headers=ADA)
    ),
    "first key of GET /doctors/1": lambda c: str(next(iter(c.get("/doctors/1").json()))),
    "operationId of GET /me": lambda c: str(
        c.get("/openapi.json").json()["paths"]["/me"]["get"].get("operationId")
    ),
}


def test_differences(answers: dict[str, str], listed: dict[str, str]) -> None:
    """What is answered differently is on the list, which the page shows."""
    assert answers == listed


def test_both_in_one_app() -> None:
    """Typed routes in an app of APIFlask: each kind has its own errors and its own document."""
    pytest.importorskip(PEER, reason="the app is APIFlask's")
    client = importlib.import_module("moving.apiflask.meanwhile").app.test_client()
    assert client.get("/wards?floor=2").json == ["ward 21", "ward 22"]
    answer = client.get("/wards?floor=x")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert client.put("/wards/1/beds", json={"free": 3}).json == {"free": 3}
    assert client.put("/wards/9/beds", json={"free": 3}).json == {
        "detail": {},
        "message": "There is no such ward.",
    }
    assert list(client.get("/typed.json").json["paths"]) == ["/wards"]
    assert "/wards/{ward}/beds" in client.get("/openapi.json").json["paths"]
