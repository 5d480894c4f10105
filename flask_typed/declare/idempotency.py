"""Repeatable requests: the option of routes, and the store of keys.

Declaration time. The header is that of the IETF draft "The Idempotency-Key HTTP Header Field"
(draft-ietf-httpapi-idempotency-key-header-07).
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import Any, Protocol

from ..exceptions import DeclarationError
from .dependencies import Provider

#: The header with the client's key.
KEY_HEADER = "Idempotency-Key"
#: The header that marks a repeated response.
REPLAYED_HEADER = "Idempotent-Replayed"


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """A key that a request claims.

    :param id: a hash of the operation, the client and the client's key: 64 hexadecimal digits.
    :param fingerprint: a hash of the request, likewise.
    :param expires: for how many seconds its response is kept.
    :param attempt: a random text, which tells this request from others with the same key.
    """

    id: str
    fingerprint: str
    expires: int
    attempt: str = field(default_factory=partial(token_hex, 8), compare=False)


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The response to the first request with a key."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class UsedKey:
    """What a store knows of a key that another request has claimed.

    :param fingerprint: of that request; ``None`` if it is not known yet.
    :param response: ``None`` while that request is in progress.
    """

    fingerprint: str | None = None
    response: StoredResponse | None = None


class IdempotencyStore(Protocol):
    """Keeps the keys of repeatable requests, with their responses.

    The methods may be ``async def``.
    """

    #: Whether the keys are part of the transaction of the view: the response is then saved before
    #: the transaction is committed, else afterwards. Without a commit, nothing is saved.
    in_transaction: bool

    def claim(self, claim: KeyClaim) -> UsedKey | Awaitable[UsedKey | None] | None:
        """Claim a key without waiting; return ``None``, or what is known of a used key."""

    def save(self, claim: KeyClaim, response: StoredResponse) -> Awaitable[None] | None:
        """Save the response to the request that has claimed a key."""

    def release(self, claim: KeyClaim) -> Awaitable[None] | None:
        """Give up a claimed key, because the request has failed; not called in a transaction."""


@dataclass(frozen=True)
class Idempotency:
    """How requests of a route are made repeatable: ``idempotent=Idempotency(required=True)``.

    What a route leaves out is that of ``Typed(app, idempotency=Idempotency(make_store))``.

    :param store: a provider that makes the :class:`IdempotencyStore`. Its arguments are declared
        like those of a view, so it may share the session of the view.
    :param required: whether a request without a key is rejected with 400; no by default.
    :param expires: for how long a key is kept: a timedelta or a number of seconds; 24 hours by
        default.
    :param client: a provider that makes the name of the client, such as the id of its account; each
        client has keys of its own. By default, a key belongs to who sends the same credentials.
    """

    store: Provider | None = None
    _: KW_ONLY
    required: bool | None = None
    expires: timedelta | float | None = None
    client: Provider | None = None

    def __post_init__(self) -> None:
        """Check the options.

        :raises DeclarationError: for one that has no meaning.
        """
        for name in ("store", "client"):
            provider = getattr(self, name)
            if provider is not None and not callable(provider):
                raise other_idempotency(name, provider, "Write a function that makes it.")
        if self.required not in (None, True, False):
            raise other_idempotency("required", self.required, "Write True or False.")
        if self.expires is not None and not is_lasting(self.expires):
            instead = "Write a timedelta, or a number of seconds, of one second or more."
            raise other_idempotency("expires", self.expires, instead)

    @property
    def seconds(self) -> int:
        """For how many seconds a key is kept."""
        expires = timedelta(days=1) if self.expires is None else self.expires
        return int(expires.total_seconds() if isinstance(expires, timedelta) else expires)


def is_lasting(expires: Any) -> bool:
    """Return whether a value is a time of one second or more."""
    seconds = expires.total_seconds() if isinstance(expires, timedelta) else expires
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    return is_number and 1 <= seconds < float("inf")


def other_idempotency(name: str, value: Any, instead: str) -> DeclarationError:
    """Return the error for an option of an ``Idempotency``."""
    return DeclarationError(f"{name}= is {value!r}.", instead=instead, where=("Idempotency(…)",))


def read_idempotency(value: Any, option: str, *places: str) -> Idempotency | None:
    """Return the value of an option; ``True`` leaves all to the app.

    :param option: its name in messages.
    :raises DeclarationError: for any other value.
    """
    if value is None or value is False:
        return None
    if value is True:
        return Idempotency()
    if not isinstance(value, Idempotency):
        raise DeclarationError(
            f"{option}= is {value!r}.",
            instead=f"Write `{option}=Idempotency(…)`.",
            where=places,
        )
    return value
