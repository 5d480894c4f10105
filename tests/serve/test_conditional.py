"""Conditional requests and the freshness of responses, from the request to the response."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import wraps
from typing import Annotated, Any

import pytest
from flask import Flask, Response, abort, make_response, request, session
from flask.testing import FlaskClient
from flask_typed import (
    BackgroundTasks,
    Cache,
    Cookie,
    Created,
    Depends,
    ETag,
    Header,
    HTTPBearer,
    IfMatch,
    MediaType,
    NoContent,
    PreconditionNotMet,
    Preconditions,
    Reply,
    ResponseMismatch,
    Security,
    Typed,
    raises,
)
from werkzeug.exceptions import NotFound, PreconditionFailed, PreconditionRequired, Unauthorized

MARCH = datetime(2026, 3, 1, 12, 0, 0, 250, timezone.utc)
CHANGED = "Sun, 01 Mar 2026 12:00:00 GMT"
NOT_MET = {
    "type": "about:blank",
    "title": "The resource is not in the state that the request requires.",
    "status": 412,
}


@dataclass
class Book:
    """A book."""

    id: int
    title: str = "Emma"


@dataclass
class Row:
    """A row, with a version that is no field of a book."""

    id: int
    title: str = "Emma"
    version: Any = 3
    changed: Any = MARCH


@pytest.fixture
def calls() -> list[str]:
    """Return a list in which views and providers note that they ran."""
    return []


# The hash of what is sent.


def test_a_hash_is_a_strong_tag(typed: Typed, client: FlaskClient) -> None:
    """Equal bytes have the same tag, also for HEAD."""
    typed.get("/books/<int:book_id>", etag=True)(read_book_of_id)
    first, second = client.get("/books/1"), client.get("/books/2")
    assert first.headers["ETag"] == client.head("/books/1").headers["ETag"]
    assert first.headers["ETag"] != second.headers["ETag"]
    assert first.headers["ETag"] == str(ETag.of(first.data))
    assert not first.headers["ETag"].startswith("W/")


def test_a_known_hash_is_a_304(typed: Typed, client: FlaskClient) -> None:
    """It has no body, and no header of a body."""
    typed.get("/books", etag=True)(read_book)
    tag = client.get("/books").headers["ETag"]
    for method in ("GET", "HEAD"):
        response = client.open("/books", method=method, headers={"If-None-Match": tag})
        assert (response.status_code, response.data) == (304, b"")
        assert dict(response.headers) == {"Cache-Control": "no-cache", "ETag": tag}


def read_book_of_id(book_id: int) -> Book:
    """Read a book of many."""
    return Book(book_id)


def read_book() -> Book:
    """Read a book."""
    return Book(1)


def test_each_media_type_has_a_hash(typed: Typed, client: FlaskClient) -> None:
    """A client that has one is not told that it has the other; nor is a QUERY."""

    @typed.route("/books", methods=["GET", "QUERY"], etag=True)
    def read() -> Annotated[Book, MediaType("application/json", "application/msgpack")]:
        return Book(1)

    for method in ("GET", "QUERY"):
        tag = client.open("/books", method=method).headers["ETag"]
        known = {"If-None-Match": tag}
        response = client.open("/books", method=method, headers=known)
        assert (response.status_code, response.headers["Vary"]) == (304, "Accept")
        other = {**known, "Accept": "application/msgpack"}
        assert client.open("/books", method=method, headers=other).status_code == 200


BOTH = MediaType("application/json", "application/vnd.shop+json")


@pytest.mark.parametrize(
    "etag", [True, "version", lambda: 3], ids=["hash", "attribute", "function"]
)
def test_each_media_type_has_a_tag(typed: Typed, client: FlaskClient, etag: Any) -> None:
    """Even if the bytes are the same (RFC 9110, section 8.8.3.3). A change may name any of them."""

    @typed.get("/books", etag=etag)
    def read() -> Annotated[Book, BOTH]:
        return Row(1)

    @typed.put("/books")
    def change(match: IfMatch) -> Book:
        match.check(ETag.of(b'{"id":1,"title":"Emma"}') if etag is True else 3)
        return Book(1)

    other = {"Accept": "application/vnd.shop+json"}
    found = [client.get("/books", headers=headers) for headers in ({}, other)]
    first, second = (response.headers["ETag"] for response in found)
    assert second == f'{first[:-1]};application/vnd.shop+json"'
    for tag, headers, status in ((first, {}, 304), (second, {}, 200), (second, other, 304)):
        response = client.get("/books", headers={"If-None-Match": tag, **headers})
        assert (response.status_code, response.headers["Vary"]) == (status, "Accept")
        assert client.put("/books", headers={"If-Match": tag}).status_code == 200
    assert client.put("/books", headers={"If-None-Match": second}).status_code == 412
    assert client.put("/books", headers={"If-Match": f'"4{second[1:]}'}).status_code == 412


def test_a_version_is_no_tag_of_a_media_type(typed: Typed, client: FlaskClient) -> None:
    """A semicolon in a version is escaped, so that no two versions are alike."""
    typed.put("/books", etag=lambda: "a")(read_book)
    assert str(ETag("a;b")) == '"a%3Bb"'
    assert client.put("/books", headers={"If-Match": str(ETag("a;b"))}).status_code == 412


@pytest.mark.parametrize("etag", ["id", lambda: 3], ids=["attribute", "function"])
def test_a_tag_of_the_view_wins(typed: Typed, client: FlaskClient, etag: Any) -> None:
    """No response has two."""

    @typed.get("/books", etag=etag)
    def read() -> Reply[Book]:
        return Reply(Book(1), headers={"ETag": '"own"'})

    assert client.get("/books").headers.getlist("ETag") == ['"own"']


def test_a_tag_of_the_view_counts(typed: Typed, client: FlaskClient) -> None:
    """The view's own tag is sent and compared, even a weak one."""

    @typed.get("/books", etag=True)
    def read() -> Reply[Book]:
        return Reply(Book(1), headers={"ETag": str(ETag("own%", weak=True)), "X-Own": "1"})

    assert client.get("/books").headers["ETag"] == 'W/"own%25"'
    response = client.get("/books", headers={"If-None-Match": '"own%25"'})
    assert (response.status_code, response.headers["X-Own"]) == (304, "1")
    assert client.get("/books", headers={"If-Match": '"own%25"'}).status_code == 412


def test_a_stream_that_flask_makes_has_no_hash(typed: Typed, client: FlaskClient) -> None:
    """Its bytes are not known when the headers are sent."""

    @typed.get("/books", etag=True)
    def read() -> Response:
        return Response(iter(["a", "b"]))

    response = client.get("/books", headers={"If-None-Match": "*"})
    assert (response.status_code, response.data) == (200, b"ab")
    assert "ETag" not in response.headers


def test_an_error_has_no_validator(typed: Typed, client: FlaskClient) -> None:
    """Preconditions of a request that fails without them are ignored."""

    @typed.get("/raised", etag=True, cache="max-age=60")
    @raises(NotFound)
    def fail() -> Book:
        raise NotFound

    @typed.get("/returned", etag=True, cache="max-age=60")
    def read() -> Response:
        return Response("no", 404)

    for path in ("/raised", "/returned"):
        response = client.get(path, headers={"If-None-Match": "*", "If-Match": '"1"'})
        assert response.status_code == 404
        assert {"ETag", "Cache-Control"}.isdisjoint(response.headers.keys())


# An attribute of the returned value.


def test_an_attribute_is_the_tag(typed: Typed, client: FlaskClient) -> None:
    """It need not be a field of the response, and is compared before the value is serialized."""

    @typed.get("/books", etag="version", last_modified="changed", returns=Book)
    def read(version: int = 3) -> Row:
        title: Any = "Emma" if version == 3 else 3.5  # which does not fit
        return Row(1, title=title, version=version)

    response = client.get("/books")
    assert response.get_json() == {"id": 1, "title": "Emma"}
    assert (response.headers["ETag"], response.headers["Last-Modified"]) == ('"3"', CHANGED)
    response = client.get("/books?version=4", headers={"If-None-Match": '"4"'})
    assert dict(response.headers) == {"Cache-Control": "no-cache", "ETag": '"4"'}
    assert client.get("/books", headers={"If-Modified-Since": CHANGED}).status_code == 304
    assert client.get("/books", headers={"If-Match": '"2"'}).get_json() == NOT_MET


@pytest.mark.parametrize("form", ["reply", "tuple", "mapping", "decorated"])
def test_a_value_may_have_any_form(typed: Typed, client: FlaskClient, form: str) -> None:
    """The attribute is found inside of a reply and of a tuple; of a mapping it is a key."""

    @typed.get("/books", etag="version", returns=Reply[Book] if form == "reply" else Book)
    def read() -> Any:
        row = {"id": 1, "title": "Emma", "version": 3}
        if form == "reply":
            return Reply(Row(1), headers={"X-Own": "1"})
        if form == "decorated":
            return make_response(Row(1), 200)
        return (Row(1), {"X-Own": "1"}) if form == "tuple" else row

    assert client.get("/books").headers["ETag"] == '"3"'
    response = client.get("/books", headers={"If-None-Match": '"3"'})
    assert response.status_code == 304
    assert ("X-Own" in response.headers) is (form in ("reply", "tuple"))


def test_a_value_may_have_no_version(typed: Typed, client: FlaskClient) -> None:
    """Without a value, or with ``None`` as its version, there is no tag."""

    @typed.get("/books", etag="version", returns=Book | None)
    def read(empty: bool) -> Any:
        return None if empty else Row(1, version=None)

    for empty in ("true", "false"):
        response = client.get(f"/books?empty={empty}", headers={"If-None-Match": '"3"'})
        assert (response.status_code, "ETag" in response.headers) == (200, False)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(Book(1), "a value with the attribute 'version', found Book", id="missing"),
        pytest.param({"id": 1}, "a value with the attribute 'version', found dict", id="key"),
        pytest.param(Row(1, version=1.5), "a tag .*, found a value of type float", id="type"),
    ],
)
def test_a_value_without_the_attribute_is_an_error(
    typed: Typed, client: FlaskClient, value: Any, found: str
) -> None:
    """The error names the view."""

    @typed.get("/books", etag="version", returns=Book)
    def read() -> Any:
        return value

    with pytest.raises(ResponseMismatch, match=rf"^\S*read .*: at \$ expected {found}"):
        client.get("/books", headers={"If-None-Match": '"3"'})


def test_a_change_sends_the_new_version_where_it_is_known(
    typed: Typed, client: FlaskClient
) -> None:
    """The value of a PATCH is the changed resource, that of a 201 the new one (RFC 9110, 8.8).

    A PUT must not have a tag (9.3.4), and a POST that creates nothing returns any value.
    """

    def change(match: IfMatch) -> Any:
        match.check(3)
        return Row(1, version=4)

    def add() -> Any:
        return Created(Row(1, version=4))

    def act() -> Any:
        return Row(1, version=4)

    typed.patch("/patched", etag="version", returns=Book)(change)
    typed.put("/put", etag="version", returns=Book)(change)
    typed.post("/created", etag="version", returns=Created[Book])(add)
    typed.post("/acted", etag="version", returns=Book)(act)
    sent = {
        path: client.open(path, method=method).headers.get("ETag")
        for path, method in (
            *(("/patched", "PATCH"), ("/put", "PUT")),
            *(("/created", "POST"), ("/acted", "POST")),
        )
    }
    assert sent == {"/patched": '"4"', "/put": None, "/created": '"4"', "/acted": None}


# A function.


def test_a_function_runs_before_the_view(
    typed: Typed, client: FlaskClient, calls: list[str]
) -> None:
    """It takes the values and the providers of the request, once, and spares the view."""

    def open_store() -> Iterator[dict[int, int]]:
        calls.append("open")
        yield {1: 3}
        calls.append("close")

    store_type = Annotated[dict[int, int], Depends(open_store)]

    def get_version(book_id: int, store: store_type) -> int | None:
        calls.append("version")
        return store.get(book_id)

    @typed.get("/books/<int:book_id>", etag=get_version)
    @raises(NotFound)
    def read(book_id: int, store: store_type) -> Book:
        calls.append("view")
        if book_id not in store:
            raise NotFound
        return Book(book_id)

    assert client.get("/books/1").headers["ETag"] == '"3"'
    assert calls == ["open", "version", "view", "close"]
    calls.clear()
    response = client.get("/books/1", headers={"If-None-Match": 'W/"3"'})
    assert dict(response.headers) == {"ETag": '"3"', "Cache-Control": "no-cache"}
    assert calls == ["open", "version", "close"]
    # Of a missing book the view knows more.
    response = client.get("/books/2", headers={"If-Match": "*", "If-None-Match": "*"})
    assert response.status_code == 404


def test_a_change_of_another_version_does_not_reach_the_view(
    typed: Typed, client: FlaskClient, calls: list[str]
) -> None:
    """If the resource is missing, it can be created, and not changed."""

    def get_version(book_id: int) -> int | None:
        return {1: 3}.get(book_id)

    @typed.put("/books/<int:book_id>", etag=get_version)
    def replace(book_id: int) -> Book:
        calls.append("view")
        return Book(book_id)

    assert client.put("/books/1", headers={"If-Match": '"2"'}).get_json() == NOT_MET
    assert client.put("/books/1", headers={"If-None-Match": "*"}).get_json() == NOT_MET
    assert client.put("/books/2", headers={"If-Match": "*"}).get_json() == NOT_MET
    assert calls == []
    for number, headers in ((1, {"If-Match": '"3"'}), (2, {"If-None-Match": "*"}), (1, {})):
        response = client.put(f"/books/{number}", headers=headers)
        assert response.status_code == 200
        assert "ETag" not in response.headers  # the function knows the state before


def get_time() -> datetime:
    """Return the time of the last change."""
    return MARCH


def test_a_function_may_tell_the_time(typed: Typed, client: FlaskClient) -> None:
    """Times are compared by the second."""
    typed.get("/books", last_modified=get_time)(read_book)
    typed.patch("/books", last_modified=get_time, require_match=True)(read_book)
    assert client.get("/books").headers["Last-Modified"] == CHANGED
    assert client.get("/books", headers={"If-Modified-Since": CHANGED}).status_code == 304
    assert client.patch("/books", headers={"If-Unmodified-Since": CHANGED}).status_code == 200
    earlier = CHANGED.replace("12:", "11:")
    assert client.patch("/books", headers={"If-Unmodified-Since": earlier}).status_code == 412
    assert client.patch("/books").get_json()["header"] == "If-Unmodified-Since"


def test_both_functions_are_compared(typed: Typed, client: FlaskClient) -> None:
    """Only the tag tells whether the resource exists."""

    @typed.put("/books", etag=lambda: None, last_modified=get_time)
    def replace() -> Book:
        return Book(1)

    assert client.put("/books", headers={"If-None-Match": "*"}).status_code == 200
    assert client.put("/books", headers={"If-Match": "*"}).status_code == 412


def test_no_time_is_in_the_future(typed: Typed, client: FlaskClient) -> None:
    """A server must not send a ``Last-Modified`` later than its ``Date``."""
    future = datetime.now(timezone.utc) + timedelta(days=1)
    typed.get("/books", last_modified=lambda: future)(read_book)
    sent = client.get("/books").last_modified
    assert sent is not None
    assert sent < future


def test_a_function_that_returns_no_tag_is_an_error(typed: Typed, client: FlaskClient) -> None:
    """The error names the view."""
    typed.get("/books", etag=lambda: 1.5)(read_book)
    with pytest.raises(ResponseMismatch, match=r"^read_book .*found a value of type float"):
        client.get("/books")


def test_a_stream_may_have_a_function(typed: Typed, client: FlaskClient, calls: list[str]) -> None:
    """A 304 makes no item."""

    @typed.get("/books", etag=lambda: 3)
    def read() -> Iterator[Book]:
        calls.append("item")
        yield Book(1)

    response = client.get("/books")
    assert (response.headers["ETag"], response.data) == ('"3"', b'{"id":1,"title":"Emma"}\n')
    assert client.get("/books", headers={"If-None-Match": '"3"'}).status_code == 304
    assert calls == ["item"]


def test_a_function_may_be_async(typed: Typed, client: FlaskClient) -> None:
    """It is a provider like any other."""

    async def get_version() -> ETag:
        return ETag(3, weak=True)

    typed.get("/books", etag=get_version, timeout=5)(read_book)
    assert client.get("/books").headers["ETag"] == 'W/"3"'
    assert client.get("/books", headers={"If-None-Match": '"3"'}).status_code == 304


def test_a_function_can_be_overridden(typed: Typed, client: FlaskClient) -> None:
    """Tests replace it as any provider."""

    def get_version() -> int:
        return 3

    typed.get("/books", etag=get_version)(read_book)
    with typed.override(get_version, lambda: 4):
        assert client.get("/books").headers["ETag"] == '"4"'
    assert client.get("/books").headers["ETag"] == '"3"'


# The order of work.


def test_other_checks_come_first(typed: Typed, client: FlaskClient) -> None:
    """Security, values and providers refuse a request before its preconditions count."""

    def check_member(member: bool = True) -> None:
        if not member:
            raise NotFound

    @typed.put(
        "/books",
        etag=lambda: 3,
        dependencies=[Security(HTTPBearer())],
        require_match=True,
    )
    @raises(NotFound)
    def replace(book: Book, checked: Annotated[None, Depends(check_member)]) -> Book:
        return book

    other = {"If-Match": '"2"'}
    known = {**other, "Authorization": "Bearer x"}
    book = {"id": 1, "title": "Emma"}
    statuses = [
        client.put("/books", headers=other, json={}).status_code,
        client.put("/books", headers=known, json={}).status_code,
        client.put("/books?member=false", headers=known, json=book).status_code,
        client.put("/books", headers={"Authorization": "Bearer x"}, json=book).status_code,
        client.put("/books", headers=known, json=book).status_code,
        client.put("/books", headers={**known, "If-Match": '"3"'}, json=book).status_code,
    ]
    assert statuses == [401, 422, 404, 428, 412, 200]


def test_a_decorator_of_the_view_comes_before_the_304(typed: Typed, client: FlaskClient) -> None:
    """It may be a guard. RFC 9110 (13.2.1) ignores the preconditions of a request that fails."""

    @typed.get("/books", etag=lambda: 3)
    @raises(Unauthorized)
    @wraps(read_book)
    def read_after_login() -> Book:
        if "Authorization" not in request.headers:
            abort(401)
        return read_book()

    known = {"If-None-Match": "*"}
    assert client.get("/books", headers=known).status_code == 401
    response = client.get("/books", headers={**known, "Authorization": "Bearer a"})
    assert (response.status_code, response.headers["ETag"]) == (304, '"3"')


def test_a_match_that_nobody_checks_is_logged(
    typed: Typed, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The change was made whatever version the client has: the log tells it once for each view."""

    @typed.put("/books")
    @raises(NotFound)
    def replace_book(match: IfMatch, checked: bool = False, missing: bool = False) -> Book:
        if missing:
            abort(404)
        if checked:
            match.check(3)
        return Book(1)

    with caplog.at_level(logging.WARNING, "flask_typed.preconditions"):
        for query in ("checked=true", "missing=true", "", ""):
            client.put(f"/books?{query}", headers={"If-Match": '"3"'})
    (message,) = (record.getMessage() for record in caplog.records)
    assert "replace_book" in message
    assert "takes IfMatch, but nothing has called check()" in message


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
def test_the_problems_reach_error_handlers(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """They are werkzeug's errors, too."""
    typed.put("/books", etag=lambda: 3, require_match=True)(read_book)
    app.register_error_handler(PreconditionFailed, lambda error: (f"{error.code}", 409))
    app.register_error_handler(PreconditionRequired, lambda error: (f"{error.code}", 400))
    assert client.put("/books", headers={"If-Match": '"2"'}).data == b"412"
    assert client.put("/books").data == b"428"


def test_a_304_is_no_error(app: Flask, typed: Typed, client: FlaskClient, calls: list[str]) -> None:
    """Error handlers do not see it; providers close without an error, and tasks run."""
    app.register_error_handler(Exception, lambda error: ("", 500))

    def note(tasks: BackgroundTasks) -> Iterator[None]:
        tasks.add(calls.append, "task")
        yield
        calls.append("closed")

    @typed.get("/books", etag=lambda: 3, dependencies=[Depends(note)])
    def read() -> Book: ...

    assert client.get("/books", headers={"If-None-Match": "*"}).status_code == 304
    assert calls == ["closed", "task"]


# The argument.


def test_a_view_checks_the_row_that_it_loads(typed: Typed, client: FlaskClient) -> None:
    """The argument has the headers, and the route may require one of them."""

    def load(match: IfMatch) -> Row:
        row = Row(1)
        match.check(row.version)
        return row

    @typed.delete("/books", require_match=True)
    def delete(row: Annotated[Row, Depends(load)]) -> None:
        return None

    @typed.put("/books", returns=Book)
    def replace(match: IfMatch) -> Row:
        return load(match)

    assert client.delete("/books").get_json() == {
        "type": "about:blank",
        "title": "The request has to name the version of the resource that it changes.",
        "status": 428,
        "header": "If-Match",
    }
    assert client.delete("/books", headers={"If-Match": '"3"'}).status_code == 204
    assert client.delete("/books", headers={"If-Match": '"2"'}).get_json() == NOT_MET
    assert client.put("/books").status_code == 200
    assert client.put("/books", headers={"If-None-Match": "*"}).status_code == 412
    with pytest.raises(PreconditionNotMet):
        replace(Preconditions(if_match='"2"'))


# The freshness.


def test_a_response_has_its_freshness(typed: Typed, client: FlaskClient) -> None:
    """The view's own ``Cache-Control`` counts, and all names of ``Vary`` are sent."""

    @typed.get("/books", cache=Cache(max_age=60, vary=["Accept-Language"]))
    def read(own: Annotated[bool, Header()] = False) -> Reply[Book]:
        session["seen"] = True
        headers = {"Cache-Control": "no-store", "Vary": "Accept"} if own else {}
        return Reply(Book(1), headers=headers)

    client.application.secret_key = "secret"
    headers = client.get("/books").headers
    assert headers["Cache-Control"] == "private, max-age=60"
    assert headers["Vary"] == "Accept-Language, Cookie"
    headers = client.get("/books", headers={"Own": "true"}).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Vary"] == "Accept, Accept-Language, Cookie"


def test_a_304_has_the_freshness(typed: Typed, client: FlaskClient) -> None:
    """Caches update the response that they have stored."""
    typed.get("/books", etag=lambda: 3, cache=Cache(max_age=60, vary=["Accept"]))(read_book)
    response = client.get("/books", headers={"If-None-Match": '"3"'})
    expected = {"Cache-Control": "max-age=60", "ETag": '"3"', "Vary": "Accept"}
    assert (response.status_code, dict(response.headers)) == (304, expected)


def test_a_response_for_one_client_is_private(typed: Typed, client: FlaskClient) -> None:
    """One that was made with the session is not public by default, with a cookie it never is."""
    typed.app.secret_key = "secret"

    @typed.get("/books", cache="max-age=60", etag=lambda: 3)
    def read(page: int = 0) -> Reply[Book]:
        seen = str(session.get("seen")) if page else ""
        cookie = {"Set-Cookie": "a=1"} if page > 1 else {}
        return Reply(Book(1), headers={"X-Seen": seen, **cookie})

    @typed.get("/shared", cache="public, max-age=60, s-maxage=600")
    def read_shared(page: int = 0) -> Book:
        note = (lambda: None, lambda: session.get("seen"), lambda: session.update(seen=1))
        note[page]()
        return Book(1)

    def ask(path: str) -> str:
        return client.get(path).headers["Cache-Control"]

    assert [ask(f"/books?page={n}") for n in range(3)] == [
        "max-age=60",
        "private, max-age=60",
        "private, max-age=60",
    ]
    shared = "public, max-age=60, s-maxage=600"
    assert [ask(f"/shared?page={n}") for n in range(3)] == [shared, shared, "private, max-age=60"]
    with client.session_transaction() as made:
        made.permanent = True
    assert ask("/shared") == "private, max-age=60"  # Flask sends the cookie again
    typed.app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    assert ask("/shared") == shared


def test_a_304_of_a_provider_with_the_session_is_private(typed: Typed, client: FlaskClient) -> None:
    """The provider reads who is logged in before the preconditions are compared."""
    typed.app.secret_key = "secret"

    @typed.get("/books", etag=lambda: str(session.get("user")))
    def read() -> Book:
        return Book(1)

    assert read().id == 1
    response = client.get("/books", headers={"If-None-Match": '"None"'})
    assert (response.status_code, response.headers["Cache-Control"]) == (304, "private, no-cache")


def test_headers_of_arguments_vary_the_response(typed: Typed, client: FlaskClient) -> None:
    """A cache must not send one tenant's response to another; the author may know better."""

    def get_theme(theme: Annotated[str, Cookie()] = "") -> str:
        return theme

    def read(x_tenant: Annotated[str, Header()], theme: Annotated[str, Depends(get_theme)]) -> Book:
        return Book(1)

    typed.get("/books", cache="max-age=60")(read)
    typed.get("/own", cache=Cache(max_age=60, vary=["X-Tenant"]))(read)
    typed.get("/none", cache=Cache(max_age=60, vary=()))(read)
    found = [client.get(path, headers={"X-Tenant": "a"}) for path in ("/books", "/own", "/none")]
    assert [one.headers.get("Vary") for one in found] == ["X-Tenant, Cookie", "X-Tenant", None]


def test_a_refusal_is_not_fresh(typed: Typed, client: FlaskClient) -> None:
    """Problems have no ``Cache-Control`` of the route."""
    typed.get("/books", cache="max-age=60", dependencies=[Security(HTTPBearer())])(read_book)
    assert "Cache-Control" not in client.get("/books").headers
    headers = client.get("/books", headers={"Authorization": "Bearer x"}).headers
    assert (headers["Cache-Control"], headers["Vary"]) == ("private, max-age=60", "Authorization")


def test_a_secret_is_not_stored(typed: Typed, client: FlaskClient) -> None:
    """``no-store`` is written for every method, and ``Vary`` alone without a directive."""
    typed.post("/tokens", cache="no-store")(lambda: "secret")
    typed.get("/books", cache=Cache(vary=["Accept"]))(read_book)
    assert client.post("/tokens").headers["Cache-Control"] == "no-store"
    headers = client.get("/books").headers
    assert (headers["Vary"], "Cache-Control" in headers) == ("Accept", False)


# The document.


def test_the_document_has_all_of_it(typed: Typed, document: Callable[[], dict[str, Any]]) -> None:
    """Parameters, responses and headers are published."""
    typed.get("/books/1", etag=lambda: 3, cache=Cache(max_age=60, vary=["Accept"]))(read_book)

    @typed.delete("/books/1", require_match=True)
    def delete(match: IfMatch) -> NoContent:
        return NoContent()

    assert delete(Preconditions()).status == 204
    path = document()["paths"]["/books/1"]
    reading, changing = path["get"], path["delete"]
    assert [(one["name"], one["required"]) for one in reading["parameters"]] == [
        ("If-None-Match", False),
        ("If-Match", False),
    ]
    assert [(one["name"], one["required"]) for one in changing["parameters"]] == [
        ("If-None-Match", False),
        ("If-Match", True),
    ]
    assert changing["parameters"][1]["example"] == '"5"'
    headers = {
        name: part["required"] for name, part in reading["responses"]["200"]["headers"].items()
    }
    assert headers == {"ETag": False, "Cache-Control": True, "Vary": True}
    known = reading["responses"]["304"]
    assert known.keys() == {"description", "headers"}
    assert known["headers"].keys() == {"ETag", "Cache-Control", "Vary"}
    assert sorted(reading["responses"]) == ["200", "304", "412"]
    assert sorted(changing["responses"]) == ["204", "412", "428"]


@pytest.mark.configured(TYPED_CHECK_RESPONSES="error")
def test_responses_are_compared_with_the_document(typed: Typed, client: FlaskClient) -> None:
    """The check of responses knows the 304, and that a view may send an error of its own."""

    @typed.get("/books", etag=True, cache="max-age=60")
    def read(missing: bool = False) -> Response:
        return Response("", 404) if missing else Response("book")

    tag = client.get("/books").headers["ETag"]
    assert client.get("/books", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/books", headers={"If-Match": '"1"'}).status_code == 412
    assert client.get("/books?missing=true").status_code == 404
