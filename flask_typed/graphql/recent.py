"""What was used last: a bounded number of values, kept for the next requests.

Request time.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Keeps the values that were used last, by text; several threads may use it at once."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> T | None:
        """Return the value of a key, if it is kept."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def keep(self, key: str, value: T, most: int) -> None:
        """Keep a value, and drop those that were not used for the longest time.

        :param most: how many values are kept.
        """
        with self._lock:
            self._values[key] = value
            while len(self._values) > most:
                self._values.popitem(last=False)
