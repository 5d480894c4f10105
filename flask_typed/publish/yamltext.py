"""Writes a document as YAML that parsers of YAML 1.1 and YAML 1.2 read alike.

Publishing time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from ..bridge.pausing import Pauses
from .jsontext import decode, encode

#: Texts that are numbers in YAML 1.2, but not in YAML 1.1, which PyYAML writes.
YAML_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)


#: The objects of a document whose members are written one by one, by their keys and their own.
DIVIDED = {"paths": 0, "components": 1}


class DocumentDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # either
    """Writes texts of several lines as blocks, and repeated values in full."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write each value in full, without anchors, which readers of documents do not expect."""
        return True


def represent_text(dumper: Any, text: str) -> Any:
    """Return the node of a text."""
    style = "|" if "\n" in text else "'" if YAML_NUMBER.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


DocumentDumper.add_representer(str, represent_text)


def write_yaml(document: Mapping[str, Any], pauses: Pauses | None = None) -> bytes:
    """Return the document's YAML text.

    :param pauses: of the work; none by default.
    """
    pauses = pauses or Pauses()
    return b"".join(pauses.between(write_top(document))) or write_part(document)


def write_top(document: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the text of a document in pieces."""
    for key, value in document.items():
        depth = DIVIDED.get(key)
        if depth is None or not isinstance(value, dict):
            yield write_part({key: value})
        else:
            yield from write_inner((key,), value, depth)


def write_inner(outer: Sequence[str], part: Mapping[str, Any], depth: int) -> Iterator[bytes]:
    """Yield the text of an object in pieces, each indented as it is in the whole document.

    :param outer: the keys of the objects around it, which are short, and its own.
    """
    if not part:
        yield write_around(outer, {}, len(outer) - 1)
    for number, (key, value) in enumerate(part.items()):
        if depth and isinstance(value, dict):
            if not number:
                yield f"{'  ' * (len(outer) - 1)}{outer[-1]}:\n".encode()
            yield from write_inner((*outer, key), value, depth - 1)
        else:
            yield write_around(outer, {key: value}, len(outer) - (not number))


def write_around(outer: Sequence[str], part: Any, hidden: int) -> bytes:
    """Return the text of an object inside others.

    :param outer: the keys of the others.
    :param hidden: the number of lines, one for each key, that are left out.
    """
    for key in reversed(outer):
        part = {key: part}
    return write_part(part).split(b"\n", hidden)[-1]


def write_part(part: Any) -> bytes:
    """Return the YAML text of an object, which PyYAML writes only if its classes are JSON's own."""
    known = decode(encode(part))
    text: bytes = yaml.dump(
        known, Dumper=DocumentDumper, sort_keys=False, allow_unicode=True, encoding="utf-8"
    )
    return text
