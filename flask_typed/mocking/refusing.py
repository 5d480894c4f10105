"""What is wrong with a request, by its document.

Development time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request

from ..contract.records import Content
from ..outside.bodies import find_body_kind, is_file_field, list_fields
from ..outside.operations import ApiBody, ApiInput, ApiOperation, Credential
from ..outside.texts import find_input_fault, is_repeated
from ..outside.values import ApiSchemas
from ..review.references import follow
from ..schemas.faults import escape_key
from ..wire.lossless import read_json


class MockFault(NamedTuple):
    """A part of a request that differs from the document.

    :param location: ``path``, ``query``, ``header``, ``cookie``, ``form``, ``file`` or ``body``.
    :param pointer: a JSON Pointer.
    :param expected: the document's expectation, in words.
    """

    location: str
    pointer: str
    expected: str


class Refusal(NamedTuple):
    """Why a request is refused.

    :param statuses: the documented one of them is sent; without one, the first.
    """

    statuses: Sequence[int]
    detail: str
    faults: Sequence[MockFault] = ()


#: The statuses of a request that is not valid, and those of one with a path that is not.
REFUSED_STATUSES = (422, 400)
REFUSED_PATH_STATUSES = (422, 404, 400)


class RequestReader:
    """Compares requests with an operation.

    :param schemas: of requests.
    """

    def __init__(self, schemas: ApiSchemas) -> None:
        self._schemas = schemas

    def find_refusal(
        self, operation: ApiOperation, request: Request, variables: Mapping[str, str]
    ) -> Refusal | None:
        """Return why a request is refused; ``None`` for a valid one.

        :param variables: the texts of the path variables.
        """
        ways = operation.credentials
        if ways and not any(all(has_credential(request, one) for one in way) for way in ways):
            return Refusal((401, 403), "Credentials are required.")
        faults = list(self._find_input_faults(operation, request, variables))
        refusal = self._refuse_body(operation, request)
        if refusal is not None and not refusal.faults:
            return refusal
        faults.extend(refusal.faults if refusal else ())
        statuses = (
            REFUSED_PATH_STATUSES
            if any(one.location == "path" for one in faults)
            else REFUSED_STATUSES
        )
        return Refusal(statuses, "The request is not valid.", faults) if faults else None

    def _find_input_faults(
        self, operation: ApiOperation, request: Request, variables: Mapping[str, str]
    ) -> Iterator[MockFault]:
        """Yield the faults of parameters."""
        for target in operation.inputs:
            texts = TEXT_READERS[target.location](target, request, variables)
            yield from find_field_faults(self._schemas, target, texts)

    def _refuse_body(self, operation: ApiOperation, request: Request) -> Refusal | None:
        """Return why the body is refused."""
        data = request.get_data(cache=True, parse_form_data=False)
        if not operation.bodies or not (data or operation.is_body_required):
            return None
        if not data:
            return Refusal(REFUSED_STATUSES, "", [MockFault("body", "", "a body")])
        content_type = request.headers.get("Content-Type", "")
        body = find_media_type(operation.bodies, content_type)
        if body is None:
            return Refusal(
                (415, *REFUSED_STATUSES), f"The body is {content_type or 'of no media type'}."
            )
        return self._refuse_value(body, request)

    def _refuse_value(self, body: ApiBody, request: Request) -> Refusal | None:
        """Return why the value of a body is refused. Bytes, and unknown formats, are not."""
        kind = find_body_kind(request.mimetype)
        if kind in ("form", "multipart"):
            faults = list(self._find_form_faults(body, request))
            return Refusal(REFUSED_STATUSES, "", faults) if faults else None
        if kind == "text":
            values: list[Any] = [request.get_data(as_text=True)]
        elif kind in ("json", "lines"):
            try:
                values = list(read_values_of(kind, request.get_data()))
            except (ValueError, RecursionError):
                return Refusal((400, 422), "The body is not JSON.")
        else:
            return None
        faults = [
            MockFault("body", fault.pointer, fault.expected)
            for value in values
            for fault in self._schemas.open(body.schema).find_faults(value)
        ]
        return Refusal(REFUSED_STATUSES, "", faults) if faults else None

    def _find_form_faults(self, body: ApiBody, request: Request) -> Iterator[MockFault]:
        """Yield the faults of the fields of a form."""
        fields = {field.name: field for field in list_fields(self._schemas, body)}
        for name, field in fields.items():
            if not is_file_field(self._schemas, field):
                yield from find_field_faults(self._schemas, field, request.form.getlist(name))
            elif field.required and name not in request.files:
                yield MockFault("file", f"/{escape_key(name)}", "a file")
        if follow(self._schemas.document, body.schema).get("additionalProperties") is False:
            for name in (*request.form, *request.files):
                if name not in fields:
                    yield MockFault("form", f"/{escape_key(name)}", "only fields of the document")


def find_field_faults(
    schemas: ApiSchemas, target: ApiInput, texts: Sequence[str]
) -> Iterator[MockFault]:
    """Yield the fault of a parameter or of a field of a form."""
    expected = "a value" if target.required else None
    if texts:
        expected = find_input_fault(schemas, target, texts)
    if expected is not None:
        yield MockFault(target.location, f"/{escape_key(target.name)}", expected)


def read_values_of(kind: str, data: bytes) -> Iterator[Any]:
    """Yield the value of a body in JSON, or those of its lines.

    :raises ValueError: for a body that is not JSON.
    """
    texts = data.decode().splitlines() if kind == "lines" else [data.decode()]
    yield from (read_json(text) for text in texts if text.strip() or kind == "json")


def find_media_type(bodies: Sequence[ApiBody], content_type: str) -> ApiBody | None:
    """Return the described media type of a body, or a range that it is in."""
    media_type, options = parse_options_header(content_type)
    for body in bodies:
        name, own = parse_options_header(body.media_type)
        if Content(name, own, None).fits(media_type.lower(), options):
            return body
    return None


def has_credential(request: Request, credential: Credential) -> bool:
    """Return whether a request has a credential. Any value is one; certificates are not seen."""
    if credential.location == "header":
        return credential.name in request.headers
    places = {"cookie": request.cookies, "query": request.args}
    texts: Mapping[str, str] = places.get(credential.location, {})
    return credential.location == "tls" or credential.name in texts


def read_path_text(target: ApiInput, request: Request, variables: Mapping[str, str]) -> list[str]:
    """Return the text of a path variable."""
    return [variables[target.name]] if target.name in variables else []


def read_query_texts(target: ApiInput, request: Request, variables: Mapping[str, str]) -> list[str]:
    """Return the texts of a query parameter, or of the members of an object."""
    if target.style == "deepObject":
        prefix = f"{target.name}["
        return [text for name, text in request.args.items(multi=True) if name.startswith(prefix)]
    return request.args.getlist(target.name)


def read_header_text(target: ApiInput, request: Request, variables: Mapping[str, str]) -> list[str]:
    """Return the text of a header."""
    texts = request.headers.getlist(target.name)
    return [", ".join(texts)] if texts else []


def read_cookie_texts(
    target: ApiInput, request: Request, variables: Mapping[str, str]
) -> list[str]:
    """Return the texts of a cookie."""
    texts = request.cookies.getlist(target.name)
    return texts if is_repeated(target) else texts[:1]


#: What reads the texts of a parameter, by location.
TEXT_READERS = {
    "path": read_path_text,
    "query": read_query_texts,
    "header": read_header_text,
    "cookie": read_cookie_texts,
}
