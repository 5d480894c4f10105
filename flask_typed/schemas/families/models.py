"""Descriptions of models: dataclass, TypedDict, NamedTuple, attrs, msgspec, problems.

Registration time. A new kind of model is one ``describe_…`` function in ``DESCRIBERS``. An optional
library is only imported if the program uses one of its types.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, replace
from functools import lru_cache
from typing import Any, Literal, cast, get_origin

import msgspec
from marshmallow import ValidationError, fields, missing
from typing_extensions import Doc, Never, NoExtraItems, NotRequired, Required, is_typeddict

from ...declare.markers import Header, Marker, ReadOnly, WriteOnly
from ...declare.models import Extra
from ...declare.problems import COMMON_ARGUMENTS, Problem, ProblemType
from ...exceptions import DeclarationError, declared_in
from ..deprecation import find_silent_constructor
from ..docstrings import read_fields
from ..hints import (
    Hint,
    class_hints,
    find_qualifiers,
    name_of,
    read_hint,
    resolve_reference,
    substitute,
    type_arguments,
    type_name,
)
from ..sentinels import is_sentinel, reject_required
from .model_options import (
    add_extra,
    add_options,
    find_computed,
    find_options,
    reject_one_way,
    reject_renamed,
)
from .model_records import FieldDirection, Model, ModelField

#: The keys of a dataclass field's ``metadata`` that document it.
DOCUMENTING_KEYS = ("description", "example", "examples", "deprecated")

#: The keys of ``metadata`` that marshmallow-dataclass reads, but flask_typed does not.
UNREAD_METADATA = (
    "validate",
    "required",
    "allow_none",
    "load_default",
    "dump_default",
    "load_only",
    "dump_only",
    "error_messages",
    "attribute",
    "marshmallow_field",
)


def make_model(
    model_type: Any, described: Any, construct: Callable[..., Any] | None = None
) -> Model:
    """Return the description of a type from those of its fields."""
    origin = get_origin(model_type) or model_type
    make = construct or find_silent_constructor(origin)
    descriptions = read_fields(origin)
    named = [add_description(field, descriptions) for field in described]
    with declared_in(name_of(model_type)):
        options = find_options(origin)
        extra = [field for field in named if read_hint(field.annotation).find(Extra)]
        named = [
            allow_absence(field, is_optional=make is dict) for field in named if field not in extra
        ]
        directed = [direct(mark(field), is_optional=make is dict) for field in named]
        directed += find_computed(model_type, options, {field.name for field in directed})
        made = add_options(Model(model_type, type_name(model_type), tuple(directed), make), options)
        return add_extra(made, extra) if extra else made


def allow_absence(field: ModelField, *, is_optional: bool) -> ModelField:
    """Return a field that may be absent, if its annotation or its default is a sentinel.

    :param is_optional: whether the constructor works without a required field.
    :raises DeclarationError: if the constructor needs a value.
    """
    sentinels = read_hint(field.annotation).sentinels
    has_sentinel = is_sentinel(field.default)
    if not sentinels and not has_sentinel:
        return field
    if field.required and not is_optional:
        try:
            reject_required(sentinels)
        except DeclarationError as error:
            raise error.within(f"field {field.name!r}") from None
    default = missing if has_sentinel else field.default
    return replace(field, required=False, default=default, may_be_absent=True)


def add_description(field: ModelField, descriptions: Mapping[str, str]) -> ModelField:
    """Return a field with the description from the class's docstring, if it has none itself.

    :param descriptions: the descriptions in the docstring, by name.
    """
    if field.name not in descriptions or read_hint(field.annotation).find(Doc):
        return field
    documentation = {"description": descriptions[field.name], **field.documentation}
    return replace(field, documentation=documentation)


def mark(field: ModelField) -> ModelField:
    """Return a field with the name and the documentation of its marker, if it has one.

    :raises DeclarationError: for several markers.
    """
    markers = read_hint(field.annotation).find(Marker)
    if not markers:
        return field
    if len(markers) > 1:
        names = " and ".join(type(marker).__name__ for marker in markers)
        raise DeclarationError(
            f"The field has several markers: {names}.",
            instead="A value comes from one place: keep one marker.",
            where=(f"field {field.name!r}",),
        )
    marker: Marker = next(iter(markers))
    if marker.hidden and marker.location not in ("query", "header", "cookie"):
        raise DeclarationError(
            "The field is hidden, but clients have to know it.",
            instead="Hide only query parameters, headers and cookies that have a default.",
            where=(f"field {field.name!r}",),
        )
    return replace(
        field,
        wire_name=marker.alias or field.wire_name,
        documentation={**field.documentation, **marker.documentation()},
        marker=marker,
    )


def direct(field: ModelField, *, is_optional: bool) -> ModelField:
    """Return a field with the direction of its annotation.

    :param is_optional: whether the constructor works without a required field.
    :raises DeclarationError: for two directions, or if the constructor needs a read-only field.
    """
    declared = dict.fromkeys(find_directions(read_hint(field.annotation)))
    directions = [*declared, *({field.direction} - {"both"} - set(declared))]
    place = f"field {field.name!r}"
    if len(directions) > 1:
        raise DeclarationError(
            "The field is both read-only and write-only.",
            instead="Keep one: ReadOnly() is for responses only, WriteOnly() for requests only.",
            where=(place,),
        )
    if "out" in declared and field.required and field.direction == "both" and not is_optional:
        raise DeclarationError(
            "The field is read-only, and the constructor needs a value that no request may send.",
            instead="Give it a default, which the constructor gets in requests.",
            where=(place,),
        )
    return replace(field, direction=directions[0]) if directions else field


def find_directions(hint: Hint) -> Iterator[FieldDirection]:
    """Yield the directions in an annotation, from markers and marshmallow fields."""
    for item in hint.metadata:
        if item is ReadOnly or item is WriteOnly:
            raise DeclarationError(
                f"{name_of(item)} is written without parentheses.",
                instead=f"Write {name_of(item)}().",
            )
        ready = isinstance(item, fields.Field)
        if isinstance(item, ReadOnly) or (ready and item.dump_only):
            yield "out"
        if isinstance(item, WriteOnly) or (ready and item.load_only):
            yield "in"


def describe_dataclass(model_type: Any) -> Model | None:
    """Describe a dataclass by its constructor's arguments and its instances' attributes."""
    origin = get_origin(model_type) or model_type
    if not (isinstance(origin, type) and dataclasses.is_dataclass(origin)):
        return None
    hints = class_hints(model_type)
    declared = [field for field in dataclasses.fields(origin) if has_value(field, hints, origin)]
    for field in declared:
        reject_unread_metadata(field.name, field.metadata, origin)
    described = [describe_dataclass_field(field, hints) for field in declared]
    entering = [
        ModelField(
            name,
            hint.type,
            required=not hasattr(origin, name),
            default=getattr(origin, name, missing),
            direction="in",
        )
        for name, hint in hints.items()
        if isinstance(hint, InitVar)
    ]
    return make_model(model_type, described + entering)


def has_value(field: dataclasses.Field[Any], hints: Mapping[str, Any], cls: type) -> bool:
    """Return whether instances have a value for a field.

    The fields that Strawberry makes of resolvers are methods, some of them without an annotation.

    :raises DeclarationError: for a field without an annotation that the constructor takes.
    """
    if not field.init:
        return field.name in hints and not inspect.isroutine(getattr(cls, field.name, None))
    if field.name not in hints:
        raise DeclarationError(
            "The field has no annotation.",
            instead=f"Annotate it in the class: `{field.name}: str`.",
            where=(f"field {field.name!r}", name_of(cls)),
        )
    return True


def describe_dataclass_field(field: dataclasses.Field[Any], hints: Mapping[str, Any]) -> ModelField:
    """Describe one field of a dataclass; its ``metadata`` may document it and rename its key."""
    factory = None if field.default_factory is dataclasses.MISSING else field.default_factory
    return ModelField(
        field.name,
        hints[field.name],
        required=field.default is field.default_factory is dataclasses.MISSING,
        default=missing if field.default is dataclasses.MISSING else field.default,
        factory=factory,
        wire_name=field.metadata.get("data_key"),
        direction="both" if field.init else "out",
        documentation=read_documentation(field),
    )


def read_documentation(field: dataclasses.Field[Any]) -> Mapping[str, Any]:
    """Return the documentation of a dataclass's field: its ``metadata``, and ``doc`` since 3.14."""
    doc = getattr(field, "doc", None)
    documentation = select_metadata(field.metadata)
    return {"description": doc, **documentation} if doc else documentation


def select_metadata(metadata: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return the documentation in a field's ``metadata``, by keyword."""
    return {keyword: metadata[keyword] for keyword in DOCUMENTING_KEYS if keyword in metadata}


def reject_unread_metadata(name: str, metadata: Mapping[Any, Any], cls: type) -> None:
    """Raise for marshmallow-dataclass's options in a field's ``metadata``, which are not read."""
    for option in UNREAD_METADATA:
        if metadata.get(option) not in (None, False, {}, (), []):  # without any effect
            raise DeclarationError(
                f"{option!r} in the field's metadata is not read, and would be ignored.",
                instead="Write it into the annotation: a constraint, `ReadOnly()`, or a field.",
                where=(f"field {name!r}", name_of(cls)),
            )


def describe_typeddict(model_type: Any) -> Model | None:
    """Describe a TypedDict: a plain dict with optional keys."""
    origin = get_origin(model_type) or model_type
    if not is_typeddict(origin):
        return None
    described = (
        ModelField(name, annotation, is_key_required(origin, name, annotation))
        for name, annotation in class_hints(model_type).items()
    )
    model = make_model(model_type, described, dict)
    rest = find_rest(model_type)
    if rest is missing:
        return model
    if model.rest is not missing or model.ignores_unknown:
        raise DeclarationError(
            f"{name_of(model_type)} has both @model(extra=…) and closed= or extra_items=.",
            instead="Keep one of them.",
        )
    made = replace(model, rest=rest)
    if made.has_rest:
        reject_one_way(made)
        reject_renamed(made)
    return made


def find_rest(annotation: Any) -> Any:
    """Return the type of a TypedDict's extra keys (PEP 728), its own or that of a base.

    It is ``Never`` if the type forbids them, and marshmallow's ``missing`` if it does not decide.
    """
    origin = get_origin(annotation) or annotation
    known = type_arguments(annotation)
    rest = getattr(origin, "__extra_items__", None)
    if rest is not None and rest is not NoExtraItems:
        return substitute(resolve_reference(rest, origin), known)
    if getattr(origin, "__closed__", None):
        return Never
    bases = getattr(origin, "__orig_bases__", ())
    found = (
        find_rest(substitute(base, known))
        for base in bases
        if is_typeddict(get_origin(base) or base)
    )
    return next((rest for rest in found if rest is not missing), missing)


def is_key_required(origin: Any, name: str, annotation: Any) -> bool:
    """Return whether a key of a TypedDict is required, by its own qualifier or by the class.

    The class does not know the qualifiers in postponed annotations.
    """
    qualifiers = find_qualifiers(annotation)
    if Required in qualifiers or NotRequired in qualifiers:
        return Required in qualifiers
    return name in origin.__required_keys__


def describe_namedtuple(model_type: Any) -> Model | None:
    """Describe a NamedTuple: a JSON object, because its fields have names."""
    origin: Any = get_origin(model_type) or model_type
    if not hasattr(origin, "_field_defaults"):
        return None
    hints = class_hints(model_type)
    defaults = origin._field_defaults
    described = (
        ModelField(name, hints.get(name, Any), name not in defaults, defaults.get(name, missing))
        for name in origin._fields
    )
    return make_model(model_type, described)


def describe_attrs(model_type: Any) -> Model | None:
    """Describe an attrs class."""
    origin = get_origin(model_type) or model_type
    if not hasattr(origin, "__attrs_attrs__"):
        return None
    attr = importlib.import_module("attr")
    hints = class_hints(model_type)
    described = []
    for field in origin.__attrs_attrs__:
        reject_unread_metadata(field.name, field.metadata, origin)
        made = isinstance(field.default, attr.Factory) and not field.default.takes_self
        plain = field.default is not attr.NOTHING and not isinstance(field.default, attr.Factory)
        described.append(
            ModelField(
                field.alias,
                hints.get(field.name, field.type or Any),
                required=field.default is attr.NOTHING,
                default=field.default if plain else missing,
                factory=field.default.factory if made else None,
                attribute=field.name,
                wire_name=field.metadata.get("data_key"),
                direction="both" if field.init else "out",
                documentation=select_metadata(field.metadata),
            )
        )
    return replace(make_model(model_type, described), refusals=(ValueError, TypeError))


def describe_struct(model_type: Any) -> Model | None:
    """Describe a ``msgspec.Struct`` with its renamed fields; its tag is a key of the object."""
    origin = get_origin(model_type) or model_type
    if not hasattr(origin, "__struct_fields__"):
        return None
    reject_array_like(origin)
    hints = class_hints(model_type)
    described = (
        ModelField(
            field.name,
            hints[field.name],
            required=field.required,
            default=missing if field.default is msgspec.NODEFAULT else field.default,
            factory=None if field.default_factory is msgspec.NODEFAULT else field.default_factory,
            wire_name=None if field.encode_name == field.name else field.encode_name,
        )
        for field in msgspec.structs.fields(origin)
    )
    made = make_model(model_type, (*describe_tag(origin), *described))
    reject_two_renamings(made, origin)
    renames = origin.__struct_encode_fields__ != origin.__struct_fields__
    return replace(
        made,
        refusals=(ValueError, TypeError),
        rename=str if renames else made.rename,
        rest=Never if origin.__struct_config__.forbid_unknown_fields else made.rest,
    )


def reject_two_renamings(model: Model, origin: Any) -> None:
    """Raise for options of ``@model`` on a Struct that contradict its own."""
    config = origin.__struct_config__
    named = origin.__struct_encode_fields__ != origin.__struct_fields__
    if named and model.rename not in (None, str):
        raise DeclarationError(
            f"{name_of(origin)} has @model(rename=…) and names of its own.",
            instead="Keep msgspec's `rename=` or `field(name=…)`, or leave them out.",
        )
    if config.forbid_unknown_fields and (model.has_rest or model.ignores_unknown):
        raise DeclarationError(
            f"{name_of(origin)} has forbid_unknown_fields, and a rule that allows unknown keys.",
            instead="Keep one of them.",
        )


def reject_array_like(origin: Any) -> None:
    """Raise for a Struct that msgspec writes as an array."""
    if origin.__struct_config__.array_like:
        raise DeclarationError(
            f"{name_of(origin)} is array_like: its fields would have no names on the wire.",
            instead="Leave out `array_like=True`, or use a tuple.",
        )


def describe_tag(origin: Any) -> Iterator[ModelField]:
    """Yield the tag of a Struct, if it has one: a key with a constant value."""
    config = origin.__struct_config__
    if config.tag is not None:
        name, tag = config.tag_field, config.tag
        yield ModelField(name, Literal[tag], required=True, wire_name=name, constant=tag)


#: The documentation of RFC 9457's members; the class's docstring describes ``detail``.
MEMBERS = {
    "type": {"description": "A URI that identifies the kind of problem."},
    "title": {"description": "A summary of the kind of problem, for people."},
    "status": {"description": "The HTTP status code."},
}


def describe_problem_class(model_type: Any) -> Model | None:
    """Describe a problem class: RFC 9457's members, then its own members."""
    if not isinstance(model_type, ProblemType):
        return None
    hints = class_hints(model_type)
    problem = cast("type[Problem]", model_type)
    members = (
        # Constants, so that a client can distinguish several problems with one status code.
        ModelField("type", constant(problem.type, problem, str), required=True),
        ModelField("title", str, required=True),
        ModelField("status", constant(problem.status, problem, int), required=True),
        ModelField("detail", str, required=False, attribute="sent_detail", may_be_absent=True),
    )
    own = (
        ModelField(
            field.name,
            hints[field.name],
            required=not is_sentinel(field.default),
            default=field.default if is_sentinel(field.default) else missing,
        )
        for field in dataclasses.fields(problem)
        if field.name not in COMMON_ARGUMENTS and not read_hint(hints[field.name]).find(Header)
    )
    described = (
        replace(field, documentation=document_member(field.name, problem))
        for field in (*members, *own)
    )
    return make_model(model_type, described, refuse_problem)


def document_member(name: str, problem: type[Problem]) -> Mapping[str, Any]:
    """Return the documentation of a member; the title is an example, which may be reworded."""
    has_title = name == "title" and problem is not Problem and isinstance(problem.title, str)
    return {**MEMBERS.get(name, {}), **({"example": problem.title} if has_title else {})}


def refuse_problem(**_: Any) -> Any:
    """Refuse to make a problem from a request."""
    raise ValidationError("A problem is a response and cannot be sent.")


def constant(value: Any, problem: type[Problem], general: type) -> Any:
    """Return the annotation of a member that has a constant value in a problem class.

    ``Problem`` itself has no constants.
    """
    return Literal[value] if problem is not Problem and isinstance(value, general) else general


#: The functions that describe models; the first match wins: a problem is a dataclass too.
DESCRIBERS: tuple[Callable[[Any], Model | None], ...] = (
    describe_problem_class,
    describe_dataclass,
    describe_typeddict,
    describe_namedtuple,
    describe_attrs,
    describe_struct,
)


def describe_model(model_type: Any) -> Model | None:
    """Return the description of a type with named fields, or ``None`` for any other type."""
    try:
        return describe_once(model_type)
    except TypeError:  # an annotation that is not hashable
        return describe_anew(model_type)


def describe_anew(model_type: Any) -> Model | None:
    """Return the description of a type."""
    return next((model for kind in DESCRIBERS if (model := kind(model_type))), None)


#: Cached: each view with a type needs its description several times.
describe_once = lru_cache(maxsize=2048)(describe_anew)
