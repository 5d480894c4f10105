"""Members of a problem that are headers of its response, such as ``Retry-After``.

Registration time finds them; request time writes their values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from ..declare.markers import Header
from ..declare.problems import Problem
from ..schemas.hints import class_hints, join_union, read_hint


@dataclass(frozen=True, slots=True)
class HeaderMember:
    """A member of a problem that is a header of its response.

    :param header: the name of the header.
    :param annotation: the type of the value, without the marker.
    :param words: of the marker, for the document.
    """

    name: str
    header: str
    annotation: Any
    words: Mapping[str, Any]


@cache
def header_members(problem: type[Problem]) -> tuple[HeaderMember, ...]:
    """Return the members of a problem that are headers of its response."""
    found = []
    for name, annotation in class_hints(problem).items():
        hint = read_hint(annotation)
        for marker in hint.find(Header):
            header = marker.alias or name.replace("_", "-").title()
            others = tuple(item for item in hint.metadata if item is not marker)
            bare = Annotated[(hint.type, *others)] if others else hint.type
            full = join_union([bare, None]) if hint.nullable else bare
            found.append(HeaderMember(name, header, full, marker.documentation()))
    return tuple(found)


def write_header(value: Any) -> str:
    """Return the text of a header: several values are joined by commas, as HTTP has it."""
    if isinstance(value, list):
        return ", ".join(map(write_header, value))
    return value if isinstance(value, str) else json.dumps(value)
