"""Each page begins with what its reader can do after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .pages import PAGES, name_page

#: The pages that only include files of the project, and the first page.
INCLUDING = {"changes", "contributing", "index", "security_policy"}
#: A heading with its line, a directive, or its indented lines.
OTHER = re.compile(r"^(\.\. |\s|.*\n[=~-]{3,}\s*$)")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if name_page(page) not in INCLUDING], ids=name_page
)
def test_first_sentence(page: Path) -> None:
    """The first paragraph has it."""
    parts = re.split(r"\n\s*\n", page.read_text(encoding="utf-8"))
    first = next(part for part in parts if not OTHER.match(part))
    assert "you can" in " ".join(first.split())
