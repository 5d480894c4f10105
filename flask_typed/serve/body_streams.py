"""Bodies that the view takes piece by piece: chunks of bytes, or the values of JSON Lines.

Request time. Each line is validated when the view asks for it; nothing keeps more than one line and
one chunk of the body.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from flask import Request
from marshmallow import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from ..bridge.iterators import iterate_in_thread
from ..messages.translating import translate_message
from ..plan.operation import Reader
from ..schemas.searching import Enough
from ..wire.decoding import BodyUnreadable
from ..wire.limits import MAX_LINE
from .client_stream import reject_cut_off, reject_short, watch_stream
from .collecting import Faults, add_faults
from .places import ReadValues

#: How many bytes of a body are read at once. Servers wait until they have as many, so that lines
#: which arrive slowly are read in smaller pieces.
PIECE_SIZE = 64 * 1024
LINES_SIZE = 1024


def read_chunks(request: Request, size: int) -> Iterator[bytes]:
    """Yield the body in pieces.

    :param size: of a piece, in bytes; the last one may be smaller.
    :raises werkzeug.exceptions.HTTPException: 400 or 413 for a body that is cut off, too large or
        cannot be read.
    """
    source = watch_stream(request)
    while chunk := source.read(size):
        yield chunk
    reject_cut_off(request)
    reject_short(request, source.count)


class LineSplitter:
    """Splits a body into its lines.

    :ivar number: of the last line that was returned, from 1.
    """

    def __init__(self) -> None:
        self.number = 0
        self._parts: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the lines that a chunk completes, without those that are blank.

        :raises werkzeug.exceptions.RequestEntityTooLarge: for a line that is too long.
        """
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield from self._end(end)
        self._add(rest)

    def finish(self) -> Iterator[bytes]:
        """Yield the last line, if it does not end with a line break."""
        yield from self._end(b"")

    def _end(self, end: bytes) -> Iterator[bytes]:
        self._add(end)
        line = b"".join(self._parts)
        self._parts, self._length = [], 0
        self.number += 1
        if line and not line.isspace():
            yield line

    def _add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MAX_LINE:
            too_long = translate_message(f"A line is longer than {MAX_LINE} bytes.")
            raise RequestEntityTooLarge(f"{too_long} {name_line(self.number + 1)}")
        self._parts.append(part)


class LineReader:
    """Reads the values of the lines of one request.

    :param read: reads one line as a whole body.
    :param most: the number of faults that a response lists.
    """

    def __init__(self, reader: Reader, read: ReadValues, request: Request, most: int) -> None:
        self._reader = reader
        self._read = read
        self._request = request
        self._most = most
        self._splitter = LineSplitter()

    def iterate(self) -> Iterator[Any]:
        """Yield the values of the lines."""
        for chunk in read_chunks(self._request, LINES_SIZE):
            yield from map(self._read_line, self._splitter.feed(chunk))
        yield from map(self._read_line, self._splitter.finish())

    async def iterate_async(self) -> AsyncIterator[Any]:
        """Yield the values of the lines to an async view."""
        async for chunk in iterate_in_thread(read_chunks(self._request, LINES_SIZE)):
            for value in map(self._read_line, self._splitter.feed(chunk)):
                yield value
        for value in map(self._read_line, self._splitter.finish()):
            yield value

    def _read_line(self, line: bytes) -> Any:
        """Return the value of a line.

        :raises RequestInvalid: with the faults of the line.
        :raises werkzeug.exceptions.BadRequest: for a line that is not JSON.
        """
        number = self._splitter.number
        faults = Faults(self._most, f"/{number - 1}")
        values: Mapping[str, Any] = {}
        try:
            values = self._read(self._request, {}, line, faults)
        except ValidationError as error:
            add_faults(self._reader, error.with_traceback(None), faults)
        except BodyUnreadable as error:
            raise BodyUnreadable(place_error(str(error.description), number)) from error
        except Enough:
            pass
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


def open_chunks(reader: Reader, request: Request) -> Iterator[bytes] | AsyncIterator[bytes]:
    """Return the chunks of the body of a request, for a sync or an async view."""
    chunks = read_chunks(request, PIECE_SIZE)
    return iterate_in_thread(chunks) if reader.is_async else chunks


def open_lines(
    reader: Reader, read: ReadValues, most: int, request: Request
) -> Iterator[Any] | AsyncIterator[Any]:
    """Return the values of the lines of the body of a request, for a sync or an async view.

    :param read: reads one line as a whole body.
    :param most: the number of faults that a response lists.
    """
    lines = LineReader(reader, read, request, most)
    return lines.iterate_async() if reader.is_async else lines.iterate()


def name_line(number: int) -> str:
    """Return the sentence that names a line, in the language of the request."""
    return translate_message(f"See line {number}.")
