"""Values for which msgspec has no type: it asks a function of ours.

Registration time makes them, requests call them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import fields

#: What all names of our modules begin with.
PACKAGE = __name__.partition(".")[0] + "."


class HookedType(type):
    """The class of the types that stand for functions in msgspec's annotations.

    msgspec asks whether what a function made is an instance. ``id`` says yes to everything, without
    the call of a Python function.
    """

    __instancecheck__ = id  # type: ignore[assignment]  # whatever is no zero is yes
    read: Callable[[Any], Any]


def make_hooked(read: Callable[[Any], Any]) -> HookedType:
    """Return a type whose values a function makes.

    :param read: raises a :exc:`ValueError` for what it refuses.
    """
    return HookedType("Hooked", (), {"read": staticmethod(read)})


def read_hooked(hooked: type, value: Any) -> Any:
    """Return what the function of a type makes of a value: msgspec's ``dec_hook``."""
    return hooked.read(value)  # type: ignore[attr-defined]  # msgspec says that it is any type


def is_hooked(annotation: Any) -> bool:
    """Say whether an annotation is such a type, and nothing is accelerated."""
    return isinstance(annotation, HookedType)


def is_own_field(field: fields.Field[Any]) -> bool:
    """Say whether a field is of a class of ours, which looks at nothing but the value.

    One of the user's may ask for the whole object, for its name, for what is around it.
    """
    return type(field).__module__.startswith(PACKAGE)
