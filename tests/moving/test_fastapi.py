"""The loans of a library: the same answers before and after the move from FastAPI."""

from __future__ import annotations

import json
from typing import Any

import pytest
import urllib3

from ..patience import wait_until
from .conftest import Client, Question, describe

SERVICE = PEER = "fastapi"
STAFF = {"X-Staff-Key": "open sesame"}
ADA = {"Authorization": "Bearer ada-token"}
BOB = {"Authorization": "Bearer bob-token"}
EMMA = {
    "isbn": "9780000000019",
    "title": "Emma",
    "authors": [{"name": "Jane Austen", "born": 1775}],
    "genre": "novel",
    "price": "9.50",
    "published": "1815-12-23",
    "id": 1,
    "added": "2026-01-02T09:30:00Z",
    "on_loan": False,
}
ODES = {
    "isbn": "9780000000026",
    "title": "Odes",
    "authors": [{"name": "John Keats", "born": 1795}],
    "genre": "poetry",
    "price": "4.00",
    "id": 2,
    "added": "2026-01-03T09:30:00Z",
    "on_loan": False,
}
SEA = {
    "isbn": "9780000000033",
    "title": "The Sea Around Us",
    "authors": [{"name": "Rachel Carson"}],
    "price": "13.95",
}
MARCH = {"book_id": 1, "since": "2026-03-01", "due": "2026-03-15"}


def test_list(client: Client) -> None:
    """The list has a page of books, and the number of all; ``null`` is left out."""
    answer = client.get("/books/", fields={"limit": "1", "offset": "1"})
    assert (answer.status, answer.headers["X-Total-Count"]) == (200, "2")
    assert answer.json() == {"items": [ODES], "total": 2}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=EM", ["Emma"]),
        ("genre=poetry&genre=travel", ["Odes"]),
        ("max-price=5", ["Odes"]),
        ("sort=price", ["Odes", "Emma"]),
    ],
)
def test_search(client: Client, query: str, titles: list[str]) -> None:
    """Each parameter of the query has its effect."""
    found = client.get(f"/books/?{query}").json()["items"]
    assert [book["title"] for book in found] == titles


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "genre=prose", "max-price=-1", "sort=id"])
def test_search_is_checked(client: Client, query: str) -> None:
    """A parameter with an invalid value is refused."""
    assert client.get(f"/books/?{query}").status == 422


def test_add(client: Client) -> None:
    """A book that staff adds is where the answer says."""
    answer = client.post("/books/", json=SEA, headers=STAFF)
    added = {
        **SEA,
        "authors": [{"name": "Rachel Carson", "born": None}],
        "genre": "novel",
        "published": None,
        "id": 3,
        "added": "2026-02-01T00:00:00Z",
        "on_loan": False,
    }
    assert (answer.status, answer.json()) == (201, added)
    assert client.get(answer.headers["Location"]).json()["title"] == SEA["title"]


def test_add_the_same(client: Client) -> None:
    """An ISBN is taken once."""
    answer = client.post("/books/", json={**SEA, "isbn": EMMA["isbn"]}, headers=STAFF)
    assert (answer.status, answer.json()["detail"]) == (409, "Another book has this ISBN.")


@pytest.mark.parametrize(
    "change",
    [{"isbn": "1"}, {"authors": []}, {"authors": [{"name": ""}]}, {"price": "1.234"}, {"title": 3}],
)
def test_add_is_checked(client: Client, change: dict[str, Any]) -> None:
    """A book with an invalid field is refused."""
    assert client.post("/books/", json={**SEA, **change}, headers=STAFF).status == 422


def test_staff_only(client: Client) -> None:
    """What staff does needs the key."""
    answer = client.post("/books/", json=SEA, headers={"X-Staff-Key": "sesame"})
    assert (answer.status, answer.json()["detail"]) == (403, "This is not the key.")
    assert client.post("/books/", json=SEA).status == 401


def test_read(client: Client) -> None:
    """A cookie remembers the book that was read last."""
    answer = client.get("/books/2")
    assert (answer.status, answer.json()) == (200, ODES)
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert (cookie, "X-Last-Book" in answer.headers) == ("last_book=2", False)
    assert client.get("/books/1", headers={"Cookie": cookie}).headers["X-Last-Book"] == "2"


def test_read_nothing(client: Client) -> None:
    """A book that is not there is a 404."""
    answer = client.get("/books/7")
    assert (answer.status, answer.json()["detail"]) == (404, "No book has this id.")


def test_change(client: Client) -> None:
    """A change has only the fields that were sent; one may be null."""
    answer = client.patch("/books/1", json={"price": "8", "published": None}, headers=STAFF)
    assert answer.json() == {**EMMA, "price": "8", "published": None}


def test_delete(client: Client) -> None:
    """A book is deleted, unless somebody has it."""
    client.post("/loans/", json=MARCH, headers=ADA)
    answer = client.delete("/books/1", headers=STAFF)
    assert (answer.status, answer.json()["detail"]) == (409, "Somebody has the book.")
    answer = client.delete("/books/2", headers=STAFF)
    assert (answer.status, answer.data) == (204, b"")
    assert client.get("/books/2").status == 404


def test_export(client: Client) -> None:
    """The export is a CSV file."""
    answer = client.get("/books/export", headers=STAFF)
    assert answer.data == b"1,9780000000019,Emma,9.50\r\n2,9780000000026,Odes,4.00\r\n"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=books.csv"


def test_cover(client: Client) -> None:
    """A picture is uploaded with a caption, and downloaded."""
    picture = {"picture": ("emma.png", b"\x89PNG", "image/png"), "caption": "Green."}
    answer = client.put("/books/1/cover", fields=picture)
    cover = {"book_id": 1, "media_type": "image/png", "size": 4, "caption": "Green."}
    assert (answer.status, answer.json()) == (200, cover)
    answer = client.get("/books/1/cover")
    assert (answer.headers["Content-Type"], answer.data) == ("image/png", b"\x89PNG")
    assert client.get("/books/2/cover").json()["detail"] == "The book has no cover."


def test_cover_is_checked(client: Client) -> None:
    """Only pictures are taken."""
    text = {"picture": ("emma.txt", b"Emma", "text/plain")}
    assert client.put("/books/1/cover", fields=text).status == 422
    assert client.put("/books/1/cover", fields={"caption": "None."}).status == 422


def test_log_in(client: Client) -> None:
    """A form with name and password is answered with a token."""
    form = {"grant_type": "password", "username": "ada", "password": "countess"}
    answer = client.post("/token", fields=form, encode_multipart=False)
    assert answer.json() == {"access_token": "ada-token", "token_type": "bearer"}
    form["password"] = "duchess"
    answer = client.post("/token", fields=form, encode_multipart=False)
    wrong = "Name and password do not go together."
    assert (answer.status, answer.json()["detail"]) == (400, wrong)


def test_me(client: Client) -> None:
    """The row has a password, which nobody is shown."""
    assert client.get("/me", headers=ADA).json() == {"name": "ada", "role": "reader"}
    for headers in ({}, {"Authorization": "Bearer nobody"}):
        answer = client.get("/me", headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_lend(client: Client) -> None:
    """A loan is there for its member, and for nobody else."""
    answer = client.post("/loans/", json=MARCH, headers=ADA)
    loan = {
        "id": 1,
        "book": {"id": 1, "title": "Emma"},
        "since": "2026-03-01",
        "due": "2026-03-15",
    }
    assert (answer.status, answer.json()) == (201, loan)
    assert client.get("/loans/", headers=ADA).json() == [{**loan, "returned": None}]
    assert client.get("/loans/", headers=BOB).json() == []
    assert client.get("/books/1").json()["on_loan"] is True


def test_letter(client: Client) -> None:
    """After the answer to a loan, the member is sent a letter."""
    client.post("/loans/", json=MARCH, headers=ADA)
    headers = {**STAFF, "Accept-Language": "en"}
    wait_until(lambda: client.get("/letters", headers=headers).json()["letters"])
    letters = ["ada: Emma is yours until 2026-03-15."]
    assert client.get("/letters", headers=headers).json() == {"letters": letters, "language": "en"}


def test_lend_twice(client: Client) -> None:
    """A book that somebody has is a conflict, which says until when."""
    client.post("/loans/", json=MARCH, headers=ADA)
    answer = client.post("/loans/", json=MARCH, headers=BOB)
    problem = answer.json()
    assert (answer.status, answer.headers["Retry-After"]) == (409, "86400")
    assert (problem["detail"], problem["due"]) == ("Somebody else has the book.", "2026-03-15")


def test_lend_for_long(client: Client) -> None:
    """A rule about two fields is checked."""
    answer = client.post("/loans/", json={**MARCH, "due": "2026-04-15"}, headers=ADA)
    assert (answer.status, b"A loan lasts from 1 to 28 days." in answer.data) == (422, True)


@pytest.mark.parametrize(
    ("query", "number"),
    [("state=open", 1), ("state=returned", 0), ("since=2026-03-02", 0), ("since=2026-03-01", 1)],
)
def test_list_loans(client: Client, query: str, number: int) -> None:
    """Loans are found by state and date."""
    client.post("/loans/", json=MARCH, headers=ADA)
    assert len(client.get(f"/loans/?{query}", headers=ADA).json()) == number


def test_return(client: Client) -> None:
    """A late return costs a fine."""
    client.post("/loans/", json=MARCH, headers=ADA)
    answer = client.post("/loans/1/return", json={"on": "2026-03-20"}, headers=ADA)
    assert (answer.json()["returned"], answer.json()["fine"]) == ("2026-03-20", "1.00")
    answer = client.post("/loans/1/return", json={"on": "2026-03-20"}, headers=BOB)
    assert (answer.status, answer.json()["detail"]) == (404, "You have no such loan.")


def test_a_failure_keeps_nothing(client: Client) -> None:
    """A session that ends with an error changes nothing."""
    client.post("/loans/", json={**MARCH, "book_id": 7}, headers=ADA)
    assert client.get("/loans/", headers=ADA).json() == []


def test_hidden_route(client: Client) -> None:
    """The health check works, is measured, and is not in the document."""
    answer = client.get("/health")
    assert (answer.json(), float(answer.headers["X-Process-Time"]) < 5) == (
        {"status": "fine"},
        True,
    )
    document = client.get("/openapi.json").json()
    assert (document["info"]["title"], "/health" in document["paths"]) == ("Library", False)


def describe_fault(answer: urllib3.BaseHTTPResponse) -> str:
    """Return the status, and the first fault without those of its members that are long."""
    found = answer.json()
    fault = found.get("errors", found["detail"])[0]
    shown = ("loc", "type", "in", "pointer", "code")
    return f"{answer.status} {json.dumps({k: fault[k] for k in shown if k in fault})}"


JSON = {"Content-Type": "application/json"}
PNG = ("emma.png", b"\x89PNG", "image/png")

#: Each is a row of differences.csv.
QUESTIONS: dict[str, Question] = {
    "GET /books/?limit=0": lambda c: describe_fault(c.get("/books/?limit=0")),
    "GET /books/7": lambda c: describe(c.get("/books/7")),
    "GET /nowhere": lambda c: describe(c.get("/nowhere")),
    "GET /books": lambda c: str(c.get("/books").status),
    "HEAD /books/1": lambda c: str(c.request("HEAD", "/books/1").status),
    "OPTIONS /books/1": lambda c: str(c.request("OPTIONS", "/books/1").status),
    "GET /books/?limit=1&limit=2": lambda c: (
        f"{len(c.get('/books/?limit=1&limit=2').json()['items'])} of 2 books"
    ),
    "GET /books/?limit=+1": lambda c: str(c.get("/books/?limit=%2B1").status),
    "POST /loans/x/return": lambda c: str(
        c.post("/loans/x/return", json={"on": "2026-03-20"}, headers=ADA).status
    ),
    'POST /loans/ with "book_id": "1"': lambda c: str(
        c.post("/loans/", json={**MARCH, "book_id": "1"}, headers=ADA).status
    ),
    'POST /loans/ with "book_id": true': lambda c: str(
        c.post("/loans/", json={**MARCH, "book_id": True}, headers=ADA).status
    ),
    'POST /loans/ with "since": 1772323200': lambda c: str(
        c.post("/loans/", json={**MARCH, "since": 1772323200}, headers=ADA).status
    ),
    "POST /books/ with malformed JSON": lambda c: str(
        c.post("/books/", body=b"{", headers={**JSON, **STAFF}).status
    ),
    "the same without a key": lambda c: str(c.post("/books/", body=b"{", headers=JSON).status),
    "POST /books/ without a content type": lambda c: str(
        c.post("/books/", body=json.dumps(SEA).encode(), headers=STAFF).status
    ),
    "PUT /books/1/cover with an unknown field": lambda c: str(
        c.put("/books/1/cover", fields={"picture": PNG, "caption": "", "alt": "Green."}).status
    ),
    "GET /me with a wrong token": lambda c: c.get(
        "/me", headers={"Authorization": "Bearer nobody"}
    ).headers["WWW-Authenticate"],
    "operationId of GET /me": lambda c: c.get("/openapi.json").json()["paths"]["/me"]["get"][
        "operationId"
    ],
    "GET /redoc": lambda c: str(c.get("/redoc").status),
}


def test_differences(answers: dict[str, str], listed: dict[str, str]) -> None:
    """What is answered differently is on the list, which the page shows."""
    assert answers == listed
