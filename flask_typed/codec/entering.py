"""marshmallow fields → the types as which msgspec reads what enters.

Registration time. A type takes nothing that its field refuses. Where msgspec has no such type, the
field itself is asked, by a hook. How each class of field is read stands in :mod:`.families`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from marshmallow import Schema, fields

from ..schemas.families.containers import is_scalar
from ..schemas.fields import TypedField
from ..schemas.searching import stop_at_first
from .constraints import Limits, limit
from .foreign import find_field_class, is_known, is_plain_field
from .hooks import is_own_field, make_hooked

#: Makes the value of the declared type of what msgspec has read.
BuildValue = Callable[[Any], Any]


class Unknown(Exception):
    """A field that the user wrote: it may ask for more than the value, and is not hurried."""


@dataclass(frozen=True, slots=True)
class ReadType:
    """How msgspec reads the values of a field.

    :param type: for msgspec.
    :param build: what is left to do; nothing if there is none.
    :param is_open: whether values may be nested more deeply than the type is.
    :param is_asked: whether the field itself is asked about the value as a whole.
    """

    type: Any
    build: BuildValue | None = None
    is_open: bool = False
    is_asked: bool = False


class ReadTypes:
    """Makes forms.

    :param ways: how each class of field is read; a subclass is a class of its own.
    :ivar models: the read_type of each generated schema, made once; none while it is made.
    :ivar making: the schemas of the user's that are being made.
    """

    def __init__(self, ways: Mapping[type, Enter]) -> None:
        self._ways = ways
        self.models: dict[type[Schema], ReadType | None] = {}
        self.making: set[type[Schema]] = set()

    def find(self, field: fields.Field[Any]) -> ReadType:
        """Return the read_type of a field.

        :raises Unknown: for a field of the user's own.
        """
        enter = self._ways.get(find_field_class(field))
        read_type = enter(self, field) if enter and is_plain_field(field) else None
        if read_type is None:
            read_type = hook_entering(field)
        return nullable(read_type) if field.allow_none else read_type


#: Returns how the values of a field are read; nothing if the field itself is asked.
Enter = Callable[[ReadTypes, Any], "ReadType | None"]


def hook_entering(field: fields.Field[Any]) -> ReadType:
    """Return the read_type of a field that is asked itself."""
    if not (is_own_field(field) or is_known(field)):
        raise Unknown
    if is_scalar(field):
        return ReadType(make_hooked(field.deserialize), is_asked=True)
    # The others are looked for when it is known that there is one.
    return ReadType(make_hooked(stop_at_first(field.deserialize)), is_open=True, is_asked=True)


def nullable(read_type: ReadType) -> ReadType:
    """Return a read_type that takes null too."""
    build = read_type.build

    def build_some(value: Any) -> Any:
        return None if value is None else build(value)  # type: ignore[misc]  # is there, see below

    kind: Any = Optional[read_type.type]  # noqa: UP045  # it may be no class
    return replace(read_type, type=kind, build=build_some if build else None)


def enter_limited(kind: Any, limits: Limits | None) -> ReadType | None:
    """Return the read_type of a type with constraints, if they can be said."""
    return None if limits is None else ReadType(limit(kind, limits))


def enter_plain(kind: Any, *, is_open: bool = False) -> Enter:
    """Return what makes the read_type of a field without validators."""

    def enter(read_types: ReadTypes, field: TypedField) -> ReadType | None:
        return None if field.validators else ReadType(kind, is_open=is_open)

    return enter
