"""Changed documents of objects that a user's marshmallow Schema describes.

Request time. A Schema loads the whole document, although it shows read-only keys and hides
write-only ones::

    note          the own value of each object in the document, before the changes
    open          the document as the Schema loads it; read-only keys may only be as they were
    complete      the loaded dicts, with everything of the own dicts that the Schema does not load
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields

from ..messages.catalogue import MISSING
from .families.containers import is_sequence
from .families.model_schemas import by_wire_name, wire_name
from .json_patches import EVERYWHERE, Comparison, Present
from .patch_plans import read_attribute
from .searching import Messages

#: The keys around an object, by the names of fields and by those in JSON: versions differ.
Prefixes = tuple[str, str]
#: Stands for the former content of an object that is new.
NEW: Mapping[str, Any] = {}


class OwnValue(NamedTuple):
    """An own value, and the object of a document that stands for it, by whose identity it is found.

    :param document: the object, which is kept alive.
    """

    document: Any
    value: Any


class SchemaDocument:
    """One changed document.

    :ivar unseen: the write-only fields that the document lacks, as marshmallow names them.
    """

    def __init__(self) -> None:
        self.unseen: list[str] = []
        self._own: dict[int, OwnValue] = {}
        self._opened: dict[int, OwnValue] = {}

    def note(self, schema: Schema, document: Mapping[str, Any], value: Any) -> None:
        """Note the own values of the objects in a document.

        :param value: that the document was dumped from.
        """
        self._own[id(document)] = OwnValue(document, value)
        for key, field in schema.dump_fields.items():
            part = document.get(wire_name(key, field))
            own = read_attribute(value, field.attribute or key)
            for found in find_noted(field, part, own):
                self.note(*found)

    def open(
        self, schema: Schema, changed: Comparison, prefixes: Prefixes = ("", "")
    ) -> dict[str, Any]:
        """Return a changed object as a Schema loads it.

        :param prefixes: the keys around it, as marshmallow names fields.
        :raises marshmallow.ValidationError: for a new object without a required write-only key.
        """
        after, found = changed.after, Messages()
        known = by_wire_name(schema.fields)
        opened = {key: deepcopy(value) for key, value in after.items() if key not in known}
        for key, field in schema.fields.items():
            wire = wire_name(key, field)
            try:
                if field.load_only and wire not in after:
                    if field.required and changed.before is NEW:
                        raise ValidationError([MISSING])  # only an own object has it
                    self.unseen += [f"{prefix}{key}" for prefix in prefixes]
                elif field.dump_only and changed.sets(wire):
                    opened[wire] = None  # the Schema rejects it
                elif wire in after and not field.dump_only:
                    inside = f"{prefixes[0]}{key}.", f"{prefixes[1]}{wire}."
                    former = changed.before.get(wire)
                    opened[wire] = self._open_value(field, former, after[wire], inside)
            except ValidationError as error:
                found.add(wire, error.messages)
        if found.by_key:
            raise found.error()
        own = self._own.get(id(changed.before))
        self._opened[id(opened)] = OwnValue(opened, own.value if own else None)
        return opened

    def _open_value(self, field: Any, former: Any, value: Any, prefixes: Prefixes) -> Any:
        if is_nested_object(field) and isinstance(value, dict):
            return self.open(field.schema, compare_former(former, value), prefixes)
        if is_nested_object(field) and isinstance(value, list):
            return list(self._open_items(field, enumerate(value), prefixes).values())
        if isinstance(field, fields.List) and isinstance(value, list):
            return list(self._open_items(field.inner, enumerate(value), prefixes).values())
        if isinstance(field, fields.Mapping) and field.value_field and isinstance(value, dict):
            return self._open_items(field.value_field, value.items(), prefixes, "value")
        return deepcopy(value)

    def _open_items(
        self, field: Any, items: Iterable[tuple[Any, Any]], prefixes: Prefixes, *around: str
    ) -> dict[Any, Any]:
        """Return the items of a collection as a Schema loads them, by key or index.

        :param around: the keys around their messages.
        """
        opened, found = {}, Messages()
        for key, item in items:
            try:
                opened[key] = self._open_value(field, None, item, prefixes)
            except ValidationError as error:
                found.add(key, {**dict.fromkeys(around, error.messages)} or error.messages)
        if found.by_key:
            raise found.error()
        return opened

    def complete(self, field: Any, opened: Any, loaded: Any) -> Any:
        """Return a loaded value, whose dicts have everything that the Schema does not load."""
        if is_nested_object(field) and isinstance(opened, dict):
            return self.complete_object(field.schema, opened, loaded)
        inner = find_item_field(field)
        if inner is None:
            return loaded
        if isinstance(loaded, dict):
            pairs = zip(loaded.items(), opened.values(), strict=True)
            return {key: self.complete(inner, part, one) for (key, one), part in pairs}
        return [self.complete(inner, *pair) for pair in zip(opened, loaded, strict=True)]

    def complete_object(self, schema: Schema, opened: Any, loaded: Any) -> Any:
        """Return a loaded dict with everything of the own dict that the Schema does not load."""
        shown = set()
        for key, field in schema.load_fields.items():
            name, wire = field.attribute or key, wire_name(key, field)
            if not field.load_only:
                shown.add(name)
            if loaded.get(name) is not None and wire in opened:
                loaded[name] = self.complete(field, opened[wire], loaded[name])
        own = self._opened[id(opened)].value
        kept = own if isinstance(own, Mapping) else {}
        return {**{key: value for key, value in kept.items() if key not in shown}, **loaded}


def is_nested_object(field: Any) -> bool:
    """Return whether the values of a field are objects, or arrays of them."""
    return isinstance(field, fields.Nested) and not isinstance(field, fields.Pluck)


def find_item_field(field: Any) -> Any:
    """Return the field of the items of a collection; ``None`` for any other field."""
    if isinstance(field, fields.List):
        return field.inner
    if isinstance(field, fields.Mapping):
        return field.value_field
    return field if is_nested_object(field) else None


def find_noted(field: Any, part: Any, own: Any) -> Iterator[tuple[Schema, dict[str, Any], Any]]:
    """Yield the objects in a part of a document: the Schema, the object, and the own value."""
    if is_nested_object(field) and isinstance(part, dict):
        yield field.schema, part, own
    elif isinstance(part, list) and is_sequence(own):
        for pair in zip(part, own, strict=False):
            yield from find_noted(find_item_field(field), *pair)
    elif isinstance(part, dict) and isinstance(own, Mapping):
        for pair in zip(part.values(), own.values(), strict=False):
            yield from find_noted(find_item_field(field), *pair)


def compare_former(former: Any, after: Mapping[str, Any]) -> Comparison:
    """Return the comparison of an object with its former content.

    :param former: the value that was at its place.
    """
    if isinstance(after, Present):
        return Comparison.of_object(after)
    return Comparison(former if isinstance(former, dict) else NEW, after, EVERYWHERE)
