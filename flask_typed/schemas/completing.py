"""Schemas whose every part is made, before several threads use them.

Registration time, or when something is used first. marshmallow makes the schema inside a field when
it is first asked for: threads that ask at once would see a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from .families.model_schemas import GeneratedSchema, all_fields

#: Attributes of fields that lead back to what holds them.
OUTWARD = frozenset({"parent", "root"})


def complete_schemas(*nodes: Schema | fields.Field[Any] | None) -> None:
    """Make all that schemas and fields would make later. The caller holds the app's lock.

    Schemas of the user's may contain themselves, each time as another object: the fields that hold
    them make them one by one, each under a lock.
    """
    waiting: list[Any] = [node for node in nodes if node is not None]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen and not getattr(node, "is_complete", False):
            seen.add(id(node))
            waiting.extend(
                parts_of_schema(node) if isinstance(node, Schema) else parts_of_field(node)
            )


def parts_of_schema(schema: Schema) -> Iterator[fields.Field[Any]]:
    """Make the look-ups of a generated schema, and yield its fields."""
    if isinstance(schema, GeneratedSchema):
        schema.make_look_ups()
        yield from all_fields(schema)


def parts_of_field(field: fields.Field[Any]) -> Iterator[Any]:
    """Yield the schemas and fields that a field holds."""
    if isinstance(field, fields.Nested):
        yield field.schema
    for name, value in vars(field).items():
        if name not in OUTWARD:
            yield from find_nodes(value)


def find_nodes(value: Any) -> Iterator[Any]:
    """Yield the schemas and fields in an attribute's value."""
    if isinstance(value, (Schema, fields.Field)):
        yield value
    elif isinstance(value, (list, tuple)):
        yield from (node for item in value for node in find_nodes(item))
