"""Views that count their sessions: opened, closed, and closed while in use.

Each stage of a request takes a few milliseconds, so that clients disconnect at each of them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from types import FrameType
from typing import Annotated, Any

import greenlet
from flask import Flask, Response
from flask_typed import Depends, Typed
from flask_typed.bridge.current import get_bridge

app = Flask(__name__)
counts: Counter[str] = Counter()
#: The sessions that were closed after a view that went well.
committed: set[int] = set()
lock = threading.Lock()
BRIDGE = f"{os.sep}flask_typed{os.sep}bridge{os.sep}"
LONGEST = 0.008
chance = random.Random()  # noqa: S311  # it keeps no secret


def pause() -> float:
    """Return for how long a stage lasts, in seconds."""
    return chance.choice((0, chance.uniform(0, LONGEST)))


class Session:
    """What providers open and close."""

    numbers = iter(range(1, 1 << 62))

    def __init__(self) -> None:
        with lock:
            self.number = next(self.numbers)
            counts["opened"] += 1
        self.is_open = True
        self.users = 0

    def close(self, *, commit: bool) -> None:
        """Close it, which is done once, and not while it is in use."""
        with lock:
            counts["closed"] += 1
            counts["closed twice"] += not self.is_open
            counts["closed in use"] += bool(self.users)
            if commit:
                committed.add(self.number)
        self.is_open = False

    def __enter__(self) -> int:
        self.users += 1
        return self.number

    def __exit__(self, *details: object) -> None:
        self.users -= 1


def open_session() -> Iterator[Session]:
    """Open a session in sync code."""
    time.sleep(pause())
    session = Session()
    commit = False
    try:
        yield session
        commit = True
    finally:
        time.sleep(pause())
        session.close(commit=commit)


async def open_async_session() -> AsyncIterator[Session]:
    """Open a session in async code."""
    await asyncio.sleep(pause())
    session = Session()
    commit = False
    try:
        yield session
        commit = True
    finally:
        await asyncio.sleep(pause())
        session.close(commit=commit)


Sync = Annotated[Session, Depends(open_session)]
Async = Annotated[Session, Depends(open_async_session)]
Another = Annotated[Session, Depends(open_async_session, use_cache=False)]
typed = Typed(app)


@typed.get("/sync/sync")
def use(session: Sync) -> list[int]:
    """Use a session of sync code in sync code."""
    with session as number:
        time.sleep(pause())
    return [number]


@typed.get("/sync/async")
def use_async(session: Async) -> list[int]:
    """Use a session of async code in sync code."""
    with session as number:
        time.sleep(pause())
    return [number]


@typed.get("/async/async")
async def use_in_async(session: Async) -> list[int]:
    """Use a session of async code in async code."""
    with session as number:
        await asyncio.sleep(pause())
    return [number]


@typed.get("/several")
async def use_several(one: Async, two: Sync, three: Another, four: Another) -> list[int]:
    """Use sessions of both kinds, each twice."""
    with one as a, two as b, three as c, four as d:
        await asyncio.sleep(pause())
    return [a, b, c, d]


def write(*sessions: Session) -> Iterator[str]:
    """Write the parts of a stream."""
    for _ in range(5):
        for session in sessions:
            with session as number:
                time.sleep(pause() / 4)
                yield f"{number} "


@typed.get("/stream")
def stream(one: Sync, two: Async) -> Response:
    """Use sessions while the response is sent."""
    return Response(write(one, two))


@typed.get("/swapped")
def swapped(one: Sync, two: Async) -> Response:
    """Make a stream that is never sent."""
    response = Response(write(one, two))
    response.headers["X-Swap"] = "yes"
    return response


@app.after_request
def swap(response: Response) -> Response:
    """Send something else."""
    return Response("") if "X-Swap" in response.headers else response


def find_bridge(frame: FrameType | None) -> bool:
    """Say whether the bridge's code is on a stack."""
    while frame is not None:
        if BRIDGE in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


@app.get("/state")
def tell() -> dict[str, Any]:
    """Tell what was counted, and what waits in the bridge."""
    here = threading.get_ident()
    frames = [frame for ident, frame in sys._current_frames().items() if ident != here]
    others = [
        thing.gr_frame
        for thing in gc.get_objects()
        if issubclass(type(thing), greenlet.greenlet) and thing.gr_frame is not None
    ]
    return {
        "counts": counts,
        "committed": sorted(committed),
        # One of them is the loop, in a thread or a greenlet of its own.
        "waiting": sum(map(find_bridge, frames)) + sum(map(find_bridge, others)),
        # Asked from without: a loop that stands still could not tell.
        "tasks": len(asyncio.all_tasks(get_bridge().loop)),
    }
