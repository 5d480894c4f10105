"""Where a page stands among the others: what its headers are made of.

Request time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class OffsetPlace(NamedTuple):
    """The place of a page that begins at an offset.

    :param parameter: the query parameter of the offset.
    :param total: the number of all items; ``None`` if they were not counted.
    :param has_next: whether more items follow.
    :param max_offset: the largest offset that a request may have.
    :param is_numbered: whether the parameter has the number of the page instead.
    """

    parameter: str
    limit: int
    offset: int
    total: int | None
    has_next: bool
    max_offset: int
    is_numbered: bool = False

    def links(self) -> list[tuple[str, object]]:
        """Return the relation and the parameter of other pages."""
        found = self._offsets()
        if not self.is_numbered:
            return list(found)
        return [(relation, offset // self.limit + 1) for relation, offset in found]

    def _offsets(self) -> list[tuple[str, int]]:
        """Return the relation and the offset of other pages."""
        _, limit, offset, total, has_next, max_offset, _ = self
        last = None if total is None else max(total - 1, 0) // limit * limit
        found = [("first", 0)]
        if offset > 0:
            before = max(offset - limit, 0)
            found.append(("prev", before if last is None else min(before, last)))
        if has_next and offset + limit <= max_offset:
            found.append(("next", offset + limit))
        if last is not None and last <= max_offset:
            found.append(("last", last))
        return found

    def numbers(self) -> Mapping[str, int]:
        """Return the numbers of the pages, with the names of flask-smorest."""
        page = self.offset // self.limit + 1
        found = {"page": page, "first_page": 1}
        if self.total is not None:
            pages = -(-self.total // self.limit)
            found = {"total": self.total, "total_pages": pages}
            if pages:
                found |= {"first_page": 1, "last_page": pages}
            if page <= pages:
                found["page"] = page
        if "page" in found and page > 1:
            found["previous_page"] = page - 1
        if self.has_next:
            found["next_page"] = page + 1
        return found


class CursorPlace(NamedTuple):
    """The place of a page that begins at a cursor.

    :param parameter: the query parameter of the cursor.
    """

    parameter: str
    previous: str | None
    next: str | None

    def links(self) -> list[tuple[str, object]]:
        """Return the relation and the cursor of other pages; an empty one for the first page."""
        known = (("first", ""), ("prev", self.previous), ("next", self.next))
        return [(relation, cursor) for relation, cursor in known if cursor is not None]

    def numbers(self) -> None:
        """Return nothing: such pages have no numbers."""


PagePlace = OffsetPlace | CursorPlace
