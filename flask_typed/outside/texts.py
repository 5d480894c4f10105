"""The texts that carry the values of parameters and of form fields.

Development time. Both directions: ``check`` writes the texts, ``mock`` reads them, and both compare
them with the schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..contract.schemas import Schema
from ..contract.texts import find_text_fault, find_types, read_values
from ..review.references import JSONObject, follow
from ..wire.lossless import read_json
from .operations import ApiInput
from .values import ApiSchemas

#: What separates the items of an array, by style.
DELIMITERS: Mapping[str, str] = {"spaceDelimited": " ", "pipeDelimited": "|"}
#: The locations with several values of one name.
REPEATING = frozenset({"query", "form", "cookie"})

#: Names and texts, in their order.
TextPairs = list[tuple[str, str]]


def write_named_texts(target: ApiInput, value: Any) -> TextPairs:
    """Return the names and texts of a value."""
    name = target.name
    if target.is_json:
        return [(name, json.dumps(value))]
    if isinstance(value, Mapping):
        return list(write_object_texts(target, value))
    if not isinstance(value, list):
        return [(name, write_scalar_text(value))]
    texts = [write_scalar_text(item) for item in value]
    if is_repeated(target):
        return [(name, text) for text in texts]
    return [(name, DELIMITERS.get(target.style, ",").join(texts))]


def write_object_texts(target: ApiInput, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of an object."""
    if target.style == "deepObject":
        for key, inner in value.items():
            items = inner if isinstance(inner, list) else [inner]
            yield from ((f"{target.name}[{key}]", write_scalar_text(item)) for item in items)
    elif is_repeated(target):
        yield from ((key, write_scalar_text(inner)) for key, inner in value.items())
    else:
        sign = "=" if target.explode else ","
        yield (
            target.name,
            ",".join(f"{key}{sign}{write_scalar_text(v)}" for key, v in value.items()),
        )


def write_scalar_text(value: Any) -> str:
    """Return the text of a value that is no array or object."""
    return value if isinstance(value, str) else json.dumps(value)


def is_repeated(target: ApiInput) -> bool:
    """Return whether each item of an array has a name of its own in the request."""
    return target.explode and target.location in REPEATING


def find_input_fault(schemas: ApiSchemas, target: ApiInput, texts: Sequence[str]) -> str | None:
    """Return the expected value for texts that do not fit; ``None`` if they fit.

    Objects in parameters are not compared.

    :param texts: at least one; several for an array whose items are repeated.
    """
    schema = schemas.open(target.schema)
    if target.is_json:
        return find_json_text_fault(schema, texts[-1])
    if "array" not in find_types(schema.keywords, schema.document):
        return find_text_fault(schema, texts[-1])
    items = texts if is_repeated(target) else split_items(target, texts[-1])
    return find_items_fault(schema, items)


def find_json_text_fault(schema: Schema, text: str) -> str | None:
    """Return the expected value for a text in JSON that does not fit."""
    try:
        faults = schema.find_faults(read_json(text))
    except (ValueError, RecursionError):
        return "JSON"
    return faults[0].expected if faults else None


def find_items_fault(schema: Schema, texts: Sequence[str]) -> str | None:
    """Return the expected value for the items of an array that do not fit.

    Arrays of arrays or of objects are not compared: OpenAPI does not define their texts.
    """
    items = find_item_schema(schema.document, schema.keywords)
    if not {"array", "object"}.isdisjoint(find_types(items, schema.document)):
        return None
    typed = [next(iter(read_values(items, schema.document, text)), text) for text in texts]
    faults = schema.find_faults(typed)
    if not faults or not schema.find_faults(list(texts)):
        return None
    return faults[0].expected


def find_item_schema(document: JSONObject, keywords: Any) -> JSONObject:
    """Return the schema of the items of an array, which may be a branch of a union."""
    schema = follow(document, keywords)
    branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    found = [find_item_schema(document, branch) for branch in branches]
    return next(filter(None, found), follow(document, schema.get("items", {})))


def split_items(target: ApiInput, text: str) -> list[str]:
    """Return the items of an array that is one text."""
    delimiter = DELIMITERS.get(target.style, ",")
    return [part.strip(" \t") for part in text.split(delimiter)] if text else []
