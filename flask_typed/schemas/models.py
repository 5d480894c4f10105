"""Types with named fields (dataclass, TypedDict, problems) → marshmallow Schema classes.

Registration time describes a type once (:class:`Model`) and generates a :class:`ModelSchema`;
request time loads and dumps through it. A new kind of type is one ``describe_…`` function in
``KINDS``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast, get_origin

from marshmallow import Schema, ValidationError, fields, missing, post_load
from typing_extensions import NotRequired, is_typeddict

from ..declare.problems import Problem, ProblemType
from ..exceptions import ResponseMismatch
from .fields import TypedField
from .hints import name_of, resolve_hints


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model.

    :param required: whether an input must have it.
    :param default: what stands for it when it is left out, or marshmallow's ``missing``.
    :param factory: makes that value anew each time, if it is made by a function.
    """

    name: str
    annotation: Any
    required: bool
    default: Any = missing
    factory: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A type with named fields.

    :param construct: makes an instance from keyword arguments; fields left out are its business.
    """

    type: type
    fields: tuple[ModelField, ...]
    construct: Callable[..., Any]


def describe_dataclass(model_type: type) -> Model | None:
    """Describe a dataclass: the fields that its constructor takes."""
    if not dataclasses.is_dataclass(model_type):
        return None
    hints = resolve_hints(model_type)
    described = tuple(
        ModelField(
            field.name,
            hints[field.name],
            required=field.default is field.default_factory is dataclasses.MISSING,
            default=missing if field.default is dataclasses.MISSING else field.default,
            factory=None if field.default_factory is dataclasses.MISSING else field.default_factory,
        )
        for field in dataclasses.fields(model_type)
        if field.init
    )
    return Model(model_type, described, model_type)


def describe_typeddict(model_type: Any) -> Model | None:
    """Describe a TypedDict: a plain dict, whose keys may be left out where it says so."""
    if not is_typeddict(model_type):
        return None
    described = tuple(
        ModelField(
            name,
            annotation,
            required=name in model_type.__required_keys__
            and get_origin(annotation) is not NotRequired,
        )
        for name, annotation in resolve_hints(model_type).items()
    )
    return Model(model_type, described, dict)


def describe_problem(model_type: Any) -> Model | None:
    """Describe a problem: RFC 9457's members, then its own."""
    if not isinstance(model_type, ProblemType):
        return None
    hints = resolve_hints(model_type)
    problem = cast("type[Problem]", model_type)
    members = (
        ModelField("type", str, required=True),
        # Constants, so that several problems of one status can be told apart by a client.
        ModelField("title", constant(problem.title, problem, str), required=True),
        ModelField("status", constant(problem.status, problem, int), required=True),
        ModelField("detail", str, required=False),
    )
    own = tuple(
        ModelField(field.name, hints[field.name], required=True)
        for field in dataclasses.fields(problem)
        if field.name != "detail"
    )
    return Model(model_type, members + own, model_type)


def constant(value: Any, problem: type[Problem], general: type) -> Any:
    """Return the annotation of a member that a problem's class fixes, as ``Problem`` does not."""
    return general if problem is Problem else Literal[value]


#: The kinds of types with fields, first match wins: a problem is a dataclass too.
KINDS: tuple[Callable[[Any], Model | None], ...] = (
    describe_problem,
    describe_dataclass,
    describe_typeddict,
)


def describe_model(model_type: Any) -> Model | None:
    """Return the description of a type with named fields, or ``None`` for any other type."""
    return next((model for kind in KINDS if (model := kind(model_type))), None)


class ModelSchema(Schema):
    """Base of the generated schemas: constructs on load, dumps declared fields only."""

    model: ClassVar[Model]

    @post_load
    def construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the instance; a ``ValueError`` from its constructor is a fault of the request."""
        try:
            return self.model.construct(**data)
        except ValidationError:
            raise
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Read a field of a mapping by key, of anything else by attribute."""
        if isinstance(obj, Mapping):
            return obj.get(attr, default)
        return getattr(obj, attr, default)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Return the declared fields of an object, each checked against its annotation."""
        dumped = {}
        for name, field in self.dump_fields.items():
            try:
                value = field.serialize(name, obj, self.get_attribute)
            except ResponseMismatch as error:
                raise error.inside(name) from None
            if value is not missing:
                dumped[field.data_key or name] = value
            elif field.required:
                raise ResponseMismatch(
                    name_of(self.model.type), f"no {name!r} in {type(obj).__name__}"
                )
        return dumped


class ModelValue(TypedField, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A value of a type with named fields: a JSON object.

    :param schema_of: returns the generated schema class, which may not exist yet (recursion).
    """

    sample = object()

    def __init__(
        self, model_type: Any, schema_of: Callable[[], type[Schema]], **options: Any
    ) -> None:
        super().__init__(nested=schema_of, **options)
        self.expected = name_of(model_type)

    def load(self, value: Any) -> Any:
        return fields.Nested._deserialize(self, value, None, None)

    def dump(self, value: Any) -> Any:
        return self.schema.dump(value)


class SchemaValue(fields.Nested):
    """A value of a marshmallow Schema that the user wrote: its own hooks and fields decide."""

    def _serialize(  # type: ignore[override]  # marshmallow's Nested does not fit its Field either
        self, nested_obj: Any, attr: Any, obj: Any, **kwargs: Any
    ) -> Any:
        name = type(self.schema).__name__
        if nested_obj is None:
            if self.allow_none:
                return None
            raise ResponseMismatch(f"what {name} dumps", "None")
        try:
            return self.schema.dump(nested_obj, many=self.schema.many or bool(self.many))
        except (TypeError, ValueError, AttributeError) as error:
            raise ResponseMismatch(
                f"what {name} dumps", f"{type(error).__name__}: {error}"
            ) from error
