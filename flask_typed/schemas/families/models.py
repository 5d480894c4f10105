"""Descriptions of models: dataclass, TypedDict, NamedTuple, attrs, msgspec, problems.

Registration time. A new kind of model is one ``describe_…`` function in ``DESCRIBERS``. An optional
library is only imported if the program uses one of its types.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass, replace
from functools import lru_cache
from typing import Any, Literal, cast, get_origin

import msgspec
from marshmallow import ValidationError, fields, missing
from typing_extensions import Doc, Never, NoExtraItems, NotRequired, Required, is_typeddict

from ...declare.markers import Header, Marker, ReadOnly, WriteOnly
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

#: Whether requests and responses, only requests (``in``) or only responses (``out``) have a field.
FieldDirection = Literal["both", "in", "out"]


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model.

    :param name: the name of the constructor's argument.
    :param required: whether a request must have the field.
    :param default: the default value, or marshmallow's ``missing``.
    :param factory: makes the default anew each time, if it has a factory.
    :param attribute: the attribute of an instance, if it differs from the name.
    :param wire_name: the key of the JSON object, if it differs from the name.
    :param direction: ``in`` for ``InitVar`` and ``WriteOnly``, ``out`` for ``init=False`` and
        ``ReadOnly``.
    :param documentation: the description, the examples and so on, by keyword.
    :param constant: the value in every instance, if the constructor does not take it (a tag).
    :param marker: the marker of the field; its location must be that of the whole object.
    :param may_be_absent: whether a sentinel stands for an absent value.
    """

    name: str
    annotation: Any
    required: bool
    default: Any = missing
    factory: Callable[[], Any] | None = None
    attribute: str | None = None
    wire_name: str | None = None
    direction: FieldDirection = "both"
    documentation: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    constant: Any = missing
    marker: Marker | None = None
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A type with named fields.

    :param name: the name of its component in the document.
    :param construct: makes an instance from keyword arguments; it handles missing fields.
    :param refusals: the exceptions that ``construct`` raises for values that it rejects.
    :param rest: the type of extra keys; ``Never`` if the type forbids them, regardless of the app's
        policy, and marshmallow's ``missing`` if the type does not decide.
    """

    type: Any
    name: str
    fields: tuple[ModelField, ...]
    construct: Callable[..., Any]
    refusals: tuple[type[Exception], ...] = (ValueError,)
    rest: Any = missing

    @property
    def has_rest(self) -> bool:
        """Whether the type allows extra keys."""
        return self.rest is not missing and self.rest is not Never

    @property
    def origin(self) -> type:
        """The class, without type arguments."""
        return get_origin(self.type) or self.type


def make_model(
    model_type: Any, described: Any, construct: Callable[..., Any] | None = None
) -> Model:
    """Return the description of a type from those of its fields."""
    make = construct or find_silent_constructor(get_origin(model_type) or model_type)
    descriptions = read_fields(get_origin(model_type) or model_type)
    named = [add_description(field, descriptions) for field in described]
    with declared_in(name_of(model_type)):
        named = [allow_absence(field, is_optional=make is dict) for field in named]
        directed = tuple(direct(mark(field), is_optional=make is dict) for field in named)
    return Model(model_type, type_name(model_type), directed, make)


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
    for field in dataclasses.fields(origin):
        reject_unread_metadata(field.name, field.metadata, origin)
    described = [describe_dataclass_field(field, hints) for field in dataclasses.fields(origin)]
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
    model = replace(make_model(model_type, described, dict), rest=find_rest(model_type))
    if model.has_rest:
        reject_renamed(model)
    return model


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


def reject_renamed(model: Model) -> None:
    """Raise for a field whose key could be an extra key: a renamed or a one-way field.

    :raises DeclarationError: for the first such field.
    """
    for field in model.fields:
        if field.direction != "both" or field.wire_name not in (None, field.name):
            raise DeclarationError(
                f"{name_of(model.type)} has extra_items, and its field {field.name!r} has an alias,"
                " or is only in requests or only in responses.",
                instead="Leave the marker out: a key of that name could be an extra item.",
            )


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
    return replace(made, refusals=(ValueError, TypeError))


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
        yield ModelField(config.tag_field, Literal[config.tag], required=True, constant=config.tag)


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
        ModelField("detail", str, required=False),
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
