"""Reads the changes of an object from the document that a JSON Patch has made of it.

Request time. An object of the document continues one of the object's own values if it is the same
one, perhaps at another place, or if it replaces one. It keeps what the document does not show, and
its read-only values may only be as they were::

    note                the own value of each object in the document
    read_document       the changed members of an object
      └── read_value    one value; arrays and mappings by their items
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from marshmallow import RAISE, ValidationError, fields, missing

from ..declare.patches import Changes, KeyChanges
from ..messages.catalogue import MISSING, UNKNOWN
from .families.containers import Array, FixedArray, Object, is_sequence, write_key
from .families.model_records import ModelField
from .families.model_schemas import ModelSchema, ModelValue
from .families.unions import AnyOf, Tagged
from .json_patches import Comparison, Present
from .searching import Messages


class Attribute(NamedTuple):
    """One attribute of a type.

    :param key: of its field in the schema.
    :param name: of the attribute, or of the key of a dict.
    :param wire: its name in JSON.
    :param is_argument: whether the constructor takes it.
    :param may_enter: whether a request may have it.
    :param is_removable: whether null removes the value: it may be absent, but not null.
    """

    key: str
    name: str
    wire: str
    described: ModelField
    field: fields.Field[Any]
    is_argument: bool
    may_enter: bool
    is_removable: bool


class DocumentPlan(Protocol):
    """Knows a type with named fields."""

    @cached_property
    def schema(self) -> ModelSchema:
        """The schema of whole objects."""
        ...

    @cached_property
    def by_wire(self) -> Mapping[str, Attribute]:
        """The attributes by their names in JSON."""
        ...

    @property
    def rest_attribute(self) -> str | None:
        """The attribute with all extra keys; ``None`` if they are attributes themselves."""
        ...

    def build(self, changes: Changes, target: Any) -> Any:
        """Return a new object of the changes, and of the other values of the present object."""
        ...


class OwnObject(NamedTuple):
    """The own value of an object in the document, which is kept alive by its document.

    :param document: the object of the document before it was changed.
    """

    document: Any
    value: Any


@dataclass(frozen=True, slots=True)
class ChangedDocument:
    """Reads the values of one changed document.

    :param find_plan: returns the plan of a type.
    :param holders: the own values, by the identity of their objects in the document.
    """

    find_plan: Callable[[Any], DocumentPlan]
    holders: dict[int, OwnObject]

    def note(self, field: Any, document: Any, value: Any) -> None:
        """Note the own values of the objects in a part of the document.

        :param field: of the part.
        :param value: that the part was dumped from.
        """
        for inner, part, own in find_own_parts(field, document, value):
            self.note(inner, part, own)
        member = find_model_of(field, document, value) if isinstance(document, dict) else None
        if member is not None:
            plan = self.find_plan(member.model.type)
            self.note_object(plan, document, value)

    def note_object(self, plan: DocumentPlan, document: Mapping[str, Any], value: Any) -> None:
        """Note the own values of an object and of the objects inside of it."""
        self.holders[id(document)] = OwnObject(document, value)
        for wire, member in plan.by_wire.items():
            if wire in document:
                own = plan.schema.read_value(value, member.field, member.described)
                self.note(member.field, document[wire], own)

    def read_document(self, plan: DocumentPlan, document: Comparison) -> Changes:
        """Return the changes between two documents of an object.

        :raises marshmallow.ValidationError: for values that are not valid.
        """
        if not isinstance(document.after, dict):
            raise ValidationError([plan.schema.error_messages["type"]])
        found, changes, rest = Messages(), Changes(), KeyChanges()
        for wire in document.find_touched():
            member = plan.by_wire.get(wire)
            try:
                if member is not None and member.may_enter:
                    changes[member.name] = self._read_member(member, document)
                elif member is None and plan.schema.rest:
                    rest[wire] = self._read_extra(plan.schema.rest[0], document, wire)
                elif document.sets(wire):
                    reject_key(plan.schema, wire)
            except ValidationError as error:
                found.add(wire, error.messages)
        if found.by_key:
            raise found.error()
        if rest and plan.rest_attribute is not None:
            changes[plan.rest_attribute] = rest
        else:
            changes.update(rest)
        return changes

    def _read_member(self, member: Attribute, document: Comparison) -> Any:
        if member.wire not in document.after:
            if member.described.required:
                raise ValidationError([MISSING])
            return missing
        inner = document.inside(member.wire)
        if isinstance(member.field, ModelValue) and inner.is_continued:
            return self.read_document(self.find_plan(member.field.model.type), inner)
        return self.read_value(member.field, inner.after)

    def _read_extra(self, field: Any, document: Comparison, wire: str) -> Any:
        return self.read_value(field, document.after[wire]) if wire in document.after else missing

    def read_value(self, field: Any, value: Any) -> Any:
        """Return the value of a part of the document.

        :raises marshmallow.ValidationError: if it is not valid.
        """
        holder = self.holders.get(id(value.before)) if isinstance(value, Present) else None
        if holder is not None:
            member = find_model_of(field, *holder)
            if member is not None and is_tagged_alike(field, value):
                return field.check(self._continue(member, value, holder.value))
        return self._open(field).deserialize(
            value if isinstance(field, WITH_ITEMS) else deepcopy(value)
        )

    def _continue(self, field: ModelValue, value: Present, own: Any) -> Any:
        """Return a new object that continues an own value, which may be changed at its place."""
        plan = self.find_plan(field.model.type)
        return plan.build(self.read_document(plan, Comparison.of_object(value)), own)

    def _open(self, field: Any) -> Any:
        """Return a field that reads the items of a collection by this reader."""
        if not isinstance(field, WITH_ITEMS):
            return field
        opened = copy(field)
        if isinstance(opened, Array):
            opened.inner = ChangedItem(opened.inner, self)
        elif isinstance(opened, Object):
            opened.value_field = ChangedItem(opened.value_field, self)
        else:
            items: list[Any] = [ChangedItem(one, self) for one in opened.tuple_fields]
            opened.tuple_fields = items
        return opened


#: The fields whose items are read one by one.
WITH_ITEMS = (Array, Object, FixedArray)


class ChangedItem(fields.Field[Any]):
    """The items of a collection in a changed document.

    :param field: of the items.
    """

    def __init__(self, field: fields.Field[Any], reader: ChangedDocument) -> None:
        super().__init__()
        self._field = field
        self._reader = reader

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        """Return the value of an item."""
        return self._reader.read_value(self._field, value)


def find_own_parts(field: Any, document: Any, value: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the items of a collection: the field, the part of the document, and the own value."""
    if isinstance(field, Array) and is_sequence(value):  # the items of a set have no places
        yield from ((field.inner, *pair) for pair in zip(document, value, strict=False))
    elif isinstance(field, FixedArray):
        yield from zip(field.tuple_fields, document, value, strict=False)
    elif isinstance(field, Object):
        for key, own in value.items():
            yield field.value_field, document[write_key(field.key_field, key)], own


def find_model_of(field: Any, document: Mapping[str, Any], value: Any) -> ModelValue | None:
    """Return the field of the model that an object of the document belongs to.

    :param document: the object before the operations.
    :param value: that it was dumped from.
    """
    if isinstance(field, ModelValue):
        return field
    if isinstance(field, Tagged):
        return field.members.get(document.get(field.tag))
    members = field.members if isinstance(field, AnyOf) else ()
    return next((one for one in members if isinstance(one, ModelValue) and one.holds(value)), None)


def is_tagged_alike(field: Any, value: Present) -> bool:
    """Return whether an object has the tag that it had, if it has one."""
    return not isinstance(field, Tagged) or value.get(field.tag) == value.before[field.tag]


def reject_key(schema: ModelSchema, wire: str) -> None:
    """Reject a key that no field loads, unless it is ignored."""
    if schema.unknown == RAISE and wire not in schema.ignored:
        raise ValidationError([UNKNOWN])
