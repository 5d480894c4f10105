"""HTTP Digest (RFC 7616): the client proves that it knows a password without sending it.

The scheme is made at declaration time and reads credentials at request time.
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
    """HTTP Digest (RFC 7616) as browsers support it: ``qop=auth``.

    The nonce is signed with the app's ``secret_key``, so that every worker recognizes it.

    :param algorithm: ``SHA-256``, or ``MD5`` for old clients.
    :param lifetime: the lifetime of a nonce in seconds.
    """

    _: KW_ONLY
    realm: str = "api"
    algorithm: Literal["SHA-256", "MD5"] = "SHA-256"
    lifetime: int = 300

    def read(self, request: Request) -> DigestCredentials | None:
        """Return the client's proof, unless it is for another request or its nonce is too old."""
        credentials = self._read_proof(request)
        if credentials is None or self._is_stale(credentials.nonce):
            return None
        return credentials

    def challenges(self, request: Request) -> tuple[WWWAuthenticate, ...]:
        """Return one challenge with a new nonce; ``stale`` means that the old one has expired."""
        nonce = make_signer().sign(secrets.token_urlsafe(12)).decode()
        credentials = self._read_proof(request)
        is_stale = credentials is not None and self._is_stale(credentials.nonce)
        parameters: dict[str, str | None] = {
            "realm": self.realm,
            "nonce": nonce,
            "qop": "auth",
            "algorithm": self.algorithm,
            **({"stale": "TRUE"} if is_stale else {}),
        }
        return (Challenge("digest", parameters),)

    def keywords(self) -> dict[str, Any]:
        """Return the fields of the Security Scheme Object."""
        return {"type": "http", "scheme": "digest"}

    def _read_proof(self, request: Request) -> DigestCredentials | None:
        """Return the client's proof if it answers a challenge of this scheme for this request."""
        found = read_authorization(request)
        if found is None or found.type != "digest":
            return None
        names = ("username", "realm", "uri", "nonce", "nc", "cnonce", "response")
        parameters = {name: found.parameters.get(name) or "" for name in names}
        query = request.query_string.decode("latin-1")
        expected = (self.realm, request.root_path + request.path, query, self.algorithm, "auth")
        path, _, proved = parameters["uri"].partition("?")  # as it was sent: %26 is not &
        algorithm = found.get("algorithm", "MD5")
        received = (parameters["realm"], unquote(path), proved, algorithm, found.get("qop"))
        is_complete = all(parameters.values())
        if not (is_complete and received == expected and is_signed(parameters["nonce"])):
            return None
        return DigestCredentials(method=request.method, algorithm=self.algorithm, **parameters)

    def _is_stale(self, nonce: str) -> bool:
        return not is_signed(nonce, self.lifetime)


def make_signer() -> TimestampSigner:
    """Return the signer of nonces.

    :raises SetupError: if the app has no secret key.
    """
    if not current_app.secret_key:
        raise SetupError("HTTPDigest signs its nonces: set the app's secret_key.")
    return TimestampSigner(current_app.secret_key, salt="flask_typed.digest")


def is_signed(nonce: str, lifetime: int | None = None) -> bool:
    """Return whether this app signed a nonce.

    :param lifetime: the maximum age in seconds; without it, the nonce may have any age.
    """
    try:
        make_signer().unsign(nonce, max_age=lifetime)
    except BadSignature:  # SignatureExpired is one
        return False
    return True
