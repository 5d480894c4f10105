"""Hooks for values for which msgspec has no type.

Registration time makes them, requests call them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import fields

#: The prefix of the names of all modules of the package.
PACKAGE = __name__.partition(".")[0] + "."


class HookedType(type):
    """The metaclass of the types that represent functions in msgspec's annotations.

    msgspec checks whether the result of a hook is an instance of the type. ``id`` returns a true
    value for every object, without the call of a Python function.
    """

    __instancecheck__ = id  # type: ignore[assignment]  # any number except zero is true
    read: Callable[[Any], Any]


def make_hooked(read: Callable[[Any], Any]) -> HookedType:
    """Return a type whose values a function makes.

    :param read: raises a :exc:`ValueError` for a value that it rejects.
    """
    return HookedType("Hooked", (), {"read": staticmethod(read)})


def read_hooked(hooked: type, value: Any) -> Any:
    """Call the function of a type with a value: the ``dec_hook`` of msgspec."""
    return hooked.read(value)  # type: ignore[attr-defined]  # msgspec's stub allows any type


def is_hooked(annotation: Any) -> bool:
    """Return whether an annotation is such a type, so that msgspec does nothing itself."""
    return isinstance(annotation, HookedType)


def is_own_field(field: fields.Field[Any]) -> bool:
    """Return whether a field's class is from this package, so that it uses only the value.

    A custom field may use the whole object, its own name, or its parent.
    """
    return type(field).__module__.startswith(PACKAGE)
