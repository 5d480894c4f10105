"""Components of fields that say their own schema: their names, and references to them.

Publishing time. See ``TypedField.describe``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from marshmallow import fields

from ..declare.names import to_ascii
from ..schemas.fields import Described, TypedField
from .naming import find_free
from .variants import Direction, Use, describe_field, moving_fields, walk_fields

#: Where components stand in a document.
COMPONENT_PREFIX = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Own:
    """A component as a field says it: its own name for it, and the text of all that is in it."""

    name: str
    text: str


def read_own(described: Described) -> dict[str, Own]:
    """Return the components that a description holds, by the names that it uses for them."""
    schemas = all_schemas(described)
    return {name: Own(name, write_closure(name, schemas)) for name in schemas}


def all_schemas(described: Described) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of all components that a description holds, its own first."""
    own = {} if described.component is None else {described.component: described.schema}
    return {**own, **described.definitions}


def write_closure(name: str, schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the text of a schema and of every other that it refers to, however far."""
    reached = {name: schemas[name]}
    waiting = [schemas[name]]
    while waiting:
        for reference in find_references(waiting.pop()):
            if reference not in reached and reference in schemas:
                reached[reference] = schemas[reference]
                waiting.append(schemas[reference])
    return json.dumps(reached, sort_keys=True, default=repr, skipkeys=True)


def find_references(schema: Any) -> list[str]:
    """Return the names of the components that a schema refers to."""
    found: list[str] = []

    def note(name: str) -> str:
        found.append(name)
        return name

    refer(schema, note)
    return found


def refer(schema: Any, name_of: Callable[[str], str]) -> Any:
    """Return a schema whose references are renamed."""
    if isinstance(schema, list):
        return [refer(item, name_of) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {keyword: refer_keyword(keyword, said, name_of) for keyword, said in schema.items()}


def refer_keyword(keyword: str, said: Any, name_of: Callable[[str], str]) -> Any:
    """Return what a keyword says, with references renamed: of ``$ref``, or of a discriminator."""
    tags = said.get("mapping") if keyword == "discriminator" and isinstance(said, Mapping) else None
    if isinstance(tags, Mapping):
        return {**said, "mapping": {tag: rename(tags[tag], name_of) for tag in tags}}
    return rename(said, name_of) if keyword == "$ref" else refer(said, name_of)


def rename(reference: Any, name_of: Callable[[str], str]) -> Any:
    """Return a reference to a component under its other name; what is none is left as it is."""
    if not isinstance(reference, str) or not reference.startswith(COMPONENT_PREFIX):
        return reference
    return COMPONENT_PREFIX + name_of(reference.removeprefix(COMPONENT_PREFIX))


def name_own(
    roots: Iterable[tuple[fields.Field[Any], Direction]],
    uses: Iterable[Use],
    taken: Collection[str],
) -> Mapping[Own, str]:
    """Return the name in the document of every component that a field says.

    What differs on the way in is called ``…Input``; whatever else has one name is numbered.

    :param taken: the names that other components have.
    """
    directions: dict[Own, set[Direction]] = defaultdict(set)
    for described, direction in find_described(roots, uses):
        for own in read_own(described).values():
            directions[own].add(direction)
    names: dict[Own, str] = {}
    for own in sorted(directions, key=lambda own: (own.name, own.text)):
        rivals = [other for other in directions if to_ascii(other.name) == to_ascii(own.name)]
        leaves = any("out" in directions[rival] for rival in rivals)
        entering = leaves and "out" not in directions[own]
        name = to_ascii(own.name) + ("Input" if entering else "")
        names[own] = find_free(name, {*taken, *names.values()})
    return names


def find_described(
    roots: Iterable[tuple[fields.Field[Any], Direction]], uses: Iterable[Use]
) -> Iterator[tuple[Described, Direction]]:
    """Yield what every field says of itself, in the direction in which it is used."""
    inside: Iterator[tuple[fields.Field[Any], Direction]] = (
        (field, direction)
        for variant, direction in uses
        for field in moving_fields(variant.schema, direction).values()
    )
    for root, direction in chain(roots, inside):
        for field in walk_fields(root):
            described = describe_field(field, direction) if isinstance(field, TypedField) else None
            if described is not None:
                yield described, direction
