"""Generated schemas of types with named fields, and the fields that hold them.

Registration and request time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol

from marshmallow import RAISE, Schema, ValidationError, fields, missing, post_load, pre_load
from marshmallow.exceptions import SCHEMA
from typing_extensions import Self, is_typeddict

from ...declare.markers import Location
from ...declare.settings import Excluded
from ...exceptions import ResponseMismatch
from ...libraries.marshmallow import InheritedHooks, replace_fields
from ..fields import REFUSED, TypedField, accepts_null, dump_item
from ..hints import name_of, read_hint
from ..refusals import find_attribute, run_validator, word_refusal
from ..searching import Messages
from ..sentinels import is_sentinel
from .model_records import Model, ModelField

#: The key of all extra values among the values of fields, whose keys are ``f0``, ``f1`` and so on.
REST_KEY = "others"


class Reading(Protocol):
    """The source of the values of a mapping for :meth:`GeneratedSchema.build`."""

    @property
    def known(self) -> Mapping[str, Any]:
        """The values of fields that are already loaded, by their names on the wire."""
        ...

    def read(self, name: str, field: fields.Field[Any], value: Any) -> Any:
        """Return the value of another field, or :data:`REFUSED`.

        :param value: the JSON value; marshmallow's ``missing`` if the mapping does not have it.
        """
        ...

    def refuse(self, name: str, messages: list[str]) -> None:
        """Note the messages about a key."""
        ...


class FieldReading:
    """Reads each value only by its field.

    :ivar found: the messages about rejected values.
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
        except ArithmeticError:  # from marshmallow's fields: NaN, numbers with too many digits
            messages = [field.error_messages["validator_failed"]]
        self.found.add(name, messages)
        return REFUSED

    def refuse(self, name: str, messages: list[str]) -> None:
        """Note the messages about a key."""
        self.found.add(name, messages)


class GeneratedSchema(Schema):
    """Base of the generated schemas: they load like marshmallow's, each value by its field.

    They have no user hooks and no user validators, and do not look for any.

    :ivar is_complete: whether the schema has no lazy parts left.
    :ivar rest: the field of the values of all extra keys, if the schema has such keys. It is in a
        tuple, because marshmallow turns every field of the class body into a named field.
    """

    is_complete = False
    rest: ClassVar[tuple[fields.Field[Any], ...]] = ()

    def make_look_ups(self) -> None:
        """Make the lookup tables by name, which would otherwise be made at their first use."""
        _ = self.wire_fields, self._declared, self.ignored
        self.is_complete = True

    @cached_property
    def wire_fields(self) -> Mapping[str, fields.Field[Any]]:
        """The fields by their names on the wire."""
        return by_wire_name(self.fields)

    @cached_property
    def _declared(self) -> Mapping[str, tuple[str, fields.Field[Any] | None]]:
        """The keys and fields by their names on the wire; read-only keys have no field."""
        return {
            wire_name(key, field): (field.attribute or key, self.load_fields.get(key))
            for key, field in self.fields.items()
        }

    @cached_property
    def ignored(self) -> Mapping[str, fields.Field[Any]]:
        """The fields whose keys are ignored in requests, by their names on the wire."""
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
        """Return the value made from the values of a mapping, or :data:`REFUSED`.

        :param reading: reads the values; it may raise to stop.
        :raises marshmallow.ValidationError: if the values are rejected together.
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
        return self.finish(loaded) if accepted else REFUSED

    def _meet(self, name: str, reading: Reading) -> Any:
        """Reject a key that no field loads, unless it is ignored."""
        if name in self.ignored:
            return missing
        reading.refuse(name, [self.error_messages["unknown"]])
        return REFUSED

    def finish(self, loaded: dict[str, Any]) -> Any:
        """Return the value made from the values of fields by their keys.

        :raises marshmallow.ValidationError: if they are rejected together.
        """
        try:
            return self._construct(loaded)
        except ValidationError as error:
            messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow's
            raise ValidationError(messages) from error

    def _construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Return the value made from loaded fields: here, the values by their keys."""
        return data


class ArgumentsSchema(GeneratedSchema):
    """A schema of given fields, which loads a dict of their values by key."""

    def __init__(self, made: Mapping[str, fields.Field[Any]], *, unknown: Any) -> None:
        super().__init__(unknown=unknown)
        replace_fields(self, made)


class SpreadSchema(GeneratedSchema):
    """Base of the schemas of objects that spread over several parameters by their own rules.

    :ivar others: the names of the other arguments in the location.
    :ivar key_readers: return the key of an object for a name like ``where[key]`` of another
        argument, and an empty text for any other name.
    :ivar extra: the policy for names that no argument has: ``forbid``, ``allow``, ``ignore``, or
        ``None`` for that of the location.
    :ivar folds_case: whether names differ only by their letters, not by their case.
    """

    others: frozenset[str] = frozenset()
    key_readers: tuple[Callable[[str], str], ...] = ()
    extra: str | None = None
    folds_case: bool = False

    def find_others(self, data: Any) -> Iterator[tuple[str, list[Any]]]:
        """Yield the names that no argument has with all their values."""
        raw = getattr(data, "data", data)  # webargs wraps it
        for name in dict.fromkeys(map(self.fold, raw.keys())):
            is_key = any(read(name) for read in self.key_readers)
            if name not in self._known_names and not is_key:
                yield name, raw.getlist(name)

    def fold(self, name: str) -> str:
        """Return the form in which names are compared: those of headers have no case."""
        return name.lower() if self.folds_case else name

    @cached_property
    def _known_names(self) -> frozenset[str]:
        """The names of all arguments in the location."""
        return frozenset(map(self.fold, (*self.wire_fields, *self.others)))


class Spreading(TypedField):
    """A value whose class makes the schema of the parameters over which it spreads."""

    def spread(self, location: Location, rename: Callable[[str], str]) -> SpreadSchema:
        """Return the schema.

        :param rename: returns the default name in the request for a field's name.
        """
        raise NotImplementedError  # pragma: no cover: an abstract method


@dataclass(frozen=True, slots=True)
class Arguments:
    """The fields of arguments by their keys, which become a schema.

    :param unknown: the schema's policy for unknown keys.
    """

    made: Mapping[str, fields.Field[Any]]
    unknown: Any

    def make(self) -> Schema:
        """Return the schema."""
        return ArgumentsSchema(self.made, unknown=self.unknown)


class ModelMeta(InheritedHooks):
    """The metaclass of models' schemas, which add only fields to their base class."""

    mark = "model"


class ModelSchema(GeneratedSchema, metaclass=ModelMeta):
    """Base of the schemas of models: constructs instances on load, dumps only declared fields.

    The fields of the schema are called ``f0``, ``f1`` and so on: a model may have a field called
    ``Meta`` or ``a.b``, which have a meaning in marshmallow. ``data_key`` is the name on the wire.
    """

    model: ClassVar[Model]
    model_fields: ClassVar[Mapping[str, ModelField]]

    @classmethod
    def shared(cls) -> Self:
        """Return the instance that all fields of the model share: it holds no state of a field."""
        if "_shared" not in cls.__dict__:
            cls._shared = cls()
        shared: Self = cls.__dict__["_shared"]
        return shared

    _shared: ClassVar[Any]

    @post_load
    def _construct(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the instance; values that its constructor rejects are faults of the request."""
        arguments = {
            self.model_fields[key].name: value
            for key, value in data.items()
            if key != REST_KEY and self.model_fields[key].constant is missing
        }
        if self.model.rest_field:
            arguments[self.model.rest_field] = data.get(REST_KEY, {})
        else:
            arguments.update(data.get(REST_KEY, {}))
        try:
            made = self.model.construct(**arguments)
        except ValidationError as error:
            raise self._rename(error) from error
        except self.model.refusals as error:
            raise self._refuse(error) from error
        return self._validate_made(made) if self.model.validators else made

    def _validate_made(self, made: Any) -> Any:
        """Return an instance that the validators of its class accept, or what they make of it.

        :raises marshmallow.ValidationError: if one rejects it.
        """
        try:
            for validate in self.model.validators:
                made = run_validator(validate, made)
        except ValidationError as error:
            raise self._rename(error) from error
        return made

    def _rename(self, error: ValidationError) -> ValidationError:
        """Return an error whose messages are under the names on the wire, not those of fields."""
        names = {field.name: wire_name(k, self.fields[k]) for k, field in self.model_fields.items()}
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow's
        return ValidationError({names.get(name, name): told for name, told in messages.items()})

    def _refuse(self, error: Exception) -> ValidationError:
        """Return the error for an object that its constructor rejects."""
        attributes = getattr(self.model.origin, "__attrs_attrs__", ())
        name = find_attribute(error, attributes)
        places = (
            wire_name(key, self.fields[key])
            for key, field in self.model_fields.items()
            if name is not None and field.attribute == name
        )
        return ValidationError(word_refusal(error), next(places, SCHEMA))

    def has_default(self, key: str) -> bool:
        """Return whether a field has a default for mappings without its key."""
        described = self.model_fields[key]
        if described.may_be_absent:
            return False
        return described.factory is not None or described.default is not missing

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Return the declared fields of an object, each checked against its annotation.

        A mapping may omit fields with a default; any other object must have every field.
        """
        dumped = {}
        for key, field in self.dump_fields.items():
            described = self.model_fields[key]
            value = self.read_attribute(obj, field, described)
            if value is not missing:
                dumped[wire_name(key, field)] = dump_item(field, value, described.name)
        if self.rest:
            dumped.update(self._dump_others(self.find_extra(obj)))
        return dumped

    def read_attribute(self, obj: Any, field: fields.Field[Any], described: ModelField) -> Any:
        """Return the value of a field of an object; ``missing`` if it is left out."""
        value = self.read_value(obj, field, described)
        if described.may_be_absent and is_sentinel(value):
            return missing
        if value is not missing:
            return value
        if field.required or not isinstance(obj, Mapping):
            raise ResponseMismatch(
                name_of(self.model.type), f"no {described.name!r} in {type(obj).__name__}"
            )
        return make_default(described)

    def read_value(self, obj: Any, field: fields.Field[Any], described: ModelField) -> Any:
        """Return the value of a field; a mapping may have it under its name on the wire."""
        value = read_field(obj, described)
        if value is missing and field.data_key not in self._field_names:
            return obj.get(field.data_key, missing) if isinstance(obj, Mapping) else missing
        return value

    @cached_property
    def _field_names(self) -> frozenset[str | None]:
        """The names of the fields; a name on the wire that is one of them means that field."""
        return frozenset((None, *(described.name for described in self.model_fields.values())))

    def find_extra(self, obj: Any) -> Mapping[Any, Any]:
        """Return the extra keys of an object with their values.

        :raises ResponseMismatch: for a field of extra keys with the key of another field.
        """
        if not self.model.rest_field:
            named = {described.name for described in self.model_fields.values()}
            items = obj.items() if isinstance(obj, Mapping) else ()
            return {key: value for key, value in items if key not in named}
        of_object = getattr(obj, self.model.rest_attribute, None)
        is_mapping = isinstance(obj, Mapping)
        others = obj.get(self.model.rest_field, {}) if is_mapping else of_object
        if not isinstance(others, Mapping):
            found = f"one of type {type(others).__name__}"
            raise ResponseMismatch("a mapping of extra keys", found)
        twice = next((key for key in others if key in self.wire_fields), None)
        if twice is not None:
            raise ResponseMismatch("extra keys beside the fields", f"the key {twice!r} of a field")
        return others

    def _dump_others(self, others: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
        """Yield extra keys with the JSON form of their values."""
        (rest,) = self.rest
        for key, value in others.items():
            if not isinstance(key, str):
                raise ResponseMismatch("keys that are text", f"one of type {type(key).__name__}")
            yield key, dump_item(rest, value, key)


class LeanSchema(ModelSchema):
    """Leaves out values of responses: ``None``, unset fields, or defaults.

    :cvar tag: the name of a field that is never left out, because it tells the members of a union
        apart.
    :cvar by_tag: the classes that keep such a field, by its name.
    """

    excluded: ClassVar[Excluded]
    tag: ClassVar[str | None] = None
    by_tag: ClassVar[dict[str, type[LeanSchema]]]

    @classmethod
    def keep(cls, tag: str) -> type[LeanSchema]:
        """Return the class that never leaves out a field; it is made once."""
        if tag not in cls.by_tag:
            name = f"{cls.__component_name__}Except{tag[:1].upper()}{tag[1:]}"
            body = {"tag": tag, "model": cls.model, "__component_name__": name}
            cls.by_tag[tag] = type(cls.__name__, (cls,), {**body, "__module__": cls.__module__})
        return cls.by_tag[tag]

    __component_name__: ClassVar[str]

    def read_attribute(self, obj: Any, field: fields.Field[Any], described: ModelField) -> Any:
        excluded = self.excluded
        if (
            excluded.unset
            and self.read_value(obj, field, described) is missing
            and is_optional(obj, field)
        ):
            return missing
        value = super().read_attribute(obj, field, described)
        if excluded.none and stands_for_null(value) and accepts_null(field):
            return missing
        if not excluded.defaults or described.name == self.tag or not can_be_default(described):
            return value
        return missing if value == make_default(described) else value

    def has_default(self, key: str) -> bool:
        """Return whether a field is in every response; a default may be left out."""
        return super().has_default(key) and not self.may_exclude(key)

    def may_exclude(self, key: str) -> bool:
        """Return whether a response may lack a field because of what is left out."""
        described = self.model_fields[key]
        return described.name != self.tag and may_exclude(
            self.excluded, self.fields[key], described
        )

    def may_be_default(self, key: str) -> bool:
        """Return whether a field has a default that may be left out."""
        described = self.model_fields[key]
        return described.name != self.tag and can_be_default(described)


def keep_tag(schema_class: type[Schema] | None, tag: str) -> type[Schema] | None:
    """Return the schema class that never leaves out a tag; ``None`` while it is made."""
    if schema_class is None or not issubclass(schema_class, LeanSchema):
        return schema_class
    return schema_class.keep(tag)


def may_exclude(excluded: Excluded, field: fields.Field[Any], described: ModelField) -> bool:
    """Return whether responses may lack a field because of what they leave out."""
    return described.constant is missing and (
        (excluded.none and accepts_null(field))
        or (excluded.unset and not field.required)
        or (excluded.defaults and can_be_default(described))
    )


def stands_for_null(value: Any) -> bool:
    """Return whether a value is ``None``, or the member of an Enum that stands for it."""
    return value is None or (isinstance(value, Enum) and value.value is None)


def can_be_default(described: ModelField) -> bool:
    """Return whether a field has a default that may be left out: not a tag, the only value."""
    hint = read_hint(described.annotation)
    is_tag = hint.origin is Literal and len(hint.args) == 1 and not hint.nullable
    return not is_tag and (described.factory is not None or described.default is not missing)


def is_optional(obj: Any, field: fields.Field[Any]) -> bool:
    """Return whether an object may lack a field: a mapping may lack one with a default."""
    return isinstance(obj, Mapping) and not field.required


def make_default(described: ModelField) -> Any:
    """Return the default of a field; ``missing`` if it has none."""
    return described.factory() if described.factory else described.default


class ForgivingSchema(ModelSchema):
    """Ignores read-only keys, so that a client can send back a changed response."""

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
    """Return the value of a field, by key or by attribute; ``missing`` if there is none."""
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
    """Return the fields of a schema; the field of extra keys is last."""
    rest = schema.rest if isinstance(schema, GeneratedSchema) else ()
    return [*schema.fields.values(), *rest]


def wire_fields(schema: Schema) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of a schema, also read-only fields, by their names on the wire."""
    if isinstance(schema, GeneratedSchema):
        return schema.wire_fields
    return by_wire_name(schema.fields)


def entering_fields(schema: Schema) -> dict[str, fields.Field[Any]]:
    """Return the fields that a schema loads, by their names on the wire."""
    return by_wire_name(schema.load_fields)


class ModelValue(TypedField, fields.Nested):  # type: ignore[misc]  # Nested's are not annotated
    """A value of a type with named fields: a JSON object.

    :param model: the type, with the names of its fields on the wire.
    :param schema_of: returns the generated schema class; ``None`` while a recursive one is made.
    """

    single = False
    samples = (object(),)

    def __init__(
        self, model: Model, schema_of: Callable[[], type[Schema] | None], **options: Any
    ) -> None:
        super().__init__(nested=schema_of, **options)
        self.schema_of = schema_of
        self.expected = name_of(model.type)
        self.model = model
        self.origin = model.origin
        self.made = self.origin

    @property
    def schema(self) -> Schema:
        """The schema: all fields of a model share one; any other schema class is not shared."""
        made: Any = self.schema_of()
        return made.shared() if issubclass(made, ModelSchema) else super().schema

    def keep_tag(self, attribute: str, excluded: Excluded) -> ModelValue:
        """Return the field for a union: its responses never leave out the tag.

        :param attribute: the name of the tag in Python.
        """
        described = next(field for field in self.model.fields if field.name == attribute)
        may_lack = (excluded.unset and not described.required) or (
            excluded.defaults and can_be_default(described)
        )
        if not may_lack or described.constant is not missing:
            return self
        kept = copy.copy(self)
        plain = self.schema_of
        kept.schema_of = lambda: keep_tag(plain(), attribute)
        return kept

    @property
    def is_made(self) -> bool:
        """Whether the schema class exists already."""
        return self.schema_of() is not None

    def holds(self, value: Any) -> bool:
        """Return whether a value is an instance of the type; a TypedDict has no instances."""
        return not is_typeddict(self.origin) and isinstance(value, self.origin)

    def load(self, value: Any) -> Any:
        return self.schema.load(value)

    def dump(self, value: Any) -> Any:
        return self.schema.dump(value)
