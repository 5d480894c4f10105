"""Settings that make requests plain, the bounds of memory, and gunicorns that are not known."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import wraps
from itertools import count
from typing import Any

import gunicorn
import pytest
from flask_typed.worker import GeventWorker, plain, responses
from flask_typed.worker.connections import make_create
from flask_typed.worker.rehearsing import find_difference, find_replacement
from gunicorn.config import Config
from gunicorn.http import message, wsgi
from gunicorn.workers import base_async, ggevent

from .apps import echo
from .exchanging import Exchange, exchange, make_worker

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_imports() -> None:
    """gunicorn imports the worker before gevent has patched anything."""
    program = (
        "import sys, gunicorn.workers.ggevent; known = set(sys.modules)\n"
        "import flask_typed.worker; print(*sorted(set(sys.modules) - known))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert {name.rpartition(".")[0] for name in found.stdout.split()} == {
        "", "flask_typed", "flask_typed.worker"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [("proxy_protocol", True), ("keyfile", "k"), ("keepalive", 0)]
)
def test_all_is_left_to_gunicorn(name: str, value: Any) -> None:
    """Under some settings, no request is plain."""
    found = exchange(GeventWorker, [GET], echo, **{name: value})
    assert (found.plain, len(found.requests)) == (0, 1)


def test_script_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """``SCRIPT_NAME`` of the environment is gunicorn's business."""
    monkeypatch.setenv("SCRIPT_NAME", "/a")
    found = exchange(GeventWorker, [GET.replace(b"/ ", b"/a/b ")], echo)
    assert (found.plain, found.requests[0]["PATH_INFO"]) == (0, "/b")


def test_a_subclass_answers_itself() -> None:
    """A subclass that answers requests in its own way is asked for each."""
    answered: list[str] = []

    class Worker(GeventWorker):
        def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
            answered.append(req.uri)
            return super().handle_request(listener_name, req, sock, addr)

    assert exchange(Worker, [GET], echo).plain == 0
    assert answered == ["/"]


def test_hooks() -> None:
    """Hooks get the request; one that changes it before it is answered is obeyed."""
    seen: list[Any] = []

    def pre_request(worker: Any, req: Any) -> None:
        seen.append(
            (req.method, req.uri, req.path, req.query, req.headers, req.version, req.scheme)
        )
        req.headers.append(("X-A", "b"))

    def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
        seen.append((environ["HTTP_X_A"], resp.status, resp.sent))

    hooks = {"pre_request": pre_request, "post_request": post_request}
    ours = exchange(GeventWorker, [GET], echo, **hooks)
    assert seen == [
        ("GET", "/", "/", "", [("HOST", "a"), ("X-A", "b")], (1, 1), "http"), ("b", "200 OK", 1)
    ]  # fmt: skip
    ours.compare(exchange(ggevent.GeventWorker, [GET], echo, **hooks))


@pytest.fixture
def _as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test replaces count as gunicorn's own."""
    monkeypatch.setattr("flask_typed.worker.settings.find_replacement", lambda: None)


@pytest.mark.usefixtures("_as_written")
def test_another_gunicorn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gunicorn that makes other variables is named, and reads all requests."""
    create = wsgi.create

    def make_more(*values: Any) -> Any:
        response, environ = create(*values)
        return response, {**environ, "wsgi.more": environ["PATH_INFO"]}

    monkeypatch.setattr(wsgi, "create", make_more)
    found = exchange(GeventWorker, [GET], echo)
    assert found.plain == 0
    assert found.requests[0]["wsgi.more"] == "/"
    ((level, message),) = found.log.lines
    assert (level, message % (gunicorn.__version__, "…")) == (
        "warning",
        f"gunicorn {gunicorn.__version__} reads all requests itself, because it differs from what"
        " is known of it: …. To be fast again, upgrade flask_typed, or remove what replaces a part"
        " of gunicorn.",
    )


def test_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gunicorn that is not known is logged when the worker starts, not with its first request."""
    found = Exchange()
    worker = make_worker(GeventWorker, found, echo, {})
    monkeypatch.setattr(wsgi, "create", lambda *values: 1 / 0)
    monkeypatch.setattr(ggevent.GeventWorker, "run", lambda self: found.log.lines.append(("", "")))
    worker.run()
    assert [level for level, _ in found.log.lines] == ["warning", ""]


@pytest.mark.usefixtures("_as_written")
def test_without_early_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """gunicorn 23 and 24 have no early hints."""
    create = wsgi.create

    def make_less(*values: Any) -> Any:
        response, environ = create(*values)
        environ.pop("wsgi.early_hints", None)
        return response, environ

    monkeypatch.setattr(wsgi, "create", make_less)
    found = exchange(GeventWorker, [GET], echo)
    assert found.plain == 1
    assert "wsgi.early_hints" not in found.requests[0]


def differ(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, value: Any) -> str | None:
    """Return what differs if a part of gunicorn is another."""
    monkeypatch.setattr(place, name, value)
    return find_difference(Config(), make_create(responses.Known()))


def drop(response: Any, environ: dict[str, Any]) -> Any:
    """Return a response, and its environ without a variable."""
    return response, {name: v for name, v in environ.items() if name != "CONTENT_LENGTH"}


def test_no_difference() -> None:
    """This gunicorn is as it is known."""
    assert find_difference(Config(), make_create(responses.Known())) is None


def test_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs is named."""
    create = wsgi.create
    with monkeypatch.context() as patch:
        assert differ(patch, wsgi, "create", lambda *values: drop(*create(*values))) == (
            "CONTENT_LENGTH of the environ"
        )
    with monkeypatch.context() as patch:
        assert differ(patch, wsgi, "create", lambda *values: 1 / 0) == (
            "ZeroDivisionError: division by zero"
        )
    with monkeypatch.context() as patch:
        numbers = count()

        def number(request: Any, *values: Any) -> Any:
            request.number = next(numbers)
            return create(request, *values)

        assert differ(patch, wsgi, "create", number) == "number of the request"
    with monkeypatch.context() as patch:
        patch.setattr(wsgi.Response, "send_headers", lambda self: None)
        assert differ(patch, wsgi.Response, "close", lambda self: None) == (
            "the bytes of the response"
        )


def test_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that no longer asks what the worker answers is named."""
    monkeypatch.setattr(
        "flask_typed.worker.rehearsing.USED_NAMES", {base_async.AsyncWorker.handle: {"a", "b"}}
    )
    assert find_difference(Config(), make_create(responses.Known())) == (
        "AsyncWorker.handle does not use a and b"
    )


def wrap(function: Any) -> Any:
    """Return a function that calls another, as tools for tracing put in its place."""

    @wraps(function)
    def call(*values: Any, **options: Any) -> Any:
        return function(*values, **options)

    return call


class Proxy:
    """Calls a function, and has its attributes, as the wrappers of some packages do."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __get__(self, instance: Any, kind: Any) -> Any:
        return self._function.__get__(instance, kind)

    def __call__(self, *values: Any, **options: Any) -> Any:
        return self._function(*values, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


@pytest.mark.parametrize("replace", [wrap, Proxy])
@pytest.mark.parametrize(
    ("place", "name", "shown"),
    [
        (base_async.AsyncWorker, "handle_request", "AsyncWorker.handle_request"),
        (ggevent.GeventWorker, "handle_request", "GeventWorker.handle_request"),
        (wsgi.Response, "default_headers", "Response.default_headers"),
        (wsgi.Response, "write", "Response.write"),
        (message.Message, "should_close", "Message.should_close"),
        (wsgi, "create", "create"),
    ],
)  # fmt: skip
def test_replaced_functions(
    monkeypatch: pytest.MonkeyPatch, replace: Any, place: Any, name: str, shown: str
) -> None:
    """If a program has replaced a function of gunicorn's, gunicorn reads all requests."""
    monkeypatch.setattr(place, name, replace(getattr(place, name)))
    found = exchange(GeventWorker, [GET], echo)
    assert found.plain == 0
    assert found.requests[0]["PATH_INFO"] == "/"
    assert [level for level, _ in found.log.lines] == ["warning"]
    assert find_replacement() == f"{shown} was replaced"


def test_headers_of_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of responses of a program's answers each request with its own headers."""

    class Tracing(wsgi.Response):  # type: ignore[misc]  # gunicorn has no annotations
        def default_headers(self) -> list[str]:
            """Return gunicorn's, and the path of the request."""
            headers: list[str] = super().default_headers()
            return [*headers, f"X-Path: {self.req.path}\r\n"]

    monkeypatch.setattr(wsgi, "Response", Tracing)
    requests = [GET.replace(b"/ ", path) for path in (b"/a ", b"/b ")]
    found = exchange(GeventWorker, requests, echo)
    assert re.findall(rb"X-Path: (\S+)", found.received) == [b"/a", b"/b"]
    assert find_replacement() == "gunicorn.http.wsgi.Response was replaced"


def test_nothing_was_replaced() -> None:
    """gunicorn's own functions are recognized, with those that are not methods."""
    assert find_replacement() is None


def test_header_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client does not fill the memory with header lines; secrets are not kept at all."""
    monkeypatch.setattr(plain, "LINES", 3)
    reader = plain.HeadReader((), (), (4094, 100))
    for number in range(10):
        assert reader.read(
            GET[:-2] + f"X: {number}\r\nCookie: c\r\nX-L: {'l' * 300}\r\n\r\n".encode()
        )
    assert set(reader.known) <= {"Host: a", *(f"X: {number}" for number in range(10))}
    assert len(reader.known) <= 3


def test_response_headers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app does not fill the memory with headers; secrets are not kept at all."""
    monkeypatch.setattr(responses, "HEADERS", 3)
    known = responses.Known()
    for number in range(10):
        known.remember(("ETag", str(number)), None)
        known.remember(("Set-Cookie", "a=b"), None)
        known.remember(("X", "l" * 300), None)
        known.remember_status(f"{200 + number} X", 200 + number)
    assert len(known.headers) <= 3
    assert {name for name, _ in known.headers} == {"ETag"}
    assert len(known.statuses) == 3
