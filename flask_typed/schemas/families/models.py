"""Types with named fields, described: dataclass, TypedDict, NamedTuple, attrs, msgspec, problems.

Registration time. A new kind of type is one ``describe_…`` function in ``DESCRIBERS``. Libraries
that may not be installed are never imported unless a type of theirs is there.
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

#: What a dataclass field's ``metadata`` may say for the document.
METADATA_KEYWORDS = ("description", "example", "examples", "deprecated")

#: What marshmallow-dataclass reads there, and nobody here.
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

#: Whether a field enters and leaves, only enters, or only leaves.
FieldDirection = Literal["both", "in", "out"]


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model.

    :param name: of the constructor's argument.
    :param required: whether an input must have it.
    :param default: what stands for it when it is left out, or marshmallow's ``missing``.
    :param factory: makes that value anew each time, if it is made by a function.
    :param attribute: where an instance has it, if not under its name.
    :param wire_name: the key of the JSON object, if it is not the name.
    :param direction: only in for ``InitVar`` and ``WriteOnly``, only out for ``init=False`` and
        ``ReadOnly``.
    :param words: what is said of it for the document.
    :param constant: its value in every instance, if the constructor does not take it (a tag).
    :param marker: what says where it comes from, which is where its object comes from.
    :param may_be_absent: whether it has a sentinel that stands for no value: it is left out then.
    """

    name: str
    annotation: Any
    required: bool
    default: Any = missing
    factory: Callable[[], Any] | None = None
    attribute: str | None = None
    wire_name: str | None = None
    direction: FieldDirection = "both"
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    constant: Any = missing
    marker: Marker | None = None
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A type with named fields.

    :param name: of its component in the document.
    :param construct: makes an instance from keyword arguments; fields left out are its business.
    :param refusals: what it raises for values that it does not want.
    :param rest: the type of all other keys; ``Never`` if there are none whatever the app's policy
        is, and marshmallow's ``missing`` if the type does not say.
    """

    type: Any
    name: str
    fields: tuple[ModelField, ...]
    construct: Callable[..., Any]
    refusals: tuple[type[Exception], ...] = (ValueError,)
    rest: Any = missing

    @property
    def has_rest(self) -> bool:
        """Whether it has keys without a name."""
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
    said = read_fields(get_origin(model_type) or model_type)
    named = [add_description(field, said) for field in described]
    with declared_in(name_of(model_type)):
        named = [allow_absence(field, is_optional=make is dict) for field in named]
        directed = tuple(direct(mark(field), is_optional=make is dict) for field in named)
    return Model(model_type, type_name(model_type), directed, make)


def allow_absence(field: ModelField, *, is_optional: bool) -> ModelField:
    """Return a field that may be left out, if its annotation or its default has a sentinel.

    :param is_optional: whether the constructor does without a field that is required.
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


def add_description(field: ModelField, said: Mapping[str, str]) -> ModelField:
    """Return a field with what its class's docstring says of it, if it says nothing itself."""
    if field.name not in said or read_hint(field.annotation).find(Doc):
        return field
    return replace(field, words={"description": said[field.name], **field.words})


def mark(field: ModelField) -> ModelField:
    """Return a field with the name and the words of its marker, if it has one.

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
    words = {**field.words, **marker.documentation()}
    return replace(field, wire_name=marker.alias or field.wire_name, words=words, marker=marker)


def direct(field: ModelField, *, is_optional: bool) -> ModelField:
    """Return a field with the direction that its annotation says.

    :param is_optional: whether the constructor does without a field that is required.
    :raises DeclarationError: for two directions, and where the constructor needs what never enters.
    """
    said = dict.fromkeys(find_directions(read_hint(field.annotation)))
    directions = [*said, *({field.direction} - {"both"} - set(said))]
    place = f"field {field.name!r}"
    if len(directions) > 1:
        raise DeclarationError(
            "The field would only enter and only leave.",
            instead="Say one: ReadOnly() for what only leaves, WriteOnly() for what only enters.",
            where=(place,),
        )
    if "out" in said and field.required and field.direction == "both" and not is_optional:
        raise DeclarationError(
            "The field is read-only, and the constructor needs a value that no request may send.",
            instead="Give it a default, which stands for it on the way in.",
            where=(place,),
        )
    return replace(field, direction=directions[0]) if directions else field


def find_directions(hint: Hint) -> Iterator[FieldDirection]:
    """Yield the directions that an annotation says, by a marker or by a marshmallow field."""
    for item in hint.metadata:
        if item is ReadOnly or item is WriteOnly:
            raise DeclarationError(
                f"{name_of(item)} stands without parentheses.",
                instead=f"Write {name_of(item)}().",
            )
        ready = isinstance(item, fields.Field)
        if isinstance(item, ReadOnly) or (ready and item.dump_only):
            yield "out"
        if isinstance(item, WriteOnly) or (ready and item.load_only):
            yield "in"


def describe_dataclass(model_type: Any) -> Model | None:
    """Describe a dataclass: what its constructor takes, and what its instances have."""
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
    """Describe one field of a dataclass; its ``metadata`` may hold words and a ``data_key``."""
    factory = None if field.default_factory is dataclasses.MISSING else field.default_factory
    return ModelField(
        field.name,
        hints[field.name],
        required=field.default is field.default_factory is dataclasses.MISSING,
        default=missing if field.default is dataclasses.MISSING else field.default,
        factory=factory,
        wire_name=field.metadata.get("data_key"),
        direction="both" if field.init else "out",
        words=read_documentation(field),
    )


def read_documentation(field: dataclasses.Field[Any]) -> Mapping[str, Any]:
    """Return what a dataclass's field says: in its ``metadata``, and as ``doc`` since 3.14."""
    doc = getattr(field, "doc", None)
    said = {word: field.metadata[word] for word in METADATA_KEYWORDS if word in field.metadata}
    return {"description": doc, **said} if doc else said


def reject_unread_metadata(name: str, metadata: Mapping[Any, Any], cls: type) -> None:
    """Raise for an option of marshmallow's in a field's ``metadata``: nobody would keep it."""
    for option in UNREAD_METADATA:
        if metadata.get(option) not in (None, False, {}, (), []):  # which say nothing
            raise DeclarationError(
                f"{option!r} in the field's metadata is not read, and would be ignored.",
                instead="Write it into the annotation: a constraint, `ReadOnly()`, or a field.",
                where=(f"field {name!r}", name_of(cls)),
            )


def describe_typeddict(model_type: Any) -> Model | None:
    """Describe a TypedDict: a plain dict, whose keys may be left out where it says so."""
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
    """Return the type of a TypedDict's keys without a name (PEP 728), its own or that of a base.

    ``Never`` if it has no such keys, and marshmallow's ``missing`` if it does not say.
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
    """Raise for a field whose name on the wire, or in one direction, could be that of another key.

    :raises DeclarationError: for the first such field.
    """
    for field in model.fields:
        if field.direction != "both" or field.wire_name not in (None, field.name):
            raise DeclarationError(
                f"{name_of(model.type)} has extra_items, and its field {field.name!r} has another"
                " name on the wire, or travels in one direction only.",
                instead="Leave the marker out: a key of that name would be one of the others.",
            )


def is_key_required(origin: Any, name: str, annotation: Any) -> bool:
    """Say whether a key of a TypedDict is required: its own qualifier says it, else the class.

    The class alone is not enough: it has not seen qualifiers in postponed annotations.
    """
    qualifiers = find_qualifiers(annotation)
    if Required in qualifiers or NotRequired in qualifiers:
        return Required in qualifiers
    return name in origin.__required_keys__


def describe_namedtuple(model_type: Any) -> Model | None:
    """Describe a NamedTuple: an object on the wire, for its fields have names."""
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
    """Describe a class of attrs."""
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
                words={
                    word: field.metadata[word]
                    for word in METADATA_KEYWORDS
                    if word in field.metadata
                },
            )
        )
    return replace(make_model(model_type, described), refusals=(ValueError, TypeError))


def describe_struct(model_type: Any) -> Model | None:
    """Describe a ``msgspec.Struct``: renamed fields are named so on the wire, its tag is a key."""
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
            wire_name=field.encode_name,
        )
        for field in msgspec.structs.fields(origin)
    )
    made = make_model(model_type, (*describe_tag(origin), *described))
    return replace(made, refusals=(ValueError, TypeError))


def reject_array_like(origin: Any) -> None:
    """Raise for a Struct that would be an array on the wire."""
    if origin.__struct_config__.array_like:
        raise DeclarationError(
            f"{name_of(origin)} is array_like: its fields would have no names on the wire.",
            instead="Leave out `array_like=True`, or use a tuple.",
        )


def describe_tag(origin: Any) -> Iterator[ModelField]:
    """Yield the tag of a Struct, if it has one: a key that always has the same value."""
    config = origin.__struct_config__
    if config.tag is not None:
        yield ModelField(config.tag_field, Literal[config.tag], required=True, constant=config.tag)


#: What is said of RFC 9457's members; of ``detail``, the class's docstring says it.
MEMBERS = {
    "type": {"description": "A URI that names the kind of problem."},
    "title": {"description": "What kind of problem it is, for people."},
    "status": {"description": "The HTTP status."},
}


def describe_problem_class(model_type: Any) -> Model | None:
    """Describe a problem: RFC 9457's members, then its own."""
    if not isinstance(model_type, ProblemType):
        return None
    hints = class_hints(model_type)
    problem = cast("type[Problem]", model_type)
    members = (
        ModelField("type", str, required=True),
        # Constants, so that several problems of one status can be told apart by a client.
        ModelField("title", constant(problem.title, problem, str), required=True),
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
    described = (replace(field, words=MEMBERS.get(field.name, {})) for field in (*members, *own))
    return make_model(model_type, described, refuse_problem)


def refuse_problem(**_: Any) -> Any:
    """Refuse to make a problem from what a client sent."""
    raise ValidationError("A problem is an answer and cannot be sent.")


def constant(value: Any, problem: type[Problem], general: type) -> Any:
    """Return the annotation of a member that a problem's class fixes.

    ``Problem`` fixes none, nor does a title that is translated: a lazy text is no ``str``.
    """
    return Literal[value] if problem is not Problem and isinstance(value, general) else general


#: The kinds of types with fields, first match wins: a problem is a dataclass too.
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
    except TypeError:  # an annotation that holds what has no hash
        return describe_anew(model_type)


def describe_anew(model_type: Any) -> Model | None:
    """Return the description of a type."""
    return next((model for kind in DESCRIBERS if (model := kind(model_type))), None)


#: A type is asked for several times by each view that has it.
describe_once = lru_cache(maxsize=2048)(describe_anew)
