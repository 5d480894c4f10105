"""Partial updates of pydantic models.

Registration time makes the plans; requests are read by partial models. Views call
:meth:`.Patch.apply`, which lets pydantic validate the changed object as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pydantic
from marshmallow import ValidationError, fields, missing

from ..declare.patches import Changes, Patch, PatchField
from ..exceptions import UnsupportedType
from ..schemas.hints import Hint, name_of, read_hint
from ..schemas.json_patches import (
    EVERYWHERE,
    Comparison,
    change_document,
    find_changed,
    reject_invalid_result,
)
from ..schemas.patch_faults import make_invalid
from ..schemas.patch_plans import Assignment, GivenValues, carry_out, read_attribute
from ..schemas.patches import PLAIN_BUILDERS, reads_json_patch
from ..schemas.registry import Maker, Options
from .differences import document_key, find_computed_keys, find_sent, find_shown_models, name_key
from .faults import write_messages
from .models import reject_files, reject_ignored
from .partials import find_model, is_model_class, is_partial, make_partial
from .values import PydanticModel, fit_value, read_model


class PydanticPlan:
    """How the objects of a model are changed.

    :param whole: the field of whole objects.
    :param partial: the field of objects without required fields.
    """

    def __init__(self, whole: PydanticModel, partial: PydanticModel) -> None:
        self._whole = whole
        self._partial = partial
        self._model = whole.model
        self._shown = find_shown_models(whole.model)

    def reject_names(self, given: Mapping[str, Any]) -> None:
        """Raise for a name that is not a field of the model.

        :raises TypeError: for the first such name.
        """
        for name in given:
            if (
                name not in self._model.model_fields
                and self._model.model_config.get("extra") != "allow"
            ):
                raise TypeError(f"{name_of(self._model)} has no {name!r}.")

    def view(self, changes: Changes) -> Any:
        """Return the new values by attribute."""
        return GivenValues(
            {
                name: self.view(value) if isinstance(value, Changes) else value
                for name, value in changes.items()
            }
        )

    def find_given(self, operations: Sequence[Any]) -> frozenset[str]:
        """Return the names of the fields that the operations of a JSON Patch change."""
        paths = find_changed(operations)
        touched = {path[0] for path in paths if path}
        fields = self._model.model_fields
        known = {document_key(name, info): name for name, info in fields.items()}
        has_extra = self._model.model_config.get("extra") == "allow"
        extra = touched - known.keys() - find_computed_keys(self._model) if has_extra else ()
        given = (name for key, name in known.items() if () in paths or key in touched)
        return frozenset((*given, *extra))

    def apply(self, changes: Changes, target: Any) -> Any:
        """Return the changed object, once it is valid as a whole.

        :raises RequestInvalid: if it is not.
        """
        values = merge_values(self._model, changes, target)
        try:
            made = fit_value(self._whole.kind.checker, values)  # type: ignore[arg-type]  # a model has one
        except pydantic.ValidationError as error:
            messages = ValidationError(write_messages(error, values))
            raise make_invalid(messages, None) from error
        return change_object(changes, target, made)

    def apply_operations(self, operations: Sequence[Any], target: Any) -> Any:
        """Return the object changed by a JSON Patch, once it is valid as a whole.

        :raises RequestInvalid: for an operation that fails, and if the object is not valid.
        """
        before = self._whole.dump(target)
        after = change_document(operations, before)
        values: dict[str, Any] = {}
        try:
            changes = self._read_changes(Comparison(before, after, EVERYWHERE))
            values = merge_values(self._model, changes, target)
            made = fit_value(self._whole.kind.checker, values)  # type: ignore[arg-type]  # a model has one
        except ValidationError as error:
            raise reject_invalid_result(error, None, operations) from error
        except pydantic.ValidationError as error:
            messages = ValidationError(write_messages(error, values))
            raise reject_invalid_result(messages, None, operations) from error
        return change_object(changes, target, made)

    def _read_changes(self, changed: Comparison) -> Changes:
        """Return the changes between two documents of an object.

        :raises marshmallow.ValidationError: for values that are not valid.
        """
        if not isinstance(changed.after, dict):
            self._partial.load(changed.after)  # which rejects it
        difference = find_sent(self._partial.model, changed, self._shown)
        return difference.complete(adopt_given(self._partial.load(difference.sent)))


def merge_values(model: Any, changes: Changes, target: Any) -> dict[str, Any]:
    """Return the values of a changed object by their names in a request."""
    made: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        present = read_attribute(target, name)
        value = changes.get(name, present)
        if isinstance(value, Changes):
            inner = find_model(info.annotation)
            value = merge_values(inner, value, {} if present in (missing, None) else present)
        if value is not missing:
            made[name_key(name, info)] = value
    extra = {name: changes[name] for name in changes if name not in model.model_fields}
    both = {**(getattr(target, "model_extra", None) or {}), **extra}
    return {**made, **{name: value for name, value in both.items() if value is not missing}}


def change_object(changes: Iterable[str], target: Any, made: Any) -> Any:
    """Return the object with the changed values of a new one."""
    is_model = isinstance(target, pydantic.BaseModel)
    if is_model and target.model_config.get("frozen"):
        return target.model_copy(update={name: getattr(made, name) for name in changes})
    carry_out(list(find_changes(changes, target, made)))
    if is_model:
        target.__pydantic_fields_set__.update(changes)
    return target


def find_changes(changes: Iterable[str], target: Any, made: Any) -> Iterator[Assignment]:
    """Yield the assignments of changed values; those inside a row are its attributes'."""
    is_model = isinstance(target, pydantic.BaseModel)
    for name in changes:
        value, present = getattr(made, name, missing), read_attribute(target, name)
        is_row = not isinstance(present, (pydantic.BaseModel, Mapping)) and present is not None
        if isinstance(value, pydantic.BaseModel) and is_row and present is not missing:
            given = changes[name] if isinstance(changes, Changes) else None
            inner = given if isinstance(given, Changes) else find_written(value)
            yield from find_changes(inner, present, value)
        elif value is missing:  # an extra key was removed, which only a model can have
            yield Assignment(target.model_extra if is_model else {}, name, value)
        elif is_model and name in type(target).model_fields:
            # The model would validate one value after another; they are valid together.
            yield Assignment(vars(target), name, value)
        else:
            yield Assignment(target, name, value)


def find_written(value: Any) -> list[str]:
    """Return the names of the fields of an object, without hidden ones that it was not given."""
    fields: Mapping[str, Any] = type(value).model_fields
    given = value.model_fields_set
    return [name for name, info in fields.items() if name in given or not info.exclude]


class PydanticPatch(PatchField, PydanticModel):
    """The changes of an object of a model."""

    def make_mirrored(self) -> PydanticPatch:
        """Return the field that writes changes: only those that were given."""
        return self.write_with(round_trip=True, exclude_unset=True)

    def load(self, value: Any) -> Any:
        return Patch.from_request(self.plan, adopt_given(super().load(value)))


def adopt_given(part: Any) -> Changes:
    """Return the values of a partial object that were sent."""
    values = {name: getattr(part, name) for name in part.model_fields_set}
    return Changes(
        {
            name: adopt_given(value) if is_partial(type(value)) else value
            for name, value in sorted(values.items())
        }
    )


def is_pydantic_patch(hint: Hint) -> bool:
    """Return whether the hint is the patch of a pydantic type."""
    if hint.origin is not Patch or not hint.args:
        return False
    return hasattr(read_hint(hint.args[0]).origin, "__pydantic_core_schema__")


def build_pydantic_patch(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of the changes of a model."""
    inner = read_hint(hint.args[0])
    if not is_model_class(inner.type) or inner.metadata or inner.nullable:
        raise UnsupportedType(
            f"{hint} is not the patch of a model of pydantic.",
            instead="Write `Patch[Book]` with a subclass of BaseModel.",
        )
    reject_files(inner.type)
    reject_ignored(inner.type, set())
    partial = make_partial(inner.type, {})
    made = PydanticPatch(read_model(partial, naive_is_utc=make.naive_is_utc), **options)
    whole = PydanticModel(read_model(inner.type, naive_is_utc=make.naive_is_utc))
    made.plan = PydanticPlan(whole, PydanticModel(made.kind))
    return made


build_pydantic_patch.reads_metadata = reads_json_patch  # type: ignore[attr-defined]  # the registry reads it
PLAIN_BUILDERS[is_pydantic_patch] = build_pydantic_patch
