"""Credentials that schemes make of a request, and that no client sends as they are.

Request time; registration looks for them in annotations.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5, sha256
from typing import Any

#: The hash of each algorithm of HTTP Digest that browsers know.
DIGESTS: Mapping[str, Any] = {"SHA-256": sha256, "MD5": md5}


@dataclass(frozen=True)
class BasicCredentials:
    """A name and a password."""

    username: str
    password: str = field(repr=False)


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
        expected = self._hash(":".join(parts))
        return hmac.compare_digest(expected.encode(), self.response.lower().encode())

    def _hash(self, text: str) -> str:
        digest: str = DIGESTS[self.algorithm](text.encode()).hexdigest()
        return digest


#: The types of all credentials that are no plain text.
CREDENTIALS = (BasicCredentials, DigestCredentials)
