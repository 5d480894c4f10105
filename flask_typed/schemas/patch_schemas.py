"""Applies partial updates by a user's marshmallow Schema, which loads and dumps dicts.

Registration time makes the plans; views call them by :meth:`.Patch.apply`. The changed object is
dumped, changed and loaded again as a whole, by all hooks and validators of the Schema.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, missing

from ..declare.patches import Changes, Patch, PatchField
from ..exceptions import DeclarationError
from ..libraries.marshmallow import has_post_load
from ..messages.catalogue import MISSING
from .families.model_schemas import wire_name
from .fields import dump_value
from .json_patches import change_document, find_changed, hold_present, reject_invalid_result
from .marshmallow_fields import HeldNested, schema_field
from .patch_faults import make_invalid
from .patch_plans import Assignment, carry_out, read_attribute
from .schema_documents import SchemaDocument, compare_former, find_item_field, is_nested_object


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
        paths = find_changed(operations)
        touched = {path[0] for path in paths if path}
        known = {wire_name(*one): name for name, one in by_attribute(self.schema).items()}
        extra = touched - known.keys() if self.schema.unknown == INCLUDE else ()
        given = (name for wire, name in known.items() if () in paths or wire in touched)
        return frozenset((*given, *extra))

    def apply(self, changes: Changes, target: Any) -> Any:
        """Return the changed object, once it is valid as a whole.

        :raises RequestInvalid: if it is not.
        """
        before = dump_value(self._whole, target)
        try:
            loaded = self._load(before, overlay(self.schema, hold_present(before), changes), target)
            return change_by_schema(self.schema, changes, target, loaded)
        except ValidationError as error:
            raise make_invalid(error, self.schema) from error

    def apply_operations(self, operations: Sequence[Any], target: Any) -> Any:
        """Return the object changed by a JSON Patch, once it is valid as a whole.

        :raises RequestInvalid: for an operation that fails, and if the object is not valid.
        """
        before = dump_value(self._whole, target)
        after = change_document(operations, before)
        try:
            loaded = self._load(before, after, target)
            return change_by_schema(self.schema, self.find_given(operations), target, loaded)
        except ValidationError as error:
            raise reject_invalid_result(error, self.schema, operations) from error

    def _load(self, before: Any, after: Any, target: Any) -> Any:
        """Return the whole changed object as a dict.

        :raises marshmallow.ValidationError: if it is not valid.
        """
        if not isinstance(after, dict):
            return self.schema.load(after)
        document = SchemaDocument()
        document.note(self.schema, before, target)
        opened = document.open(self.schema, compare_former(before, after))
        loaded = self.schema.load(opened, partial=document.unseen)
        return document.complete_object(self.schema, opened, loaded)


def by_attribute(schema: Schema) -> Mapping[str, tuple[str, fields.Field[Any]]]:
    """Return the fields that a schema loads, and their keys in it, by the keys of loaded dicts."""
    return {field.attribute or key: (key, field) for key, field in schema.load_fields.items()}


def overlay(schema: Schema, before: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of an object with changes."""
    made = dict(before or {})
    known = by_attribute(schema)
    for name, value in changes.items():
        if name not in known:  # an extra key, which the Schema includes
            made[name] = value
            continue
        key, field = known[name]
        wire = wire_name(key, field)
        if isinstance(value, Changes):
            made[wire] = overlay(open_inner(field), made.get(wire), value)
        else:
            made[wire] = write_loaded(field, name, value)
    return made


def write_loaded(field: Any, name: str, value: Any) -> Any:
    """Return the JSON of a loaded value, with the write-only keys of the objects inside of it.

    :param name: of the value.
    """
    if is_nested_object(field) and isinstance(value, dict):
        return overlay(open_inner(field), None, value)
    inner = find_item_field(field)
    if inner is not None and isinstance(value, list):
        return [write_loaded(inner, name, item) for item in value]
    return field.serialize(name, {name: value})


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
    """Yield the assignments of changed values; those inside an inner object are its attributes'.

    :raises marshmallow.ValidationError: for a value that was removed from an object that needs it.
    """
    for name in changes:
        value, present = loaded.get(name, missing), read_attribute(target, name)
        if isinstance(target, Mapping) and not is_inner(known.get(name), value):
            yield Assignment(target, name, value)
        elif name in known:  # else an extra key, which is no attribute
            key, field = known[name]
            try:
                yield from find_inside(field, changes, Assignment(target, name, value), present)
            except ValidationError as error:
                raise ValidationError({wire_name(key, field): error.messages}) from error


def find_inside(
    field: Any, changes: Any, assignment: Assignment, present: Any
) -> Iterator[Assignment]:
    """Yield the assignments of one changed value.

    :param assignment: of the value itself.
    :param present: the present value.
    """
    value = assignment.value
    if is_inner((field.name, field), value) and has_attributes(present):
        inside = by_attribute(open_inner(field))
        is_merged = isinstance(changes, Changes)
        inner = changes[assignment.name] if is_merged else find_shown(inside, value, present)
        yield from find_assignments(inside, inner, present, value)
    elif value is not missing:
        yield assignment
    elif not field.load_only:
        reject_removal(field)
        yield assignment._replace(value=None)


def find_shown(inside: Iterable[str], value: Mapping[str, Any], present: Any) -> list[str]:
    """Return the names of an inner object's values that it has, or had before."""
    return [
        name
        for name in inside
        if name in value or read_attribute(present, name) not in (missing, None)
    ]


def has_attributes(present: Any) -> bool:
    """Return whether a present value is an object whose attributes are set."""
    return not isinstance(present, Mapping) and present not in (missing, None)


def reject_removal(field: fields.Field[Any]) -> None:
    """Reject a value that was removed, unless ``None`` may stand for it: attributes stay."""
    if not field.allow_none:
        raise ValidationError([MISSING])


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
    return isinstance(value, dict) and known is not None and is_nested_object(known[1])


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
    hooked = next(filter(has_post_load, find_schemas_inside(schema, {})), None)
    if hooked is not None:
        raise DeclarationError(
            f"{type(hooked).__name__} has a post_load hook, which would get only a part of the"
            " object.",
            instead="Write `Patch[…]` with a Schema that loads a dict, or with a dataclass.",
        )


def find_schemas_inside(schema: Schema, seen: dict[type[Schema], Schema]) -> Iterable[Schema]:
    """Return a schema and those inside of it, one of each class.

    :param seen: those that are found already.
    """
    if type(schema) not in seen:
        seen[type(schema)] = schema
        for field in schema.fields.values():
            inner: Any = field
            while inner is not None and not is_nested_object(inner):
                inner = find_item_field(inner)
            opened = open_known(inner)
            if opened is not None:
                find_schemas_inside(opened, seen)
    return seen.values()


def open_known(field: Any) -> Schema | None:
    """Return the schema of a nested field; ``None`` for no field, or a name not defined yet."""
    try:
        return None if field is None else open_inner(field)
    except Exception:  # marshmallow, or the user's function that makes it, may raise any error
        return None
