"""The bounds of a document: its depth and its number of fields, before anything else is done.

Request time. Each fragment is measured once, however often it is spread, so that the work grows no
faster than the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from .options import GraphQLOptions

#: The fields of introspection. graphql-core bounds what is below them.
INTROSPECTION = ("__schema", "__type")


class Size(NamedTuple):
    """The size of a selection.

    :param depth: of its fields.
    :param fields: their number.
    """

    depth: int
    fields: int


NO_SIZE = Size(0, 0)


class TooLarge(GraphQLError):
    """An operation exceeds a limit of the endpoint."""


class Measure:
    """Measures the selections of a document.

    :param fragments: of the document, by name.
    """

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}
        self._open: set[str] = set()

    def measure(self, selections: SelectionSetNode | None) -> Size:
        """Return the size of the selections of a field, a fragment or an operation."""
        depth = fields = 0
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                inner = self.measure(selection.selection_set)
                below = 0 if selection.name.value in INTROSPECTION else inner.depth
                size = Size(below + 1, inner.fields + 1)
            elif isinstance(selection, InlineFragmentNode):
                size = self.measure(selection.selection_set)
            else:
                spread = cast("FragmentSpreadNode", selection)
                size = self._measure_fragment(spread.name.value)
            depth = max(depth, size.depth)
            fields += size.fields
        return Size(depth, fields)

    def _measure_fragment(self, name: str) -> Size:
        """Return the size of a fragment; validation rejects unknown ones and cycles."""
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return NO_SIZE
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.measure(fragment.selection_set)
            self._open.discard(name)
        return self._known[name]


def reject_large(document: DocumentNode, options: GraphQLOptions) -> None:
    """Raise for a document with an operation that is too deep or has too many fields.

    :raises TooLarge: with the limit.
    """
    definitions = document.definitions
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    measure = Measure(fragments)
    for definition in definitions:
        if isinstance(definition, OperationDefinitionNode):
            size = measure.measure(definition.selection_set)
            if size.depth > options.max_depth:
                raise TooLarge(
                    f"The operation is {size.depth} levels deep; at most {options.max_depth} are"
                    " allowed.",
                    definition,
                )
            if size.fields > options.max_complexity:
                raise TooLarge(
                    f"The operation has {size.fields} fields; at most {options.max_complexity} are"
                    " allowed.",
                    definition,
                )
