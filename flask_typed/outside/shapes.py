"""Whether the objects of a document are objects, and its lists are lists.

Development time. What reads a document relies on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..review.references import JSONObject

#: What a part of a document is: the name of an object, a list or a map of parts, or ``str``.
Shape = Any
MEDIA_TYPE_MAP: Shape = {"*": "Media Type Object"}
EXAMPLE_MAP: Shape = {"*": "Example Object"}
PARAMETER_LIST: Shape = ["Parameter Object"]
REQUIREMENTS: Shape = [{"*": [str]}]
OPERATION_MEMBERS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
#: The members of the objects of OpenAPI that are read.
SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "OpenAPI Object": {
        "paths": {"*": "Path Item Object"},
        "components": "Components Object",
        "security": REQUIREMENTS,
    },
    "Components Object": {
        "schemas": {},
        "parameters": {"*": "Parameter Object"},
        "responses": {"*": "Response Object"},
        "requestBodies": {"*": "Request Body Object"},
        "headers": {"*": "Header Object"},
        "examples": EXAMPLE_MAP,
        "securitySchemes": {"*": "Security Scheme Object"},
        "links": {"*": "Link Object"},
    },
    "Path Item Object": {
        "parameters": PARAMETER_LIST,
        "additionalOperations": {"*": "Operation Object"},
        "x-additionalOperations": {"*": "Operation Object"},
        **dict.fromkeys(OPERATION_MEMBERS, "Operation Object"),
    },
    "Operation Object": {
        "parameters": PARAMETER_LIST,
        "requestBody": "Request Body Object",
        "responses": {"*": "Response Object"},
        "security": REQUIREMENTS,
    },
    "Parameter Object": {
        "name": str,
        "in": str,
        "content": MEDIA_TYPE_MAP,
        "examples": EXAMPLE_MAP,
    },
    "Header Object": {"content": MEDIA_TYPE_MAP, "examples": EXAMPLE_MAP},
    "Request Body Object": {"content": MEDIA_TYPE_MAP},
    "Response Object": {
        "headers": {"*": "Header Object"},
        "content": MEDIA_TYPE_MAP,
        "links": {"*": "Link Object"},
    },
    "Media Type Object": {"encoding": {"*": "Encoding Object"}, "examples": EXAMPLE_MAP},
    "Encoding Object": {"headers": {"*": "Header Object"}},
    "Link Object": {"operationId": str, "operationRef": str, "parameters": {}},
}


def find_wrong_shape(document: JSONObject) -> str | None:
    """Return the place of the first part that is no object, list or text; ``None`` if all are."""
    return next(list_wrong_shapes(document, "OpenAPI Object", "#"), None)


def list_wrong_shapes(part: Any, shape: Shape, place: str) -> Iterator[str]:
    """Yield the places of parts of another shape, each with what it should be."""
    if shape is str:
        if not isinstance(part, str):
            yield f"{place} is not a text"
    elif isinstance(shape, list):
        yield from list_in_list(part, shape[0], place)
    elif not isinstance(part, Mapping):
        yield f"{place} is not an object"
    elif "$ref" not in part or not isinstance(shape, str):
        members = SHAPES.get(shape, {}) if isinstance(shape, str) else shape
        yield from list_in_members(part, members, place)


def list_in_list(part: Any, shape: Shape, place: str) -> Iterator[str]:
    """Yield the places in a list."""
    if not isinstance(part, list):
        yield f"{place} is not a list"
        return
    for index, item in enumerate(part):
        yield from list_wrong_shapes(item, shape, f"{place}/{index}")


def list_in_members(part: JSONObject, members: Mapping[str, Shape], place: str) -> Iterator[str]:
    """Yield the places in the members of an object; extensions may be anything."""
    for key, inner in part.items():
        shape = members.get(key) or (None if key.startswith("x-") else members.get("*"))
        if shape is not None:
            step = key.replace("~", "~0").replace("/", "~1")
            yield from list_wrong_shapes(inner, shape, f"{place}/{step}")
