"""Whether the schemas of a document are schemas.

Development time. Comparing a value with a schema that is not valid itself would fail somewhere in
the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..review.references import JSONObject, find

#: Keywords with values in which nothing is a schema.
VALUE_WORDS = frozenset({"const", "default", "enum", "example", "examples", "value"})
#: Keywords whose schemas are compared with the same value.
SAME_VALUE_WORDS = ("allOf", "anyOf", "oneOf")
#: The members of objects of OpenAPI that are schemas.
SCHEMA_MEMBERS = ("schema", "itemSchema")


def find_invalid_schema(document: JSONObject) -> str | None:
    """Return what is wrong with the first schema that is not valid; ``None`` if all are."""
    from ..contract.keywords import find_schema_mistake  # noqa: PLC0415  # it imports jsonschema

    version, fine = str(document["openapi"]), set[str]()
    for place, schema in list_schemas(document):
        message = find_schema_mistake(schema, version)
        if message is None and has_itself(document, schema, (), fine):
            message = "it is a branch or a part of itself"
        if message is not None:
            return f"{place}: {message}"
    return None


def has_itself(document: JSONObject, schema: Any, outer: tuple[str, ...], fine: set[str]) -> bool:
    """Return whether a value would be compared with a schema again and again, without an end.

    A schema may have itself for a member or an item, which is a smaller value.

    :param outer: the references that have led here.
    :param fine: the references that lead to an end. Others are added.
    """
    if not isinstance(schema, Mapping):
        return False
    reference = schema.get("$ref")
    parts = [part for word in SAME_VALUE_WORDS for part in schema.get(word, ())]
    if isinstance(reference, str) and reference not in fine:
        if reference in outer:
            return True
        target = find(document, reference)
        if has_itself(document, target, (*outer, reference), fine):
            return True
        fine.add(reference)
    return any(has_itself(document, part, outer, fine) for part in parts)


def list_schemas(document: JSONObject) -> Iterator[tuple[str, Any]]:
    """Yield the schemas of a document, with their places."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield f"#/components/schemas/{name}", schema
    yield from list_inner_schemas(document, "#")


def list_inner_schemas(part: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the schemas of parameters, headers and bodies in a part of a document."""
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from list_inner_schemas(item, f"{place}/{index}")
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            inside = f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}"
            if key in SCHEMA_MEMBERS and isinstance(inner, (Mapping, bool)):
                yield inside, inner
            elif key not in VALUE_WORDS:
                yield from list_inner_schemas(inner, inside)
