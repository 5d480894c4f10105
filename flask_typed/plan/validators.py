"""The records of conditional requests and of the freshness of responses.

Registration makes them; requests and the document only read them.
"""

from __future__ import annotations

from dataclasses import dataclass

#: The methods whose responses are validated with 304.
SAFE_METHODS = frozenset({"GET", "HEAD", "QUERY"})


@dataclass(frozen=True, slots=True)
class Validator:
    """Where a version, or the time of a change, comes from.

    :param key: of the value of a function, among all values of the request.
    :param attribute: of the value that the view returns. If both are empty, it is a hash of the
        bytes that are sent.
    """

    key: str = ""
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The preconditions of an operation, and the validators of its responses.

    :param etag: where ``ETag`` comes from.
    :param last_modified: where ``Last-Modified`` comes from.
    :param required_header: the precondition without which a request is rejected; empty for none.
    :param match: the key of the preconditions that the view, or a provider, checks; empty if
        neither takes them.
    :param offered: the media types among which a client chooses, the preferred one first; empty
        if there is one.
    :param is_decorated: whether a decorator of the view may refuse a request.
    """

    method: str
    etag: Validator | None = None
    last_modified: Validator | None = None
    required_header: str = ""
    match: str = ""
    offered: tuple[str, ...] = ()
    is_decorated: bool = False

    @property
    def in_view(self) -> bool:
        """Whether the view, or a provider, checks the preconditions."""
        return bool(self.match)

    @property
    def has_attributes(self) -> bool:
        """Whether a validator is an attribute of the value that the view returns."""
        return any(one is not None and one.attribute for one in (self.etag, self.last_modified))

    @property
    def is_safe(self) -> bool:
        """Whether the method changes nothing."""
        return self.method in SAFE_METHODS

    @property
    def has_hash(self) -> bool:
        """Whether the version is a hash of the bytes that are sent."""
        return self.etag == Validator()

    @property
    def is_early(self) -> bool:
        """Whether functions know the state before the view."""
        return any(one is not None and one.key for one in (self.etag, self.last_modified))

    @property
    def decide_early(self) -> bool:
        """Whether the preconditions are compared before the view.

        A 304 would pass a decorator of the view, such as one that asks for a login.
        """
        return self.is_early and not (self.is_safe and self.is_decorated)

    @property
    def are_checked(self) -> bool:
        """Whether anything compares the preconditions of a request."""
        return self.is_safe or self.is_early or self.in_view

    @property
    def headers(self) -> tuple[str, ...]:
        """The request headers that count."""
        if not self.are_checked:
            return ()
        has_tags = self.etag is not None or self.in_view
        has_dates = self.last_modified is not None
        tags = ("If-None-Match", "If-Match") if has_tags else ()
        safe_dates = ("If-Modified-Since",) if self.is_safe else ()
        return (*tags, *((*safe_dates, "If-Unmodified-Since") if has_dates else ()))

    def describes(self, status: int | None) -> bool:
        """Return whether the validators describe a response of a status (RFC 9110, 8.8 and 9.3.4).

        Functions know the state before a change. An attribute is one of the value that is returned:
        the changed resource of a PATCH, and the new one of a POST that is answered with 201. A PUT
        must not have validators, unless the server keeps each byte of it.
        """
        is_success = status is None or 200 <= status < 300
        if self.is_safe:
            return is_success
        known = {"PATCH": 200, "POST": 201}
        return not self.is_early and known.get(self.method) == status


@dataclass(frozen=True, slots=True)
class Freshness:
    """The headers that tell caches how to reuse the successful responses of an operation.

    :param cache_control: the header ``Cache-Control``.
    :param private_control: likewise, of a response that is for one client only.
    :param is_public: whether shared caches may store a response that was made with the session.
    :param vary: the names in the header ``Vary``.
    """

    cache_control: str
    private_control: str
    is_public: bool
    vary: tuple[str, ...] = ()
