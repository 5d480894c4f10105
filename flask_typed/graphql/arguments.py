"""The arguments of a field: from GraphQL's values to those of the resolver.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..declare.problems import RequestInvalid
from ..plan.resolvers import ComposedArgument
from .types import Input


def load_arguments(
    given: Mapping[str, Any], inputs: Mapping[str, Input], composed: Sequence[ComposedArgument]
) -> dict[str, Any]:
    """Return the arguments of a resolver.

    :param given: the arguments of the field, and what GraphQL itself passes by name.
    :param inputs: of the arguments of the field, by name.
    :param composed: the arguments that are made of several of the field's.
    :raises RequestInvalid: with the faults of all arguments.
    """
    values: dict[str, Any] = {}
    errors: list[Any] = []
    for name, value in given.items():
        found = inputs.get(name)
        try:
            values[name] = value if found is None else found.load(value)
        except RequestInvalid as error:
            errors.extend(error.errors)
    if errors:
        raise RequestInvalid(errors=errors)
    for argument in composed:
        names = [one.name for one in argument.arguments if one.name in values]
        parts = {name: values.pop(name) for name in names}
        make: Any = argument.provider
        values[argument.name] = make(**parts)
    return values
