"""Tests of entity tags: how they are written, read and compared."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from flask_typed import ETag, ResponseMismatch
from flask_typed.declare.etags import has_match, make_etag, parse_tags

NOON = datetime(2026, 3, 1, 12, 0, 0, 250, timezone.utc)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(7, '"7"', id="number"),
        pytest.param("draft-7", '"draft-7"', id="text"),
        pytest.param("", '""', id="empty"),
        pytest.param(b"\x00\xff", '"00ff"', id="bytes"),
        pytest.param(UUID(int=1), '"00000000-0000-0000-0000-000000000001"', id="uuid"),
        pytest.param(NOON, '"2026-03-01T12:00:00.000250+00:00"', id="time"),
        pytest.param(NOON.replace(tzinfo=None), '"2026-03-01T12:00:00.000250"', id="naive-time"),
        pytest.param('7"\r\nX: 1 %é', '"7%22%0D%0AX:%201%20%25%C3%A9"', id="escaped"),
    ],
)
def test_a_tag_is_written_for_a_header(value: Any, written: str) -> None:
    """A tag has quotes, and no character that a header cannot have."""
    assert str(ETag(value)) == written
    assert str(ETag(value, weak=True)) == f"W/{written}"


def test_one_moment_has_one_tag() -> None:
    """The time zone of a time makes no difference."""
    there = NOON.astimezone(timezone(timedelta(hours=5)))
    assert str(ETag(there)) == str(ETag(NOON))


@pytest.mark.parametrize("value", [1.5, True, None, ["7"]])
def test_another_value_is_no_tag(value: Any) -> None:
    """A value of another type does not become a tag by its ``str()``."""
    name = type(value).__name__
    with pytest.raises(ResponseMismatch, match=rf"a tag \(.*\), found a value of type {name}$"):
        str(ETag(value))


def test_a_tag_stays_itself() -> None:
    """A tag, and ``None``, are not wrapped again."""
    tag = ETag(7, weak=True)
    assert make_etag(tag) is tag
    assert make_etag(None) is None
    assert make_etag(7) == ETag(7)


@pytest.mark.parametrize(
    ("header", "parsed"),
    [
        pytest.param('"a"', [(False, "a")], id="one"),
        pytest.param('W/"a", "b"', [(True, "a"), (False, "b")], id="two"),
        pytest.param(' ,, "a" ,\t"b",', [(False, "a"), (False, "b")], id="empty-elements"),
        pytest.param('"a, b"', [], id="blank-inside"),
        pytest.param('"a,b"', [(False, "a,b")], id="comma-inside"),
        pytest.param('""', [(False, "")], id="empty-tag"),
        pytest.param('"a\\"', [(False, "a\\")], id="backslash"),
        pytest.param('w/"a"', [], id="small-w"),
        pytest.param('"a" "b"', [], id="no-comma"),
        pytest.param('"a"b', [], id="rest"),
        pytest.param("a", [], id="no-quotes"),
        pytest.param('"a", *', [], id="star-in-list"),
        pytest.param('"a', [], id="no-end"),
        pytest.param("", [], id="empty"),
    ],
)
def test_a_header_is_parsed_strictly(header: str, parsed: list[tuple[bool, str]]) -> None:
    """A malformed list has no tags, so ``If-Match`` fails and ``If-None-Match`` is ignored."""
    assert list(parse_tags(header)) == parsed


@pytest.mark.parametrize(
    ("header", "tag", "strong", "weak"),
    [
        pytest.param('W/"1"', ETag(1, weak=True), False, True, id="both-weak"),
        pytest.param('W/"1"', ETag(2, weak=True), False, False, id="other-weak"),
        pytest.param('W/"1"', ETag(1), False, True, id="weak-and-strong"),
        pytest.param('"1"', ETag(1, weak=True), False, True, id="strong-and-weak"),
        pytest.param('"1"', ETag(1), True, True, id="both-strong"),
        pytest.param('"0", "1"', ETag(1), True, True, id="in-list"),
        pytest.param('"1"', None, False, False, id="no-tag"),
    ],
)
def test_tags_are_compared(header: str, tag: ETag | None, strong: bool, weak: bool) -> None:
    """The table of RFC 9110, 8.8.3.2."""
    assert has_match(header, tag, exists=True, strong=True) is strong
    assert has_match(header, tag, exists=True, strong=False) is weak


@pytest.mark.parametrize("exists", [True, False])
def test_a_star_asks_whether_the_resource_exists(exists: bool) -> None:
    """``*`` matches any version, weak ones and untagged ones too."""
    for tag in (None, ETag(1), ETag(1, weak=True)):
        assert has_match(" * ", tag, exists=exists, strong=True) is exists


def test_a_long_header_takes_little_time() -> None:
    """The time is proportional to the length of the header."""
    assert len(list(parse_tags('"a",' * 20_000))) == 20_000
    assert list(parse_tags(", " * 50_000 + "a")) == []


@pytest.mark.parametrize(
    ("listed", "variants", "matches"),
    [
        pytest.param('"7:br"', True, True, id="Flask-Compress"),
        pytest.param('"7-gzip"', True, True, id="Apache"),
        pytest.param('"7;text/csv:zstd"', True, True, id="of another media type"),
        pytest.param('"7:br"', False, False, id="of a safe request"),
        pytest.param('W/"7:br"', True, False, id="weak"),
        pytest.param('"7:lzma"', True, False, id="unknown"),
        pytest.param('"6:br"', True, False, id="another version"),
    ],
)
def test_the_tag_of_a_compressed_representation(listed: str, variants: bool, matches: bool) -> None:
    """A change may name it."""
    assert has_match(listed, ETag(7), exists=True, strong=True, variants=variants) is matches
