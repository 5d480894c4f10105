"""The door of this folder: what reads JSON bytes, and what writes them, for a field or a schema.

Registration time makes them, requests call them.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from marshmallow import Schema, ValidationError, fields

from ..schemas.containers import Array
from ..schemas.fields import Accepted
from ..schemas.objects import ModelValue, entering_fields
from ..schemas.scalars import read_exactly
from .entering import Entrance, Form, Unknown
from .hooks import is_hooked, read_hooked
from .leaving import Exits
from .refused import Refused

#: What is converted from nothing but itself: a text is no UUID where a value leaves.
THEMSELVES = (dt.date, dt.datetime, dt.time, dt.timedelta, uuid.UUID, Decimal, bytes, bytearray)
#: How deep the body of a type that is open may be, at most, for its brackets to be no question.
MAX_BRACKETS = 200
#: What msgspec, hooks and constructors raise for what they refuse.
REFUSALS = (msgspec.MsgspecError, ValidationError, ValueError, RecursionError)

Decode = Callable[[bytes, int], Any]


def read_finite(text: str) -> float:
    """Return a number of a value of any type, as it was written.

    :raises Refused: for one that is too large.
    """
    number = read_exactly(text)
    if math.isinf(number):
        raise Refused
    return number


class Loader:
    """Reads JSON bytes as one type, without its schema.

    :param parts: what reads the items of the lists inside it, by the key; of a list itself, under
        ``None``.
    """

    def __init__(self, form: Form, parts: Mapping[str | None, Loader]) -> None:
        self._decode = msgspec.json.Decoder(
            form.type, dec_hook=read_hooked, float_hook=read_finite
        ).decode
        self._build = form.build
        self._is_open = form.is_open
        self.parts = parts

    def load(self, data: bytes) -> Any:
        """Return the value of the declared type.

        :raises Refused: if the schema has to decide.
        """
        if self._is_open and data.count(b"[") + data.count(b"{") > MAX_BRACKETS:
            raise Refused
        try:
            read = self._decode(data)
            return self._build(read) if self._build else read
        except REFUSALS as error:
            raise Refused from error

    def mix(self, data: bytes, decode: Decode) -> Any:
        """Return the JSON value of bytes that were refused, for the schema to load.

        Items of lists that are accepted stand in it as such.

        :param decode: decodes JSON that is nested at most so deeply.
        :raises Refused: if the whole has to be decoded in one piece.
        """
        if not self.parts:
            raise Refused
        try:
            if None in self.parts:
                return mix_items(self.parts[None], data, decode, MAX_BRACKETS)
            return {
                key: mix_items(self.parts[key], raw, decode, MAX_BRACKETS - 1)
                if key in self.parts
                else decode(bytes(raw), MAX_BRACKETS - 1)
                for key, raw in read_object(data).items()
            }
        except REFUSALS as error:
            raise Refused from error


read_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
read_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


def mix_items(loader: Loader, data: Any, decode: Decode, depth: int) -> Any:
    """Return the items of a list, those that are accepted as such; or else what is no list."""
    try:
        items = read_array(data)
    except msgspec.ValidationError:
        return decode(bytes(data), depth)
    return [mix_item(loader, bytes(item), decode, depth - 1) for item in items]


def mix_item(loader: Loader, data: bytes, decode: Decode, depth: int) -> Any:
    """Return an item as it was accepted, or as JSON."""
    try:
        return Accepted(loader.load(data))
    except Refused:
        return decode(data, depth)


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
        return Loader(form, dict(self._find_parts(node))) if form else None

    def _find_form(self, node: Schema | fields.Field[Any]) -> Form | None:
        """Return the form of a field or of a schema of arguments, if msgspec knows one."""
        try:
            if isinstance(node, Schema):
                form = self._entrance.arguments(node)
            else:
                form = self._entrance.form(node)
        except Unknown:
            return None
        return None if is_hooked(form.type) else form

    def _find_parts(self, node: Schema | fields.Field[Any]) -> Iterator[tuple[str | None, Loader]]:
        """Yield what reads the items of a list, or of the lists of an object."""
        if isinstance(node, ModelValue):
            node = node.schema
        named = entering_fields(node) if isinstance(node, Schema) else {None: node}
        for name, field in named.items():
            if type(field) is Array and type(field.inner) is ModelValue and not field.unique:
                form = self._find_form(field.inner)
                if form is not None:
                    yield name, Loader(form, {})

    def make_dumper(self, field: fields.Field[Any]) -> Dumper | None:
        """Return what writes the values of a field; none if nothing is gained by it."""
        made = self._exits.exit(field)
        return None if is_hooked(made.type) else Dumper(made.type, made.renamed)
