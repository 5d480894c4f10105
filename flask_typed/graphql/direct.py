"""Resolvers that graphql-core calls directly, without Strawberry's functions between.

Setup time. Strawberry converts arguments and calls the extensions of a field. If a field has no
extension, and flask_typed loads all its arguments, nothing is left to do for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from .resolving import Resolver


@dataclass(frozen=True, slots=True)
class Passed:
    """What GraphQL passes to a resolver besides the arguments of its field.

    :param as_self: whether the parent object is passed by position.
    :param parent: the name of the argument that takes it; ``None`` if there is none.
    :param info: likewise, of the argument that takes the ``Info``.
    """

    as_self: bool
    parent: str | None
    info: str | None


def make_direct(
    resolver: Resolver,
    field: StrawberryField,
    passed: Passed,
    names: Mapping[str, str],
    info_class: type[Info[Any, Any]],
) -> Callable[..., Any]:
    """Return the function that graphql-core calls.

    :param names: the names of the resolver's arguments, by those of the field's.
    """
    as_self, parent, wants_info = passed.as_self, passed.parent, passed.info

    def resolve(source: Any, info: Any, **given: Any) -> Any:
        kwargs = {names[name]: value for name, value in given.items()} if given else {}
        if parent is not None:
            kwargs[parent] = source
        if wants_info is not None:
            kwargs[wants_info] = info_class(_raw_info=info, _field=field)
        return resolver.get_result(source, info, (source,) if as_self else (), kwargs)

    return resolve


def install_resolvers(schema: GraphQLSchema, known: Mapping[int, Callable[..., Any]]) -> None:
    """Let graphql-core call resolvers directly.

    :param known: the functions, by the identity of Strawberry's fields.
    """
    for kind in schema.type_map.values():
        for field in kind.fields.values() if isinstance(kind, GraphQLObjectType) else ():
            resolve = known.get(id(field.extensions.get("strawberry-definition")))
            if resolve is not None:
                field.resolve = resolve
