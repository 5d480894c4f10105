"""pydantic models as types: ``Typed(app, types=PYDANTIC)``.

Only users import this module; it needs ``flask-typed-api[pydantic]``. pydantic validates the values
in its strict mode and generates the schemas of its models; this module passes both on.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from .declare.settings import Excluded
from .exceptions import DeclarationError, ResponseMismatch
from .schemas.fields import Described, TypedField
from .schemas.hints import Hint, is_class, name_of
from .schemas.lean_words import exclude_described
from .schemas.metadata import is_marker_or_scheme, write_name
from .schemas.registry import FieldBuilder, HintMatcher, Maker, Options

try:
    import pydantic
    from pydantic.dataclasses import is_pydantic_dataclass
    from pydantic.json_schema import GenerateJsonSchema, models_json_schema
    from pydantic_core import PydanticSerializationError
except ImportError as error:
    raise ImportError(
        "flask_typed.pydantic needs pydantic: install flask-typed-api[pydantic]."
    ) from error

#: The references to components, as a template for pydantic.
REFERENCE = "#/components/schemas/{model}"
#: Replacements for pydantic's messages that contain the value of the request.
REWORDED = {
    "union_tag_invalid": "Must be tagged as one of: {expected_tags}.",
    "uuid_parsing": "Input should be a valid UUID",
}


class ComponentNames(GenerateJsonSchema):
    """pydantic's generator, with flask_typed's names for generic models: ``PageBook``."""

    def normalize_name(self, name: str) -> str:
        """Return the letters and digits of a name."""
        return "".join(filter(str.isalnum, name))


class PydanticValue(TypedField):
    """A pydantic model or dataclass.

    :param model: the class.
    """

    single = False
    samples = (object(),)
    _excluded: Mapping[str, Any] = {}

    def __init__(self, model: Any, **options: Any) -> None:
        super().__init__(**options)
        self.model = self.made = model
        self.adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(model)
        self.expected = name_of(model)
        self._described = {
            "in": describe_pydantic_model(model, "validation"),
            "out": describe_pydantic_model(model, "serialization"),
        }
        self.json_schema = self._described["in"].schema

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Return pydantic's schema for a direction: only responses have computed fields."""
        return self._described[direction]

    def make_lean(self, excluded: Excluded) -> PydanticValue:
        """Return the field for responses that leave out values."""
        lean = copy.copy(self)
        leaving, entering = self._described["out"], self._described["in"]
        lean._described = {"in": entering, "out": exclude_described(leaving, entering, excluded)}
        lean._excluded = {
            "exclude_none": excluded.none,
            "exclude_unset": excluded.unset,
            "exclude_defaults": excluded.defaults,
        }
        return lean

    def holds(self, value: Any) -> bool:
        """Return whether a value is an instance of the model."""
        return isinstance(value, self.model)

    def load(self, value: Any) -> Any:
        try:
            return self.adapter.validate_json(json.dumps(value), strict=True)
        except pydantic.ValidationError as error:
            raise ValidationError(write_messages(error, value)) from error

    def dump(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            value = self.make_instance(value)
        if not isinstance(value, self.model):
            raise self.mismatch(value)
        try:
            return self.adapter.dump_python(
                value, mode="json", by_alias=True, warnings="error", **self._excluded
            )
        except PydanticSerializationError as error:
            raise ResponseMismatch(self.expected, "one whose fields do not fit") from error

    def make_instance(self, value: Mapping[str, Any]) -> Any:
        """Return the instance for a mapping that a view returned, validated strictly too."""
        try:
            return self.adapter.validate_python(value, strict=True)
        except pydantic.ValidationError as error:
            (path, message), *_ = read_faults(error, value)
            raise ResponseMismatch(self.expected, f"one that breaks: {message}", path) from error


def describe_pydantic_model(model: Any, mode: Literal["validation", "serialization"]) -> Described:
    """Return pydantic's schema of a model, with the schemas that it refers to."""
    references, schemas = models_json_schema(
        [(model, mode)], ref_template=REFERENCE, schema_generator=ComponentNames
    )
    definitions = schemas["$defs"]
    component = references[model, mode]["$ref"].removeprefix(REFERENCE.format(model=""))
    return Described(definitions.pop(component), component, definitions)


def write_messages(error: pydantic.ValidationError, value: Any) -> dict[Any, Any]:
    """Return pydantic's faults in marshmallow's form: nested like the value."""
    messages: dict[Any, Any] = {}
    for path, message in read_faults(error, value):
        node = messages
        for key in path:
            node = node.setdefault(key, {})
        node.setdefault(SCHEMA, []).append(message)
    return messages


def read_faults(
    error: pydantic.ValidationError, value: Any
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the place of each fault in the value, with its message."""
    for fault in error.errors(include_url=False, include_input=False):
        reworded = REWORDED.get(fault["type"], "").format(**fault.get("ctx", {}))
        absent = fault["type"] == "missing"
        yield find_place(fault["loc"], value, is_absent=absent), reworded or fault["msg"]


def find_place(
    location: Sequence[str | int], value: Any, *, is_absent: bool
) -> tuple[str | int, ...]:
    """Return the keys and indexes of pydantic's location that exist in the value.

    pydantic's location also names members of unions and functions, which the value does not have.

    :param is_absent: whether the last key is missing from the value.
    """
    place: list[str | int] = []
    for part in location[:-1] if is_absent else location:
        if is_inside(part, value):
            place.append(part)
            value = value[part]
    return (*place, *location[-1:]) if is_absent else tuple(place)


def is_inside(part: str | int, value: Any) -> bool:
    """Return whether a value has a key or an index."""
    if isinstance(value, (list, tuple)):
        return isinstance(part, int) and part < len(value)
    return isinstance(value, Mapping) and part in value


def is_pydantic_model(hint: Hint) -> bool:
    """Return whether the hint is a pydantic model or dataclass."""
    return is_class(hint.type) and (
        issubclass(hint.type, pydantic.BaseModel) or is_pydantic_dataclass(hint.type)
    )


def reject_unread_markers(model: Any, seen: set[Any]) -> None:
    """Raise for flask_typed's markers and schemes on fields of a model: pydantic ignores them.

    :param seen: the models checked so far; a model may contain itself.
    """
    seen.add(model)
    for name, field in find_pydantic_fields(model).items():
        for item in field.metadata:
            if is_marker_or_scheme(item):
                raise DeclarationError(
                    f"{write_name(item)} on a field of a pydantic model is not read.",
                    instead="Write it on an argument of the view, or use pydantic's Field.",
                    where=(f"field {name!r}", name_of(model)),
                )
        for inner in find_pydantic_models(field.annotation):
            if inner not in seen:
                reject_unread_markers(inner, seen)


def find_pydantic_fields(model: Any) -> Mapping[str, Any]:
    """Return the fields of a pydantic model, or nothing for any other object."""
    found: Any = getattr(model, "__pydantic_fields__", None)  # models have it since 2.10
    return found or getattr(model, "model_fields", {})


def find_pydantic_models(annotation: Any) -> Iterator[Any]:
    """Yield the pydantic models in an annotation."""
    if is_class(annotation) and find_pydantic_fields(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from find_pydantic_models(argument)


def build_pydantic(hint: Hint, make: Maker, options: Options) -> PydanticValue:
    """Return the field of a pydantic model."""
    reject_unread_markers(hint.type, set())
    return PydanticValue(hint.type, text=bool(make.text), **options)


# The constraints of a model's values are in the model.
build_pydantic.reads_metadata = False  # type: ignore[attr-defined]  # the registry reads it

#: The value of ``types=``; ``types={**PYDANTIC, …}`` adds types of your own.
PYDANTIC: Mapping[HintMatcher, FieldBuilder] = {is_pydantic_model: build_pydantic}
