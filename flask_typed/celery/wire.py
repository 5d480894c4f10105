"""JSON values that Celery sends unchanged.

In views and in workers.
"""

from __future__ import annotations

from typing import Any

from kombu.utils.json import register_type

#: The keys by which kombu recognizes values that JSON does not have.
MARKED = {"__type__", "__value__"}


class PlainObject:
    """An object with those keys, which is what it is: a client may send it."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


def protect(data: Any) -> Any:
    """Return a JSON value that kombu reads as it was written."""
    if isinstance(data, list):
        return [protect(item) for item in data]
    if not isinstance(data, dict):
        return data
    protected = {key: protect(item) for key, item in data.items()}
    return PlainObject(protected) if protected.keys() == MARKED else protected


def write_pairs(marked: PlainObject) -> list[list[Any]]:
    """Return the keys and values of an object in a form that kombu does not interpret."""
    return [[key, value] for key, value in marked.value.items()]


def read_pairs(pairs: list[list[Any]]) -> Any:
    """Return the object."""
    return dict(pairs)


register_type(PlainObject, "flask_typed.object", write_pairs, read_pairs)
