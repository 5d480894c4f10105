"""Freshness of responses: the headers ``Cache-Control`` and ``Vary`` (RFC 9111).

Declaration time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..exceptions import DeclarationError, declared_in
from .checks import TOKEN
from .objects import reject_text

#: The directives of a response, by the names of the options: RFC 9111, RFC 5861 and RFC 8246.
SECONDS_OPTIONS: Mapping[str, str] = {
    "max_age": "max-age",
    "shared_max_age": "s-maxage",
    "stale_while_revalidate": "stale-while-revalidate",
    "stale_if_error": "stale-if-error",
}
FLAG_OPTIONS: Mapping[str, str] = {
    "public": "public",
    "private": "private",
    "no_cache": "no-cache",
    "no_store": "no-store",
    "no_transform": "no-transform",
    "must_revalidate": "must-revalidate",
    "proxy_revalidate": "proxy-revalidate",
    "immutable": "immutable",
}


@dataclass(frozen=True, kw_only=True)
class Cache:
    """For how long, and by whom, a response may be reused: ``Cache(max_age=60, public=True)``.

    :param max_age: how long a response is fresh, in seconds or as a ``timedelta``.
    :param shared_max_age: likewise, in shared caches (``s-maxage``).
    :param public: shared caches may store it. On a route with security, it has to be explicit.
    :param private: only the client may store it; the default on a route with security.
    :param no_cache: it may be stored, but not reused without a conditional request.
    :param no_store: it must not be stored.
    :param no_transform: proxies must not change it.
    :param must_revalidate: it must not be reused once it is stale.
    :param proxy_revalidate: likewise, in shared caches.
    :param immutable: it never changes while it is fresh.
    :param stale_while_revalidate: for how long a stale response may be reused during a request for
        a new one.
    :param stale_if_error: for how long a stale response may be reused in place of an error.
    :param vary: the request headers on which the response depends, besides those of credentials.
        By default, those that the view and its providers read by an argument.
    """

    max_age: int | timedelta | None = None
    shared_max_age: int | timedelta | None = None
    public: bool = False
    private: bool = False
    no_cache: bool = False
    no_store: bool = False
    no_transform: bool = False
    must_revalidate: bool = False
    proxy_revalidate: bool = False
    immutable: bool = False
    stale_while_revalidate: int | timedelta | None = None
    stale_if_error: int | timedelta | None = None
    vary: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Check the options.

        :raises DeclarationError: for one that has no meaning, and for two that contradict.
        """
        for name in SECONDS_OPTIONS:
            reject_other_age(name, getattr(self, name))
        for name in FLAG_OPTIONS:
            if not isinstance(getattr(self, name), bool):
                raise other_cache(name, getattr(self, name), "Write True or False.")
        reject_text("vary", self.vary, "Cache(…)")
        for header in self.vary or ():
            if not TOKEN.fullmatch(str(header)):
                raise other_cache("vary", header, "Write names of request headers.")
        reject_contradiction(self)

    def directives(self) -> Iterator[str]:
        """Yield the directives of ``Cache-Control``."""
        for name, directive in FLAG_OPTIONS.items():
            if getattr(self, name):
                yield directive
        for name, directive in SECONDS_OPTIONS.items():
            age = getattr(self, name)
            if age is not None:
                seconds = age.total_seconds() if isinstance(age, timedelta) else age
                yield f"{directive}={int(seconds)}"


def other_cache(name: str, value: Any, instead: str) -> DeclarationError:
    """Return the error for an option of a ``Cache``."""
    return DeclarationError(f"{name}= is {value!r}.", instead=instead, where=("Cache(…)",))


def reject_other_age(name: str, age: Any) -> None:
    """Raise for an age that is not a whole number of seconds, 0 or more."""
    seconds = age.total_seconds() if isinstance(age, timedelta) else age
    is_whole = not isinstance(age, (bool, float)) and isinstance(seconds, (int, float))
    if age is not None and not (is_whole and seconds >= 0 and seconds % 1 == 0):
        raise other_cache(name, age, "Write a whole number of seconds, or a timedelta.")


def reject_contradiction(cache: Cache) -> None:
    """Raise for two options that contradict each other."""
    fresh = [name for name in (*SECONDS_OPTIONS, "immutable") if getattr(cache, name)]
    both = [
        ("public", "private"),
        ("public", "no_store"),
        ("private", "shared_max_age"),
        *(("no_store", name) for name in fresh),
    ]
    for one, other in both:
        if getattr(cache, one) and getattr(cache, other):
            raise DeclarationError(
                f"{one}= and {other}= contradict each other.",
                instead="Leave one of them out.",
                where=("Cache(…)",),
            )


def read_cache(value: Any, *places: str) -> Cache | None:
    """Return the value of the option ``cache``; a text has the directives of ``Cache-Control``.

    :raises DeclarationError: for an unknown directive, or any other value.
    """
    if value is None or isinstance(value, Cache):
        return value
    if not isinstance(value, str) or not value.strip():
        raise DeclarationError(
            f"cache= is {value!r}.",
            instead='Write `Cache(max_age=60)`, or the directives: "private, max-age=60".',
            where=places,
        )
    with declared_in(*places):
        return Cache(**dict(read_directive(text.strip(), value) for text in value.split(",")))


def read_directive(text: str, header: str) -> tuple[str, Any]:
    """Return the option of a directive, and its value.

    :param header: the whole text, for the message.
    """
    name, has_age, age = text.lower().partition("=")
    for options, is_known in ((FLAG_OPTIONS, not has_age), (SECONDS_OPTIONS, age.isdecimal())):
        for option, directive in options.items():
            if directive == name and is_known:
                return option, int(age) if has_age else True
    known = (*FLAG_OPTIONS.values(), *(f"{directive}=60" for directive in SECONDS_OPTIONS.values()))
    raise DeclarationError(
        f"cache= is {header!r}, but {text!r} is not a directive that caches know.",
        instead=f"The directives are {', '.join(known)}.",
    )
