"""The schemas of GraphQL's values: their keys are GraphQL's names.

Registration time. Parts that GraphQL has no type for are JSON in REST's form: mappings, tuples of
several types, unions of others than models, and ``Any``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from marshmallow import fields

from ..declare.problems import ProblemType
from ..exceptions import DeclarationError
from .factory import FieldMaker, PickRename, SchemaFactory
from .families.choices import Choice
from .families.containers import FixedArray, Object
from .families.decimals import DecimalNumber, DecimalText
from .families.encoded import Address, Base64
from .families.model_records import Model, ModelField
from .families.models import describe_model
from .families.scalars import Anything, String
from .families.temporal import Temporal
from .families.unions import AnyOf, Tagged
from .foreign import open_composite
from .graph_fields import (
    IdText,
    OneOf,
    UniformArray,
    WrittenBack,
    copy_as,
    find_models,
    is_graphql_name,
    is_typed_field,
    parsed_class,
    to_graphql_name,
)
from .hints import Hint, name_of
from .metadata import ARGUMENT

#: The fields whose values GraphQL has parsed already.
PARSED = (Temporal, DecimalText, DecimalNumber, Base64, Address)
#: The fields whose values GraphQL has no type for.
JSON_PARTS = (Object, Anything, FixedArray)


def is_id(annotation: Any) -> bool:
    """Return whether an annotation is Strawberry's ``ID``, a ``NewType`` of ``str``."""
    found = open_composite(annotation).origin
    module = getattr(found, "__module__", "")
    return getattr(found, "__name__", "") == "ID" and module == "strawberry.scalars"


def has_one_type(field: FixedArray, hint: Hint) -> bool:
    """Return whether the items of a tuple have one type."""
    return bool(field.tuple_fields) and all(arg == hint.args[0] for arg in hint.args)


@dataclass(frozen=True)
class GraphMaker(FieldMaker):
    """Makes the fields of GraphQL's values."""

    def __call__(
        self, annotation: Any, *, place: str | None = None, **options: Any
    ) -> fields.Field[Any]:
        """Return the field of an annotation."""
        made = FieldMaker.__call__(self, annotation, place=place, **options)
        return copy_as(IdText, made) if type(made) is String and is_id(annotation) else made

    def begin(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        in_rest = self.plain.at(self.position).begin(hint, dict(options))
        is_uniform = isinstance(in_rest, FixedArray) and has_one_type(in_rest, hint)
        if isinstance(in_rest, JSON_PARTS) and not is_uniform:
            return in_rest
        field = super().begin(hint, dict(options))
        if is_uniform:
            return copy_as(UniformArray, field)
        is_mixed = isinstance(field, (AnyOf, Tagged)) and not find_models(field)
        return in_rest if is_mixed else field

    @property
    def plain(self) -> FieldMaker:
        """The maker of REST's fields."""
        factory: Any = self.factory
        made: FieldMaker = factory.plain.json
        return made


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
            kind: Any = type(field)
            return copy_as(parsed_class(kind), field)
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
