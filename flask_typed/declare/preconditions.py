"""Preconditions of requests (RFC 9110, section 13), and the problems of those that do not hold.

Declaration time; request time checks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any, TypeAlias

from flask import Request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired
from werkzeug.http import parse_date

from ..exceptions import ResponseMismatch
from .dependencies import Depends
from .etags import ETag, TagValue, has_match, make_etag
from .problems import Problem

#: The forms of dates that HTTP allows; a date in any other form is ignored.
DATE = re.compile(
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
    r"|\w{6,9}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT"
    r"|\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}",
    re.ASCII,
)


class PreconditionNotMet(Problem, PreconditionFailed):
    """The resource is not in the state that the request requires."""

    status = 412


class MatchRequired(Problem, PreconditionRequired):
    """The request has to name the version of the resource that it changes.

    :param header: The header that is missing.
    """

    status = 428

    header: str


@dataclass(frozen=True, slots=True)
class CurrentState:
    """A resource before the request.

    :param exists: whether there is a current representation.
    :param modified: in UTC, without a fraction of a second.
    """

    exists: bool
    tag: ETag | None = None
    modified: datetime | None = None


def read_modified(value: Any) -> datetime | None:
    """Return the time of the last change in the precision of HTTP.

    :raises ResponseMismatch: for anything but a datetime with a UTC offset.
    """
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ResponseMismatch(
            "the time of the last change, a datetime with a UTC offset",
            f"a {type(value).__name__} without",
        )
    return value.astimezone(timezone.utc).replace(microsecond=0)


def read_date(text: str | None) -> datetime | None:
    """Return the date of a header; ``None`` if it is missing or not a date."""
    return parse_date(text) if text is not None and DATE.fullmatch(text) else None


def judge(environ: Mapping[str, Any], current: CurrentState, *, is_safe: bool) -> bool:
    """Return whether the client has the current representation, in RFC 9110's order (13.2.2).

    :param environ: of the request: to look for a header in it costs little.
    :param is_safe: whether the method changes nothing.
    :raises PreconditionNotMet: if the method must not be performed.
    """
    tag, exists, modified = current.tag, current.exists, current.modified
    if_match = environ.get("HTTP_IF_MATCH")
    if if_match is not None:
        if not has_match(if_match, tag, exists=exists, strong=True, variants=not is_safe):
            raise PreconditionNotMet
    elif modified is not None:
        date = read_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
        if date is not None and modified > date:
            raise PreconditionNotMet
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None:
        matches = has_match(if_none_match, tag, exists=exists, strong=False, variants=not is_safe)
        if matches and not is_safe:
            raise PreconditionNotMet
        return matches
    if not is_safe or modified is None:
        return False
    date = read_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return date is not None and modified <= date


class Preconditions:
    """The preconditions of a request that changes something, for views that load the row.

    ::

        @typed.put("/books/<int:book_id>", require_match=True)
        def replace_book(book_id: int, book: NewBook, session: DbSession, match: IfMatch) -> Book:
            row = session.get_one(BookRow, book_id, with_for_update=True)
            match.check(row.version)

    In a unit test, pass ``Preconditions(if_match='"3"')``.

    :param if_match: the header ``If-Match``.
    :param if_none_match: the header ``If-None-Match``.
    :param if_unmodified_since: the header ``If-Unmodified-Since``.
    :ivar are_checked: whether :meth:`check` was called.
    """

    def __init__(
        self,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
        if_unmodified_since: str | None = None,
    ) -> None:
        self.are_checked = False
        self._environ = {
            "HTTP_IF_MATCH": if_match,
            "HTTP_IF_NONE_MATCH": if_none_match,
            "HTTP_IF_UNMODIFIED_SINCE": if_unmodified_since,
        }

    def __typed_headers__(self) -> Mapping[str, str]:
        """Return the headers of a request with these preconditions."""
        named = {name[5:].replace("_", "-").title(): text for name, text in self._environ.items()}
        return {name: text for name, text in named.items() if text is not None}

    def check(
        self, tag: TagValue | ETag | None = None, *, last_modified: datetime | None = None
    ) -> None:
        """Compare the preconditions with the resource before its change.

        :param tag: the current version. Without one and without ``last_modified``, the resource
            does not exist yet.
        :param last_modified: the time of the last change.
        :raises PreconditionNotMet: if the resource must not be changed.
        """
        self.are_checked = True
        made, modified = make_etag(tag), read_modified(last_modified)
        exists = made is not None or modified is not None
        judge(self._environ, CurrentState(exists, made, modified), is_safe=False)


def read_preconditions(request: Request) -> Preconditions:
    """Return the preconditions of a request."""
    environ = request.environ
    return Preconditions(
        if_match=environ.get("HTTP_IF_MATCH"),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        if_unmodified_since=environ.get("HTTP_IF_UNMODIFIED_SINCE"),
    )


#: The argument of a view, or of a provider, that checks the preconditions itself.
IfMatch: TypeAlias = Annotated[Preconditions, Depends(read_preconditions)]
