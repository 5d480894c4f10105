"""Declarations of conditional requests and of caches that cannot work, and those that do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pytest
from flask import Flask, Response
from flask.views import MethodView
from flask_typed import (
    Accepted,
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    Cache,
    Created,
    DeclarationError,
    Depends,
    EventStream,
    FileResponse,
    HTTPBearer,
    IfMatch,
    MediaType,
    Security,
    Typed,
    TypedBlueprint,
)
from flask_typed.state import get_state


@dataclass
class Book:
    """A book."""

    id: int
    version: int = 1


def read() -> Book: ...


def read_list() -> list[Book]: ...


def read_lines() -> Iterator[Book]: ...


def read_events() -> EventStream[Book]: ...


def read_file() -> FileResponse: ...


def read_response() -> Response: ...


def read_formats() -> (
    Annotated[Book, MediaType("application/json", "application/msgpack")]
    | Accepted[Annotated[list[Book], MediaType("application/json", "text/csv")]]
): ...


def read_match(match: IfMatch) -> Book: ...


def change(book: Book) -> Book: ...


def change_match(book: Book, match: IfMatch) -> Book: ...


def get_version() -> int: ...


def get_time() -> datetime: ...


REFUSED = [
    pytest.param(read, "GET", {"etag": False}, "etag= is False", id="false"),
    pytest.param(read, "GET", {"etag": "a b"}, "etag= is 'a b'", id="no-name"),
    pytest.param(read, "GET", {"etag": 5}, "etag= is 5", id="number"),
    pytest.param(read, "GET", {"last_modified": True}, "last_modified= is True", id="no-hash"),
    pytest.param(read, "GET", {"etag": Depends(get_version)}, "etag= is Depends", id="depends"),
    pytest.param(
        read,
        "GET",
        {"etag": get_version, "last_modified": "changed"},
        "is a function, which runs before the view; the other is known after it",
        id="mixed",
    ),
    pytest.param(read, "GET", {"require_match": "yes"}, "require_match= is 'yes'", id="no-flag"),
    pytest.param(read, "GET", {"require_match": True}, "not for GET", id="safe-match"),
    pytest.param(read_match, "GET", {}, "but the method is GET", id="safe-argument"),
    pytest.param(
        change, "PUT", {"etag": "version"}, "the preconditions of a PUT", id="put-attribute"
    ),
    pytest.param(change, "PATCH", {"etag": True}, "the preconditions of a PATCH", id="patch-hash"),
    pytest.param(change, "PUT", {"require_match": True}, "Nothing would", id="nothing-checks"),
    pytest.param(change, "POST", {"require_match": True}, "of a POST", id="post-checks"),
    pytest.param(read_list, "GET", {"etag": "version"}, "'version' is not an", id="list"),
    pytest.param(read_response, "GET", {"etag": "version"}, "'version' is not", id="response"),
    pytest.param(read_lines, "GET", {"etag": True}, "headers of a stream", id="stream"),
    pytest.param(read_formats, "GET", {"etag": get_version}, "offer different media", id="formats"),
    pytest.param(read_file, "GET", {"etag": get_version}, "send_file sends an ETag", id="file"),
    pytest.param(read_file, "GET", {"cache": "no-store"}, "send_file sends a C", id="file-cache"),
    pytest.param(read_events, "GET", {"cache": "no-store"}, "stream of events", id="events-cache"),
    pytest.param(read, "GET", {"cache": "maxage=1"}, "'maxage=1' is not a dir", id="directive"),
    pytest.param(
        read,
        "GET",
        {"cache": "s-maxage=60", "dependencies": [Security(HTTPBearer())]},
        "shared_max_age= is for shared caches",
        id="shared-private",
    ),
]


@pytest.mark.parametrize(("view", "method", "options", "message"), REFUSED)
def test_a_declaration_that_cannot_work_is_refused(
    typed: Typed, view: Any, method: str, options: Any, message: str
) -> None:
    """The route is refused when it is registered."""
    with pytest.raises(DeclarationError, match=message) as raised:
        typed.route("/books", methods=[method], **options)(view)
    assert f"in view {view.__name__}" in str(raised.value) or "route '/books'" in str(raised.value)


def find(app: Flask, method: str = "GET") -> Any:
    """Return the operation of a method."""
    return next(one for one in get_state(app).operations if one.method == method)


def test_a_route_without_the_options_has_no_record(app: Flask, typed: Typed) -> None:
    """So its requests have no work."""
    typed.get("/books")(read)
    operation = find(app)
    assert (operation.conditions, operation.freshness, operation.unchanged) == (None, None, None)


@pytest.mark.parametrize(
    ("view", "method", "options", "headers"),
    [
        pytest.param(read, "GET", {"etag": True}, ("If-None-Match", "If-Match"), id="hash"),
        pytest.param(
            read,
            "GET",
            {"last_modified": get_time},
            ("If-Modified-Since", "If-Unmodified-Since"),
            id="time",
        ),
        pytest.param(
            change,
            "PUT",
            {"etag": get_version, "last_modified": get_time},
            ("If-None-Match", "If-Match", "If-Unmodified-Since"),
            id="functions",
        ),
        pytest.param(change_match, "PUT", {}, ("If-None-Match", "If-Match"), id="argument"),
        pytest.param(change, "POST", {"etag": "version"}, (), id="post"),
    ],
)
def test_the_headers_that_count_are_known(
    app: Flask, typed: Typed, view: Any, method: str, options: Any, headers: tuple[str, ...]
) -> None:
    """Those that nothing compares are not published."""
    typed.route("/books", methods=[method], **options)(view)
    assert find(app, method).conditions.headers == headers


def test_options_of_several_methods_apply_where_they_can(app: Flask, typed: Typed) -> None:
    """A class-based view may have methods for which an option means nothing."""

    @typed.route("/books", etag="version", require_match=True)
    class Books(MethodView):
        def get(self) -> Book: ...

        def post(self, book: Book) -> Created[Book]: ...

        def put(self, book: Book, match: IfMatch) -> Book: ...

        def options(self) -> Response: ...

    assert Books
    required = {
        operation.method: operation.conditions and operation.conditions.required_header
        for operation in get_state(app).operations
    }
    assert required == {"GET": "", "POST": "", "PUT": "If-Match", "OPTIONS": None}


def test_the_time_may_be_required(app: Flask, typed: Typed) -> None:
    """Without a tag, the required precondition is the one with the time."""
    typed.put("/books", last_modified=get_time, require_match=True)(change)
    assert find(app, "PUT").conditions.required_header == "If-Unmodified-Since"


SCHEMES = [
    pytest.param(HTTPBearer(), ("Authorization",), id="bearer"),
    pytest.param(APIKeyHeader("X-Key"), ("X-Key",), id="header"),
    pytest.param(APIKeyCookie("key"), ("Cookie",), id="cookie"),
    pytest.param(APIKeyQuery("key"), (), id="query"),
    pytest.param(HTTPBearer() | APIKeyCookie("key"), ("Authorization", "Cookie"), id="either"),
]


@pytest.mark.parametrize(("scheme", "names"), SCHEMES)
def test_answers_to_credentials_are_private(
    app: Flask, typed: Typed, scheme: Any, names: tuple[str, ...]
) -> None:
    """``private`` is the default of a route with security, and ``Vary`` names the credentials."""
    typed.get("/books", cache=Cache(max_age=60), dependencies=[Security(scheme)])(read)
    freshness = find(app).freshness
    assert freshness.cache_control == "private, max-age=60"
    assert freshness.vary == names


@pytest.mark.parametrize(
    ("cache", "written"),
    [
        pytest.param("max-age=60, public", "public, max-age=60", id="public"),
        pytest.param("private, no-cache", "private, no-cache", id="private"),
        pytest.param("no-store", "no-store", id="no-store"),
    ],
)
def test_what_is_declared_counts(app: Flask, typed: Typed, cache: str, written: str) -> None:
    """``public`` has to be explicit beside security."""
    typed.get("/books", cache=cache, dependencies=[Security(lambda: None)])(read)
    assert find(app).freshness.cache_control == written


def test_a_blueprint_has_a_freshness(app: Flask, typed: Typed) -> None:
    """The innermost one counts, and only responses to safe methods are reused."""
    outer = TypedBlueprint("outer", __name__, url_prefix="/outer", cache="max-age=1")
    inner = TypedBlueprint("inner", __name__, url_prefix="/inner", cache="max-age=2")
    outer.get("/books")(read)
    inner.get("/books")(read)
    inner.get("/others", cache="max-age=3")(read_list)
    inner.post("/books")(change)
    inner.post("/secrets", cache="no-store")(read)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    written = [one.freshness and one.freshness.cache_control for one in get_state(app).operations]
    assert written == ["max-age=1", "max-age=2", "max-age=3", None, "no-store"]


def test_a_blueprint_is_named_in_the_error() -> None:
    """The error of a blueprint's option names the blueprint."""
    with pytest.raises(DeclarationError, match=r"in TypedBlueprint\('books'\)"):
        TypedBlueprint("books", __name__, cache="sometimes")


def test_a_function_is_declared_like_a_provider(typed: Typed) -> None:
    """An argument that cannot come from anywhere is an error that names the function."""

    def get_book_version(session: Annotated[int, Depends(lambda other: 1)]) -> int: ...

    with pytest.raises(DeclarationError, match=r"dependency .*get_book_version"):
        typed.get("/books", etag=get_book_version)(read)
