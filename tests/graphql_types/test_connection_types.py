"""Pages as connections."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from flask_typed import Cursor, CursorPage, Page, Paging, Slice
from flask_typed.libraries.strawberry import postpone_definition
from flask_typed.resources.pages import Paged

from .graphs import Graph


@dataclass
class Book:
    title: str


BOOKS = [Book("a"), Book("b"), Book("c")]
INFO = "pageInfo {hasNextPage hasPreviousPage startCursor endCursor}"


def make_info(
    has_next: bool, has_previous: bool, start: str | None = None, end: str | None = None
) -> dict[str, Any]:
    """Return the information about a page."""
    return {
        "hasNextPage": has_next,
        "hasPreviousPage": has_previous,
        "startCursor": start,
        "endCursor": end,
    }


@pytest.mark.parametrize(
    ("annotation", "name", "counted"),
    [
        pytest.param(Page[Book], "PageBookConnection", "\n  totalCount: Int!", id="Page"),
        pytest.param(Slice[Book], "SliceBookConnection", "", id="Slice"),
        pytest.param(CursorPage[Book], "CursorPageBookConnection", "", id="CursorPage"),
    ],
)
def test_types(annotation: Any, name: str, counted: str) -> None:
    """The type has Relay's fields, the items, and the number of all items if they are counted."""
    graph = Graph().add("it", annotation, dict)
    edge = name.replace("Connection", "Edge")
    assert graph.type_of("it") == f"{name}!"
    assert graph.show(name) == (
        f"type {name} {{\n  edges: [{edge}!]!\n  pageInfo: PageInfo!\n"
        f"  nodes: [Book!]!{counted}\n}}"
    )
    assert graph.show(edge) == f"type {edge} {{\n  node: Book!\n  cursor: String\n}}"


@pytest.mark.parametrize(
    ("page", "info"),
    [
        pytest.param(Paging(2).page(BOOKS), make_info(True, False), id="first"),
        pytest.param(Paging(2, 2).page(BOOKS), make_info(False, True), id="last"),
        pytest.param(Page(BOOKS[:2], 3), make_info(True, False), id="own"),
        pytest.param(Page(BOOKS, 3), make_info(False, False), id="own whole"),
        pytest.param({"items": BOOKS[:2], "total": 3}, make_info(True, False), id="mapping"),
    ],
)
def test_counted_pages(page: Any, info: dict[str, Any]) -> None:
    """The place of a page tells whether others are beside it."""
    graph = Graph().add("it", Page[Book], lambda: page)
    data = graph.run(f"{{it {{totalCount {INFO}}}}}")
    assert data == {"it": {"totalCount": 3, "pageInfo": info}}


@pytest.mark.parametrize(
    ("page", "info"),
    [
        pytest.param(Paging(2).slice(BOOKS), make_info(True, False), id="first"),
        pytest.param(Paging(2, 2).slice(BOOKS), make_info(False, True), id="last"),
        pytest.param(Slice(BOOKS[:2], has_next=True), make_info(True, False), id="own"),
    ],
)
def test_slices(page: Any, info: dict[str, Any]) -> None:
    """A page that was not counted knows whether more items follow."""
    graph = Graph().add("it", Slice[Book], lambda: page)
    assert graph.run(f"{{it {{{INFO}}}}}") == {"it": {"pageInfo": info}}


def test_cursors() -> None:
    """The cursors of a page are those before its first item and after its last one."""
    page = CursorPage(BOOKS[:2], next="n", previous="p")
    graph = Graph().add("it", CursorPage[Book], lambda: page)
    assert graph.run(f"{{it {{edges {{cursor node {{title}}}} nodes {{title}} {INFO}}}}}") == {
        "it": {
            "edges": [
                {"cursor": None, "node": {"title": "a"}},
                {"cursor": "n", "node": {"title": "b"}},
            ],
            "nodes": [{"title": "a"}, {"title": "b"}],
            "pageInfo": make_info(True, True, "p", "n"),
        }
    }


def test_cursor_leads_on() -> None:
    """The end cursor of a page is the cursor of the next one."""
    graph = Graph().add(
        "it",
        CursorPage[Book],
        lambda after: Cursor(2, after).page(BOOKS, key=lambda book: book.title),
        after=str | None,
    )
    query = "query ($after: String) {it(after: $after) {nodes {title} pageInfo {endCursor}}}"
    first = graph.run(query)["it"]
    second = graph.run(query, after=first["pageInfo"]["endCursor"])["it"]
    assert [first["nodes"], second["nodes"]] == [[{"title": "a"}, {"title": "b"}], [{"title": "c"}]]


def test_empty_page() -> None:
    """A page without items has no edges."""
    graph = Graph().add("it", Page[int], lambda: Page([], 0))
    assert graph.run("{it {edges {node} nodes totalCount}}") == {
        "it": {"edges": [], "nodes": [], "totalCount": 0}
    }


@dataclass
class Shelf(Page[Book]):
    """A page of a program's own."""

    shelf_name: str = "x"


def test_own_pages() -> None:
    """Further fields of a page are fields of the connection."""
    graph = Graph().add("it", Shelf, lambda: Shelf([], 0))
    assert graph.show("ShelfConnection").endswith("  totalCount: Int!\n  shelfName: String!\n}")
    assert graph.run("{it {shelfName}}") == {"it": {"shelfName": "x"}}


def test_converted_items() -> None:
    """Items are converted as in a list."""
    graph = Graph().add("it", Page[int | str], lambda: Page([1, "a"], 2))
    assert graph.run("{it {edges {node} nodes}}") == {
        "it": {"edges": [{"node": 1}, {"node": "a"}], "nodes": [1, "a"]}
    }


def test_annotation_in_strawberry() -> None:
    """Strawberry's decorator accepts a page in an annotation."""

    @strawberry.type
    class Root:
        @strawberry.field
        def books(self) -> Page[Book]:
            raise NotImplementedError  # pragma: no cover: never called

    definition: Any = vars(Root)["__strawberry_definition__"]
    assert [field.name for field in definition.fields] == ["books"]


def test_pages_without_strawberry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without Strawberry sees no definition."""
    monkeypatch.delitem(sys.modules, "strawberry")
    assert not hasattr(Paged, "__strawberry_definition__")


def test_postponed_definition() -> None:
    """It has the name of the class, and no type parameters for Strawberry."""
    definition = postpone_definition(Page)
    assert definition.name == "Page"
    assert not definition.is_graphql_generic
