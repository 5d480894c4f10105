"""pydantic's models as types of GraphQL: each field by its own annotation.

Registration and request time. In REST, pydantic reads and writes a whole model. In GraphQL, clients
choose the fields of results, so they are read as attributes. The fields of an argument are loaded
one by one, and the model validates them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import pydantic
from marshmallow import ValidationError, fields, missing
from pydantic_core import PydanticUndefined

from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.families.model_records import Model, ModelField
from ..schemas.families.model_schemas import ModelValue
from ..schemas.families.unions import AnyOf, Tagged, find_tag
from ..schemas.graph_fields import copy_options
from ..schemas.hints import Hint, read_hint
from .faults import write_messages
from .models import find_pydantic_fields, is_model_union, is_pydantic_model
from .values import PydanticModel, PydanticValue


class PydanticModels:
    """Describes pydantic's models by their fields."""

    def describe(self, model_type: Any) -> Model | None:
        """Return the description of a model; ``None`` for any other type."""
        if not is_pydantic_model(Hint(model_type)):
            return None
        reject_own_forms(model_type)
        described = (*describe_fields(model_type), *describe_computed(model_type))
        return Model(model_type, model_type.__name__, described, ModelValidator(model_type))

    def adapt(self, field: fields.Field[Any], factory: SchemaFactory) -> fields.Field[Any] | None:
        """Return the field of a model, or of a union of models."""
        if isinstance(field, PydanticModel):
            return None if is_root(field.model) else make_model_value(field, field.model, factory)
        if not isinstance(field, PydanticValue):
            return None
        hint = read_hint(field.kind.annotation)
        return make_union(field, hint, factory) if is_model_union(hint) else None


@dataclass(frozen=True, slots=True)
class ModelValidator:
    """Makes an instance of a model of the values of its fields.

    :param model: the class.
    """

    model: Any

    def __call__(self, **values: Any) -> Any:
        """Return the instance.

        :raises marshmallow.ValidationError: with the faults that pydantic finds.
        """
        try:
            return pydantic.TypeAdapter(self.model).validate_python(values)
        except pydantic.ValidationError as error:
            raise ValidationError(write_messages(error, values)) from error


def describe_fields(model: Any) -> Iterator[ModelField]:
    """Yield the descriptions of the fields of a model."""
    for name, field in find_pydantic_fields(model).items():
        annotation = field.annotation
        yield ModelField(
            find_input_key(name, field),
            Annotated[(annotation, *field.metadata)] if field.metadata else annotation,
            required=field.is_required(),
            default=missing if is_unpublished(field.default) else field.default,
            factory=find_default_factory(field),
            attribute=name,
            wire_name=field.alias,
            direction="in" if field.exclude else "both",
            documentation=describe_words(field),
        )


def describe_computed(model: Any) -> Iterator[ModelField]:
    """Yield the descriptions of the computed fields of a model."""
    for name, field in getattr(model, "model_computed_fields", {}).items():
        yield ModelField(
            name,
            field.return_type,
            required=True,
            wire_name=field.alias,
            direction="out",
            documentation=describe_words(field),
        )


def describe_words(field: Any) -> Mapping[str, Any]:
    """Return the documentation of a field, by keyword."""
    words = {"description": field.description, "deprecated": bool(field.deprecated)}
    return {keyword: value for keyword, value in words.items() if value}


def is_unpublished(default: Any) -> bool:
    """Return whether the default of a field is only the model's: pydantic does not check it."""
    return default is None or default is PydanticUndefined


def find_default_factory(field: Any) -> Callable[[], Any] | None:
    """Return what makes the default of a field that is not published; ``None`` if nothing does."""
    has_own = is_unpublished(field.default) and not field.is_required()
    needs_values = getattr(field, "default_factory_takes_validated_data", False)
    if not has_own or needs_values:
        return None
    return partial(field.get_default, call_default_factory=True)


def find_input_key(name: str, field: Any) -> str:
    """Return the key by which a model takes a field from a mapping."""
    alias = field.validation_alias
    choices = [alias, *getattr(alias, "choices", ())]
    return next((choice for choice in choices if isinstance(choice, str)), name)


def is_root(model: Any) -> bool:
    """Return whether a model has a single value without a name."""
    return isinstance(model, type) and issubclass(model, pydantic.RootModel)


def make_model_value(field: PydanticValue, model: Any, factory: SchemaFactory) -> ModelValue:
    """Return the field of a model."""
    factory.model_schema(model)
    described = factory.describe(model)
    return ModelValue(described, lambda: factory.model_schema(model), **copy_options(field))


def make_union(field: PydanticValue, hint: Hint, factory: SchemaFactory) -> fields.Field[Any]:
    """Return the field of a union of models."""
    members: list[Any] = [factory.json(arg) for arg in hint.args]
    tagged = find_tag(members)
    options = copy_options(field)
    made = AnyOf(members, **options) if tagged is None else Tagged(*tagged, **options)
    return factory.finish(made)


def reject_own_forms(model: Any) -> None:
    """Raise for a model whose values in REST are not those of its fields."""
    decorators = model.__pydantic_decorators__
    if decorators.model_serializers or decorators.field_serializers:
        raise DeclarationError(
            f"{model.__name__} has a serializer: its values are not those of its fields.",
            instead="Write a computed field for the other form, without a serializer.",
        )
    config = getattr(model, "model_config", getattr(model, "__pydantic_config__", {}))
    if config.get("extra") == "allow":
        raise DeclarationError(
            f"{model.__name__} has extra keys, which a GraphQL type cannot have.",
            instead="Write a field of `dict[str, …]` for them: it is JSON in GraphQL.",
        )
