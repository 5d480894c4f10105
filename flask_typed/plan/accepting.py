"""The headers that tell clients which media types the body of a request may have.

Registration time knows them; responses to requests have them, and documents publish them.
"""

from __future__ import annotations

from collections.abc import Mapping

from .operation import Payload

#: The headers by method: of RFC 5789 (section 3.1), and of RFC 10008 (section 3).
ACCEPT_HEADERS: Mapping[str, str] = {"PATCH": "Accept-Patch", "QUERY": "Accept-Query"}


def find_accepting(method: str, payload: Payload | None) -> tuple[str, str] | None:
    """Return the header for a method and its value; ``None`` if there is none."""
    if method not in ACCEPT_HEADERS or payload is None:
        return None
    return ACCEPT_HEADERS[method], ", ".join(payload.media_types)
