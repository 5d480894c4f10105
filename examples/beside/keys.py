"""Keys of repeatable requests, by hand with SQLAlchemy, for the frameworks that have none."""

import hashlib
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from . import models
from .models import UsedKey


class KeyReused(Exception):
    """The key was used for another request."""


class RequestInProgress(Exception):
    """The first request with the key is in progress."""


def repeat(key: str, request: bytes, work: Callable[[Session], str]) -> str:
    """Do the work of a request once, and return the body of its first response.

    :raises KeyReused: for another request with the key.
    :raises RequestInProgress: while the first one is in progress.
    """
    fingerprint = hashlib.sha256(request).hexdigest()
    try:
        with models.Session.begin() as session:
            session.add(UsedKey(key=key, fingerprint=fingerprint))
    except IntegrityError:
        return find_response(key, fingerprint)
    try:
        with models.Session.begin() as session:
            used = session.get_one(UsedKey, key)
            used.body = work(session)
    except BaseException:
        with models.Session.begin() as session:
            session.delete(session.get_one(UsedKey, key))
        raise
    return used.body


def find_response(key: str, fingerprint: str) -> str:
    """Return the body of the first response to a request."""
    with models.Session() as session:
        used = session.get(UsedKey, key)
        if used is None or used.body is None:
            raise RequestInProgress
        if used.fingerprint != fingerprint:
            raise KeyReused
        return used.body
