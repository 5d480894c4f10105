"""Fields for unions: of scalars, of models, and of models with a tag.

Registration and request time. Without a tag, the first member that accepts a value is used.
Registration rejects a union with a member that is never used.
"""

from __future__ import annotations

import copy
from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from enum import Enum
from functools import wraps
from typing import Any, Literal, TypeGuard, TypeVar, cast

from marshmallow import ValidationError, fields

from ...declare.settings import Excluded
from ...exceptions import DeclarationError, ResponseMismatch
from ..fields import TypedField, accepts_null, copy_without_null, dump_value
from ..hints import Hint, is_class, name_of, read_hint
from ..wording import write_list
from .choices import Choice, make_json_key
from .containers import Array, Object, is_scalar
from .decimals import DecimalNumber
from .encoded import Address
from .flags import Flags, holds_numbers
from .model_schemas import ModelValue, entering_fields
from .scalars import Anything, Boolean, Float, Integer, String

A = TypeVar("A", bound=Callable[[Any, Any], Any])

#: The outcomes of the outermost union that reads or writes a value, by the ids of a field and of a
#: part of the value: the part, to keep it alive, with its result or its error.
Outcomes = dict[tuple[int, int], tuple[Any, Any]]
reading: ContextVar[Outcomes | None] = ContextVar("flask_typed_reading", default=None)
writing: ContextVar[Outcomes | None] = ContextVar("flask_typed_writing", default=None)


def once_for_each_part(outcomes: ContextVar[Outcomes | None]) -> Callable[[A], A]:
    """Make a union try each part of a value only once.

    Otherwise a union inside a union would try its parts again for each outer member: twice as often
    at each level.
    """

    def decorate(attempt: A) -> A:
        @wraps(attempt)
        def attempt_once(self: Any, value: Any) -> Any:
            if self.single or isinstance(value, (str, int, float)):
                return attempt(self, value)
            known = outcomes.get()
            if known is not None:
                return recall(known, attempt, self, value)
            token = outcomes.set({})
            try:
                return attempt(self, value)
            finally:
                outcomes.reset(token)

        return cast("A", attempt_once)

    return decorate


def recall(known: Outcomes, attempt: Callable[[Any, Any], Any], field: Any, value: Any) -> Any:
    """Return the known result of a value or raise its known error; try the value if it is new."""
    key = id(field), id(value)
    if key not in known:
        try:
            known[key] = value, attempt(field, value)
        except (ValidationError, ResponseMismatch) as error:
            known[key] = value, error.with_traceback(None)
    _, outcome = known[key]
    if isinstance(outcome, (ValidationError, ResponseMismatch)):
        raise outcome
    return outcome


class AnyOf(TypedField):
    """One of several types: the first member that accepts a value is used.

    :param members: the fields of the types, in the order of the declaration.
    """

    default_error_messages = {"none": "Must be one of these: {members}."}

    def __init__(self, members: Sequence[fields.Field[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.members = tuple(members)
        self.single = all(map(is_scalar, self.members))
        self.expected = " or ".join(map(describe_member, self.members))
        self.words = " or ".join(dict.fromkeys(map(json_name, self.members)))
        #: The member that accepts null, if there is one.
        self.null = next(filter(accepts_null, self.members), None)

    @property
    def takes_null(self) -> bool:
        return self.allow_none or self.null is not None

    def without_null(self) -> TypedField | None:
        made = copy_without_null(self)
        shown = [m.without_null() if isinstance(m, TypedField) else m for m in self.members]
        made.members = tuple(member for member in shown if member is not None)
        return made if made.members else None

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the Python value of a JSON value; a member may accept ``null``."""
        if value is None and self.null is not None:
            return self.null.deserialize(value)
        return super().deserialize(value, attr, data, **kwargs)

    @once_for_each_part(reading)
    def load(self, value: Any) -> Any:
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
        """Return the error for a value that no member accepts.

        If the value is an object and only one member is an object, its error is returned.
        """
        of_objects = [located(error, member) for member, error in refusals if is_object(member)]
        if isinstance(value, dict) and len(of_objects) == 1:
            return of_objects[0]
        return self.make_error("none", members=self.words)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None and self.null is not None:
            return dump_value(self.null, value)
        return super()._serialize(value, attr, obj, **kwargs)

    @once_for_each_part(writing)
    def dump(self, value: Any) -> Any:
        for member in sorted(self.members, key=lambda member: preference(member, value)):
            try:
                return dump_value(member, value)
            except ResponseMismatch:
                continue
        raise self.mismatch(value)


class Tagged(TypedField):
    """One of several models, distinguished by the value of one key.

    :param tag: the key of the JSON object.
    :param attribute: the name of the attribute of instances, or of the key of mappings, in Python.
    :param members: the model for each value of the key.
    """

    single = False
    default_error_messages = {
        "type": "Invalid input type.",
        "required": "Missing data for required field.",
        "unknown": "Must be one of: {choices}.",
    }

    def __init__(
        self, tag: str, attribute: str, members: Mapping[Any, ModelValue], **options: Any
    ) -> None:
        super().__init__(**options)
        self.tag = tag
        self.tag_attribute = attribute
        self.members = dict(members)
        self.expected = " or ".join(dict.fromkeys(map(describe_member, self.members.values())))

    @property
    def has_optional_tag(self) -> bool:
        """Whether a model has a default for the key, which the union needs all the same."""
        return not all(
            described.required
            for member in self.members.values()
            for described in member.model.fields
            if described.name == self.tag_attribute
        )

    def make_lean(self, excluded: Excluded) -> TypedField:
        """Return the field for responses that leave out values, but never the tag."""
        models = dict.fromkeys(self.members.values())
        kept = {model: model.keep_tag(self.tag_attribute, excluded) for model in models}
        if all(made is model for model, made in kept.items()):
            return self
        lean = copy.copy(self)
        lean.members = {tag: kept[model] for tag, model in self.members.items()}
        return lean

    def load(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("type")
        if self.tag not in value:
            raise ValidationError({self.tag: [self.error_messages["required"]]})
        try:
            member = self.members[value[self.tag]]
        except (KeyError, TypeError) as error:
            unknown = self.make_error("unknown", choices=write_list(self.members))
            raise ValidationError({self.tag: unknown.messages}) from error
        try:
            return member.deserialize(value)
        except ValidationError as error:
            raise located(error, member) from error

    def dump(self, value: Any) -> Any:
        for member in self.members.values():
            if member.holds(value):
                return member.dump(value)
        tag = self.find_tag(value)
        if tag is None or tag not in self.members:
            raise self.mismatch(value)
        return self.members[tag].dump(value)

    def find_tag(self, value: Any) -> str | None:
        """Return the tag of a Python value; ``None`` if it has none."""
        mapping = isinstance(value, Mapping)
        tag = value.get(self.tag_attribute) if mapping else getattr(value, self.tag_attribute, None)
        tag = getattr(tag, "value", tag)
        return tag if isinstance(tag, str) else None


class Located(UserDict[Any, Any]):
    """Messages with the field that they are about, for :mod:`flask_typed.schemas.faults`.

    It is not a ``dict``: marshmallow copies dicts of messages, and the field would be lost.
    """

    def __init__(self, messages: Mapping[Any, Any], node: fields.Field[Any]) -> None:
        super().__init__(messages)
        self.node = node


def located(error: ValidationError, member: fields.Field[Any]) -> ValidationError:
    """Return the error of a member of a union, whose messages refer to the member."""
    if not isinstance(error.messages, dict):
        return error
    messages: Any = Located(error.messages, member)
    return ValidationError(messages)


#: The names of JSON types in messages for clients.
JSON_NAMES = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "array": "a list",
    "object": "an object",
}


def json_name(member: fields.Field[Any]) -> str:
    """Return the name of a member's JSON type in messages for clients."""
    if isinstance(member, ModelValue):
        return "an object"
    schema = getattr(member, "json_schema", {})
    kind = schema.get("format", schema.get("type"))
    return JSON_NAMES.get(kind, kind) if isinstance(kind, str) else describe_member(member)


def describe_member(member: fields.Field[Any]) -> str:
    """Return the name of a member in messages about responses."""
    return member.expected if isinstance(member, TypedField) else type(member).__name__


def is_object(member: fields.Field[Any]) -> bool:
    """Return whether a member is a JSON object."""
    known = isinstance(member, (fields.Nested, fields.Mapping, Tagged))
    return known or getattr(member, "json_schema", {}).get("type") == "object"


def preference(member: fields.Field[Any], value: Any) -> int:
    """Return the rank of a member in the order of attempts to dump a value.

    A member whose class the value has comes first. A user's field, which may dump any value, comes
    last.
    """
    if isinstance(member, TypedField) and member.holds(value):
        return 0
    return 1 if isinstance(member, TypedField) else 2


def find_tag(
    members: Sequence[fields.Field[Any]],
) -> tuple[str, str, dict[Any, ModelValue]] | None:
    """Return the key that distinguishes models, its attribute, and the model for each value.

    All models have the key, with texts of a Literal or an Enum that no other model has. The types
    are inspected, not their schemas: the schemas of a recursive type may be incomplete.
    """
    models = [member for member in members if isinstance(member, ModelValue)]
    if len(models) < 2 or len(models) < len(members):
        return None
    for field in tag_fields(models[0]):
        by_value: dict[Any, ModelValue] = {}
        count = 0
        for model in models:
            values = tag_fields(model).get(field, ())
            count += len(values) or len(models)
            by_value.update(dict.fromkeys(values, model))
        if len(by_value) == count:
            return *field, by_value
    return None


def tag_fields(member: ModelValue) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the texts of a model's possible tags, by their names on the wire and in Python."""
    found = {}
    for field in member.model.fields:
        hint = read_hint(field.annotation)
        texts = tag_values(hint)
        if texts and not (hint.nullable or field.may_be_absent) and field.direction == "both":
            found[field.wire_name or field.name, field.name] = texts
    return found


def tag_values(hint: Hint) -> tuple[str, ...]:
    """Return the values of a Literal or an Enum if all are texts; else an empty tuple."""
    values: tuple[Any, ...] = ()
    if hint.origin is Literal:
        values = tuple(getattr(value, "value", value) for value in hint.args)
    elif is_class(hint.type) and issubclass(hint.type, Enum):
        values = tuple(member.value for member in hint.type)
    return values if all(isinstance(value, str) for value in values) else ()


def reject_unreachable(members: Sequence[fields.Field[Any]], annotations: Sequence[Any]) -> None:
    """Raise for a member of a union that is never used: an earlier one accepts all its values."""
    for index, member in enumerate(members):
        for before, annotation in zip(members[:index], annotations, strict=False):
            if covers(before, member):
                hidden = name_of(annotations[index])
                raise DeclarationError(
                    f"{name_of(annotation)} accepts every value of {hidden}, which comes after it.",
                    instead=f"Put {hidden} first, or distinguish models by a Literal field.",
                )


#: Pairs of types that are being compared: a recursive comparison counts as covered.
Seen = frozenset[tuple[Any, Any]]


def covers(before: fields.Field[Any], after: fields.Field[Any], seen: Seen = frozenset()) -> bool:
    """Return whether one field surely accepts every value that another accepts."""
    has_checks = isinstance(before, TypedField) and before.checks
    if before.validators or has_checks:
        return False
    compare = next((compare for kind, compare in COVERS if isinstance(before, kind)), None)
    if compare is not None:
        return compare(before, after, seen)
    return type(before) is type(after) and isinstance(before, TypedField) and before.alike


def array_covers(before: Array, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether an array accepts every list that another accepts."""
    if before.unique or not isinstance(after, Array):
        return False
    return covers(before.inner, after.inner, seen)


def object_covers(before: Object, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether a mapping field accepts every mapping that another accepts."""
    return (
        isinstance(after, Object)
        and covers(before.key_field, after.key_field, seen)
        and covers(before.value_field, after.value_field, seen)
    )


def string_covers(before: String, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether all values of a field are texts."""
    return isinstance(after, TypedField) and after.always_text


def choice_covers(before: Choice, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether one set of choices contains another."""
    known = set(map(make_json_key, before.wire_values))
    if isinstance(after, Flags):
        return len(after.numbers) <= len(known) and known.issuperset(
            map(make_json_key, after.numbers)
        )
    return isinstance(after, Choice) and set(map(make_json_key, after.wire_values)) <= known


def flags_cover(before: Flags, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether every value of a Flag, or of choices, is also a value of another Flag."""
    if isinstance(after, Flags):
        return holds_numbers(before.numbers, after.numbers)
    return are_choices(after, int) and holds_numbers(before.numbers, after.wire_values)


def are_choices(field: fields.Field[Any], *kinds: type) -> TypeGuard[Choice]:
    """Return whether a field has only choices of these types (``True`` is not an ``int``)."""
    return isinstance(field, Choice) and all(type(value) in kinds for value in field.wire_values)


def model_covers(before: ModelValue, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether a model accepts every object that another accepts.

    The answer is no for a type whose schema is incomplete: it is not known yet.
    """
    if not isinstance(after, ModelValue):
        return False
    pair = before.model.type, after.model.type
    if pair in seen or before.model.type == after.model.type:
        return True
    if not (before.is_made and after.is_made) or has_rest(before) or has_rest(after):
        return False
    ours, theirs = entering_fields(before.schema), entering_fields(after.schema)
    seen = seen | {pair}
    known = all(name in ours and covers(ours[name], field, seen) for name, field in theirs.items())
    return known and all(
        name in theirs and theirs[name].required for name, field in ours.items() if field.required
    )


def has_rest(member: ModelValue) -> bool:
    """Return whether a model allows extra keys."""
    return bool(getattr(member.schema, "rest", ()))


def numbers_cover(before: TypedField, after: fields.Field[Any], seen: Seen) -> bool:
    """Return whether all values of a field are JSON numbers."""
    return isinstance(after, (Integer, Float, DecimalNumber)) or are_choices(after, int, float)


#: The function that compares each class of field with a later member.
COVERS: tuple[tuple[type, Callable[[Any, fields.Field[Any], Seen], bool]], ...] = (
    (Anything, lambda before, after, seen: True),
    (ModelValue, model_covers),
    (Array, array_covers),
    (Object, object_covers),
    (Choice, choice_covers),
    (String, string_covers),
    (Flags, flags_cover),  # first: it is an integer too
    (Float, numbers_cover),
    (DecimalNumber, numbers_cover),
    (
        Integer,
        lambda before, after, seen: isinstance(after, Integer) or are_choices(after, int),
    ),
    (
        Boolean,
        lambda before, after, seen: isinstance(after, Boolean) or are_choices(after, bool),
    ),
    (Address, lambda before, after, seen: before.covers(after)),
)
