"""The options of types with named fields: those of ``@model``, ``@computed`` and ``Extra()``.

Registration time.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from typing import Any, get_origin

from marshmallow import missing
from typing_extensions import Never, is_typeddict

from ...declare.models import (
    ModelOptions,
    RenameName,
    is_computed,
    merge_options,
    open_property,
    read_own_options,
)
from ...exceptions import DeclarationError, declared_in
from ..docstrings import read_docstring
from ..hints import find_lineage, name_of, read_hint, resolve_hints, substitute
from .model_records import Model, ModelField

#: The types of the field that holds extra keys.
EXTRA_TYPES = (dict, Mapping, MutableMapping)


def find_options(cls: Any) -> ModelOptions:
    """Return the options of a class with those of its bases.

    A TypedDict is a ``dict``: only its original bases are known.
    """
    if is_typeddict(cls):
        origins = (get_origin(base) or base for base in getattr(cls, "__orig_bases__", ()))
        of_bases = [find_options(origin) for origin in origins if is_typeddict(origin)]
        return merge_options([*of_bases, read_own_options(cls)])
    return merge_options(read_own_options(base) for base in reversed(cls.__mro__))


def add_options(model: Model, options: ModelOptions) -> Model:
    """Return a model with the options of its class."""
    return replace(
        model,
        rest=Never if options.extra == "forbid" else missing,
        ignores_unknown=options.extra == "ignore",
        rename=options.rename,
        validators=options.validators,
    )


def add_extra(model: Model, extra: Sequence[ModelField]) -> Model:
    """Return a model with the field that holds its extra keys.

    :raises DeclarationError: for several such fields, or one that is no mapping from ``str``.
    """
    field = extra[0]
    hint = read_hint(field.annotation)
    key, value = hint.args if len(hint.args) == 2 else (str, Any)
    if len(extra) > 1 or hint.origin not in EXTRA_TYPES or key is not str or hint.nullable:
        raise DeclarationError(
            f"{name_of(model.type)} has no single dict for its extra keys.",
            instead="Write one field: `more: Annotated[dict[str, int], Extra()]`.",
            where=(f"field {field.name!r}",),
        )
    if model.construct is dict or model.rest is Never or model.ignores_unknown:
        raise DeclarationError(
            f"{name_of(model.type)} has Extra() beside another rule for extra keys.",
            instead="A TypedDict has `extra_items`; other classes leave out `@model(extra=…)`.",
            where=(f"field {field.name!r}",),
        )
    attribute = field.attribute or field.name
    made = replace(model, rest=value, rest_field=field.name, rest_attribute=attribute)
    reject_one_way(made)
    return made


def find_computed(
    model_type: Any, options: ModelOptions, taken: Collection[str]
) -> Iterator[ModelField]:
    """Yield the fields of properties that responses have, those of bases first.

    :param taken: the names of the other fields.
    :raises DeclarationError: for a name that is no property, or that of a field.
    """
    lineage = find_lineage(model_type)
    marked = [
        name
        for cls in reversed((get_origin(model_type) or model_type).__mro__)
        if cls in lineage
        for name, attribute in vars(cls).items()
        if is_computed(attribute)
    ]
    for name in dict.fromkeys((*marked, *options.computed)):
        with declared_in(f"property {name!r}"):
            if name in taken:
                raise DeclarationError(
                    "The property has the name of a field.",
                    instead="A field is sent anyway: leave it out of `computed=`.",
                )
            yield describe_property(name, get_origin(model_type) or model_type, lineage)


def describe_property(
    name: str, cls: type, lineage: Mapping[type, Mapping[Any, Any]]
) -> ModelField:
    """Describe one computed property by the return annotation of its function.

    :param lineage: the class and its bases, with the values of their type variables.
    """
    owner = next((base for base in cls.__mro__ if name in vars(base)), cls)
    attribute = vars(owner).get(name)
    function = open_property(attribute)
    if function is attribute or is_typeddict(cls):
        raise DeclarationError(
            f"{name_of(cls)} has no property of this name.",
            instead="Write `@property` and `@computed` above `def name(self) -> …`.",
        )
    hints = resolve_hints(function)
    if "return" not in hints:
        raise DeclarationError(
            "The property has no return annotation.",
            instead=f"Annotate the type of its value: `def {name}(self) -> int`.",
        )
    summary = read_docstring(inspect.getdoc(function)).summary
    return ModelField(
        name,
        substitute(hints["return"], lineage.get(owner, {})),
        required=True,
        direction="out",
        documentation={"description": summary} if summary else {},
    )


def reject_one_way(model: Model) -> None:
    """Raise for a field that is only in requests or only in responses, beside extra keys.

    :raises DeclarationError: for the first such field, whose key could be an extra key.
    """
    for field in model.fields:
        if field.direction != "both":
            raise DeclarationError(
                f"{name_of(model.type)} has extra keys, and its field {field.name!r} is only in"
                " requests or only in responses.",
                instead="Leave the marker out: a key of that name could be an extra key.",
            )


def reject_renamed(model: Model) -> None:
    """Raise for a renamed field of a TypedDict with extra keys, which are in the same dict.

    :raises DeclarationError: for the first such field.
    """
    for field in model.fields:
        if field.wire_name not in (None, field.name):
            raise DeclarationError(
                f"{name_of(model.type)} has extra_items, and its field {field.name!r} is called"
                f" {field.wire_name!r} on the wire.",
                instead=(
                    "Leave the alias out, or decorate it with `@model(rename=None)`: a key of that"
                    " name could be an extra item."
                ),
            )


def name_fields(model: Model, rename: RenameName) -> Model:
    """Return a model whose fields have names on the wire: their own, or those of a function.

    :raises DeclarationError: for a renamed field of a TypedDict with extra keys.
    """
    if rename is str:
        return model
    named = (
        replace(field, wire_name=field.wire_name or rename(field.name)) for field in model.fields
    )
    made = replace(model, fields=tuple(named))
    if made.has_rest and not made.rest_field:
        reject_renamed(made)
    return made
