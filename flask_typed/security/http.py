"""Security schemes of the ``Authorization`` header: Basic, and bearer tokens.

Schemes are made at declaration time and read credentials at request time.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from flask import Request
from werkzeug.datastructures import WWWAuthenticate

from .credentials import BasicCredentials
from .headers import Challenge, read_authorization
from .schemes import NamedScheme


@dataclass(eq=False)
class HTTPBasic(NamedScheme[BasicCredentials]):
    """HTTP Basic (RFC 7617): a name and a password with every request.

    Credentials that cannot be decoded are an error even if the scheme is optional: the client tried
    to authenticate.

    :param realm: the name of the protected area, which a browser shows when it asks for a password.
    """

    rejects_malformed: ClassVar[bool] = True
    _: KW_ONLY
    realm: str = "api"

    def read(self, request: Request) -> BasicCredentials | None:
        """Return name and password."""
        found = read_authorization(request)
        if found is None or found.type != "basic" or not has_colon(request):
            return None
        return BasicCredentials(found.username or "", found.password or "")

    def is_malformed(self, request: Request) -> bool:
        """Return whether the header is one of this scheme, without name and password."""
        kind = request.headers.get("Authorization", "").partition(" ")[0]
        return kind.lower() == "basic" and self.read(request) is None

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one challenge; a browser then asks its user for name and password."""
        return (Challenge("basic", {"realm": self.realm, "charset": "UTF-8"}),)

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {"type": "http", "scheme": "basic"}


def has_colon(request: Request) -> bool:
    """Return whether the header has a password, which may be empty; werkzeug does not check it."""
    return b":" in b64decode(request.headers["Authorization"].partition(" ")[2])


@dataclass(eq=False)
class TokenScheme(NamedScheme[str]):
    """Base of the schemes with a bearer token (RFC 6750)."""

    _: KW_ONLY
    realm: str = "api"

    def read(self, request: Request) -> str | None:
        """Return the token."""
        found = read_authorization(request)
        return found.token or None if found is not None and found.type == "bearer" else None

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one challenge, with the error ``invalid_token`` if the request has a token."""
        parameters: dict[str, str | None] = {"realm": self.realm}
        if self.read(request) is not None:
            parameters["error"] = "invalid_token"
        return (Challenge("bearer", parameters),)


@dataclass(eq=False)
class HTTPBearer(TokenScheme):
    """A bearer token in the ``Authorization`` header; the credential is its text.

    :param bearer_format: the format of the token, for people: ``"JWT"``.
    """

    _: KW_ONLY
    bearer_format: str | None = None

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        scheme = {"type": "http", "scheme": "bearer"}
        return {**scheme, "bearerFormat": self.bearer_format} if self.bearer_format else scheme
