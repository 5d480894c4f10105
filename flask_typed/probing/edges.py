"""Values at the bounds of a schema, and beside them.

Development time. Each value comes with the side of the bound that it is meant for. The caller
compares it with the whole schema, and drops it if another keyword decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..outside.values import ApiSchemas
from ..publish.samples import NO_VALUE, merge_parts
from ..review.references import JSONObject, follow, read_comparable
from ..schemas.factory import find_examples
from ..schemas.faults import escape_key
from .bounds import (
    WRONG_VALUES,
    SchemaBound,
    find_choice_bounds,
    find_item_bounds,
    find_number_bounds,
    find_text_bounds,
)

#: Values inside each other whose bounds are tried.
MAX_EDGE_DEPTH = 4
#: The number of examples of a schema that are tried.
MAX_EXAMPLES = 5
#: A name that no schema has.
UNKNOWN_KEY = "not_in_the_schema"


@dataclass(frozen=True, slots=True)
class Edge:
    """A value at a bound of a schema, or just over it.

    :param pointer: to the part of the value that the bound is about.
    :param words: which bound, and on which side.
    """

    pointer: str
    words: str
    value: Any
    is_valid: bool

    def within(self, key: str | int, value: Any) -> Edge:
        """Return the edge of a value that has this one as a part.

        :param value: the outer value.
        """
        return replace(self, pointer=f"/{escape_key(str(key))}{self.pointer}", value=value)


class EdgeFinder:
    """Finds the edges of the schemas of a document."""

    def __init__(self, schemas: ApiSchemas) -> None:
        self._schemas = schemas

    def find(self, keywords: Any, value: Any) -> Iterator[Edge]:
        """Yield the edges of a schema on whose side the whole value is, each value once.

        :param value: a valid one.
        """
        seen = set()
        for edge in self._find(keywords, value, 0):
            text = json.dumps(edge.value)
            if text not in seen and self._schemas.fits(keywords, edge.value) is edge.is_valid:
                seen.add(text)
                yield edge

    def _find(self, keywords: Any, value: Any, depth: int) -> Iterator[Edge]:
        """Yield the edges of a schema, and those of its parts."""
        schema = self._merge(keywords)
        if depth > MAX_EDGE_DEPTH or schema.get("readOnly") is True:
            return
        for example in islice(find_examples(schema), MAX_EXAMPLES):
            yield Edge("", "is an example of the document", example, True)
        yield from self._find_types(schema)
        yield from map(make_edge, find_choice_bounds(schema))
        for number, branch in enumerate((*schema.get("anyOf", ()), *schema.get("oneOf", ()))):
            yield from self._find_branch(branch, number, depth)
        yield from self._find_parts(schema, value, depth)

    def _merge(self, keywords: Any) -> JSONObject:
        """Return a schema with its references and its ``allOf`` resolved."""
        document = self._schemas.document
        schema = follow(document, keywords)
        if "allOf" not in schema:
            return schema
        return merge_parts(schema, lambda reference: follow(document, {"$ref": reference}))

    def _find_types(self, schema: JSONObject) -> Iterator[Edge]:
        """Yield null, and a value of another type."""
        comparable = read_comparable(self._schemas.document, schema)
        yield Edge("", "is null", None, comparable.nullable)
        for name in sorted(comparable.types)[:1]:
            for wrong in WRONG_VALUES.get(name, ()):
                yield Edge("", f"is not of type {name}", wrong, False)

    def _find_branch(self, branch: Any, number: int, depth: int) -> Iterator[Edge]:
        """Yield a value of a branch of a union, and the edges of the branch."""
        value = self._schemas.pick(branch)
        if value is not NO_VALUE:
            yield Edge("", f"is of branch {number + 1} of its union", value, True)
            yield from self._find(branch, value, depth + 1)

    def _find_parts(self, schema: JSONObject, value: Any, depth: int) -> Iterator[Edge]:
        """Yield the edges of the keywords for the type of a value."""
        if isinstance(value, dict):
            yield from find_key_edges(schema, value)
            yield from self._find_properties(schema, value, depth)
        elif isinstance(value, list):
            yield from self._find_items(schema, value, depth)
        elif isinstance(value, str):
            yield from self._choose(schema, find_text_bounds(schema, value))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield from self._choose(schema, find_number_bounds(schema, value))

    def _choose(self, schema: JSONObject, bounds: Iterator[SchemaBound]) -> Iterator[Edge]:
        """Yield the first value of each bound that is on the right side of the schema."""
        for bound in bounds:
            fitting = (v for v in bound.values if self._schemas.fits(schema, v) is bound.is_valid)
            value = next(fitting, NO_VALUE)
            if value is not NO_VALUE:
                yield Edge("", bound.words, value, bound.is_valid)

    def _find_properties(
        self, schema: JSONObject, value: Mapping[str, Any], depth: int
    ) -> Iterator[Edge]:
        """Yield the edges of the members of an object, with the rest of the object around them."""
        for name, keywords in schema.get("properties", {}).items():
            inner = value[name] if name in value else self._schemas.pick(keywords)
            if inner is not NO_VALUE:
                for edge in self._find(keywords, inner, depth + 1):
                    yield edge.within(name, {**value, name: edge.value})
        rest = schema.get("additionalProperties")
        inner = self._schemas.pick(rest) if isinstance(rest, Mapping) else NO_VALUE
        if inner is not NO_VALUE:
            for edge in self._find(rest, inner, depth + 1):
                yield edge.within("key", {**value, "key": edge.value})

    def _find_items(self, schema: JSONObject, value: list[Any], depth: int) -> Iterator[Edge]:
        """Yield the edges of the length of an array, and those of its first item."""
        items = schema.get("items", {})
        samples = list(islice(self._schemas.pick_valid(items), MAX_EXAMPLES))
        yield from self._choose(schema, find_item_bounds(schema, value, samples))
        for edge in self._find(items, samples[0], depth + 1) if samples else ():
            yield edge.within(0, [edge.value, *value[1:]])


def make_edge(bound: SchemaBound) -> Edge:
    """Return the edge of a bound with one value."""
    return Edge("", bound.words, bound.values[0], bound.is_valid)


def find_key_edges(schema: JSONObject, value: Mapping[str, Any]) -> Iterator[Edge]:
    """Yield objects without one of their keys, and one with a key too many."""
    required = schema.get("required", ())
    for name in (name for name in value if name in required):
        without = {key: inner for key, inner in value.items() if key != name}
        yield Edge(f"/{escape_key(name)}", "is missing", without, False)
    least = {key: inner for key, inner in value.items() if key in required}
    if len(least) < len(value):
        yield Edge("", "has no optional key", least, True)
    if False in (schema.get("additionalProperties"), schema.get("unevaluatedProperties")):
        unknown = {**value, UNKNOWN_KEY: 1}
        yield Edge(f"/{UNKNOWN_KEY}", "is not in the schema", unknown, False)
