"""Repeatable requests, from the header to the response that is sent again."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

import pytest
from flask import Flask, Response, make_response, request
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    BackgroundTasks,
    Created,
    DependencyError,
    Depends,
    File,
    Form,
    HTTPBearer,
    Idempotency,
    IfMatch,
    KeyClaim,
    Problem,
    ResponseMismatch,
    StoredResponse,
    Typed,
    UsedKey,
    raises,
)

MISSING = {
    "type": "urn:flask-typed:idempotency-key-missing",
    "title": "The request needs the header Idempotency-Key, so that it can be repeated.",
    "status": 400,
}
REUSED = {
    "type": "urn:flask-typed:idempotency-key-reused",
    "title": "The idempotency key was used for another request.",
    "status": 422,
}
IN_PROGRESS = {
    "type": "urn:flask-typed:request-in-progress",
    "title": "A request with this idempotency key is in progress.",
    "status": 409,
}
KEY = {"Idempotency-Key": '"one"'}


class NoPaper(Problem):
    """There is no paper."""

    status = 409


@dataclass
class Order:
    """An order."""

    book: str


class Shelf:
    """A store in memory that notes what is asked of it, and the work that is committed.

    :ivar known: the response of each key; ``None`` while its request is in progress.
    """

    def __init__(self) -> None:
        self.in_transaction = True
        self.known: dict[str, tuple[KeyClaim, StoredResponse | None]] = {}
        self.notes: list[str] = []
        self.is_broken = False

    def claim(self, claim: KeyClaim) -> UsedKey | None:
        """Claim a key."""
        if claim.id in self.known:
            first, response = self.known[claim.id]
            return UsedKey(first.fingerprint, response)
        self.known[claim.id] = claim, None
        return None

    def save(self, claim: KeyClaim, response: StoredResponse) -> None:
        """Save a response."""
        self.notes.append("save")
        if self.is_broken:
            raise OSError("The shelf has collapsed.")
        self.known[claim.id] = claim, response

    def release(self, claim: KeyClaim) -> None:
        """Give up a key."""
        self.notes.append("release")
        del self.known[claim.id]

    def transact(self) -> "Iterator[Shelf]":
        """Commit what is noted, or forget it: the provider of the store."""
        before = dict(self.known)
        try:
            yield self
        except Exception:
            self.notes.append("rollback")
            if self.in_transaction:
                self.known = before
            raise
        self.notes.append("commit")


@pytest.fixture
def shelf() -> Shelf:
    """Return the store of the app."""
    return Shelf()


@pytest.fixture
def typed(app: Flask, shelf: Shelf) -> Typed:
    """Return the extension object, with the store."""
    return Typed(app, idempotency=Idempotency(shelf.transact))


@pytest.fixture
def orders(typed: Typed) -> list[str]:
    """Return the orders that a route takes."""
    taken: list[str] = []

    @typed.post("/orders", idempotent=True)
    def place(order: Order, rush: bool = False) -> Created[Order]:
        taken.append(order.book)
        headers = [("Location", f"/orders/{len(taken)}"), ("Set-Cookie", "secret=1")]
        return Created(order, headers=headers)

    return taken


def place_order(client: FlaskClient, book: str = "Emma", **more: Any) -> Any:
    """Return the response to an order."""
    return client.post("/orders", json={"book": book}, **{"headers": KEY, **more})


def test_repeated_request(client: FlaskClient, orders: list[str], shelf: Shelf) -> None:
    """The first response comes again, and the view does not run again."""
    first, again = place_order(client), place_order(client)
    assert (again.status_code, again.data) == (first.status_code, first.data) == (201, first.data)
    assert orders == ["Emma"]
    headers = dict(first.headers)
    assert headers.pop("Set-Cookie") == "secret=1"
    assert dict(again.headers) == {**headers, "Idempotent-Replayed": "true"}
    assert shelf.notes == ["save", "commit", "commit"]


def test_key_with_and_without_quotes(client: FlaskClient, orders: list[str]) -> None:
    """Clients that send a bare key mean the same as those that send a String."""
    place_order(client)
    place_order(client, headers={"Idempotency-Key": "one"})
    assert orders == ["Emma"]
    for key in ('"a\\"b"', '"a\\\\b"', '"a b"', "two"):
        place_order(client, headers={"Idempotency-Key": key})
    assert len(orders) == 5


@pytest.mark.parametrize("key", ["", '"', '""', "a b", '"a"b"', "a,b", '"a", "b"', "é", "k" * 256])
def test_malformed_key(client: FlaskClient, orders: list[str], key: str) -> None:
    """A key is a String of Structured Fields, or bare characters."""
    answer = place_order(client, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {"/Idempotency-Key"}
    assert orders == []


def test_request_without_key(client: FlaskClient, orders: list[str], shelf: Shelf) -> None:
    """By default a key is optional, and a request without one is like any other."""
    place_order(client, headers={})
    place_order(client, headers={})
    assert (orders, shelf.known) == (["Emma", "Emma"], {})


def test_required_key(client: FlaskClient, typed: Typed) -> None:
    """A request without a key is refused before its body is read, but after security."""

    @typed.post("/", idempotent=Idempotency(required=True))
    def place(order: Order, token: Annotated[str, Depends(HTTPBearer())]) -> None: ...

    assert client.post("/", json=7).status_code == 401
    headers = {"Authorization": "Bearer x"}
    answer = client.post("/", json=7, headers=headers)
    assert (answer.status_code, answer.json) == (400, MISSING)
    body = {"book": "Emma"}
    assert client.post("/", json=body, headers={**headers, **KEY}).status_code == 204


def test_other_request(client: FlaskClient, orders: list[str]) -> None:
    """A key is refused with another body or query."""
    place_order(client)
    for other in ({"book": "Persuasion"}, {"query_string": "rush=true"}):
        answer = place_order(client, **other)
        assert (answer.status_code, answer.json) == (422, REUSED)
    assert orders == ["Emma"]


def test_keys_of_operations(client: FlaskClient, typed: Typed, orders: list[str]) -> None:
    """The same key is another one for another operation."""

    @typed.post("/letters/<name>", idempotent=True)
    def write(name: str) -> str:
        return name

    place_order(client)
    assert client.post("/letters/a", headers=KEY).json == "a"
    assert client.post("/letters/b", headers=KEY).json == REUSED


def test_request_in_progress(client: FlaskClient, orders: list[str], shelf: Shelf) -> None:
    """The second of two requests at once is refused; it may come again."""
    place_order(client)
    ((name, (claim, _)),) = shelf.known.items()
    shelf.known[name] = claim, None
    answer = place_order(client)
    assert (answer.status_code, answer.json) == (409, IN_PROGRESS)
    assert answer.headers["Retry-After"] == "1"


def test_failed_request(client: FlaskClient, typed: Typed, shelf: Shelf) -> None:
    """A request that fails is undone, with its key: the next one does the work."""
    failures: list[Exception] = [NoPaper(), OSError("The printer burns.")]

    @typed.post("/orders", idempotent=True)
    @raises(NoPaper)
    def place(order: Order) -> str:
        if failures:
            raise failures.pop()
        return order.book

    assert client.post("/orders", json={}, headers=KEY).status_code == 422
    with pytest.raises(OSError, match="burns"):
        place_order(client)
    assert place_order(client).status_code == 409
    assert shelf.known == {}
    assert place_order(client).json == place_order(client).json == "Emma"


def test_response_that_is_returned(client: FlaskClient, typed: Typed) -> None:
    """What a view returns is committed, so it is stored: an error and an empty response, too."""
    statuses = [500, 204]

    @typed.post("/orders", idempotent=True)
    def place(order: Order) -> Response:
        return make_response("", statuses.pop())

    for key, status in (("a", 204), ("b", 500)):
        headers = {"Idempotency-Key": key}
        assert [place_order(client, headers=headers).status_code for _ in range(2)] == [status] * 2


def test_stream_that_is_returned(client: FlaskClient, typed: Typed, shelf: Shelf) -> None:
    """A stream cannot be stored, so it is an error."""

    @typed.post("/orders", idempotent=True)
    def place(order: Order) -> Response:
        return Response(iter(["a"]))

    assert place_order(client, headers={}).data == b"a"
    with pytest.raises(ResponseMismatch, match=r"place .* a response that can be stored"):
        place_order(client)
    assert shelf.known == {}


def test_store_without_transaction(
    client: FlaskClient, orders: list[str], shelf: Shelf, typed: Typed
) -> None:
    """Such a store saves after the commit, and releases the key after an error."""
    shelf.in_transaction = False

    @typed.post("/failing", idempotent=True)
    @raises(NoPaper)
    def fail() -> None:
        raise NoPaper

    assert place_order(client).data == place_order(client).data
    assert (orders, shelf.notes) == (["Emma"], ["commit", "save", "commit"])
    shelf.notes.clear()
    assert client.post("/failing", headers=KEY).status_code == 409
    assert shelf.notes == ["rollback", "release"]


def test_store_without_anything_to_close(app: Flask, client: FlaskClient, shelf: Shelf) -> None:
    """A provider that only makes the store is enough."""
    shelf.in_transaction = False
    typed = Typed(app, idempotency=Idempotency(lambda: shelf))

    @typed.post("/orders", idempotent=True)
    @raises(NoPaper)
    def place(order: Order) -> str:
        if order.book == "Emma":
            raise NoPaper
        return order.book

    assert place_order(client).status_code == 409
    assert [place_order(client, "Persuasion").json for _ in range(2)] == ["Persuasion"] * 2
    assert shelf.notes == ["release", "save"]


def test_store_that_fails_after_the_work(
    client: FlaskClient, orders: list[str], shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """The work is committed, so its response is sent; the log has the error of the store."""
    shelf.in_transaction, shelf.is_broken = False, True
    assert place_order(client).status_code == 201
    ((name, level, message),) = caplog.record_tuples
    assert (name, level) == ("flask_typed.idempotency", logging.ERROR)
    assert message == "The store of idempotency keys has failed after the work"
    assert "The shelf has collapsed." in caplog.text


def test_store_that_fails_before_the_commit(
    client: FlaskClient, orders: list[str], shelf: Shelf
) -> None:
    """A response that is not saved is not sent, and the work is undone."""
    shelf.is_broken = True
    with pytest.raises(OSError, match="collapsed"):
        place_order(client)
    assert (shelf.known, shelf.notes) == ({}, ["save", "rollback"])


def test_providers_and_tasks(client: FlaskClient, typed: Typed) -> None:
    """For a repeated request, the route's dependencies run, and nothing of the view."""
    ran: list[str] = []

    def note(name: str) -> Callable[[], str]:
        return lambda: ran.append(name) or name

    @typed.post("/orders", idempotent=True, dependencies=[Depends(note("guard"))])
    def place(
        order: Order, clerk: Annotated[str, Depends(note("clerk"))], tasks: BackgroundTasks
    ) -> str:
        tasks.add(ran.append, "mail")
        return clerk

    place_order(client)
    assert ran == ["guard", "clerk", "mail"]
    ran.clear()
    assert place_order(client).json == "clerk"
    assert ran == ["guard"]


def test_clients_with_names(client: FlaskClient, typed: Typed) -> None:
    """Each client has keys of its own, whatever its credentials are."""

    def get_client(token: Annotated[str, Depends(HTTPBearer())]) -> str:
        return token[0]

    @typed.post("/orders", idempotent=Idempotency(client=get_client))
    def place(order: Order) -> str:
        return request.headers["Authorization"]

    def place_as(token: str) -> Any:
        return place_order(client, headers={**KEY, "Authorization": f"Bearer {token}"}).json

    assert place_as("a1") == place_as("a2") == "Bearer a1"
    assert place_as("b1") == "Bearer b1"


@pytest.mark.parametrize(
    ("scheme", "kept", "other"),
    [
        pytest.param(
            None, {"Authorization": "Bearer a"}, {"Authorization": "Bearer b"}, id="bearer"
        ),
        pytest.param(
            None,
            {"Authorization": 'Digest username="a", nc=00000001'},
            {"Authorization": 'Digest username="b", nc=00000001'},
            id="digest",
        ),
        pytest.param(APIKeyHeader("X-Key"), {"X-Key": "a"}, {"X-Key": "b"}, id="header"),
        pytest.param(
            APIKeyCookie("key"), {"Cookie": "key=a; s=1"}, {"Cookie": "key=b; s=1"}, id="cookie"
        ),
    ],
)
def test_credentials_of_others(
    typed: Typed,
    scheme: Any,
    kept: dict[str, str],
    other: dict[str, str],
) -> None:
    """Nobody gets the response to somebody else, and a key works once."""
    dependencies = [Depends(scheme)] if scheme else []

    @typed.post("/orders", idempotent=True, dependencies=dependencies)
    def place(order: Order) -> str:
        return order.book

    client = typed.app.test_client(use_cookies=False)
    same = {name: value.replace("s=1", "s=2").replace("01", "02") for name, value in kept.items()}
    assert place_order(client, headers={**KEY, **kept}).json == "Emma"
    assert place_order(client, headers={**KEY, **other}).json == REUSED
    assert place_order(client, headers={**KEY, **same}).json == "Emma"


def test_key_in_the_query_is_no_header(client: FlaskClient, typed: Typed) -> None:
    """An API key in the query is one of the credentials."""

    @typed.post("/orders", idempotent=True, dependencies=[Depends(APIKeyQuery("token"))])
    def place(order: Order) -> str:
        return order.book

    assert place_order(client, query_string="token=a").json == "Emma"
    assert place_order(client, query_string="token=b").json == REUSED


def test_forms(client: FlaskClient, typed: Typed) -> None:
    """A form is compared by its fields and files: each request has a boundary of its own."""

    @typed.post("/", idempotent=True)
    def upload(title: Annotated[str, Form()], scan: Annotated[bytes, File()]) -> str:
        return f"{title} {len(scan)}"

    def send(title: str, scan: bytes) -> Any:
        data = {"title": title, "scan": (BytesIO(scan), "a.png")}
        return client.post("/", data=data, headers=KEY).json

    assert [send("a", b"1"), send("a", b"1")] == ["a 1", "a 1"]
    assert [send("b", b"1"), send("a", b"2")] == [REUSED, REUSED]


def test_body_that_no_argument_takes(client: FlaskClient, typed: Typed) -> None:
    """It is compared, too; the view reads it as it does without a key."""

    @typed.post("/json", idempotent=True)
    def take() -> str:
        return str(request.get_json()["book"])

    @typed.post("/stream", idempotent=True)
    def take_stream() -> str:
        return request.stream.read().decode()

    @typed.post("/form", idempotent=True)
    def take_form() -> str:
        return request.form["title"] + request.files["scan"].read().decode()

    def send_form(title: str) -> Any:
        data = {"title": title, "scan": (BytesIO(b"1"), "a.png")}
        return client.post("/form", data=data, headers=KEY).json

    for path, send in (("/json", {"json": {"book": "Emma"}}), ("/stream", {"data": "Emma"})):
        answers = [client.post(path, headers=KEY, **send).json for _ in range(2)]
        answers.append(client.post(path, headers=KEY, json={"book": "Persuasion"}).json)
        assert answers == ["Emma", "Emma", REUSED]
        assert client.post(path, headers=KEY).json == REUSED
    assert [send_form("a"), send_form("a"), send_form("b")] == ["a1", "a1", REUSED]


def test_name_of_the_client(client: FlaskClient, typed: Typed) -> None:
    """It is the same text in each request, or missing: then the credentials count."""
    names: list[Any] = [None]

    @typed.post("/orders", idempotent=Idempotency(client=lambda: names[-1]))
    def place(order: Order) -> str:
        return request.headers["Authorization"]

    def place_as(token: str) -> Any:
        return place_order(client, headers={**KEY, "Authorization": token}).json

    assert [place_as("a"), place_as("a"), place_as("b")] == ["a", "a", REUSED]
    names.append(UUID(int=1))
    assert [place_as("c"), place_as("d")] == ["c", "c"]
    for name in (Order("Emma"), True):
        names.append(name)
        with pytest.raises(DependencyError, match=rf"key is a {type(name).__name__}, not a str"):
            place_as("e")


def test_preconditions(client: FlaskClient, typed: Typed) -> None:
    """A repeated request gets the first response, although the version has changed since."""
    version = [3]

    @typed.patch("/", idempotent=True, etag=lambda: version[0], timeout=5)
    def change(order: Order) -> str:
        version[0] += 1
        return order.book

    headers = {**KEY, "If-Match": '"3"'}
    for _ in range(2):
        assert client.patch("/", json={"book": "Emma"}, headers=headers).json == "Emma"
    headers["Idempotency-Key"] = "two"
    assert client.patch("/", json={"book": "Emma"}, headers=headers).status_code == 412


def test_other_methods(client: FlaskClient, typed: Typed, shelf: Shelf) -> None:
    """Only POST and PATCH of a route have keys."""

    @typed.route("/", methods=["GET", "POST"], idempotent=True)
    def read() -> str:
        return request.method

    assert [client.get("/", headers=KEY).json for _ in range(2)] == ["GET", "GET"]
    assert client.post("/", headers=KEY).json == "POST"
    assert len(shelf.known) == 1


def test_async_store(client: FlaskClient, app: Flask, typed: Typed, shelf: Shelf) -> None:
    """The methods of a store may be ``async def``; an override replaces it."""

    class AsyncShelf:
        in_transaction = False

        async def claim(self, claim: KeyClaim) -> UsedKey | None:
            return shelf.claim(claim)

        async def save(self, claim: KeyClaim, response: StoredResponse) -> None:
            shelf.save(claim, response)

        async def release(self, claim: KeyClaim) -> None:
            shelf.release(claim)

    @typed.post("/orders", idempotent=True)
    async def place(order: Order, match: IfMatch) -> str:
        match.check(7)
        return order.book

    with typed.override(shelf.transact, AsyncShelf):
        headers = {**KEY, "If-Match": '"8"'}
        assert place_order(client, headers=headers).status_code == 412
        assert place_order(client).json == place_order(client).json == "Emma"
    assert shelf.notes == ["release", "save"]


def test_document(typed: Typed, document: Callable[[], dict[str, Any]]) -> None:
    """The header, the problems and the mark of repeated responses are published."""

    @typed.post("/orders", idempotent=Idempotency(required=True))
    def place(order: Order) -> Created[Order]: ...

    operation = document()["paths"]["/orders"]["post"]
    (parameter,) = operation["parameters"]
    assert (parameter["name"], parameter["required"]) == ("Idempotency-Key", True)
    assert sorted(operation["responses"]) == ["201", "400", "409", "413", "415", "422"]
    assert operation["responses"]["201"]["headers"] == {
        "Idempotent-Replayed": {
            "description": "Sent if the response is the first one to the key, sent again.",
            "required": False,
            "schema": {"type": "string", "enum": ["true"]},
        }
    }
