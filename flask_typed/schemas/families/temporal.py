"""Fields for dates, times and durations, in the forms of RFC 3339 and ISO 8601.

Registration and request time. Python's own ``fromisoformat`` accepts different texts in different
versions; the patterns here are the same in all versions. The document publishes those of forms that
have no format in JSON Schema. They have no lookaheads, which not all regular expressions have.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from ...exceptions import ResponseMismatch
from ..fields import TypedField

#: Python has no year 0.
_YEAR = r"[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9]"
_DATE = rf"(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])"
    r"(?:\.(?P<fraction>[0-9]+))?"
)
_OFFSET = r"(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_DURATION = (
    r"(?P<sign>-?)P(?:(?P<weeks>[0-9]{1,8})W|(?=[0-9T])(?:(?P<days>[0-9]{1,8}|[1-8][0-9]{8})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,8})H)?(?:(?P<minutes>[0-9]{1,8})M)?"
    r"(?:(?P<seconds>[0-9]{1,8})(?:\.(?P<fraction>[0-9]{1,6}))?S)?)?)"
)
_SECONDS = r"[0-9]{1,8}(?:\.[0-9]{1,6})?S"
_TIMES = (
    rf"T(?:[0-9]{{1,8}}H(?:[0-9]{{1,8}}M)?(?:{_SECONDS})?|[0-9]{{1,8}}M(?:{_SECONDS})?|{_SECONDS})"
)
#: The same texts without lookaheads.
_DURATION_PUBLISHED = (
    rf"-?P(?:[0-9]{{1,8}}W|(?:[0-9]{{1,8}}|[1-8][0-9]{{8}})D(?:{_TIMES})?|{_TIMES})"
)

#: Durations of so many days are rejected: the other units must not exceed Python's maximum.
MAX_DURATION_DAYS = 900_000_000


def _publish(pattern: str) -> str:
    """Return a pattern for the document, without the names of groups."""
    return f"^{re.sub(r'[?]P<[a-z]+>', '', pattern)}$"


#: In URLs and forms, a ``+`` stands for a space.
LOST_PLUS = "The offset has a space instead of a sign. In a query or a form, send + as %2B."


class Temporal(TypedField):
    """A value with a pattern; subclasses build the value from the pattern's groups."""

    pattern: ClassVar[re.Pattern[str]]
    python_type: ClassVar[type]
    default_error_messages = {"invalid": "Not a valid {words}.", "lost_plus": LOST_PLUS}
    words: ClassVar[str]
    alike = True

    @abstractmethod
    def build(self, parts: Mapping[str, str | None]) -> Any:
        """Return the value of the pattern's groups.

        :raises ValueError: if there is no such value.
        """
        ...

    def load(self, value: Any) -> Any:
        match = self.pattern.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            key = "lost_plus" if self.text and self.has_lost_plus(value) else "invalid"
            raise self.make_error(key, words=self.words)
        try:
            return self.build(match.groupdict())
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid", words=self.words) from error

    def has_lost_plus(self, value: Any) -> bool:
        """Return whether a value has a space in place of its offset's ``+``."""
        return isinstance(value, str) and bool(
            self.pattern.fullmatch("+".join(value.rsplit(" ", 1)))
        )

    def dump(self, value: Any) -> str:
        if not isinstance(value, self.python_type) or not self.writable(value):
            raise self.mismatch(value)
        return self.write(value)

    @abstractmethod
    def writable(self, value: Any) -> bool:
        """Return whether a value of the type has a text form."""
        ...

    def write(self, value: Any) -> str:
        """Return the text form."""
        return str(value.isoformat())


#: The hint of a message about a naive datetime in a response.
NAIVE = (
    'a naive datetime; if it is in UTC, set TYPED_NAIVE_DATETIMES = "utc", or annotate'
    " Annotated[datetime, AssumeUTC()]"
)


class DateTime(Temporal):
    """An aware ``datetime``: RFC 3339's date-time, which always has an offset.

    :param naive_is_utc: whether naive values of responses are in UTC instead of an error.
    """

    json_schema = {"type": "string", "format": "date-time"}
    expected = "a datetime with a time zone"
    canonical = False
    samples = (dt.datetime.fromtimestamp(0, dt.timezone.utc),)
    pattern = re.compile(f"{_DATE}[Tt]{_TIME}{_OFFSET}")
    python_type = dt.datetime
    words = "date and time with an offset (RFC 3339)"

    def __init__(self, *, naive_is_utc: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.naive_is_utc = naive_is_utc

    def dump(self, value: Any) -> str:
        return super().dump(self.validated(value, None))

    def validated(self, value: Any, dumped: Any) -> Any:
        """Return the value with the time zone that it is in."""
        if self.naive_is_utc and is_naive(value):
            return value.replace(tzinfo=dt.timezone.utc)
        return value

    def mismatch(self, value: Any) -> ResponseMismatch:
        return (
            ResponseMismatch(self.expected, NAIVE) if is_naive(value) else super().mismatch(value)
        )

    def build(self, parts: Mapping[str, str | None]) -> dt.datetime:
        return dt.datetime.combine(build_date(parts), build_time(parts))

    def writable(self, value: dt.datetime) -> bool:
        return value.utcoffset() is not None and has_whole_offset(value)

    def write(self, value: dt.datetime) -> str:
        return write_utc_as_z(value.isoformat())


class LocalDateTime(DateTime):
    """A naive ``datetime`` without an offset: the form of ``fields.NaiveDateTime``."""

    json_schema = {"type": "string", "pattern": _publish(f"{_DATE}[Tt]{_TIME}")}
    expected = "a datetime without a time zone"
    pattern = re.compile(f"{_DATE}[Tt]{_TIME}")
    words = "date and time without an offset"


class AnyDateTime(DateTime):
    """A ``datetime`` with or without an offset: the form of ``fields.DateTime``."""

    json_schema = {"type": "string", "pattern": _publish(f"{_DATE}[Tt]{_TIME}{_OFFSET}?")}
    expected = "a datetime"
    pattern = re.compile(f"{_DATE}[Tt]{_TIME}{_OFFSET}?")
    words = "date and time (RFC 3339, the offset may be left out)"

    def writable(self, value: dt.datetime) -> bool:
        return has_whole_offset(value)


class Date(Temporal):
    """A ``date``: RFC 3339's full-date."""

    json_schema = {"type": "string", "format": "date"}
    expected = "a date without a time"
    samples = (dt.date(1970, 1, 1),)
    one_text = True
    pattern = re.compile(_DATE)
    python_type = dt.date
    words = "date (RFC 3339)"

    def build(self, parts: Mapping[str, str | None]) -> dt.date:
        return build_date(parts)

    def writable(self, value: dt.date) -> bool:
        return not isinstance(value, dt.datetime)


class Time(Temporal):
    """A ``time``, with or without an offset."""

    json_schema = {"type": "string", "pattern": _publish(f"{_TIME}{_OFFSET}?")}
    expected = "a time"
    canonical = False
    samples = (dt.time(), dt.time(tzinfo=dt.timezone.utc))
    pattern = re.compile(f"{_TIME}{_OFFSET}?")
    python_type = dt.time
    words = "time (RFC 3339, the offset may be left out)"

    def build(self, parts: Mapping[str, str | None]) -> dt.time:
        return build_time(parts)

    def writable(self, value: dt.time) -> bool:
        return has_whole_offset(value)

    def write(self, value: dt.time) -> str:
        return write_utc_as_z(value.isoformat())


class Duration(Temporal):
    """A ``timedelta``: ISO 8601's duration in weeks, days, hours, minutes and seconds."""

    json_schema = {
        "type": "string",
        "format": "duration",
        "pattern": _publish(_DURATION_PUBLISHED),
    }
    expected = "a timedelta"
    canonical = False
    samples = (dt.timedelta(),)
    pattern = re.compile(_DURATION)
    python_type = dt.timedelta
    words = "duration (ISO 8601, without years and months)"

    def build(self, parts: Mapping[str, str | None]) -> dt.timedelta:
        units = ("weeks", "days", "hours", "minutes", "seconds")
        duration = dt.timedelta(
            **{unit: int(parts[unit] or 0) for unit in units},
            microseconds=build_microseconds(parts["fraction"]),
        )
        return -duration if parts["sign"] else duration

    def writable(self, value: dt.timedelta) -> bool:
        return abs(value) < dt.timedelta(MAX_DURATION_DAYS)

    def write(self, value: dt.timedelta) -> str:
        sign, value = ("-", -value) if value < dt.timedelta() else ("", value)
        minutes, seconds = divmod(value.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        fraction = f".{value.microseconds:06}".rstrip("0").rstrip(".")
        days = f"{value.days}D" if value.days else ""
        time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
        if seconds or fraction or not (days or time):
            time += f"{seconds}{fraction}S"
        return f"{sign}P{days}" + (f"T{time}" if time else "")


def is_naive(value: Any) -> bool:
    """Return whether a value is a ``datetime`` without an offset."""
    return isinstance(value, dt.datetime) and value.utcoffset() is None


def has_whole_offset(value: dt.datetime | dt.time) -> bool:
    """Return whether an offset has whole minutes, as in RFC 3339; historical ones may not."""
    return not (value.utcoffset() or dt.timedelta()) % dt.timedelta(minutes=1)


def build_date(parts: Mapping[str, str | None]) -> dt.date:
    """Return the date of a pattern's groups."""
    return dt.date(*(int(parts[part] or 0) for part in ("year", "month", "day")))


def build_time(parts: Mapping[str, str | None]) -> dt.time:
    """Return the time of a pattern's groups; digits beyond microseconds are cut off."""
    hour, minute, second = (int(parts[part] or 0) for part in ("hour", "minute", "second"))
    microsecond = build_microseconds(parts["fraction"])
    return dt.time(hour, minute, second, microsecond, build_offset(parts.get("offset")))


def build_microseconds(fraction: str | None) -> int:
    """Return the microseconds of the digits after a decimal point."""
    return int((fraction or "")[:6].ljust(6, "0"))


def build_offset(offset: str | None) -> dt.timezone | None:
    """Return the time zone of ``Z`` or ``±HH:MM``."""
    if offset is None:
        return None
    if offset in "Zz":
        return dt.timezone.utc
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return dt.timezone(dt.timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def write_utc_as_z(text: str) -> str:
    """Return an ISO text in which ``Z`` replaces UTC's offset."""
    return text[:-6] + "Z" if text.endswith("+00:00") else text
