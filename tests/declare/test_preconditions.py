"""Tests of the order in which preconditions are compared, and of ``Preconditions``."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from flask_typed import ETag, PreconditionNotMet, Preconditions, ResponseMismatch
from flask_typed.declare.preconditions import CurrentState, judge
from werkzeug.exceptions import PreconditionFailed
from werkzeug.test import create_environ

EARLIER = "Sat, 28 Feb 2026 12:00:00 GMT"
SAME = "Sun, 01 Mar 2026 12:00:00 GMT"
CURRENT = CurrentState(
    exists=True, tag=ETag(5), modified=datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
)

#: The headers of a request, and its status with GET and with PUT.
CASES = [
    pytest.param({}, 200, 200, id="none"),
    pytest.param({"If-Match": '"5"'}, 200, 200, id="match"),
    pytest.param({"If-Match": '"4"'}, 412, 412, id="no-match"),
    pytest.param({"If-Match": 'W/"5"'}, 412, 412, id="weak-match"),
    pytest.param({"If-Match": "*"}, 200, 200, id="match-any"),
    pytest.param({"If-Match": "5"}, 412, 412, id="malformed-match"),
    pytest.param({"If-Match": ""}, 412, 412, id="empty-match"),
    pytest.param({"If-None-Match": '"5"'}, 304, 412, id="known"),
    pytest.param({"If-None-Match": 'W/"5"'}, 304, 412, id="known-weakly"),
    pytest.param({"If-None-Match": '"4"'}, 200, 200, id="unknown"),
    pytest.param({"If-None-Match": "*"}, 304, 412, id="known-any"),
    pytest.param({"If-None-Match": "5"}, 200, 200, id="malformed-known"),
    pytest.param({"If-Match": '"5"', "If-None-Match": '"5"'}, 304, 412, id="match-and-known"),
    pytest.param({"If-Match": '"4"', "If-None-Match": '"5"'}, 412, 412, id="no-match-but-known"),
    pytest.param({"If-Unmodified-Since": SAME}, 200, 200, id="unmodified"),
    pytest.param({"If-Unmodified-Since": EARLIER}, 412, 412, id="modified"),
    pytest.param({"If-Unmodified-Since": EARLIER, "If-Match": '"5"'}, 200, 200, id="match-wins"),
    pytest.param({"If-Unmodified-Since": SAME, "If-None-Match": '"5"'}, 304, 412, id="then-known"),
    pytest.param({"If-Modified-Since": SAME}, 304, 200, id="known-since"),
    pytest.param({"If-Modified-Since": EARLIER}, 200, 200, id="modified-since"),
    pytest.param({"If-Modified-Since": SAME, "If-None-Match": '"4"'}, 200, 200, id="tag-wins"),
    pytest.param({"If-Modified-Since": "soon"}, 200, 200, id="no-date"),
    pytest.param({"If-Modified-Since": f"{SAME}, {SAME}"}, 200, 200, id="two-dates"),
    pytest.param({"If-Modified-Since": SAME.replace("GMT", "+0000")}, 200, 200, id="other-zone"),
    pytest.param({"If-Modified-Since": "Sunday, 01-Mar-26 12:00:00 GMT"}, 304, 200, id="rfc-850"),
    pytest.param({"If-Modified-Since": "Sun Mar  1 12:00:00 2026"}, 304, 200, id="asctime"),
    pytest.param({"If-Modified-Since": "Sun, 41 Mar 2026 12:00:00 GMT"}, 200, 200, id="no-day"),
    pytest.param({"If-Unmodified-Since": "soon"}, 200, 200, id="no-date-unmodified"),
]


def find_status(headers: dict[str, str], current: CurrentState, *, is_safe: bool) -> int:
    """Return the status of a request that would be answered with 200."""
    try:
        return 304 if judge(create_environ(headers=headers), current, is_safe=is_safe) else 200
    except PreconditionNotMet as error:
        return error.status


@pytest.mark.parametrize(("headers", "reading", "changing"), CASES)
def test_preconditions_have_an_order(headers: dict[str, str], reading: int, changing: int) -> None:
    """The order is that of RFC 9110, 13.2.2."""
    assert find_status(headers, CURRENT, is_safe=True) == reading
    assert find_status(headers, CURRENT, is_safe=False) == changing


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"If-Match": "*"}, 412, id="match-any"),
        pytest.param({"If-Match": '"5"'}, 412, id="match"),
        pytest.param({"If-None-Match": "*"}, 200, id="create"),
        pytest.param({"If-Unmodified-Since": EARLIER}, 200, id="unmodified"),
    ],
)
def test_a_resource_may_be_missing(headers: dict[str, str], status: int) -> None:
    """Without a current representation, ``If-Match`` fails and ``If-None-Match: *`` holds."""
    assert find_status(headers, CurrentState(exists=False), is_safe=False) == status


def test_a_view_checks_the_version() -> None:
    """``check`` raises werkzeug's 412 for another version, and returns nothing for the current."""
    match = Preconditions(if_match='"5"')
    match.check(5)
    match.check(ETag(5))
    with pytest.raises(PreconditionFailed, match=r"^412 "):
        match.check(6)
    with pytest.raises(PreconditionNotMet, match=r"^412 "):
        match.check()


def test_a_view_may_create_the_resource() -> None:
    """``If-None-Match: *`` lets a request create a resource, and not replace it."""
    new = Preconditions(if_none_match="*")
    new.check()
    with pytest.raises(PreconditionNotMet, match=r"^412 "):
        new.check(1)


def test_a_view_checks_the_time() -> None:
    """The time of the last change is compared by the second."""
    unmodified = Preconditions(if_unmodified_since=SAME)
    unmodified.check(last_modified=datetime(2026, 3, 1, 12, 0, 0, 999, timezone.utc))
    with pytest.raises(PreconditionNotMet, match=r"^412 "):
        unmodified.check(last_modified=datetime(2026, 3, 1, 12, 0, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize("value", [datetime(2026, 3, 1), "2026-03-01", 0])
def test_a_time_has_an_offset(value: Any) -> None:
    """A time without an offset could be any of twenty-four."""
    with pytest.raises(ResponseMismatch, match="a datetime with a UTC offset, found a "):
        Preconditions().check(last_modified=value)
