"""Authors: listed, added, and a ``MethodView`` for one of them."""

from __future__ import annotations

from typing import Any

import pytest

from .answers import (
    CALVINO,
    HOMER,
    LE_GUIN,
    MISSING,
    NO_INTEGER,
    NO_MATCH,
    TOO_SHORT,
    TOO_SMALL,
    UNKNOWN,
    invalid,
    problem,
)
from .contract import CheckedClient

NOT_FOUND = problem(404, "No author has this id.", author_id=99)
BAD_BODIES = [
    pytest.param({}, ("/name", MISSING), id="nothing"),
    pytest.param({"name": ""}, ("/name", TOO_SHORT), id="empty name"),
    pytest.param({"name": None}, ("/name", "Field may not be null."), id="null"),
    pytest.param({"name": 7}, ("/name", "Not a valid string."), id="number for a name"),
    pytest.param({"name": "a\0b"}, ("/name", NO_MATCH), id="NUL"),
    pytest.param({"name": "N" * 201}, ("/name", "Longer than maximum length 200."), id="long name"),
    pytest.param(
        {"name": "N", "born": "1923-02-29"},
        ("/born", "Not a valid date (RFC 3339)."),
        id="no such day",
    ),
    pytest.param({"name": "N", "id": 3}, ("/id", UNKNOWN), id="unknown key"),
]


def test_authors_are_listed_by_name(client: CheckedClient) -> None:
    """The list is sorted by name, and cut by limit and offset."""
    answer = client.get("/authors/?limit=2&offset=2")
    assert (answer.status_code, answer.json) == (200, [HOMER, CALVINO])


def test_authors_are_found_by_part_of_the_name(client: CheckedClient) -> None:
    """The filter ignores case."""
    answer = client.get("/authors/?name=LE+GUIN")
    assert (answer.status_code, answer.json) == (200, [LE_GUIN])


def test_name_filter_is_no_pattern(client: CheckedClient) -> None:
    """A percent sign is looked for as it is."""
    answer = client.get("/authors/?name=%25")
    assert (answer.status_code, answer.json) == (200, [])


def test_all_faults_of_the_query_come_at_once(client: CheckedClient) -> None:
    """Each parameter that is wrong has its fault in the one answer."""
    answer = client.get("/authors/?name=&limit=0&offset=many")
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("query", "/name", TOO_SHORT),
            ("query", "/limit", TOO_SMALL),
            ("query", "/offset", NO_INTEGER),
        ),
    )


def test_query_with_a_byte_that_is_no_text(client: CheckedClient) -> None:
    """A raw byte, which some servers let through, is a fault of the query."""
    overrides = {"QUERY_STRING": "name=\xe9"}
    response = client.get("/authors/", environ_overrides=overrides)
    assert (response.status_code, response.json["errors"]) == (
        422,
        [{"in": "query", "pointer": "", "code": "invalid_encoding", "detail": "Not UTF-8."}],
    )


def test_author_is_added(staff: CheckedClient) -> None:
    """A new author gets an id, and the answer says where to read them."""
    answer = staff.post("/authors/", json={"name": "Émile Ajar", "born": "1914-05-21"})
    ajar = {"id": 10, "name": "Émile Ajar", "born": "1914-05-21"}
    assert (answer.status_code, answer.json) == (201, ajar)
    assert answer.headers["Location"] == "/authors/10"
    assert staff.get("/authors/10").json == ajar


@pytest.mark.parametrize(("body", "fault"), BAD_BODIES)
@pytest.mark.parametrize(("method", "path"), [("POST", "/authors/"), ("PUT", "/authors/1")])
def test_bad_author_is_refused(
    staff: CheckedClient, method: str, path: str, body: Any, fault: tuple[str, str]
) -> None:
    """Adding and replacing refuse the same bodies with the same words."""
    answer = staff.open(path, method=method, json=body)
    assert (answer.status_code, answer.json) == (422, invalid(("body", *fault)))


def test_half_a_surrogate_pair_is_no_text(staff: CheckedClient) -> None:
    """What can't be written in UTF-8 is refused before it is looked at."""
    answer = staff.post("/authors/", json={"name": "\ud800"})
    assert (answer.status_code, answer.json) == (
        400,
        problem(
            400, "Bad Request", detail="The body is not JSON: it holds half of a surrogate pair."
        ),
    )


def test_author_is_read(client: CheckedClient) -> None:
    """An author is there under their id."""
    answer = client.get("/authors/8")
    assert (answer.status_code, answer.json) == (200, HOMER)


def test_author_is_replaced(staff: CheckedClient) -> None:
    """What is not sent is forgotten."""
    answer = staff.put("/authors/1", json={"name": "Le Guin"})
    assert (answer.status_code, answer.json) == (200, {"id": 1, "name": "Le Guin", "born": None})
    assert staff.get("/authors/1").json == answer.json


def test_author_is_changed(staff: CheckedClient) -> None:
    """What is not sent stays."""
    answer = staff.patch("/authors/1", json={"name": "Le Guin"})
    assert (answer.status_code, answer.json) == (200, {**LE_GUIN, "name": "Le Guin"})
    answer = staff.patch("/authors/1", json={"born": None})
    assert answer.json == {"id": 1, "name": "Le Guin", "born": None}
    assert staff.get("/authors/1").json == answer.json


@pytest.mark.parametrize(("body", "pointer"), [({"name": ""}, "/name"), ({"id": 2}, "/id")])
def test_bad_change_of_an_author_is_refused(staff: CheckedClient, body: Any, pointer: str) -> None:
    """The id is the server's."""
    answer = staff.patch("/authors/1", json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]
    assert staff.get("/authors/1").json == LE_GUIN


def test_author_is_deleted(staff: CheckedClient) -> None:
    """An author without books can go, and is gone."""
    staff.post("/authors/", json={"name": "N"})
    answer = staff.delete("/authors/10")
    assert (answer.status_code, answer.data) == (204, b"")
    assert staff.get("/authors/10").status_code == 404


def test_author_with_books_stays(staff: CheckedClient) -> None:
    """An author whose books are there can't go."""
    answer = staff.delete("/authors/1")
    assert (answer.status_code, answer.json) == (
        409,
        problem(409, "The author has books and cannot be removed.", author_id=1),
    )
    assert staff.get("/authors/1").json == LE_GUIN


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_unknown_author(staff: CheckedClient, method: str) -> None:
    """Every method says that nobody has the id."""
    body = {"json": {"name": "N"}} if method in ("PUT", "PATCH") else {}
    answer = staff.open("/authors/99", method=method, **body)
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_id_that_no_author_can_have(staff: CheckedClient, method: str) -> None:
    """An id larger than a database's integer is refused before the database sees it."""
    body = {"json": {"name": "N"}} if method in ("PUT", "PATCH") else {}
    answer = staff.open("/authors/2147483648", method=method, **body)
    assert (answer.status_code, answer.json) == (
        422,
        invalid(("path", "/author_id", "Must be less than or equal to 2147483647.")),
    )


def test_method_that_authors_do_not_have(staff: CheckedClient) -> None:
    """A view without the method is answered by Flask, with the methods that it has."""
    answer = staff.post("/authors/1")
    assert answer.status_code == 405
    assert set(answer.allow or ()) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}
