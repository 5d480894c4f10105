"""Applies partial updates by a user's marshmallow Schema, which loads and dumps dicts.

Registration time makes the plans; views call them by :meth:`.Patch.apply`. The changed object is
dumped, changed and loaded again as a whole, by all hooks and validators of the Schema.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

from ..declare.patches import Changes, Patch, PatchField
from ..exceptions import DeclarationError
from ..libraries.marshmallow import has_post_load
from .families.model_schemas import wire_name
from .fields import dump_value
from .json_patches import change_document, find_changed, reject_invalid_result
from .marshmallow_fields import HeldNested, schema_field
from .patch_faults import make_invalid
from .patch_plans import Assignment, carry_out, read_attribute


class SchemaPlan:
    """How objects are changed that a Schema describes.

    :param whole: the field of a whole object.
    """

    def __init__(self, whole: fields.Nested) -> None:
        self._whole = whole

    @property
    def schema(self) -> Schema:
        """The schema of whole objects."""
        return self._whole.schema

    def reject_names(self, given: Mapping[str, Any]) -> None:
        """Raise for a name that the Schema does not load.

        :raises TypeError: for the first such name.
        """
        known = by_attribute(self.schema)
        for name in given:
            if name not in known:
                raise TypeError(f"{type(self.schema).__name__} has no {name!r} that it loads.")

    def view(self, changes: Changes) -> Any:
        """Return the new values by key."""
        return {
            name: self.view(value) if isinstance(value, Changes) else value
            for name, value in changes.items()
        }

    def find_given(self, operations: Sequence[Any]) -> frozenset[str]:
        """Return the names of the attributes that the operations of a JSON Patch change."""
        known = by_attribute(self.schema)
        paths = find_changed(operations)
        touched = {path[0] for path in paths if path}
        return frozenset(
            name
            for name, (key, field) in known.items()
            if () in paths or wire_name(key, field) in touched
        )

    def apply(self, changes: Changes, target: Any) -> Any:
        """Return the changed object, once it is valid as a whole.

        :raises RequestInvalid: if it is not.
        """
        before = dump_value(self._whole, target)
        try:
            loaded = self._load(before, overlay(self.schema, before, changes))
        except ValidationError as error:
            raise make_invalid(error, self.schema) from error
        return change_by_schema(self.schema, changes, target, loaded)

    def apply_operations(self, operations: Sequence[Any], target: Any) -> Any:
        """Return the object changed by a JSON Patch, once it is valid as a whole.

        :raises RequestInvalid: for an operation that fails, and if the object is not valid.
        """
        before = dump_value(self._whole, target)
        after = change_document(operations, before)
        try:
            loaded = self._load(before, after)
        except ValidationError as error:
            raise reject_invalid_result(error, self.schema, operations) from error
        changes = {name: loaded.get(name, missing) for name in self.find_given(operations)}
        return change_by_schema(self.schema, changes, target, loaded)

    def _load(self, before: Any, after: Any) -> Any:
        """Return the whole object; its read-only keys may only be as they were."""
        schema = self.schema
        read_only = {wire_name(key, f) for key, f in schema.fields.items() if f.dump_only}
        unseen = [key for key, field in schema.fields.items() if field.load_only]
        if isinstance(after, dict):
            after = {
                key: value
                for key, value in after.items()
                if not (key in read_only and key in before and before[key] == value)
            }
        return schema.load(after, partial=unseen)


def by_attribute(schema: Schema) -> Mapping[str, tuple[str, fields.Field[Any]]]:
    """Return the fields that a schema loads, and their keys in it, by the keys of loaded dicts."""
    return {field.attribute or key: (key, field) for key, field in schema.load_fields.items()}


def overlay(schema: Schema, before: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of an object with changes."""
    made = dict(before or {})
    for name, value in changes.items():
        key, field = by_attribute(schema)[name]
        wire = wire_name(key, field)
        if isinstance(value, Changes):
            made[wire] = overlay(open_inner(field), made.get(wire), value)
        else:
            made[wire] = field.serialize(name, {name: value})
    return made


def change_by_schema(schema: Schema, changes: Iterable[str], target: Any, loaded: Any) -> Any:
    """Return the object with the changed values of a loaded dict."""
    known = by_attribute(schema)
    carry_out(list(find_assignments(known, changes, target, loaded)))
    return target


def find_assignments(
    known: Mapping[str, tuple[str, fields.Field[Any]]],
    changes: Iterable[str],
    target: Any,
    loaded: Mapping[str, Any],
) -> Iterator[Assignment]:
    """Yield the assignments of changed values; those inside an inner object are its attributes'."""
    for name in changes:
        value, present = loaded.get(name, missing), read_attribute(target, name)
        is_object = not isinstance(present, Mapping) and present not in (missing, None)
        if is_object and isinstance(value, Mapping) and isinstance(known[name][1], fields.Nested):
            inner = changes[name] if isinstance(changes, Changes) else value
            fields_inside = by_attribute(open_inner(known[name][1]))
            yield from find_assignments(fields_inside, inner, present, value)
        else:
            yield Assignment(target, name, value)


class SchemaPatch(PatchField, HeldNested):
    """The changes of an object that a Schema describes.

    :ivar whole: the field of a whole object, whose schema is made with this one's.
    """

    whole: fields.Nested

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:  # type: ignore[override]  # as that of HeldNested
        loaded = super()._deserialize(value, attr, data, **options)
        return Patch.from_request(self.plan, adopt_changes(self.schema, loaded))


def adopt_changes(schema: Schema, loaded: Mapping[str, Any]) -> Changes:
    """Return a loaded dict as changes, also the dicts of inner objects."""
    known = by_attribute(schema)
    changes = Changes(loaded)
    for name, value in loaded.items():
        if is_inner(known.get(name), value):
            changes[name] = adopt_changes(open_inner(known[name][1]), value)
    return changes


def open_inner(field: Any) -> Schema:
    """Return the schema of an inner object."""
    schema: Schema = field.schema
    return schema


def is_inner(known: tuple[str, fields.Field[Any]] | None, value: Any) -> bool:
    """Return whether a value is the dict of an inner object."""
    return isinstance(value, dict) and known is not None and isinstance(known[1], fields.Nested)


def make_schema_patch(given: Any, options: Mapping[str, Any]) -> SchemaPatch:
    """Return the field of the changes of an object that a Schema describes.

    :param given: the Schema, a class or an instance.
    :raises DeclarationError: for a Schema that makes objects, or arrays of them.
    """
    schema = given() if isinstance(given, type) else given
    reject_whole_schema(schema)
    partial = copy.copy(schema)
    partial.partial = True
    made = SchemaPatch(partial, **options)
    made.whole = schema_field(schema, "", {})
    made.plan = SchemaPlan(made.whole)
    return made


def reject_whole_schema(schema: Schema) -> None:
    """Raise for a Schema that loads an array, or makes objects of what it has loaded."""
    name = type(schema).__name__
    if schema.many:
        raise DeclarationError(
            f"{name} is many, but a patch changes one object.",
            instead="Leave out `many`.",
        )
    if has_post_load(schema):
        raise DeclarationError(
            f"{name} has a post_load hook, which would get only a part of the object.",
            instead="Write `Patch[…]` with a Schema that loads a dict, or with a dataclass.",
        )
