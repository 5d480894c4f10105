"""From a request to plain values: the faults of every place, in one answer.

Request time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from flask import Request
from marshmallow import EXCLUDE, ValidationError
from marshmallow.exceptions import SCHEMA
from webargs.core import is_json
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ..codec.codecs import Codecs
from ..codec.loading import Judge, Loader
from ..codec.refused import Refused
from ..codec.texts import Parameter, load_parameters, make_parameters
from ..declare.markers import WEBARGS_LOCATIONS, Location
from ..plan.operation import Payload, Reader, is_among
from ..plan.readers import FORMS, JSON, URLENCODED
from ..schemas.faults import flatten, write_pointer
from ..schemas.fields import REFUSED
from ..schemas.searching import Enough, limit_faults
from ..wire.decoding import decode_json, too_deep
from .collecting import Faults
from .parser import RequestParser, find_length, parse_form, read_body

MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
INVALID = "Invalid value."
parser = RequestParser()


class Binder:
    """Reads the values of one part of an operation's work.

    :param payload: the body that is read, if one is.
    :param codecs: make the accelerated path; without them, schemas read everything.
    :param config: the app's.
    :param max_faults: how many faults are reported.
    """

    def __init__(
        self,
        readers: Iterable[Reader],
        payload: Payload | None,
        codecs: Codecs | None,
        config: Mapping[str, Any],
        max_faults: int,
    ) -> None:
        self._payload = payload
        self._config = config
        self._max_faults = max_faults
        self._readers = [
            (reader, make_quick(reader, codecs) if codecs else None) for reader in readers
        ]
        #: What is read where a body of either kind may come: JSON, or a form.
        self._either = [
            [pair for pair in self._readers if pair[0].location != skipped]
            for skipped in ("form", "body")
            if payload is not None and payload.kind == "either"
        ]

    def bind(self, request: Request, view_args: Mapping[str, Any]) -> dict[str, Any]:
        """Return values of a request by their keys.

        :param view_args: the variables of the URL rule, as the view is called with them.
        :raises RequestInvalid: with the faults of every place.
        :raises werkzeug.exceptions.HTTPException: 400, 413 or 415 for a body that cannot be read.
        """
        values: dict[str, Any] = {}
        faults = Faults(self._max_faults)
        payload, readers, body, is_form = self._payload, self._readers, None, False
        if payload is not None:
            is_form = payload.kind == "form"
            if payload.kind == "either":
                is_form = request.mimetype in FORMS
                readers = self._either[is_form]
            body = prepare_body(request, payload, self._config, is_form)
        try:
            for reader, quick in readers:
                try:
                    if quick is not None:
                        values.update(quick(request, view_args, body, faults))
                    elif reader.location == "path":
                        values.update(read_path(reader, view_args, faults))
                    else:
                        values.update(read(reader, request, body, faults))
                except ValidationError as error:
                    add_faults(reader, error, faults)
            if payload is not None and is_form:
                reject_unknown_fields(request, payload, faults)
        except Enough:
            pass
        if faults.found:
            raise faults.refuse()
        return values


def prepare_body(
    request: Request, payload: Payload, config: Mapping[str, Any], is_form: bool
) -> bytes | None:
    """Return the body, of the right kind, or nothing if there is none; a form stays where it is.

    :raises werkzeug.exceptions.UnsupportedMediaType: for a body of another kind.
    """
    length = find_length(request, config)
    said = request.environ.get("CONTENT_TYPE")
    raw = payload.kind in ("text", "bytes")
    if not (length or has_body(request) or (raw and said)):
        return None
    if said not in payload.media_types and not accepts(request, payload, is_form):
        wanted = " or ".join(payload.media_types)
        raise UnsupportedMediaType(f"The body must be {wanted}.")
    if is_form:
        parse_form(request)
        return b""
    body = read_body(request, length)
    return body if raw else body or None


def has_body(request: Request) -> bool:
    """Say whether a request announces a body."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def accepts(request: Request, payload: Payload, is_form: bool) -> bool:
    """Say whether a request's body is of a kind that is taken."""
    # Browsers write one form in either way, and clients are better off with one to choose from.
    alike = FORMS if is_form and URLENCODED in payload.media_types else ()
    named = is_among(request.mimetype, (*payload.media_types, *alike))
    if not named and not (JSON in payload.media_types and is_json(request.mimetype)):
        return False
    return is_form or payload.kind == "bytes" or is_utf8(request)


def is_utf8(request: Request) -> bool:
    """Say whether a content type names no other charset than JSON's own."""
    return request.mimetype_params.get("charset", "utf-8").lower() in ("utf-8", "utf8")


def read(reader: Reader, request: Request, body: bytes | None, faults: Faults) -> Mapping[str, Any]:
    """Return the values that a reader reads, by their keys.

    :param body: nothing if the request has none.
    :param faults: those that were found before.
    :raises marshmallow.ValidationError: with webargs' location as the outer key.
    """
    if reader.location == "body" and body is None:
        return read_absent_body(reader)
    own = reader.shape in ("whole", "raw", "deep")
    location = reader.shape if own else WEBARGS_LOCATIONS[reader.location]
    if reader.shape == "model" and reader.optional and not is_present(reader, request):
        return {}
    try:
        with limit_faults(faults.left):
            loaded = parser.parse(reader.schema, request, location=location)
    except RecursionError as error:
        raise too_deep() from error
    except ArithmeticError as error:  # of a field in a schema of the user's: see GeneratedSchema
        raise ValidationError({location: {SCHEMA: [INVALID]}}) from error
    return {reader.argument: loaded} if reader.shape == "model" else loaded


#: Reads values of a request, of its URL rule's variables, or of its body, on the accelerated path;
#: notes the faults.
Quick = Callable[[Request, Mapping[str, Any], "bytes | None", Faults], Mapping[str, Any]]

#: What one place of a request holds, for parameters that are looked up there.
SOURCES: Mapping[str, Callable[[Request], Any]] = {
    "query": lambda request: request.args,
    "header": lambda request: request.headers,
    "cookie": lambda request: request.cookies,
}


def make_quick(reader: Reader, codecs: Codecs) -> Quick | None:
    """Return what reads values without their schema, as far as it can; none if nothing does."""
    if reader.shape == "fields" and (reader.location == "path" or reader.location in SOURCES):
        return make_quick_parameters(reader)
    if reader.location != "body" or reader.shape == "raw":
        return None
    (whole,) = reader.schema.fields.values() if reader.is_whole else (reader.schema,)
    loader = codecs.make_loader(whole)
    return make_quick_body(reader, loader) if loader else None


def make_quick_parameters(reader: Reader) -> Quick | None:
    """Return what reads the parameters of one place."""
    parameters = make_parameters(reader.schema)
    if parameters is None:
        return None
    known = parameters
    if reader.location == "path":
        return make_quick_variables(reader, known)
    source = SOURCES[reader.location]

    def quick(
        request: Request, view_args: Mapping[str, Any], body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        try:
            return load_parameters(known, source(request))
        except (Refused, UnicodeDecodeError):
            return read(reader, request, body, faults)

    return quick


def make_quick_variables(reader: Reader, parameters: tuple[Parameter, ...]) -> Quick:
    """Return what reads the variables of the URL rule."""

    def quick(
        request: Request, view_args: Mapping[str, Any], body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        try:
            return load_parameters(parameters, view_args)
        except Refused:
            return read_path(reader, view_args, faults)

    return quick


def make_quick_body(reader: Reader, loader: Loader) -> Quick:
    """Return what reads a JSON body; what it does not accept is left to the schema."""

    whole = reader.is_whole

    def quick(
        request: Request, view_args: Mapping[str, Any], body: bytes | None, faults: Faults
    ) -> Mapping[str, Any]:
        if body is None:
            return read_absent_body(reader)
        loaded = loader.load(body)
        if loaded is REFUSED:
            loaded = judge_body(loader, body, faults)
        return {reader.argument: loaded} if whole else loaded

    return quick


def judge_body(loader: Loader, body: bytes, faults: Faults) -> Any:
    """Let the schema decide about a body that was refused, and about no more of it than that.

    :returns: the value; nothing that is of use if there are faults.
    """
    try:
        loaded, found = judge_parts(loader, body, faults.left)
    except (Refused, BadRequest):  # what is said of the whole is said with its places
        loaded, found = judge_whole(loader, body, faults.left)
    for pointer, message in found:
        faults.add("body", pointer, message)
    return {} if loaded is REFUSED else loaded


def judge_parts(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the value of a body, or :data:`REFUSED`, and what is wrong with its parts.

    :param most: how many faults are looked for.
    """
    with limit_faults(most) as search:
        judge = Judge(decode_json, search)
        try:
            return judge.load(loader, body), judge.faults
        except Enough:
            return REFUSED, judge.faults


def judge_whole(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the same, where the schema decides about all of a body."""
    value = decode_json(body)
    with limit_faults(most) as search:
        judge = Judge(decode_json, search)
        try:
            return judge.ask(loader.node, value, ""), judge.faults
        except Enough:
            return REFUSED, judge.faults
        except RecursionError as error:
            raise too_deep() from error


def read_path(reader: Reader, view_args: Mapping[str, Any], faults: Faults) -> Mapping[str, Any]:
    """Return the variables of the URL rule that a reader reads, by their keys.

    They are those that the view was called with: hooks may change them, and so may another view
    that calls this one.
    """
    try:
        with limit_faults(faults.left):
            loaded: Any = reader.schema.load(view_args, unknown=EXCLUDE)
    except ValidationError as error:
        raise ValidationError({"path": error.messages}) from error
    return cast("Mapping[str, Any]", loaded)


def read_absent_body(reader: Reader) -> Mapping[str, Any]:
    """Return what a reader reads from a request without a body."""
    if reader.is_whole:
        if reader.optional:
            return {}
        raise ValidationError({"whole": {reader.argument: [MISSING]}})
    try:
        loaded: Any = reader.schema.load({})
    except ValidationError as error:
        raise ValidationError({"json": error.messages}) from error
    return cast("Mapping[str, Any]", loaded)


def is_present(reader: Reader, request: Request) -> bool:
    """Say whether a request has any of the values that a model spreads over."""
    sources: Mapping[Location, Any] = {
        "query": request.args,
        "header": request.headers,
        "cookie": request.cookies,
        "form": request.form,
    }
    return any(name in sources[reader.location] for name in reader.fields)


def add_faults(reader: Reader, error: ValidationError, faults: Faults) -> None:
    """Note the faults that a reader found."""
    (messages,) = error.messages_dict.values()
    for path, message in flatten(messages, reader.schema):
        faults.add(reader.location, write_pointer(path[1:] if reader.is_whole else path), message)


def reject_unknown_fields(request: Request, payload: Payload, faults: Faults) -> None:
    """Note a fault for each form field and file that the view does not take."""
    places: tuple[tuple[Location, Any], ...] = (("form", request.form), ("file", request.files))
    for location, values in places:
        for name in values:
            if name not in payload.names:
                faults.add(location, write_pointer((name,)), UNKNOWN)
