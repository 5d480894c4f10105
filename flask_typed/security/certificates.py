"""The security scheme of a client's certificate.

Declaration time makes it; request time reads credentials with it.
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
    """A client's certificate, which the server or proxy has checked; not in OpenAPI 3.0.

    :param variable: of the WSGI environment in which the server puts the certificate's subject.
    """

    _: KW_ONLY
    variable: str = "SSL_CLIENT_S_DN"

    def read(self, request: Request) -> str | None:
        """Return the certificate's subject."""
        return request.environ.get(self.variable) or None

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one that names the scheme: there is no more to say in HTTP."""
        return (Challenge("mutual"),)

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "mutualTLS"}
