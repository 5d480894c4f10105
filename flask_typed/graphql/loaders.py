"""Data loaders: many keys that resolvers ask for one by one are loaded together.

Request time. A provider makes the loader, so that each request has its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader as StrawberryLoader

from ..libraries.asyncio import is_loop_running
from .running import CURRENT_RUN

K = TypeVar("K")
T = TypeVar("T")


class DataLoader(StrawberryLoader[K, T], Generic[K, T]):
    """Loads values by keys, all keys of one moment together, each key once in a request.

    ::

        def make_loader(store: Store) -> DataLoader[int, Author]:
            return DataLoader(store.find_authors)

        AuthorLoader = Annotated[DataLoader[int, Author], Depends(make_loader)]

        async def author(book: Book, authors: AuthorLoader) -> Author:
            return await authors.load(book.author_id)

    :param load: returns the values of a list of keys, in the order of the keys; a value may be an
        exception, which is then raised for its key. An ordinary function runs in the greenlet or
        thread of the request, like a view; an ``async def`` runs on the loop.
    :param options: those of :class:`strawberry.dataloader.DataLoader`.
    """

    def __init__(
        self,
        load: Callable[
            [list[K]], Sequence[T | BaseException] | Awaitable[Sequence[T | BaseException]]
        ],
        **options: Any,
    ) -> None:
        is_async = inspect.iscoroutinefunction(inspect.unwrap(load))
        loads: Any = load if is_async else partial(load_here, load)
        super().__init__(loads, **options)

    def load(self, key: K) -> Awaitable[T]:
        """Return the awaitable value of a key."""
        if not is_loop_running():
            return self._load_later(key)
        return super().load(key)

    async def _load_later(self, key: K) -> T:
        """Load a key for a sync resolver, which does not run on the loop."""
        return await super().load(key)


async def load_here(load: Callable[[list[Any]], Any], keys: list[Any]) -> Any:
    """Call a sync function in the greenlet or thread of the request."""
    run = CURRENT_RUN.get()
    return load(keys) if run is None else await run.hand(partial(load, keys))
