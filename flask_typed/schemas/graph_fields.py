"""The fields of GraphQL's values, beside those of REST.

Registration and request time. GraphQL parses scalars and enums itself, so these fields accept what
it has made of them. Other libraries' fields get JSON, as in a request of REST.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from marshmallow import ValidationError, fields

from ..declare.names import to_ascii
from ..exceptions import ResponseMismatch
from .families.choices import Choice
from .families.containers import FixedArray, Object, is_scalar
from .families.model_schemas import ModelValue
from .families.scalars import Anything, String
from .families.unions import AnyOf, Tagged, located
from .fields import TypedField, accepts_null, dump_value

#: A name that GraphQL allows, and does not reserve for introspection.
GRAPHQL_NAME = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")


def is_graphql_name(name: str) -> bool:
    """Return whether GraphQL allows a name."""
    return GRAPHQL_NAME.fullmatch(name) is not None


def to_graphql_name(name: str) -> str:
    """Return a name that GraphQL allows; an allowed name is returned unchanged."""
    if is_graphql_name(name):
        return name
    plain = re.sub(r"[^_0-9A-Za-z]", "_", to_ascii(name))
    return re.sub(r"^(?:__+|(?=[0-9]))", "_", plain)


class IdText(String):
    """A text that Strawberry's ``ID`` annotates."""


class UniformArray(FixedArray):
    """A tuple whose items have one type, which is a list in GraphQL."""


class Parsed(TypedField):
    """The behaviour of fields that accept parsed values; it comes before the field's own class."""

    def load(self, value: Any) -> Any:
        """Return a parsed value as it is, and read any other one."""
        if isinstance(self, Choice):
            return value if is_choice(self, value) else super().load(value)
        return value if not isinstance(value, (str, int, float)) else super().load(value)


def is_choice(field: Choice, value: Any) -> bool:
    """Return whether a value is a Python value of a choice, such as a member of an Enum."""
    return any(value is choice for choice in field.samples)


@cache
def parsed_class(kind: type) -> type:
    """Return the class of fields that accept parsed values; it is made once."""
    return type(kind.__name__, (Parsed, kind), {"__module__": kind.__module__})


def copy_as(kind: Any, field: fields.Field[Any]) -> fields.Field[Any]:
    """Return a copy of a field, of another class."""
    made: fields.Field[Any] = kind.__new__(kind)
    vars(made).update(vars(field))
    return made


def is_typed_field(field: fields.Field[Any]) -> bool:
    """Return whether a field is one of flask_typed, not of marshmallow, pydantic or the program."""
    return isinstance(field, TypedField) and type(field).__module__.startswith(f"{__package__}.")


def copy_options(field: fields.Field[Any]) -> dict[str, Any]:
    """Return the options of a field, for one that stands for it."""
    return {
        "required": field.required,
        "load_default": field.load_default,
        "allow_none": accepts_null(field),
        "data_key": field.data_key,
        "load_only": field.load_only,
        "dump_only": field.dump_only,
        "metadata": field.metadata,
    }


class WrittenBack(TypedField):
    """A value that a field of another library reads: it gets JSON, as in a request of REST.

    :param inner: the field.
    :param write: returns the JSON value of a value that GraphQL has parsed.
    """

    def __init__(self, inner: fields.Field[Any], write: Callable[[Any], Any]) -> None:
        super().__init__(**copy_options(inner))
        self.inner = inner
        self.single = is_scalar(inner)
        self.write = write

    def load(self, value: Any) -> Any:
        try:
            return self.inner.deserialize(self.write(value))
        except ValidationError as error:
            raise located(error, self.inner) from error

    def dump(self, value: Any) -> Any:
        return dump_value(self.inner, value)


class OneOf(TypedField):
    """A union of models: GraphQL's inputs name the member by the only key of an object.

    :param union: the union, which writes the values.
    """

    single = False

    def __init__(self, union: AnyOf | Tagged) -> None:
        super().__init__(**copy_options(union))
        self.union = union
        self.expected = union.expected
        self.validators = union.validators
        self.checks = union.checks
        self.members = name_members(find_models(union))

    @property
    def title(self) -> str:
        """The name: that of an alias, or the names of the members."""
        names = (member.model.name for member in self.members.values())
        return self.metadata.get("title") or "Or".join(names)

    def load(self, value: Any) -> Any:
        """Return the value of the member that the only key names; GraphQL has checked the keys."""
        ((key, inner),) = value.items()
        try:
            return self.members[key].deserialize(inner)
        except ValidationError as error:
            raise ValidationError({key: located(error, self.members[key]).messages}) from error

    def dump(self, value: Any) -> Any:
        return self.union.dump(value)

    def find_member(self, value: Any) -> ModelValue:
        """Return the member whose type a value has.

        :raises ResponseMismatch: if it is none of them.
        """
        found = choose_model(find_models(self.union), value, self._find_by_tag)
        if found is None:
            raise self.union.mismatch(value)
        return found

    def _find_by_tag(self, value: Any) -> ModelValue | None:
        """Return the member that the tag of a value names; ``None`` if there is no tag."""
        if not isinstance(self.union, Tagged):
            return None
        return self.union.members.get(self.union.find_tag(value))


def choose_model(
    models: Sequence[ModelValue],
    value: Any,
    find_by_tag: Callable[[Any], ModelValue | None] = lambda value: None,
) -> ModelValue | None:
    """Return the model whose type a value has; a row has the one that it can be written as.

    :param find_by_tag: returns the model that the tag of a row or a mapping names.
    """
    held = next((model for model in models if model.holds(value)), None) or find_by_tag(value)
    return held or next((model for model in models if can_write(model, value)), None)


def can_write(model: ModelValue, value: Any) -> bool:
    """Return whether a value can be written as a model."""
    try:
        model.dump(value)
    except ResponseMismatch:
        return False
    return True


def find_models(union: fields.Field[Any]) -> Sequence[ModelValue]:
    """Return the members of a union of models; none if it has other members."""
    if isinstance(union, ModelValue):
        return (union,)
    if isinstance(union, OneOf):
        return find_models(union.union)
    if not isinstance(union, (AnyOf, Tagged)):
        return ()
    members = union.members if isinstance(union, AnyOf) else union.members.values()
    found = [find_models(member) for member in members]
    models = [model for models in found for model in models] if all(found) else []
    return tuple({id(model): model for model in models}.values())


def name_members(models: Sequence[ModelValue]) -> Mapping[str, ModelValue]:
    """Return models by their keys in inputs: ``cat`` for ``Cat``."""
    named: dict[str, ModelValue] = {}
    for model in models:
        name = to_graphql_name(model.model.name)
        key = name[:1].lower() + name[1:]
        number = sum(known.rstrip("0123456789") == key for known in named)
        named[f"{key}{number + 1}" if number else key] = model
    return named


def is_json_part(field: fields.Field[Any]) -> bool:
    """Return whether GraphQL has no type for a field, so that its values are JSON."""
    if isinstance(field, (AnyOf, Tagged)):
        return True
    is_mixed = isinstance(field, FixedArray) and not isinstance(field, UniformArray)
    return is_mixed or isinstance(field, (Object, Anything))
