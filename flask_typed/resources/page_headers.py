"""The headers of pages: ``Link``, or ``X-Pagination``.

Request time.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote_plus

from .places import PagePlace

#: The characters of a query that stay as they are in a header: those of RFC 3986.
UNCHANGED = "%!$&'()*+,;=:@/?-._~"
is_printable_query = re.compile(rf"[A-Za-z0-9{re.escape(UNCHANGED)}]*").fullmatch


def write_link(place: PagePlace, query: bytes) -> str:
    """Return the value of ``Link`` (RFC 8288).

    Each target is only a query, which clients resolve against the URL of their request: so it is
    right behind every proxy. All other parameters of the request stay.

    :param query: the query string of the request.
    """
    text = query.decode("latin-1")
    if not is_printable_query(text):
        text = quote(text, safe=UNCHANGED, encoding="latin-1")
    kept = [part for part in text.split("&") if part and name_of_part(part) != place.parameter]
    begin = "".join(f"{part}&" for part in kept) + place.parameter
    return ", ".join([f'<?{begin}={value}>; rel="{name}"' for name, value in place.links()])


def name_of_part(part: str) -> str:
    """Return the name of a parameter."""
    name = part.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name


def write_numbers(place: PagePlace, query: bytes) -> str | None:
    """Return the value of ``X-Pagination``; ``None`` for a page without a number."""
    numbers = place.numbers()
    return None if numbers is None else json.dumps(numbers)
