"""Completing schemas before several threads use them.

Registration time, or the first use of an object. marshmallow makes the schema inside a field when
it is first accessed: threads that access it at the same time could see an incomplete one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from .families.model_schemas import GeneratedSchema, all_fields

#: Attributes of fields that refer back to the containing field or schema.
OUTWARD = frozenset({"parent", "root"})


def complete_schemas(*nodes: Schema | fields.Field[Any] | None) -> None:
    """Make the parts that schemas and fields would make lazily. The caller holds the app's lock.

    A user's schema may contain itself, as a new object at each level. The fields around it make
    these objects one by one, each under a lock.
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
    """Make the lookup tables of a generated schema, and yield its fields."""
    if isinstance(schema, GeneratedSchema):
        schema.make_look_ups()
        yield from all_fields(schema)


def parts_of_field(field: fields.Field[Any]) -> Iterator[Any]:
    """Yield the schemas and fields inside a field."""
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
    elif isinstance(value, dict):
        yield from find_nodes(list(value.values()))
