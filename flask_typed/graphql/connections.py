"""Pages as connections, in the form of Relay's specification.

Registration and request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from marshmallow import fields
from strawberry.relay import PageInfo
from strawberry.types.base import StrawberryList, StrawberryOptional

from ..resources.pages import Paged
from ..resources.places import OffsetPlace
from ..schemas.families.model_schemas import ModelSchema, wire_name
from .attributes import ModelAttribute, Read, make_field_reader
from .definitions import add_fields
from .shown import Shown, convert_value

#: Returns the type of the values of a field.
Show = Callable[[fields.Field[Any]], Shown]
#: The fields of pages that a connection has in another form.
KNOWN = frozenset(("items", "total", "has_next", "next", "previous"))


class ItemEdge(NamedTuple):
    """An item of a page.

    :param cursor: of the page after the item; only that after the last item is known.
    """

    node: Any
    cursor: str | None


class PageReaders(NamedTuple):
    """What reads the parts of a page, by the names of its fields."""

    by_name: dict[str, Read]

    def read(self, page: Any, name: str) -> Any:
        """Return a part of a page; ``None`` if its pages have no such part."""
        return self.by_name[name](page) if name in self.by_name else None

    def read_edges(self, page: Any, _info: Any = None) -> list[ItemEdge]:
        """Return the items of a page as edges."""
        items = list(self.read(page, "items"))
        last = len(items) - 1
        following = self.read(page, "next")
        return [ItemEdge(item, following if i == last else None) for i, item in enumerate(items)]

    def read_info(self, page: Any, _info: Any = None) -> PageInfo:
        """Return where a page is among the others."""
        following, preceding = self.read(page, "next"), self.read(page, "previous")
        return PageInfo(
            has_next_page=self.has_next(page),
            has_previous_page=preceding is not None or has_offset(page),
            start_cursor=preceding,
            end_cursor=following,
        )

    def has_next(self, page: Any) -> bool:
        """Return whether more items follow; a page without a place is the first one."""
        place = page.place if isinstance(page, Paged) else None
        if isinstance(place, OffsetPlace):
            return place.has_next
        total = self.read(page, "total")
        if total is not None:
            return bool(total > len(self.read(page, "items")))
        return bool(self.read(page, "has_next")) or self.read(page, "next") is not None


def has_offset(page: Any) -> bool:
    """Return whether items come before those of a page."""
    place = page.place if isinstance(page, Paged) else None
    return isinstance(place, OffsetPlace) and place.offset > 0


def make_connection_fields(schema: ModelSchema, show: Show, edge: Any) -> Iterator[ModelAttribute]:
    """Yield the fields of a connection: Relay's, the items, and what a page has beside them.

    :param edge: the definition of the type of edges, which gets its fields.
    """
    names = {described.name: key for key, described in schema.model_fields.items()}
    readers = PageReaders(
        {name: make_field_reader(schema, key, None) for name, key in names.items()}
    )
    items: Any = schema.dump_fields[names["items"]]
    node = show(items.inner)
    add_fields(edge, make_edge_fields(node))
    yield ModelAttribute(
        "edges", Shown(StrawberryList(edge.origin)), readers.read_edges, EDGES_WORDS
    )
    yield ModelAttribute("pageInfo", Shown(PageInfo), readers.read_info, INFO_WORDS)
    nodes = show(items)
    read = make_field_reader(schema, names["items"], nodes.convert)
    yield ModelAttribute("nodes", nodes, read, items.metadata)
    for name, key in names.items():
        field = schema.dump_fields[key]
        if name == "total":
            yield ModelAttribute("totalCount", show(field), readers.by_name[name], field.metadata)
        elif name not in KNOWN:
            shown = show(field)
            read = make_field_reader(schema, key, shown.convert)
            yield ModelAttribute(wire_name(key, field), shown, read, field.metadata)


EDGES_WORDS = {"description": "The items of this page, with what is known of their places."}
INFO_WORDS = {"description": "The place of this page among the others."}
NODE_WORDS = {"description": "The item."}
CURSOR_WORDS = {"description": "The cursor of what follows; only that of the last item is known."}


def make_edge_fields(node: Shown) -> Iterator[ModelAttribute]:
    """Yield the fields of the type of edges."""

    def read_node(edge: ItemEdge, _info: Any = None) -> Any:
        return convert_value(node.convert, edge.node)

    def read_cursor(edge: ItemEdge, _info: Any = None) -> Any:
        return edge.cursor

    yield ModelAttribute("node", node, read_node, NODE_WORDS)
    yield ModelAttribute("cursor", Shown(StrawberryOptional(str)), read_cursor, CURSOR_WORDS)
