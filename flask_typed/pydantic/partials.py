"""Models of pydantic without required fields and without the validators of the whole model.

Registration time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pydantic

from ..schemas.hints import is_class

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


def is_partial(kind: Any) -> bool:
    """Return whether a class is a partial model."""
    return is_class(kind) and hasattr(kind, PARTIAL)


def find_model(annotation: Any) -> Any:
    """Return the model of an annotation that may be null."""
    return next(one for one in (annotation, *get_args(annotation)) if is_model_class(one))
