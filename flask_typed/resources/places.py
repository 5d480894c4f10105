"""Where a page stands among the others: what its headers are made of.

Request time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OffsetPlace:
    """The place of a page that begins at an offset.

    :param parameter: the query parameter of the offset.
    :param total: the number of all items; ``None`` if they were not counted.
    :param has_next: whether more items follow.
    :param max_offset: the largest offset that a request may have.
    """

    parameter: str
    limit: int
    offset: int
    total: int | None
    has_next: bool
    max_offset: int

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield the relation and the offset of other pages."""
        yield "first", "0"
        if self.offset > 0:
            before = max(self.offset - self.limit, 0)
            yield "prev", str(before if self.last is None else min(before, self.last))
        if self.has_next and self.offset + self.limit <= self.max_offset:
            yield "next", str(self.offset + self.limit)
        if self.last is not None and self.last <= self.max_offset:
            yield "last", str(self.last)

    @property
    def last(self) -> int | None:
        """The offset of the last page; ``None`` if it is not known."""
        return None if self.total is None else max(self.total - 1, 0) // self.limit * self.limit

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


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """The place of a page that begins at a cursor.

    :param parameter: the query parameter of the cursor.
    """

    parameter: str
    previous: str | None
    next: str | None

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield the relation and the cursor of other pages; an empty one for the first page."""
        yield "first", ""
        if self.previous is not None:
            yield "prev", self.previous
        if self.next is not None:
            yield "next", self.next

    def numbers(self) -> None:
        """Return nothing: such pages have no numbers."""


PagePlace = OffsetPlace | CursorPlace
