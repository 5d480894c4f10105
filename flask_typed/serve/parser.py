"""webargs' parser for Flask, made strict where webargs or werkzeug forgive.

Request time. A location that webargs knows is read as webargs reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn, cast

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ..plan.readers import Bytes
from ..schemas.deep_objects import DeepObject
from ..wire.decoding import BodyUnreadable, decode_json, decode_text
from ..wire.limits import MAX_LENGTH_DIGITS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class StrictFormDataParser(FormDataParser):
    """werkzeug's parser for forms; what it cannot parse is an error instead of an empty form."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "silent": False})


class RequestParser(FlaskParser):
    """Reads one place of a request through one schema.

    Faults are raised as marshmallow's ``ValidationError``, with webargs' location as the outer key,
    for the caller to collect; unknown form fields are the caller's business too.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "form": ma.EXCLUDE,
        "whole": None,
        "raw": None,
        "deep": None,
    }
    __location_map__ = {
        **FlaskParser.__location_map__,
        "whole": "load_whole",
        "raw": "load_raw",
        "deep": "load_deep",
    }

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Return the query string's parameters."""
        try:
            return super().load_querystring(req, schema)
        except UnicodeDecodeError as error:
            raise ma.ValidationError("Not UTF-8.") from error

    def load_deep(self, req: Request, schema: ma.Schema) -> Any:
        """Return the parameters ``name[key]`` of the query string as one object under the name."""
        (field,) = schema.fields.values()
        found = gather(self.load_querystring(req, schema).data, cast("DeepObject", field))
        return {field.data_key: found} if found else {}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Return the JSON body."""
        return decode_json(get_body(req))

    def load_whole(self, req: Request, schema: ma.Schema) -> Any:
        """Return the JSON body as the one value that the schema asks for."""
        (name,) = schema.fields
        return {name: self.load_json(req, schema)}

    def load_raw(self, req: Request, schema: ma.Schema) -> Any:
        """Return the body as it came, as bytes or as a text."""
        ((name, field),) = schema.fields.items()
        data = get_body(req)
        return {name: data if isinstance(field, Bytes) else decode_text(data)}

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        """Return the uploaded files; a file input that was left empty is no file."""
        chosen = [(name, file) for name, file in req.files.items(multi=True) if file.filename]
        return self._makeproxy(MultiDict(chosen), schema)

    def handle_error(self, error: ma.ValidationError, *args: Any, **options: Any) -> NoReturn:
        """Hand the faults to the caller."""
        raise error


def gather(parameters: MultiDict[str, str], field: DeepObject) -> dict[str, Any]:
    """Return what is under each key of an object: a text, or all of a list's."""
    keys = {name: field.key_of(name) for name in parameters}
    return {
        key: parameters.getlist(name) if field.is_repeated(key) else parameters[name]
        for name, key in keys.items()
        if key
    }


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


def find_limit(request: Request, config: Mapping[str, Any]) -> int | None:
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
    length, most = int(text), find_limit(request, config)
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
    environ["wsgi.input"] = Taken(data)
    return data


class Taken(BytesIO):
    """A body that was read from the server, for whoever reads it after."""


def get_body(request: Request) -> bytes:
    """Return a body that was read before, and leave it for others."""
    stream = request.environ["wsgi.input"]
    if isinstance(stream, Taken):
        return stream.getvalue()
    return request.get_data(cache=True)


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
