"""Names the components that fields define themselves, and renames the references to them.

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

from ..bridge.pausing import Pauses
from ..declare.names import to_ascii
from ..schemas.fields import COMPONENT_PREFIX, Described
from .naming import find_free
from .variants import (
    Direction,
    Root,
    Use,
    decides_description,
    describe_field,
    moving_fields,
    walk_fields,
)

#: Values without parts, whose check is cheaper than that of a mapping.
PARTLESS = (str, int, float, type(None))


@dataclass(frozen=True, slots=True)
class Own:
    """A component that a field defines.

    :param name: the field's name for the component.
    :param text: its schema, and the schemas that it refers to, as text.
    """

    name: str
    text: str


def read_own(described: Described) -> dict[str, Own]:
    """Return the components of a description, by the names that the field uses."""
    if described.component is None and not described.definitions:
        return {}
    schemas = all_schemas(described)
    return {name: Own(name, write_closure(name, schemas)) for name in schemas}


def all_schemas(described: Described) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of all components of a description, the field's own first."""
    own = {} if described.component is None else {described.component: described.schema}
    return {**own, **described.definitions}


def write_closure(name: str, schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the text of a schema and of all schemas that it refers to, also indirectly."""
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
    """Return a schema with its references renamed."""
    if isinstance(schema, list):
        return [refer(item, name_of) for item in schema]
    if isinstance(schema, PARTLESS) or not isinstance(schema, Mapping):
        return schema
    return {keyword: refer_keyword(keyword, value, name_of) for keyword, value in schema.items()}


def refer_keyword(keyword: str, value: Any, name_of: Callable[[str], str]) -> Any:
    """Return the value of a keyword with its references renamed."""
    if keyword != "$ref" and isinstance(value, PARTLESS):
        return value
    is_discriminator = keyword == "discriminator" and isinstance(value, Mapping)
    tags = value.get("mapping") if is_discriminator else None
    if isinstance(tags, Mapping):
        return {**value, "mapping": {tag: rename(tags[tag], name_of) for tag in tags}}
    return rename(value, name_of) if keyword == "$ref" else refer(value, name_of)


def rename(reference: Any, name_of: Callable[[str], str]) -> Any:
    """Return a reference to a component, renamed; return any other value unchanged."""
    if not isinstance(reference, str) or not reference.startswith(COMPONENT_PREFIX):
        return reference
    return COMPONENT_PREFIX + name_of(reference.removeprefix(COMPONENT_PREFIX))


def name_own(
    roots: Iterable[Root],
    uses: Iterable[Use],
    taken: Collection[str],
    pauses: Pauses | None = None,
) -> Mapping[Own, str]:
    """Return the document's name for every component that a field defines.

    A component of requests that differs from the one of responses is called ``…Input``. Other
    components with the same name are numbered.

    :param taken: the names of other components.
    :param pauses: of the work; none by default.
    """
    pauses = pauses or Pauses()
    directions: dict[Own, set[Direction]] = defaultdict(set)
    for described, direction in pauses.between(find_described(roots, uses)):
        for own in read_own(described).values():
            directions[own].add(direction)
    leaving = {to_ascii(own.name) for own, found in directions.items() if "out" in found}
    names: dict[Own, str] = {}
    used = set(taken)
    for own in sorted(directions, key=lambda own: (own.name, own.text)):
        name = to_ascii(own.name)
        entering = name in leaving and "out" not in directions[own]
        names[own] = find_free(name + ("Input" if entering else ""), used)
        used.add(names[own])
    return names


def find_described(
    roots: Iterable[Root], uses: Iterable[Use]
) -> Iterator[tuple[Described, Direction]]:
    """Yield the description of every field that has one, with the direction of its use."""
    inside: Iterator[tuple[fields.Field[Any], Direction]] = (
        (field, direction)
        for variant, direction in uses
        for field in moving_fields(variant.schema, direction).values()
    )
    for root, direction in chain(roots, inside):
        for field in walk_fields(root):
            if decides_description(field) or getattr(field, "component", None) is not None:
                described = describe_field(field, direction)
                if described is not None:
                    yield described, direction
