"""Books: searched, suggested, added, changed and taken out of the catalogue."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from unittest.mock import ANY

import pytest

from ..patience import PATIENCE
from .answers import (
    CALVINO,
    EARTHSEA,
    MISSING,
    NO_INTEGER,
    NO_ISBN,
    NO_MATCH,
    TOO_SHORT,
    TOO_SMALL,
    UNKNOWN,
    invalid,
    problem,
)
from .contract import CheckedClient
from .test_covers import make_form

ANY_VERSION = {"If-Match": "*"}
NOT_MET = problem(412, "The resource is not in the state that the request requires.")
MARCOVALDO = {
    "title": "Marcovaldo",
    "author_id": 2,
    "isbn": "9781234567897",
    "price": "9.5",
    "genre": "fiction",
    "published": "1963-11-01",
    "stock": 7,
    "tags": ["seasons"],
}
MARCOVALDO_READ = {
    "id": 22,
    "title": "Marcovaldo",
    "author": CALVINO,
    "isbn": "9781234567897",
    "price": "9.50",
    "genre": "fiction",
    "published": "1963-11-01",
    "stock": 7,
    "tags": ["seasons"],
    "added": ANY,
    "cover": None,
}
GENRES = "Must be one of: children, crime, fiction, nonfiction, poetry, science-fiction."
NOT_FOUND = problem(404, "No book has this id.", book_id=99)
UNKNOWN_AUTHOR = problem(409, "There is no author with the id in the book.", author_id=99)
ISBN_TAKEN = problem(409, "Another book has this ISBN.", isbn=EARTHSEA["isbn"])


def read_ids(client: CheckedClient, query: str) -> list[int]:
    """Return the ids of the books that a search finds, in their order."""
    answer = client.get(f"/books/?{query}")
    assert answer.status_code == 200
    return [book["id"] for book in answer.get_json()["items"]]


@pytest.mark.parametrize("path", ["/books/", "/books"])
def test_books_are_listed(client: CheckedClient, path: str) -> None:
    """A page of the list says how many books there are, with and without the last slash."""
    answer = client.get(path, query_string="limit=1&offset=2&sort=added")
    assert (answer.status_code, answer.json) == (200, {"total": 21, "items": [EARTHSEA]})


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("text=SEA", [19, 3], id="title, case ignored"),
        pytest.param("text=szymborska", [14, 13], id="author"),
        pytest.param("text=%25", [], id="percent sign is no pattern"),
        pytest.param("text=_", [], id="underscore is no pattern"),
        pytest.param("genre=crime", [10, 9, 8], id="one genre"),
        pytest.param("genre=crime&genre=children", [12, 11, 10, 9, 8, 3], id="two genres"),
        pytest.param("author_id=1", [3, 2, 1], id="author's id"),
        pytest.param("max_price=8.5", [11, 10], id="highest price"),
        pytest.param("min_price=15", [14, 13], id="lowest price"),
        pytest.param("min_price=16&max_price=15", [], id="no price"),
        pytest.param("genre=poetry&sort=title", [14, 21, 20, 13], id="by title"),
        pytest.param("genre=poetry&sort=-title", [13, 20, 21, 14], id="by title, backwards"),
        pytest.param("genre=crime&sort=price", [10, 8, 9], id="by price"),
        pytest.param("genre=crime&sort=-price", [8, 9, 10], id="by price, backwards"),
        pytest.param("genre=crime&sort=added", [8, 9, 10], id="oldest first"),
        pytest.param("genre=crime&sort=price,title", [10, 9, 8], id="by price, then title"),
        pytest.param("genre=crime&sort=price,-title", [10, 8, 9], id="by price, then backwards"),
        pytest.param("genre=crime&sort=", [8, 9, 10], id="by nothing but the id"),
        pytest.param("genre=crime&limit=1&offset=1", [9], id="page"),
        pytest.param("genre=crime&offset=3", [], id="past the end"),
        pytest.param("genre=crime&colour=red", [10, 9, 8], id="unknown parameter is ignored"),
    ],
)
def test_books_are_found(client: CheckedClient, query: str, ids: list[int]) -> None:
    """Each filter finds its books, newest first unless another order is asked for."""
    assert read_ids(client, query) == ids


def test_books_out_of_stock_are_left_out(staff: CheckedClient) -> None:
    """Who wants what is there does not see what is not."""
    staff.patch("/books/9", json={"stock": 0})
    assert read_ids(staff, "genre=crime&in_stock=true") == [10, 8]
    assert read_ids(staff, "genre=crime&in_stock=false") == [10, 9, 8]


def test_all_faults_of_a_search_come_at_once(client: CheckedClient) -> None:
    """Each parameter has its fault; an item of a list is pointed at by its index."""
    query = (
        "text=%00&genre=crime&genre=war&author_id=0&min_price=-1&max_price=much"
        "&in_stock=maybe&sort=title,author&limit=101&offset=1.5"
    )
    answer = client.get(f"/books/?{query}")
    sorts = "Must be one of: added, -added, price, -price, title, -title."
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("query", "/text", NO_MATCH),
            ("query", "/genre/1", GENRES),
            ("query", "/author_id", TOO_SMALL),
            ("query", "/min_price", "Must be greater than or equal to 0."),
            ("query", "/max_price", "Not a valid decimal number in text form."),
            ("query", "/in_stock", "Not a valid boolean."),
            ("query", "/limit", "Must be less than or equal to 100."),
            ("query", "/offset", NO_INTEGER),
            ("query", "/sort/1", sorts),
        ),
    )


def test_a_search_has_at_most_three_orders(client: CheckedClient) -> None:
    """The length of the list between the commas is bounded, and each key occurs once."""
    answer = client.get("/books/?sort=title,price,added,-title")
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("query", "/sort", "Longer than maximum length 3."),
            ("query", "/sort", "Must not hold a key twice."),
        ),
    )


def test_suggestions_are_the_newest(client: CheckedClient) -> None:
    """A visitor without a cookie is shown the five newest books."""
    answer = client.get("/books/suggestions")
    assert answer.status_code == 200
    assert [book["id"] for book in answer.get_json()] == [21, 20, 19, 18, 17]


def test_suggestions_follow_the_cookie(client: CheckedClient) -> None:
    """A visitor who searched for a genre is shown that one."""
    client.get("/?genre=children")
    answer = client.get("/books/suggestions")
    assert [book["id"] for book in answer.get_json()] == [12, 11, 3]


def test_suggestions_refuse_an_unknown_genre(client: CheckedClient) -> None:
    """The cookie is checked as everything is."""
    client.set_cookie("genre", "war")
    answer = client.get("/books/suggestions")
    assert (answer.status_code, answer.json) == (422, invalid(("cookie", "/genre", GENRES)))


def test_book_is_added(staff: CheckedClient) -> None:
    """A new book comes back with its id, author and exact price; the header says where it is."""
    answer = staff.post("/books/", json=MARCOVALDO)
    assert (answer.status_code, answer.json) == (201, MARCOVALDO_READ)
    assert answer.headers["Location"] == "/books/22"
    assert staff.get("/books/22").json == answer.json


def test_book_has_defaults(staff: CheckedClient) -> None:
    """What may be left out is filled in."""
    names = ("title", "author_id", "isbn", "price", "genre")
    answer = staff.post("/books/", json={name: MARCOVALDO[name] for name in names})
    left_out: dict[str, Any] = {"published": None, "stock": 0, "tags": []}
    assert (answer.status_code, answer.json) == (201, {**MARCOVALDO_READ, **left_out})


@pytest.mark.parametrize(("method", "path"), [("POST", "/books/"), ("PUT", "/books/3")])
def test_all_faults_of_a_book_come_at_once(staff: CheckedClient, method: str, path: str) -> None:
    """Each key that is wrong, missing or unknown has its fault."""
    book = {
        "title": "",
        "author_id": "2",
        "isbn": "9991234567897",
        "price": 9.5,
        "genre": "war",
        "published": "yesterday",
        "stock": True,
        "tags": ["fine", "", 3],
        "colour": "red",
    }
    answer = staff.open(path, method=method, json=book)
    assert (answer.status_code, answer.json) == (
        422,
        invalid(
            ("body", "/title", TOO_SHORT),
            ("body", "/author_id", NO_INTEGER),
            ("body", "/isbn", NO_ISBN),
            ("body", "/price", "Not a valid decimal number in text form."),
            ("body", "/genre", GENRES),
            ("body", "/published", "Not a valid date (RFC 3339)."),
            ("body", "/stock", NO_INTEGER),
            ("body", "/tags/1", TOO_SHORT),
            ("body", "/tags/2", "Not a valid string."),
            ("body", "/colour", UNKNOWN),
        ),
    )


@pytest.mark.parametrize(("method", "path"), [("POST", "/books/"), ("PUT", "/books/3")])
def test_all_that_is_missing_is_named(staff: CheckedClient, method: str, path: str) -> None:
    """A book needs five things."""
    answer = staff.open(path, method=method, json={})
    names = ("title", "author_id", "isbn", "price", "genre")
    assert (answer.status_code, answer.json) == (
        422,
        invalid(*(("body", f"/{name}", MISSING) for name in names)),
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"price": "-0.01"}, "Must be greater than or equal to 0.", id="below zero"),
        pytest.param({"price": "NaN"}, "Not a valid decimal number in text form.", id="NaN"),
        pytest.param({"price": "1e9"}, "Not a valid decimal number in text form.", id="exponent"),
        pytest.param({"price": "09.90"}, "Not a valid decimal number in text form.", id="zero"),
        pytest.param({"author_id": 2**31}, "Must be less than or equal to 2147483647.", id="id"),
        pytest.param({"author_id": 10**30}, "Must be less than or equal to 2147483647.", id="huge"),
        pytest.param({"stock": 1.5}, NO_INTEGER, id="half a book"),
        pytest.param({"stock": None}, "Field may not be null.", id="null"),
        pytest.param({"isbn": "978123456789\n"}, NO_ISBN, id="line feed in ISBN"),
        pytest.param(
            {"isbn": "978\uff11\uff12\uff13\uff14567897"}, NO_ISBN, id="digits of other scripts"
        ),
        pytest.param({"title": "T" * 201}, "Longer than maximum length 200.", id="long title"),
        pytest.param({"tags": ["t"] * 11}, "Longer than maximum length 10.", id="many tags"),
        pytest.param({"tags": "magic"}, "Not a valid list.", id="text for a list"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_bad_value_is_refused(
    staff: CheckedClient, method: str, change: dict[str, Any], fault: str
) -> None:
    """Adding, replacing and changing refuse the same values with the same words."""
    path = "/books/" if method == "POST" else "/books/3"
    book = change if method == "PATCH" else {**MARCOVALDO, **change}
    answer = staff.open(path, method=method, json=book)
    (name,) = change
    assert (answer.status_code, answer.json) == (422, invalid(("body", f"/{name}", fault)))


def test_integer_may_be_written_with_a_fraction_of_zero(staff: CheckedClient) -> None:
    """``3.0`` is an integer, as JSON Schema says."""
    answer = staff.patch("/books/3", json={"stock": 3.0})
    assert (answer.status_code, answer.json) == (200, {**EARTHSEA, "stock": 3})


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        pytest.param(
            b'{"title":',
            "The body is not JSON: Expecting value at line 1, column 10.",
            id="cut off",
        ),
        pytest.param(
            b'{"price": NaN}', "The body is not JSON: NaN is not a JSON number.", id="NaN"
        ),
        pytest.param(b'{"title": "\xff"}', "The body is not UTF-8.", id="Latin-1"),
        pytest.param(b"[" * 100_000, "The body is nested too deeply.", id="deep"),
    ],
)
def test_body_that_is_no_json(staff: CheckedClient, body: bytes, detail: str) -> None:
    """What can't be read as JSON is a bad request."""
    answer = staff.post("/books/", data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, problem(400, "Bad Request", detail=detail))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_book_of_an_unknown_author(staff: CheckedClient, method: str) -> None:
    """An author who isn't there can't have written a book."""
    path = "/books/" if method == "POST" else "/books/3"
    book = {**MARCOVALDO, "author_id": 99}
    answer = staff.open(path, method=method, json=book, headers=ANY_VERSION)
    assert (answer.status_code, answer.json) == (409, UNKNOWN_AUTHOR)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_isbn_that_another_book_has(staff: CheckedClient, method: str) -> None:
    """Two books can't share an ISBN, and nothing of the attempt is kept."""
    path = "/books/" if method == "POST" else "/books/4"
    before = staff.get("/books/").json
    book = {**MARCOVALDO, "isbn": EARTHSEA["isbn"]}
    answer = staff.open(path, method=method, json=book, headers=ANY_VERSION)
    assert (answer.status_code, answer.json) == (409, ISBN_TAKEN)
    assert staff.get("/books/").json == before


def test_book_is_read(client: CheckedClient) -> None:
    """A book is there under its id."""
    answer = client.get("/books/3")
    assert (answer.status_code, answer.json) == (200, EARTHSEA)


def test_book_is_replaced(staff: CheckedClient) -> None:
    """A book that is put takes all values, the id and the day it was added stay."""
    added = staff.get("/books/3").get_json()["added"]
    answer = staff.put("/books/3", json=MARCOVALDO, headers=ANY_VERSION)
    expected = {**MARCOVALDO_READ, "id": 3, "added": added}
    assert (answer.status_code, answer.json) == (200, expected)
    assert staff.get("/books/3").json == expected


def read_tag(client: CheckedClient) -> str:
    """Return the version of a book."""
    tag = client.get("/books/3").headers["ETag"]
    known = client.get("/books/3", headers={"If-None-Match": tag})
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
    return tag


def test_two_changes_of_one_version(staff: CheckedClient) -> None:
    """The second one is refused: it would overwrite what its author has not seen."""
    tag = read_tag(staff)
    first = staff.patch("/books/3", json={"price": "9.00"}, headers={"If-Match": tag})
    assert (first.status_code, first.headers["ETag"]) == (200, read_tag(staff))
    for change in (staff.patch, staff.put):
        second = change("/books/3", json=MARCOVALDO, headers={"If-Match": tag})
        assert (second.status_code, second.json) == (412, NOT_MET)
    refused = staff.delete("/books/3", headers={"If-Match": tag})
    assert (refused.status_code, refused.json) == (412, NOT_MET)
    assert staff.get("/books/3").get_json()["price"] == "9.00"


def test_book_is_replaced_by_its_version(staff: CheckedClient) -> None:
    """Who replaces a book has to name what they have read."""
    answer = staff.put("/books/3", json=MARCOVALDO)
    assert (answer.status_code, answer.get_json()["header"]) == (428, "If-Match")
    known = {"If-Match": read_tag(staff)}
    assert staff.put("/books/3", json=MARCOVALDO, headers=known).status_code == 200
    assert staff.put("/books/3", json=MARCOVALDO, headers=known).status_code == 412


def test_a_version_changes_with_all_that_is_read(staff: CheckedClient) -> None:
    """An order, an author and a cover change what is read of a book; nothing else does."""
    order = {"customer": "A", "email": "a@example.org", "lines": [{"book_id": 3}]}
    author = staff.get("/books/3").get_json()["author"]["id"]
    tags = [read_tag(staff)]
    assert staff.patch("/books/3", json={}).status_code == 200
    assert read_tag(staff) == tags[0]
    for method, path, body in (
        ("POST", "/orders", {"json": order}),
        ("PUT", f"/authors/{author}", {"json": {"name": "Ursula"}}),
        ("PUT", "/books/3/cover", {"data": make_form()}),
        ("PUT", "/books/3/cover", {"data": make_form(caption="Waves")}),
        ("DELETE", "/books/3/cover", {}),
    ):
        answer = staff.open(path, method=method, **body)
        assert answer.status_code < 300, answer.get_json()
        tags.append(read_tag(staff))
    assert all(one != other for one, other in pairwise(tags))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"stock": 7}, {"stock": 7}, id="one value"),
        pytest.param({"published": None}, {"published": None}, id="null where it is a value"),
        pytest.param({"author_id": 2}, {"author": CALVINO}, id="another author"),
        pytest.param({"isbn": EARTHSEA["isbn"]}, {}, id="the ISBN that it has"),
        pytest.param({"price": "1.005"}, {"price": "1.00"}, id="price to the cent"),
        pytest.param(
            {"title": "E", "tags": [], "genre": "poetry"},
            {"title": "E", "tags": [], "genre": "poetry"},
            id="several",
        ),
    ],
)
def test_book_is_changed(
    staff: CheckedClient, change: dict[str, Any], expected: dict[str, Any]
) -> None:
    """What is sent changes, what is absent stays."""
    answer = staff.patch("/books/3", json=change)
    assert (answer.status_code, answer.json) == (200, {**EARTHSEA, **expected})
    assert staff.get("/books/3").json == answer.json


def test_change_of_what_is_not_a_books_to_change(staff: CheckedClient) -> None:
    """The id and the cover are no part of a change; faults of unknown keys are sorted."""
    answer = staff.patch("/books/3", json={"id": 4, "cover": None})
    assert (answer.status_code, answer.json) == (
        422,
        invalid(("body", "/cover", UNKNOWN), ("body", "/id", UNKNOWN)),
    )


def test_book_is_deleted(staff: CheckedClient) -> None:
    """A book that nobody ordered can go, and is gone."""
    answer = staff.delete("/books/3")
    assert (answer.status_code, answer.data) == (204, b"")
    assert staff.get("/books/3").status_code == 404
    assert read_ids(staff, "author_id=1") == [2, 1]


def test_ordered_book_stays(staff: CheckedClient) -> None:
    """A book that stands in an order can't go."""
    answer = staff.delete("/books/1")
    assert (answer.status_code, answer.json) == (
        409,
        problem(409, "The book has orders and cannot be removed.", book_id=1),
    )
    assert staff.get("/books/1").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_unknown_book(staff: CheckedClient, method: str) -> None:
    """Every method says that no book has the id."""
    body = {"json": MARCOVALDO} if method in ("PUT", "PATCH") else {}
    headers = ANY_VERSION if method == "PUT" else {}
    answer = staff.open("/books/99", method=method, headers=headers, **body)
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_faults_of_path_and_body_come_together(staff: CheckedClient, method: str) -> None:
    """An impossible id is refused in the same answer as the body."""
    writes = method in ("PUT", "PATCH")
    body = {"json": {**MARCOVALDO, "stock": -1}} if writes else {}
    answer = staff.open("/books/0", method=method, **body)
    faults = [("path", "/book_id", TOO_SMALL)]
    if writes:
        faults.append(("body", "/stock", "Must be greater than or equal to 0."))
    assert (answer.status_code, answer.json) == (422, invalid(*faults))


@pytest.mark.parametrize("book_id", ["one", "-1", "1.0", "%31%00"])
def test_path_that_is_no_id(client: CheckedClient, book_id: str) -> None:
    """What the URL rule does not match is not there."""
    answer = client.get(f"/books/{book_id}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_stock_is_waited_for(
    client: CheckedClient, staff: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who knows the stock is answered when it is another, or when they have waited enough."""
    looked: list[int] = []
    is_waiting = threading.Event()

    def read_stock(book_id: int) -> int:
        looked.append(find_stock(book_id))
        if len(looked) == 2:  # the client knew what was found before
            is_waiting.set()
        return looked[-1]

    books = sys.modules["bookshop.books"]
    find_stock = books.read_stock
    monkeypatch.setattr(books, "read_stock", read_stock)
    assert client.get("/books/3/stock").get_json() == {"stock": 40}
    assert client.get("/books/3/stock?known=39&seconds=2").get_json() == {"stock": 40}
    assert looked == [40, 40]
    began = time.monotonic()
    assert client.get("/books/3/stock?known=40&seconds=0.2").get_json() == {"stock": 40}
    assert time.monotonic() - began >= 0.2
    looked.clear()
    is_waiting.clear()
    monkeypatch.setattr(books, "time", SimpleNamespace(monotonic=float))  # it stands still
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/books/3/stock?known=40&seconds=2")
        assert is_waiting.wait(PATIENCE)
        staff.patch("/books/3", json={"stock": 41})
        assert waiting.result().get_json() == {"stock": 41}


def test_stock_that_cannot_be_waited_for(client: CheckedClient) -> None:
    """A book that is not there has none, and nobody waits for long."""
    answer = client.get("/books/99/stock")
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)
    answer = client.get("/books/0/stock?known=x&seconds=3")
    faults = [
        ("path", "/book_id", TOO_SMALL),
        ("query", "/known", NO_INTEGER),
        ("query", "/seconds", "Must be less than or equal to 2."),
    ]
    assert (answer.status_code, answer.json) == (422, invalid(*faults))
