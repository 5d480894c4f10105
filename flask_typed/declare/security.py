"""Security schemes: how a client says who it is, for the request and for the document.

Declaration time: a scheme is made once and stands in ``Depends`` or ``Security``. Request time: it
reads the credentials, and refuses a request without them with the right challenge.
"""

from __future__ import annotations

import hmac
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from hashlib import md5, sha256
from typing import Any, Generic, Literal
from urllib.parse import unquote

from flask import Request, current_app
from itsdangerous import BadSignature, TimestampSigner
from typing_extensions import TypeVar
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from ..exceptions import SetupError
from .problems import Problem

C = TypeVar("C")
D = TypeVar("D")

#: One way to be let in: for each security scheme, the scopes that are required.
Requirement = Mapping["NamedScheme[Any]", tuple[str, ...]]


class Challenge(WWWAuthenticate):
    """A challenge whose parameters are quoted, as RFC 9110 asks for ``realm`` and allows for all."""

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


class NotAuthenticated(Problem, Unauthorized):
    """Who sends the request is not known."""

    status = 401


class InsufficientScope(Problem, Forbidden):
    """The client may not do this."""

    status = 403

    def __post_init__(self) -> None:
        super().__post_init__()
        #: What the client is told in ``WWW-Authenticate``.
        self.challenges: tuple[WWWAuthenticate, ...] = ()

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:
        """Return werkzeug's, and the challenges."""
        said = [("WWW-Authenticate", each.to_header()) for each in self.challenges]
        return [*super().get_headers(*args, **options), *said]


class Scheme(ABC, Generic[C]):
    """How a client says who it is: a provider of its credentials.

    :param name: of the scheme in the document; the class's name by default.
    :param description: a sentence for the document.
    :param optional: whether a request without credentials, or with malformed ones, goes on with
        ``None`` instead of being refused.
    """

    name: str
    optional: bool

    def __call__(self, request: Request) -> C | None:
        """Return the credentials that a request brings.

        :raises NotAuthenticated: if there are none, or they are malformed.
        """
        credentials = self.read(request)
        if credentials is None and not self.optional:
            raise NotAuthenticated
        return credentials

    @abstractmethod
    def read(self, request: Request) -> C | None:
        """Return the credentials; ``None`` if there are none, or they are malformed."""

    @abstractmethod
    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return what a refused client is told in ``WWW-Authenticate``."""

    @abstractmethod
    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the ways to be let in: any of them is enough."""

    def __or__(self, other: Scheme[D]) -> Scheme[C | D]:
        return Either(self, other)

    def __and__(self, other: Scheme[D]) -> Scheme[tuple[C, D]]:
        return Both(self, other)


class Either(Scheme[C | D], Generic[C, D]):
    """One scheme or the other: ``bearer | api_key``. Gives the credentials that are there."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._members: tuple[Scheme[Any], ...] = (one, other)
        self.optional = one.optional or other.optional

    def read(self, request: Request) -> C | D | None:
        """Return the first credentials that are there."""
        found = (member.read(request) for member in self._members)
        return next((credentials for credentials in found if credentials is not None), None)

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return those of both."""
        return tuple(c for member in self._members for c in member.challenges(request))

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return those of both; what is optional comes last."""
        ways = [way for member in self._members for way in member.alternatives(scopes)]
        return tuple(sorted(ways, key=lambda way: not way))


class Both(Scheme[tuple[C, D]], Generic[C, D]):
    """One scheme and the other: ``api_key & bearer``. Gives a tuple of both credentials."""

    def __init__(self, one: Scheme[C], other: Scheme[D]) -> None:
        self._one = one
        self._other = other
        self.optional = one.optional and other.optional

    def read(self, request: Request) -> tuple[C, D] | None:
        """Return both credentials, if both are there."""
        one, other = self._one.read(request), self._other.read(request)
        return None if one is None or other is None else (one, other)

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return those of both."""
        return (*self._one.challenges(request), *self._other.challenges(request))

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return each way of the one with each of the other."""
        ways = [
            join_requirements(one, other)
            for one in self._one.alternatives(scopes)
            for other in self._other.alternatives(scopes)
            if bool(one) == bool(other)
        ]
        return tuple(ways)


def join_requirements(one: Requirement, other: Requirement) -> Requirement:
    """Return what asks for both."""
    joined = {scheme: tuple(scopes) for scheme, scopes in one.items()}
    for scheme, scopes in other.items():
        joined[scheme] = tuple(dict.fromkeys((*joined.get(scheme, ()), *scopes)))
    return joined


@dataclass(eq=False)
class NamedScheme(Scheme[C]):
    """A scheme that stands in the document by its name."""

    _: KW_ONLY
    name: str = ""
    description: str | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        self.name = self.name or type(self).__name__

    def describe(self) -> dict[str, Any]:
        """Return the Security Scheme Object."""
        said = self.keywords()
        return {**said, "description": self.description} if self.description else said

    @abstractmethod
    def keywords(self) -> dict[str, Any]:
        """Return the Security Scheme Object, without what all have."""

    def alternatives(self, scopes: tuple[str, ...]) -> tuple[Requirement, ...]:
        """Return the one way, and none at all where that is allowed."""
        way: Requirement = {self: scopes}
        return (way, {}) if self.optional else (way,)


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
        found = request.authorization
        if found is None or found.type != "basic" or found.username is None:
            return None
        return BasicCredentials(found.username, found.password or "")

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one, for which a browser asks its user."""
        return (Challenge("basic", {"realm": self.realm, "charset": "UTF-8"}),)

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "http", "scheme": "basic"}


@dataclass(eq=False)
class TokenScheme(NamedScheme[str]):
    """What schemes share whose credential is a bearer token (RFC 6750)."""

    _: KW_ONLY
    realm: str = "api"

    def read(self, request: Request) -> str | None:
        """Return the token."""
        found = request.authorization
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


@dataclass(eq=False)
class APIKey(NamedScheme[str]):
    """Base of the keys in one place of the request.

    :param key: the name of the header, parameter or cookie.
    """

    key: str

    _: KW_ONLY
    realm: str = "api"
    place: Literal["header", "query", "cookie"] = field(default="header", init=False)

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


#: The hash of each algorithm of HTTP Digest that browsers know.
DIGESTS: Mapping[str, Any] = {"SHA-256": sha256, "MD5": md5}


@dataclass(frozen=True)
class DigestCredentials:
    """What a client proves that it knows a password with; the password itself is not sent.

    :param method: the request's HTTP method.
    :param response: the proof.
    """

    username: str
    realm: str
    uri: str
    method: str
    nonce: str
    nc: str
    cnonce: str
    algorithm: str
    response: str = field(repr=False)

    def matches(self, password: str) -> bool:
        """Say whether the client knows a password; compared in constant time."""
        return self.matches_hash(self._hash(f"{self.username}:{self.realm}:{password}"))

    def matches_hash(self, secret: str) -> bool:
        """Say whether the client knows a password, of which ``H(name:realm:password)`` is kept."""
        request = self._hash(f"{self.method}:{self.uri}")
        parts = (secret, self.nonce, self.nc, self.cnonce, "auth", request)
        return hmac.compare_digest(self._hash(":".join(parts)), self.response.lower())

    def _hash(self, text: str) -> str:
        digest: str = DIGESTS[self.algorithm](text.encode()).hexdigest()
        return digest


@dataclass(eq=False)
class HTTPDigest(NamedScheme[DigestCredentials]):
    """HTTP Digest (RFC 7616), as browsers speak it: ``qop=auth``.

    The nonce is signed with the app's ``secret_key``, so that every worker knows it.

    :param algorithm: ``SHA-256``, or ``MD5`` for old clients.
    :param lifetime: of a nonce, in seconds.
    """

    _: KW_ONLY
    realm: str = "api"
    algorithm: Literal["SHA-256", "MD5"] = "SHA-256"
    lifetime: int = 300

    def read(self, request: Request) -> DigestCredentials | None:
        """Return what the client proves, unless it proves it for another request or too late."""
        said = self._said(request)
        if said is None or self._is_stale(said.nonce):
            return None
        return said

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one with a new nonce; ``stale`` says that the old one was good once."""
        nonce = make_signer().sign(secrets.token_urlsafe(12)).decode()
        said = self._said(request)
        is_stale = said is not None and self._is_stale(said.nonce)
        parameters: dict[str, str | None] = {
            "realm": self.realm,
            "nonce": nonce,
            "qop": "auth",
            "algorithm": self.algorithm,
            **({"stale": "TRUE"} if is_stale else {}),
        }
        return (Challenge("digest", parameters),)

    def keywords(self) -> dict[str, Any]:
        """Return OpenAPI's words."""
        return {"type": "http", "scheme": "digest"}

    def _said(self, request: Request) -> DigestCredentials | None:
        """Return what a client says, if it was asked for it."""
        found = request.authorization
        if found is None or found.type != "digest":
            return None
        names = ("username", "realm", "uri", "nonce", "nc", "cnonce", "response")
        said = {name: found.parameters.get(name) or "" for name in names}
        target = request.root_path + request.full_path.rstrip("?")
        expected = (self.realm, target, self.algorithm, "auth")
        told = (
            said["realm"],
            unquote(said["uri"]),
            found.get("algorithm", "MD5"),
            found.get("qop"),
        )
        is_whole = all(said.values()) and told == expected and is_signed(said["nonce"])
        if not is_whole:
            return None
        return DigestCredentials(method=request.method, algorithm=self.algorithm, **said)

    def _is_stale(self, nonce: str) -> bool:
        return not is_signed(nonce, self.lifetime)


def make_signer() -> TimestampSigner:
    """Return what signs nonces.

    :raises SetupError: if the app has no secret key.
    """
    if not current_app.secret_key:
        raise SetupError("HTTPDigest signs its nonces: set the app's secret_key.")
    return TimestampSigner(current_app.secret_key, salt="flask_typed.digest")


def is_signed(nonce: str, lifetime: int | None = None) -> bool:
    """Say whether a nonce is one of ours, and young enough."""
    try:
        make_signer().unsign(nonce, max_age=lifetime)
    except BadSignature:  # SignatureExpired is one
        return False
    return True
