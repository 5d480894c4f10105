"""The errors of a request that is not let in: 401 and 403.

Declaration and request time.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from ..declare.problems import Problem


class NotAuthenticated(Problem, Unauthorized):
    """Who sends the request is not known."""

    status = 401


class InsufficientScope(Problem, Forbidden):
    """The client may not do this."""

    status = 403

    def __post_init__(self) -> None:
        super().__post_init__()
        #: What the client is told in ``WWW-Authenticate``.
        self.challenges: tuple[WWWAuthenticate, ...] = ()

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:
        """Return werkzeug's, and the challenges."""
        said = [("WWW-Authenticate", each.to_header()) for each in self.challenges]
        return [*super().get_headers(*args, **options), *said]
