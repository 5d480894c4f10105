"""``msgspec.Meta`` in annotations: conversion to constraints and documentation.

Registration time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import annotated_types as at
import msgspec
from marshmallow import validate
from typing_extensions import Doc

from ..exceptions import DeclarationError

#: The keywords allowed in ``extra_json_schema``, which restrict nothing.
EXTRA_KEYWORDS = (
    "title",
    "description",
    "examples",
    "example",
    "default",
    "deprecated",
    "externalDocs",
)


@dataclass(frozen=True, slots=True)
class Documentation:
    """The documentation in an annotation: title, description and so on, by keyword."""

    keywords: Mapping[str, Any]


def is_meta(item: Any) -> bool:
    """Return whether an object is a ``msgspec.Meta``."""
    return isinstance(item, msgspec.Meta)


def is_meta_class(item: Any) -> bool:
    """Return whether an object is the class ``msgspec.Meta`` itself."""
    return item is msgspec.Meta


def open_meta(meta: Any) -> Iterator[Any]:
    """Yield the constraints and the documentation of a ``msgspec.Meta``."""
    for name, convert in META_CONVERSIONS:
        value = getattr(meta, name)
        if value is not None:
            yield convert(value)


def make_search(pattern: str) -> validate.Regexp:
    """Return the validator of a pattern that may match anywhere, as in JSON Schema."""
    anchored = pattern.startswith("^") and "|" not in pattern
    return validate.Regexp(re.compile(pattern if anchored else rf"[\s\S]*?(?:{pattern})"))


def has_zone(value: Any) -> bool:
    """Return whether a time is aware."""
    return value.tzinfo is not None


def require_zone(aware: bool) -> at.Predicate:
    """Return the condition of ``tz=True``.

    :raises DeclarationError: for ``tz=False``: a ``datetime`` is always aware here.
    """
    if not aware:
        raise DeclarationError(
            "Meta(tz=False) asks for a time without a zone.",
            instead="Leave it out: a datetime is always aware, a time may be either.",
        )
    return at.Predicate(has_zone)


def read_extra(extra: Mapping[str, Any]) -> Documentation:
    """Return the documentation in ``extra_json_schema``.

    :raises DeclarationError: for a keyword with a restriction that the server would not check.
    """
    for keyword in extra:
        if keyword not in EXTRA_KEYWORDS and not keyword.startswith("x-"):
            raise DeclarationError(
                f"Meta(extra_json_schema=…) has {keyword!r}, which the server would not check.",
                instead="Write a constraint; extra_json_schema documents, or has x-… keywords.",
            )
    return Documentation(extra)


#: The conversion of each attribute of a ``msgspec.Meta``.
META_CONVERSIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("gt", at.Gt),
    ("ge", at.Ge),
    ("lt", at.Lt),
    ("le", at.Le),
    ("multiple_of", at.MultipleOf),
    ("min_length", at.MinLen),
    ("max_length", at.MaxLen),
    ("pattern", make_search),
    ("tz", require_zone),
    ("title", lambda title: Documentation({"title": title})),
    ("description", Doc),
    ("examples", lambda examples: Documentation({"examples": examples})),
    ("extra_json_schema", read_extra),
)
