"""The problem of a request beyond a limit of requests at once.

Declaration time; request time answers with it.
"""

from __future__ import annotations

from typing import Annotated

from werkzeug.exceptions import ServiceUnavailable

from .markers import Header
from .problems import Problem


class Overloaded(Problem, ServiceUnavailable):
    """Too many requests are in progress; try again later."""

    status = 503
    type = "urn:flask-typed:overloaded"

    retry_after: Annotated[int, Header(description="In seconds.")]
