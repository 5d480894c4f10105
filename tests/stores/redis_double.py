"""The four commands of Redis that the store uses."""

from flask_typed.stores.redis import SETTLE


class RedisDouble:
    """A Redis in memory, without a clock.

    :ivar is_forgetful: whether each key ends before it is read.
    """

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self.is_forgetful = False

    def set(self, name: str, value: str, *, nx: bool, ex: int) -> bool | None:
        """Set a key that is not there."""
        is_new = name not in self._values
        self._values.setdefault(name, value.encode())
        return is_new or None

    def get(self, name: str) -> bytes | None:
        """Return the value of a key."""
        return None if self.is_forgetful else self._values[name]

    def eval(self, script: str, count: int, name: str, *given: str | int) -> None:
        """Run the one script."""
        assert (script, count) == (SETTLE, 1)
        mark, text, _ = map(str, given)
        if self._values[name] != mark.encode():
            return
        if text:
            self._values[name] = text.encode()
        else:
            del self._values[name]

    def expire_all(self) -> None:
        """End all keys."""
        self._values.clear()
