"""Deadlines: the exception that interrupts a view, and the problems that answer the request.

Declaration time; request time raises and answers with them.
"""

from __future__ import annotations

from typing import Annotated

from werkzeug.exceptions import GatewayTimeout, ServiceUnavailable

from .markers import Header
from .problems import Problem

#: Identifies the problem, whatever its status code. Proxies answer with other 504s and 503s.
TIMED_OUT = "urn:flask-typed:deadline-exceeded"


class DeadlineExceeded(Exception):
    """The time of a request is over.

    It is raised where the view or a provider waits. Let it pass: code that catches it and goes on
    is interrupted again after five seconds.

    :param seconds: the time that the request had.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The request took longer than {seconds:g} s.")
        self.seconds = seconds


class RequestTimedOut(Problem, GatewayTimeout):
    """The request took too long."""

    status = 504
    type = TIMED_OUT


class ServiceTimedOut(Problem, ServiceUnavailable):
    """The request took too long; try again later."""

    status = 503
    type = TIMED_OUT

    retry_after: Annotated[int, Header(description="In seconds.")]
