"""Members of a problem that are headers of its response, such as ``Retry-After``.

Registration time finds them; request time writes their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from ..declare.markers import Header
from ..declare.problems import Problem
from ..schemas.families.choices import write_choice
from ..schemas.hints import class_hints, read_hint, without_metadata
from ..schemas.msgspec_meta import Documentation
from .arguments import with_dashes


@dataclass(frozen=True, slots=True)
class HeaderMember:
    """A member of a problem that is a header of its response.

    :param header: the name of the header.
    :param annotation: the type of the value, with the marker's documentation in its place.
    """

    name: str
    header: str
    annotation: Any


@cache
def header_members(problem: type[Problem]) -> tuple[HeaderMember, ...]:
    """Return the members of a problem that are headers of its response."""
    found = []
    for name, annotation in class_hints(problem).items():
        hint = read_hint(annotation)
        for marker in hint.find(Header):
            header = marker.alias or with_dashes(name).title()
            parts = (without_metadata(hint, Header), Documentation(marker.documentation()))
            found.append(HeaderMember(name, header, Annotated[(*parts,)]))
    return tuple(found)


def write_header(value: Any) -> str:
    """Return the text of a header: several values are joined by commas, as HTTP has it."""
    return ", ".join(map(write_choice, value)) if isinstance(value, list) else write_choice(value)
