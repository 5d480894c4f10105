from dataclasses import dataclass, replace
from typing import Annotated

from annotated_types import Len
from flask import Flask
from flask_typed import Cache, IfMatch, Problem, Typed, raises

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Text:
    text: Annotated[str, Len(1)]


@dataclass
class Page(Text):
    name: str


@dataclass
class StoredPage(Page):
    version: int = 1


class PageNotFound(Problem):
    """No page has this name."""

    status = 404


pages = {"tea": StoredPage("Use hot water.", "tea", version=3)}


def get_version(name: str) -> int | None:
    """Return the version of a page; None if there is no page."""
    return pages[name].version if name in pages else None


@typed.get("/pages/<name>", etag=get_version)
@raises(PageNotFound)
def read_page(name: str) -> Page:
    """Read a page."""
    if name not in pages:
        raise PageNotFound
    return pages[name]


@typed.put("/pages/<name>", etag=get_version)
def write_page(name: str, page: Text) -> Page:
    """Create a page, or replace it."""
    version = pages[name].version + 1 if name in pages else 1
    pages[name] = StoredPage(page.text, name, version)
    return pages[name]


@typed.patch("/pages/<name>", etag="version", require_match=True)
@raises(PageNotFound)
def correct_page(name: str, page: Text, match: IfMatch) -> Page:
    """Correct a page."""
    if name not in pages:
        raise PageNotFound
    match.check(pages[name].version)
    pages[name] = replace(pages[name], text=page.text, version=pages[name].version + 1)
    return pages[name]


@typed.get("/pages", etag=True, cache=Cache(max_age=60, public=True))
def list_pages() -> list[Page]:
    """List all pages."""
    return list(pages.values())
