"""The headers of authentication: ``Authorization`` as it is read, ``WWW-Authenticate`` as written.

Request time.
"""

from __future__ import annotations

from flask import Request
from werkzeug.datastructures import Authorization, WWWAuthenticate


class Challenge(WWWAuthenticate):
    """A challenge whose parameters are quoted, as RFC 9110 wants it for ``realm``."""

    #: Those that HTTP Digest has without quotes.
    PLAIN = ("algorithm", "stale")

    def to_header(self) -> str:
        """Return the text of the header."""
        said = ", ".join(
            f"{name}={value}" if name in self.PLAIN else f"{name}={quote(value)}"
            for name, value in self.parameters.items()
        )
        return f"{self.type.title()} {said}".rstrip()


def quote(value: str | None) -> str:
    """Return a text as a quoted-string."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_authorization(request: Request) -> Authorization | None:
    """Return the ``Authorization`` header; ``None`` if there is none, or it is malformed."""
    try:
        return request.authorization
    except ValueError:  # werkzeug decodes base64 that is not ASCII
        return None
