"""The door of this folder: what reads JSON bytes, and what writes them, for a field or a schema.

Registration time makes them, requests call them.
"""

from __future__ import annotations

from functools import partial
from threading import RLock
from typing import Any

from marshmallow import Schema, fields

from ..schemas.families.model_schemas import GeneratedSchema, entering_fields
from .dumping import Dumper
from .entering import ReadType, ReadTypes, Unknown
from .families.models import enter_arguments
from .foreign import find_field_class
from .hooks import is_hooked
from .leaving import WriteTypes
from .loading import Loader, Part, Parts, SchemaOrField
from .parts import Members
from .table import FIELD_CODECS


def no_parts() -> None:
    """Find none: a hook has asked the field about the whole."""


class Codecs:
    """Makes what reads and writes the values of an app; each model's once.

    :param lock: held meanwhile: threads that serve first requests may ask at the same time. What
        they get is complete, so that none of them meets a type that another has begun.
    """

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._read_types = ReadTypes({kind: codec.enter for kind, codec in FIELD_CODECS.items()})
        self._write_types = WriteTypes({kind: codec.leave for kind, codec in FIELD_CODECS.items()})
        self._members: dict[type[Schema], Members] = {}

    def make_loader(self, node: SchemaOrField) -> Loader | None:
        """Return what reads the values of a field, or of a schema of arguments.

        None if nothing is gained by it.
        """
        with self._lock:
            read_type = self._find_read_type(node)
            return (
                self._make_loader(read_type, node) if read_type and not read_type.is_asked else None
            )

    def make_dumper(self, field: fields.Field[Any]) -> Dumper | None:
        """Return what writes the values of a field; none if nothing is gained by it."""
        with self._lock:
            made = self._write_types.find(field)
            return None if is_hooked(made.type) else Dumper(made.type, made.renamed)

    def _find_read_type(self, node: SchemaOrField) -> ReadType | None:
        """Return the read_type of a field or of a schema of arguments; none for the user's own."""
        try:
            if isinstance(node, Schema):
                return enter_arguments(self._read_types, node)
            return self._read_types.find(node)
        except Unknown:
            return None

    def _make_loader(self, read_type: ReadType, node: SchemaOrField) -> Loader:
        return Loader(
            read_type, node, no_parts if read_type.is_asked else partial(self._divide, node)
        )

    def _divide(self, node: Any) -> Parts | None:
        """Return what judges the parts of a value, if it has some that are more than single."""
        with self._lock:
            if isinstance(node, GeneratedSchema):
                return self.members(node)
            return FIELD_CODECS[find_field_class(node)].divide(self, node)

    # What the families ask for, while the lock is held.

    def part(self, node: SchemaOrField) -> Part:
        """Return a part, be it read by a hook."""
        read_type = self._find_read_type(node)
        return Part(node, self._make_loader(read_type, node) if read_type else None)

    def members(self, schema: GeneratedSchema) -> Members:
        """Return what judges the fields of an object."""
        parts = {name: self.part(field) for name, field in entering_fields(schema).items()}
        loaders = {name: part.loader for name, part in parts.items() if part.loader}
        quick = {name: made.read for name, made in loaders.items() if not made.is_open}
        return Members(schema, parts, quick)

    def members_of_model(self, schema: Any) -> Members:
        """Return the same of a model; made once for all that hold it."""
        kind = type(schema)
        if kind not in self._members:
            self._members[kind] = self.members(schema)
        return self._members[kind]
