"""Documents that clients name by a hash instead of sending them.

Setup and request time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError
from werkzeug.exceptions import BadRequest

from .documents import LONGEST_KEPT, DocumentRejected
from .recent import Recent

#: How many documents of clients are kept in a process.
MOST_REMEMBERED = 1024
#: The member of the extensions of an operation.
PERSISTED = "persistedQuery"


class PersistedDocuments:
    """Finds documents by their hash.

    :param known: the only documents that are allowed, by their SHA-256; ``None`` to keep those that
        clients send: a client that gets ``PERSISTED_QUERY_NOT_FOUND`` sends the text with the hash.
    """

    def __init__(self, known: Mapping[str, str] | None) -> None:
        self._known = known
        self._kept: Recent[str] = Recent()

    def find(self, query: str | None, extensions: Mapping[str, Any]) -> str:
        """Return the text of a document.

        :raises DocumentRejected: for one that is not known or not allowed.
        :raises werkzeug.exceptions.BadRequest: for a hash that is not of the text.
        """
        digest = read_hash(extensions)
        if self._known is not None:
            return find_allowed(self._known, query, digest)
        if digest is None:
            if not query:
                raise BadRequest('The operation has neither a "query" nor a hash.')
            return query
        if query is not None:
            return self._keep(query, digest)
        found = self._kept.find(digest)
        if found is None:
            raise reject("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return found

    def _keep(self, query: str, digest: str) -> str:
        """Keep a document under its hash."""
        if make_hash(query) != digest:
            raise BadRequest('The hash in "extensions" is not that of the "query".')
        if len(query) <= LONGEST_KEPT:
            self._kept.keep(digest, query, MOST_REMEMBERED)
        return query


def find_allowed(known: Mapping[str, str], query: str | None, digest: str | None) -> str:
    """Return the text of a document among those that are allowed."""
    name = digest if digest is not None or query is None else make_hash(query)
    found = known.get(name or "")
    if found is None or (query is not None and query != found):
        raise reject("The document is not among those that are allowed.", "DOCUMENT_NOT_ALLOWED")
    return found


def read_hash(extensions: Mapping[str, Any]) -> str | None:
    """Return the hash that an operation names.

    :raises werkzeug.exceptions.BadRequest: for one that is not written as clients do.
    """
    found = extensions.get(PERSISTED)
    if found is None:
        return None
    digest = found.get("sha256Hash") if isinstance(found, dict) else None
    if not isinstance(digest, str):
        raise BadRequest(f'"{PERSISTED}" must be an object with the text "sha256Hash".')
    return digest


def make_hash(query: str) -> str:
    """Return the SHA-256 of a document, as clients write it."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()


def reject(message: str, code: str) -> DocumentRejected:
    """Return why a document is not executed."""
    return DocumentRejected(code, [GraphQLError(message)])
