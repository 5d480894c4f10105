"""The real thing: gunicorn with gevent workers, asked over sockets, well and badly."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from ..patience import wait_until
from .answers import (
    EARTHSEA,
    HOMER,
    LE_GUIN,
    MISSING,
    NO_INTEGER,
    NOT_AUTHENTICATED,
    TOO_SHORT,
    invalid,
    problem,
)
from .contract import Contract
from .serving import Answer, Server, make_request, serving

LIMIT = 4 * 1024 * 1024
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
CHUNKED = {**JSON, "Transfer-Encoding": "chunked"}
PNG = b"\x89PNG\r\n\x1a\n\x00\xff and so on"
CAPTION = b'--x\r\nContent-Disposition: form-data; name="caption"\r\n\r\nc\r\n'
COVER = b'--x\r\nContent-Disposition: form-data; name="cover"; filename="c.png"\r\n\r\n%s\r\n' % PNG
TOO_LARGE = problem(
    413,
    RequestEntityTooLarge().name,
    detail="The data value transmitted exceeds the capacity limit.",
)
BROKEN_FORM = problem(400, "Bad Request", detail="The form cannot be parsed.")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, contract: Contract) -> Iterator[Server]:
    """Return the running shop; at the end it must stop at once and in peace."""
    with serving(tmp_path_factory.mktemp("server"), contract) as server:
        yield server
        code = server.stop()
    assert code == 0
    assert "graceful timeout" not in server.read_log()
    assert server.read_faults() == []


def order(book_id: int, quantity: int = 1) -> dict[str, Any]:
    """Return an order for one book."""
    lines = [{"book_id": book_id, "quantity": quantity}]
    return {"customer": "Anna Blume", "email": "anna@example.org", "lines": lines}


def chunk(*parts: bytes) -> bytes:
    """Write the chunks of a body."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def show(answer: Answer) -> tuple[int, Any]:
    """Return what a test compares of an answer in JSON."""
    return answer.status, answer.json


def test_workers_fill_the_database_once(server: Server) -> None:
    """Two workers that start at the same time on an empty folder make one catalogue."""
    answer = server.ask("GET", "/books/?limit=1&offset=2&sort=added")
    assert show(answer) == (200, {"total": 21, "items": [EARTHSEA]})


def test_workers_publish_the_same_document(server: Server, contract: Contract) -> None:
    """Whichever worker answers, it publishes what the app publishes."""
    answers = [server.ask("GET", "/openapi.json") for _ in range(8)]
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].json == contract.document


def test_journey_of_a_book(server: Server) -> None:
    """A book is created, read, listed, changed, given a cover, and deleted."""
    book = {
        "title": "Le città invisibili",
        "author_id": 2,
        "isbn": "9781234567897",
        "price": "12",
        "genre": "fiction",
    }
    created = server.ask("POST", "/books/", book, server.staff)
    assert created.status == 201
    path = created.headers["Location"]
    assert show(server.ask("GET", path)) == (200, created.json)
    found = server.ask("GET", "/books/?text=citt%C3%A0")
    assert show(found) == (200, {"total": 1, "items": [created.json]})

    changed = server.ask("PATCH", path, {"price": "13.5", "stock": 2}, server.staff)
    assert show(changed) == (200, {**created.json, "price": "13.50", "stock": 2})
    form = CAPTION + COVER + b"--x--\r\n"
    uploaded = server.ask("PUT", f"{path}/cover/", form, {**server.staff, **MULTIPART})
    assert uploaded.status == 200
    assert show(server.ask("GET", path)) == (200, {**changed.json, "cover": uploaded.json})
    assert server.ask("GET", f"{path}/cover/").body == PNG

    assert server.ask("DELETE", path, headers=server.staff).status == 204
    missing = problem(404, "No book has this id.", book_id=created.json["id"])
    assert show(server.ask("GET", path)) == (404, missing)
    assert show(server.ask("GET", f"{path}/cover/")) == (404, missing)


def test_no_content_has_no_body(server: Server) -> None:
    """After a 204 the connection is ready for the next answer."""
    path = server.ask("POST", "/authors/", {"name": "N"}, server.staff).headers["Location"]
    deleted, read = server.exchange(
        make_request("DELETE", path, headers=server.staff, last=False)
        + make_request("GET", "/authors/8")
    )
    assert (deleted.status, deleted.body) == (204, b"")
    assert "Content-Type" not in deleted.headers
    assert show(read) == (200, HOMER)


@pytest.mark.parametrize("path", ["/", "/health", "/legacy/catalogue", "/docs", "/authors"])
def test_pages_are_served(server: Server, path: str) -> None:
    """Plain and typed routes answer side by side."""
    assert server.ask("GET", path).status == 200


@pytest.mark.parametrize("path", ["/authors/1", "/authors/99", "/books/0", "/", "/none"])
def test_head_is_get_without_the_body(server: Server, path: str) -> None:
    """HEAD has the status and the length of GET."""
    head, get = server.ask("HEAD", path), server.ask("GET", path)
    assert (head.status, head.body) == (get.status, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_requests_that_do_not_wait(server: Server) -> None:
    """Pipelined requests, refused ones among them, are answered in their order."""
    other = {**server.staff, "Content-Type": "x/y"}
    answers = server.exchange(
        make_request("GET", "/authors/1", last=False)
        + make_request("POST", "/authors/", {"name": ""}, server.staff, last=False)
        + make_request("POST", "/authors/", b"not read", other, last=False)
        + make_request("POST", "/authors/", {"name": "nor read"}, last=False)
        + make_request("POST", "/health", b"not read either", last=False)
        + make_request("GET", "/authors/8")
    )
    assert [answer.status for answer in answers] == [200, 422, 415, 401, 405, 200]
    assert answers[0].json == LE_GUIN
    assert answers[1].json == invalid(("body", "/name", TOO_SHORT))
    assert answers[3].json == NOT_AUTHENTICATED
    assert answers[5].json == HOMER


def test_client_that_asks_before_it_sends(server: Server) -> None:
    """A client that expects 100 is told to go on."""
    headers = {**server.staff, "Expect": "100-continue"}
    request = make_request("POST", "/authors/", {"name": ""}, headers)
    go_on, answer = server.exchange(request)
    assert go_on.status == 100
    assert show(answer) == (422, invalid(("body", "/name", TOO_SHORT)))


def test_body_in_chunks(server: Server) -> None:
    """A body without Content-Length is put together."""
    request = make_request("POST", "/orders/", headers={**server.customer, **CHUNKED})
    parts = [b'{"customer": "Anna", "email": "a@example.org", ', b'"lines": [{"book_id": 4}]}']
    (answer,) = server.exchange(request + chunk(*parts, b""))
    assert (answer.status, answer.json["total"]) == (201, "11.00")


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        pytest.param([b'{"name":', b'""}'], ("/name", TOO_SHORT), id="bad"),
        pytest.param([], ("", MISSING), id="empty"),
    ],
)
def test_bad_body_in_chunks(server: Server, parts: list[bytes], fault: tuple[str, str]) -> None:
    """What comes in chunks is refused with the same words."""
    request = make_request("POST", "/authors/", headers={**server.staff, **CHUNKED})
    (answer,) = server.exchange(request + chunk(*parts, b""))
    assert show(answer) == (422, invalid(("body", *fault)))


def test_chunks_that_are_too_many(server: Server) -> None:
    """A body that does not say how long it is is read up to the limit, and no further."""
    request = make_request("POST", "/authors/", headers={**server.staff, **CHUNKED})
    (answer,) = server.exchange(request + chunk(b" " * LIMIT) + b"1\r\n ")
    assert show(answer) == (413, TOO_LARGE)


def test_form_in_chunks_that_are_too_many(server: Server) -> None:
    """A form is held to the same limit."""
    headers = {**server.staff, **MULTIPART, "Transfer-Encoding": "chunked"}
    request = make_request("PUT", "/books/3/cover/", headers=headers)
    part = CAPTION + COVER[:-2]
    (answer,) = server.exchange(request + chunk(part + b" " * (LIMIT - len(part))) + b"1\r\n ")
    assert show(answer) == (413, TOO_LARGE)


def test_length_that_is_too_large(server: Server) -> None:
    """A body that says that it is too long is refused before it is sent."""
    headers = {**server.staff, **JSON, "Content-Length": str(LIMIT + 1)}
    request = make_request("POST", "/authors/", headers=headers)
    (answer,) = server.exchange(request)
    assert show(answer) == (413, TOO_LARGE)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="at the start"),
        pytest.param(b'{"name": "Cut', id="in the middle"),
        pytest.param(b'{"name": "Cut"}', id="after something whole"),
    ],
)
def test_body_that_is_cut_off(server: Server, sent: bytes) -> None:
    """A body that is shorter than it says is not taken, even if what came could be."""
    headers = {**server.staff, **JSON, "Content-Length": "100"}
    request = make_request("POST", "/authors/", headers=headers)
    (answer,) = server.exchange(request + sent, cut=True)
    assert answer.status == 400
    assert server.ask("GET", "/authors/?name=Cut").json == []


def test_chunk_that_is_cut_off(server: Server) -> None:
    """A chunk that is shorter than it says is not taken."""
    request = make_request("POST", "/authors/", headers={**server.staff, **CHUNKED})
    (answer,) = server.exchange(request + b'ff\r\n{"name": "Chunk"}', cut=True)
    assert answer.status == 400
    assert server.ask("GET", "/authors/?name=Chunk").json == []


def test_chunk_without_a_size(tmp_path: Path, contract: Contract) -> None:
    """What is no chunk is a bad request."""
    with serving(tmp_path, contract, workers=1) as server:
        request = make_request("POST", "/authors/", headers={**server.staff, **CHUNKED})
        (answer,) = server.exchange(request + b"size\r\n{}\r\n0\r\n\r\n")
        assert answer.status == 400


def test_client_that_goes_away(server: Server) -> None:
    """Clients that leave in the middle disturb nobody."""
    headers = {**server.staff, **JSON, "Content-Length": "100"}
    cut = make_request("POST", "/authors/", headers=headers) + b"{"
    answered = make_request("GET", "/books/?limit=100", last=False) * 20
    for request in (cut, answered):
        with server.connect() as connection:
            reset = (1).to_bytes(4, "little") + bytes(4)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            connection.sendall(request)
    assert show(server.ask("GET", "/authors/8")) == (200, HOMER)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(CAPTION + COVER, MULTIPART["Content-Type"], id="no end"),
        pytest.param(COVER[:40], MULTIPART["Content-Type"], id="cut off in a header"),
        pytest.param(b"a=b", MULTIPART["Content-Type"], id="no parts"),
        pytest.param(b"--x\r\nA: b\r\n\r\nc\r\n--x--\r\n", MULTIPART["Content-Type"], id="no name"),
        pytest.param(CAPTION + COVER + b"--x--\r\n", "multipart/form-data", id="no boundary"),
    ],
)
def test_broken_form(server: Server, body: bytes, content_type: str) -> None:
    """A form that can't be parsed is a bad request, not an empty form."""
    headers = {**server.staff, "Content-Type": content_type}
    answer = server.ask("PUT", "/books/3/cover/", body, headers)
    assert show(answer) == (400, BROKEN_FORM)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(CAPTION * 1001 + b"--x--\r\n", id="parts"),
        pytest.param(CAPTION[:-2] + b"c" * 600_000 + b"\r\n--x--\r\n", id="text"),
    ],
)
def test_form_with_too_much(server: Server, body: bytes) -> None:
    """More parts, or longer text, than Flask takes is too large."""
    answer = server.ask("PUT", "/books/3/cover/", body, {**server.staff, **MULTIPART})
    assert show(answer) == (413, TOO_LARGE)


@pytest.mark.parametrize(
    ("method", "path", "content_type", "wanted"),
    [
        ("POST", "/authors/", "text/plain", "application/json"),
        ("POST", "/authors/", "application/json; charset=utf-16", "application/json"),
        ("POST", "/authors/", "\xe9", "application/json"),
        ("POST", "/authors/", MULTIPART["Content-Type"], "application/json"),
        ("PUT", "/books/3/cover/", "application/json", "multipart/form-data"),
        ("PUT", "/books/3/cover/", "application/x-www-form-urlencoded", "multipart/form-data"),
    ],
)
def test_body_of_another_type(
    server: Server, method: str, path: str, content_type: str, wanted: str
) -> None:
    """A body is what its content type says, and another one is not taken."""
    headers = {**server.staff, "Content-Type": content_type}
    answer = server.ask(method, path, b"{}", headers)
    detail = f"The body must be {wanted}."
    assert show(answer) == (415, problem(415, "Unsupported Media Type", detail=detail))


def test_path_is_unquoted(server: Server) -> None:
    """A quoted path is the same path."""
    assert show(server.ask("GET", "/%61uthors/%38")) == (200, HOMER)


@pytest.mark.parametrize("path", ["/books/%C3%A9", "/books/%zz", "/books/%ff", "/legacy/stock/%00"])
def test_path_that_leads_nowhere(server: Server, path: str) -> None:
    """Whatever is quoted in a path, the worst answer is 404."""
    assert server.ask("GET", path).status == 404


@pytest.mark.parametrize("target", [b"/authors/\xc3\xa9", b"/authors/\xe9", b"/authors/ 1"])
def test_target_that_is_not_quoted(server: Server, target: bytes) -> None:
    """What may not stand in a request line is refused by gunicorn, or leads nowhere."""
    request = make_request("GET", "TARGET").replace(b"TARGET", target)
    (answer,) = server.exchange(request)
    assert answer.status in (400, 404)


def test_query_is_utf_8(server: Server) -> None:
    """A query in UTF-8 is understood."""
    answer = server.ask("GET", "/authors/?name=wis%C5%82awa")
    assert [author["id"] for author in answer.json] == [5]


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("limit=%ff", [("query", "/limit", NO_INTEGER)]),
        ("limit=%D9%A1", [("query", "/limit", NO_INTEGER)]),
        ("limit=1&offset=%00", [("query", "/offset", NO_INTEGER)]),
    ],
)
def test_query_that_is_no_number(
    server: Server, query: str, faults: list[tuple[str, str, str]]
) -> None:
    """Bytes that are no text, and digits of other scripts, are no integers."""
    assert show(server.ask("GET", f"/authors/?{query}")) == (422, invalid(*faults))


def test_header_that_is_not_ascii(server: Server) -> None:
    """A header may hold any byte; the value is checked."""
    answer = server.ask("POST", "/orders/", order(3), {**server.customer, "X-Channel": "caf\xe9"})
    fault = ("header", "/x-channel", "Must be one of: web, shop, phone.")
    assert show(answer) == (422, invalid(fault))


@pytest.mark.parametrize("cookie", ["genre=caf\xe9", "genre=", "genre=%63rime"])
def test_cookie_that_is_no_genre(server: Server, cookie: str) -> None:
    """A cookie may hold any byte; the value is checked."""
    answer = server.ask("GET", "/books/suggestions", headers={"Cookie": cookie})
    genres = "Must be one of: children, crime, fiction, nonfiction, poetry, science-fiction."
    assert show(answer) == (422, invalid(("cookie", "/genre", genres)))


def test_orders_of_many_customers(server: Server) -> None:
    """Of a hundred orders at once for forty copies forty are placed, and none is lost."""
    asking = ("POST", "/orders/", order(5), server.customer)
    with ThreadPoolExecutor(50) as customers:
        asked = [customers.submit(server.ask, *asking) for _ in range(100)]
        statuses = [future.result().status for future in asked]
    assert (statuses.count(201), statuses.count(409)) == (40, 60)
    with closing(sqlite3.connect(server.database)) as database:
        query = "SELECT count(*), sum(quantity) FROM order_lines WHERE book_id = 5"
        assert database.execute(query).fetchone() == (40, 40)
        query = "SELECT stock FROM books WHERE id = 5"
        assert database.execute(query).fetchone() == (0,)


def place_until_closed(server: Server, request: bytes, placed: list[int]) -> None:
    """Place orders until nobody answers any more.

    :param placed: gets the status of each that was taken.
    """
    with suppress(OSError, ValueError):  # refused, or closed without an answer
        while True:
            (answer,) = server.exchange(request)
            assert answer.status == 201
            placed.append(answer.status)


def test_server_that_stops_loses_no_order(tmp_path: Path, contract: Contract) -> None:
    """Orders that are taken while the server is told to stop are in the database."""
    stock = {"stock": 1_000_000}
    with serving(tmp_path, contract) as server, ThreadPoolExecutor(8) as customers:
        assert server.ask("PATCH", "/books/3", stock, server.staff).status == 200
        request = make_request("POST", "/orders/", order(3), server.customer)
        placed: list[int] = []
        placing = [customers.submit(place_until_closed, server, request, placed) for _ in range(8)]
        wait_until(lambda: len(placed) > 8)
        code = server.stop()
        for future in placing:
            future.result()
    assert code == 0
    assert server.read_faults() == []
    with closing(sqlite3.connect(server.database)) as database:
        assert database.execute("SELECT count(*) - 2 FROM orders").fetchone() == (len(placed),)
