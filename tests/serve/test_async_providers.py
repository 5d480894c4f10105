"""Async generators as providers: one task opens and closes each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import DeclarationError, DependencyError, Depends, Typed


class Log(list[Any]):
    """What happened, in order; and a provider that notes it."""

    async def session(self) -> AsyncIterator[str]:
        """Lend a session."""
        self.append("open")
        try:
            yield "session"
        except BaseException as error:
            self.append(f"rollback {type(error).__name__}")
            raise
        else:
            self.append("commit")
        finally:
            self.append("close")


@pytest.fixture
def log() -> Log:
    """Return an empty log."""
    return Log()


def serve(typed: Typed, provider: Callable[..., Any], error: BaseException | None = None) -> None:
    """Add a view that depends on a provider, and may fail."""

    def view(value: Any) -> Any:
        if error is not None:
            raise error
        return value

    view.__annotations__["value"] = Annotated[Any, Depends(provider)]
    typed.get("/")(view)


def test_it_is_closed_after_the_view(typed: Typed, client: FlaskClient, log: Log) -> None:
    """As a generator is."""
    serve(typed, log.session)
    assert client.get("/").get_json() == "session"
    assert log == ["open", "commit", "close"]


@pytest.mark.parametrize(
    "error", [ValueError("wrong"), StopAsyncIteration(), StopIteration()], ids=repr
)
def test_errors_are_raised_at_its_yield(
    typed: Typed, client: FlaskClient, log: Log, error: BaseException
) -> None:
    """And go on."""
    serve(typed, log.session, error)
    with pytest.raises(type(error)):
        client.get("/")
    assert log == ["open", f"rollback {type(error).__name__}", "close"]


def test_it_may_raise_another(typed: Typed, client: FlaskClient) -> None:
    """The last one counts."""

    async def clumsy() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            raise OSError("while closing")

    serve(typed, clumsy, ValueError())
    with pytest.raises(OSError, match="while closing"):
        client.get("/")


def test_one_that_yields_nothing(typed: Typed, client: FlaskClient) -> None:
    """It is named."""

    async def nothing() -> AsyncIterator[int]:
        return
        yield 1  # makes a generator of it

    serve(typed, nothing)
    with pytest.raises(DependencyError, match=r"nothing \(.*\) did not yield a value: "):
        client.get("/")


@pytest.mark.parametrize("fails", [False, True])
def test_one_that_yields_twice(typed: Typed, client: FlaskClient, fails: bool) -> None:
    """It is named, and closed."""
    closed = []

    async def twice() -> AsyncIterator[int]:
        with suppress(ValueError):
            yield 1
        try:
            yield 2
        finally:
            closed.append(True)

    serve(typed, twice, ValueError() if fails else None)
    with pytest.raises(DependencyError, match=r"twice \(.*\) yielded a second time: "):
        client.get("/")
    assert closed == [True]


def test_async_context_managers(typed: Typed, client: FlaskClient, log: Log) -> None:
    """What ``asynccontextmanager`` makes."""
    serve(typed, asynccontextmanager(log.session))
    assert client.get("/").get_json() == "session"
    assert log == ["open", "commit", "close"]


def test_without_the_bridge_it_is_refused(log: Log) -> None:
    """Nobody could run it in one task."""
    app = Flask(__name__)
    app.config["TYPED_ASYNC_BRIDGE"] = False
    with pytest.raises(DeclarationError) as caught:
        serve(Typed(app), log.session)
    assert "An async generator needs the async bridge, but the app has none." in str(caught.value)
    assert "Keep TYPED_ASYNC_BRIDGE on" in str(caught.value)
