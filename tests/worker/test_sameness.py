"""Apps, operators and clients see what they see with gunicorn's own worker.

The same bytes are sent to both workers.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask_typed.worker import GeventWorker
from gunicorn.workers import ggevent
from hypothesis import given, settings
from hypothesis import strategies as st

from .apps import APPS, echo, ignore, read_part
from .exchanging import App, Exchange, exchange

#: A folder with the files of gunicorn's own tests, ``tests/requests`` in its repository.
FILES = os.environ.get("FLASK_TYPED_GUNICORN_REQUESTS")


def compare(chunks: Sequence[bytes], app: App = echo, **settings: Any) -> Exchange:
    """Send bytes to both workers, compare all that is seen, and return it."""
    ours = exchange(GeventWorker, chunks, app, **settings)
    ours.compare(exchange(ggevent.GeventWorker, chunks, app, **settings))
    return ours


def request(
    target: str = "/a", *headers: str, method: str = "GET", body: bytes | None = None
) -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {target} HTTP/1.1", "Host: example.org", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


GET, POST = request(), request("/b?c=d", method="POST", body=b"ab\ncd\nef")
CHUNKED = b"5\r\nab\ncd\r\n0\r\n\r\n"

PLAIN = {
    "get": [GET],
    "post": [POST],
    "pipelined": [GET + POST + GET],
    "body-later": [POST[:-4], POST[-4:] + GET],
    "body-in-pieces": [POST[:-8], b"ab", b"\ncd\n", b"ef", GET],
    "big-body": [request(method="PUT", body=b"x" * 100_000), GET],
    "escaped": [request("/a%20b/%C3%A9?q=%20")],
    "odd-target": [request("/a//b;c=d?e?f&[g]=h:i@j")],
    "empty-query": [request("/?")],
    "head": [request(method="HEAD"), GET],
    "other-methods": [request(method="DELETE") + request(method="OPTIONS")],
    "close": [request("/a", "Connection: close") + GET],
    "more-after-close": [request("/a", "Connection: close") + GET + GET],
    "keep-alive": [request("/a", "Connection: Keep-Alive") + GET],
    "spaces": [request("/a", "X-A:b", "X-B: \t c  d \t ")],
    "many-headers": [request("/a", *(f"X-{n}: {n}" for n in range(90)))],
    "secrets": [request("/a", "Authorization: Bearer a", "Cookie: a=b") * 2],
    "scheme": [request("/a", "X-Forwarded-Proto: https") + GET],
    "same-schemes": [request("/a", "X-Forwarded-Proto: https", "X-Forwarded-Ssl: on")],
    "other-scheme": [request("/a", "X-Forwarded-Proto: http") + GET],
    "type": [request("/a", "Content-Type: text/plain", method="POST", body=b"a")],
    "hosts": [GET + GET.replace(b"example.org", b"other.example:81")],
}

OTHERS = {
    "chunked": [request("/a", "Transfer-Encoding: chunked", method="POST") + CHUNKED],
    "bad-chunk": [request("/a", "Transfer-Encoding: chunked", method="POST") + b"x\r\n" + GET],
    "two-framings": [request("/a", "Transfer-Encoding: chunked", method="POST", body=b"ab") + GET],
    "two-lengths": [request("/a", "Content-Length: 1", method="POST", body=b"ab") + GET],
    "listed-lengths": [request("/a", "Content-Length: 2, 2", method="POST") + b"ab" + GET],
    "signed-length": [request("/a", "Content-Length: +2", method="POST") + b"ab" + GET],
    "negative-length": [request("/a", "Content-Length: -2", method="POST") + b"ab" + GET],
    "obs-length": [request("/a", "Content-Length: \xb2", method="POST") + b"ab" + GET],
    "gzip": [request("/a", "Transfer-Encoding: gzip", method="POST")],
    "unknown-coding": [request("/a", "Transfer-Encoding: xchunked", method="POST") + CHUNKED],
    "expect": [request("/a", "Expect: 100-continue", method="POST", body=b""), GET],
    "expect-other": [request("/a", "Expect: other", method="POST", body=b"ab")],
    "upgrade": [request("/a", "Connection: Upgrade", "Upgrade: websocket")],
    "http-1.0": [GET.replace(b"1.1", b"1.0")],
    "http-1.0-keep-alive": [b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + GET],
    "http-2.0": [GET.replace(b"1.1", b"2.0")],
    "no-version": [b"GET /\r\n\r\n"],
    "no-host": [b"GET / HTTP/1.1\r\n\r\n"],
    "only-host": [b"GET / HTTP/1.1\r\nHost:\r\n\r\n"],
    "two-hosts": [request("/a", "Host: other.example")],
    "two-types": [request("/a", "Content-Type: a/b", "Content-Type: c/d")],
    "repeated": [request("/a", "X-A: b", "x-a: c", "X-A: d")],
    "two-connections": [request("/a", "Connection: keep-alive", "Connection: close") + GET],
    "connection-list": [request("/a", "Connection: keep-alive, close") + GET],
    "underscore": [request("/a", "X_A: b")],
    "dropped": [request("/a", "Content_Length: 5", method="POST", body=b"ab") + GET],
    "script-name": [request("/a/b", "Script_Name: /a")],
    "two-schemes": [request("/a", "X-Forwarded-Proto: https", "X-Forwarded-Ssl: off")],
    "folded": [request("/a", "X-A: b\r\n c")],
    "space-before-colon": [request("/a", "X-A : b")],
    "no-colon": [request("/a", "X-A")],
    "no-name": [request("/a", ": b")],
    "control": [request("/a", "X-A: b\x01")],
    "delete": [request("/a", "X-A: b\x7f")],
    "latin-1": [request("/a", "X-A: \xe9")],
    "nul": [request("/a", "X-A: b\0c")],
    "bare-lf": [GET.replace(b"\r\n", b"\n")],
    "bare-lf-in-head": [request("/a", "X-A: b\nX-B: c")],
    "bare-cr": [request("/a", "X-A: b\rX-B: c")],
    "leading-empty-line": [b"\r\n" + GET + b"\r\n" + GET],
    "two-empty-lines": [b"\r\n\r\n" + GET],
    "absolute": [request("http://example.org/a?b")],
    "two-slashes": [request("//a/b")],
    "fragment": [request("/a#b")],
    "asterisk": [request("*", method="OPTIONS")],
    "authority": [request("example.org:80", method="CONNECT") + GET],
    "no-slash": [request("a")],
    "space-in-target": [request("/a b")],
    "latin-1-target": [request("/\xe9")],
    "lower-method": [request(method="get")],
    "odd-method": [request(method="M-SEARCH")],
    "short-method": [request(method="A")],
    "long-line": [request("/" + "a" * 4000)],
    "too-long-line": [request("/" + "a" * 4100)],
    "long-header": [request("/a", "X-A: " + "b" * 8000)],
    "too-long-header": [request("/a", "X-A: " + "b" * 8300)],
    "too-many-headers": [request("/a", *(f"X-{n}: {n}" for n in range(101)))],
    "not-http": [b"\x16\x03\x01\x02\0\x01\0"],
    "cut-head": [GET[:-3]],
    "cut-body": [POST[:-1]],
    "nothing": [],
}


@pytest.mark.parametrize("chunks", PLAIN.values(), ids=PLAIN)
def test_plain(chunks: list[bytes]) -> None:
    """Plain requests take the short way, and nobody notices."""
    found = compare(chunks)
    assert found.plain == len(found.requests) > 0


@pytest.mark.parametrize("chunks", OTHERS.values(), ids=OTHERS)
def test_others(chunks: list[bytes]) -> None:
    """Other requests are left to gunicorn, as those before and after them."""
    compare(chunks)
    compare([GET, b"".join(chunks)])
    compare([GET, *chunks, GET], ignore)


@pytest.mark.parametrize(
    "name", ["chunked", "expect", "http-1.0-keep-alive", "underscore", "repeated"]
)
def test_plain_again(name: str) -> None:
    """After a request that is left to gunicorn, a plain one takes the short way again."""
    found = compare([*OTHERS[name], GET])
    assert found.plain >= 1


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize(
    "chunks", [[GET + GET + GET], [POST[:-3], POST[-3:], GET], [request(method="HEAD"), GET]]
)
def test_apps(app: App, chunks: list[bytes]) -> None:
    """Whatever an app does, good or bad."""
    compare(chunks, app)


@pytest.mark.parametrize(
    "setting",
    [
        {"keepalive": 0},
        {"max_requests": 1},
        {"max_requests": 2},
        {"limit_request_line": 20},
        {"limit_request_line": 0},
        {"limit_request_fields": 2},
        {"limit_request_field_size": 20},
        {"limit_request_field_size": 0},
        {"forwarded_allow_ips": "*"},
        {"forwarded_allow_ips": "192.0.2.1"},
        {"header_map": "refuse"},
        {"header_map": "dangerous"},
        {"secure_scheme_headers": {"X-SCHEME": "https"}},
        {"forwarder_headers": "X-A"},
        {"proxy_protocol": True},
        {"casefold_http_method": True},
        {"permit_unconventional_http_method": True},
        {"permit_obsolete_folding": True},
        {"strip_header_spaces": True},
        {"workers": 2},
    ],
    ids=str,
)
def test_settings(setting: dict[str, Any]) -> None:
    """gunicorn's configuration is kept."""
    headers = ("X-A: b", "X-Scheme: https", "X-Forwarded-Proto: https", "X-A : b")
    for stream in (GET + POST + GET, *(request("/abc", header) + GET for header in headers)):
        compare([stream], **setting)
    for name in ("underscore", "folded", "lower-method", "short-method", "script-name"):
        compare(OTHERS[name], **setting)


@pytest.mark.parametrize("app", [echo, read_part])
def test_every_cut(app: App) -> None:
    """Requests come in two pieces, cut at each byte."""
    stream = POST + request("/a", "Connection: close")
    for cut in range(1, len(stream)):
        compare([stream[:cut], stream[cut:]], app)


lines = st.sampled_from(
    ["X-A: b", "X-A: b", "Accept: */*", "X-B:\t c", "X_C: d", "Connection: close", "X-D: \xe9",
     "Connection: keep-alive", "Expect: 100-continue", "X-Forwarded-Proto: https", "X-E : f", "X-F",
     "Content-Length: 3", "Transfer-Encoding: chunked", " g", "Cookie: a=b", "Content-Type: a/b"]
)  # fmt: skip
requests = st.builds(
    lambda target, lines, method, body: request(target, *lines, method=method, body=body),
    st.sampled_from(
        ["/", "/a?b", "/a%2Fb", "//a", "*", "/a#b", "/\xe9", "http://a/b", "/" + "a" * 5000]
    ),
    st.lists(lines, max_size=4),
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "get", "CONNECT"]),
    st.none() | st.sampled_from([b"", b"abc", CHUNKED, b"x" * 9000]),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_drawn(data: st.DataObject) -> None:
    """Requests are put together at random, with bytes changed, and cut where it happens."""
    stream = b"".join(data.draw(st.lists(requests, min_size=1, max_size=4)))
    if data.draw(st.integers(0, 3)) == 0:
        place = data.draw(st.integers(0, len(stream) - 1))
        stream = stream[:place] + data.draw(st.binary(max_size=2)) + stream[place + 1 :]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=4)))
    ends = [0, *cuts, len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(ends)]
    compare(
        [chunk for chunk in chunks if chunk], data.draw(st.sampled_from([echo, ignore, read_part]))
    )


@pytest.mark.skipif(FILES is None, reason="FLASK_TYPED_GUNICORN_REQUESTS names no folder")
def test_published_files() -> None:  # pragma: no cover  # it needs gunicorn's repository
    """The requests of gunicorn's own tests."""
    paths = sorted(Path(str(FILES)).rglob("*.http"))
    assert len(paths) > 100
    for path in paths:
        stream = (
            path.read_bytes()
            .replace(b"\r\n", b"")
            .replace(b"\n", b"")
            .replace(b"\\n", b"\n")
            .replace(b"\\r", b"\r")
        )
        compare([stream])
        compare([GET + stream[:7], stream[7:]])
