"""Many at once, under gunicorn with gevent: no copy is sold twice, no connection is lost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bookshop import models

from .answers import problem
from .contract import Contract
from .counting import BREAK_COMMIT, create_app
from .postgres import INITDB, POSTGRES, running_postgres
from .serving import Answer, Server, make_request, serving

HERE = Path(__file__).parent
COPIES = 50
CUSTOMERS = 200
BOOK = 5
OUT_OF_STOCK = problem(
    409, "There are not enough copies of a book.", book_id=BOOK, requested=1, available=0
)

needs_postgres = pytest.mark.skipif(
    not (INITDB and POSTGRES) and not os.environ.get("FLASK_TYPED_REQUIRE_POSTGRES"),
    reason="PostgreSQL's initdb and postgres are not installed",
)


def make_order(book_id: int, quantity: int = 1) -> dict[str, Any]:
    """Return an order for one book."""
    lines = [{"book_id": book_id, "quantity": quantity}]
    return {"customer": "Anna Blume", "email": "anna@example.org", "lines": lines}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, contract: Contract
) -> Iterator[Server]:
    """Return the shop on a database, with two workers."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        with serving(folder, contract) as server:
            yield server
    else:  # pragma: no cover: PostgreSQL may not be there
        with running_postgres() as url, serving(folder, contract, url=url) as server:
            yield server
    assert server.read_faults() == []


def read_database(url: str, query: sa.Select[Any]) -> tuple[Any, ...]:
    """Return the one row that a query finds."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with closing(engine.connect()) as connection:
        return tuple(connection.execute(query).one())


def test_two_hundred_orders_for_fifty_copies(server: Server) -> None:
    """Of two hundred customers at once, as many get the book as there are copies."""
    stocked = server.ask("PATCH", f"/books/{BOOK}", {"stock": COPIES}, server.staff)
    assert stocked.status == 200
    asking = ("POST", "/orders/", make_order(BOOK), server.customer)
    with ThreadPoolExecutor(CUSTOMERS) as customers:
        asked = [customers.submit(server.ask, *asking) for _ in range(CUSTOMERS)]
        answers = [future.result() for future in asked]
    placed = [answer.json["id"] for answer in answers if answer.status == 201]
    refused = [answer.json for answer in answers if answer.status != 201]
    assert len(set(placed)) == COPIES
    assert refused == [OUT_OF_STOCK] * (CUSTOMERS - COPIES)
    assert server.ask("GET", f"/books/{BOOK}").json["stock"] == 0
    sold = sa.select(sa.func.count(), sa.func.sum(models.OrderLine.quantity))
    sold = sold.where(models.OrderLine.book_id == BOOK)
    assert read_database(server.url, sold) == (COPIES, COPIES)
    left = sa.select(models.Book.stock).where(models.Book.id == BOOK)
    assert read_database(server.url, left) == (0,)


def test_one_order_that_is_sent_many_times(server: Server) -> None:
    """Of forty equal requests at once, one places the order, and all that succeed have it."""
    order = {**make_order(7), "notes": "once"}
    asking = ("POST", "/orders/", order, {**server.customer, "Idempotency-Key": '"once"'})
    with ThreadPoolExecutor(40) as customers:
        asked = [customers.submit(server.ask, *asking) for _ in range(40)]
        answers = [future.result() for future in asked]
    answers.append(server.ask(*asking))
    assert {answer.status for answer in answers} <= {201, 409}
    assert answers[-1].status == 201
    (number,) = {answer.json["id"] for answer in answers if answer.status == 201}
    stored = sa.select(models.Order.id).where(models.Order.notes == "once")
    assert [str(each) for each in read_database(server.url, stored)] == [number]


def test_one_version_that_many_change(server: Server) -> None:
    """Of ten changes of one version at once, one is made; who has the new one gets a 304."""
    tag = server.ask("GET", "/books/9").headers["ETag"]
    known = {**server.staff, "If-Match": tag}
    with ThreadPoolExecutor(10) as people:
        asked = [
            people.submit(server.ask, "PATCH", "/books/9", {"price": f"{20 + n}.00"}, known)
            for n in range(10)
        ]
        answers = [future.result() for future in asked]
    assert Counter(answer.status for answer in answers) == {200: 1, 412: 9}
    (changed,) = (answer for answer in answers if answer.status == 200)
    read = server.ask("GET", "/books/9")
    assert (read.json, read.headers["ETag"]) == (changed.json, changed.headers["ETag"])
    current = {"If-None-Match": changed.headers["ETag"]}
    assert server.ask("GET", "/books/9", headers=current).status == 304


def test_prices_and_pages(server: Server) -> None:
    """Many prices are changed in one transaction, and read as a table and by pages."""
    isbn = server.ask("GET", "/books/11").json["isbn"]
    changes = [{"isbn": isbn, "price": "0.01"}, {"isbn": "9790000000000", "price": "1"}]
    answer = server.ask("PATCH", "/books/prices", changes, server.staff)
    assert [one["outcome"] for one in answer.json] == ["done", "failed"]
    table = server.ask("GET", "/books/prices", headers={"Accept": "text/csv"})
    assert f"{isbn}," in table.body.decode()
    known = {"Accept": "text/csv", "If-None-Match": table.headers["ETag"]}
    assert server.ask("GET", "/books/prices", headers=known).status == 304
    cheapest = server.ask("GET", "/books/?sort=price&limit=1").json["items"]
    assert [book["isbn"] for book in cheapest] == [isbn]
    for _ in range(2):
        assert server.ask("POST", "/orders/", make_order(13), server.customer).status == 201
    first = server.ask("GET", "/orders/?limit=1", headers=server.customer).json
    second = server.ask("GET", f"/orders/?limit=1&cursor={first['next']}", headers=server.customer)
    back = server.ask("GET", f"/orders/?cursor={second.json['previous']}", headers=server.customer)
    assert back.json["items"][-1] == first["items"][0]
    assert second.json["items"] != first["items"]


def test_workers_fill_the_database_once(server: Server) -> None:
    """Two workers that start together make one catalogue, one staff account and one key."""
    count = sa.select(sa.func.count())
    assert read_database(server.url, count.select_from(models.Book)) == (21,)
    assert read_database(server.url, count.where(models.Account.is_staff)) == (1,)
    answers = [server.ask("GET", "/accounts/me", headers=server.staff) for _ in range(16)]
    assert {answer.status for answer in answers} == {200}


#: What is sent in the mixed load: mostly reads and orders that succeed.
MIX = [
    ("GET", "/books/?limit=3", None),
    ("GET", "/orders/?limit=3", None),
    ("GET", "/", None),
    ("POST", "/orders/", make_order(3)),
]
ROUNDS = 400


def make_mixed(number: int, headers: dict[str, str]) -> bytes:
    """Write a request of the mixed load: one in twenty fails with its unit of work open."""
    if number % 40 == 0:
        return make_request("POST", "/orders/", make_order(3, 1000), headers)
    if number % 40 == 20:
        broken = {**headers, BREAK_COMMIT: "yes"}
        return make_request("POST", "/orders/", make_order(3), broken)
    method, path, body = MIX[number % len(MIX)]
    return make_request(method, path, body, headers)


def send_mixed(server: Server, number: int) -> Answer:
    """Send a request of the mixed load, and return the answer, whatever it is."""
    (answer,) = server.exchange(make_mixed(number, server.customer), worst=500)
    return answer


def test_failures_keep_no_connection(tmp_path: Path, contract: Contract) -> None:
    """Where one request in twenty fails in its unit of work, all connections come back."""
    command = ("--pythonpath", str(HERE), "counting:create_app()")
    with serving(tmp_path, contract, workers=1, command=command) as server:
        many = {"stock": 900}
        assert server.ask("PATCH", "/books/3", many, server.staff).status == 200
        assert server.customer
        with ThreadPoolExecutor(32) as customers:
            sending = [customers.submit(send_mixed, server, number) for number in range(ROUNDS)]
            statuses = Counter(future.result().status for future in sending)
        counts = server.ask("GET", "/counts").json
    assert statuses == {200: 280, 201: 100, 409: 10, 500: 10}
    assert counts == {"opened": counts["closed"], "closed": counts["closed"], "broken": 10}
    assert counts["opened"] > ROUNDS
    orders = sa.select(sa.func.count()).where(models.Order.account_id.is_not(None))
    assert read_database(server.url, orders) == (100,)


def test_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of the load counts what it should, and breaks what it is asked to break."""
    monkeypatch.setenv("BOOKSHOP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    client = create_app().test_client()
    new = {"email": "carla@example.org", "password": "twelve geese"}
    broken = client.post("/accounts/", json=new, headers={BREAK_COMMIT: "yes"})
    made = client.post("/accounts/", json=new)
    assert (broken.status_code, made.status_code) == (500, 201)
    assert client.get("/counts").json == {"opened": 2, "closed": 2, "broken": 1}
    client.application.extensions["bookshop.engine"].dispose()
