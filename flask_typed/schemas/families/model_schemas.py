"""Generated schemas of types with named fields, and the fields that hold them.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, get_origin

from marshmallow import RAISE, Schema, ValidationError, fields, missing, post_load, pre_load
from marshmallow.exceptions import SCHEMA
from typing_extensions import Self, is_typeddict

from ...exceptions import ResponseMismatch
from ...libraries.marshmallow import InheritedHooks, replace_fields
from ..fields import REFUSED, TypedField, dump_item
from ..hints import name_of
from ..refusals import find_attribute, word_refusal
from ..searching import Messages
from ..sentinels import is_sentinel
from .models import Model, ModelField

#: Where the values of keys without a field stand among those of fields, which are called ``f0``, …
REST_KEY = "others"


class Reading(Protocol):
    """How :meth:`GeneratedSchema.build` gets the values of a mapping."""

    @property
    def known(self) -> Mapping[str, Any]:
        """The values of fields that were read already, by their names on the wire."""
        ...

    def read(self, name: str, field: fields.Field[Any], value: Any) -> Any:
        """Return the value of another field, or :data:`REFUSED`.

        :param value: marshmallow's ``missing`` for what the mapping does not have.
        """
        ...

    def refuse(self, name: str, messages: list[str]) -> None:
        """Note what is wrong with a key."""
        ...


class FieldReading:
    """Reads each value by its field alone.

    :ivar found: the messages of those that were refused.
    """

    __slots__ = ("_data", "found")
    known: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.found = Messages()

    def read(self, name: str, field: fields.Field[Any], value: Any) -> Any:
        """Return the value of a field, or :data:`REFUSED`."""
        try:
            return field.deserialize(value, name, self._data)
        except ValidationError as error:
            messages: Any = error.messages
        except ArithmeticError:  # of marshmallow's fields: NaN, numbers of hundreds of digits
            messages = [field.error_messages["validator_failed"]]
        self.found.add(name, messages)
        return REFUSED

    def refuse(self, name: str, messages: list[str]) -> None:
        """Note what is wrong with a key."""
        self.found.add(name, messages)


class GeneratedSchema(Schema):
    """Base of the generated schemas: they load as marshmallow's do, each value by its field.

    They have no hooks and no validators of the user's own, and do not stop to ask for any.

    :ivar is_complete: whether nothing is left to be made when it is first used.
    :ivar rest: the field of the values of all keys that have no field of their own, if those are
        read; a tuple, for marshmallow takes a field in a class for one of the schema's.
    """

    is_complete = False
    rest: ClassVar[tuple[fields.Field[Any], ...]] = ()

    def make_look_ups(self) -> None:
        """Make the look-ups by name, which are made when they are first used otherwise."""
        _ = self.wire_fields, self._declared, self.ignored
        self.is_complete = True

    @cached_property
    def wire_fields(self) -> Mapping[str, fields.Field[Any]]:
        """The fields by their names on the wire."""
        return by_wire_name(self.fields)

    @cached_property
    def _declared(self) -> Mapping[str, tuple[str, fields.Field[Any] | None]]:
        """The keys and fields by their names on the wire; no field for what only leaves."""
        return {
            wire_name(key, field): (field.attribute or key, self.load_fields.get(key))
            for key, field in self.fields.items()
        }

    @cached_property
    def ignored(self) -> Mapping[str, fields.Field[Any]]:
        """The fields whose keys may be sent and are ignored, by their names on the wire."""
        return {}

    def load(
        self, data: Any, *, many: bool | None = None, partial: Any = None, unknown: Any = None
    ) -> Any:
        """Return the value that a mapping describes.

        :raises marshmallow.ValidationError: with the messages of all fields.
        """
        if many or partial or SCHEMA in self._declared:
            return super().load(data, many=many, partial=partial, unknown=unknown)
        if not isinstance(data, Mapping):
            raise ValidationError({SCHEMA: [self.error_messages["type"]]})
        reading = FieldReading(data)
        made = self.build(data, reading, unknown)
        if made is REFUSED:
            raise reading.found.error()
        return made

    def build(self, data: Mapping[str, Any], reading: Reading, unknown: Any = None) -> Any:
        """Return the value that the values of a mapping make, or :data:`REFUSED`.

        :param reading: reads the values; it may raise, to stop.
        :raises marshmallow.ValidationError: if the values are refused together.
        """
        known, read = reading.known, reading.read
        strict = (unknown or self.unknown) == RAISE
        loaded: dict[str, Any] = {}
        accepted = True
        for name, (key, field) in self._declared.items():
            if name in known:
                loaded[key] = known[name]
                continue
            value = data.get(name, missing)
            if field is not None:
                made = read(name, field, value)
            else:
                made = self._meet(name, reading) if strict and value is not missing else missing
            if made is REFUSED:
                accepted = False
            elif made is not missing:
                loaded[key] = made
        if self.rest:
            (rest,) = self.rest
            loaded[REST_KEY] = {
                name: read(name, rest, value)
                for name, value in data.items()
                if name not in self._declared
            }
            accepted = accepted and all(made is not REFUSED for made in loaded[REST_KEY].values())
        elif strict and not data.keys() <= self._declared.keys():
            for name in sorted(data.keys() - self._declared.keys()):
                accepted = self._meet(name, reading) is missing and accepted
        return self._finish(loaded) if accepted else REFUSED

    def _meet(self, name: str, reading: Reading) -> Any:
        """Refuse a key that no field loads, unless it is ignored."""
        if name in self.ignored:
            return missing
        reading.refuse(name, [self.error_messages["unknown"]])
        return REFUSED

    def _finish(self, loaded: dict[str, Any]) -> Any:
        try:
            return self._construct(loaded)
        except ValidationError as error:
            messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow's
            raise ValidationError(messages) from error

    def _construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Return the value that loaded fields make: the fields by their keys."""
        return data


class ArgumentsSchema(GeneratedSchema):
    """A schema of given fields; loads them by their keys."""

    def __init__(self, made: Mapping[str, fields.Field[Any]], *, unknown: Any) -> None:
        super().__init__(unknown=unknown)
        replace_fields(self, made)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The fields of arguments by their keys: what a schema is made of.

    :param unknown: what it does with unknown keys.
    """

    made: Mapping[str, fields.Field[Any]]
    unknown: Any

    def make(self) -> Schema:
        """Return the schema."""
        return ArgumentsSchema(self.made, unknown=self.unknown)


class ModelMeta(InheritedHooks):
    """Of the schemas of models: the schema of one model adds nothing but its fields."""

    mark = "model"


class ModelSchema(GeneratedSchema, metaclass=ModelMeta):
    """Base of the schemas of models: constructs on load, dumps declared fields only.

    Its own fields are called ``f0``, ``f1`` and so on: a model may have a field called ``Meta`` or
    ``a.b``, which mean something to marshmallow. ``data_key`` has the name on the wire.
    """

    model: ClassVar[Model]
    model_fields: ClassVar[Mapping[str, ModelField]]

    @classmethod
    def shared(cls) -> Self:
        """Return the one instance for all that hold the model: there is nothing that is theirs."""
        if "_shared" not in cls.__dict__:
            cls._shared = cls()
        shared: Self = cls.__dict__["_shared"]
        return shared

    _shared: ClassVar[Any]

    @post_load
    def _construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the instance; what its constructor refuses is a fault of the request."""
        arguments = {
            self.model_fields[key].name: value
            for key, value in data.items()
            if key != REST_KEY and self.model_fields[key].constant is missing
        }
        arguments.update(data.get(REST_KEY, {}))
        try:
            return self.model.construct(**arguments)
        except ValidationError:
            raise
        except self.model.refusals as error:
            raise self._refuse(error) from error

    def _refuse(self, error: Exception) -> ValidationError:
        """Return what is said of an object that its constructor refuses."""
        attributes = getattr(self.model.origin, "__attrs_attrs__", ())
        name = find_attribute(error, attributes)
        places = (
            wire_name(key, self.fields[key])
            for key, field in self.model_fields.items()
            if name is not None and field.attribute == name
        )
        return ValidationError(word_refusal(error), next(places, SCHEMA))

    def has_default(self, key: str) -> bool:
        """Say whether there is a value for a field that a mapping lacks."""
        described = self.model_fields[key]
        if described.may_be_absent:
            return False
        return described.factory is not None or described.default is not missing

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Return the declared fields of an object, each checked against its annotation.

        A mapping may lack what has a default; anything else has to have every field.
        """
        dumped = {}
        for key, field in self.dump_fields.items():
            described = self.model_fields[key]
            value = read_field(obj, described)
            if described.may_be_absent and is_sentinel(value):
                continue
            if value is missing:
                if field.required or not isinstance(obj, Mapping):
                    raise ResponseMismatch(
                        name_of(self.model.type), f"no {described.name!r} in {type(obj).__name__}"
                    )
                value = described.factory() if described.factory else described.default
            if value is not missing:
                dumped[wire_name(key, field)] = dump_item(field, value, described.name)
        if self.rest and isinstance(obj, Mapping):
            dumped.update(self._dump_others(obj))
        return dumped

    def _dump_others(self, obj: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the keys of a mapping that have no field, with their values."""
        (rest,) = self.rest
        named = {described.name for described in self.model_fields.values()}
        for key, value in obj.items():
            if key in named:
                continue
            if not isinstance(key, str):
                raise ResponseMismatch("keys that are text", f"one of type {type(key).__name__}")
            yield key, dump_item(rest, value, key)


class ForgivingSchema(ModelSchema):
    """Ignores read-only keys, so that what was read can be changed and sent back."""

    @cached_property
    def ignored(self) -> Mapping[str, fields.Field[Any]]:
        """The fields whose keys are ignored, by their names on the wire."""
        read_only = {k: field for k, field in self.dump_fields.items() if field.dump_only}
        return by_wire_name(read_only)

    @pre_load
    def _ignore(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        ignored = self.ignored
        return {key: value for key, value in data.items() if key not in ignored}


def read_field(obj: Any, field: ModelField) -> Any:
    """Return a field of a mapping by key, of anything else by attribute; else ``missing``."""
    if field.constant is not missing:
        return field.constant
    if isinstance(obj, Mapping):
        return obj.get(field.name, missing)
    return getattr(obj, field.attribute or field.name, missing)


def wire_name(key: str, field: fields.Field[Any]) -> str:
    """Return the name of a schema's field on the wire."""
    return key if field.data_key is None else field.data_key


def by_wire_name(named: Mapping[str, fields.Field[Any]]) -> dict[str, fields.Field[Any]]:
    """Return fields by their names on the wire."""
    return {wire_name(key, field): field for key, field in named.items()}


def all_fields(schema: Schema) -> list[fields.Field[Any]]:
    """Return the fields of a schema, that of keys without a name last."""
    rest = schema.rest if isinstance(schema, GeneratedSchema) else ()
    return [*schema.fields.values(), *rest]


def wire_fields(schema: Schema) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of a schema, those that only leave too, by their names on the wire."""
    if isinstance(schema, GeneratedSchema):
        return schema.wire_fields
    return by_wire_name(schema.fields)


def entering_fields(schema: Schema) -> dict[str, fields.Field[Any]]:
    """Return the fields that a schema loads, by their names on the wire."""
    return by_wire_name(schema.load_fields)


class ModelValue(TypedField, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A value of a type with named fields: a JSON object.

    :param schema_of: returns the generated schema class, which may not exist yet (recursion).
    """

    single = False
    samples = (object(),)

    def __init__(
        self, model_type: Any, schema_of: Callable[[], type[Schema] | None], **options: Any
    ) -> None:
        super().__init__(nested=schema_of, **options)
        self.schema_of = schema_of
        self.expected = name_of(model_type)
        self.model_type = model_type
        self.origin: type = get_origin(model_type) or model_type
        self.made = self.origin

    @property
    def schema(self) -> Schema:
        """The schema, one for all fields of the type; a schema that is another's is its own."""
        made: Any = self.schema_of()
        return made.shared() if issubclass(made, ModelSchema) else super().schema

    @property
    def is_made(self) -> bool:
        """Whether the schema class exists already."""
        return self.schema_of() is not None

    def holds(self, value: Any) -> bool:
        """Say whether a value is an instance of the type; a TypedDict has none."""
        return not is_typeddict(self.origin) and isinstance(value, self.origin)

    def load(self, value: Any) -> Any:
        return self.schema.load(value)

    def dump(self, value: Any) -> Any:
        return self.schema.dump(value)
