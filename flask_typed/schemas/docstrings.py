"""Reading docstrings: the prose, and the description of each argument or field.

Registration time. Field lists may have Sphinx's form (``:param name: …``, ``:ivar name: …``) or
Google's (``Args:``, ``Attributes:``).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_NAMED = "param|parameter|arg|argument|key|keyword|ivar|var|cvar|attribute"
#: A Sphinx field that describes a name; its type may come before the name.
NAMED_FIELD = re.compile(rf":(?:{_NAMED})[ ]+(?:[^:]*[ ])?\*{{0,2}}(\w+):[ ]*(.*)")
#: Any Sphinx field.
ANY_FIELD = re.compile(r":\w+(?:[ ][^:`]+)?:(?:[ ]|$)")
#: The sections of Google's style; the group matches the ones that describe names.
SECTIONS = re.compile(
    r"(?:(Args|Arguments|Parameters|Attributes|Keyword Args)|Returns?|Yields?|Raises):$"
)
ENTRY = re.compile(r"\*{0,2}(\w+)(?:[ ]\([^)]*\))?:[ ]*(.*)")


@dataclass(frozen=True, slots=True)
class Docstring:
    """The parts of a docstring.

    :param summary: the first line.
    :param rest: the prose after it, without field lists.
    :param fields: the description of each name.
    """

    summary: str = ""
    rest: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def read_docstring(text: str | None) -> Docstring:
    """Return the parts of a docstring."""
    if not text:
        return Docstring()
    lines = inspect.cleandoc(text).splitlines()
    if ":" not in text:
        return Docstring(lines[0].strip(), "\n".join(lines[1:]).strip())
    fields: dict[str, list[str]] = {}
    prose = list(take_fields(lines, fields))
    described = {name: " ".join(filter(None, parts)) for name, parts in fields.items()}
    return Docstring(prose[0].strip() if prose else "", "\n".join(prose[1:]).strip(), described)


def take_fields(lines: list[str], fields: dict[str, list[str]]) -> Iterator[str]:
    """Yield the lines of prose, and collect the descriptions of names in ``fields``."""
    reading: list[str] | None = None  # the lines about one name, or lines that are not published
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
    """Return the descriptions of fields in the docstrings of a class and its bases."""
    described: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        written = base.__dict__.get("__doc__")  # a dataclass may have a lazy object there
        described.update(read_docstring(written if isinstance(written, str) else None).fields)
    return described
