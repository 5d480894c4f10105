"""The credentials that schemes read from a request, where they are more than a text.

Request time; registration looks for them in annotations.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5, sha256
from typing import Any

#: The hash function of each HTTP Digest algorithm that browsers support.
DIGESTS: Mapping[str, Any] = {"SHA-256": sha256, "MD5": md5}


@dataclass(frozen=True)
class BasicCredentials:
    """A name and a password."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class DigestCredentials:
    """A client's proof that it knows a password; the password itself is not sent.

    :param method: the request's HTTP method.
    :param response: the digest that proves it.
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
        """Return whether the client knows a password; the comparison takes constant time."""
        return self.matches_hash(self._hash(f"{self.username}:{self.realm}:{password}"))

    def matches_hash(self, secret: str) -> bool:
        """Return whether the client knows a password that is stored as a hash.

        :param secret: the hash of ``username:realm:password``.
        """
        request = self._hash(f"{self.method}:{self.uri}")
        parts = (secret, self.nonce, self.nc, self.cnonce, "auth", request)
        expected = self._hash(":".join(parts))
        return hmac.compare_digest(expected.encode(), self.response.lower().encode())

    def _hash(self, text: str) -> str:
        digest: str = DIGESTS[self.algorithm](text.encode()).hexdigest()
        return digest


#: The types of all credentials that are more than a text.
CREDENTIALS = (BasicCredentials, DigestCredentials)
