"""Pages by cursor: ``Cursor``.

Registration time makes its provider; request time reads the cursor, and pages what the view gives
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from itertools import dropwhile, islice
from operator import itemgetter
from typing import Annotated, Any

from annotated_types import MaxLen
from flask import current_app, has_request_context
from marshmallow import ValidationError, validate

from ..declare.dependencies import Provider
from ..declare.markers import Query
from ..declare.problems import RequestInvalid
from ..declare.provided import ProvidedArgument, make_provider
from ..libraries.flask import find_request
from ..messages.catalogue import WRONG_CURSOR
from .cursor_values import Fetched
from .pages import CursorPage, put
from .places import CursorPlace
from .sealing import MAX_CURSOR, CursorStart, Seal, find_secret_keys, mark_order, name_list
from .sizes import PageSize, read_sizes
from .sources import find_keysets, find_selects, is_of_sqlalchemy, prepare_selects

CURSOR = "The `next` or `previous` of another page; the first page if it is empty or missing."
#: An item with the values that it is ordered by.
Found = tuple[Any, tuple[Any, ...]]
#: Returns the rows after those with some values, at most so many.
Fetch = Callable[["tuple[Any, ...] | None", int], Fetched]


@dataclass(frozen=True)
class Cursor:
    """The query parameters ``limit`` and ``cursor`` of a list: ``cursor: Cursor``.

    :param limit: the number of items on a page.
    :param cursor: the ``next`` or ``previous`` of another page.
    :param seal: writes and reads cursors. Without one they are not secret, for unit tests.
    :raises RequestInvalid: for a cursor of another list, or one that the app has not written.
    """

    limit: int = 20
    cursor: str | None = None
    seal: Seal = field(default=Seal(), repr=False, compare=False)
    start: CursorStart | None = field(init=False, repr=False, compare=False)

    __typed_metadata__ = (PageSize,)

    def __post_init__(self) -> None:
        """Read the cursor."""
        start = self.seal.read(self.cursor) if self.cursor else None
        object.__setattr__(self, "start", start)

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Provider:
        """Return the provider of an argument."""
        prepare_selects()
        sizes = read_sizes(argument)
        parameter, size = argument.rename("cursor"), argument.rename("limit")

        def make(limit: int, cursor: str | None) -> Cursor:
            return cls(limit, cursor, make_seal(parameter, size))

        checks = MaxLen(MAX_CURSOR), KnownCursor(parameter, size)
        text = Annotated[(str, Query(description=CURSOR), *checks)]
        parameters = {"limit": sizes.limit(), "cursor": (text, None)}
        return make_provider(cls.__name__, make, parameters)

    def page(
        self,
        source: Any,
        session: Any = None,
        *,
        key: Callable[[Any], Any] | None = None,
        descending: bool = False,
    ) -> CursorPage[Any]:
        """Return the page of a list.

        :param source: a select of SQLAlchemy, or its legacy query: its rows are ordered by its
            ``order_by``, then by their primary key. Or a list or iterable.
        :param session: that executes the select.
        :param key: of a list, returns what its items are ordered by, as for ``sorted``: a value, or
            a tuple of values, which no other item has.
        :param descending: whether the list begins with the largest key.
        """
        if is_of_sqlalchemy(source):
            order, fetch = self._open_select(source, session)
        else:
            if key is None:
                raise TypeError("A list is paged by key: write `page(items, key=…)`.")
            backward = self.start is not None and self.start.is_backward
            order = "-" if descending else ""
            fetch = fetch_sorted(source, key, descending=descending is not backward)
        return self._make(order, fetch)

    def _open_select(self, source: Any, session: Any) -> tuple[str, Fetch]:
        """Return the name of a select's order, and what fetches its rows."""
        keysets = find_keysets()
        query, session = find_selects().open_select(source, session)
        order = keysets.read_order(query)
        name = mark_order(",".join([one.name for one in order]))
        if self.start is not None and self.start.is_backward:
            order = [one.reversed() for one in order]
        return name, lambda values, limit: keysets.fetch_after(query, session, order, values, limit)

    def _make(self, order: str, fetch: Fetch) -> CursorPage[Any]:
        """Return the page of what is fetched; one item more tells whether others follow.

        :raises RequestInvalid: if the order has changed since the cursor was written.
        """
        start = self.start
        if start is not None and start.order != order:
            raise self.seal.refuse()
        fetched = fetch(start.values if start else None, self.limit + 1)
        has_more = len(fetched.rows) > self.limit
        found = fetched.rows[: self.limit]
        is_backward = start is not None and start.is_backward
        if is_backward:
            found.reverse()
        has_next, has_previous = (True, has_more) if is_backward else (has_more, bool(start))
        following = preceding = None
        if found and has_next:
            following = self.seal.write(CursorStart(False, order, fetched.values(found[-1])))
        if found and has_previous:
            preceding = self.seal.write(CursorStart(True, order, fetched.values(found[0])))
        items = found if fetched.item is None else [fetched.item(row) for row in found]
        page = CursorPage(items, following, preceding)
        return put(page, CursorPlace(self.seal.parameter, preceding, following))


class KnownCursor(validate.Validator):
    """Rejects a cursor of another list, so that its fault is beside those of other parameters.

    :param parameter: the query parameter of the cursor.
    :param size: the query parameter of the size of a page.
    """

    sentence = "A cursor belongs to one list: to its route, filters and order."

    def __init__(self, parameter: str, size: str) -> None:
        self.parameter = parameter
        self.size = size

    def __call__(self, cursor: str) -> str:
        """Return the cursor."""
        try:
            Cursor(cursor=cursor, seal=make_seal(self.parameter, self.size))
        except RequestInvalid:
            raise ValidationError(WRONG_CURSOR) from None
        return cursor


def make_seal(parameter: str, size: str) -> Seal:
    """Return the seal for the list of the current request.

    :param parameter: the query parameter of the cursor.
    :param size: the query parameter of the size of a page.
    """
    if not has_request_context():
        return Seal(parameter)
    context = name_list(find_request(), (parameter, size))
    return Seal(parameter, find_secret_keys(current_app), context)


def fetch_sorted(source: Iterable[Any], key: Callable[[Any], Any], *, descending: bool) -> Fetch:
    """Return what fetches the items of a list in the order of their keys."""

    def read(item: Any) -> Found:
        made = key(item)
        values = made if isinstance(made, tuple) else (made,)
        return item, tuple(v.value if isinstance(v, Enum) else v for v in values)

    def fetch(values: tuple[Any, ...] | None, limit: int) -> Fetched:
        found: Iterable[Found] = sorted(map(read, source), key=lambda one: one[1])
        if descending:
            found = reversed(list(found))
        if values is not None:
            found = dropwhile(lambda one: not is_after(one[1], values, descending), found)
        return Fetched(list(islice(found, limit)), itemgetter(0), itemgetter(1))

    return fetch


def is_after(values: tuple[Any, ...], start: tuple[Any, ...], descending: bool) -> bool:
    """Return whether values come after others."""
    return values < start if descending else values > start
