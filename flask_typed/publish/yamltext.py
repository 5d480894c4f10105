"""Writes a document as YAML that parsers of YAML 1.1 and YAML 1.2 read alike.

Publishing time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

#: Texts that are numbers in YAML 1.2, but not in YAML 1.1, which PyYAML writes.
YAML_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)


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


def write_yaml(document: Mapping[str, Any]) -> bytes:
    """Return the document's YAML text."""
    text: bytes = yaml.dump(
        document, Dumper=DocumentDumper, sort_keys=False, allow_unicode=True, encoding="utf-8"
    )
    return text
