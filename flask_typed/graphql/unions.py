"""GraphQL's unions of models: the instance tells its type.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from strawberry.annotation import StrawberryAnnotation
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.union import StrawberryUnion

#: Returns the definition of the type that a value has; ``None`` for a value of another type.
FindType = Callable[[Any], StrawberryObjectDefinition | None]


class ModelUnion(StrawberryUnion):
    """A union whose members are found by the values, as in a response of REST.

    :param name: in GraphQL; it is named by its members otherwise.
    :param find_type: is asked first.
    """

    def __init__(
        self, name: str | None, types: Sequence[Any], find_type: FindType, description: str | None
    ) -> None:
        super().__init__(name, tuple(map(StrawberryAnnotation, types)), description)
        self.find_type = find_type

    @property
    def name(self) -> str:
        """The name in GraphQL."""
        return self.graphql_name or ""

    @name.setter
    def name(self, name: str) -> None:
        self.graphql_name = name

    def get_type_resolver(self, type_map: Mapping[str, Any]) -> Any:
        """Return what tells GraphQL the name of a value's type."""
        resolve = super().get_type_resolver(type_map)  # type: ignore[arg-type]

        def resolve_type(value: Any, info: Any, union: Any) -> Any:
            definition = self.find_type(value)
            return resolve(value, info, union) if definition is None else definition.name

        return resolve_type
