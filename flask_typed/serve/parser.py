"""webargs' parsers: one location of a request, or its body, through one schema.

Request time. webargs reads the locations that it knows. Invalid input that webargs or werkzeug
would ignore is rejected. Faults are raised as marshmallow's ``ValidationError``, for the caller to
collect.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Request
from webargs.core import Parser
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from ..plan.readers import Bytes
from ..schemas.deep_objects import DeepObject
from ..wire.decoding import decode_json, decode_text
from .empty_inputs import read_empty_inputs
from .json_parts import add_json_parts

R = TypeVar("R")


class RaisingParser(Parser[R]):
    """Raises the faults as the schema does: the caller knows the location."""

    def handle_error(self, error: ma.ValidationError, *args: Any, **options: Any) -> NoReturn:
        """Raise the faults to the caller, without webargs' location as the outer key."""
        (error.messages,) = error.messages_dict.values()
        raise error


class RequestParser(RaisingParser[Request], FlaskParser):
    """Reads one location of a request. The caller rejects unknown form fields."""

    DEFAULT_UNKNOWN_BY_LOCATION = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "form": ma.EXCLUDE,
        "deep": None,
    }
    __location_map__ = {**FlaskParser.__location_map__, "deep": "load_deep"}

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

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        """Return the form's values, without empty inputs where an empty text is no value."""
        form = read_empty_inputs(req.form, schema)
        if req.files:
            form = add_json_parts(form, req.files, schema)
        return MultiDictProxy(form, schema, tuple(self.KNOWN_MULTI_FIELDS))

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        """Return the uploaded files, without file inputs that were left empty."""
        chosen = [(name, file) for name, file in req.files.items(multi=True) if file.filename]
        return MultiDictProxy(MultiDict(chosen), schema, tuple(self.KNOWN_MULTI_FIELDS))


def gather(parameters: MultiDict[str, str], field: DeepObject) -> dict[str, Any]:
    """Return the value of each key of an object: a text, or all texts of a list."""
    keys = {name: field.key_of(name) for name in parameters}
    return {
        key: parameters.getlist(name) if field.is_repeated(key) else parameters[name]
        for name, key in keys.items()
        if key
    }


class BodyParser(RaisingParser[bytes]):
    """Reads a body that is not a form. It parses bytes instead of a request."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "whole": None, "raw": None}
    __location_map__ = {"json": "load_json", "whole": "load_whole", "raw": "load_raw"}

    def load_json(self, req: bytes, schema: ma.Schema) -> Any:
        """Return the JSON value."""
        return decode_json(req)

    def load_whole(self, req: bytes, schema: ma.Schema) -> Any:
        """Return the JSON value under the key of the schema's only field."""
        (name,) = schema.fields
        return {name: decode_json(req)}

    def load_raw(self, req: bytes, schema: ma.Schema) -> Any:
        """Return the unchanged body, as bytes or as text."""
        ((name, field),) = schema.fields.items()
        return {name: req if isinstance(field, Bytes) else decode_text(req)}
