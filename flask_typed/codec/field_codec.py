"""The record of one class of field: how its values enter, leave, are text, and are divided.

Registration time. The record of a class is in the module of its family; :mod:`.table` has them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .entering import Enter
from .leaving import Leave
from .loading import Parts
from .parts import PartMaker

#: Makes the value from a text.
Convert = Callable[[Any], Any]


def do_nothing(*args: Any) -> None:
    """Return ``None``: the field itself does the work."""


@dataclass(frozen=True, slots=True)
class FieldCodec:
    """How the accelerated path handles the fields of one class.

    If a function returns ``None``, the field itself does the work.

    :param enter: returns the read type.
    :param leave: returns the write type.
    :param convert: returns the function from text to value; ``str`` if the text is the value.
    :param divide: returns the parts of a rejected value, if some of them are not scalars.
    """

    enter: Enter = do_nothing
    leave: Leave = do_nothing
    convert: Callable[[Any], Convert | None] = do_nothing
    divide: Callable[[PartMaker, Any], Parts | None] = do_nothing


def travels_as(form: type, way: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Limit ``enter`` or ``leave`` to marshmallow's fields with the JSON form of one of ours."""
    return lambda maker, field: way(maker, field) if type(field.form) is form else None
