"""Security schemes of the ``Authorization`` header: Basic, and bearer tokens.

Declaration time makes them; request time reads credentials with them.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import KW_ONLY, dataclass
from typing import Any

from flask import Request
from werkzeug.datastructures import WWWAuthenticate

from .credentials import BasicCredentials
from .headers import Challenge, read_authorization
from .schemes import NamedScheme


@dataclass(eq=False)
class HTTPBasic(NamedScheme[BasicCredentials]):
    """HTTP Basic (RFC 7617): a name and a password with every request.

    :param realm: what the browser says that the password is for.
    """

    _: KW_ONLY
    realm: str = "api"

    def read(self, request: Request) -> BasicCredentials | None:
        """Return name and password."""
        found = read_authorization(request)
        if found is None or found.type != "basic" or not has_colon(request):
            return None
        return BasicCredentials(found.username or "", found.password or "")

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one, for which a browser asks its user."""
        return (Challenge("basic", {"realm": self.realm, "charset": "UTF-8"}),)

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "http", "scheme": "basic"}


def has_colon(request: Request) -> bool:
    """Say whether there is a password, though it may be empty; werkzeug goes on without one."""
    return b":" in b64decode(request.headers["Authorization"].partition(" ")[2])


@dataclass(eq=False)
class TokenScheme(NamedScheme[str]):
    """What schemes share whose credential is a bearer token (RFC 6750)."""

    _: KW_ONLY
    realm: str = "api"

    def read(self, request: Request) -> str | None:
        """Return the token."""
        found = read_authorization(request)
        return found.token or None if found is not None and found.type == "bearer" else None

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one, which says ``invalid_token`` if there was one."""
        said: dict[str, str | None] = {"realm": self.realm}
        if self.read(request) is not None:
            said["error"] = "invalid_token"
        return (Challenge("bearer", said),)


@dataclass(eq=False)
class HTTPBearer(TokenScheme):
    """A bearer token in the ``Authorization`` header; the credential is its text.

    :param bearer_format: what the token is, for people: ``"JWT"``.
    """

    _: KW_ONLY
    bearer_format: str | None = None

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        said = {"type": "http", "scheme": "bearer"}
        return {**said, "bearerFormat": self.bearer_format} if self.bearer_format else said
