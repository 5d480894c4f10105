"""How many items a page has, by app, by route and by argument.

Declaration and registration time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Le

from ..declare.markers import Query
from ..declare.provided import ProvidedArgument
from ..exceptions import DeclarationError


@dataclass(frozen=True, kw_only=True)
class PageSize:
    """The sizes of the pages of one route: ``Annotated[Paging, PageSize(default=50, max=500)]``.

    :param default: the number of items if a request does not set it; ``TYPED_PAGE_SIZE`` by
        default.
    :param max: the largest number that a request may set; ``TYPED_MAX_PAGE_SIZE`` by default.
    :param max_offset: the largest offset; ``TYPED_MAX_OFFSET`` by default.
    """

    default: int | None = None
    max: int | None = None
    max_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """The bounds of the parameters of an argument."""

    default: int
    max: int
    max_offset: int

    def limit(self) -> tuple[Any, int]:
        """Return the annotation and the default of the parameter for the size."""
        words = Query(description="The number of items on a page.")
        return Annotated[int, words, Ge(1), Le(self.max)], self.default


def read_sizes(argument: ProvidedArgument) -> Sizes:
    """Return the bounds of an argument.

    :raises DeclarationError: if the default is not allowed.
    """
    settings = argument.settings
    own = argument.metadata[-1] if argument.metadata else PageSize()
    largest = settings.max_page_size if own.max is None else own.max
    default = min(settings.page_size, largest) if own.default is None else own.default
    if argument.default is not None:
        default = argument.default.limit
    if not 1 <= default <= largest:
        raise DeclarationError(
            f"A page has {default} items by default, but may have 1 to {largest}.",
            instead="Write another default, or `PageSize(max=…)`.",
        )
    max_offset = settings.max_offset if own.max_offset is None else own.max_offset
    return Sizes(default, largest, max_offset)
