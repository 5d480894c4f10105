"""The same app on FastAPI, with its own types of streams."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Iterable
from itertools import count

from fastapi import FastAPI
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel

app = FastAPI()


class Tick(BaseModel):
    """What an event holds: when it was due, by the machine's monotonic clock."""

    number: int
    due: float
    text: str


class Counts(BaseModel):
    """How many streams were opened and closed in this process."""

    opened: int = 0
    closed: int = 0


COUNTS = Counts()
TEXT = "x" * 1000


@app.get("/async/ticks", response_class=EventSourceResponse)
async def send_ticks_async() -> AsyncIterable[Tick]:
    """Send an event each second."""
    COUNTS.opened += 1
    try:
        due = time.monotonic()
        for number in count():
            due += 1
            await asyncio.sleep(max(0, due - time.monotonic()))
            yield Tick(number=number, due=due, text="tick")
    finally:
        COUNTS.closed += 1


@app.get("/lines")
def send_lines(lines: int) -> Iterable[Tick]:
    """Send lines of a kilobyte."""
    for number in range(lines):
        yield Tick(number=number, due=0.0, text=TEXT)


@app.get("/async/lines")
async def send_lines_async(lines: int) -> AsyncIterable[Tick]:
    """Send likewise, from an async generator."""
    for number in range(lines):
        yield Tick(number=number, due=0.0, text=TEXT)


@app.get("/other")
async def answer() -> Tick:
    """Answer at once."""
    return Tick(number=0, due=0.0, text="other")


@app.get("/counts")
async def tell_counts() -> Counts:
    """Tell what was opened and closed."""
    return COUNTS
