"""A request through a chain of ten cached dependencies: flask_typed compared with FastAPI.

Both apps handle the same request in one process, without a server: the WSGI app is called directly,
the ASGI app in a running event loop. Rounds are interleaved, and each figure is the median of its
rounds. A route without dependencies is measured too, which shows the cost of the chain itself::

    pip install ".[gevent]" fastapi
    python benchmarks/dependencies/run.py

It prints a table and, last, the ratio of the times.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import fastapi
from flask import Flask
from flask_typed import Depends, Typed

LENGTH = 10


def make_chain(depends: Callable[[Any], Any], *, is_async: bool = False) -> Callable[..., Any]:
    """Return the last of ten providers, each of which needs the one before, and the first."""

    def first(start: int = 1) -> int:
        return start

    async def first_async(start: int = 1) -> int:
        return start

    root: Callable[..., Any] = first_async if is_async else first
    provider = root
    for _ in range(LENGTH - 1):
        provider = make_link(provider, root, depends, is_async=is_async)
    return provider


def make_link(
    before: Callable[..., Any],
    root: Callable[..., Any],
    depends: Callable[[Any], Any],
    *,
    is_async: bool,
) -> Callable[..., Any]:
    """Return a provider that needs the one before and the first of all."""

    def link(value: int, start: int) -> int:
        return value + start

    async def link_async(value: int, start: int) -> int:
        return value + start

    made = link_async if is_async else link
    made.__annotations__.update(
        value=Annotated[int, depends(before)], start=Annotated[int, depends(root)]
    )
    return made


def make_flask() -> Flask:
    """Return the Flask app."""
    app = Flask("benchmark")
    typed = Typed(app)

    def chain(value: int) -> int:
        return value

    def plain(start: int = 1) -> int:
        return start

    chain.__annotations__["value"] = Annotated[int, Depends(make_chain(Depends))]
    typed.get("/chain")(chain)
    typed.get("/plain")(plain)
    return app


def make_fastapi(*, is_async: bool) -> fastapi.FastAPI:
    """Return the FastAPI app; with functions that are not async, it uses threads."""
    app = fastapi.FastAPI()

    def chain(value: int) -> int:
        return value

    async def chain_async(value: int) -> int:
        return value

    def plain(start: int = 1) -> int:
        return start

    async def plain_async(start: int = 1) -> int:
        return start

    view = chain_async if is_async else chain
    last = make_chain(fastapi.Depends, is_async=is_async)
    view.__annotations__["value"] = Annotated[int, fastapi.Depends(last)]
    app.get("/chain")(view)
    app.get("/plain")(plain_async if is_async else plain)
    return app


def ask_wsgi(app: Flask, path: str) -> bytes:
    """Return the body of the answer of a WSGI app."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "start=2",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    return b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))


async def ask_asgi(app: fastapi.FastAPI, path: str) -> bytes:
    """Return the body of the answer of an ASGI app."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"start=2",
        "root_path": "",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    parts = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts)


def time_wsgi(app: Flask, path: str, count: int) -> float:
    """Return the microseconds that a request takes."""
    start = time.perf_counter()
    for _ in range(count):
        ask_wsgi(app, path)
    return (time.perf_counter() - start) / count * 1e6


async def time_asgi(app: fastapi.FastAPI, path: str, count: int) -> float:
    """Return the microseconds that a request takes."""
    start = time.perf_counter()
    for _ in range(count):
        await ask_asgi(app, path)
    return (time.perf_counter() - start) / count * 1e6


async def measure(rounds: int, count: int) -> dict[str, dict[str, float]]:
    """Return the median of the rounds for each app and path."""
    flask_app = make_flask()
    apps = {
        "FastAPI, async def": make_fastapi(is_async=True),
        "FastAPI, def": make_fastapi(is_async=False),
    }
    times: dict[str, dict[str, list[float]]] = {}

    async def note(name: str, path: str, taken: Awaitable[float] | float) -> None:
        value = taken if isinstance(taken, float) else await taken
        times.setdefault(name, {}).setdefault(path, []).append(value)

    for path, expected in (("/chain", b"20"), ("/plain", b"2")):
        answers = [ask_wsgi(flask_app, path), *[await ask_asgi(a, path) for a in apps.values()]]
        if answers != [expected] * len(answers):
            raise SystemExit(f"The answers differ: {answers}.")
    for _ in range(rounds):
        for path in ("/chain", "/plain"):
            await note("flask_typed", path, time_wsgi(flask_app, path, count))
            for name, app in apps.items():
                await note(name, path, time_asgi(app, path, count))
    return {
        name: {path: statistics.median(values) for path, values in paths.items()}
        for name, paths in times.items()
    }


def main() -> None:
    """Measure, and print the table."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--count", type=int, default=300, help="requests in each round")
    options = parser.parse_args()
    medians = asyncio.run(measure(options.rounds, options.count))
    ours = medians["flask_typed"]["/chain"]
    print(f"{'':20}{'chain µs':>10}{'plain µs':>10}{'chain alone':>13}{'ratio':>8}")
    for name, paths in medians.items():
        chain, plain = paths["/chain"], paths["/plain"]
        print(f"{name:20}{chain:10.0f}{plain:10.0f}{chain - plain:13.0f}{chain / ours:8.2f}")


if __name__ == "__main__":
    main()
