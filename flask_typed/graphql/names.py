"""The names of GraphQL's types: those of the OpenAPI document, each unique in the graph.

Registration time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..publish.naming import are_alike, find_free, qualify
from ..schemas.families.model_schemas import ModelSchema
from ..schemas.graph_fields import to_graphql_name

#: The names of GraphQL's own types, of scalars, and of the roots.
RESERVED: frozenset[str] = frozenset(
    (
        *("AnyDateTime", "Base64", "BigInt", "Boolean", "Date", "DateTime", "Decimal", "Duration"),
        *("DecimalNumber", "Float", "ID", "IPv4Address", "IPv4Interface", "IPv4Network", "Int"),
        *("IPv6Address", "IPv6Interface", "IPv6Network", "JSON", "LocalDateTime", "Mutation"),
        *("PageInfo", "Query", "String", "Subscription", "Time", "UUID", "Upload", "Void"),
    )
)
#: The end of the names of input types.
INPUT_SUFFIX = "Input"


@dataclass(frozen=True)
class NamedType:
    """A type of the graph and the name that it should have.

    :param definition: of Strawberry; it has the name that the type has.
    :param name: the name that it should have.
    :param module: of the Python type.
    :param qualname: of the Python type.
    """

    definition: Any
    name: str
    module: str
    qualname: str

    @property
    def order(self) -> tuple[str, str]:
        """A key that sorts types of one name."""
        return self.module, self.qualname

    @property
    def is_input(self) -> bool:
        """Whether it is a type of arguments."""
        return bool(getattr(self.definition, "is_input", False))


class TypeNames:
    """The names of the types of a graph.

    Types get a free name when they are made. Once all of them are known, :meth:`settle` names those
    whose names clash: with as much of the names of their modules as makes them unique.
    """

    def __init__(self) -> None:
        self._named: list[NamedType] = []
        self._reserved = set(RESERVED)
        self._taken = set(RESERVED)

    def name(self, definition: Any, name: str, origin: type) -> None:
        """Give a definition its name, or a free one for the time being.

        :param origin: the Python type that is defined.
        """
        wished = to_graphql_name(name)
        definition.name = find_free(wished, self._taken)
        self._taken.add(definition.name)
        module, qualname = origin.__module__, origin.__qualname__
        self._named.append(NamedType(definition, wished, module, qualname))

    def reserve(self, name: str) -> None:
        """Keep the name of a type that the program has made with Strawberry."""
        self._reserved.add(name)
        self._taken.add(name)

    def settle(self) -> bool:
        """Name the types whose names clash, and return whether any name has changed.

        The result does not depend on the order in which the types were made.
        """
        before = [named.definition.name for named in self._named]
        by_name: dict[str, list[NamedType]] = defaultdict(list)
        results = {(named.name, *named.order) for named in self._named if not named.is_input}
        for named in self._named:
            is_double = named.is_input and (named.name, *named.order) in results
            by_name[named.name + INPUT_SUFFIX * is_double].append(named)
        taken = {*self._reserved, *(name for name, rivals in by_name.items() if len(rivals) == 1)}
        for name, rivals in sorted(by_name.items()):
            if len(rivals) > 1 or name in self._reserved:
                qualify_types(name, rivals, taken)
            else:
                rivals[0].definition.name = name
        self._taken = taken
        return before != [named.definition.name for named in self._named]


def qualify_types(name: str, rivals: Iterable[NamedType], taken: set[str]) -> None:
    """Give types of one name the names of their modules as a prefix.

    :param taken: the names that are taken, to which theirs are added.
    """
    ordered = sorted(rivals, key=lambda named: named.order)
    modules = [tuple(named.module.split(".")) for named in ordered]
    parts = count_parts(name, modules)
    for named, module in zip(ordered, modules, strict=True):
        qualified = to_graphql_name(qualify(name, module, parts))
        named.definition.name = find_free(qualified, taken)
        taken.add(named.definition.name)


def count_parts(name: str, modules: Sequence[Sequence[str]]) -> int:
    """Return how many parts of the names of modules make one name unique."""
    parts = 1
    longest = max(map(len, modules))
    while parts < longest and are_alike(name, set(modules), parts):
        parts += 1
    return parts


def name_input(name: str) -> str:
    """Return the name of an input type."""
    return name if name.endswith(INPUT_SUFFIX) else name + INPUT_SUFFIX


def name_component(schema: ModelSchema) -> str:
    """Return the name of a schema in the document: ``BookPatch`` for the changes of a ``Book``."""
    return str(getattr(schema, "__component_name__", schema.model.name))
