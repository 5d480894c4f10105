"""An app with providers of scope app, which note when they open and close.

The environment says where, and whether the app asks itself before gunicorn forks.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

from flask import Flask
from flask_typed import Depends, Typed

ENDED = Path(os.environ["ENDED"])


def note(event: str) -> None:
    """Note an event of this process."""
    with ENDED.open("a") as file:
        file.write(f"{os.getpid()} {event}\n")


def open_pool() -> Iterator[int]:
    """Provide a pool; to close it takes a moment."""
    note("open pool")
    try:
        yield os.getpid()
    finally:
        time.sleep(0.01)
        note("close pool")


Pool = Annotated[int, Depends(open_pool, scope="app")]


async def open_client(pool: Pool) -> AsyncIterator[int]:
    """Provide an async client that needs the pool."""
    task = asyncio.current_task()
    await asyncio.sleep(0.01)
    note("open client")
    yield pool
    await asyncio.sleep(0.01)
    note("close client" if asyncio.current_task() is task else "another task")


app = Flask(__name__)
app.config.from_prefixed_env()
typed = Typed(app)


@typed.get("/plain")
def answer() -> str:
    """Answer without a provider."""
    return "plain"


@typed.get("/processes")
def show(client: Annotated[int, Depends(open_client, scope="app")], pool: Pool) -> list[int]:
    """Return the processes that have opened the values, and this one."""
    return [client, pool, os.getpid()]


if "ASKS_ITSELF" in os.environ:
    app.test_client().get("/processes")
