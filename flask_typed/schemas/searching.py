"""The limit on the faults that are searched for in one request.

Request time. The code that reads a request sets the limit; the fields and schemas of collections
stop when they have found that many faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from marshmallow import ValidationError


class Enough(Exception):
    """The limit on faults is reached: the search ends."""


class Search:
    """A search for faults.

    :ivar left: the number of further faults before the search stops.
    """

    __slots__ = ("left",)

    def __init__(self, left: float) -> None:
        self.left = left


searching: ContextVar[Search | None] = ContextVar("flask_typed_searching", default=None)


@contextmanager
def limit_faults(most: int) -> Iterator[Search]:
    """Limit the search for faults in the block.

    :param most: the number of faults after which the search stops.
    """
    search = Search(most)
    token = searching.set(search)
    try:
        yield search
    finally:
        searching.reset(token)


def stop_at_first(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that reads a value and stops at its first fault."""

    def read_to_first(value: Any) -> Any:
        token = searching.set(Search(1))
        try:
            return read(value)
        finally:
            searching.reset(token)

    return read_to_first


class Messages:
    """The messages about the parts of one value, by key or index.

    While the value is read, its faults count towards the limit of the search. Afterwards the search
    has its former limit again: the faults of a union's member are forgotten when another accepts
    the value.
    """

    __slots__ = ("_before", "_search", "by_key")

    def __init__(self) -> None:
        self.by_key: dict[Any, Any] = {}

    def add(self, key: Any, messages: Any) -> None:
        """Add the messages about a part.

        :param messages: in the form of a marshmallow ``ValidationError``.
        :raises marshmallow.ValidationError: with all messages so far, if the limit is reached.
        """
        if not self.by_key:
            self._search = searching.get() or Search(float("inf"))
            self._before = self._search.left
        self.by_key[key] = messages
        self._search.left -= count_messages(messages, self._search.left)
        if self._search.left <= 0:
            raise self.error()

    def error(self) -> ValidationError:
        """Return the error with all messages."""
        self._search.left = self._before
        return ValidationError(self.by_key)


def count_messages(messages: Any, most: float) -> int:
    """Return the number of messages, or ``most`` if there are more.

    :param messages: in the form of a marshmallow ``ValidationError``.
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
    """Remove messages beyond the limit from a marshmallow error.

    marshmallow copies the messages of inner values at each outer level.
    """
    search = searching.get()
    if search is not None and count_messages(error.messages, search.left + 1) > search.left:
        error.messages = cut_messages(error.messages, search.left)


def cut_messages(messages: Any, most: float) -> Any:
    """Return the first messages, nested as before."""
    if isinstance(messages, list):
        return messages[: int(most)]
    kept: dict[Any, Any] = {}
    for key, part in messages.items():
        if most <= 0:
            break
        kept[key] = cut_messages(part, most)
        most -= count_messages(kept[key], most)
    return kept
