"""The header parameters with which clients make requests conditional.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..plan.validators import Conditions
from .keywords import Keywords

TAG_EXAMPLE = '"5"'
DATE_EXAMPLE = "Sun, 06 Nov 1994 08:49:37 GMT"

#: The descriptions of the headers on safe methods, and their examples.
WHEN_READING: Mapping[str, tuple[str, str]] = {
    "If-None-Match": (
        "The versions that the client has, or `*`: 304 for one of them.",
        TAG_EXAMPLE,
    ),
    "If-Match": ("The versions that the client accepts, or `*`: 412 for another one.", TAG_EXAMPLE),
    "If-Modified-Since": ("304 if the resource has not changed since.", DATE_EXAMPLE),
    "If-Unmodified-Since": ("412 if the resource has changed since.", DATE_EXAMPLE),
}
#: Those on other methods.
WHEN_CHANGING: Mapping[str, tuple[str, str]] = {
    **WHEN_READING,
    "If-None-Match": ("`*` to create the resource: 412 if it exists.", "*"),
    "If-Match": (
        "The version that the client has changed, or `*` for any: 412 if another one is current.",
        TAG_EXAMPLE,
    ),
}


def write_preconditions(conditions: Conditions | None) -> Iterator[Keywords]:
    """Yield the Parameter Objects of the preconditions of an operation."""
    if conditions is None:
        return
    words = WHEN_READING if conditions.is_safe else WHEN_CHANGING
    for name in conditions.headers:
        description, example = words[name]
        is_required = name == conditions.required_header
        schema: Keywords = {"type": "string"}
        shown = {"example": example} if is_required else {}
        yield {
            "in": "header",
            "name": name,
            "description": description,
            "required": is_required,
            "schema": {**schema, **({} if is_required else {"examples": [example]})},
            **shown,
        }
