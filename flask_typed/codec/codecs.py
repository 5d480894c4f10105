"""The entry point of this folder: loaders and dumpers of JSON bytes, for a field or a schema.

Registration time makes them, requests call them.
"""

from __future__ import annotations

from functools import partial
from threading import RLock
from typing import Any

from marshmallow import Schema, fields

from ..schemas.families.model_schemas import GeneratedSchema, entering_fields
from .dumping import Dumper
from .entering import CustomField, ReadType, ReadTypes
from .families.models import enter_arguments
from .foreign import find_field_class
from .hooks import is_hooked
from .leaving import WriteTypes
from .loading import Loader, Part, Parts, SchemaOrField
from .parts import Members
from .table import FIELD_CODECS


def no_parts() -> None:
    """Return no parts: a hook has passed the whole value to the field."""


class Codecs:
    """Makes the loaders and dumpers of an app; those of each model once.

    :param lock: held while one is made, because several threads may serve first requests at the
        same time. Each gets a complete result, never a type that another thread has begun.
    """

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._read_types = ReadTypes({kind: codec.enter for kind, codec in FIELD_CODECS.items()})
        self._write_types = WriteTypes({kind: codec.leave for kind, codec in FIELD_CODECS.items()})
        self._members: dict[type[Schema], Members] = {}

    def make_loader(self, node: SchemaOrField) -> Loader | None:
        """Return the loader of a field or a schema of arguments; ``None`` if it is not faster."""
        with self._lock:
            read_type = self._find_read_type(node)
            return (
                self._make_loader(read_type, node)
                if read_type and not read_type.calls_field
                else None
            )

    def make_dumper(self, field: fields.Field[Any]) -> Dumper | None:
        """Return the dumper of a field; ``None`` if it is not faster."""
        with self._lock:
            made = self._write_types.find(field)
            return None if is_hooked(made.type) else Dumper(made.type, made.renamed)

    def _find_read_type(self, node: SchemaOrField) -> ReadType | None:
        """Return the read type of a field or a schema of arguments; ``None`` for a custom field."""
        try:
            if isinstance(node, Schema):
                return enter_arguments(self._read_types, node)
            return self._read_types.find(node)
        except CustomField:
            return None

    def _make_loader(self, read_type: ReadType, node: SchemaOrField) -> Loader:
        return Loader(
            read_type, node, no_parts if read_type.calls_field else partial(self._divide, node)
        )

    def _divide(self, node: Any) -> Parts | None:
        """Return the parts of a value, if some of them are not scalars."""
        with self._lock:
            if isinstance(node, GeneratedSchema):
                return self.members(node)
            return FIELD_CODECS[find_field_class(node)].divide(self, node)

    # The families call these methods while the lock is held.

    def part(self, node: SchemaOrField) -> Part:
        """Return a part, even one that a hook reads."""
        read_type = self._find_read_type(node)
        return Part(node, self._make_loader(read_type, node) if read_type else None)

    def members(self, schema: GeneratedSchema) -> Members:
        """Return the fields of an object as its parts."""
        parts = {name: self.part(field) for name, field in entering_fields(schema).items()}
        loaders = {name: part.loader for name, part in parts.items() if part.loader}
        quick = {name: made.read for name, made in loaders.items() if not made.is_open}
        return Members(schema, parts, quick)

    def members_of_model(self, schema: Any) -> Members:
        """Return the fields of a model as its parts; made once for each model."""
        kind = type(schema)
        if kind not in self._members:
            self._members[kind] = self.members(schema)
        return self._members[kind]
