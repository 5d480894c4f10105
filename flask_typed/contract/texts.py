"""Texts of headers and cookies → the values of their schemas.

Request time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from ..review.references import JSONObject, follow
from ..wire.lossless import read_integer
from .schemas import Schema

INTEGER_TEXT = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER_TEXT = re.compile(rf"{INTEGER_TEXT.pattern}(\.[0-9]+)?([eE][+-]?[0-9]{{1,6}})?")
TRUTHS = {"true": True, "false": False}
#: The types of a text whose schema has no type.
ALL = ("string", "number", "boolean")


def find_text_fault(schema: Schema, text: str) -> str | None:
    """Return the expected value for a text that does not fit; ``None`` if it fits."""
    kinds = frozenset(find_types(schema.keywords, schema.document))
    if "object" in kinds:  # flask_typed writes no objects into headers
        return None
    expected = ""
    for value in read_values(schema.keywords, schema.document, text):
        faults = schema.find_faults(value)
        if not faults:
            return None
        expected = expected or ", ".join(fault.expected for fault in faults)
    return expected or f"type {' or '.join(sorted(kinds))}"


def find_types(keywords: JSONObject, document: JSONObject) -> Iterator[str]:
    """Yield the types that a schema, or one of its branches, allows."""
    schema = follow(document, keywords)
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for branch in branches:
        yield from find_types(branch, document)
    if not branches:
        kinds = schema.get("type", ALL)
        yield from [kinds] if isinstance(kinds, str) else kinds


def read_values(keywords: JSONObject, document: JSONObject, text: str) -> Iterator[Any]:
    """Yield the possible values of a text, the most likely one first."""
    kinds = frozenset(find_types(keywords, document))
    if kinds & {"number", "integer"} and NUMBER_TEXT.fullmatch(text):
        yield read_integer(text) if INTEGER_TEXT.fullmatch(text) else Decimal(text)
    if "boolean" in kinds and text in TRUTHS:
        yield TRUTHS[text]
    if "array" in kinds:
        yield from read_items(keywords, document, text)
    if "string" in kinds:
        yield text


def read_items(keywords: JSONObject, document: JSONObject, text: str) -> Iterable[list[Any]]:
    """Yield the possible arrays of a text: of items of the schema's type, or of texts."""
    texts = [part.strip(" \t") for part in text.split(",")] if text else []
    schema = follow(document, keywords)
    items = follow(document, schema.get("items", {}))
    yield [next(read_values(items, document, part), part) for part in texts]
    yield texts
