"""GraphQL's enums: an ``Enum`` by the names of its members, and a ``Literal`` of names.

Registration time. The definitions are made here: Strawberry would set an attribute on the class.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

from strawberry.scalars import JSON
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition

from ..exceptions import DeclarationError
from ..schemas.families.choices import Choice, EnumChoice
from ..schemas.graph_fields import is_graphql_name
from .names import TypeNames
from .scalars import BIG_INT, INT_RANGE
from .shown import Shown

#: The names that GraphQL does not allow for the values of enums.
NO_VALUES = frozenset(("true", "false", "null"))
#: Where the definition of a class that the program has decorated is.
DEFINITION = "__strawberry_definition__"


class Verbatim:
    """Stands for the class of an enum whose values are texts: it returns them."""

    def __new__(cls, value: Any) -> Any:
        """Return the value itself."""
        return value


class EnumTypes:
    """Makes the enums of a graph, each once."""

    def __init__(self, names: TypeNames) -> None:
        self._names = names
        self._by_class: dict[type[enum.Enum], Any] = {}
        self._by_texts: dict[tuple[str, ...], Any] = {}

    def show(self, field: Choice) -> Shown:
        """Return the type of a closed set of values."""
        if isinstance(field, EnumChoice):
            return Shown(self._of_class(field.members, field.json_schema.get("description")))
        classes = {type(value) for value in field.samples}
        if len(classes) == 1 and issubclass(cls := classes.pop(), enum.Enum):
            return Shown(self._of_class(cls))
        if any(isinstance(value, enum.Enum) for value in field.samples):
            return Shown(JSON, field.dump)
        found = self.find_type(field.wire_values)
        is_checked = isinstance(found, StrawberryEnumDefinition)
        return Shown(found, None if is_checked else field.dump)

    def find_type(self, wire_values: Iterable[Any]) -> Any:
        """Return the type of JSON values: an enum if they are several names."""
        values = [value for value in wire_values if value is not None]
        if all(isinstance(value, str) for value in values):
            return self._of_texts(tuple(values)) if is_nameable(values) else str
        kinds = {type(value) for value in values}
        if kinds == {int}:
            return int if all(value in INT_RANGE for value in values) else BIG_INT
        return kinds.pop() if kinds <= {bool} or kinds <= {float} else JSON

    def _of_texts(self, texts: tuple[str, ...]) -> Any:
        if texts not in self._by_texts:
            made = define_enum(Verbatim, [EnumValue(text, text) for text in texts], None)
            self._names.name(made, name_texts(texts), Verbatim)
            self._by_texts[texts] = made
        return self._by_texts[texts]

    def _of_class(self, cls: type[enum.Enum], description: str | None = None) -> Any:
        if DEFINITION in vars(cls):
            self._names.reserve(vars(cls)[DEFINITION].name)
            return cls
        if cls not in self._by_class:
            reject_unnameable(cls)
            values = [EnumValue(member.name, member.value) for member in cls]
            made = define_enum(cls, values, description)
            self._names.name(made, cls.__name__, cls)
            self._by_class[cls] = made
        return self._by_class[cls]


def define_enum(cls: Any, values: list[EnumValue], description: str | None) -> Any:
    """Return the definition of an enum, which gets its name later."""
    return StrawberryEnumDefinition(cls, "", values, description)


def is_nameable(values: list[str]) -> bool:
    """Return whether texts are worth an enum: several ones that GraphQL allows as values."""
    return len(values) > 1 and all(map(is_value_name, values))


def is_value_name(name: str) -> bool:
    """Return whether GraphQL allows a name for a value of an enum."""
    return is_graphql_name(name) and name not in NO_VALUES


def name_texts(texts: Iterable[str]) -> str:
    """Return the name of an enum of texts: ``AscOrDesc``."""
    return "Or".join("".join(map(str.capitalize, text.split("_"))) for text in texts)


def reject_unnameable(cls: type[enum.Enum]) -> None:
    """Raise for a member whose name GraphQL does not allow."""
    for member in cls:
        if not is_value_name(member.name):
            raise DeclarationError(
                f"The member {member.name!r} of {cls.__name__} has no name that GraphQL allows.",
                instead="Name it in ASCII letters, digits and underscores.",
            )
