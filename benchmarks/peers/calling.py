"""Sends requests to WSGI and ASGI apps without a server: calls the app as a server would."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable
from typing import Any

from works import Work

#: Sends requests of one work, so many, and returns status and body of the last.
Caller = Callable[[Work, int], tuple[int, bytes]]


def make_wsgi_caller(app: Any) -> Caller:
    """Return what calls a WSGI app."""

    def call(work: Work, count: int) -> tuple[int, bytes]:
        status, body = "", b""

        def start_response(line: str, headers: Any, error: Any = None) -> None:
            nonlocal status
            status = line

        for _ in range(count):
            answer = app(make_environ(work), start_response)
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        return int(status.partition(" ")[0]), body

    return call


def make_environ(work: Work) -> dict[str, Any]:
    """Return a WSGI environment."""
    environ = {
        "REQUEST_METHOD": work.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": work.path,
        "QUERY_STRING": work.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "benchmark",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(work.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if work.body:
        environ["CONTENT_TYPE"] = "application/json"
        environ["CONTENT_LENGTH"] = str(len(work.body))
    return environ


def make_asgi_caller(app: Any) -> Caller:
    """Return what calls an ASGI app, in one event loop."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(start(app))

    async def run(work: Work, count: int) -> tuple[int, bytes]:
        status, parts = 0, []

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))

        for _ in range(count):
            parts.clear()
            await app(make_scope(work), make_receive(work), send)
        return status, b"".join(parts)

    return lambda work, count: loop.run_until_complete(run(work, count))


def make_receive(work: Work) -> Callable[[], Any]:
    """Return what an app receives a body from: all of it, and then the client's farewell."""
    messages = iter(
        [
            {"type": "http.request", "body": work.body, "more_body": False},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> Any:
        return next(messages)

    return receive


def make_scope(work: Work) -> dict[str, Any]:
    """Return an ASGI scope."""
    headers = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), (b"user-agent", b"benchmark")]
    if work.body:
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(work.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": work.method,
        "scheme": "http",
        "path": work.path,
        "raw_path": work.path.encode(),
        "query_string": work.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


async def start(app: Any) -> None:
    """Let an app start, as servers do."""
    messages = iter([{"type": "lifespan.startup"}])
    started = asyncio.Event()

    async def receive() -> Any:
        try:
            return next(messages)
        except StopIteration:
            return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        started.set()

    task = asyncio.ensure_future(
        app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    )
    waiting = asyncio.ensure_future(started.wait())
    await asyncio.wait({task, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    KEPT.append(task)


#: The lifespans of the apps: they are not to end.
KEPT: list[Any] = []
