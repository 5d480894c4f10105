"""Prism as a proxy in front of the bookshop: it compares what passes with the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .generating import find_failed, live_python
from .running import BOOKSHOP, HERE, find, listening, require, serving, write_document

LISTENING = re.compile(r"Prism is listening on (http://\S+:\d+)")
#: Prism reads bodies as UTF-8: a file arrives altered.
NOT_OF_PRISM = {"upload_cover", "read_cover"}


@contextmanager
def proxying(document: Path, url: str, folder: Path) -> Iterator[str]:
    """Run Prism in front of a server, and yield its URL."""
    command = [find("node"), find("prism"), "proxy", document, url, "--port", "0"]
    with listening(command, LISTENING, folder / "prism.log") as proxy:
        yield proxy


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3", "3.2.0"])
@require("node", "prism")
def test_proxy(version: str, tmp_path: Path) -> None:
    """No request and no response of a day differs from the document."""
    document = write_document(BOOKSHOP, tmp_path, version)
    data = tmp_path / "data"
    data.mkdir()
    with serving(BOOKSHOP, data) as url, proxying(document, url, tmp_path) as proxy:
        lived = live_python(HERE / "proxy/bookshop_journey.py", proxy)
    assert find_failed(lived) == NOT_OF_PRISM, lived.stdout
