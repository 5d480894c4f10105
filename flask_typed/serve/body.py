"""The body of a request: its presence, its kind, its bytes, its value.

Made at registration; request time. In the order of the work::

    receive ── find_length      can it be read from the server directly?
      │    ├── accepts          is its media type accepted?                     415
      │    ├── parse_form       a form stays in the request, for ``parameters`` 400 413
      │    └── read_body        any other body is read as bytes                 400 413
    make_body_read              bytes → values, by the codec or by the schema   400
    reject_unknown_fields       of a form
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from flask import Request
from marshmallow import ValidationError
from webargs.core import is_json
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from ..codec.codecs import Codecs
from ..codec.loading import Loader, judge_body
from ..lean.requests import LeanRequest
from ..libraries.flask import find_body_limit
from ..libraries.werkzeug import has_data, has_form, has_stream
from ..messages.catalogue import MISSING, UNKNOWN
from ..plan.accepting import find_accepting
from ..plan.operation import JSON, Payload, Reader, is_among
from ..plan.readers import FORM_MEDIA_TYPES, URLENCODED
from ..schemas.faults import write_pointer
from ..schemas.fields import REFUSED
from ..schemas.formats import find_format, is_converted
from ..schemas.patches import JSON_PATCH
from ..wire.decoding import BodyUnreadable
from ..wire.limits import MAX_LENGTH_DIGITS
from ..wire.msgpack import msgpack_to_json
from .body_streams import open_chunks, open_lines
from .client_stream import (
    ClientStream,
    open_stream,
    reject_cut_off,
    reject_short,
    watch_stream,
)
from .collecting import Faults, loading_values
from .parser import BodyParser
from .places import REQUEST_LOCATIONS, ReadValues, ViewArgs
from .table_bodies import read_table

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

body_parser = BodyParser()


def is_form(request: Request, payload: Payload) -> bool:
    """Return whether the body is read as a form; if both are accepted, by its content type."""
    if payload.kind == "either":
        return request.mimetype in FORM_MEDIA_TYPES
    return payload.kind == "form"


def receive(
    request: Request, payload: Payload, config: Mapping[str, Any], as_form: bool
) -> bytes | None:
    """Return the bytes of the body; ``None`` if there is none, or if it is a form.

    werkzeug parses a form, which stays in the request.

    :param config: of the app.
    :raises werkzeug.exceptions.UnsupportedMediaType: for a media type that is not accepted.
    :raises werkzeug.exceptions.HTTPException: 400 or 413 for a body that cannot be read.
    """
    length = find_length(request, config)
    content_type = request.environ.get("CONTENT_TYPE")
    is_raw = payload.kind in ("text", "bytes", "stream")
    if not (length or announces_body(request) or (is_raw and content_type)):
        return None
    if content_type not in payload.media_types and not accepts(request, payload, as_form):
        raise BodyNotAccepted(request.method, payload)
    if as_form:
        parse_form(request)
        return None
    if payload.kind == "stream":
        return b""  # the view reads it
    body = read_body(request, length)
    return body if is_raw else body or None


class BodyNotAccepted(UnsupportedMediaType):
    """The body has a media type that the view does not accept; a header has the accepted ones."""

    def __init__(self, method: str, payload: Payload) -> None:
        super().__init__(f"The body must be {' or '.join(payload.media_types)}.")
        self._header = find_accepting(method, payload)

    def get_headers(self, *args: Any, **options: Any) -> list[tuple[str, str]]:
        """Return the headers of the response."""
        return [*super().get_headers(*args, **options), *filter(None, [self._header])]


def receive_limited(
    request: Request, payload: Payload, config: Mapping[str, Any], as_form: bool
) -> bytes | None:
    """Return the bytes of a body with a limit of its route; otherwise like :func:`receive`."""
    limit = payload.max_length or 0
    length = request.content_length
    # werkzeug cannot tell a body of unknown length that reaches the limit from a longer one.
    request.max_content_length = limit + 1 if length is None else limit
    if (length or 0) > limit:  # a hook may have read it
        raise RequestEntityTooLarge
    body = receive(request, payload, config, as_form)
    if body is not None and len(body) > limit:
        raise RequestEntityTooLarge
    return body


def announces_body(request: Request) -> bool:
    """Return whether a request announces a body."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def accepts(request: Request, payload: Payload, as_form: bool) -> bool:
    """Return whether the content type of a request's body is accepted."""
    # Browsers may send a form in either media type; the document names one, for simpler clients.
    also_accepted = FORM_MEDIA_TYPES if as_form and URLENCODED in payload.media_types else ()
    named = is_among(request.mimetype, (*payload.media_types, *also_accepted))
    if not named and not (JSON in payload.media_types and is_json(request.mimetype)):
        return False
    return as_form or payload.kind in ("bytes", "stream") or is_utf8(request)


def is_utf8(request: Request) -> bool:
    """Return whether a content type names no charset, or UTF-8."""
    return request.mimetype_params.get("charset", "utf-8").lower() in ("utf-8", "utf8")


class StrictFormDataParser(FormDataParser):
    """werkzeug's parser for forms, which raises for an invalid form instead of returning none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "silent": False})


def parse_form(request: Request) -> None:
    """Let werkzeug parse the form, unless it has been parsed already.

    :raises werkzeug.exceptions.BadRequest: for a form that cannot be parsed.
    """
    if has_form(request):  # a hook has read it
        reject_cut_off(request)
        return
    request.form_data_parser_class = StrictFormDataParser
    source = watch_stream(request)
    try:
        request.form  # noqa: B018  # parses the form and caches it
    except ValueError as error:
        reject_cut_off(request)
        raise BodyUnreadable("The form cannot be parsed.") from error
    reject_cut_off(request)
    if not has_data(request):  # else a hook has read the whole body
        reject_short(request, source.count)


def find_length(request: Request, config: Mapping[str, Any]) -> int | None:
    """Return the length of a body that can be read from the server directly.

    ``None`` if werkzeug has to read it: the length is unknown, large or more than the app allows,
    a hook has read it before, or the app has a custom request class.

    :param config: of the app.
    """
    environ = request.environ
    text = environ.get("CONTENT_LENGTH", "")
    if (
        not (text.isdecimal() and text.isascii() and len(text) <= MAX_LENGTH_DIGITS)
        or "HTTP_TRANSFER_ENCODING" in environ
        or type(request) not in (Request, LeanRequest)
        or has_stream(request)
    ):
        return None
    length, most = int(text), find_body_limit(request, config)
    return length if most is None or length <= most else None


def read_body(request: Request, length: int | None) -> bytes:
    """Return the bytes of the body.

    :param length: from :func:`find_length`.
    :raises werkzeug.exceptions.HTTPException: for a body that is cut off or cannot be read.
    """
    if length is None:
        watch_stream(request)
        data = request.get_data(cache=True)
    else:
        data = read_from_server(request.environ, length)
    if len(data) != length:
        reject_cut_off(request)
        reject_short(request, len(data))
    return data


def read_from_server(environ: WSGIEnvironment, length: int) -> bytes:
    """Return the bytes of the body, and put them back for later readers."""
    stream = ClientStream(environ["wsgi.input"])
    piece = data = stream.read(length)
    while piece and len(data) < length:
        piece = stream.read(length - len(data))
        data += piece
    environ["wsgi.input"] = BytesIO(data)
    return data


def make_body_read(reader: Reader, codecs: Codecs | None, max_faults: int) -> ReadValues:
    """Return the function that reads a body that is not a form."""
    if reader.shape == "stream":
        return make_stream_read(reader, open_stream)
    if reader.shape == "chunks":
        return make_stream_read(reader, partial(open_chunks, reader))
    if reader.json_patch is not None:
        other = make_body_read(replace(reader, json_patch=None), codecs, max_faults)
        return make_patch_read(other, of_operations=reader.json_patch)
    loader = find_loader(reader, codecs) if codecs else None
    read = make_quick_read(reader, loader) if loader else make_slow_read(reader)
    if reader.shape == "lines":
        return make_stream_read(reader, partial(open_lines, reader, read, max_faults))
    return make_format_read(reader, read) if is_converted(reader.media_types) else read


def make_format_read(reader: Reader, read: ReadValues) -> ReadValues:
    """Return the function that reads a body of several formats, by its content type.

    :param read: reads it from JSON.
    """

    def read_by_format(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        kind = None if body is None else find_format(request.mimetype)
        if body is not None and kind == "csv" and reader.row is not None:
            return {reader.argument: read_table(reader, reader.row, body, faults)}
        if body is not None and kind == "msgpack":
            body = msgpack_to_json(body)
        return read(request, view_args, body, faults)

    return read_by_format


def make_patch_read(read: ReadValues, *, of_operations: bool) -> ReadValues:
    """Return the function that reads a JSON Patch, or any other body beside one.

    :param read: reads it.
    :param of_operations: whether it is the JSON Patch.
    """

    def read_chosen(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        is_chosen = (request.mimetype == JSON_PATCH) is of_operations
        return read(request, view_args, body, faults) if is_chosen else {}

    return read_chosen


def make_stream_read(reader: Reader, open_body: Callable[[Request], Any]) -> ReadValues:
    """Return the function that opens a body that the view reads itself.

    :param open_body: returns the unread body of a request.
    """

    def open_present(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        return read_absent(reader) if body is None else {reader.argument: open_body(request)}

    return open_present


def find_loader(reader: Reader, codecs: Codecs) -> Loader | None:
    """Return the loader of a JSON body; ``None`` if it would not be faster than the schema."""
    if reader.shape == "raw":
        return None
    (node,) = reader.schema.fields.values() if reader.is_whole else (reader.schema,)
    return codecs.make_loader(node)


def make_quick_read(reader: Reader, loader: Loader) -> ReadValues:
    """Return the function that reads a JSON body by its loader, and by its schema if rejected."""
    is_whole = reader.is_whole

    def read_quickly(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        if body is None:
            return read_absent(reader)
        loaded = loader.load(body)
        if loaded is REFUSED:
            loaded = judge_refused(loader, body, faults)
        return {reader.argument: loaded} if is_whole else loaded

    return read_quickly


def judge_refused(loader: Loader, body: bytes, faults: Faults) -> Any:
    """Let the schema decide about a body that its loader rejected.

    :returns: the value; a placeholder if there are faults.
    """
    loaded, found = judge_body(loader, body, faults.left)
    for pointer, message in found:
        faults.add("body", pointer, message)
    return {} if loaded is REFUSED else loaded


def make_slow_read(reader: Reader) -> ReadValues:
    """Return the function that reads a body through its schema."""
    location = "raw" if reader.shape == "raw" else "whole" if reader.is_whole else "json"

    def read(
        request: Request, view_args: ViewArgs, body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        if body is None:
            return read_absent(reader)
        with loading_values(faults):
            return cast(
                "Mapping[str, Any]", body_parser.parse(reader.schema, body, location=location)
            )

    return read


def read_absent(reader: Reader) -> Mapping[str, Any]:
    """Return the values of a reader for a request without a body.

    :raises marshmallow.ValidationError: if the body is required.
    """
    if not reader.is_whole:
        return cast("Mapping[str, Any]", reader.schema.load({}))
    if reader.optional:
        return {}
    raise ValidationError({reader.argument: [MISSING]})


def reject_unknown_fields(request: Request, payload: Payload, faults: Faults) -> None:
    """Add a fault for each form field and file that the view does not take.

    The empty input of a file may come as a text, and the other way round.
    """
    if payload.names is None:
        return
    known = {name for _, name in payload.names}
    for location, place in REQUEST_LOCATIONS.items():
        is_checked = place.in_body and not (payload.is_open and location == "form")
        for name, values in place.values(request, {}).lists() if is_checked else ():
            is_empty = name in known and not any(values)
            if (location, name) not in payload.names and not is_empty:
                faults.add(location, write_pointer((name,)), UNKNOWN)
