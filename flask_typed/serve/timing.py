"""Operations with a deadline: what takes too long is interrupted, and gets a problem document.

Request time. The time begins when the view is dispatched, and ends when the response is made: that
of a stream when its first item is made.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from flask import Request, after_this_request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..bridge.deadlines import (
    Deadline,
    begin_closing,
    find_longest_wait,
    make_deadline,
    prepare_deadlines,
)
from ..libraries.gevent import reads_with_pywsgi
from ..libraries.gunicorn import close_after_chunks
from .dispatch import Served
from .lifespan import Values
from .responding import Responder

LATE_LOGGER = logging.getLogger("flask_typed.deadlines")
#: After how many seconds the same view is logged again.
LOG_AGAIN = 10.0
#: How late a request may be before it is logged, in seconds.
TOLERANCE = 0.1


class TimedStack(ExitStack):
    """The open providers of a request; to close them, they have time of their own."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None:
        begin_closing()
        return super().__exit__(kind, error, traceback)


class TimedServed(Served):
    """An operation whose requests have a deadline."""

    _open_stack = TimedStack

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._limit = self.operation.time_limit
        self._late = LateRequests(self.operation.name)
        prepare_deadlines()

    def __call__(self, current: Request, view_args: Mapping[str, Any]) -> ResponseReturnValue:
        """Answer a request in time, or with a problem document."""
        seconds = self._find_seconds(current)
        if seconds is None:
            return super().__call__(current, view_args)
        deadline = make_deadline(seconds)
        try:
            with deadline:
                return super().__call__(current, view_args)
        except Exception as error:
            if not deadline.has_caused(error):
                raise
            return self._give_up(error, current)
        finally:
            if deadline.lateness > TOLERANCE:
                self._late.note(deadline)

    def _find_seconds(self, current: Request) -> float | None:
        """Return how long a request may take: an invalid header is rejected later."""
        seconds, header = self._limit.seconds, self._limit.header
        text = current.headers.get(header, "") if header else ""
        try:
            wanted = float(text)
        except ValueError:
            return seconds
        return wanted if 0 < wanted < (seconds or math.inf) else seconds

    def respond(
        self, current: Request, values: Values, responder: Responder
    ) -> ResponseReturnValue:
        """Call the view, unless the time is over."""
        find_longest_wait(0)
        return super().respond(current, values, responder)

    def _give_up(self, error: Exception, current: Request) -> ResponseReturnValue:
        """Return the response to a request that took too long."""
        close_after_chunks(current.environ)
        if reads_with_pywsgi(current.environ):
            after_this_request(close_connection)
        problem = self._limit.make_problem()
        problem.__cause__ = error  # for error handlers
        return self._handle(problem, current)


class LateRequests:
    """Logs the requests of one view that end after their deadline, because nothing stops them.

    :param name: of the view in messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0
        self._logged = -math.inf

    def note(self, deadline: Deadline) -> None:
        """Log a request that has ended, unless the view was logged recently."""
        now = time.monotonic()
        if now - self._logged < LOG_AGAIN:
            self._count += 1
            return
        count, self._count, self._logged = self._count, 0, now
        LATE_LOGGER.warning(
            "%s ended %.1f s after its deadline of %g s: %s%s",
            self._name,
            deadline.lateness,
            deadline.seconds,
            deadline.reason,
            f" ({count} more times since it was last logged)" if count else "",
        )


def close_connection(response: Response) -> Response:
    """Let the server close the connection after a response."""
    response.headers["Connection"] = "close"
    return response
