"""Async code that asks sync code which asks async code: an error, and the loop goes on."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_typed import Depends, Typed


async def lend() -> AsyncIterator[str]:
    """Lend something."""
    yield "open"


async def give() -> str:
    """Return something."""
    ...


def use(thing: Annotated[str, Depends(lend)]) -> str:
    """Use what is lent."""
    return thing


def take(thing: Annotated[str, Depends(give)]) -> str:
    """Use what is given."""
    ...


@pytest.fixture
def nested(app: Flask, typed: Typed) -> FlaskClient:
    """Return a client of an app with such views."""
    app.testing = False
    typed.get("/use")(use)
    typed.get("/take")(take)

    @typed.get("/call")
    async def call(name: str) -> str:
        return typed.call({"use": use, "take": take}[name])

    @typed.get("/client")
    async def ask(path: str) -> str:
        return app.test_client().get(path).text

    @typed.get("/stream")
    def stream(thing: Annotated[str, Depends(lend)]) -> Response: ...

    @typed.get("/read")
    async def read() -> str:
        return app.test_client().get("/stream").text

    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/call?name=use", 500, r"lend \(.*\) is async, and was called from async code"),
        ("/call?name=take", 500, r"give is async, and was called from async code"),
        ("/client?path=/use", 200, r"lend \(.*\) is async, and was called from async code"),
        ("/read", 200, r"lend \(.*\) is async, and was called from async code"),
    ],
)
def test_the_loop_goes_on(
    path: str, status: int, message: str, nested: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what is wrong."""
    answer: Any = nested.get(path)
    assert answer.status_code == status
    assert re.search(message, caplog.text)
    assert nested.get("/use").json == "open"
