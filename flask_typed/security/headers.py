"""The headers of authentication: reading ``Authorization``, writing ``WWW-Authenticate``.

Request time.
"""

from __future__ import annotations

from flask import Request
from werkzeug.datastructures import Authorization, WWWAuthenticate


class Challenge(WWWAuthenticate):
    """A challenge with quoted parameters: RFC 9110 requires quotes for ``realm``."""

    #: Parameters that HTTP Digest writes without quotes.
    PLAIN = ("algorithm", "stale")

    def to_header(self) -> str:
        """Return the text of the header."""
        parameters = ", ".join(
            f"{name}={value}" if name in self.PLAIN else f"{name}={quote(value)}"
            for name, value in self.parameters.items()
        )
        return f"{self.type.title()} {parameters}".rstrip()


def quote(value: str | None) -> str:
    """Return a text as a quoted-string."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_authorization(request: Request) -> Authorization | None:
    """Return the ``Authorization`` header; ``None`` if it is missing or malformed."""
    try:
        return request.authorization
    except ValueError:  # werkzeug decodes base64 that is not ASCII
        return None
