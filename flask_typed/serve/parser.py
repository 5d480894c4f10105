"""webargs' parser for Flask, made strict where webargs or werkzeug forgive.

Request time. A location that webargs knows is read as webargs reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from ..declare.markers import Location
from ..schemas.deep import DeepObject
from .decoding import decode_json

#: webargs' name for each place of a request.
WEBARGS_LOCATIONS: dict[Location, str] = {
    "path": "path",
    "query": "query",
    "header": "headers",
    "cookie": "cookies",
    "form": "form",
    "file": "files",
    "body": "json",
}


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
        "path": ma.EXCLUDE,
        "form": ma.EXCLUDE,
        "whole": None,
        "deep": None,
    }
    __location_map__ = {
        **FlaskParser.__location_map__,
        "whole": "load_whole",
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
        return decode_json(req.get_data(cache=True))

    def load_whole(self, req: Request, schema: ma.Schema) -> Any:
        """Return the JSON body as the one value that the schema asks for."""
        (name,) = schema.fields
        return {name: self.load_json(req, schema)}

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
    request.form_data_parser_class = StrictFormDataParser
    source = CountingStream(request.environ["wsgi.input"])
    request.environ["wsgi.input"] = source
    parsed = "form" in request.__dict__
    try:
        with reading():
            request.form  # noqa: B018  # parses and remembers
    except ValueError as error:
        reject_cut_off(request)
        raise BadRequest("The form cannot be parsed.") from error
    reject_cut_off(request)
    if not parsed:
        reject_short(request, source.count)


def read_body(request: Request) -> bytes:
    """Return the body.

    :raises werkzeug.exceptions.HTTPException: for one that is cut off or cannot be read.
    """
    with reading():
        data = request.get_data(cache=True)
    reject_cut_off(request)
    reject_short(request, len(data))
    return data


@contextmanager
def reading() -> Iterator[None]:
    """Turn what goes wrong while a server reads from a client into a 400.

    Servers raise what they like: gunicorn's errors about broken chunks are classes of its own.
    """
    try:
        yield
    except (HTTPException, ValueError):
        raise
    except Exception as error:
        raise BadRequest("The body cannot be read.") from error


class CountingStream:
    """A stream that knows how much has been read from it; werkzeug reads in no other way."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0

    def read(self, *size: int) -> bytes:
        """Read on."""
        data: bytes = self._stream.read(*size)
        self.count += len(data)
        return data


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
        raise BadRequest("The body is shorter than its Content-Length.")
