"""The headers of pages: ``Link``, or ``X-Pagination``.

Request time.
"""

from __future__ import annotations

import json
from urllib.parse import quote, unquote_plus

from .places import PagePlace

#: The characters of a query that stay as they are in a header: those of RFC 3986.
UNCHANGED = "%!$&'()*+,;=:@/?-._~"


def write_link(place: PagePlace, query: bytes) -> str:
    """Return the value of ``Link`` (RFC 8288).

    Each target is only a query, which clients resolve against the URL of their request: so it is
    right behind every proxy. All other parameters of the request stay.

    :param query: the query string of the request.
    """
    others = [part for part in query.decode("latin-1").split("&") if part]
    kept = [
        quote(part, safe=UNCHANGED, encoding="latin-1")
        for part in others
        if unquote_plus(part.partition("=")[0]) != place.parameter
    ]
    names = "&".join((*kept, f"{place.parameter}="))
    return ", ".join(f'<?{names}{value}>; rel="{relation}"' for relation, value in place.links())


def write_numbers(place: PagePlace, query: bytes) -> str | None:
    """Return the value of ``X-Pagination``; ``None`` for a page without a number."""
    numbers = place.numbers()
    return None if numbers is None else json.dumps(numbers)
