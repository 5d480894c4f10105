"""A body is never taken for a request, and a request never for a body."""

from __future__ import annotations

import pytest

from .apps import echo, ignore
from .exchanging import App
from .test_sameness import GET, compare, request

INNER = request("/inner")
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(INNER), INNER)
CODINGS = [
    "Transfer-Encoding: chunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: identity, chunked",
    "transfer_encoding: chunked",
    "X-A: b\r\n Transfer-Encoding: chunked",
]
LENGTHS = ["Content-Length: 0", "Content-Length: 00", "Content-Length: 4, 4", "Content-Length: 0x4"]


def post(*headers: str) -> bytes:
    """Return the head of a request."""
    return request("/outer", *headers, method="POST")


@pytest.mark.parametrize("app", [echo, ignore])
@pytest.mark.parametrize("coding", CODINGS)
def test_two_framings(coding: str, app: App) -> None:
    """A coding beside a length, in either order, means what it means to gunicorn."""
    length = f"Content-Length: {len(CHUNKS)}"
    for head in (post(coding, length), post(length, coding), post(coding, "Content-Length: 4")):
        for rest in (CHUNKS + GET, INNER + GET):
            compare([head + rest], app)
            compare([head, rest], app)


@pytest.mark.parametrize("length", LENGTHS)
def test_two_lengths(length: str) -> None:
    """Of two lengths, none counts more than for gunicorn."""
    for headers in ([length, f"Content-Length: {len(INNER)}"], [length], [length, length]):
        compare([post(*headers) + INNER + GET])


def test_a_body_is_a_body() -> None:
    """What looks like a request is the body if the length says so, whoever reads it."""
    for app in (echo, ignore):
        found = compare([post(f"Content-Length: {len(INNER)}") + INNER + GET], app)
        assert [each["PATH_INFO"] for each in found.requests] == ["/outer", "/a"]
        assert found.plain == 2


def test_a_request_is_a_request() -> None:
    """Without a length there is no body, also for methods that mostly have one."""
    found = compare([post() + INNER])
    assert [each["PATH_INFO"] for each in found.requests] == ["/outer", "/inner"]


def test_header_lines_of_another_request() -> None:
    """Lines are those of the last request only if all of them are, to the empty line."""
    more = INNER[:-2] + b"X-A: b\r\n\r\n"
    found = compare([INNER + more + INNER + INNER[:-2], b"\r\n"])
    assert ["HTTP_X_A" in each for each in found.requests] == [False, True, False, False]
