"""The headers of the responses that are pages.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, get_args

from typing_extensions import Doc, TypedDict

from ..declare.markers import JsonText
from ..declare.settings import PageHeaders
from ..resources.pages import CursorPage, Paged, PagedList
from ..schemas.factory import FieldMaker, SchemaFactory
from ..schemas.families.model_schemas import ModelValue
from ..schemas.hints import is_class, read_hint
from .operation import Outcome, Returned


class PageNumbers(TypedDict, total=False):
    """The numbers of a page and of the pages beside it.

    :param total: The number of items on all pages.
    :param total_pages: The number of pages.
    """

    total: int
    total_pages: int
    first_page: int
    last_page: int
    page: int
    previous_page: int
    next_page: int


LINK_WORDS = "The pages `first`, `prev`, `next` and `last`, as far as they are known (RFC 8288)."
NUMBERS_WORDS = "The number of this page, and of others."
#: The annotation of each header. A page that a program makes itself has none.
PAGE_HEADERS: Mapping[PageHeaders, Mapping[str, Any]] = {
    "link": {"Link": Annotated[str, Doc(LINK_WORDS)]},
    "x-pagination": {"X-Pagination": Annotated[PageNumbers, JsonText(), Doc(NUMBERS_WORDS)]},
}


def with_page_headers(
    returned: Returned, style: PageHeaders | None, factory: SchemaFactory
) -> Returned:
    """Return the responses, those that are pages with the headers of their place."""
    outcomes = [
        add_page_headers(one, style, factory) if style else one for one in returned.outcomes
    ]
    return replace(returned, outcomes=tuple(outcomes))


def add_page_headers(outcome: Outcome, style: PageHeaders, factory: SchemaFactory) -> Outcome:
    """Return a response with the headers of its place, if it is a page that has them."""
    if not has_page(outcome, style):
        return outcome
    make = FieldMaker(factory, "header")
    annotations = PAGE_HEADERS[style]
    made = {name: make(annotation, required=False) for name, annotation in annotations.items()}
    return replace(outcome, headers={**made, **outcome.headers}, page_headers=style)


def has_page(outcome: Outcome, style: PageHeaders) -> bool:
    """Return whether the body of a response is a page; one by cursor has no number."""
    if outcome.reply is not None and issubclass(outcome.reply, PagedList):
        return True
    if not isinstance(outcome.field, ModelValue):
        return False
    annotation = outcome.field.model.type
    model = read_hint(get_args(annotation)[0] if outcome.enclose else annotation).origin
    unnumbered = CursorPage if style == "x-pagination" else ()
    return is_class(model) and issubclass(model, Paged) and not issubclass(model, unnumbered)
