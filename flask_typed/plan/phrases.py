"""HTTP's phrases for status codes.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from werkzeug.exceptions import default_exceptions

#: The standard's phrase for each status code. Those of errors are werkzeug's, as in their titles.
PHRASES: Mapping[int, str] = {
    **{status.value: status.phrase for status in HTTPStatus},
    **{status: error().name for status, error in default_exceptions.items()},
}


def phrase(status: int) -> str:
    """Return the standard's phrase for a status code."""
    return PHRASES.get(status, "A response")
