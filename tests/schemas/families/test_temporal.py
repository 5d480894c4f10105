"""Dates, times and durations in the forms of RFC 3339 and ISO 8601, the same on every Python."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

import pytest
from annotated_types import Ge
from flask_typed import AssumeUTC
from flask_typed.schemas.families import temporal
from flask_typed.schemas.families.temporal import NAIVE
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ..codec import Codec, make_codec

UTC = dt.timezone.utc
EAST = dt.timezone(dt.timedelta(hours=5, minutes=30))
#: The longest duration that has a wire form.
LONGEST = dt.timedelta(days=temporal.MAX_DURATION_DAYS - 1)
WEST = dt.timezone(dt.timedelta(hours=-3, minutes=-30))
JSON = make_codec()

MESSAGES = {
    dt.datetime: "Not a valid date and time with an offset (RFC 3339).",
    dt.date: "Not a valid date (RFC 3339).",
    dt.time: "Not a valid time (RFC 3339, the offset may be left out).",
    dt.timedelta: "Not a valid duration (ISO 8601, without years and months).",
}


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        pytest.param(dt.datetime, "date-time", id="datetime"),
        pytest.param(dt.date, "date", id="date"),
        pytest.param(dt.timedelta, "duration", id="timedelta"),
        pytest.param(dt.time, None, id="time"),
    ],
)
def test_a_format_of_json_schema_is_named(json: Codec, annotation: Any, name: str | None) -> None:
    """JSON Schema's times always have an offset, so that ours have no name there."""
    assert json.field(annotation).json_schema.get("format") == name


@pytest.mark.parametrize("annotation", [dt.time, dt.timedelta])
def test_a_form_without_an_exact_format_has_a_pattern(json: Codec, annotation: Any) -> None:
    """Neither Python's named groups nor lookaheads, which RE2 rejects, are in it."""
    schema = json.field(annotation).json_schema

    assert schema["type"] == "string"
    assert schema["pattern"].startswith("^")
    assert schema["pattern"].endswith("$")
    assert not re.search(r"\(\?[^:]", schema["pattern"])


@pytest.mark.parametrize("annotation", [dt.datetime, dt.date])
def test_a_form_with_an_exact_format_has_no_pattern(json: Codec, annotation: Any) -> None:
    """RFC 3339 says it all; mock servers cannot combine a pattern with the format."""
    assert json.field(annotation).json_schema.keys() == {"type", "format"}


@given(st.from_regex(r"-?P([0-9]W|T|[0-9]D|[0-9]{8,9}[DHWM]|[0-9]H|[0-9]M|[0-9.]{1,4}S|\n){0,5}"))
@settings(deadline=None)
@example("P")
@example("PT")
@example("P1DT")
@example("P1W")
@example("-PT1H1.5S")
@example("PT1M1H")
def test_the_published_pattern_of_durations_is_the_one_that_is_read(text: str) -> None:
    """One has names and lookaheads, the other has neither."""
    published = temporal.Duration.json_schema["pattern"].replace("$", r"\Z")
    assert bool(re.match(published, text)) == bool(temporal.Duration.pattern.fullmatch(text))


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param("2024-02-29T12:30:45Z", dt.datetime(2024, 2, 29, 12, 30, 45, 0, UTC), id="Z"),
        pytest.param("2024-02-29t12:30:45z", dt.datetime(2024, 2, 29, 12, 30, 45, 0, UTC), id="tz"),
        pytest.param(
            "2024-02-29T12:30:45+05:30", dt.datetime(2024, 2, 29, 12, 30, 45, 0, EAST), id="east"
        ),
        pytest.param(
            "2024-02-29T12:30:45-03:30", dt.datetime(2024, 2, 29, 12, 30, 45, 0, WEST), id="west"
        ),
        pytest.param(
            "2024-02-29T12:30:45-00:00", dt.datetime(2024, 2, 29, 12, 30, 45, 0, UTC), id="minus-0"
        ),
        pytest.param(
            "2024-01-01T00:00:00.5Z", dt.datetime(2024, 1, 1, 0, 0, 0, 500000, UTC), id="fraction"
        ),
        pytest.param(
            "2024-01-01T00:00:00.1234569Z",
            dt.datetime(2024, 1, 1, 0, 0, 0, 123456, UTC),
            id="below-microseconds-cut-off",
        ),
        pytest.param(
            "9999-12-31T23:59:59-03:30", dt.datetime(9999, 12, 31, 23, 59, 59, 0, WEST), id="last"
        ),
    ],
)
def test_a_datetime_is_loaded(json: Codec, wire: str, value: dt.datetime) -> None:
    """RFC 3339's date-times are read, and keep the offset that was sent."""
    loaded = json.load(dt.datetime, wire)

    assert (loaded, loaded.utcoffset()) == (value, value.utcoffset())


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param("2024-01-01T00:00:00", id="no-offset"),
        pytest.param("2024-01-01T00:00Z", id="no-seconds"),
        pytest.param("2024-01-01", id="no-time"),
        pytest.param("2023-02-29T00:00:00Z", id="no-such-day"),
        pytest.param("2016-12-31T23:59:60Z", id="leap-second"),
        pytest.param("2024-01-01T24:00:00Z", id="hour-24"),
        pytest.param("2024-01-01T00:60:00Z", id="minute-60"),
        pytest.param("0000-01-01T00:00:00Z", id="year-0"),
        pytest.param("2024-01-01T00:00:00+24:00", id="offset-too-large"),
        pytest.param("2024-01-01T00:00:00+05:60", id="offset-minute-60"),
        pytest.param("2024-01-01T00:00:00+0530", id="offset-without-colon"),
        pytest.param("2024-01-01T00:00:00.Z", id="empty-fraction"),
        pytest.param("2024-01-01T00:00:00,5Z", id="comma"),
        pytest.param("2024-1-1T00:00:00Z", id="short"),
        pytest.param("20240101T000000Z", id="basic-form"),
        pytest.param("٢٠٢٤-01-01T00:00:00Z", id="other-digits"),
        pytest.param("2024-01-01T00:00:00Z\n", id="newline"),
        pytest.param(" 2024-01-01T00:00:00Z", id="space"),
        pytest.param(1704067200, id="timestamp"),
        pytest.param(dt.datetime(2024, 1, 1, tzinfo=UTC), id="not-json"),
    ],
)
def test_what_is_no_datetime_is_refused(json: Codec, wire: Any) -> None:
    """A date-time that RFC 3339 or Python does not have is refused."""
    assert json.refuse(dt.datetime, wire) == [MESSAGES[dt.datetime]]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        pytest.param(dt.datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01T00:00:00Z", id="utc"),
        pytest.param(dt.datetime(2024, 1, 1, tzinfo=EAST), "2024-01-01T00:00:00+05:30", id="east"),
        pytest.param(
            dt.datetime(24, 1, 1, 0, 0, 0, 5, WEST), "0024-01-01T00:00:00.000005-03:30", id="west"
        ),
    ],
)
def test_a_datetime_is_dumped(json: Codec, value: dt.datetime, wire: str) -> None:
    """An aware datetime is written with its offset, UTC as Z."""
    assert json.dump(dt.datetime, value) == wire


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(dt.datetime(2024, 1, 1), NAIVE, id="naive"),
        pytest.param(dt.date(2024, 1, 1), "a value of type date", id="date"),
        pytest.param("2024-01-01T00:00:00Z", "a value of type str", id="text"),
    ],
)
def test_a_datetime_without_a_zone_is_not_dumped(json: Codec, value: Any, found: str) -> None:
    """A naive datetime names no moment; the message names both ways to declare UTC."""
    assert json.mismatch(dt.datetime, value) == (
        f"at $ expected a datetime with a time zone, found {found}"
    )


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        pytest.param(dt.datetime(2024, 1, 1), "2024-01-01T00:00:00Z", id="naive"),
        pytest.param(
            dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            "2024-01-01T00:00:00+01:00",
            id="aware",
        ),
    ],
)
def test_a_naive_datetime_may_be_in_utc(json: Codec, value: Any, wire: str) -> None:
    """A field that assumes UTC adds it to values without a time zone."""
    assert json.dump(Annotated[dt.datetime, AssumeUTC()], value) == wire


def test_constraints_compare_a_naive_datetime_in_utc(json: Codec) -> None:
    """A bound with a time zone is compared with the moment that is written."""
    bound = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)
    annotation = Annotated[dt.datetime, AssumeUTC(), Ge(bound)]
    assert json.dump(annotation, dt.datetime(2024, 1, 1)) == "2024-01-01T00:00:00Z"
    assert "one that breaks" in json.mismatch(annotation, dt.datetime(2023, 1, 1))


@pytest.mark.parametrize("wire", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_date_travels_both_ways(json: Codec, wire: str) -> None:
    """A date is RFC 3339's full-date."""
    value = dt.date.fromisoformat(wire)

    assert json.load(dt.date, wire) == value
    assert json.dump(dt.date, value) == wire


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param("2023-02-29", id="no-such-day"),
        pytest.param("2024-13-01", id="no-such-month"),
        pytest.param("0000-01-01", id="year-0"),
        pytest.param("20240101", id="basic-form"),
        pytest.param("2024-W01-1", id="week-date"),
        pytest.param("2024-1-1", id="short"),
        pytest.param("2024-01-01T00:00:00Z", id="date-time"),
        pytest.param("2024-01-01\n", id="newline"),
        pytest.param(20240101, id="number"),
    ],
)
def test_what_is_no_date_is_refused(json: Codec, wire: Any) -> None:
    """Other forms of ISO 8601 are refused on every Python."""
    assert json.refuse(dt.date, wire) == [MESSAGES[dt.date]]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(dt.datetime(2024, 1, 1, tzinfo=UTC), "datetime", id="datetime"),
        pytest.param("2024-01-01", "str", id="text"),
    ],
)
def test_a_date_with_a_time_is_not_dumped(json: Codec, value: Any, kind: str) -> None:
    """A datetime is a date to Python; on the wire it is not."""
    assert json.mismatch(dt.date, value) == (
        f"at $ expected a date without a time, found a value of type {kind}"
    )


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param("12:30:45", dt.time(12, 30, 45), id="naive"),
        pytest.param("12:30:45.000001", dt.time(12, 30, 45, 1), id="fraction"),
        pytest.param("12:30:45Z", dt.time(12, 30, 45, 0, UTC), id="utc"),
        pytest.param("12:30:45-03:30", dt.time(12, 30, 45, 0, WEST), id="offset"),
    ],
)
def test_a_time_travels_both_ways(json: Codec, wire: str, value: dt.time) -> None:
    """A time may say its offset, or not."""
    loaded = json.load(dt.time, wire)

    assert (loaded, loaded.utcoffset()) == (value, value.utcoffset())
    assert json.dump(dt.time, value) == wire


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param("12:30", id="no-seconds"),
        pytest.param("24:00:00", id="hour-24"),
        pytest.param("23:59:60", id="leap-second"),
        pytest.param("T12:30:45", id="prefix"),
        pytest.param("12:30:45 Z", id="space"),
        pytest.param(0, id="number"),
    ],
)
def test_what_is_no_time_is_refused(json: Codec, wire: Any) -> None:
    """A time always says its seconds, and a day ends at 23:59:59."""
    assert json.refuse(dt.time, wire) == [MESSAGES[dt.time]]


def test_only_a_time_is_dumped_as_a_time(json: Codec) -> None:
    """A datetime is not cut down to its time."""
    assert json.mismatch(dt.time, dt.datetime(2024, 1, 1)) == (
        "at $ expected a time, found a value of type datetime"
    )


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        pytest.param("PT0S", dt.timedelta(), id="nothing"),
        pytest.param("P0D", dt.timedelta(), id="no-days"),
        pytest.param("P2W", dt.timedelta(weeks=2), id="weeks"),
        pytest.param("P1DT2H3M4S", dt.timedelta(1, 4, 0, 0, 3, 2), id="all-units"),
        pytest.param("PT36H", dt.timedelta(hours=36), id="more-than-a-day"),
        pytest.param("PT4.5S", dt.timedelta(seconds=4.5), id="fraction"),
        pytest.param("-PT1M", dt.timedelta(minutes=-1), id="negative"),
        pytest.param("-P1DT1S", -dt.timedelta(days=1, seconds=1), id="sign-is-for-all"),
    ],
)
def test_a_duration_is_loaded(json: Codec, wire: str, value: dt.timedelta) -> None:
    """Weeks, days, hours, minutes and seconds add up."""
    assert json.load(dt.timedelta, wire) == value


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param("", id="empty"),
        pytest.param("P1W2D", id="weeks-and-days"),
        pytest.param("P", id="no-part"),
        pytest.param("PT", id="no-time-part"),
        pytest.param("P1DT", id="empty-time-part"),
        pytest.param("P1Y", id="years"),
        pytest.param("P1M", id="months"),
        pytest.param("1D", id="no-P"),
        pytest.param("P1S", id="no-T"),
        pytest.param("PT1S1M", id="wrong-order"),
        pytest.param("PT1.5H", id="fraction-of-an-hour"),
        pytest.param("PT.5S", id="no-integer-part"),
        pytest.param("PT1,5S", id="comma"),
        pytest.param("PT0.1234567S", id="below-microseconds"),
        pytest.param("+P1D", id="plus"),
        pytest.param("P-1D", id="sign-inside"),
        pytest.param("p1d", id="lower-case"),
        pytest.param("P1D\n", id="newline"),
        pytest.param("P999999999W", id="too-long"),
        pytest.param("P1000000000D", id="too-many-digits"),
        pytest.param("12:30:45", id="clock"),
        pytest.param(3600, id="number"),
    ],
)
def test_what_is_no_duration_is_refused(json: Codec, wire: Any) -> None:
    """Years and months have no fixed length, and Python has no longer durations than its own."""
    assert json.refuse(dt.timedelta, wire) == [MESSAGES[dt.timedelta]]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        pytest.param(dt.timedelta(), "PT0S", id="nothing"),
        pytest.param(dt.timedelta(days=14), "P14D", id="days"),
        pytest.param(dt.timedelta(hours=36), "P1DT12H", id="days-and-hours"),
        pytest.param(dt.timedelta(minutes=5), "PT5M", id="minutes"),
        pytest.param(dt.timedelta(1, 4, 0, 0, 3, 2), "P1DT2H3M4S", id="all-units"),
        pytest.param(dt.timedelta(microseconds=1), "PT0.000001S", id="microseconds"),
        pytest.param(dt.timedelta(seconds=10), "PT10S", id="zeros-before-the-point-stay"),
        pytest.param(dt.timedelta(seconds=0.5), "PT0.5S", id="zeros-at-the-end-go"),
        pytest.param(-dt.timedelta(seconds=1), "-PT1S", id="negative"),
    ],
)
def test_a_duration_is_dumped(json: Codec, value: dt.timedelta, wire: str) -> None:
    """A duration is written in its largest units, without parts that are zero."""
    assert json.dump(dt.timedelta, value) == wire


def test_only_a_timedelta_is_dumped_as_a_duration(json: Codec) -> None:
    """A number of seconds is no duration."""
    assert json.mismatch(dt.timedelta, 3600) == (
        "at $ expected a timedelta, found a value of type int"
    )


@settings(deadline=None)
@given(st.timedeltas(-LONGEST, LONGEST))
def test_every_duration_comes_back(value: dt.timedelta) -> None:
    """A duration survives the way out and back in, and fits the published pattern."""
    wire = JSON.dump(dt.timedelta, value)

    assert JSON.load(dt.timedelta, wire) == value
    assert Draft202012Validator(JSON.field(dt.timedelta).json_schema).is_valid(wire)


@pytest.mark.parametrize("value", [LONGEST, -LONGEST])
def test_the_longest_durations_come_back(json: Codec, value: dt.timedelta) -> None:
    """The ends of the range can be sent and received."""
    assert json.load(dt.timedelta, json.dump(dt.timedelta, value)) == value


@pytest.mark.parametrize(
    "value", [dt.timedelta.min, dt.timedelta.max, LONGEST + dt.timedelta(days=1)]
)
def test_longer_durations_are_not_dumped(json: Codec, value: dt.timedelta) -> None:
    """What could not be read back, at the end of Python's range, is not written."""
    assert json.mismatch(dt.timedelta, value) == (
        "at $ expected a timedelta, found a value of type timedelta"
    )


OFFSETS = st.integers(-1439, 1439).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))


@settings(deadline=None)
@given(st.datetimes(timezones=OFFSETS))
def test_every_aware_datetime_comes_back(value: dt.datetime) -> None:
    """A datetime survives the way out and back in with its offset."""
    loaded = JSON.load(dt.datetime, JSON.dump(dt.datetime, value))

    assert (loaded, loaded.utcoffset()) == (value, value.utcoffset())


@settings(deadline=None)
@given(st.times(timezones=st.none() | OFFSETS))
def test_every_time_comes_back(value: dt.time) -> None:
    """A time survives the way out and back in, and fits the published pattern."""
    wire = JSON.dump(dt.time, value)
    loaded = JSON.load(dt.time, wire)

    assert (loaded, loaded.utcoffset()) == (value, value.utcoffset())
    assert Draft202012Validator(JSON.field(dt.time).json_schema).is_valid(wire)


@pytest.mark.parametrize("annotation", list(MESSAGES))
def test_text_is_read_as_json_strings_are(text: Codec, annotation: Any) -> None:
    """In a query string the forms are the same, without quotes."""
    assert text.refuse(annotation, "tomorrow") == [MESSAGES[annotation]]


def test_an_offset_of_seconds_is_not_dumped(json: Codec) -> None:
    """History had such offsets; RFC 3339 cannot write them."""
    zone = dt.timezone(dt.timedelta(minutes=19, seconds=32))

    assert json.mismatch(dt.datetime, dt.datetime(1900, 1, 1, tzinfo=zone)) == (
        "at $ expected a datetime with a time zone, found a value of type datetime"
    )
    assert json.mismatch(dt.time, dt.time(tzinfo=zone)) == (
        "at $ expected a time, found a value of type time"
    )


@pytest.mark.parametrize(
    ("annotation", "value"),
    [(dt.datetime, "2026-01-01T00:00:00.5 01:00"), (dt.time, "10:00:00 01:00")],
)
def test_a_plus_that_was_sent_unquoted(
    json: Codec, text: Codec, annotation: Any, value: str
) -> None:
    """In a query it is a space: the message has what to send. JSON has no such rule."""
    assert text.refuse(annotation, value) == [temporal.LOST_PLUS]
    assert text.refuse(annotation, f"{value}:00") == [MESSAGES[annotation]]
    assert text.refuse(annotation, None) != [temporal.LOST_PLUS]
    assert text.refuse(annotation, 1) == [MESSAGES[annotation]]
    assert json.refuse(annotation, value) == [MESSAGES[annotation]]
