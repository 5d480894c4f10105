"""The bounds of a document: its depth and its number of fields, before anything else is done.

Request time. Each fragment is measured once, however often it is spread, so that the work grows no
faster than the document.

Validation compares all fields of one name in the response with each other, and a resolver loads its
arguments for each field anew. Both would make much work of a small request, so both are bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from .options import GraphQLOptions

#: The fields of introspection. graphql-core bounds what is below them.
INTROSPECTION = ("__schema", "__type")
#: How many pairs of fields of one path a document may have, for each field that it may have.
PAIRS_PER_FIELD = 20
#: How many times arguments may have what a request can have.
MOST_USES = 4
#: As many characters count as one value.
TEXT_UNIT = 100


class Size(NamedTuple):
    """The size of a selection.

    :param depth: of its fields.
    :param fields: their number.
    :param written: the number of values in their arguments.
    :param uses: how often their arguments have each variable.
    """

    depth: int
    fields: int
    written: int
    uses: Counter[str]


NO_SIZE = Size(0, 0, 0, Counter())


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
        depth = fields = written = 0
        uses: Counter[str] = Counter()
        for selection in selections.selections if selections else ():
            size = self._measure_one(selection)
            depth = max(depth, size.depth)
            fields += size.fields
            written += size.written
            uses.update(size.uses)
        return Size(depth, fields, written, uses)

    def _measure_one(self, selection: SelectionNode) -> Size:
        """Return the size of one selection."""
        if isinstance(selection, FieldNode):
            inner = self.measure(selection.selection_set)
            below = 0 if selection.name.value in INTROSPECTION else inner.depth
            uses = inner.uses
            written = sum(count_literal(one.value, uses) for one in selection.arguments or ())
            return Size(below + 1, inner.fields + 1, inner.written + written, uses)
        if isinstance(selection, InlineFragmentNode):
            return self.measure(selection.selection_set)
        spread = cast("FragmentSpreadNode", selection)
        return self._measure_fragment(spread.name.value)

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


def count_literal(node: ValueNode, uses: Counter[str]) -> int:
    """Return the number of values in a literal, and count its variables."""
    count, waiting = 0, [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, VariableNode):
            uses[one.name.value] += 1
            continue
        count += 1
        if isinstance(one, ListValueNode):
            waiting.extend(one.values)
        elif isinstance(one, ObjectValueNode):
            waiting.extend(field.value for field in one.fields)
        elif isinstance(one, StringValueNode):
            count += len(one.value) // TEXT_UNIT
    return count


def count_values(value: Any) -> int:
    """Return the number of values in a JSON value."""
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        count += 1
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, str):
            count += len(one) // TEXT_UNIT
    return count


class FieldPaths:
    """Counts how often the fields of a document have the same path in the response.

    :param fragments: of the document, by name.
    """

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Counter[Any]] = {}

    def count(self, selections: SelectionSetNode | None) -> Counter[Any]:
        """Return the number of fields by their path: the name, and what is below it."""
        found: Counter[Any] = Counter()
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                name = (selection.alias or selection.name).value
                found[name, ()] += 1
                for path, number in self.count(selection.selection_set).items():
                    found[name, path] += number
            elif isinstance(selection, InlineFragmentNode):
                found.update(self.count(selection.selection_set))
            else:
                found.update(self._count_fragment(cast("FragmentSpreadNode", selection)))
        return found

    def _count_fragment(self, spread: FragmentSpreadNode) -> Counter[Any]:
        """Return the paths of a fragment; none for an unknown one, or one in a circle."""
        name = spread.name.value
        fragment = self._fragments.get(name)
        if name not in self._known:
            self._known[name] = Counter()
            self._known[name] = self.count(fragment.selection_set if fragment else None)
        return self._known[name]


def measure_document(document: DocumentNode, options: GraphQLOptions) -> dict[str | None, Size]:
    """Return the sizes of the operations of a document, by their names.

    :raises TooLarge: for an operation that is too deep, or a definition with too many fields.
    """
    found = document.definitions
    fragments = {one.name.value: one for one in found if isinstance(one, FragmentDefinitionNode)}
    operations = [one for one in found if isinstance(one, OperationDefinitionNode)]
    measure = Measure(fragments)
    sizes: dict[str | None, Size] = {}
    for operation in operations:
        size = measure.measure(operation.selection_set)
        sizes[operation.name.value if operation.name else None] = size
        reject_deep(size, operation, options)
        reject_many("The operation", size, operation, options)
    for name, fragment in fragments.items():
        size = measure.measure(fragment.selection_set)
        reject_many(f"The fragment {name}", size, fragment, options)
    reject_repeated(FieldPaths(fragments), (*operations, *fragments.values()), options)
    return sizes


def reject_deep(size: Size, operation: OperationDefinitionNode, options: GraphQLOptions) -> None:
    """Raise for an operation that is nested too deeply."""
    if size.depth > options.max_depth:
        raise TooLarge(
            f"The operation is {size.depth} levels deep; at most {options.max_depth} are allowed.",
            operation,
        )


def reject_many(name: str, size: Size, definition: DefinitionNode, options: GraphQLOptions) -> None:
    """Raise for an operation or a fragment with too many fields."""
    if size.fields > options.max_complexity:
        raise TooLarge(
            f"{name} has {size.fields} fields; at most {options.max_complexity} are allowed.",
            definition,
        )


def reject_repeated(
    paths: FieldPaths,
    definitions: Iterable[OperationDefinitionNode | FragmentDefinitionNode],
    options: GraphQLOptions,
) -> None:
    """Raise for a document that has the same fields too often."""
    counts = (paths.count(one.selection_set).values() for one in definitions)
    pairs = sum(number * (number - 1) // 2 for count in counts for number in count)
    if pairs > PAIRS_PER_FIELD * options.max_complexity:
        raise TooLarge("The document has the same fields too often.")


def reject_values(
    operation: OperationDefinitionNode,
    size: Size,
    variables: Mapping[str, Any],
    room: int,
) -> None:
    """Raise for an operation whose arguments have the same values too often.

    :param room: how many values the text of the document can have.
    :raises TooLarge: if they have many times the values that the request has.
    """
    if size.written <= room and max(size.uses.values(), default=0) <= MOST_USES:
        return
    sizes: Counter[str] = Counter()
    for one in operation.variable_definitions or ():
        name, default = one.variable.name.value, one.default_value
        if name in variables:
            sizes[name] = count_values(variables[name])
        elif default is not None:
            sizes[name] = count_literal(default, Counter())
    total = size.written + sum(sizes[name] * number for name, number in size.uses.items())
    if total > MOST_USES * (room + sizes.total()):
        raise TooLarge("The arguments of the operation have the same values too often.", operation)
