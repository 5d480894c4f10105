"""The answers of a mock: examples of the document, or values made from its schemas.

Development time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import HTTP_STATUS_CODES, dump_cookie
from werkzeug.wrappers import Response

from ..outside.bodies import FILE_BYTES, find_body_kind
from ..outside.operations import ApiOperation
from ..outside.texts import write_scalar_text
from ..outside.values import ApiSchemas
from ..publish.samples import NO_VALUE, TEXTS
from ..review.references import JSONObject, follow
from ..schemas.factory import find_examples
from .refusing import MockFault, Refusal

#: The media type of problem documents.
PROBLEM_TYPE = "application/problem+json"
#: The statuses of responses that have no body.
EMPTY_STATUSES = frozenset({204, 205, 304})
#: The status of a response that is documented for many.
RANGE_STATUSES: Mapping[str, int] = {"default": 200, "2XX": 200, "3XX": 303, "4XX": 400, "5XX": 500}

#: Valid texts of common headers, whose schemas say little.
HEADER_TEXTS: Mapping[str, Sequence[str]] = {
    "cache-control": ("no-cache",),
    "content-range": ("bytes 0-0/1",),
    "etag": ('"1"',),
    "location": ("/",),
    "retry-after": ("1",),
    "www-authenticate": ("Bearer",),
}


class NotDocumented(LookupError):
    """A client prefers a response that the document does not have. The message says which."""


class Answerer:
    """Makes the responses of a document.

    :param schemas: of responses.
    """

    def __init__(self, schemas: ApiSchemas) -> None:
        self._schemas = schemas

    def answer(
        self, operation: ApiOperation, accept: MIMEAccept, code: str = "", example: str = ""
    ) -> Response:
        """Return a response of an operation: the first of success, unless a code is preferred.

        :param code: a status.
        :param example: the name of an example.
        :raises NotDocumented: if the operation has no such response.
        """
        responses = operation.raw_responses
        key = find_preferred(responses, code) if code else find_success(responses)
        found = code or key
        status = int(found) if is_status_code(found) else RANGE_STATUSES.get(found, 200)
        return self._make(responses.get(key, {}), status, accept, example)

    def refuse(self, operation: ApiOperation, accept: MIMEAccept, refusal: Refusal) -> Response:
        """Return the documented response to a request that is refused, with its faults."""
        for status in refusal.statuses:
            for key in (str(status), "4XX", "default"):
                if key in operation.raw_responses:
                    response = operation.raw_responses[key]
                    return self._make(response, status, accept, "", refusal)
        return make_problem_response(refusal.statuses[0], refusal)

    def _make(
        self,
        response: JSONObject,
        status: int,
        accept: MIMEAccept,
        example: str,
        refusal: Refusal | None = None,
    ) -> Response:
        """Return a response as its Response Object describes it."""
        headers = list(self._make_headers(response))
        content = response.get("content", {})
        if not content or status in EMPTY_STATUSES:
            made = Response(status=status, headers=headers)
            made.headers.pop("Content-Type", None)
            return made
        media_type = pick_media_type(list(content), accept)
        described = content[media_type]
        value = self._pick(described, example)
        if status >= 400:
            value = self._fill(described.get("schema", {}), value, status, refusal)
        data = encode_value(media_type, value)
        if media_type.startswith("*"):
            media_type = "application/json"
        return Response(data, status, headers, content_type=media_type.replace("/*", "/plain"))

    def _make_headers(self, response: JSONObject) -> Iterator[tuple[str, str]]:
        """Yield the required headers and cookies, with valid values."""
        for name, part in response.get("headers", {}).items():
            header = follow(self._schemas.document, part)
            if header.get("required") is True and name.lower() != "content-type":
                yield name, self._make_header(name, header)
            for cookie, described in header.get("x-cookies", {}).items():
                if described.get("required") is True:
                    yield name, dump_cookie(cookie, self._make_header(cookie, described))

    def _make_header(self, name: str, header: JSONObject) -> str:
        """Return the text of a header or of a cookie."""
        examples = (*find_examples(header), *HEADER_TEXTS.get(name.lower(), ()))
        return encode_header(self._schemas.pick(header.get("schema", {}), examples))

    def _pick(self, content: JSONObject, example: str) -> Any:
        """Return the value of a body: the example of a name, a valid one, or one that is made.

        An example that is not valid is better than nothing.

        :raises NotDocumented: if there is no example of the name.
        """
        document = self._schemas.document
        named = content.get("examples", {})
        known = {name: follow(document, part) for name, part in named.items()}
        if example:
            if example not in known:
                raise NotDocumented(f"There is no example {example!r}.")
            return known[example].get("value")
        schema = content.get("itemSchema", content.get("schema", {}))
        examples = [*find_examples({**content, "examples": known})]
        value = self._schemas.pick(schema, examples)
        return next(iter(examples), value) if value is NO_VALUE else value

    def _fill(self, schema: Any, value: Any, status: int, refusal: Refusal | None) -> Any:
        """Return an error body that says what is wrong, as far as its schema has a place for it."""
        if not isinstance(value, dict):
            return value
        for members in list_members(value, status, refusal):
            filled = {**value, **members}
            if self._schemas.fits(schema, filled):
                value = filled
        return value


def list_members(
    value: Mapping[str, Any], status: int, refusal: Refusal | None
) -> Iterable[dict[str, Any]]:
    """Yield the members that tell what is wrong: those of problem documents, and ``message``.

    :param value: an example, whose texts are kept, or a made value, whose texts say nothing.
    """
    usual = {"type": "about:blank", "title": find_phrase(status)}
    yield {"status": status}
    yield {key: text for key, text in usual.items() if value.get(key) in TEXTS}
    if refusal is not None:
        faults = [write_fault(fault) for fault in refusal.faults]
        yield {"detail": refusal.detail}
        yield {"message": refusal.detail}
        yield {"errors": faults}
        yield {"errors": [{"code": "invalid", **fault} for fault in faults]}


def write_fault(fault: MockFault) -> dict[str, str]:
    """Return the object for a fault."""
    detail = f"Expected: {fault.expected}."
    return {"in": fault.location, "pointer": fault.pointer, "detail": detail}


def find_phrase(status: int) -> str:
    """Return the phrase of a status, which may be one of nobody's."""
    return HTTP_STATUS_CODES.get(status, "Unknown Error")


def make_problem_response(status: int, refusal: Refusal) -> Response:
    """Return a problem document that no document describes."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": find_phrase(status),
        "status": status,
        "detail": refusal.detail,
    }
    if refusal.faults:
        body["errors"] = [write_fault(fault) for fault in refusal.faults]
    return Response(json.dumps(body), status, content_type=PROBLEM_TYPE)


def find_success(responses: Mapping[str, Any]) -> str:
    """Return the key of the first response of success; without one, of the first response."""
    keys = [key for key in responses if key.startswith("2")]
    return next(iter((*keys, *(key for key in responses if key == "default"), *responses)), "200")


def find_preferred(responses: Mapping[str, Any], code: str) -> str:
    """Return the key of the response with a status.

    :raises NotDocumented: if there is none.
    """
    keys = (code, f"{code[:1]}XX", "default") if is_status_code(code) else ()
    found = next((key for key in keys if key in responses), None)
    if found is None:
        raise NotDocumented(f"The document has no response {code!r} here.")
    return found


def is_status_code(code: str) -> bool:
    """Return whether a text is a status code."""
    return len(code) == 3 and code.isascii() and code.isdigit() and "2" <= code[0] <= "5"


def pick_media_type(media_types: Sequence[str], accept: MIMEAccept) -> str:
    """Return the media type that a client likes best; without one, the first."""
    return accept.best_match(media_types, media_types[0]) or media_types[0]


def encode_header(value: Any) -> str:
    """Return the text of a header."""
    if isinstance(value, list):
        return ", ".join(map(write_scalar_text, value))
    return "" if value is NO_VALUE else write_scalar_text(value)


def encode_value(media_type: str, value: Any) -> bytes:
    """Return the bytes of a body. A value of a format that is not known is not written."""
    name = media_type.partition(";")[0].strip().lower()
    if name == "text/event-stream":
        return f"data: {json.dumps(value)}\n\n".encode()
    kind = find_body_kind(name)
    if kind == "bytes" or value is NO_VALUE:
        return FILE_BYTES if kind == "bytes" else b""
    return BODY_WRITERS.get(kind or "", write_text_body)(value)


def write_text_body(value: Any) -> bytes:
    """Return a text, or JSON for a value that is none."""
    return write_scalar_text(value).encode()


#: What writes the value of a body, by its kind.
BODY_WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "json": lambda value: json.dumps(value, ensure_ascii=False).encode(),
    "lines": lambda value: json.dumps(value, ensure_ascii=False).encode() + b"\n",
}
