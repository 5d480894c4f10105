"""Cases → requests, and the commands that repeat them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from flask_typed.outside.bodies import BodyBytes
from flask_typed.outside.operations import Credential
from flask_typed.probing.cases import Case
from flask_typed.probing.sending import WireRequest
from flask_typed.probing.wiring import (
    NO_HEADERS,
    OwnHeaders,
    make_request,
    read_header_lines,
    write_curl,
)

from ..outside.documents import make_operation

OPERATION = make_operation(
    "post",
    "/shelves/{shelf}/books/{book}",
    parameters=[
        {"in": "path", "name": "shelf", "schema": {}},
        {"in": "path", "name": "book", "schema": {}},
        {"in": "query", "name": "q", "schema": {}},
        {"in": "query", "name": "unused", "schema": {}},
        {"in": "header", "name": "X-A", "schema": {}},
        {"in": "cookie", "name": "c", "schema": {}},
        {"in": "cookie", "name": "d", "schema": {}},
    ],
)
VALUES = {
    ("path", "shelf"): "a b/c",
    ("path", "book"): 7,
    ("query", "q"): "ä&b",
    ("header", "X-A"): "1",
    ("cookie", "c"): "2",
    ("cookie", "d"): "3",
}


def make_case(**options: Any) -> Case:
    """Return a case."""
    return Case(OPERATION, options.pop("kind", "valid"), "is valid", VALUES, **options)


def test_request() -> None:
    """Each value goes to its place."""
    request = make_request(make_case(body=BodyBytes("text/plain", b"x")), NO_HEADERS, {})
    assert request == WireRequest(
        "POST",
        "/shelves/a%20b%2Fc/books/7?q=%C3%A4%26b",
        [("Content-Type", "text/plain"), ("X-A", "1"), ("Cookie", "c=2; d=3")],
        b"x",
    )


def test_found_values() -> None:
    """A value that the server has replaces that of the document, unless the case is about it."""
    found = {"shelf": "s", "book": "b"}
    request = make_request(make_case(about=("path", "book")), NO_HEADERS, found)
    assert request.target.partition("?")[0] == "/shelves/s/books/7"


def test_own_headers() -> None:
    """The user's headers replace those of the case."""
    own = read_header_lines(["x-a: 9", "Cookie: e=5", "X-B:  6 "])
    request = make_request(make_case(), own, {})
    assert request.headers == [("x-a", "9"), ("Cookie", "e=5"), ("X-B", "6")]


def test_anonymous() -> None:
    """A case without credentials has none of the headers that authenticate."""
    operation = make_secured("header", "x-key")
    own = read_header_lines(["X-Key: k", "Authorization: a", "Cookie: c", "X-B: 6"])
    case = Case(operation, "anonymous", "", {})
    assert make_request(case, own, {}).headers == [("X-B", "6")]


def make_secured(location: str, name: str) -> Any:
    """Return an operation that needs a credential."""
    return replace(OPERATION, inputs=(), credentials=(frozenset({Credential(location, name)}),))


@pytest.mark.parametrize(
    ("location", "name", "has"),
    [
        ("header", "authorization", True),
        ("header", "x-key", False),
        ("cookie", "session", False),
        ("tls", "", True),
        ("query", "key", False),
    ],
)
def test_authenticate(location: str, name: str, has: bool) -> None:
    """An operation can be checked if the headers have what it needs."""
    own = OwnHeaders([("Authorization", "Bearer x")])
    assert own.authenticate(make_secured(location, name)) is has
    assert own.authenticate(OPERATION)


def test_cookie_of_the_user() -> None:
    """A header Cookie has the cookies that an operation needs."""
    assert OwnHeaders([("Cookie", "a=1")]).authenticate(make_secured("cookie", "session"))


@pytest.mark.parametrize("line", ["Authorization", "X A: 1", ": 1", "X: ä", "X: a\nY: b"])
def test_no_header(line: str) -> None:
    """What is no header is refused."""
    with pytest.raises(ValueError, match=r"^write a header as NAME: VALUE, in ASCII\.$"):
        read_header_lines([line])


def test_curl_hides_credentials() -> None:
    """The command shows the names of the user's headers only."""
    own = OwnHeaders([("Authorization", "Bearer secret")])
    request = make_request(make_case(), own, {})
    assert write_curl("http://a", request, own) == (
        "curl -i -X POST 'http://a/shelves/a%20b%2Fc/books/7?q=%C3%A4%26b'"
        " -H 'X-A: 1' -H 'Cookie: c=2; d=3' -H 'Authorization: …'"
    )


@pytest.mark.parametrize(
    "data",
    [b'{"a": "it\'s"}', "ä\n\\'\u0001".encode(), b"\x89PNG\0\xff", b"@a"],
    ids=["quotes", "control characters", "bytes", "at"],
)
def test_curl_sends_the_body(data: bytes) -> None:
    """The command has the body, as bash reads it."""
    command = write_curl("http://a", WireRequest("GET", "/", [], data), NO_HEADERS)
    _, option, shown = re.split(" (--data-raw|--data-binary) ", command)
    script = 'send() { case $1 in --data-raw) printf %s "$2";; *) cat "${2#@}";; esac; };'
    done = subprocess.run(
        ["bash", "-c", f"{script} send {option} {shown}"], capture_output=True, check=True
    )
    assert done.stdout == data


def test_curl_cuts_a_long_body() -> None:
    """A very long body is not shown."""
    command = write_curl("http://a", WireRequest("GET", "/", [], b"a" * 9_000), NO_HEADERS)
    assert command == f"curl -i http://a/ --data-raw '{'a' * 4_000}…'"
