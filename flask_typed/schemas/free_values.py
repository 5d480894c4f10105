"""Values in responses whose type no annotation names (``Any``): each is written by its own type.

Request time. The field of a type is made at its first use, under the factory's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from threading import RLock
from typing import Any

from marshmallow import fields
from werkzeug.local import LocalProxy

from ..exceptions import DeclarationError, ResponseMismatch
from .completing import complete_schemas
from .families.containers import sort_items
from .fields import dump_value

#: The classes that Python's encoder writes as a JSON scalar.
JSON_SCALARS = (str, int, float, type(None))
#: Returns the JSON value of a value.
WriteFreely = Callable[[Any], Any]
#: Returns the field of a class; ``None`` for a class that the app's types do not contain.
FindField = Callable[[type], fields.Field[Any] | None]


class FreeValues:
    """Writes values by their own types.

    The types of ``jsonify`` are written as it writes them, all others as where they are annotated.

    :param find_field: may raise a :exc:`~flask_typed.DeclarationError`.
    """

    def __init__(self, find_field: FindField, lock: RLock) -> None:
        self._find_field = find_field
        self._lock = lock
        self._writers: dict[type, WriteFreely] = {}

    def write(self, value: Any) -> Any:
        """Return the JSON value of a value.

        :raises ResponseMismatch: for a value without a JSON form.
        """
        kind = type(value)
        write = self._writers.get(kind)
        if write is None:
            with self._lock:
                write = self._writers[kind] = self._make_writer(kind)
        return write(value)

    def _make_writer(self, kind: type) -> WriteFreely:
        """Return the function that writes the values of a class.

        The types of Python's encoder come first: the accelerated path leaves them to it.
        """
        if issubclass(kind, JSON_SCALARS):
            return lambda value: value
        if issubclass(kind, Mapping):
            return self._write_mapping
        if issubclass(kind, (list, tuple)):
            return self._write_items
        if issubclass(kind, Set):
            return lambda value: sort_items(self._write_items(value))
        return self._make_field_writer(kind) or self._make_other_writer(kind)

    def _make_field_writer(self, kind: type) -> WriteFreely | None:
        """Return the function that writes by the field of a class or of its nearest base."""
        for base in kind.__mro__[:-1]:
            try:
                field = self._find_field(base)
            except DeclarationError as error:
                return refuse(kind, f": {error.what}")
            if field is not None:
                complete_schemas(field)
                return lambda value: dump_value(field, value)
        return None

    def _make_other_writer(self, kind: type) -> WriteFreely:
        """Return the function that writes values of a class that the app's types do not contain."""
        if issubclass(kind, LocalProxy):  # ``current_user``
            return lambda value: self.write(value._get_current_object())
        if any("__class__" in vars(base) for base in kind.__mro__[:-1]):
            return self._write_disguised
        if hasattr(kind, "__html__"):  # as in Flask's encoder; lazy translations have it
            return str
        if issubclass(kind, Sequence) and not issubclass(kind, (bytearray, memoryview)):  # a row
            return self._write_items
        return refuse(kind, "")

    def _write_disguised(self, value: Any) -> Any:
        """Return the JSON value of an object that passes for one of another class: a driver's UUID.

        :raises ResponseMismatch: if the app's types do not contain the class.
        """
        kind = value.__class__
        with self._lock:
            write = self._make_field_writer(kind) or refuse(type(value), "")
        return write(value)

    def _write_mapping(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        return {self._write_key(key): self._write_inner(inner, key) for key, inner in value.items()}

    def _write_key(self, key: Any) -> Any:
        """Return a key: Python's encoder writes numbers, booleans and null as text."""
        known = self.write(key)
        if not isinstance(known, JSON_SCALARS):
            raise ResponseMismatch("keys that are text", f"one of type {type(key).__name__}")
        return known

    def _write_items(self, value: Sequence[Any]) -> list[Any]:
        return [self._write_inner(item, index) for index, item in enumerate(value)]

    def _write_inner(self, value: Any, key: Any) -> Any:
        try:
            return self.write(value)
        except ResponseMismatch as error:
            raise error.inside(key if isinstance(key, int) else str(key)) from None


def refuse(kind: type, reason: str) -> WriteFreely:
    """Return a function that raises for the values of a class."""

    def raise_mismatch(value: Any) -> Any:
        raise ResponseMismatch("a JSON value", f"a value of type {kind.__name__}{reason}")

    return raise_mismatch
