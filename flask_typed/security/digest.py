"""HTTP Digest (RFC 7616): a password that is proved, and not sent.

Declaration time makes them; request time reads credentials with them.
"""

from __future__ import annotations

import secrets
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal
from urllib.parse import unquote

from flask import Request, current_app
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.datastructures import WWWAuthenticate

from ..exceptions import SetupError
from .credentials import DigestCredentials
from .headers import Challenge, read_authorization
from .schemes import NamedScheme


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
        found = read_authorization(request)
        if found is None or found.type != "digest":
            return None
        names = ("username", "realm", "uri", "nonce", "nc", "cnonce", "response")
        said = {name: found.parameters.get(name) or "" for name in names}
        query = request.query_string.decode("latin-1")
        expected = (self.realm, request.root_path + request.path, query, self.algorithm, "auth")
        path, _, proved = said["uri"].partition("?")  # as it was sent: %26 is no &
        algorithm = found.get("algorithm", "MD5")
        told = (said["realm"], unquote(path), proved, algorithm, found.get("qop"))
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
