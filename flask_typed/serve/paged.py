"""The responses of pages, with headers that tell their place.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..codec.codecs import Codecs
from ..declare.settings import PageHeaders
from ..libraries.flask import find_request
from ..plan.operation import Operation
from ..resources.page_headers import write_link, write_numbers
from ..resources.places import PagePlace
from .responding import Responder
from .streaming import Streaming

PAGE_WRITERS = {"link": ("Link", write_link), "x-pagination": ("X-Pagination", write_numbers)}


class PagedResponder(Responder):
    """Makes the responses of one operation whose responses are pages."""

    #: The style of the headers.
    style: PageHeaders

    def respond(self, value: Any) -> ResponseReturnValue:
        """Return the response for the return value of a view, with the headers of its place."""
        answer = super().respond(value)
        place = find_page_place(value)
        if place is not None and isinstance(answer, Response):
            name, write = PAGE_WRITERS[self.style]
            written = write(place, find_request().query_string)
            if written is not None:
                answer.headers[name] = written
        return answer


def find_page_place(value: Any) -> PagePlace | None:
    """Return the place of a page that a view returns: alone, in a tuple, or in a reply."""
    page = value[0] if isinstance(value, tuple) and value else value
    place: PagePlace | None = getattr(page, "place", None)
    return getattr(getattr(page, "body", None), "place", None) if place is None else place


@cache
def make_paged(kind: Any) -> type[PagedResponder]:
    """Return a class of responders that write the headers of pages, too."""
    return type(f"Paged{kind.__name__}", (PagedResponder, kind), {})


def make_responder(
    kind: Callable[..., Responder],
    operation: Operation,
    response_class: type[Response],
    codecs: Codecs | None,
    streaming: Streaming,
) -> Responder:
    """Return what makes the responses of an operation.

    :param kind: the class of those without pages.
    """
    outcomes = operation.outcomes
    styles: list[PageHeaders] = [one.page_headers for one in outcomes if one.page_headers]
    if not styles:
        return kind(operation, response_class, codecs, streaming)
    paged = make_paged(kind)(operation, response_class, codecs, streaming)
    paged.style = styles[0]
    return paged
