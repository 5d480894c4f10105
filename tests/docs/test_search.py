"""A search of the built pages finds a task: main index entries are Sphinx's first results."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from .pages import PAGES, name_page, read_blocks

ENTRY = re.compile(r"^ *! single: (.+)$", flags=re.M)


def read_entries() -> dict[str, list[str]]:
    """Return the pages of each main index entry."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in PAGES:
        for block in read_blocks(page.read_text(encoding="utf-8")):
            for entry in ENTRY.findall(block.body) if block.name == "index" else ():
                found[entry].append(name_page(page))
    return found


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("CORS", "cookbook/cors"),
        ("PATCH", "cookbook/patch"),
        ("SSE", "cookbook/events"),
        ("background task", "background"),
        ("bulk create", "cookbook/bulk"),
        ("camelCase", "cookbook/camel_case"),
        ("caching", "cookbook/caching"),
        ("lifespan", "cookbook/startup_and_shutdown"),
        ("login", "cookbook/login"),
        ("pagination", "cookbook/paging"),
        ("paging", "cookbook/paging"),
        ("rate limit", "cookbook/rate_limits"),
        ("sorting", "cookbook/sorting_and_filtering"),
        ("startup", "cookbook/startup_and_shutdown"),
        ("testing", "testing"),
        ("tutorial", "tutorial/index"),
        ("upload", "cookbook/files"),
    ],
)
def test_words(word: str, page: str) -> None:
    """The word of a task leads to its page."""
    assert read_entries()[word] == [page]


def test_one_page_an_entry() -> None:
    """No word leads to two pages: a reader would have to try both."""
    assert {entry: pages for entry, pages in read_entries().items() if pages[1:]} == {}
