"""How long the requests of an operation may take: the innermost option counts.

Registration time; the dependency for clients runs in requests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from annotated_types import Gt

from ..declare.checks import SECONDS
from ..declare.deadlines import RequestTimedOut, ServiceTimedOut
from ..declare.dependencies import Depends
from ..declare.markers import Header
from ..declare.problems import Problem
from ..exceptions import DeclarationError

#: The description of the header in the document.
HEADER_DESCRIPTION = (
    "The number of seconds after which the client no longer needs the response. It can only shorten"
    " the time that the server allows."
)


@dataclass(frozen=True, slots=True)
class Timeout:
    """The option ``timeout`` of a route or a blueprint that has it.

    :param seconds: ``None`` lifts the limit of what is around.
    """

    seconds: float | None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long requests may take.

    :param seconds: ``None`` if the server sets no limit.
    :param header: the name of the header with which clients shorten it; ``None`` if they cannot.
    :param retry_after: the ``Retry-After`` of a 503, in seconds; ``None`` for a 504.
    """

    seconds: float | None = None
    header: str | None = None
    retry_after: int | None = None

    @property
    def can_expire(self) -> bool:
        """Whether a request can take too long."""
        return self.seconds is not None or self.header is not None

    @property
    def problems(self) -> tuple[type[Problem], ...]:
        """The problems of requests that take too long."""
        return (type(self.make_problem()),) if self.can_expire else ()

    def make_problem(self) -> Problem:
        """Return the answer to a request that takes too long."""
        if self.retry_after is None:
            return RequestTimedOut()
        return ServiceTimedOut(retry_after=self.retry_after)

    def narrow(self, timeout: Timeout | None) -> TimeLimit:
        """Return the limit of a route with an option of its own, or of its blueprint."""
        return self if timeout is None else replace(self, seconds=timeout.seconds)


#: Lets requests take any time.
NO_TIME_LIMIT = TimeLimit()


def read_timeout(options: dict[str, Any], *places: str) -> Timeout | None:
    """Take the timeout out of the options of a route or a blueprint.

    :raises DeclarationError: for anything but a number of seconds or ``None``.
    """
    if "timeout" not in options:
        return None
    seconds = options.pop("timeout")
    if seconds is not None and not SECONDS.accepts(seconds):
        raise DeclarationError(
            f"timeout= is {seconds!r}.",
            instead="Write a number of seconds above 0, or None for no limit.",
            where=places,
        )
    return Timeout(seconds)


def make_client_timeout(header: str) -> Depends:
    """Return a dependency of all routes that publishes and validates the header of clients.

    The deadline itself has begun before any provider runs.
    """

    def check_client_timeout(timeout: float | None = None) -> None:
        pass

    marker = Header(alias=header, description=HEADER_DESCRIPTION)
    check_client_timeout.__annotations__["timeout"] = Annotated[float, marker, Gt(0)]
    return Depends(check_client_timeout)
