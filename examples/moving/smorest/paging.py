"""Pages of a list, as flask-smorest has them: ``page``, ``page_size`` and ``X-Pagination``.

flask_typed has no pages of its own yet.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from annotated_types import Ge, Le
from flask_typed import Json, Reply, Returns
from typing_extensions import NotRequired, TypedDict

T = TypeVar("T")


@dataclass
class Paging:
    """The page that a client asks for."""

    page: Annotated[int, Ge(1)] = 1
    page_size: Annotated[int, Ge(1), Le(100)] = 10


class PageInfo(TypedDict):
    """Where a page is in its list."""

    total: int
    total_pages: int
    page: NotRequired[int]
    first_page: NotRequired[int]
    last_page: NotRequired[int]
    previous_page: NotRequired[int]
    next_page: NotRequired[int]


def describe_page(paging: Paging, total: int) -> PageInfo:
    """Return the numbers of the pages of a list."""
    pages = -(-total // paging.page_size)
    info = PageInfo(total=total, total_pages=pages)
    if pages:
        info.update({"first_page": 1, "last_page": pages})
    if paging.page <= pages:
        info["page"] = paging.page
        if paging.page > 1:
            info["previous_page"] = paging.page - 1
        if paging.page < pages:
            info["next_page"] = paging.page + 1
    return info


class Page(Reply[Sequence[T]]):
    """One page of a list."""

    def __init__(self, items: Sequence[T], paging: Paging) -> None:
        start = (paging.page - 1) * paging.page_size
        header = json.dumps(describe_page(paging, len(items)))
        super().__init__(items[start : start + paging.page_size], headers={"X-Pagination": header})


#: The header, for the document.
PAGED = Returns(headers={"X-Pagination": Json[PageInfo]})
