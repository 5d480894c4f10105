"""Providers of scope app: opened once, shared by all requests, and closed when asked."""

import asyncio
import gc
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from flask import Flask, current_app, request
from flask.testing import FlaskClient
from flask_typed import DependencyError, Depends, HTTPBearer, Security, Typed
from flask_typed.bridge import lifespan
from flask_typed.bridge.current import get_bridge
from flask_typed.bridge.ending import Ending
from gunicorn.app.base import BaseApplication

from ..patience import PATIENCE

events: list[str] = []


@pytest.fixture(autouse=True)
def _close(typed: Typed) -> Iterator[None]:
    """Close the app's values, and forget what happened."""
    events.clear()
    yield
    typed.close()
    events.clear()


def lasting(provider: Callable[..., Any]) -> Any:
    """Return the annotation of the value of a provider of scope app."""
    return Annotated[Any, Depends(provider, scope="app")]


def get_url() -> str:
    """Provide a value that nothing closes, from the configuration."""
    events.append("url")
    return f"db of {current_app.name}"


def open_pool(url: Annotated[str, Depends(get_url, scope="app")]) -> Iterator[str]:
    """Provide a pool."""
    events.append("open pool")
    yield url
    events.append(f"close pool of {current_app.name}")


async def open_client(pool: Annotated[str, Depends(open_pool, scope="app")]) -> AsyncIterator[str]:
    """Provide an async client."""
    task = asyncio.current_task()
    events.append("open client")
    yield f"client of {pool}"
    events.append(f"close client {asyncio.current_task() is task}")


def get_session(client: Annotated[str, Depends(open_client, scope="app")]) -> Iterator[str]:
    """Provide the session of one request."""
    events.append("session")
    yield f"session of {client}"
    events.append("end of session")


@pytest.fixture
def shop(typed: Typed) -> Typed:
    """Return an app with a view that needs a chain of providers."""

    @typed.get("/")
    def view(session: Annotated[str, Depends(get_session)], url: lasting(get_url)) -> str:
        assert url
        return session

    return typed


def hear() -> list[str]:
    """Return what has happened since the last time."""
    heard = events.copy()
    events.clear()
    return heard


def test_values_are_opened_once(shop: Typed, client: FlaskClient) -> None:
    """In order of dependence, and closed in reverse; then they are opened again."""
    opened = ["url", "open pool", "open client"]
    sessions = ["session", "end of session"]
    for _ in range(2):
        assert client.get("/").get_json() == "session of client of db of shop"
        assert client.get("/").get_json() == "session of client of db of shop"
        assert hear() == [*opened, *sessions, *sessions]
        shop.close()
        assert hear() == ["close client True", "close pool of shop"]


def test_one_app_is_closed(client: FlaskClient) -> None:
    """Each has values of its own."""
    both, apps = Typed(), [Flask("one"), Flask("two")]

    @both.get("/")
    def view(pool: lasting(open_pool)) -> str:
        return str(pool)

    for app in apps:
        both.init_app(app)
        assert app.test_client().get("/").get_json() == f"db of {app.name}"
    hear()
    both.close(apps[1])
    assert hear() == ["close pool of two"]
    both.close()
    assert hear() == ["close pool of one"]


def test_calls_without_a_request(shop: Typed, app: Flask, client: FlaskClient) -> None:
    """They share the values of requests."""

    def count(pool: lasting(open_pool), number: int) -> str:
        return f"{number} in {pool}"

    with app.app_context():
        assert shop.call(count, number=2) == "2 in db of shop"
    assert hear() == ["url", "open pool"]
    client.get("/")
    assert hear() == ["open client", "session", "end of session"]


def test_a_guard_needs_a_value(typed: Typed, client: FlaskClient) -> None:
    """It is opened before other values are read; dependencies of a route are opened too."""

    def guard(pool: lasting(open_pool)) -> None:
        events.append(f"guard {pool}")

    @typed.get("/", dependencies=[Security(guard), Depends(get_url, scope="app")])
    def view(limit: int = 0) -> int:
        return limit

    assert client.get("/?limit=x").status_code == 422
    assert hear() == ["url", "open pool", "guard db of shop"]
    assert client.get("/?limit=3").get_json() == 3
    assert hear() == ["guard db of shop"]


def test_values_belong_to_no_request(typed: Typed, client: FlaskClient) -> None:
    """A provider that reads a request fails with the first one, not with the second."""

    def read() -> str:
        return request.path

    @typed.get("/")
    def view(path: lasting(read)) -> str: ...

    with pytest.raises(RuntimeError, match="Working outside of request context"):
        client.get("/")


def test_a_failure_is_not_kept(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """The next request tries again; what was opened before stays open."""
    app.testing = False
    failures = [ValueError("The database is down.")]

    def connect(url: lasting(get_url)) -> Iterator[str]:
        for error in failures:
            raise error
        yield f"connected to {url}"

    @typed.get("/")
    def view(connection: lasting(connect)) -> str:
        return str(connection)

    assert client.get("/").status_code == 500
    failures.clear()
    assert client.get("/").get_json() == "connected to db of shop"
    assert hear() == ["url"]


def test_a_mistake_is_closed(typed: Typed, client: FlaskClient) -> None:
    """A value that cannot be used is not kept."""

    def make() -> Iterator[HTTPBearer]:
        with suppress(DependencyError):
            yield HTTPBearer()
        events.append("closed")

    @typed.get("/")
    def view(value: lasting(make)) -> None: ...

    with pytest.raises(DependencyError, match="made a security scheme"):
        client.get("/")
    assert hear() == ["closed"]


class Slow:
    """A provider that is opened when it may.

    :param errors: of each attempt; ``None`` for success.
    """

    def __init__(self, *errors: BaseException | None) -> None:
        self.errors = list(errors)
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self) -> int:
        """Wait, then fail or succeed."""
        self.has_begun.set()
        assert self.may_end.wait(PATIENCE)
        error = self.errors.pop(0)
        if error is not None:
            raise error
        return 1


def ask_together(
    typed: Typed, app: Flask, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> list[object]:
    """Return the results of three calls at the same time, two of which wait for the first."""
    waiting = threading.Semaphore(0)
    wait = lifespan.wait_for_attempt

    def note(attempt: Any, name: str) -> None:
        waiting.release()
        wait(attempt, name)

    monkeypatch.setattr(lifespan, "wait_for_attempt", note)

    def use(value: lasting(slow)) -> int:
        return int(value)

    def ask() -> object:
        with app.app_context():
            try:
                return typed.call(use)
            except BaseException as error:
                return error

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ask)
        assert slow.has_begun.wait(PATIENCE)
        others = [pool.submit(ask), pool.submit(ask)]
        for _ in range(3):
            assert waiting.acquire(timeout=PATIENCE)
        slow.may_end.set()
        return [asked.result() for asked in (first, *others)]


def test_many_at_once_open_one_value(
    typed: Typed, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others wait for it."""
    assert ask_together(typed, app, Slow(None), monkeypatch) == [1, 1, 1]


def test_who_waits_for_a_failure_fails(
    typed: Typed, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise each would wait as long again."""
    failure = ValueError("The database is down.")
    error, *others = ask_together(typed, app, Slow(failure), monkeypatch)
    assert error is failure
    assert [type(other) for other in others] == [DependencyError] * 2
    assert "could not be opened for another request either" in str(others[0])


def test_an_interruption_is_no_failure(
    typed: Typed, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next of those who wait tries again."""
    error, *others = ask_together(typed, app, Slow(SystemExit(), None), monkeypatch)
    assert isinstance(error, SystemExit)
    assert others == [1, 1]


def test_a_value_that_needs_itself(typed: Typed, app: Flask) -> None:
    """The cycle is not in the annotations."""

    def make() -> int:
        return typed.call(use)

    def use(value: lasting(make)) -> int: ...

    with app.app_context(), pytest.raises(DependencyError, match="needs its own value while"):
        typed.call(use)


def test_the_loop_does_not_wait(typed: Typed, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would wait for may need the loop."""
    slow = Slow(None)

    def use(value: lasting(slow)) -> int:
        return int(value)

    def ask() -> int:
        with app.app_context():
            return typed.call(use)

    async def ask_on_the_loop() -> int:
        return ask()

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        assert slow.has_begun.wait(PATIENCE)
        try:
            with pytest.raises(DependencyError, match="Async code cannot wait until"):
                get_bridge().run(ask_on_the_loop())
        finally:
            slow.may_end.set()
        assert asked.result() == 1
    assert get_bridge().run(ask_on_the_loop()) == 1


class TestOverrides:
    """A replacement is opened for its block."""

    def test_it_is_closed_with_the_block(self, shop: Typed, client: FlaskClient) -> None:
        """So is all that is made of it; the values of the app stay."""
        client.get("/")
        hear()

        def fake() -> Iterator[str]:
            events.append("open fake")
            yield "fake"
            events.append("close fake")

        with shop.override(open_pool, fake):
            assert client.get("/").get_json() == "session of client of fake"
            assert client.get("/").get_json() == "session of client of fake"
            sessions = ["session", "end of session"]
            assert hear() == ["open fake", "open client", *sessions, *sessions]
        assert hear() == ["close client True", "close fake"]
        assert client.get("/").get_json() == "session of client of db of shop"
        assert hear() == sessions

    def test_it_may_need_the_original(self, shop: Typed, app: Flask, client: FlaskClient) -> None:
        """That one belongs to the app; calls in the block share its values."""

        def wrap(pool: lasting(open_pool)) -> str:
            return f"wrapped {pool}"

        def use(pool: lasting(open_pool)) -> str:
            return str(pool)

        with shop.override(open_pool, wrap):
            assert client.get("/").get_json() == "session of client of wrapped db of shop"
            with app.app_context():
                assert shop.call(use) == "wrapped db of shop"
        assert hear().count("open pool") == 1

    def test_blocks_are_nested(self, shop: Typed, client: FlaskClient) -> None:
        """An inner one opens only what is made of its own replacement."""
        opened: list[str] = []

        def fake() -> str:
            opened.append("fake")
            return "fake"

        with shop.override(open_pool, fake):
            with shop.override(get_session, lambda: "nothing"):
                assert client.get("/").get_json() == "nothing"
            with shop.override(get_url, lambda: "another url"):
                assert client.get("/").get_json() == "session of client of fake"
            assert client.get("/").get_json() == "session of client of fake"
            with shop.override(open_pool, lambda: "another"):
                assert client.get("/").get_json() == "session of client of another"
        assert opened == ["fake"]


def fail_to_close() -> Iterator[int]:
    """Provide what cannot be closed."""
    yield 1
    raise ValueError("It cannot be closed.")


def use_both(pool: lasting(open_pool), other: lasting(fail_to_close)) -> None:
    """Use a value that can be closed, and one that cannot."""


def test_an_error_does_not_keep_others_open(typed: Typed, app: Flask) -> None:
    """It is raised after all are closed."""
    with app.app_context():
        typed.call(use_both)
    with pytest.raises(ValueError, match="It cannot be closed"):
        typed.close()
    assert hear() == ["url", "open pool", "close pool of shop"]


def test_the_end_of_the_process_logs_errors(
    typed: Typed, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is there to catch them."""
    with app.app_context():
        typed.call(use_both)
    with caplog.at_level(logging.ERROR):
        lifespan.end_lifespans()
    assert [record.name for record in caplog.records] == ["shop"]
    assert "It cannot be closed" in caplog.text
    assert hear() == ["url", "open pool", "close pool of shop"]
    assert not lifespan.OPEN


def test_a_child_process_leaves_the_values_to_its_parent(typed: Typed, app: Flask) -> None:
    """Nothing of them is closed there, even if nothing else refers to them."""

    def make() -> Iterator[int]:
        try:
            yield len(events)
        finally:
            events.append("closed")

    def use(value: lasting(make)) -> int:
        return int(value)

    events.append("made")
    with app.app_context():
        assert typed.call(use) == 1
        lifespan.forget_lifespans()
        assert not lifespan.OPEN
        gc.collect()
        assert hear() == ["made"]
        assert typed.call(use) == 0
    typed.close()
    assert hear() == ["closed"]


class Server(BaseApplication):
    """Gunicorn, as far as it loads an app."""

    def init(self, *arguments: Any) -> None: ...

    def load_config(self) -> None: ...

    def load(self) -> Flask:
        """Make an app that opens its values at the start of a worker."""
        app = Flask("served")
        app.config.update(TYPED_OPEN_AT_START=True, TYPED_DOCTOR="ignore")
        typed = Typed(app)

        @typed.get("/")
        def view(
            client: lasting(open_client), session: Annotated[str, Depends(get_session)]
        ) -> str:
            return f"{client}, {session}"

        typed.get("/other")(lambda: "other")
        return app


def test_a_worker_opens_all_values_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the app alone: there is no request."""
    monkeypatch.setattr(Ending, "watch", lambda self, worker: None)
    server = Server()
    app = server.wsgi()
    assert hear() == []
    server.cfg.post_worker_init(SimpleNamespace(cfg=server.cfg))
    assert hear() == ["url", "open pool", "open client"]
    assert app.test_client().get("/").status_code == 200
    assert hear() == ["session", "end of session"]
    server.cfg.worker_exit(server, SimpleNamespace(pid=os.getpid()))
    assert hear() == ["close client True", "close pool of served"]
