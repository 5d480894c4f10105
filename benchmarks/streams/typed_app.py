"""The measured app, on flask_typed under gunicorn with gevent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count

from flask import Flask
from flask_typed import EventStream, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Tick:
    """What an event holds: when it was due, by the machine's monotonic clock."""

    number: int
    due: float
    text: str


@dataclass
class Counts:
    """How many streams were opened and closed in this process."""

    opened: int = 0
    closed: int = 0


COUNTS = Counts()
TEXT = "x" * 1000


@typed.get("/ticks")
def send_ticks() -> EventStream[Tick]:
    """Send an event each second."""
    COUNTS.opened += 1
    try:
        due = time.monotonic()
        for number in count():
            due += 1
            time.sleep(max(0, due - time.monotonic()))
            yield Tick(number, due, "tick")
    finally:
        COUNTS.closed += 1


@typed.get("/async/ticks")
async def send_ticks_async() -> EventStream[Tick]:
    """Send an event each second, as asyncio does."""
    COUNTS.opened += 1
    try:
        due = time.monotonic()
        for number in count():
            due += 1
            await asyncio.sleep(max(0, due - time.monotonic()))
            yield Tick(number, due, "tick")
    finally:
        COUNTS.closed += 1


@typed.get("/lines")
def send_lines(lines: int) -> Iterator[Tick]:
    """Send lines of a kilobyte."""
    for number in range(lines):
        yield Tick(number, 0.0, TEXT)


@typed.get("/async/lines")
async def send_lines_async(lines: int) -> AsyncIterator[Tick]:
    """Send likewise, from an async generator."""
    for number in range(lines):
        yield Tick(number, 0.0, TEXT)


@typed.get("/other")
def answer() -> Tick:
    """Answer at once."""
    return Tick(0, 0.0, "other")


@typed.get("/counts")
def tell_counts() -> Counts:
    """Tell what was opened and closed."""
    return COUNTS
