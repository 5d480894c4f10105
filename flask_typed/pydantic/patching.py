"""Partial updates of pydantic models.

Registration time makes a model without required fields and without the validators of the whole
model; requests are read by it. Views call :meth:`.Patch.apply`, which lets pydantic validate the
changed object as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic
from marshmallow import ValidationError, fields, missing

from ..declare.patches import Changes, Patch, PatchField
from ..exceptions import UnsupportedType
from ..schemas.hints import Hint, is_class, name_of, read_hint
from ..schemas.json_patches import change_document, find_changed, reject_invalid_result
from ..schemas.patch_faults import make_invalid
from ..schemas.patch_plans import Assignment, GivenValues, carry_out, read_attribute
from ..schemas.patches import PLAIN_BUILDERS, reads_json_patch
from ..schemas.registry import Maker, Options
from .faults import write_messages
from .models import reject_files, reject_ignored
from .values import PydanticModel, fit_value, read_model

#: The options of a field that its partial field has too.
KEPT_OPTIONS = (
    *("alias", "alias_priority", "validation_alias", "serialization_alias"),
    *("title", "description", "examples", "json_schema_extra", "deprecated", "discriminator"),
)
#: The attribute of partial models.
PARTIAL = "__flask_typed_partial__"
#: The models without required fields, by the whole model.
Partials = dict[Any, type[pydantic.BaseModel]]


def do_after(self: Any) -> Any:
    """Accept an object."""
    return self


def do_before(cls: Any, data: Any) -> Any:
    """Accept a value."""
    return data


def do_around(cls: Any, data: Any, handler: Callable[[Any], Any]) -> Any:
    """Accept a value that the fields accept."""
    return handler(data)


#: The functions in place of the validators of a whole model, by their mode.
ACCEPTING_ALL: Mapping[str, Any] = {
    "after": do_after,
    "before": classmethod(do_before),
    "wrap": classmethod(do_around),
}


def accept_all(mode: Any) -> Any:
    """Return a validator of a whole model that accepts everything.

    :param mode: of the validator that it replaces.
    """
    decorate: Any = pydantic.model_validator(mode=mode)
    return decorate(ACCEPTING_ALL[mode])


def make_partial(model: Any, partials: Partials) -> type[pydantic.BaseModel]:
    """Return a model without required fields; it is made once.

    :param partials: those that are made already. A model inside itself is a whole one.
    """
    if model not in partials:
        partials[model] = model
        described: dict[str, Any] = {
            name: make_partial_field(info, partials) for name, info in model.model_fields.items()
        }
        validators = model.__pydantic_decorators__.model_validators
        ignored: dict[str, Any] = {
            name: accept_all(known.info.mode) for name, known in validators.items()
        }
        make_class: Any = type(model)
        base = make_class(
            model.__name__,
            (model,),
            {
                "model_post_init": do_nothing_after,
                "__module__": model.__module__,
                PARTIAL: True,
            },
        )
        partials[model] = pydantic.create_model(
            f"{model.__name__}Patch",
            __base__=base,
            __module__=model.__module__,
            __validators__=ignored,
            **described,
        )
    return partials[model]


def do_nothing_after(self: Any, context: Any, /) -> None:
    """Leave an incomplete object as it is."""


def make_partial_field(info: Any, partials: Partials) -> tuple[Any, Any]:
    """Return the annotation and the options of a field that may be absent."""
    options = {name: getattr(info, name, None) for name in KEPT_OPTIONS}
    given = {name: value for name, value in options.items() if value is not None}
    annotation = to_partial(info.annotation, partials)
    whole = Annotated[(annotation, *info.metadata)] if info.metadata else annotation
    return whole, pydantic.Field(default_factory=lambda: None, validate_default=False, **given)


def to_partial(annotation: Any, partials: Partials) -> Any:
    """Return an annotation with a partial model in place of a model; it may be null."""
    if is_model_class(annotation):
        return make_partial(annotation, partials)
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    models = [member for member in members if is_model_class(member)]
    if len(models) == 1 and set(members) == {*models, type(None)}:
        return Union[make_partial(models[0], partials), None]  # noqa: UP007  # a value
    return annotation


def is_model_class(annotation: Any) -> bool:
    """Return whether an annotation is a model with named fields."""
    if not is_class(annotation):
        return False
    is_root = issubclass(annotation, pydantic.RootModel)
    return issubclass(annotation, pydantic.BaseModel) and not is_root


def name_key(name: str, info: Any) -> str:
    """Return the name of a field in a request."""
    alias = info.validation_alias or info.alias
    return alias if isinstance(alias, str) else name


class PydanticPlan:
    """How the objects of a model are changed.

    :param whole: the field of whole objects.
    """

    def __init__(self, whole: PydanticModel) -> None:
        self._whole = whole
        self._model = whole.model

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
        return frozenset(
            name
            for name, info in self._model.model_fields.items()
            if () in paths or name_key(name, info) in touched
        )

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
        if isinstance(after, dict):
            computed = self._model.model_computed_fields
            names = {info.alias or name for name, info in computed.items()}
            kept = {key for key in names & before.keys() if after.get(key) == before[key]}
            after = {key: value for key, value in after.items() if key not in kept}
        try:
            made = self._whole.load(after)
        except ValidationError as error:
            raise reject_invalid_result(error, None, operations) from error
        return change_object(self.find_given(operations), target, made)


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
    return {**made, **(getattr(target, "model_extra", None) or {}), **extra}


def find_model(annotation: Any) -> Any:
    """Return the model of an annotation that may be null."""
    return next(one for one in (annotation, *get_args(annotation)) if is_model_class(one))


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
        value, present = getattr(made, name), read_attribute(target, name)
        is_row = not isinstance(present, (pydantic.BaseModel, Mapping)) and present is not None
        if isinstance(value, pydantic.BaseModel) and is_row and present is not missing:
            inner = changes[name] if isinstance(changes, Changes) else type(value).model_fields
            yield from find_changes(inner, present, value)
        elif is_model and name in type(target).model_fields:
            # The model would validate one value after another; they are valid together.
            yield Assignment(vars(target), name, value)
        else:
            yield Assignment(target, name, value)


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
            name: adopt_given(value) if is_partial(value) else value
            for name, value in sorted(values.items())
        }
    )


def is_partial(value: Any) -> bool:
    """Return whether a value is an object of a partial model."""
    return isinstance(value, pydantic.BaseModel) and hasattr(type(value), PARTIAL)


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
    made.plan = PydanticPlan(whole)
    return made


build_pydantic_patch.reads_metadata = reads_json_patch  # type: ignore[attr-defined]  # the registry reads it
PLAIN_BUILDERS[is_pydantic_patch] = build_pydantic_patch
