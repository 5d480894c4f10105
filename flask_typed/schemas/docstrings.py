"""Docstrings: what they say in prose, and what they say of each argument or field.

Registration time. Field lists are Sphinx's (``:param name: …``, ``:ivar name: …``) and Google's
(``Args:``, ``Attributes:``).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_NAMED = "param|parameter|arg|argument|key|keyword|ivar|var|cvar|attribute"
#: A field of Sphinx's that is about a name, perhaps with its type in front.
NAMED_FIELD = re.compile(rf":(?:{_NAMED})[ ]+(?:[^:]*[ ])?\*{{0,2}}(\w+):[ ]*(.*)")
#: Any field of Sphinx's.
ANY_FIELD = re.compile(r":\w+(?:[ ][^:`]+)?:(?:[ ]|$)")
#: The sections of Google's style; those that are about names come first.
SECTIONS = re.compile(
    r"(?:(Args|Arguments|Parameters|Attributes|Keyword Args)|Returns?|Yields?|Raises):$"
)
ENTRY = re.compile(r"\*{0,2}(\w+)(?:[ ]\([^)]*\))?:[ ]*(.*)")


@dataclass(frozen=True, slots=True)
class Docstring:
    """What a docstring says.

    :param summary: the first line.
    :param rest: the prose after it, without field lists.
    :param fields: a description for each name.
    """

    summary: str = ""
    rest: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def read_docstring(text: str | None) -> Docstring:
    """Return what a docstring says."""
    if not text:
        return Docstring()
    lines = inspect.cleandoc(text).splitlines()
    if ":" not in text:
        return Docstring(lines[0].strip(), "\n".join(lines[1:]).strip())
    fields: dict[str, list[str]] = {}
    prose = list(take_fields(lines, fields))
    said = {name: " ".join(filter(None, parts)) for name, parts in fields.items()}
    return Docstring(prose[0].strip() if prose else "", "\n".join(prose[1:]).strip(), said)


def take_fields(lines: list[str], fields: dict[str, list[str]]) -> Iterator[str]:
    """Yield the lines of prose, and note what is said of names."""
    reading: list[str] | None = None  # what is said of one name, or of nothing that is published
    section = False
    indent = ""
    for line in lines:
        text = line.strip()
        is_inside = line.startswith(" ") or not text
        if named := NAMED_FIELD.match(line):
            reading, section = fields.setdefault(named[1], []), False
            reading.append(named[2].strip())
        elif ANY_FIELD.match(line):
            reading, section = [], False
        elif header := SECTIONS.match(line):
            reading, section, indent = [], bool(header[1]), ""
        elif reading is not None and is_inside:
            indent = indent or line[: len(line) - len(line.lstrip())]
            entry = ENTRY.match(text) if section else None
            if entry and line.startswith(indent) and not line[len(indent)].isspace():
                reading = fields.setdefault(entry[1], [])
                text = entry[2].strip()
            reading.append(text)
        else:
            reading = None
            yield line


def read_fields(cls: type) -> Mapping[str, str]:
    """Return what a class's docstring, and those of its bases, say of its fields."""
    said: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        written = base.__dict__.get("__doc__")  # Python makes that of a dataclass when it is read
        said.update(read_docstring(written if isinstance(written, str) else None).fields)
    return said
