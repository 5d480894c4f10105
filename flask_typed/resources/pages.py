"""Pages of a list: what a view returns.

Declaration and request time. They are ordinary dataclasses, which tests can make and compare.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Annotated, Any, Generic

from annotated_types import Ge
from typing_extensions import Self, TypeVar

from ..declare.replies import Headers, Reply
from .places import PagePlace

T = TypeVar("T")


class GraphQLDefinition:
    """Lets Strawberry's decorators accept annotations such as ``Page[Book]``.

    They reject every generic class that has no definition of a type of GraphQL, before
    ``Typed.graphql`` can make one.
    """

    def __get__(self, page: object, cls: type) -> Any:
        """Return a definition of a class of pages, once the program has imported Strawberry."""
        if "strawberry" not in sys.modules:
            raise AttributeError("Strawberry is not imported.")
        from ..libraries.strawberry import postpone_definition  # noqa: PLC0415  # an extra

        return postpone_definition(cls)


class Paged:
    """The base of pages.

    :ivar place: among the other pages, for the headers. Pages that a program makes itself have
        none.
    """

    place: PagePlace | None = None
    __strawberry_definition__ = GraphQLDefinition()


@dataclass
class Page(Paged, Generic[T]):
    """One page of a list, and the number of all items.

    :param items: The items of this page.
    :param total: The number of items on all pages.
    """

    items: list[T]
    total: Annotated[int, Ge(0)]


@dataclass
class Slice(Paged, Generic[T]):
    """One page of a list whose items were not counted.

    :param items: The items of this page.
    :param has_next: Whether more items follow.
    """

    items: list[T]
    has_next: bool


@dataclass
class CursorPage(Paged, Generic[T]):
    """One page of a list, and the cursors of the pages beside it.

    :param items: The items of this page.
    :param next: The cursor of the next page; null on the last one.
    :param previous: The cursor of the previous page; null on the first one.
    """

    items: list[T]
    next: str | None = None
    previous: str | None = None


class PagedList(Reply[list[T]]):
    """The items of a page alone; headers tell the place of the page.

    :param page: a page of any kind.
    """

    __slots__ = ("place",)

    def __init__(
        self, page: Page[T] | Slice[T] | CursorPage[T], *, headers: Headers | None = None
    ) -> None:
        super().__init__(page.items, headers=headers)
        self.place: PagePlace | None = page.place

    @classmethod
    def from_response(cls, body: Any, headers: Headers) -> Self:
        """Return the list that a client has got; only its headers tell its place."""
        made = super().from_response(body, headers)
        made.place = None
        return made


AnyPage = TypeVar("AnyPage", bound=Paged)


def put(page: AnyPage, place: PagePlace) -> AnyPage:
    """Return a page with its place among the others."""
    page.place = place
    return page
