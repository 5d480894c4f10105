"""Security schemes of HTTP and TLS: Basic, bearer tokens, API keys, client certificates.

Declaration time makes them; request time reads credentials with them.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal

from flask import Request
from werkzeug.datastructures import WWWAuthenticate

from .checks import is_text
from .names import reject_header
from .objects import reject_misfit
from .security import Challenge, NamedScheme, read_authorization


@dataclass(frozen=True)
class BasicCredentials:
    """A name and a password."""

    username: str
    password: str = field(repr=False)


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


@dataclass(eq=False)
class APIKey(NamedScheme[str]):
    """Base of the keys in one place of the request.

    :param key: the name of the header, parameter or cookie.
    """

    key: str

    _: KW_ONLY
    realm: str = "api"
    place: Literal["header", "query", "cookie"] = field(default="header", init=False)

    def __post_init__(self) -> None:
        """Complete the scheme.

        :raises DeclarationError: also for the name of a header that no header can have.
        """
        super().__post_init__()
        if self.place == "header":
            reject_header(self.key, self.name)
        else:
            reject_misfit("key=", self.key, is_text, "Write a text.", self.name)

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one, which says where the key is looked for."""
        said: dict[str, str | None] = {"realm": self.realm, "in": self.place, "name": self.key}
        return (Challenge("apikey", said),)

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "apiKey", "in": self.place, "name": self.key}


class APIKeyHeader(APIKey):
    """A key in a header: ``APIKeyHeader("X-API-Key")``."""

    place = "header"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.headers.get(self.key) or None


class APIKeyQuery(APIKey):
    """A key in the query string; it will stand in the logs of servers and proxies."""

    place = "query"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.args.get(self.key) or None


class APIKeyCookie(APIKey):
    """A key in a cookie."""

    place = "cookie"

    def read(self, request: Request) -> str | None:
        """Return the key."""
        return request.cookies.get(self.key) or None


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
