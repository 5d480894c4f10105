"""A GraphQL endpoint whose resolvers wait for those of other requests."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Depends, Typed
from flask_typed.graphql import DataLoader

#: How many requests have to be in the same resolver at once.
COUNT = 20
PATIENCE = 20 * float(os.environ.get("FLASK_TYPED_PATIENCE", "1"))


@dataclass
class Item:
    """What async resolvers return."""

    id: int


class Meeting:
    """Lets coroutines go on once all of them have come."""

    def __init__(self) -> None:
        self.count = 0
        self.event = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the others."""
        self.count += 1
        if self.count == COUNT:
            self.event.set()
        await asyncio.wait_for(self.event.wait(), PATIENCE)


meetings: dict[str, Meeting] = {}
barriers = {name: threading.Barrier(COUNT) for name in ("sync", "nested", "loader")}


def load_items(keys: list[int]) -> list[int]:
    """Wait in the greenlet or thread of the request."""
    barriers["loader"].wait(PATIENCE)
    return keys


def make_loader() -> DataLoader[int, int]:
    """Return the loader of a request."""
    return DataLoader(load_items)


def nested(item: Item) -> int:
    """Wait in a sync function of an async one."""
    barriers["nested"].wait(PATIENCE)
    return item.id


async def loaded(item: Item, loader: Annotated[DataLoader[int, int], Depends(make_loader)]) -> int:
    """Wait in a loader."""
    return await loader.load(item.id)


class Queries:
    """Waiting ones."""

    def sync(self, id: int) -> int:  # noqa: A002  # of the query
        """Wait in a function."""
        barriers["sync"].wait(PATIENCE)
        return id

    async def item(self, id: int) -> Item:  # noqa: A002  # likewise
        """Wait on the loop."""
        await meetings.setdefault("item", Meeting()).wait()
        return Item(id)

    async def slow(self) -> int:
        """Wait longer than the request may take."""
        await asyncio.sleep(60)
        raise NotImplementedError

    def slow_sync(self) -> int:
        """Likewise."""
        time.sleep(60)
        raise NotImplementedError

    async def slow_nested(self) -> Item:
        """Return what has a slow field."""
        await asyncio.sleep(0)
        return Item(0)


def slow(item: Item) -> int:
    """Wait longer than the request may take, in a function that the loop hands over."""
    time.sleep(60)
    raise NotImplementedError


class Events:
    """Streams."""

    def count(self, to: int) -> Iterator[int]:
        """Count in a greenlet or thread."""
        for number in range(to):
            time.sleep(0.01)
            yield number

    async def items(self, to: int) -> AsyncIterator[Item]:
        """Count on the loop."""
        for number in range(to):
            await asyncio.sleep(0.01)
            yield Item(number)


app = Flask("graph")
typed = Typed(app)
typed.graphql(
    "/graphql", Queries, None, Events, resolvers={Item: [nested, loaded, slow]}, timeout=PATIENCE
)
typed.graphql("/short", Queries, resolvers={Item: [slow]}, endpoint="short", timeout=0.3)


@app.get("/plain")
def plain() -> str:
    """Tell that the server is there."""
    return "ready"
