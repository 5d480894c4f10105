"""marshmallow fields → the types as which msgspec checks and writes what leaves.

Registration time. A value is converted to a type that takes nothing that the field refuses, and has
no more than the field writes; what was converted is encoded. How each class of field is written
stands in :mod:`.families`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Optional

import msgspec
from marshmallow import Schema, fields

from ..schemas.fields import TypedField, dump_value
from ..wire.encoding import encode
from .constraints import Limits, limit
from .foreign import find_class
from .hooks import is_hooked, make_hooked
from .writing import write_json


@dataclass(frozen=True, slots=True)
class Exit:
    """How msgspec writes the values of a field.

    :param type: to which they are converted.
    :param renamed: to which what was converted is converted again, if something in it has another
        name on the wire; an object is asked by its own names alone.
    """

    type: Any
    renamed: Any = None


class Exits:
    """Makes exits.

    :param ways: how each class of field is written; a subclass is a class of its own.
    :ivar models: the exit of each generated schema, made once; none while it is made.
    :ivar making: the schemas of the user's that are being made.
    """

    def __init__(self, ways: Mapping[type, Leave]) -> None:
        self._ways = ways
        self.models: dict[type[Schema], Exit | None] = {}
        self.making: set[type[Schema]] = set()

    def exit(self, field: fields.Field[Any]) -> Exit:
        """Return the exit of a field."""
        leave = self._ways.get(find_class(field))
        made = (leave(self, field) if leave else None) or hook_leaving(field)
        if not field.allow_none or made.type is None or is_hooked(made.type):
            return made
        renamed = made.renamed and Optional[made.renamed]  # noqa: UP045  # it may be no class
        return Exit(Optional[made.type], renamed)  # noqa: UP045


#: Returns how the values of a field are written; nothing if the field itself is asked.
Leave = Callable[[Exits, Any], "Exit | None"]


def hook_leaving(field: fields.Field[Any]) -> Exit:
    """Return the exit of a field that writes by itself."""
    if isinstance(field, TypedField) and field.always_text:
        return Exit(make_hooked(partial(write_text, field)))
    return Exit(make_hooked(lambda value: msgspec.Raw(write_json(field, value))))


def write_text(field: TypedField, value: Any) -> Any:
    """Return what a field writes whose schema promises texts; Python writes what is none."""
    written = dump_value(field, value)
    if type(written) is str or written is None:
        return written
    return msgspec.Raw(encode(written))


def leave_limited(kind: Any, limits: Limits | None) -> Exit | None:
    """Return the exit of a type with constraints, if they can be said."""
    return None if limits is None else Exit(limit(kind, limits))


def leave_plain(kind: Any) -> Leave:
    """Return what makes the exit of a field without validators."""

    def leave(exits: Exits, field: TypedField) -> Exit | None:
        return None if field.validators else Exit(kind)

    return leave
