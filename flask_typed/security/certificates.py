"""The security scheme for client certificates.

The scheme is made at declaration time and reads credentials at request time.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

from flask import Request
from werkzeug.datastructures import WWWAuthenticate

from .headers import Challenge
from .schemes import NamedScheme


@dataclass(eq=False)
class MutualTLS(NamedScheme[str]):
    """A client certificate that the server or proxy has verified; not in OpenAPI 3.0.

    :param variable: the key of the WSGI environment that holds the certificate's subject.
    """

    _: KW_ONLY
    variable: str = "SSL_CLIENT_S_DN"

    def read(self, request: Request) -> str | None:
        """Return the certificate's subject."""
        return request.environ.get(self.variable) or None

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one challenge without parameters: HTTP defines none."""
        return (Challenge("mutual"),)

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {"type": "mutualTLS"}
