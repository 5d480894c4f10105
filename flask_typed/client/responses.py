"""From a response to the value that the view has returned, by the return annotation.

Where the client is used.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ..declare.streams import NO_DATA, Event
from ..plan.operation import Operation, Outcome
from ..schemas.families.containers import Array
from ..schemas.families.model_schemas import ModelValue
from ..schemas.formats import find_format
from ..wire.decoding import decode_json
from ..wire.msgpack import msgpack_to_json
from .bodies import read_rows
from .events import parse_events, split_lines_of
from .operations import Mirrored, Mirrors


class Unreadable(Exception):
    """A response does not fit the annotation."""


class ResponseReader:
    """Reads the successful responses of one operation.

    :param explain: makes the error of an item of a stream that does not fit.
    """

    def __init__(
        self, mirrors: Mirrors, mirrored: Mirrored, explain: Callable[[str], Exception]
    ) -> None:
        self._explain = explain
        self._mirrors = mirrors
        self._mirrored = mirrored

    def find(self, response: Response) -> tuple[Outcome, Outcome] | None:
        """Return the outcome of a response, strict and loose; ``None`` if there is none."""
        strict, loose = self._mirrored.strict, self._mirrored.loose
        found = find_outcome(strict, response), find_outcome(loose, response)
        return None if found[0] is None or found[1] is None else (found[0], found[1])

    def is_stream(self, response: Response) -> bool:
        """Return whether the body of a response is read bit by bit, or by the caller."""
        if not self._mirrored.loose.outcomes:
            return response.status_code < 400
        found = self.find(response)
        return found is not None and bool(found[0].stream or found[0].untouched)

    def read(self, response: Response) -> Any:
        """Return the value.

        :raises Unreadable: for a response without an annotation, or that does not fit its own.
        """
        if not self._mirrored.loose.outcomes:  # Flask's business
            return response
        found = self.find(response)
        if found is None:
            raise Unreadable("the view does not have this response")
        strict, loose = found
        if loose.untouched:
            return response
        body = self._read_body(strict, loose, response)
        if loose.reply is None:
            return body
        return loose.reply.from_response(body, response.headers)

    def _read_body(self, strict: Outcome, loose: Outcome, response: Response) -> Any:
        """Return the body of a reply, or the value itself."""
        if loose.stream:
            return self._read_stream(strict, loose, response)
        if loose.raw:
            data = response.get_data()
            return data if loose.raw is bytes else decode_body(data, response)
        if loose.field is None or strict.field is None:
            return None
        reject_media_type(loose, response)
        value = self._read_value(strict, loose, response)
        return loose.disclose(value) if loose.disclose else value

    def _read_value(self, strict: Outcome, loose: Outcome, response: Response) -> Any:
        data, kind = response.get_data(), find_format(response.mimetype or "")
        try:
            if kind == "csv":
                return self._read_rows(loose, data)
            value = decode_json(msgpack_to_json(data) if kind == "msgpack" else data)
        except BadRequest as error:
            raise Unreadable(f"the body cannot be read: {error.description}") from error
        return load_value(strict.field, loose.field, value)  # type: ignore[arg-type]  # it has one

    def _read_rows(self, outcome: Outcome, data: bytes) -> Any:
        """Return the rows of a table."""
        item = outcome.field.inner if isinstance(outcome.field, Array) else None
        if not isinstance(outcome.field, Array) or not isinstance(item, ModelValue):
            raise Unreadable("the rows in CSV are of a class that only its library reads")
        schema = self._mirrors.make_row(item.model.type)
        rows, fault = read_rows(schema, data)
        if fault:
            raise Unreadable(f"a row in CSV does not fit: {fault}")
        return outcome.field.gather(rows)

    def _read_stream(self, strict: Outcome, loose: Outcome, response: Response) -> Any:
        """Return a generator of the items; it closes the response when it ends or is closed."""
        chunks = response.iter_encoded()
        if loose.stream == "raw":
            return self._close_after(response, decode_chunks(chunks, loose, response))
        load = make_item_loader(strict, loose)
        if loose.stream == "lines":
            lines = (line for line in split_lines_of(chunks) if line.strip())
            return self._close_after(response, map(load, lines))
        return self._close_after(response, read_events(chunks, load))

    def _close_after(self, response: Response, items: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield items, and close the response at the end.

        :raises UnexpectedResponse: for an item that does not fit.
        """
        with closing(response):
            try:
                yield from items
            except Unreadable as error:
                raise self._explain(str(error)) from error


def find_outcome(operation: Operation, response: Response) -> Outcome | None:
    """Return the outcome for the status code and the media type of a response."""
    status = response.status_code
    alike = [one for one in operation.outcomes if one.status == status]
    free = [one for one in operation.outcomes if one.untouched and one.status is None]
    for outcome in (*alike, *free):
        others = (outcome, *outcome.others.values())
        sent = response.mimetype or ""
        named = [one for one in others if sent in map(bare, one.media_types)]
        return named[0] if named else outcome
    return None


def bare(media_type: str) -> str:
    """Return a media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def reject_media_type(outcome: Outcome, response: Response) -> None:
    """Raise for a body of another media type."""
    if find_format(response.mimetype or "") is None:
        expected = " or ".join(outcome.media_types)
        raise Unreadable(f"the body is {response.mimetype or 'of no type'}, not {expected}")


def decode_body(data: bytes, response: Response) -> str:
    """Return the text of a body."""
    charset = response.mimetype_params.get("charset", "utf-8")
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(f"the body is not {charset}") from error


def load_value(strict: fields.Field[Any], loose: fields.Field[Any], value: Any) -> Any:
    """Return the value of a JSON value: by the rules of this version, else by looser ones.

    :raises Unreadable: if it does not fit.
    """
    try:
        return strict.deserialize(value)
    except ValidationError:
        try:
            return loose.deserialize(value)
        except ValidationError as error:
            raise Unreadable(f"the body does not fit the annotation: {error}") from error


def make_item_loader(strict: Outcome, loose: Outcome) -> Callable[[bytes], Any]:
    """Return the function that reads one item of a stream."""

    def load(text: bytes) -> Any:
        if loose.field is None or strict.field is None:
            return text.decode()
        try:
            return load_value(strict.field, loose.field, decode_json(text))
        except BadRequest as error:
            raise Unreadable(f"an item cannot be read: {error.description}") from error

    return load


def decode_chunks(
    chunks: Iterable[bytes], outcome: Outcome, response: Response
) -> Iterator[str | bytes]:
    """Yield the chunks of a stream as they are, or as text."""
    if outcome.raw is not str:
        yield from chunks
        return
    charset = response.mimetype_params.get("charset", "utf-8")
    decoder = codecs.getincrementaldecoder(charset)()
    for chunk in chunks:
        yield decoder.decode(chunk)


def read_events(chunks: Iterable[bytes], load: Callable[[bytes], Any]) -> Iterator[Event[Any]]:
    """Yield the events of a stream, with their data in its type.

    The last event of a stream that has failed is called ``error``: its data is a problem document.
    """
    for event in parse_events(chunks):
        if event.data is NO_DATA:
            yield event
        elif event.event == "error":
            try:
                yield replace(event, data=load(event.data))
            except Unreadable:
                yield replace(event, data=decode_json(event.data))
        else:
            yield replace(event, data=load(event.data))
