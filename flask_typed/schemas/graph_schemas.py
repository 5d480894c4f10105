"""The schemas of GraphQL's values: their keys are GraphQL's names.

Registration time. GraphQL has types of its own for scalars, enums and unions. The fields here read
the values that GraphQL has parsed, such as dates. Parts that GraphQL has no type for are JSON in
REST's form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from marshmallow import ValidationError, fields

from ..declare.names import to_ascii
from ..declare.problems import ProblemType
from ..exceptions import DeclarationError, ResponseMismatch
from .factory import FieldMaker, PickRename, SchemaFactory
from .families.choices import Choice
from .families.containers import FixedArray, Object, is_scalar, item_fields
from .families.decimals import DecimalNumber, DecimalText
from .families.encoded import Address, Base64
from .families.model_records import Model, ModelField
from .families.model_schemas import ModelValue
from .families.models import describe_model
from .families.scalars import Anything
from .families.temporal import Temporal
from .families.unions import AnyOf, Tagged, located
from .fields import TypedField, accepts_null, dump_value
from .hints import Hint, name_of
from .metadata import ARGUMENT

#: A name that GraphQL allows, and does not reserve for introspection.
GRAPHQL_NAME = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")
#: The fields whose values GraphQL has parsed already.
PARSED = (Temporal, DecimalText, DecimalNumber, Base64, Address)


def is_graphql_name(name: str) -> bool:
    """Return whether GraphQL allows a name."""
    return GRAPHQL_NAME.fullmatch(name) is not None


def to_graphql_name(name: str) -> str:
    """Return a name that GraphQL allows; an allowed name is returned unchanged."""
    if is_graphql_name(name):
        return name
    plain = re.sub(r"[^_0-9A-Za-z]", "_", to_ascii(name))
    return re.sub(r"^(?:__+|(?=[0-9]))", "_", plain)


@dataclass(frozen=True)
class GraphMaker(FieldMaker):
    """Makes the fields of GraphQL's values."""

    def begin(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        field = super().begin(hint, dict(options))
        if not is_json_part(field) or not isinstance(self.factory, GraphFactory):
            return field
        return self.factory.plain.json.at(self.position).begin(hint, dict(options))


class OtherModels(Protocol):
    """The models of another library, which it reads and writes itself in REST."""

    def describe(self, model_type: Any) -> Model | None:
        """Return the description of a model; ``None`` if it is none of the library."""
        ...

    def adapt(self, field: fields.Field[Any], factory: SchemaFactory) -> fields.Field[Any] | None:
        """Return the field of a model with fields of its own; ``None`` for any other field."""
        ...


class GraphFactory(SchemaFactory):
    """Makes the schemas of GraphQL's values.

    :param plain: makes those of REST.
    :param rename: returns GraphQL's name for the name of a field.
    :param others: the models of other libraries.
    """

    def __init__(
        self,
        plain: SchemaFactory,
        rename: Callable[[str], str],
        others: Sequence[OtherModels] = (),
    ) -> None:
        super().__init__(
            plain.registry,
            unknown=plain.unknown,
            naive_is_utc=plain.naive_is_utc,
            lock=plain.lock,
            rename=rename,
        )
        self.plain = plain
        self._others = others
        self.json = GraphMaker(self)

    def argument(self, annotation: Any) -> fields.Field[Any]:
        """Return the field of an argument of a resolver."""
        return self.json.at(ARGUMENT)(annotation)

    def describe(self, model_type: Any, pick: PickRename | None = None) -> Model:
        """Return the description of a type whose fields have GraphQL's names."""
        found = (other.describe(model_type) for other in self._others)
        model = next(filter(None, found), None)
        if model is None:
            reject_problem(model_type)
            reject_extra_keys(model_type)
            model = super().describe(model_type, lambda _: self.rename)
        named = (replace(field, wire_name=self._name_field(field)) for field in model.fields)
        return replace(model, fields=tuple(named))

    def _name_field(self, field: ModelField) -> str:
        """Return the name of a field: its alias if GraphQL allows it, or its own name."""
        alias = field.wire_name or ""
        return alias if is_graphql_name(alias) else to_graphql_name(self.rename(field.name))

    def note_examples(
        self, field: fields.Field[Any], documentation: Mapping[str, Any], place: str
    ) -> None:
        """Ignore the examples, which have REST's form."""

    def finish(self, field: fields.Field[Any]) -> fields.Field[Any]:
        """Return a field that accepts values as GraphQL has parsed them."""
        if isinstance(field, (AnyOf, Tagged)):
            return OneOf(field) if find_models(field) else field
        if isinstance(field, (*PARSED, Choice)):
            return copy_as(parsed_class(type(field)), field)
        if is_typed_field(field):
            return field
        adapted = (other.adapt(field, self) for other in self._others)
        write = self.plain.free_values.write
        return next(filter(None, adapted), None) or WrittenBack(field, write)


def reject_problem(model_type: Any) -> None:
    """Raise for a problem: GraphQL makes an error of every exception that a resolver returns."""
    if isinstance(model_type, ProblemType):
        raise DeclarationError(
            f"{name_of(model_type)} is a problem, which GraphQL never returns as data.",
            instead="Raise it, or write a dataclass for an error that is data.",
        )


def reject_extra_keys(model_type: Any) -> None:
    """Raise for a type with extra keys: the fields of GraphQL's types are fixed."""
    model = describe_model(model_type)
    if model is not None and model.has_rest:
        raise DeclarationError(
            f"{name_of(model_type)} has extra keys, which a GraphQL type cannot have.",
            instead="Write a field of `dict[str, …]` for them: it is JSON in GraphQL.",
        )


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


_PARSED_CLASSES: dict[type, type] = {}


def parsed_class(kind: type) -> type:
    """Return the class of fields that accept parsed values; it is made once."""
    if kind not in _PARSED_CLASSES:
        _PARSED_CLASSES[kind] = type(kind.__name__, (Parsed, kind), {"__module__": kind.__module__})
    return _PARSED_CLASSES[kind]


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
        return not find_models(field)
    if isinstance(field, FixedArray):
        return len({type(item) for item in item_fields(field)}) != 1
    return isinstance(field, (Object, Anything))
