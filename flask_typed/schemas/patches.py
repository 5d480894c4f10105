"""From ``Patch[T]`` to the schema of the changes of a ``T``.

Registration and request time. The rules are those of JSON Merge Patch (RFC 7396): every key may be
absent, objects are merged, and all other values are replaced.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, is_dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import cache, partial
from typing import Any, cast

from marshmallow import Schema, fields, missing, validate

from ..declare.patches import Changes, JsonPatch, KeyChanges, Patch, PatchField, PatchPlan
from ..exceptions import DeclarationError, UnsupportedType
from .factory import DerivedFactory, FieldMaker, SchemaFactory, find_schemas, make_model_field
from .families.containers import Array, Object
from .families.model_records import Model, ModelField
from .families.model_schemas import ModelSchema, ModelValue
from .hints import Hint, is_class, name_of, read_hint
from .json_patches import JsonPatchOperation
from .metadata import ARGUMENT
from .patch_plans import ModelPlan, can_remove
from .patch_schemas import make_schema_patch
from .registry import FieldBuilder, HintMatcher, Maker, Options, TypeRegistry
from .types import default_registry, is_model, is_schema_hint

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
#: The builders of patches of other libraries' types, for patches outside of an app.
PLAIN_BUILDERS: dict[HintMatcher, FieldBuilder] = {}
#: The key of the factory of partial objects among the derived ones.
PATCHING = "patch"


def merges(hint: Hint) -> bool:
    """Return whether a value is merged into the present one: a model, or a mapping."""
    if hint.find((fields.Field, Schema)):
        return False
    return is_model(hint) or (is_class(hint.origin) and issubclass(hint.origin, abc.Mapping))


@dataclass(frozen=True, slots=True)
class PatchMaker(FieldMaker):
    """Makes the fields of changes; those of values that are replaced are the ordinary ones."""

    def __call__(
        self, annotation: Any, *, place: str | None = None, **options: Any
    ) -> fields.Field[Any]:
        """Return the field of an annotation."""
        made: fields.Field[Any] | None = None
        if merges(read_hint(annotation)):
            made = FieldMaker.__call__(self, annotation, place=place, **options)
        if not isinstance(made, (ModelValue, Object)):  # the app may have a field of its own for it
            plain = cast("PatchFactory", self.factory).plain.json.at(self.position)
            return plain(annotation, place=place, **options)
        made.validators, made.checks = [], ()  # the changed value is checked as a whole
        if isinstance(made, Object):
            made.collect = KeyChanges
            made.value_field.allow_none = True
        return made


class PatchFactory(DerivedFactory):
    """Makes the schemas of changes, and their plans.

    :param plain: makes the schemas of whole objects.
    """

    def __init__(self, plain: SchemaFactory) -> None:
        super().__init__(plain, "Patch", unknown=plain.unknown)
        self.plain = plain
        self.json = PatchMaker(self)
        self.find_plan = cache(self._make_plan)

    def describe(self, model_type: Any, pick: Any = None) -> Model:
        """Return the description of the changes of a type with named fields."""
        model = self.plain.describe(model_type, pick)
        return replace(
            model,
            fields=tuple(to_change(field, model) for field in model.fields),
            construct=make_constructor(model),
            refusals=(),
            validators=(),
        )

    def describe_schema(self, name: str) -> Mapping[str, Any]:
        known = self.plain.describe_schema(name)
        return {"__component_name__": f"{known.get('__component_name__', name)}Patch"}

    def make_model_schema(
        self, model_type: Any, make: FieldMaker, pick: Any = None
    ) -> type[ModelSchema]:
        """Return a new schema class for the changes of a type with named fields."""
        made = super().make_model_schema(model_type, make, pick)
        for rest in made.rest:
            rest.allow_none = True
        return made

    def make_field(self, field: ModelField, make: FieldMaker) -> fields.Field[Any]:
        """Return the field of one field of a model."""
        made = make_model_field(field, make)
        made.allow_none = made.allow_none or field.may_be_absent
        return made

    def _make_plan(self, model_type: Any) -> ModelPlan:
        """Return the plan of the changes of a type."""
        return ModelPlan(
            self.plain.describe(model_type),
            lambda: self.plain.model_schema(model_type).shared(),
            self.find_plan,
        )


def find_patching(plain: SchemaFactory) -> PatchFactory:
    """Return the factory of the changes; it is made once."""
    if PATCHING not in plain.derived:
        plain.derived[PATCHING] = PatchFactory(plain)
    return cast("PatchFactory", plain.derived[PATCHING])


def to_change(field: ModelField, model: Model) -> ModelField:
    """Return a field that every object may lack, named after its attribute."""
    return replace(
        field,
        name=field.attribute or field.name,
        attribute=None,
        wire_name=field.wire_name or field.name,
        required=False,
        default=missing,
        factory=None,
        may_be_absent=can_remove(field, model),
    )


def make_constructor(model: Model) -> Callable[..., Changes]:
    """Return the function that makes changes of values by their names."""
    return partial(make_changes, model) if model.rest_field else Changes


def make_changes(model: Model, **values: Any) -> Changes:
    """Return changes; those of extra keys are one value."""
    rest = values.pop(model.rest_field)
    if rest:
        values[model.rest_attribute] = KeyChanges(rest)
    return Changes(values)


class PatchValue(PatchField, ModelValue):  # type: ignore[misc]  # Nested's are not annotated
    """The changes of an object with named fields.

    :ivar whole: the field of a whole object, whose schema is made with this one's.
    """

    whole: fields.Field[Any]
    samples = (Changes(),)

    def load(self, value: Any) -> Any:
        changes: Any = self.schema.load(value)
        return Patch.from_request(self.plan, changes)


class Operations(PatchField, Array):
    """The operations of a JSON Patch."""

    def check(self, loaded: Any) -> Any:
        """Return the patch, if the operations are not too many."""
        return Patch.from_request(self.plan, Changes(), super().check(loaded))


def make_operations(
    patch: fields.Field[Any], marker: JsonPatch, factory: SchemaFactory
) -> fields.Field[Any]:
    """Return the field of the operations of a JSON Patch.

    :param patch: the field of other changes of the same type.
    """
    inner = factory.json(JsonPatchOperation, place="an operation")
    made = Operations(inner, collect=list, validate=[validate.Length(max=marker.max_operations)])
    made.plan = cast("PatchField", patch).plan
    return made


def is_patch(hint: Hint) -> bool:
    """Return whether the hint is ``Patch[T]``."""
    return hint.origin is Patch


def reads_json_patch(item: Any) -> bool:
    """Return whether an object in ``Annotated`` is the marker of JSON Patch."""
    return isinstance(item, JsonPatch)


def build_patch(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of ``Patch[T]``."""
    factory = cast("FieldMaker", make).factory
    inner = read_hint(hint.args[0] if hint.args else None)
    schemas = find_schemas(inner) or ([inner.type] if is_schema_hint(inner) else [])
    if schemas and not inner.nullable:
        return make_schema_patch(schemas[-1], options)
    if inner.metadata or inner.nullable or not is_model(inner):
        raise UnsupportedType(
            f"{hint} is not the patch of a type with named fields.",
            instead="Write `Patch[Book]` with a dataclass, a TypedDict or another such type.",
        )
    patching = find_patching(factory)
    reject_lost_arguments(patching.plain.describe(inner.type))
    patching.model_schema(inner.type)
    model = patching.describe(inner.type)
    made = PatchValue(model, lambda: patching.model_schema(inner.type), **options)
    made.whole = factory.json(inner.type)
    made.plan = patching.find_plan(inner.type)
    return made


build_patch.reads_metadata = reads_json_patch  # type: ignore[attr-defined]  # the registry reads it


def reject_lost_arguments(model: Model) -> None:
    """Raise for an ``InitVar``: the object does not keep the value that its constructor needs."""
    if not is_dataclass(model.origin):
        return
    kept = {field.name for field in dataclass_fields(model.origin)}
    lost = next((field.name for field in model.fields if is_not_kept(field, kept)), None)
    if lost is not None:
        raise DeclarationError(
            f"{name_of(model.type)} has the InitVar {lost!r}, which its objects do not keep.",
            instead="Write a field of the class: `Annotated[str, WriteOnly()]`.",
        )


def is_not_kept(field: ModelField, kept: Collection[str]) -> bool:
    """Return whether only the constructor knows a value.

    :param kept: the names of the class's fields.
    """
    return field.direction == "in" and field.name not in kept


def is_patch_field(field: fields.Field[Any]) -> bool:
    """Return whether the values of a field are patches."""
    return isinstance(field, PatchField)


def make_plan(cls: Any) -> PatchPlan:
    """Return the plan of a type outside of an app."""
    factory = SchemaFactory(make_registry())
    field = factory.json.at(ARGUMENT)(Patch[cls])
    return cast("PatchField", field).plan


def make_registry() -> TypeRegistry:
    """Return a registry with the built-in types and patches."""
    registry = default_registry()
    for matches, build in {is_patch: build_patch, **PLAIN_BUILDERS}.items():
        registry.register(matches, build)
    return registry


Patch.make_plan = staticmethod(cache(make_plan))
