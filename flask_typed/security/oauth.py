"""OAuth 2 and OpenID Connect: bearer tokens, and where a client gets one.

Declaration time makes them; request time reads credentials with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .http import TokenScheme


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Base of the ways to get a token in OAuth 2.

    :param scopes: each scope with a sentence about it.
    :param refresh_url: where a token is renewed.
    """

    scopes: Mapping[str, str] = field(default_factory=dict)
    refresh_url: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return the OAuth Flow Object."""
        said = {
            "authorizationUrl": getattr(self, "authorization_url", None),
            "tokenUrl": getattr(self, "token_url", None),
            "refreshUrl": self.refresh_url,
        }
        return {**{key: url for key, url in said.items() if url}, "scopes": dict(self.scopes)}


@dataclass(frozen=True, kw_only=True)
class PasswordFlow(Flow):
    """Name and password are sent to the API itself."""

    token_url: str


@dataclass(frozen=True, kw_only=True)
class ClientCredentialsFlow(Flow):
    """A program gets a token for itself."""

    token_url: str


@dataclass(frozen=True, kw_only=True)
class ImplicitFlow(Flow):
    """The browser gets a token from the authorization server; superseded by the next."""

    authorization_url: str


@dataclass(frozen=True, kw_only=True)
class AuthorizationCodeFlow(Flow):
    """The browser gets a code, and the client a token for it."""

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
    """OAuth 2: a bearer token, and where a client gets one.

    ::

        oauth = OAuth2(PasswordFlow(token_url="/token", scopes={"books:write": "Change books."}))
    """

    flows: tuple[Flow, ...] = ()

    def __init__(self, *flows: Flow, **options: Any) -> None:
        super().__init__(**options)
        self.flows = flows

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {
            "type": "oauth2",
            "flows": {FLOWS[type(flow)]: flow.describe() for flow in self.flows},
        }


@dataclass(eq=False)
class OpenIdConnect(TokenScheme):
    """OpenID Connect: a bearer token, from a provider that describes itself.

    :param url: of the discovery document, ``…/.well-known/openid-configuration``.
    """

    url: str

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "openIdConnect", "openIdConnectUrl": self.url}
