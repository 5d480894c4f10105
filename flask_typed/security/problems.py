"""The errors of authentication and authorization: 401 and 403.

Declaration and request time.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from ..declare.problems import Problem


class NotAuthenticated(Problem, Unauthorized):
    """Authentication is required."""

    status = 401


class InsufficientScope(Problem, Forbidden):
    """The client is not allowed to do this."""

    status = 403

    def __post_init__(self) -> None:
        super().__post_init__()
        #: The challenges of the ``WWW-Authenticate`` header.
        self.challenges: tuple[WWWAuthenticate, ...] = ()

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:
        """Return werkzeug's headers and the challenges."""
        own = [("WWW-Authenticate", challenge.to_header()) for challenge in self.challenges]
        return [*super().get_headers(*args, **options), *own]
