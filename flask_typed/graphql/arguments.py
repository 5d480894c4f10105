"""The arguments of a field: from GraphQL's values to those of the resolver.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..plan.resolvers import ComposedArgument
from .faults import load_all
from .types import Input


@dataclass(frozen=True, slots=True)
class Loading:
    """How the arguments of a resolver are loaded.

    :param inputs: of the arguments of the field, by name.
    :param composed: the arguments that are made of several of the field's.
    :param most: the number of faults that an error lists.
    :param filled: the arguments of composed ones that are empty objects if they are left out: all
        fields of their models have defaults.
    """

    inputs: Mapping[str, Input]
    composed: Sequence[ComposedArgument]
    most: int
    filled: frozenset[str] = frozenset()

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a resolver.

        :param given: the arguments of the field, and what GraphQL itself passes by name.
        :raises InputInvalid: with the faults of all arguments.
        """
        sent: dict[str, Any] = {name: {} for name in self.filled}
        sent.update((name, value) for name, value in given.items() if name in self.inputs)
        values: dict[str, Any] = {**given, **load_all(self.inputs, sent, self.most)}
        for argument in self.composed:
            names = [one.name for one in argument.arguments if one.name in values]
            make: Any = argument.provider
            values[argument.name] = make(**{name: values.pop(name) for name in names})
        return values
