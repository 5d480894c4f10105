"""marshmallow fields → the types with which msgspec checks and writes responses.

Registration time. A value is converted to a type that accepts no value that the field rejects, and
that has only the members that the field writes. The result is encoded. :mod:`.families` has the
types of each class of field.
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
from .foreign import find_field_class
from .hooks import is_hooked, make_hooked
from .writing import write_by_field


@dataclass(frozen=True, slots=True)
class WriteType:
    """How msgspec writes the values of a field.

    :param type: the type to which values are converted.
    :param renamed: the type of a second conversion, if a member has another name in JSON. The first
        conversion reads the attributes of objects by their own names.
    """

    type: Any
    renamed: Any = None


class WriteTypes:
    """Finds the write type of each field.

    :param ways: the functions that make write types, by class of field. A subclass of a field has
        none unless it has an entry of its own.
    :ivar models: the write types of generated schemas, each made once; ``None`` while it is made.
    :ivar making: the custom schemas whose write types are being made.
    """

    def __init__(self, ways: Mapping[type, Leave]) -> None:
        self._ways = ways
        self.models: dict[type[Schema], WriteType | None] = {}
        self.making: set[type[Schema]] = set()

    def find(self, field: fields.Field[Any]) -> WriteType:
        """Return the write type of a field."""
        leave = self._ways.get(find_field_class(field))
        has_checks = bool(getattr(field, "checks", ()))
        made = (leave(self, field) if leave and not has_checks else None) or hook_leaving(field)
        if not field.allow_none or made.type is None or is_hooked(made.type):
            return made
        renamed = made.renamed and Optional[made.renamed]  # noqa: UP045  # it may not be a class
        return WriteType(Optional[made.type], renamed)  # noqa: UP045


#: Returns the write type of a field; ``None`` if a hook has to call the field itself.
Leave = Callable[[WriteTypes, Any], "WriteType | None"]


def hook_leaving(field: fields.Field[Any]) -> WriteType:
    """Return the write type of a field that a hook calls."""
    if isinstance(field, TypedField) and field.always_text:
        return WriteType(make_hooked(partial(write_always_text, field)))
    return WriteType(make_hooked(lambda value: msgspec.Raw(write_by_field(field, value))))


def write_always_text(field: TypedField, value: Any) -> Any:
    """Return the text of a field that writes only texts; Python's encoder writes anything else."""
    written = dump_value(field, value)
    if type(written) is str or written is None:
        return written
    return msgspec.Raw(encode(written))


def leave_limited(kind: Any, limits: Limits | None) -> WriteType | None:
    """Return the write type of a type with constraints; ``None`` if msgspec lacks them."""
    return None if limits is None else WriteType(limit(kind, limits))


def leave_plain(kind: Any) -> Leave:
    """Return a function that makes the write type of a field without validators."""

    def leave(write_types: WriteTypes, field: TypedField) -> WriteType | None:
        return None if field.validators else WriteType(kind)

    return leave
