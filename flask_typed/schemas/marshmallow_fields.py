"""Held fields: the users' marshmallow fields, restricted to the form that the document describes.

Registration and request time. In JSON, marshmallow's fields accept more values than a schema could
describe (``fields.Integer`` accepts ``"3"``), and dump values that their rules forbid. A held field
accepts and dumps only values of its published form; hooks, validators, names and messages stay the
user's. The form of a class with its own ``_deserialize`` is unknown: it is not restricted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from threading import RLock
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ..declare.names import reject_name
from ..exceptions import ResponseMismatch
from ..libraries.marshmallow import find_declared_fields, forget_schema, serialize_unchecked
from .constraints import share_validator
from .families.containers import CROWDED, MAX_CROWD, has_crowd
from .families.decimals import DecimalNumber
from .families.model_schemas import wire_name
from .families.scalars import Integer
from .families.temporal import Temporal
from .fields import TypedField
from .marshmallow_forms import find_form
from .registry import Text
from .searching import cut_error
from .wording import write_list

#: Held while a schema is made.
MAKING = RLock()


class HeldField(fields.Field[Any]):
    """The behaviour of a held field; this class comes before the field's own class.

    :ivar form: the form of the JSON values; ``None`` if it is unknown.
    """

    form: TypedField | None

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if self.form is None:
            return self._deserialize_parts(value, attr, data, **options)
        try:
            known = self.form.load(value)
        except ValidationError:
            with suppress(OverflowError):  # the number may have too many digits for it
                # The field's own message, if it rejects the value too.
                super()._deserialize(value, attr, data, **options)
            raise
        if isinstance(self.form, Temporal):  # the form that every Python version reads
            value = known.isoformat()
        elif isinstance(self.form, (Integer, DecimalNumber)):  # keeps every digit
            value = known
        try:
            return super()._deserialize(value, attr, data, **options)
        except OverflowError as error:  # the year may differ in another time zone
            raise self.make_error("invalid", input=value, obj_type="datetime") from error

    def _deserialize_parts(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        """Read a value by the field's own class, and limit the number of messages."""
        try:
            return super()._deserialize(value, attr, data, **options)
        except ValidationError as error:
            cut_error(error)
            raise

    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:
        dumped = super()._serialize(value, attr, obj, **options)
        if dumped is None:
            if self.allow_none or self.dump_only:
                return None
            raise ResponseMismatch(self.expected, "None")
        if self.form is not None:
            self._check(dumped)
        return dumped

    def write_unchecked(self, value: Any) -> Any:
        """Return the JSON value from the field's own class, without any check."""
        return super()._serialize(value, "", None)

    def _check(self, dumped: Any) -> None:
        """Raise for a dumped value that has another form or breaks a validator."""
        try:
            known = self._deserialize(dumped, None, None)
            if self.validators:
                self._validate(known)
        except ValidationError as error:
            raise ResponseMismatch(self.expected, f"one that breaks: {error.messages}") from error

    def serialize(self, attr: str, obj: Any, *args: Any, **options: Any) -> Any:
        """Return the JSON value of an object's attribute; an error names its place."""
        try:
            return super().serialize(attr, obj, *args, **options)
        except ResponseMismatch as error:
            raise error.inside(wire_name(attr, self)) from None

    @property
    def expected(self) -> str:
        """A phrase for the field's JSON values, for messages about responses."""
        return f"a value that {type(self).__name__} dumps"


class HeldNested(HeldField, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A nested Schema: the fields of the Schema are held too."""

    form = None
    _held_schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        """The schema, made when it is first accessed: it may refer to itself."""
        if self._held_schema is None:
            with MAKING:  # no thread gets it before its fields are held
                schema = super().schema
                hold_schema(schema)
                self._held_schema = schema
        return self._held_schema

    def _serialize(self, value: Any, attr: Any, obj: Any, **options: Any) -> Any:  # type: ignore[override]  # Nested has another name for the value
        dumped = super()._serialize(value, attr, obj, **options)
        for item in dumped if isinstance(dumped, list) else [dumped]:
            if isinstance(item, dict):
                self._reject_absent(item)
        return dumped

    def _reject_absent(self, dumped: dict[str, Any]) -> None:
        """Raise for an object without a key that its schema requires."""
        partial = self.schema.partial
        for name, field in self.schema.dump_fields.items():
            optional = partial is True or name in (partial or ())
            if field.required and not optional and wire_name(name, field) not in dumped:
                expected = f"a value that {type(self.schema).__name__} dumps"
                raise ResponseMismatch(expected, f"no {wire_name(name, field)!r}")


class HeldMapping(HeldField, fields.Mapping[Any]):
    """A mapping whose keys may have a field other than text."""

    form = None

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        field = self.key_field
        if field and isinstance(value, Mapping) and len(value) > MAX_CROWD:
            reject_crowd(field, value)
        return super()._deserialize(value, attr, data, **options)


def reject_crowd(field: fields.Field[Any], keys: Iterable[str]) -> None:
    """Raise for keys of a mapping that take too long to compare, because their hashes are equal."""
    loaded = []
    for key in keys if type(field) is not fields.String else ():
        with suppress(ValidationError):
            loaded.append(field.deserialize(key))
    if has_crowd(loaded):
        raise ValidationError(CROWDED)


def schema_field(schema: Any, text: Text, options: Mapping[str, Any]) -> fields.Nested:
    """Return the field of a user's marshmallow Schema.

    :param schema: a class or an instance.
    :param text: whether values come as text; text is read by marshmallow's fields, unrestricted.
    """
    reject_component_name(schema if isinstance(schema, type) else type(schema))
    return fields.Nested(schema, **options) if text else HeldNested(schema, **options)


#: The class that comes before a field's own class; looked up by class, in order.
BASES: tuple[tuple[type, type[HeldField]], ...] = (
    (fields.Nested, HeldNested),
    (fields.Mapping, HeldMapping),
    (fields.Field, HeldField),
)


def reject_component_name(schema_class: Any) -> None:
    """Raise if OpenAPI does not allow a user's name for a component.

    A nested schema that is given by name or by a function is checked when the document is made.
    """
    name = getattr(schema_class, "__component_name__", None)
    if name is not None:
        reject_name("A component", name, "__component_name__", schema_class.__name__)
    for field in find_declared_fields(schema_class).values():
        nested = getattr(getattr(field, "inner", field), "nested", None)
        found = type(nested) if isinstance(nested, Schema) else nested
        if isinstance(found, type) and issubclass(found, Schema):
            reject_component_name(found)


@cache
def held_class(cls: type) -> type[HeldField]:
    """Return the class of held fields for a class of fields."""
    base = next(base for kind, base in BASES if issubclass(cls, kind))
    made: Any = type(cls.__name__, (base, cls), {"__module__": cls.__module__})
    held: type[HeldField] = made
    return held


def hold(field: fields.Field[Any]) -> fields.Field[Any]:
    """Return a held copy of a field; the fields inside it are held too."""
    if isinstance(field, (HeldField, TypedField)):
        return field
    cls = held_class(type(field))  # type: ignore[arg-type]  # mypy: Field has no hash
    held = cls.__new__(cls)
    held.__dict__.update(field.__dict__)
    held.validators = list(map(share_validator, field.validators))
    hold_inside(held)
    if isinstance(held, fields.Enum):
        held.choices_text = write_list(read_choices(held))
    if not isinstance(held, HeldNested):
        held.form = find_form(field)
    return held


def read_choices(field: fields.Enum[Any]) -> Iterator[Any]:
    """Yield the JSON values of an Enum's members, as in marshmallow's message."""
    members: Any = field.enum.__members__ if field.by_value is False else field.enum
    for member in members:
        value = getattr(member, "value", member)
        yield serialize_unchecked(field.field, value)


def hold_inside(held: Any) -> None:
    """Hold the fields inside a collection, except the keys of a mapping, which are text."""
    if isinstance(held, fields.List):
        held.inner = hold(held.inner)
    elif isinstance(held, fields.Tuple):
        held.tuple_fields = list(map(hold, held.tuple_fields))
    elif isinstance(held, fields.Mapping) and held.value_field:
        held.value_field = hold(held.value_field)
    elif isinstance(held, fields.Nested):
        forget_schema(held)


def hold_schema(schema: Schema) -> None:
    """Hold the fields of a schema; it must be a copy, not the user's own object."""
    for name, field in list(schema.fields.items()):
        held = hold(field)
        for named in (schema.fields, schema.load_fields, schema.dump_fields):
            if name in named:
                named[name] = held
