"""GraphQL's types of the annotations of resolvers.

Registration and request time.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, missing
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition
from strawberry.types.union import StrawberryUnion
from strawberry.types.unset import UNSET

from ..exceptions import DeclarationError
from ..schemas.completing import complete_schemas
from ..schemas.factory import SchemaFactory, dump_default
from ..schemas.foreign import Composite, find_own_types, has_foreign, open_composite, open_later
from ..schemas.graph_fields import find_models
from ..schemas.graph_schemas import GraphFactory, OtherModels
from .choices import DEFINITION, EnumTypes
from .faults import load_all
from .inputs import InputTypes
from .names import TypeNames
from .outputs import OutputTypes
from .scalars import define_scalars
from .shown import Shown, make_list_converter
from .strawberries import LEFT_ALONE, find_definitions, is_of_strawberry

#: The types that Strawberry reads as flask_typed does, as in ``Maybe[int | None]``.
PLAIN_SCALARS: tuple[Any, ...] = (str, int, float, bool)


@dataclass(frozen=True)
class Input:
    """An argument of a resolver.

    :param annotation: the type, for the annotation of Strawberry's argument.
    :param default: of Strawberry's argument. Without a default in GraphQL, an argument that may be
        left out is nullable, and the resolver's own default applies.
    :param field: loads the values; ``None`` for those that Strawberry has made.
    :param pointer: the JSON Pointer to the values.
    """

    annotation: Any
    default: Any
    field: fields.Field[Any] | None
    pointer: str

    @property
    def description(self) -> str | None:
        """The description in the annotation."""
        return None if self.field is None else self.field.metadata.get("description")

    def load(self, value: Any, most: int = 100) -> Any:
        """Return the value for the resolver.

        :param value: as GraphQL has parsed it.
        :param most: the number of faults that the error lists.
        :raises InputInvalid: with all faults.
        """
        return load_all({"": self}, {"": value}, most)[""]


class GraphTypes:
    """The types of a graph: each model is one type for results, and one for arguments.

    :param factory: makes the schemas of REST.
    :param converter: names the fields.
    :ivar scalars: the definitions of scalars, for ``scalar_overrides`` of Strawberry's schema.
    """

    def __init__(self, factory: SchemaFactory, converter: NameConverter | None = None) -> None:
        rename = (converter or NameConverter()).apply_naming_config
        self.factory = GraphFactory(factory, rename, find_other_models())
        self.scalars = define_scalars(factory)
        self._rename = rename
        self._names = TypeNames()
        enums = EnumTypes(self._names)
        self._outputs = OutputTypes(self._names, enums)
        self._inputs = InputTypes(self._names, enums)

    def settle_names(self) -> bool:
        """Name types whose names clash by their modules, and return whether any name has changed.

        Strawberry's schema is made again then.
        """
        return self._names.settle()

    def find_model(self, definition: StrawberryObjectDefinition) -> type | None:
        """Return the model of a type of results; ``None`` if it is none of a model."""
        return self._outputs.origins.get(id(definition))

    def make_output(self, annotation: Any) -> Shown:
        """Return the type of a resolver's result, or of each value of a stream."""
        self._reserve_names(annotation)
        return self._show(open_later(annotation))

    def _reserve_names(self, annotation: Any) -> None:
        """Keep the names of the types that the program has made with Strawberry."""
        for definition in find_definitions(annotation):
            self._names.reserve(definition.name)

    def _show(self, annotation: Any) -> Shown:
        composite = open_composite(annotation)
        is_own = composite.kind == "generic" and not is_of_strawberry(composite.origin)
        if is_own or not has_foreign(annotation, is_of_strawberry):
            field = self.factory.json(annotation)
            complete_schemas(field)
            return self._outputs.show(field)
        if is_left_alone(annotation, composite):
            return Shown(annotation)
        shown = self._show_composite(composite)
        return shown.optional() if composite.nullable else shown

    def _show_composite(self, composite: Composite) -> Shown:
        """Return the type of an annotation with types of Strawberry beside others."""
        if composite.kind == "union":
            return self._show_union(composite)
        inner = [self._show(arg) for arg in composite.args]
        if composite.kind == "list":
            return Shown(StrawberryList(inner[0].type), make_list_converter(inner[0].convert))
        reject_converted(composite, inner)
        parameters = (parameter.__name__ for parameter in composite.origin.__parameters__)
        types = [shown.type for shown in inner]
        definition: Any = vars(composite.origin)[DEFINITION]
        return Shown(definition.copy_with(dict(zip(parameters, types, strict=True))))

    def _show_union(self, composite: Composite) -> Shown:
        """Return the type of a union that has types of Strawberry."""
        own = [arg for arg in composite.args if not has_foreign(arg, is_of_strawberry)]
        models = [self.factory.json(arg) for arg in own]
        reject_other_members(models, own)
        others = [arg for arg in composite.args if has_foreign(arg, is_of_strawberry)]
        named = (item for item in composite.metadata if isinstance(item, StrawberryUnion))
        return self._outputs.join(models, others, next(named, StrawberryUnion()))

    def make_input(self, annotation: Any, name: str, default: Any = missing) -> Input:
        """Return an argument of a resolver.

        :param name: of the argument in GraphQL.
        :param default: of the argument in Python.
        """
        pointer = f"/{name}"
        if has_foreign(annotation, is_of_strawberry):
            self._reserve_names(annotation)
            reject_models(annotation)
            return Input(annotation, UNSET if default is missing else default, None, pointer)
        field = self.factory.argument(annotation)
        if default is UNSET:  # Strawberry's word for an argument that is left out
            default = None
        if default is not missing and default is not None:
            dump_default(field, name, default)
        complete_schemas(field)
        is_required = default is missing
        shown, published = self._inputs.show_optional(field, default, is_required=is_required)
        return Input(shown.type, published, field, pointer)


def find_other_models() -> Sequence[OtherModels]:
    """Return the models of other libraries that the program has imported."""
    if "flask_typed.pydantic" not in sys.modules:
        return ()
    from ..pydantic.graphing import PydanticModels  # noqa: PLC0415  # needs an extra

    return (PydanticModels(),)


def is_left_alone(annotation: Any, composite: Composite) -> bool:
    """Return whether an annotation is Strawberry's as a whole."""
    marked = any(isinstance(item, LEFT_ALONE) for item in composite.metadata)
    return marked or not any(find_own_types(annotation, is_of_strawberry))


def reject_models(annotation: Any) -> None:
    """Raise for an argument in which a type of Strawberry is beside others."""
    for own in find_own_types(annotation, is_of_strawberry):
        if own in PLAIN_SCALARS:
            continue
        raise DeclarationError(
            f"The argument has {SchemaFactory.name(own)} beside a type of Strawberry.",
            instead="Write dataclasses for all of it, without Strawberry's decorators.",
        )


def reject_converted(composite: Composite, inner: Sequence[Shown]) -> None:
    """Raise for a generic class that Strawberry cannot write with its type arguments."""
    if any(shown.convert for shown in inner):
        raise DeclarationError(
            f"{SchemaFactory.name(composite.origin)} is Strawberry's, which cannot write the values"
            " of its type argument.",
            instead="Write a dataclass for the type argument.",
        )


def reject_other_members(members: Sequence[fields.Field[Any]], annotations: Sequence[Any]) -> None:
    """Raise for a member of a union that is no model."""
    for member, annotation in zip(members, annotations, strict=True):
        if not find_models(member):
            raise DeclarationError(
                f"A union with a type of Strawberry has {SchemaFactory.name(annotation)}, which has"
                " no fields.",
                instead="GraphQL's unions have objects only: write a dataclass.",
            )
