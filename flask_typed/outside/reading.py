"""Text → an OpenAPI document that can be used: of version 3, and complete.

Development time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..review.references import JSONObject
from .shapes import find_wrong_shape
from .validity import repair_schemas

#: Where the schemas are that a schema may refer to.
REFERABLE = "#/components/"
#: Keywords with values in which nothing is a reference.
PLAIN_WORDS = frozenset({"const", "default", "enum", "example", "examples", "mapping", "value"})


class ApiUnreadable(ValueError):
    """A document cannot be used. The message says which, and why."""


def be_silent(message: str) -> None:
    """Ignore a warning."""


def read_api_file(path: Path, warn: Callable[[str], None] = be_silent) -> JSONObject:
    """Return the document in a file.

    :param warn: see :func:`parse_api`.
    :raises ApiUnreadable: if it cannot be used.
    """
    try:
        return parse_api(path.read_text(encoding="utf-8"), str(path), warn)
    except (OSError, UnicodeDecodeError) as error:
        raise ApiUnreadable(f"{path} cannot be read: {error}") from error


def parse_api(text: str, name: str, warn: Callable[[str], None] = be_silent) -> JSONObject:
    """Return the document of a text in JSON or YAML.

    :param name: of the file or URL, for messages.
    :param warn: gets a sentence for each part of a schema that is not valid and is left out.
    :raises ApiUnreadable: if it cannot be used.
    """
    try:
        is_json = text.lstrip().startswith("{")
        found = json.loads(text) if is_json else yaml.safe_load(text)
        document = json.loads(json.dumps(found, default=str, allow_nan=False))
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise ApiUnreadable(f"{name} is neither JSON nor YAML: {shorten_lines(error)}") from error
    reject_unusable(document, name)
    mistake = repair_schemas(document, warn)
    if mistake is not None:
        raise ApiUnreadable(f"{name} has a schema that is not valid: {mistake}.")
    checked: JSONObject = document
    return checked


def shorten_lines(error: Exception) -> str:
    """Return the message of an error in one line."""
    return " ".join(str(error).split())


def reject_unusable(document: Any, name: str) -> None:
    """Raise if a document is of another version, or has references that lead nowhere.

    :raises ApiUnreadable: with the first mistake.
    """
    is_known = isinstance(document, Mapping) and str(document.get("openapi", "")).startswith("3.")
    if not is_known or not isinstance(document.get("paths", {}), Mapping):
        raise ApiUnreadable(f"{name} is not an OpenAPI 3 document.")
    wrong = find_wrong_shape(document)
    if wrong is not None:
        raise ApiUnreadable(f"{name} is not a valid document: {wrong}.")
    for reference in list_references(document):
        if not reference.startswith(REFERABLE):
            raise ApiUnreadable(
                f"{name} refers to {reference!r}, which is not in its components."
                " Bundle the document into one file first."
            )
        if not has_target(document, reference):
            raise ApiUnreadable(f"{name} refers to {reference!r}, which does not exist.")


def list_references(part: Any) -> Iterator[str]:
    """Yield the references in a part of a document."""
    if isinstance(part, list):
        for item in part:
            yield from list_references(item)
    elif isinstance(part, Mapping):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for word, inner in part.items():
            if word not in PLAIN_WORDS:
                yield from list_references(inner)


def has_target(document: JSONObject, reference: str) -> bool:
    """Return whether a JSON Pointer into a document leads to something."""
    found: Any = document
    for key in reference.removeprefix("#/").split("/"):
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return False
    return True
