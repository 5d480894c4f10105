"""Server-sent events and lines of a response, read as they come.

Where the client is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ..declare.streams import NO_DATA, Event

#: The line breaks of server-sent events. A carriage return at the end may be half of one.
BREAKS = re.compile(rb"\r\n|\n|\r(?!\Z)")


def split_lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream of JSON Lines; the last one may have no line break."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


def split_event_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the complete lines of a stream of events."""
    rest = b""
    for chunk in chunks:
        *lines, rest = BREAKS.split(rest + chunk)
        yield from lines
    yield from [rest[:-1]] if rest.endswith(b"\r") else ()


def parse_events(chunks: Iterable[bytes]) -> Iterator[Event[Any]]:
    """Yield the events of a stream, with the bytes of their data.

    Comments are ignored, and so are events that the stream does not end.
    """
    found: dict[str, list[bytes]] = {}
    for line in split_event_lines(chunks):
        if line:
            name, _, value = line.partition(b":")
            found.setdefault(name.decode(), []).append(value.removeprefix(b" "))
            continue
        event = make_event(found)
        found = {}
        if event is not None:
            yield event


def make_event(found: dict[str, list[bytes]]) -> Event[Any] | None:
    """Return the event of some lines; ``None`` for a comment alone."""
    if not found.keys() & {"data", "event", "id", "retry"}:
        return None
    texts = {name: values[-1].decode() for name, values in found.items() if name != "data"}
    retry = texts.get("retry", "")
    return Event(
        b"\n".join(found["data"]) if "data" in found else NO_DATA,
        event=texts.get("event"),
        id=texts.get("id"),
        retry=int(retry) if retry.isdecimal() else None,
    )
