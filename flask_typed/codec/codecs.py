"""The door of this folder: what reads JSON bytes, and what writes them, for a field or a schema.

Registration time makes them, requests call them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from functools import partial
from threading import RLock
from typing import Any

import msgspec
from marshmallow import INCLUDE, Schema, fields

from ..schemas.families.containers import Object, is_scalar
from ..schemas.families.model_schemas import GeneratedSchema, ModelValue, entering_fields
from ..schemas.marshmallow_fields import HeldNested
from .entering import Entrance, Form, Unknown
from .foreign import make_twin
from .hooks import is_hooked, read_hooked
from .leaving import Exits
from .loading import Items, Loader, Members, Parts, Values
from .refused import Refused

#: What is converted from nothing but itself: a text is no UUID where a value leaves.
THEMSELVES = (dt.date, dt.datetime, dt.time, dt.timedelta, uuid.UUID, Decimal, bytes, bytearray)


class Dumper:
    """Writes values of one type as JSON bytes, filtered and checked, without its schema."""

    def __init__(self, kind: Any, renamed: Any) -> None:
        self._type = kind
        self._renamed = renamed
        for used in (kind, renamed or None):  # msgspec completes a type when it is first used
            msgspec.json.Decoder(used, dec_hook=read_hooked)

    def dump(self, value: Any) -> bytes:
        """Return the JSON text.

        :raises Refused: if the schema has to decide.
        """
        try:
            checked = msgspec.convert(
                value,
                self._type,
                from_attributes=True,
                builtin_types=THEMSELVES,
                dec_hook=read_hooked,
            )
            if self._renamed:
                checked = msgspec.convert(checked, self._renamed, from_attributes=True)
            return encode(checked)
        except Exception as error:  # whatever it is, the schema meets it too, and says what it is
            raise Refused from error


encode = msgspec.json.Encoder().encode


def no_parts() -> None:
    """Find none: a hook has asked the field about the whole."""


def is_unique(field: Any) -> bool:
    """Say whether no item of an array may come twice."""
    return bool(getattr(field, "unique", False))


class Codecs:
    """Makes what reads and writes the values of an app; each model's once.

    :param lock: held meanwhile: threads that serve first requests may ask at the same time. What
        they get is complete, so that none of them meets a type that another has begun.
    """

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._entrance = Entrance()
        self._exits = Exits()
        self._members: dict[type[Schema], Members] = {}

    def make_loader(self, node: Schema | fields.Field[Any]) -> Loader | None:
        """Return what reads the values of a field, or of a schema of arguments.

        None if nothing is gained by it.
        """
        with self._lock:
            form = self._find_form(node)
            return self._make_loader(form, node) if form and not form.is_asked else None

    def _find_form(self, node: Schema | fields.Field[Any]) -> Form | None:
        """Return the form of a field or of a schema of arguments; none for the user's own."""
        try:
            if isinstance(node, Schema):
                return self._entrance.arguments(node)
            return self._entrance.form(node)
        except Unknown:
            return None

    def _make_loader(self, form: Form, node: Schema | fields.Field[Any]) -> Loader:
        find = no_parts if form.is_asked else partial(self._find_parts, node)
        return Loader(form, node, find)

    def _make_part(self, node: Schema | fields.Field[Any]) -> Loader | None:
        """Return what reads a part, be it by a hook; none for the user's own."""
        form = self._find_form(node)
        return self._make_loader(form, node) if form else None

    def _find_parts(self, node: Any) -> Parts | None:
        """Return what judges the parts of a value, if it has some that are more than single."""
        with self._lock:
            return self._make_parts(node)

    def _make_parts(self, node: Any) -> Parts | None:
        if isinstance(node, ModelValue):
            return self._find_members(node.schema)
        if isinstance(node, GeneratedSchema):
            return self._make_members(node)
        if isinstance(node, HeldNested):
            return self._find_foreign(node)
        if isinstance(node, fields.List) and not (is_scalar(node.inner) or is_unique(node)):
            collect = getattr(node, "collect", list)
            return Items(node, node.inner, self._make_part(node.inner), collect)
        if type(node) is Object and not is_scalar(node.value_field):
            return Values(node, self._make_part(node.value_field))
        return None

    def _find_members(self, schema: Any) -> Members:
        """Return what judges the fields of a model; made once for all that hold it."""
        kind = type(schema)
        if kind not in self._members:
            self._members[kind] = self._make_members(schema)
        return self._members[kind]

    def _make_members(self, schema: GeneratedSchema) -> Members:
        """Return what judges the fields of an object."""
        named = entering_fields(schema)
        loaders = {name: self._make_part(field) for name, field in named.items()}
        closed = {n: made.read for n, made in loaders.items() if made and not made.is_open}
        return Members(schema, loaders, closed)

    def _find_foreign(self, field: HeldNested) -> Parts | None:
        """Return what judges the fields of a schema of the user's, or the items of an array."""
        schema: Schema = field.schema
        unknown = field.unknown or schema.unknown
        if unknown == INCLUDE:
            return None
        twin = make_twin(schema, unknown)
        if field.many or schema.many:
            return Items(field, twin, self._make_part(twin), list)
        return self._make_members(twin)

    def make_dumper(self, field: fields.Field[Any]) -> Dumper | None:
        """Return what writes the values of a field; none if nothing is gained by it."""
        with self._lock:
            made = self._exits.exit(field)
            return None if is_hooked(made.type) else Dumper(made.type, made.renamed)
