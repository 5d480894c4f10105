"""Applies partial updates: the changed object is checked as a whole before anything is changed.

Registration time makes the plans; views call them by :meth:`.Patch.apply`. The order of the work::

    ModelPlan.apply
      ├── build            a new T of the changes and of the object's other values: valid?      422
      │    ├── merge       a changed value, into the present one
      │    └── keep        any other value: checked, and rows inside it become objects
      └── change           sets the changed attributes, or returns the new T
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields, missing
from typing_extensions import is_typeddict

from ..declare.patches import Changes, KeyChanges
from ..exceptions import ResponseMismatch
from ..libraries.marshmallow import run_validators
from ..messages.catalogue import MISSING
from .families.containers import Array, Object, write_key
from .families.model_records import Model, ModelField
from .families.model_schemas import (
    REST_KEY,
    ModelSchema,
    ModelValue,
    wire_name,
)
from .families.scalars import Anything
from .fields import TypedField, accepts_null
from .hints import name_of, read_hint
from .json_patches import Comparison, change_document, find_changed, reject_invalid_result
from .patch_documents import Attribute, ChangedDocument
from .patch_faults import make_invalid
from .searching import Messages
from .sentinels import is_sentinel

#: Stands for an object that does not exist yet.
NO_OBJECT: Any = object()


def can_remove(described: ModelField, model: Model) -> bool:
    """Return whether an object may lack a value: it has a sentinel, or is ``NotRequired``."""
    return described.may_be_absent or (model.construct is dict and not described.required)


class GivenValues:
    """The new values of an object by attribute; reading any other attribute is an error."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        vars(self).update(values)

    def __getattr__(self, name: str) -> Any:
        known = ", ".join(vars(self)) or "nothing"
        raise AttributeError(f"{name!r} was not sent: `patch.given` has {known}.")


class Assignment(NamedTuple):
    """One assignment to an attribute or a key; ``missing`` removes a key."""

    holder: Any
    name: str
    value: Any


class ModelPlan:
    """How objects of a type with named fields are changed.

    :param model: the type.
    :param get_schema: returns the schema of whole objects.
    :param find_plan: returns the plan of another type.
    """

    def __init__(
        self,
        model: Model,
        get_schema: Callable[[], ModelSchema],
        find_plan: Callable[[Any], ModelPlan],
    ) -> None:
        self._model = model
        self._get_schema = get_schema
        self._find_plan = find_plan
        self._is_dict = is_typeddict(model.origin)

    @cached_property
    def schema(self) -> ModelSchema:
        """The schema of whole objects."""
        return self._get_schema()

    @cached_property
    def members(self) -> Mapping[str, Attribute]:
        """The attributes of the type by name, without constants."""
        arguments = find_constructor_arguments(self._model)
        made = {}
        for key, described in self.schema.model_fields.items():
            if described.constant is not missing:
                continue
            name = described.attribute or described.name
            field = self.schema.fields[key]
            is_argument = (
                described.direction != "out" or arguments is None or (described.name in arguments)
            )
            made[name] = Attribute(
                key,
                name,
                wire_name(key, field),
                described,
                field,
                is_argument,
                may_enter=key in self.schema.load_fields,
                is_removable=can_remove(described, self._model) and not accepts_null(field),
            )
        return made

    @cached_property
    def by_wire(self) -> Mapping[str, Attribute]:
        """The attributes by their names in JSON."""
        return {member.wire: member for member in self.members.values()}

    @property
    def rest_attribute(self) -> str | None:
        """The attribute with all extra keys; ``None`` if they are attributes themselves."""
        return self._model.rest_attribute if self._model.rest_field else None

    def reject_names(self, given: Mapping[str, Any]) -> None:
        """Raise for a name that is not an attribute of the type.

        :raises TypeError: for the first such name.
        """
        for name in given:
            is_rest = self._model.has_rest and self._model.rest_attribute in ("", name)
            member = self.members.get(name)
            if not is_rest and (member is None or not member.may_enter):
                raise TypeError(f"{name_of(self._model.type)} has no {name!r} that a request sets.")

    def view(self, changes: Changes) -> Any:
        """Return the new values by attribute, or by key for a type of dicts."""
        values = {name: self._view_value(name, value) for name, value in changes.items()}
        return values if self._is_dict else GivenValues(values)

    def _view_value(self, name: str, value: Any) -> Any:
        member = self.members.get(name)
        if member is None:
            return value
        if value is None and member.is_removable:
            sentinels = read_hint(member.described.annotation).sentinels
            return next(iter(sentinels), None)
        return self._view_inner(member.field, value)

    def _view_inner(self, field: Any, value: Any) -> Any:
        if isinstance(value, Changes):
            return self._find_plan(field.model.type).view(value)
        if isinstance(value, KeyChanges):
            return {key: self._view_inner(field.value_field, one) for key, one in value.items()}
        return value

    def apply(self, changes: Changes, target: Any) -> Any:
        """Return the changed object, once it is valid as a whole.

        :raises RequestInvalid: if it is not.
        """
        try:
            made = self.build(changes, target)
        except ValidationError as error:
            raise make_invalid(error, self.schema) from error
        return self.change(changes, target, made)

    def find_given(self, operations: Sequence[Any]) -> frozenset[str]:
        """Return the names of the attributes that the operations of a JSON Patch change."""
        paths = find_changed(operations)
        wires = self.by_wire if () in paths else {path[0] for path in paths}
        known = map(self.by_wire.get, wires)
        names = (member.name for member in known if member is not None and member.may_enter)
        return frozenset(names)

    def apply_operations(self, operations: Sequence[Any], target: Any) -> Any:
        """Return the object changed by a JSON Patch, once it is valid as a whole.

        :raises RequestInvalid: for an operation that fails, and if the object is not valid.
        """
        before = self.schema.dump(target)
        after = change_document(operations, before)
        reader = ChangedDocument(self._find_plan, {})
        reader.note_object(self, before, target)
        try:
            changed = Comparison(before, after, find_changed(operations))
            changes = reader.read_document(self, changed)
            made = self.build(changes, target)
        except ValidationError as error:
            raise reject_invalid_result(error, self.schema, operations) from error
        return self.change(changes, target, made)

    def build(self, changes: Changes, target: Any = NO_OBJECT) -> Any:
        """Return a new object of the changes, and of the other values of the present object.

        :raises marshmallow.ValidationError: if it is not valid.
        """
        found = Messages()
        loaded: dict[str, Any] = {}
        for member in self.members.values():
            try:
                value = self._find_value(member, changes, target)
            except ValidationError as error:
                found.add(member.wire, error.messages)
                continue
            except ResponseMismatch as error:
                raise error.inside(member.described.name) from None
            if value is not missing and member.is_argument:
                loaded[member.key] = value
        if self.schema.rest:
            loaded[REST_KEY] = self._merge_rest(changes, target, found)
        if found.by_key:
            raise found.error()
        return self.schema.finish(loaded)

    def _find_value(self, member: Attribute, changes: Changes, target: Any) -> Any:
        """Return the new value of an attribute, or the present one; ``missing`` for neither."""
        if member.name not in changes:
            present = self._read(member, target)
            return present if present is missing else self.keep(member.field, present)
        new = changes[member.name]
        if new is missing or (new is None and member.is_removable):
            return missing
        merges = isinstance(new, (Changes, KeyChanges)) or isinstance(member.field, Anything)
        present = self._read(member, target, is_needed=False) if merges else missing
        return self.merge(member.field, new, present)

    def _read(self, member: Attribute, target: Any, *, is_needed: bool = True) -> Any:
        """Return the present value of an attribute; ``missing`` if it may be absent.

        :raises marshmallow.ValidationError: if a new object needs it.
        :raises ResponseMismatch: if the present object lacks it.
        """
        described = member.described
        if target is NO_OBJECT:
            if described.required and is_needed and described.direction != "out":
                raise ValidationError([MISSING])
            return missing
        value = self.schema.read_value(target, member.field, described)
        if is_sentinel(value):
            return missing
        may_lack = isinstance(target, Mapping) or described.direction != "both"
        if value is missing and is_needed and (described.required or not may_lack):
            raise ResponseMismatch(
                name_of(self._model.type), f"no {member.name!r} in {type(target).__name__}"
            )
        return value

    def merge(self, field: Any, new: Any, present: Any) -> Any:
        """Return a new value, merged into the present one as RFC 7396 does.

        :raises marshmallow.ValidationError: if the result is not valid.
        """
        if isinstance(new, Changes):
            holder = NO_OBJECT if present is missing or present is None else present
            return check_whole(field, self._find_plan(field.model.type).build(new, holder))
        if isinstance(new, KeyChanges):
            return check_whole(field, field.collect(self._merge_keys(field, new, present)))
        if isinstance(field, Anything):
            return merge_json(new, present)
        return new

    def _merge_keys(self, field: Object, new: KeyChanges, present: Any) -> dict[Any, Any]:
        made = dict(present) if isinstance(present, Mapping) else {}
        found = Messages()
        for key, value in new.items():
            try:
                self._merge_key(made, key, value, field.value_field)
            except ValidationError as error:
                found.add(write_key(field.key_field, key), {"value": error.messages})
        if found.by_key:
            raise found.error()
        return made

    def _merge_key(self, made: dict[Any, Any], key: Any, value: Any, field: Any) -> None:
        if value is None or value is missing:
            made.pop(key, None)
        else:
            made[key] = self.merge(field, value, made.get(key, missing))

    def _merge_rest(self, changes: Changes, target: Any, found: Messages) -> dict[str, Any]:
        """Return the extra keys of the new object with their values."""
        made = {} if target is NO_OBJECT else dict(self.schema.find_extra(target))
        if self._model.rest_field:
            new = changes.get(self._model.rest_attribute, {})
        else:
            new = {name: value for name, value in changes.items() if name not in self.members}
        for key, value in new.items():
            try:
                self._merge_key(made, key, value, self.schema.rest[0])
            except ValidationError as error:
                found.add(key, error.messages)
        return made

    def keep(self, field: Any, value: Any) -> Any:
        """Return a present value that is valid, with objects of the type in place of rows.

        :raises marshmallow.ValidationError: if a constraint rejects it.
        :raises ResponseMismatch: if it is not of the type: the program has made it.
        """
        if value is None:
            if accepts_null(field):
                return None
            raise ResponseMismatch(getattr(field, "expected", "a value"), "None")
        if isinstance(field, ModelValue):
            made = self._find_plan(field.model.type).build(Changes(), value)
            return check_whole(field, value if field.holds(value) else made)
        if isinstance(field, Array) and not is_unrestricted(field.inner):
            return check_whole(field, field.collect(self._keep_items(field.inner, value)))
        if isinstance(field, Object) and not is_unrestricted(field.value_field):
            return check_whole(field, field.collect(self._keep_values(field, value)))
        if not isinstance(field, TypedField):
            run_validators(field, value)
        elif not is_unrestricted(field):
            field.check_again(value, field.dump(value))
        return value

    def _keep_values(self, field: Object, values: Mapping[Any, Any]) -> dict[Any, Any]:
        found = Messages()
        made = {}
        for key, value in values.items():
            try:
                made[key] = self.keep(field.value_field, value)
            except ValidationError as error:
                found.add(write_key(field.key_field, key), {"value": error.messages})
        if found.by_key:
            raise found.error()
        return made

    def _keep_items(self, inner: fields.Field[Any], items: Any) -> list[Any]:
        found = Messages()
        made = []
        for index, item in enumerate(items):
            try:
                made.append(self.keep(inner, item))
            except ValidationError as error:
                found.add(index, error.messages)
        if found.by_key:
            raise found.error()
        return made

    def change(self, changes: Changes, target: Any, made: Any) -> Any:
        """Return the changed object: the present one, or the new one if it cannot be changed.

        :param made: the new object.
        """
        if not self._is_changeable(target):
            return made
        carry_out(list(self._find_steps(changes, target, made)))
        return target

    def _find_steps(self, changes: Changes, target: Any, made: Any) -> Iterator[Assignment]:
        """Yield the assignments that make an object equal to a new one."""
        for name, new in changes.items():
            value = made.get(name, missing) if isinstance(made, Mapping) else getattr(made, name)
            present = read_attribute(target, name)
            if isinstance(new, Changes) and present is not missing and present is not None:
                plan = self._find_plan(self.members[name].field.model.type)  # type: ignore[attr-defined]  # a model's
                if plan._is_changed_inside(present, is_own=self._owns(target)):
                    yield from plan._find_steps(new, present, value)
                    continue
            yield Assignment(target, name, value)

    def _is_changed_inside(self, value: Any, *, is_own: bool) -> bool:
        """Return whether the attributes of an inner object are set, not the object itself.

        A row does not notice a change inside a value that one of its columns holds.

        :param is_own: whether the object around it is one of the declared type.
        """
        if isinstance(value, Mapping):
            return False
        return not self._owns(value) or (is_own and self._is_changeable(value))

    def _owns(self, value: Any) -> bool:
        """Return whether an object is of the type itself, not another with its attributes."""
        return isinstance(value, dict if self._is_dict else self._model.origin)

    def _is_changeable(self, value: Any) -> bool:
        if isinstance(value, Mapping):
            return isinstance(value, MutableMapping)
        return not is_frozen(type(value))


def find_constructor_arguments(model: Model) -> frozenset[str] | None:
    """Return the names of the arguments of a type's constructor; ``None`` if it takes any."""
    if model.construct is dict:
        return None
    return frozenset(inspect.signature(model.construct).parameters)


def is_frozen(cls: type) -> bool:
    """Return whether the attributes of a class's instances cannot be set."""
    dataclass_options = getattr(cls, "__dataclass_params__", None)
    struct_options = getattr(cls, "__struct_config__", None)
    return (
        issubclass(cls, tuple)
        or getattr(dataclass_options, "frozen", False)
        or getattr(struct_options, "frozen", False)
        or getattr(cls.__setattr__, "__name__", "") == "_frozen_setattrs"  # attrs
    )


def is_unrestricted(field: fields.Field[Any]) -> bool:
    """Return whether a field accepts every value of its Python type."""
    if not isinstance(field, TypedField) or not field.single:
        return False
    return not (field.validators or field.checks)


def check_whole(field: Any, made: Any) -> Any:
    """Return a value that is made of present and new ones, if its validators accept it."""
    return field.check(made)


def merge_json(new: Any, present: Any) -> Any:
    """Return a JSON value merged into another, by RFC 7396."""
    if not isinstance(new, Mapping):
        return new
    made = dict(present) if isinstance(present, Mapping) else {}
    for key, value in new.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merge_json(value, made.get(key))
    return made


def read_attribute(holder: Any, name: str) -> Any:
    """Return the value of a key or an attribute; ``missing`` if there is none."""
    if isinstance(holder, Mapping):
        return holder.get(name, missing)
    return getattr(holder, name, missing)


def assign(holder: Any, name: str, value: Any) -> None:
    """Set an attribute or a key; ``missing`` removes a key."""
    if not isinstance(holder, MutableMapping):
        # attrs would validate one value after another; they are valid together.
        put = object.__setattr__ if hasattr(type(holder), "__attrs_attrs__") else setattr
        put(holder, name, value)
    elif value is missing:
        holder.pop(name, None)
    else:
        holder[name] = value


def carry_out(steps: Sequence[Assignment]) -> None:
    """Carry out all steps, or none if an object rejects one of them."""
    done: list[Assignment] = []
    try:
        for step in steps:
            done.append(step._replace(value=read_attribute(step.holder, step.name)))
            assign(*step)
    except Exception:
        done.pop()  # it was rejected
        for step in reversed(done):
            assign(*step)
        raise
