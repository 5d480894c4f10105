"""Writes a document as YAML that parsers of YAML 1.1 and YAML 1.2 read alike.

Publishing time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ..bridge.pausing import Pauses

#: Texts that are numbers in YAML 1.2, but not in YAML 1.1, which PyYAML writes.
YAML_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)


class Stream:
    """Collects the pieces of a text, and pauses between them."""

    def __init__(self, pauses: Pauses) -> None:
        self.pauses = pauses
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        """Take the next piece."""
        self.pieces.append(piece)
        self.pauses.take()


class DocumentDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # either
    """Writes texts of several lines as blocks, and repeated values in full."""

    pauses: Pauses

    def ignore_aliases(self, data: Any) -> bool:
        """Write each value in full, without anchors, which readers of documents do not expect.

        It is asked about every value, so the pauses are here.
        """
        self.pauses.take()
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
    stream = Stream(pauses or Pauses())
    dumper = DocumentDumper(stream, sort_keys=False, allow_unicode=True, encoding="utf-8")
    dumper.pauses = stream.pauses
    try:
        dumper.open()
        dumper.represent(document)
        dumper.close()
    finally:
        dumper.dispose()
    return b"".join(stream.pieces)
