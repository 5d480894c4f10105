"""The door of this folder: what reads JSON bytes, and what writes them, for a field or a schema.

Registration time makes them, requests call them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from marshmallow import Schema, fields

from ..schemas.containers import Array, Object, is_scalar
from ..schemas.objects import GeneratedSchema, ModelValue, entering_fields
from ..schemas.scalars import String
from .entering import Entrance, Form, Unknown
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


class Codecs:
    """Makes what reads and writes the values of an app; each model's once."""

    def __init__(self) -> None:
        self._entrance = Entrance()
        self._exits = Exits()

    def make_loader(self, node: Schema | fields.Field[Any]) -> Loader | None:
        """Return what reads the values of a field, or of a schema of arguments.

        None if nothing is gained by it.
        """
        form = self._find_form(node)
        return self._make_loader(form, node) if form and not is_hooked(form.type) else None

    def _find_form(self, node: Schema | fields.Field[Any]) -> Form | None:
        """Return the form of a field or of a schema of arguments; none for the user's own."""
        try:
            if isinstance(node, Schema):
                return self._entrance.arguments(node)
            return self._entrance.form(node)
        except Unknown:
            return None

    def _make_loader(self, form: Form, node: Schema | fields.Field[Any]) -> Loader:
        return Loader(form, node, partial(self._find_parts, node))

    def _make_part(self, node: fields.Field[Any]) -> Loader | None:
        """Return what reads a part, be it by a hook; none for the user's own."""
        form = self._find_form(node)
        return self._make_loader(form, node) if form else None

    def _find_parts(self, node: Schema | fields.Field[Any]) -> Parts | None:
        """Return what judges the parts of a value, if it has some that are more than single."""
        if isinstance(node, ModelValue) and not node.validators:
            node = node.schema
        if isinstance(node, GeneratedSchema):
            named = entering_fields(node)
            loaders = {name: self._make_part(field) for name, field in named.items()}
            closed = {n: made.read for n, made in loaders.items() if made and not made.is_open}
            return Members(node, loaders, closed)
        if type(node) is Array and not node.unique and not is_scalar(node.inner):
            return Items(node, self._make_part(node.inner))
        if type(node) is Object and not is_scalar(node.value_field):
            free = type(node.key_field) is String and not node.key_field.validators
            return Values(node, self._make_part(node.value_field)) if free else None
        return None

    def make_dumper(self, field: fields.Field[Any]) -> Dumper | None:
        """Return what writes the values of a field; none if nothing is gained by it."""
        made = self._exits.exit(field)
        return None if is_hooked(made.type) else Dumper(made.type, made.renamed)
