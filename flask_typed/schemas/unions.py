"""Fields for unions: scalars, models, and models that a tag tells apart.

Registration and request time. Without a tag the first member that accepts a value takes it; a
member that could never be reached is refused at registration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields

from ..exceptions import DeclarationError, ResponseMismatch
from .choices import Choice, make_key
from .containers import Array, Object, is_scalar
from .encoded import Address, Base64
from .fields import TypedField, write
from .hints import name_of
from .objects import ModelValue, wire_fields
from .scalars import UUID, Anything, DecimalText, Float, Integer, String
from .temporal import Temporal


class AnyOf(TypedField):
    """One of several types: the first that accepts a value takes it.

    :param members: in the order of the declaration.
    """

    default_error_messages = {"none": "Must be one of these: {members}."}

    def __init__(self, members: Sequence[fields.Field[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.members = tuple(members)
        self.single = all(map(is_scalar, self.members))
        self.expected = " or ".join(map(describe, self.members))
        self.words = " or ".join(dict.fromkeys(map(json_name, self.members)))

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        refusals = []
        for member in self.members:
            try:
                return member.deserialize(value)
            except ValidationError as error:
                refusals.append((member, error))
        raise self.choose(value, refusals)

    def choose(
        self, value: Any, refusals: Sequence[tuple[fields.Field[Any], ValidationError]]
    ) -> ValidationError:
        """Return what is said of a value that no member accepts.

        If only one member is of the value's JSON type, it is the one that was meant.
        """
        meant = [located(error, member) for member, error in refusals if is_object(member)]
        if isinstance(value, dict) and len(meant) == 1:
            return meant[0]
        return self.make_error("none", members=self.words)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return super()._serialize(value, attr, obj, **kwargs)
        for member in sorted(self.members, key=lambda member: not holds(member, value)):
            try:
                return write(member, value)
            except ResponseMismatch:
                continue
        raise self.mismatch(value)


class Tagged(TypedField):
    """One of several models, told apart by the value of one key.

    :param tag: the key.
    :param members: the model for each value of the key.
    """

    single = False
    default_error_messages = {
        "type": "Invalid input type.",
        "required": "Missing data for required field.",
        "unknown": "Must be one of: {choices}.",
    }

    def __init__(self, tag: str, members: Mapping[Any, ModelValue], **options: Any) -> None:
        super().__init__(**options)
        self.tag = tag
        self.members = dict(members)
        self.expected = " or ".join(dict.fromkeys(map(describe, self.members.values())))

    def load(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("type")
        if self.tag not in value:
            raise ValidationError({self.tag: [self.error_messages["required"]]})
        try:
            member = self.members[value[self.tag]]
        except (KeyError, TypeError) as error:
            choices = ", ".join(map(str, self.members))
            unknown = self.make_error("unknown", choices=choices)
            raise ValidationError({self.tag: unknown.messages}) from error
        try:
            return member.deserialize(value)
        except ValidationError as error:
            raise located(error, member) from error

    def dump(self, value: Any) -> Any:
        for member in self.members.values():
            if holds(member, value):
                return member.dump(value)
        tag = value.get(self.tag) if isinstance(value, Mapping) else getattr(value, self.tag, None)
        named = self.members.get(getattr(tag, "value", tag))
        if named is None:
            raise self.mismatch(value)
        return named.dump(value)


class Located(dict[Any, Any]):
    """Messages that know which field they are about, for :mod:`flask_typed.schemas.faults`."""

    def __init__(self, messages: Mapping[Any, Any], node: fields.Field[Any]) -> None:
        super().__init__(messages)
        self.node = node


def located(error: ValidationError, member: fields.Field[Any]) -> ValidationError:
    """Return the error of a member of a union, whose messages know the member."""
    if not isinstance(error.messages, dict):
        return error
    return ValidationError(Located(error.messages, member))


#: What a JSON type is called in a message for clients.
JSON_NAMES = {"string": "text", "integer": "an integer", "number": "a number", "array": "a list"}


def json_name(member: fields.Field[Any]) -> str:
    """Return how the JSON form of a member is called in a message for clients."""
    schema = getattr(member, "json_schema", {})
    kind = schema.get("format", schema.get("type", "an object"))
    return JSON_NAMES.get(kind, kind) if isinstance(kind, str) else describe(member)


def describe(member: fields.Field[Any]) -> str:
    """Return how a member is called in messages."""
    return getattr(member, "expected", type(member).__name__)


def is_object(member: fields.Field[Any]) -> bool:
    """Say whether a member is a JSON object."""
    return isinstance(member, (fields.Nested, fields.Mapping, Tagged))


def holds(member: fields.Field[Any], value: Any) -> bool:
    """Say whether a value is an instance of a member's own class."""
    return isinstance(member, ModelValue) and isinstance(value, member.origin)


def find_tag(members: Sequence[fields.Field[Any]]) -> tuple[str, dict[Any, ModelValue]] | None:
    """Return the key that tells models apart, and the model for each of its values.

    It is a key that every model requires or has with a default, with choices of its own in each.
    """
    models = [member for member in members if isinstance(member, ModelValue)]
    if len(models) < 2 or len(models) < len(members):
        return None
    for name in wire_fields(models[0].schema):
        tags = [wire_fields(model.schema).get(name) for model in models]
        by_value: dict[Any, ModelValue] = {}
        count = 0
        for model, tag in zip(models, tags, strict=True):
            if not isinstance(tag, Choice):
                break
            count += len(tag.wire_values)
            by_value.update(dict.fromkeys(tag.wire_values, model))
        else:
            if len(by_value) == count and all(isinstance(value, str) for value in by_value):
                return name, by_value
    return None


def reject_hidden(members: Sequence[fields.Field[Any]], annotations: Sequence[Any]) -> None:
    """Raise for a member of a union that another, before it, hides."""
    for index, member in enumerate(members):
        for before, annotation in zip(members[:index], annotations, strict=False):
            if covers(before, member):
                hidden = name_of(annotations[index])
                raise DeclarationError(
                    f"{name_of(annotation)} takes every value of {hidden}, which stands after it.",
                    instead=f"Put {hidden} first, or tell models apart by a Literal field.",
                )


def covers(before: fields.Field[Any], after: fields.Field[Any]) -> bool:
    """Say whether one field surely takes whatever another takes."""
    if before.validators:
        return False
    compare = next((compare for kind, compare in COVERS if isinstance(before, kind)), None)
    return compare(before, after) if compare else type(before) is type(after)


def array_covers(before: Array, after: fields.Field[Any]) -> bool:
    """Say whether every list that one array takes is taken by another."""
    return isinstance(after, Array) and not before.unique and covers(before.inner, after.inner)


def object_covers(before: Object, after: fields.Field[Any]) -> bool:
    """Say whether every mapping that one takes is taken by another."""
    return isinstance(after, Object) and covers(before.value_field, after.value_field)


def string_covers(before: String, after: fields.Field[Any]) -> bool:
    """Say whether a type is always a text."""
    texts = isinstance(after, Choice) and all(isinstance(v, str) for v in after.wire_values)
    return texts or isinstance(after, (String, UUID, DecimalText, Temporal, Base64, Address))


def choice_covers(before: Choice, after: fields.Field[Any]) -> bool:
    """Say whether one set of choices holds another."""
    known = set(map(make_key, before.wire_values))
    return isinstance(after, Choice) and set(map(make_key, after.wire_values)) <= known


def model_covers(before: ModelValue, after: ModelValue) -> bool:
    """Say whether every object that one model takes is taken by another."""
    ours, theirs = wire_fields(before.schema), wire_fields(after.schema)
    known = all(name in ours and covers(ours[name], field) for name, field in theirs.items())
    return known and all(
        name in theirs and theirs[name].required for name, field in ours.items() if field.required
    )


#: How each class of field is compared with what stands after it; others cover their own class.
COVERS: tuple[tuple[type, Callable[[Any, fields.Field[Any]], bool]], ...] = (
    (Anything, lambda before, after: True),
    (
        ModelValue,
        lambda before, after: isinstance(after, ModelValue) and model_covers(before, after),
    ),
    (Array, array_covers),
    (Object, object_covers),
    (Choice, choice_covers),
    (String, string_covers),
    (Float, lambda before, after: isinstance(after, (Float, Integer))),
)
