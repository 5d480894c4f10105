"""``msgspec.Meta`` in annotations: the constraints and words that it stands for.

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

#: What ``extra_json_schema`` may say: words, which restrict nothing.
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
    """What an annotation says for the document, by keyword."""

    said: Mapping[str, Any]


def is_meta(item: Any) -> bool:
    """Say whether something is a ``msgspec.Meta``."""
    return isinstance(item, msgspec.Meta)


def is_meta_class(item: Any) -> bool:
    """Say whether something is the class ``msgspec.Meta`` itself."""
    return item is msgspec.Meta


def open_meta(meta: Any) -> Iterator[Any]:
    """Yield the constraints and words that a ``msgspec.Meta`` stands for."""
    for name, convert in META_CONVERSIONS:
        value = getattr(meta, name)
        if value is not None:
            yield convert(value)


def make_search(pattern: str) -> validate.Regexp:
    """Return the validator of a pattern that may match anywhere, as JSON Schema has it."""
    anchored = pattern.startswith("^") and "|" not in pattern
    return validate.Regexp(re.compile(pattern if anchored else rf"[\s\S]*?(?:{pattern})"))


def has_zone(value: Any) -> bool:
    """Say whether a time is aware."""
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
    """Return the words of ``extra_json_schema``.

    :raises DeclarationError: for a keyword that would restrict what nobody checks.
    """
    for keyword in extra:
        if keyword not in EXTRA_KEYWORDS and not keyword.startswith("x-"):
            raise DeclarationError(
                f"Meta(extra_json_schema=…) says {keyword!r}, which the server would not check.",
                instead="Say it by a constraint; extra_json_schema is for words and x-… keywords.",
            )
    return Documentation(extra)


#: What each attribute of a ``msgspec.Meta`` stands for.
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
