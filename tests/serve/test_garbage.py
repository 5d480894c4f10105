"""What a request has needed is freed at its end, without the garbage collector.

Memory that is used again at once is in the processor's cache: cycles cost a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pytest
from flask import Flask
from flask_typed import Depends, Form, Problem, Typed, raises
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ..garbage import count_garbage


@dataclass
class Item:
    """An item."""

    name: str


class Gone(Problem):
    """It is gone."""

    status = 410


def connect() -> Iterator[int]:
    """Yield a number."""
    yield 1


@pytest.fixture(autouse=True)
def views(typed: Typed) -> None:
    """Add views."""

    @typed.post("/items")
    def add(item: Item) -> Item:
        return item

    @typed.post("/forms")
    def send(count: Annotated[int, Form()]) -> Item:
        return Item(str(count))

    @typed.get("/items")
    def find(limit: int, number: Annotated[int, Depends(connect)]) -> Item:
        return Item(str(limit + number))

    @typed.get("/gone")
    @raises(Gone)
    def lose() -> Item:
        raise Gone

    @typed.get("/lost", dependencies=[Depends(connect)])
    @raises(Gone)
    def lose_with_provider() -> Item:
        raise Gone


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"path": "/items", "method": "POST", "json": {"name": "a"}}, 200),
        ({"path": "/items", "method": "POST", "json": {"name": 1}}, 422),
        ({"path": "/items", "method": "POST", "data": "{"}, 415),
        ({"path": "/forms", "method": "POST", "data": {"count": "1"}}, 200),
        ({"path": "/forms", "method": "POST", "data": {"count": "x"}}, 422),
        ({"path": "/items?limit=1"}, 200),
        ({"path": "/items?limit=x"}, 422),
        ({"path": "/gone"}, 410),
        ({"path": "/lost"}, 410),
    ],
    ids=lambda value: value if isinstance(value, int) else value["path"],
)
def test_requests_leave_nothing_to_the_collector(
    app: Flask, request_: dict[str, object], status: int
) -> None:
    """Neither their objects nor their errors refer to each other."""

    def ask() -> int:
        builder = EnvironBuilder(**request_)  # type: ignore[arg-type]  # of all kinds
        _, answered, _ = run_wsgi_app(app, builder.get_environ())
        builder.close()
        return int(answered.split()[0])

    assert ask() == status  # what is made once is made
    assert count_garbage(ask) == 0
