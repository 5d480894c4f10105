"""The body of a request: whether there is one, of the right kind; its bytes; its value.

Made at registration; request time. All of a body is here, in the order in which it is met::

    receive ── find_length      may it be read from the server as it is?
      │    ├── accepts          is it of a kind that is taken?                  415
      │    ├── parse_form       a form stays in the request, for the places     400 413
      │    └── read_body        anything else is bytes                          400 413
    make_body_read              bytes → values, by the codec or by the schema   400
    reject_unknown_fields       of a form
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from flask import Request
from marshmallow import ValidationError
from webargs.core import is_json
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from ..codec.codecs import Codecs
from ..codec.loading import Loader, judge_body
from ..plan.operation import JSON, Payload, Reader, is_among
from ..plan.readers import FORM_MEDIA_TYPES, URLENCODED
from ..schemas.faults import write_pointer
from ..schemas.fields import REFUSED
from ..wire.decoding import BodyUnreadable
from ..wire.limits import MAX_LENGTH_DIGITS
from .collecting import Faults, loading_values
from .parser import BodyParser
from .places import REQUEST_LOCATIONS, ReadValues, ViewArgs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
body_parser = BodyParser()


def is_form(request: Request, payload: Payload) -> bool:
    """Say whether the body is read as a form; of either kind it is what the client says."""
    if payload.kind == "either":
        return request.mimetype in FORM_MEDIA_TYPES
    return payload.kind == "form"


def receive(
    request: Request, payload: Payload, config: Mapping[str, Any], as_form: bool
) -> bytes | None:
    """Return the body, of the right kind, or nothing if there is none; a form stays where it is.

    :param config: the app's.
    :raises werkzeug.exceptions.UnsupportedMediaType: for a body of another kind.
    :raises werkzeug.exceptions.HTTPException: 400 or 413 for a body that cannot be read.
    """
    length = find_length(request, config)
    content_type = request.environ.get("CONTENT_TYPE")
    is_raw = payload.kind in ("text", "bytes")
    if not (length or announces_body(request) or (is_raw and content_type)):
        return None
    if content_type not in payload.media_types and not accepts(request, payload, as_form):
        wanted = " or ".join(payload.media_types)
        raise UnsupportedMediaType(f"The body must be {wanted}.")
    if as_form:
        parse_form(request)
        return None
    body = read_body(request, length)
    return body if is_raw else body or None


def announces_body(request: Request) -> bool:
    """Say whether a request announces a body."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def accepts(request: Request, payload: Payload, as_form: bool) -> bool:
    """Say whether a request's body is of a kind that is taken."""
    # Browsers write one form in either way, and clients are better off with one to choose from.
    alike = FORM_MEDIA_TYPES if as_form and URLENCODED in payload.media_types else ()
    named = is_among(request.mimetype, (*payload.media_types, *alike))
    if not named and not (JSON in payload.media_types and is_json(request.mimetype)):
        return False
    return as_form or payload.kind == "bytes" or is_utf8(request)


def is_utf8(request: Request) -> bool:
    """Say whether a content type names no other charset than JSON's own."""
    return request.mimetype_params.get("charset", "utf-8").lower() in ("utf-8", "utf8")


class StrictFormDataParser(FormDataParser):
    """werkzeug's parser for forms; what it cannot parse is an error instead of an empty form."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "silent": False})


def parse_form(request: Request) -> None:
    """Make werkzeug parse the form, unless it has been parsed already.

    :raises werkzeug.exceptions.BadRequest: for a form that cannot be parsed.
    """
    if "form" in request.__dict__:  # a hook has looked at it
        reject_cut_off(request)
        return
    request.form_data_parser_class = StrictFormDataParser
    source = watch_stream(request)
    try:
        request.form  # noqa: B018  # parses and remembers
    except ValueError as error:
        reject_cut_off(request)
        raise BodyUnreadable("The form cannot be parsed.") from error
    reject_cut_off(request)
    if getattr(request, "_cached_data", None) is None:  # else a hook has read the whole body
        reject_short(request, source.count)


def find_body_limit(request: Request, config: Mapping[str, Any]) -> int | None:
    """Return how long a body may be, as Flask does, which asks for its app by proxies."""
    limit: Any = getattr(request, "_max_content_length", request)
    if limit is request:  # Flask keeps it elsewhere
        limit = request.max_content_length
    elif limit is None:
        limit = config["MAX_CONTENT_LENGTH"]
    return cast("int | None", limit)


def find_length(request: Request, config: Mapping[str, Any]) -> int | None:
    """Return the length of a body that can be read from the server as it is.

    Nothing for one that werkzeug has to look after: of no known length, large, more than the app
    allows, or looked at before; or where the app has a request class of its own.

    :param config: the app's.
    """
    environ = request.environ
    text = environ.get("CONTENT_LENGTH", "")
    if (
        not (text.isdecimal() and text.isascii() and len(text) <= MAX_LENGTH_DIGITS)
        or "HTTP_TRANSFER_ENCODING" in environ
        or type(request) is not Request
        or "stream" in request.__dict__
    ):
        return None
    length, most = int(text), find_body_limit(request, config)
    return length if most is None or length <= most else None


def read_body(request: Request, length: int | None) -> bytes:
    """Return the body.

    :param length: of one that can be read from the server as it is.
    :raises werkzeug.exceptions.HTTPException: for one that is cut off or cannot be read.
    """
    if length is None:
        watch_stream(request)
        data = request.get_data(cache=True)
    else:
        data = take(request.environ, length)
    if len(data) != length:
        reject_cut_off(request)
        reject_short(request, len(data))
    return data


def take(environ: WSGIEnvironment, length: int) -> bytes:
    """Return the body, and put it back for whoever reads it after."""
    stream = ClientStream(environ["wsgi.input"])
    piece = data = stream.read(length)
    while piece and len(data) < length:
        piece = stream.read(length - len(data))
        data += piece
    environ["wsgi.input"] = BytesIO(data)
    return data


class ClientStream:
    """A stream whose errors are a client's: servers raise what they like while they read.

    gunicorn's errors about broken chunks are classes of its own. Any other error is the server's: a
    full disk, while a file is stored.

    :ivar count: how many bytes have been read; werkzeug reads in no other way.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def read(self, *size: int) -> bytes:
        """Read on.

        :raises werkzeug.exceptions.BadRequest: if the server cannot.
        """
        try:
            data: bytes = self._stream.read(*size)
        except HTTPException:
            raise
        except Exception as error:
            raise BodyUnreadable("The body cannot be read.") from error
        self.count += len(data)
        return data

    @property
    def is_exhausted(self) -> bool:
        """Whether werkzeug's limit was reached."""
        return bool(getattr(self._stream, "is_exhausted", False))


def watch_stream(request: Request) -> ClientStream:
    """Return the request's stream, as everybody reads it from now on."""
    source = ClientStream(request.stream)
    request.stream = source  # type: ignore[assignment]  # as far as werkzeug reads it
    return source


def reject_cut_off(request: Request) -> None:
    """Refuse a body without Content-Length that was longer than the app allows.

    werkzeug hands over what it has read up to the limit, as if it were all.

    :raises werkzeug.exceptions.RequestEntityTooLarge: for such a body.
    """
    if request.content_length is None and getattr(request.stream, "is_exhausted", False):
        raise RequestEntityTooLarge


def reject_short(request: Request, count: int) -> None:
    """Refuse a body that ended before its Content-Length; not every server notices.

    :param count: how many bytes there were.
    :raises werkzeug.exceptions.BadRequest: for such a body.
    """
    if count < (request.content_length or 0):
        raise BodyUnreadable("The body is shorter than its Content-Length.")


def make_body_read(reader: Reader, codecs: Codecs | None) -> ReadValues:
    """Return what reads a body that is no form."""
    loader = find_loader(reader, codecs) if codecs else None
    return make_quick_read(reader, loader) if loader else make_slow_read(reader)


def find_loader(reader: Reader, codecs: Codecs) -> Loader | None:
    """Return what reads a JSON body without its schema; none if nothing is gained by it."""
    if reader.shape == "raw":
        return None
    (node,) = reader.schema.fields.values() if reader.is_whole else (reader.schema,)
    return codecs.make_loader(node)


def make_quick_read(reader: Reader, loader: Loader) -> ReadValues:
    """Return what reads a JSON body; what it does not accept is left to the schema."""
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
    """Let the schema decide about a body that was refused.

    :returns: the value; nothing that is of use if there are faults.
    """
    loaded, found = judge_body(loader, body, faults.left)
    for pointer, message in found:
        faults.add("body", pointer, message)
    return {} if loaded is REFUSED else loaded


def make_slow_read(reader: Reader) -> ReadValues:
    """Return what reads a body through its schema."""
    location = reader.shape if reader.is_whole else "json"

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
    """Return what a reader reads from a request without a body.

    :raises marshmallow.ValidationError: if there has to be one.
    """
    if not reader.is_whole:
        return cast("Mapping[str, Any]", reader.schema.load({}))
    if reader.optional:
        return {}
    raise ValidationError({reader.argument: [MISSING]})


def reject_unknown_fields(request: Request, payload: Payload, faults: Faults) -> None:
    """Note a fault for each form field and file that the view does not take."""
    for location, place in REQUEST_LOCATIONS.items():
        for name in place.values(request, {}) if place.in_body else ():
            if name not in payload.names:
                faults.add(location, write_pointer((name,)), UNKNOWN)
