"""OAuth 2 and OpenID Connect: bearer tokens, and the URLs that issue them.

Schemes are made at declaration time and read credentials at request time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .http import TokenScheme


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Base of the OAuth 2 flows, each of which is a way to get a token.

    :param scopes: a description of each scope, by name.
    :param refresh_url: the URL that renews a token.
    """

    scopes: Mapping[str, str] = field(default_factory=dict)
    refresh_url: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return the OAuth Flow Object."""
        urls = {
            "authorizationUrl": getattr(self, "authorization_url", None),
            "tokenUrl": getattr(self, "token_url", None),
            "refreshUrl": self.refresh_url,
        }
        return {**{key: url for key, url in urls.items() if url}, "scopes": dict(self.scopes)}


@dataclass(frozen=True, kw_only=True)
class PasswordFlow(Flow):
    """The client sends name and password to the API itself."""

    token_url: str


@dataclass(frozen=True, kw_only=True)
class ClientCredentialsFlow(Flow):
    """A program gets a token for itself."""

    token_url: str


@dataclass(frozen=True, kw_only=True)
class ImplicitFlow(Flow):
    """The browser gets a token from the authorization server.

    :class:`AuthorizationCodeFlow` supersedes it.
    """

    authorization_url: str


@dataclass(frozen=True, kw_only=True)
class AuthorizationCodeFlow(Flow):
    """The browser gets a code, which the client exchanges for a token."""

    authorization_url: str
    token_url: str


#: OpenAPI's name of each flow.
FLOWS: Mapping[type[Flow], str] = {
    PasswordFlow: "password",
    ClientCredentialsFlow: "clientCredentials",
    ImplicitFlow: "implicit",
    AuthorizationCodeFlow: "authorizationCode",
}


@dataclass(eq=False)
class OAuth2(TokenScheme):
    """OAuth 2: a bearer token, and the URLs that issue it.

    ::

        oauth = OAuth2(PasswordFlow(token_url="/token", scopes={"books:write": "Change books."}))
    """

    flows: tuple[Flow, ...] = ()

    def __init__(self, *flows: Flow, **options: Any) -> None:
        super().__init__(**options)
        self.flows = flows

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {
            "type": "oauth2",
            "flows": {FLOWS[type(flow)]: flow.describe() for flow in self.flows},
        }


@dataclass(eq=False)
class OpenIdConnect(TokenScheme):
    """OpenID Connect: a bearer token from a provider with a discovery document.

    :param url: the URL of the discovery document, ``…/.well-known/openid-configuration``.
    """

    url: str

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {"type": "openIdConnect", "openIdConnectUrl": self.url}
