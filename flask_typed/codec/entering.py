"""marshmallow fields → the types with which msgspec reads requests.

Registration time. A type accepts no value that its field rejects. If msgspec has no such type, a
hook calls the field itself. :mod:`.families` has the types of each class of field.
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

#: Makes the value of the declared type from msgspec's value.
BuildValue = Callable[[Any], Any]


class CustomField(Exception):
    """The field is a custom one. It may use more than the value, so it is not accelerated."""


@dataclass(frozen=True, slots=True)
class ReadType:
    """How msgspec reads the values of a field.

    :param type: the type for msgspec.
    :param build: makes the value from msgspec's value; ``None`` if they are the same.
    :param is_open: whether values may be nested deeper than the type.
    :param calls_field: whether a hook passes the whole value to the field.
    """

    type: Any
    build: BuildValue | None = None
    is_open: bool = False
    calls_field: bool = False


class ReadTypes:
    """Finds the read type of each field.

    :param ways: the functions that make read types, by class of field. A subclass of a field has
        none unless it has an entry of its own.
    :ivar models: the read types of generated schemas, each made once; ``None`` while it is made.
    :ivar making: the custom schemas whose read types are being made.
    """

    def __init__(self, ways: Mapping[type, Enter]) -> None:
        self._ways = ways
        self.models: dict[type[Schema], ReadType | None] = {}
        self.making: set[type[Schema]] = set()

    def find(self, field: fields.Field[Any]) -> ReadType:
        """Return the read type of a field.

        :raises CustomField: for a custom field.
        """
        enter = self._ways.get(find_field_class(field))
        read_type = enter(self, field) if enter and is_plain_field(field) else None
        if read_type is None:
            read_type = hook_entering(field)
        return nullable(read_type) if field.allow_none else read_type


#: Returns the read type of a field; ``None`` if a hook has to call the field itself.
Enter = Callable[[ReadTypes, Any], "ReadType | None"]


def hook_entering(field: fields.Field[Any]) -> ReadType:
    """Return the read type of a field that a hook calls."""
    if not (is_own_field(field) or is_known(field)):
        raise CustomField
    if is_scalar(field):
        return ReadType(make_hooked(field.deserialize), calls_field=True)
    # All faults are searched for later, once it is known that there is one.
    return ReadType(make_hooked(stop_at_first(field.deserialize)), is_open=True, calls_field=True)


def nullable(read_type: ReadType) -> ReadType:
    """Return a read type that accepts null too."""
    build = read_type.build

    def build_some(value: Any) -> Any:
        return None if value is None else build(value)  # type: ignore[misc]  # not None, see below

    kind: Any = Optional[read_type.type]  # noqa: UP045  # it may not be a class
    return replace(read_type, type=kind, build=build_some if build else None)


def enter_limited(kind: Any, limits: Limits | None) -> ReadType | None:
    """Return the read type of a type with constraints; ``None`` if msgspec lacks them."""
    return None if limits is None else ReadType(limit(kind, limits))


def enter_plain(kind: Any, *, is_open: bool = False) -> Enter:
    """Return a function that makes the read type of a field without validators."""

    def enter(read_types: ReadTypes, field: TypedField) -> ReadType | None:
        return None if field.validators else ReadType(kind, is_open=is_open)

    return enter
