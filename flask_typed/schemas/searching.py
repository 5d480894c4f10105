"""How far the faults of one request are looked for.

Request time. Whoever reads a request sets a limit; the fields and schemas of collections stop when
they have found that many faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from marshmallow import ValidationError


class Enough(Exception):
    """So many faults were found that no more are looked for."""


class Search:
    """A search for faults.

    :ivar left: how many faults the value that is being read may have before the search stops.
    """

    __slots__ = ("left",)

    def __init__(self, left: float) -> None:
        self.left = left


searching: ContextVar[Search | None] = ContextVar("flask_typed_searching", default=None)


@contextmanager
def limit_faults(most: int) -> Iterator[Search]:
    """Stop looking after so many faults in the code that runs the block."""
    search = Search(most)
    token = searching.set(search)
    try:
        yield search
    finally:
        searching.reset(token)


def stop_at_first(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that reads a value and stops looking after its first fault."""

    def read_to_first(value: Any) -> Any:
        token = searching.set(Search(1))
        try:
            return read(value)
        finally:
            searching.reset(token)

    return read_to_first


class Messages:
    """The messages about the parts of one value, by key or index.

    While the value is read, the search is told how many faults it may still find. When it has been
    read the search is as it was: a member of a union is tried, and its faults are forgotten.
    """

    __slots__ = ("_before", "_search", "by_key")

    def __init__(self) -> None:
        self.by_key: dict[Any, Any] = {}

    def add(self, key: Any, messages: Any) -> None:
        """Note what is wrong with a part.

        :param messages: as a marshmallow ``ValidationError`` holds them.
        :raises marshmallow.ValidationError: with all messages so far, if they are enough.
        """
        if not self.by_key:
            self._search = searching.get() or Search(float("inf"))
            self._before = self._search.left
        self.by_key[key] = messages
        self._search.left -= count_messages(messages, self._search.left)
        if self._search.left <= 0:
            raise self.error()

    def error(self) -> ValidationError:
        """Return the error that says everything."""
        self._search.left = self._before
        return ValidationError(self.by_key)


def count_messages(messages: Any, most: float) -> int:
    """Return how many messages there are, counted up to a number.

    :param messages: as a marshmallow ``ValidationError`` holds them.
    """
    if not isinstance(messages, (list, Mapping)):
        return 1
    found = 0
    for part in messages.values() if isinstance(messages, Mapping) else messages:
        found += count_messages(part, most - found)
        if found >= most:
            break
    return found


def cut_error(error: ValidationError) -> None:
    """Leave an error of marshmallow's no more messages than are looked for.

    It copies the messages of what is inside at each level around it.
    """
    search = searching.get()
    if search is not None and count_messages(error.messages, search.left + 1) > search.left:
        error.messages = cut_messages(error.messages, search.left)


def cut_messages(messages: Any, most: float) -> Any:
    """Return the first messages, in the form in which all of them are."""
    if isinstance(messages, list):
        return messages[: int(most)]
    kept: dict[Any, Any] = {}
    for key, part in messages.items():
        if most <= 0:
            break
        kept[key] = cut_messages(part, most)
        most -= count_messages(kept[key], most)
    return kept
