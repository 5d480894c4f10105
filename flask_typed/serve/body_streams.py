"""Bodies that the view takes piece by piece: chunks of bytes, or the values of JSON Lines.

Request time. Each line is validated when the view asks for it; nothing keeps more than one line and
one chunk of the body.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any

from flask import Request
from marshmallow import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from ..bridge.installing import stop_reading
from ..bridge.iterators import ThreadIterator
from ..messages.translating import translate_message
from ..plan.operation import Reader
from ..schemas.searching import Enough
from ..wire.decoding import BodyUnreadable
from ..wire.limits import MAX_LINE
from .client_stream import ClientStream, open_source, reject_cut_off, reject_short
from .collecting import Faults, add_faults
from .places import ReadValues

#: How many bytes of a body are read at once. Servers wait until they have as many, so that lines
#: which arrive slowly are read in smaller pieces.
PIECE_SIZE = 64 * 1024
LINES_SIZE = 1024
#: The white space of JSON.
BLANK = b" \t\r"
#: Stands for the value of a line that has not been read yet.
NEEDS_MORE: Any = object()

#: A line of a body, after its number.
BodyLine = tuple[int, bytes]


class ChunkReader(Iterator[bytes]):
    """The body of a request in pieces, which is opened when the first one is read.

    :param size: of a piece, in bytes; the last one may be smaller.
    """

    def __init__(self, request: Request, size: int) -> None:
        self._request = request
        self._size = size
        self._source: ClientStream | None = None
        self._has_failed = False

    def __next__(self) -> bytes:
        """Return the next piece.

        :raises werkzeug.exceptions.HTTPException: 400 or 413 for a body that is cut off, too large
            or cannot be read, and again for each further piece: it has not come to its end.
        """
        if self._has_failed:
            raise BodyUnreadable("The body cannot be read.")
        self._has_failed = True  # until the piece is read
        if self._source is None:
            self._source = open_source(self._request)
        chunk = self._source.read(self._size)
        if not chunk:
            reject_cut_off(self._request)
            reject_short(self._request, self._source.count)
        self._has_failed = False
        if not chunk:
            raise StopIteration
        return chunk


class LineSplitter:
    """Splits a body into its lines, with their numbers from 1."""

    def __init__(self) -> None:
        self._number = 0
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[BodyLine]:
        """Yield the lines that a chunk completes, without those that are blank.

        :raises werkzeug.exceptions.RequestEntityTooLarge: for a line that is too long.
        """
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield from self._end(end)
        self._add(rest)

    def finish(self) -> Iterator[BodyLine]:
        """Yield the last line, if it does not end with a line break."""
        yield from self._end(b"")

    def _end(self, end: bytes) -> Iterator[BodyLine]:
        self._add(end)
        line = b"".join(self._parts)
        self._parts, self._length = [], 0
        self._number += 1
        if line.strip(BLANK):
            yield self._number, line

    def _add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MAX_LINE:
            too_long = translate_message(f"A line is longer than {MAX_LINE} bytes.")
            raise RequestEntityTooLarge(f"{too_long} {name_line(self._number + 1)}")
        self._parts.append(part)


class LineReader:
    """Reads the values of the lines of one request.

    The error of a line does not end the lines: the view may catch it, and take the next one.

    :param read: reads one line as a whole body.
    :param most: the number of faults that a response lists.
    """

    def __init__(self, reader: Reader, read: ReadValues, request: Request, most: int) -> None:
        self._reader = reader
        self._read = read
        self._request = request
        self._most = most
        self._splitter = LineSplitter()
        self._lines: deque[BodyLine] = deque()
        self._has_ended = False

    def take(self) -> Any:
        """Return the value of the next line; :data:`NEEDS_MORE` if none has been read."""
        return self._read_line(*self._lines.popleft()) if self._lines else NEEDS_MORE

    def feed(self, chunk: bytes | None) -> bool:
        """Add a piece of the body, ``None`` at its end; return whether there can be more lines."""
        if chunk is not None:
            self._lines.extend(self._splitter.feed(chunk))
        elif self._has_ended:
            return False
        else:
            self._has_ended = True
            self._lines.extend(self._splitter.finish())
        return True

    def _read_line(self, number: int, line: bytes) -> Any:
        """Return the value of a line.

        :raises RequestInvalid: with the faults of the line.
        :raises werkzeug.exceptions.BadRequest: for a line that is not JSON.
        """
        faults = Faults(self._most, f"/{number - 1}")
        values: Mapping[str, Any] = {}
        with suppress(Enough):
            try:
                values = self._read(self._request, {}, line, faults)
            except ValidationError as error:
                add_faults(self._reader, error.with_traceback(None), faults)
            except BodyUnreadable as error:
                raise BodyUnreadable(place_error(str(error.description), number)) from error
        if faults.found:
            invalid = faults.make_error()
            invalid.detail = f"{invalid.detail} {name_line(number)}"
            raise invalid
        return values[self._reader.argument]


def place_error(description: str, number: int) -> str:
    """Return the description of the error of a line, with the number of the line in the body."""
    placed = description.replace(" at line 1,", f" at line {number},")
    if placed != description:
        return placed
    return f"{translate_message(description)} {name_line(number)}"


class Lines(Iterator[Any]):
    """The values of the lines of a body, for a sync view; its threads may share them."""

    def __init__(self, lines: LineReader, chunks: Iterator[bytes]) -> None:
        self._lines = lines
        self._chunks = chunks
        self._lock = Lock()

    def __next__(self) -> Any:
        """Return the value of the next line."""
        with self._lock:
            while (value := self._lines.take()) is NEEDS_MORE:
                if not self._lines.feed(next(self._chunks, None)):
                    raise StopIteration
            return value


class AsyncLines(AsyncIterator[Any]):
    """The values of the lines of a body, for an async view; its tasks may share them."""

    def __init__(self, lines: LineReader, chunks: AsyncIterator[bytes]) -> None:
        self._lines = lines
        self._chunks = chunks

    async def __anext__(self) -> Any:
        """Return the value of the next line."""
        while (value := self._lines.take()) is NEEDS_MORE:
            if not self._lines.feed(await anext(self._chunks, None)):
                raise StopAsyncIteration
        return value


def read_async(request: Request, size: int) -> AsyncIterator[bytes]:
    """Return the pieces of a body for an async view, whose loop they do not block."""
    return ThreadIterator(ChunkReader(request, size), partial(stop_reading, request.environ))


def open_chunks(reader: Reader, request: Request) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Return the chunks of the body of a request, for a sync or an async view."""
    if reader.is_async:
        return read_async(request, PIECE_SIZE)
    return ChunkReader(request, PIECE_SIZE)


def open_lines(
    reader: Reader, read: ReadValues, most: int, request: Request
) -> Iterator[Any] | AsyncIterator[Any]:
    """Return the values of the lines of the body of a request, for a sync or an async view.

    :param read: reads one line as a whole body.
    :param most: the number of faults that a response lists.
    """
    lines = LineReader(reader, read, request, most)
    if reader.is_async:
        return AsyncLines(lines, read_async(request, LINES_SIZE))
    return Lines(lines, ChunkReader(request, LINES_SIZE))


def name_line(number: int) -> str:
    """Return the sentence that names a line, in the language of the request."""
    return translate_message(f"See line {number}.")
