"""The edges of values that are sent as texts and in forms, as far as they arrive.

Development time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..outside.bodies import is_file_field, list_fields
from ..outside.operations import ApiBody, ApiInput
from ..outside.texts import find_input_fault, write_named_texts
from ..outside.values import ApiSchemas
from ..review.references import follow
from .edges import UNKNOWN_KEY, Edge, EdgeFinder

#: Servers limit the first line and each header of a request. Longer texts are not sent in them.
MAX_LINE_TEXT = 2_000


def is_sendable(target: ApiInput, value: Any) -> bool:
    """Return whether the texts of a value arrive as they are sent."""
    texts = [text for _, text in write_named_texts(target, value)]
    if target.location != "form" and sum(map(len, texts)) > MAX_LINE_TEXT:
        return False
    if target.location == "path":
        return all(text.strip(".") and "/" not in text and "\0" not in text for text in texts)
    if target.location == "header":
        return all(map(is_header_text, texts))
    if target.location == "cookie":
        return all(is_header_text(text) and not is_cut(text) for text in texts)
    return bool(texts)


def is_header_text(text: str) -> bool:
    """Return whether a text can be the value of a header."""
    is_plain = text.isascii() and text.isprintable()
    return is_plain and text.strip() == text != ""


def is_cut(text: str) -> bool:
    """Return whether a text cannot be the value of a cookie without quotes."""
    return any(character in ' ";,\\' for character in text)


def find_text_edges(
    schemas: ApiSchemas, finder: EdgeFinder, target: ApiInput, value: Any
) -> Iterator[Edge]:
    """Yield the edges of a value that is sent as text, which has no types.

    Objects have none: their texts are not compared.
    """
    if isinstance(value, dict):
        return
    for edge in finder.find(target.schema, value):
        if edge.value is None or not is_sendable(target, edge.value):
            continue
        texts = [text for _, text in write_named_texts(target, edge.value)]
        if (find_input_fault(schemas, target, texts) is None) is edge.is_valid:
            yield edge


def find_no_edges(
    schemas: ApiSchemas, finder: EdgeFinder, body: ApiBody, value: Any
) -> Iterator[Edge]:
    """Yield nothing: there is no way to know what other bytes are."""
    yield from ()


def find_value_edges(
    schemas: ApiSchemas, finder: EdgeFinder, body: ApiBody, value: Any
) -> Iterator[Edge]:
    """Yield the edges of a JSON value."""
    yield from finder.find(body.schema, value)


def find_plain_text_edges(
    schemas: ApiSchemas, finder: EdgeFinder, body: ApiBody, value: Any
) -> Iterator[Edge]:
    """Yield the edges of a text: a value of another type would be sent as a text."""
    yield from (edge for edge in finder.find(body.schema, value) if isinstance(edge.value, str))


def find_form_edges(
    schemas: ApiSchemas, finder: EdgeFinder, body: ApiBody, value: Mapping[str, Any]
) -> Iterator[Edge]:
    """Yield the edges of the fields of a form, a field that is missing, and one too many."""
    for field in list_fields(schemas, body):
        if field.name not in value:
            continue
        if field.required:
            rest = {key: inner for key, inner in value.items() if key != field.name}
            yield Edge(f"/{field.name}", "is missing", rest, False)
        if not is_file_field(schemas, field):
            for edge in find_text_edges(schemas, finder, field, value[field.name]):
                yield edge.within(field.name, {**value, field.name: edge.value})
    if follow(schemas.document, body.schema).get("additionalProperties") is False:
        unknown = {**value, UNKNOWN_KEY: "1"}
        yield Edge(f"/{UNKNOWN_KEY}", "is not in the schema", unknown, False)


#: What finds the edges of a body, by its kind.
BODY_EDGES: Mapping[str, Callable[[ApiSchemas, EdgeFinder, ApiBody, Any], Iterator[Edge]]] = {
    "json": find_value_edges,
    "lines": find_value_edges,
    "form": find_form_edges,
    "multipart": find_form_edges,
    "text": find_plain_text_edges,
}
