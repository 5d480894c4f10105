"""Pages by offset: ``Paging``.

Registration time makes its provider; request time pages what the view gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

from ..declare.dependencies import Provider
from ..declare.markers import Query
from ..declare.provided import ProvidedArgument, make_provider
from .pages import Page, Slice, put
from .places import OffsetPlace
from .sizes import PageSize, read_sizes
from .sources import count_and_take, find_selects, is_of_sqlalchemy, prepare_selects, take_items

OFFSET = "The number of items before the page."
PAGE_NUMBER = "The number of the page; the first one is 1."


@dataclass(frozen=True)
class Paging:
    """The query parameters ``limit`` and ``offset`` of a list: ``paging: Paging``.

    :param limit: the number of items on a page.
    :param offset: the number of items before the page.
    :param parameter: the name of the query parameter of the offset, for the headers.
    :param max_offset: the largest offset that a request may have, for the headers.
    """

    limit: int = 20
    offset: int = 0
    parameter: str = field(default="offset", repr=False, compare=False, kw_only=True)
    max_offset: int = field(default=1_000_000, repr=False, compare=False, kw_only=True)

    __typed_metadata__ = (PageSize,)
    #: Whether the parameter has the number of the page instead of the offset.
    is_numbered: ClassVar[bool] = False

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Provider:
        """Return the provider of an argument."""
        prepare_selects()
        sizes = read_sizes(argument)
        name = argument.rename("offset")
        annotation = Annotated[int, Query(description=OFFSET), Ge(0), Le(sizes.max_offset)]
        first = 0 if argument.default is None else argument.default.offset

        def make(limit: int, offset: int) -> Paging:
            return cls(limit, offset, parameter=name, max_offset=sizes.max_offset)

        parameters = {"limit": sizes.limit(), "offset": (annotation, first)}
        return make_provider(cls.__name__, make, parameters)

    def page(self, source: Any, session: Any = None) -> Page[Any]:
        """Return the page of a list, and the number of all items.

        :param source: a list or an iterable, or a select of SQLAlchemy, or its legacy query. A
            select is counted by a query of its own, if the page does not tell the number.
        :param session: that executes the select.
        """
        if is_of_sqlalchemy(source):
            selects = find_selects()
            query, session = selects.open_select(source, session)
            items, total = selects.fetch_and_count(query, session, self.offset, self.limit)
        else:
            items, total = count_and_take(source, self.offset, self.limit)
        has_next = self.offset + len(items) < total and bool(items)
        return put(Page(items, total), self._place(total, has_next=has_next))

    def slice(self, source: Any, session: Any = None) -> Slice[Any]:
        """Return the page of a list without counting it: one item more is read.

        :param source: as for :meth:`page`.
        :param session: that executes the select.
        """
        wanted = self.limit + 1
        if is_of_sqlalchemy(source):
            selects = find_selects()
            query, session = selects.open_select(source, session)
            items = selects.fetch(query.limit(wanted).offset(self.offset), session)
        else:
            items = take_items(source, self.offset, wanted)
        has_next = len(items) == wanted
        return put(Slice(items[: self.limit], has_next), self._place(None, has_next=has_next))

    def _place(self, total: int | None, *, has_next: bool) -> OffsetPlace:
        return OffsetPlace(
            self.parameter,
            self.limit,
            self.offset,
            total,
            has_next,
            self.max_offset,
            self.is_numbered,
        )


@dataclass(frozen=True)
class NumberedPaging(Paging):
    """The query parameters ``page`` and ``page_size`` of a list, as flask-smorest has them.

    The first page has the number 1.
    """

    is_numbered: ClassVar[bool] = True

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Provider:
        """Return the provider of an argument."""
        prepare_selects()
        sizes = read_sizes(argument)
        name = argument.rename("page")
        bounds = Ge(1), Le(sizes.max_offset // sizes.max + 1)
        number = Annotated[(int, Query(description=PAGE_NUMBER), *bounds)]
        first = 1 if argument.default is None else argument.default.offset // sizes.default + 1

        def make(page: int, page_size: int) -> Paging:
            offset = (page - 1) * page_size
            return cls(page_size, offset, parameter=name, max_offset=sizes.max_offset)

        return make_provider(
            cls.__name__, make, {"page": (number, first), "page_size": sizes.limit()}
        )

    def __typed_arguments__(self, names: Sequence[str]) -> Mapping[str, Any]:
        """Return the values of the parameters.

        :raises ValueError: for an offset that is not the start of a page.
        """
        page, rest = divmod(self.offset, self.limit)
        if rest:
            raise ValueError(f"the offset {self.offset} is not the start of a page")
        return {"page": page + 1, "page_size": self.limit}
