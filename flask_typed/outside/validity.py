"""The mistakes in the schemas of a document.

Development time. Comparing a value with a schema that is not valid itself would fail somewhere in
the middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..review.references import JSONObject, find

#: Keywords with values in which nothing is a schema.
VALUE_WORDS = frozenset({"const", "default", "enum", "example", "examples", "value"})
#: The mistakes of one schema that are removed.
MAX_MISTAKES = 20
#: Keywords whose schemas are compared with the same value.
SAME_VALUE_WORDS = ("allOf", "anyOf", "oneOf")
#: The members of objects of OpenAPI that are schemas.
SCHEMA_MEMBERS = ("schema", "itemSchema")


def repair_schemas(document: JSONObject, warn: Callable[[str], None]) -> str | None:
    """Remove the parts of schemas that are not valid. Return a mistake that cannot be removed.

    Documents of other frameworks have some, such as a ``minimum`` that is a text.

    :param document: is changed.
    :param warn: gets a sentence for each part that is removed.
    """
    version, fine = str(document["openapi"]), set[str]()
    for place, schema in list_schemas(document):
        mistake = repair(schema, version, place, warn)
        if mistake is None and has_itself(document, schema, (), fine):
            mistake = "it is a branch or a part of itself"
        if mistake is not None:
            return f"{place}: {mistake}"
    return None


def repair(schema: Any, version: str, place: str, warn: Callable[[str], None]) -> str | None:
    """Remove the parts of a schema that are not valid. Return a mistake that cannot be removed.

    :param place: of the schema, for warnings.
    """
    from ..contract.keywords import find_schema_mistake  # noqa: PLC0415  # it imports jsonschema

    for _ in range(MAX_MISTAKES):
        mistake = find_schema_mistake(schema, version)
        if mistake is None:
            return None
        path, message = mistake
        if not path:
            return message
        parent = schema
        for key in path[:-1]:
            parent = parent[key]
        del parent[path[-1]]
        warn(f"{place}{''.join(f'/{key}' for key in path)} is ignored: {message}")
    return "it has too many mistakes"


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
