"""References inside a document, and the schemas at their ends, in one form for all versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Keywords = Mapping[str, Any]

#: The types of JSON.
TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def follow(document: Keywords, part: Any) -> Keywords:
    """Return what a Reference Object leads to, or the object itself; nothing for a dead end."""
    seen = set()
    while isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
        if part["$ref"] in seen:
            return {}
        seen.add(part["$ref"])
        part = find(document, part["$ref"])
    return part if isinstance(part, Mapping) else {}


def find(document: Keywords, reference: str) -> Any:
    """Return what a JSON Pointer of the same document (``#/…``) leads to."""
    found: Any = document
    for key in reference.removeprefix("#/").split("/"):
        name = key.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema, read.

    :param name: of the component that it is, to tell recursion.
    :param keywords: without those that have a place of their own here, and without words.
    :param types: of JSON; without ``null``.
    :param nullable: whether ``null`` is a value too.
    :param branches: of ``anyOf`` and ``oneOf``, without one for ``null`` alone.
    """

    name: str
    keywords: Keywords
    types: frozenset[str]
    nullable: bool
    branches: tuple[Any, ...]


#: Keywords that say nothing of the values.
WORDS = frozenset(
    (
        *("$anchor", "$comment", "$defs", "$id", "$schema", "default", "deprecated", "description"),
        *("discriminator", "example", "examples", "externalDocs", "title", "xml"),
    )
)


def read_shape(document: Keywords, schema: Any) -> Shape:
    """Return a schema in the form in which schemas are compared."""
    name = schema.get("$ref", "") if isinstance(schema, Mapping) else ""
    if schema is False:
        return Shape(name, {"enum": []}, TYPES - {"null"}, nullable=True, branches=())
    beside = {k: v for k, v in schema.items() if k != "$ref"} if name else {}
    keywords = {**follow(document, schema), **beside} if schema is not True else {}
    said = keywords.pop("type", None)
    types = TYPES if said is None else frozenset([said] if isinstance(said, str) else said)
    branches = [*keywords.pop("anyOf", ()), *keywords.pop("oneOf", ())]
    nullable = "null" in types
    if said is not None and keywords.pop("nullable", False):  # OpenAPI 3.0
        nullable = True
    if branches:
        rest = [branch for branch in branches if not is_null(document, branch)]
        nullable = nullable and len(rest) < len(branches)
        branches = rest
    values = keywords.pop("enum", None)
    if "const" in keywords:
        values = [keywords.pop("const")]
    if values is not None:
        nullable = nullable and None in values
        keywords["enum"] = [value for value in values if value is not None]
    write_exclusive(keywords)
    kept = {k: v for k, v in keywords.items() if k not in WORDS and not k.startswith("x-")}
    return Shape(name, kept, types - {"null"}, nullable, tuple(branches))


def is_null(document: Keywords, schema: Any) -> bool:
    """Say whether a schema takes ``null`` alone."""
    found = follow(document, schema)
    return found.get("type") in ("null", ["null"]) or found.get("enum") == [None]


def write_exclusive(keywords: dict[str, Any]) -> None:
    """Write OpenAPI 3.0's exclusive bounds as those of later versions."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if keywords.get(exclusive) is True and bound in keywords:
            keywords[exclusive] = keywords.pop(bound)
        elif isinstance(keywords.get(exclusive), bool):
            del keywords[exclusive]
