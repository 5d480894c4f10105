"""From the return value of a view to a response, by the return annotation.

Request time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers, iter_multi_items
from werkzeug.exceptions import HTTPException
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Response

from ..codec.codecs import Codecs
from ..codec.dumping import Dumper
from ..codec.writing import write_body
from ..declare.replies import Reply
from ..exceptions import ResponseMismatch
from ..libraries.flask import find_request
from ..plan.operation import CHOSEN, Operation, Outcome
from ..schemas.families.containers import FixedArray
from ..schemas.families.model_schemas import ModelSchema
from .choosing import choose_fields
from .negotiation import Conversion, make_conversions, represent
from .streaming import Streaming, find_headers, make_item_stream, start_stream


class Responder:
    """Makes the responses of one operation."""

    def __init__(
        self,
        operation: Operation,
        response_class: type[Response],
        codecs: Codecs | None,
        streaming: Streaming,
    ) -> None:
        self._name = operation.name
        self._streaming = streaming
        self._response_class = response_class
        self._outcomes = operation.outcomes
        self._dumpers = make_dumpers(operation.outcomes, codecs) if codecs else {}
        bodies = [outcome for outcome in operation.outcomes if not outcome.untouched]
        self._formats = make_formats(bodies)
        self._by_reply = {outcome.reply: outcome for outcome in bodies}
        self._by_status = {outcome.status: outcome for outcome in bodies}
        self._is_free = len(bodies) < len(operation.outcomes)
        self._tuples = not any(takes_tuples(outcome) for outcome in bodies)

    def respond(self, value: Any) -> ResponseReturnValue:
        """Return the response for the return value of a view.

        :raises ResponseMismatch: for a value that the return annotation does not allow.
        :raises HTTPException: for an error that the view returns instead of raising it.
        """
        if not self._outcomes or isinstance(value, Response):
            answer: ResponseReturnValue = value
            return answer
        try:
            return start_stream(self._write(value))
        except ResponseMismatch as error:
            error.view = self._name
            raise

    def respond_to_decorator(self, value: Any) -> ResponseReturnValue:
        """Return the response for a value that is passed to ``make_response`` while the view runs.

        If the annotation does not declare the status code but the body fits, the body is written by
        the annotation. If the annotation does not apply, the value is returned unchanged, and Flask
        makes the response: for ``abort(make_response({"error": …}, 409))``, and in a view that may
        return a ``flask.Response``.

        :raises ResponseMismatch: for a value that the return annotation does not allow.
        """
        try:
            return self.respond(value)
        except ResponseMismatch:
            if not (self._is_free or self._is_undeclared(value)):
                raise
            return self._write_body_alone(value)

    def _is_undeclared(self, value: Any) -> bool:
        """Return whether a value has a status code that the annotation does not declare."""
        if not (self._tuples and type(value) is tuple):
            return False
        _, status, _ = split_tuple(value)
        return status is not None and status not in self._by_status

    def _write_body_alone(self, value: Any) -> ResponseReturnValue:
        """Return a value with its body written by the annotation, if the annotation allows it."""
        answer: ResponseReturnValue = value
        if type(value) is not tuple or not self._is_body(value[0]):
            return answer
        try:
            written: Any = self._write(value[0])
        except ResponseMismatch:
            return answer
        return written, *value[1:]

    def _is_body(self, body: Any) -> bool:
        """Return whether the annotation seems to apply to a body; it never does to a plain text."""
        plain = self._by_reply.get(None)
        if isinstance(body, (str, bytes)) or plain is None:
            return isinstance(body, Reply)
        schema = getattr(plain.field, "schema", None)
        if not isinstance(schema, ModelSchema) or not isinstance(body, Mapping):
            return True
        return any(field.name in body for field in schema.model_fields.values())

    def _write(self, value: Any) -> ResponseReturnValue:
        status = headers = None
        if self._tuples and type(value) is tuple:
            if value and isinstance(value[0], Response):
                return value
            value, status, headers = split_tuple(value)
        if isinstance(value, HTTPException):
            raise value
        outcome = self._choose(value, status)
        dumper = self._dumpers.get(outcome.status)
        if outcome.others:
            outcome = outcome.find_for(value.body if isinstance(value, Reply) else value)
        if outcome.stream:
            response = self._stream(outcome, value, dumper)
        else:
            response = make_response(outcome, value, self._response_class, dumper)
            if self._formats and outcome.status in self._formats and not outcome.raw:
                represent(response, self._formats[outcome.status], find_request())
        if headers:
            set_headers(response, headers)
        return response

    def _stream(self, outcome: Outcome, value: Any, dumper: Dumper | None) -> Response:
        """Return the response of a stream, which :meth:`respond` starts."""
        body = value.body if isinstance(value, Reply) else value
        stream = make_item_stream(outcome, body, dumper, self._streaming)
        response = make_full(outcome, self._response_class, stream)
        response.headers.extend(find_headers(outcome))
        if isinstance(value, Reply) and value.headers:
            set_headers(response, value.headers)
        return response

    def _choose(self, value: Any, status: int | None) -> Outcome:
        if isinstance(value, Reply):
            for kind in type(value).__mro__:
                outcome = self._by_reply.get(kind)
                if outcome is not None and outcome.status == value.status and status is None:
                    return outcome
            name = type(value).__name__
            raise self._mismatch(f"{name}; write `{name}[…]` in the return annotation")
        outcome = self._by_reply.get(None) if status is None else self._by_status.get(status)
        if outcome is None:
            raise self._mismatch(self._advise(value) if status is None else advise_status(status))
        return outcome

    def _advise(self, value: Any) -> str:
        """Return a phrase for a plain value if the annotation has only replies."""
        reply = next((outcome.reply for outcome in self._outcomes if outcome.reply), None)
        advice = f"; write `return {reply.__name__}(…)`" if reply else ""
        return f"{type(value).__name__}{advice}"

    def _mismatch(self, found: str) -> ResponseMismatch:
        allowed = dict.fromkeys(map(name_outcome, self._outcomes))  # those of a file are one
        return ResponseMismatch(" or ".join(allowed), found)


def advise_status(status: int) -> str:
    """Return a phrase for a status code that the annotation does not declare."""
    advice = (
        "raise a Problem, and declare it with @raises"
        if status >= 400
        else "declare it with status= of the route, or with a reply such as Created[…]"
    )
    return f"the status code {status}; {advice}"


def takes_tuples(outcome: Outcome) -> bool:
    """Return whether a tuple is the body itself."""
    if outcome.reply is not None or outcome.stream:
        return False
    is_field = isinstance(outcome.field, FixedArray)
    return outcome.is_tuple or is_field or getattr(outcome.field, "collect", None) is tuple


#: The types of headers in a tuple.
HEADER_TYPES = (Mapping, tuple, list, Headers)


def split_tuple(value: tuple[Any, ...]) -> tuple[Any, int | None, Any]:
    """Return the body, status code and headers of a tuple in Flask's forms."""
    if len(value) == 3:
        body, status, headers = value
    elif len(value) == 2 and isinstance(value[1], HEADER_TYPES):
        (body, headers), status = value, None
    elif len(value) == 2:
        (body, status), headers = value, None
    else:
        raise ResponseMismatch(
            "(body, status, headers), (body, status) or (body, headers)", f"a tuple of {len(value)}"
        )
    return body, None if status is None else read_status(status), headers


def read_status(status: Any) -> int:
    """Return the status code of a status in Flask's forms: a number, or a text such as "201 OK"."""
    code = status.split(" ")[0] if isinstance(status, str) else status
    try:
        return int(code)
    except (TypeError, ValueError):
        raise ResponseMismatch("a status code", repr(status)) from None


def make_dumpers(outcomes: Iterable[Outcome], codecs: Codecs) -> Mapping[int | None, Dumper]:
    """Return the dumpers that write bodies without their schemas, by status code."""
    made = {
        outcome.status: codecs.make_dumper(outcome.field)
        for outcome in outcomes
        if outcome.field is not None and not outcome.raw
    }
    return {status: dumper for status, dumper in made.items() if dumper}


def make_formats(
    outcomes: Iterable[Outcome],
) -> Mapping[int | None, Mapping[str, Conversion]]:
    """Return the conversions of bodies that are not always JSON, by status code."""
    return {one.status: make_conversions(one) for one in outcomes if one.is_formatted}


def make_response(
    outcome: Outcome,
    value: Any,
    response_class: type[Response],
    dumper: Dumper | None = None,
) -> Response:
    """Return the response for an outcome, with a checked body."""
    body = value.body if isinstance(value, Reply) else value
    if outcome.raw:
        response = make_full(outcome, response_class, write_raw(outcome, body))
    elif outcome.field is not None:
        body = outcome.enclose(body) if outcome.enclose else body
        text = write_body(outcome.field, body, dumper)
        if outcome.chosen is not None and (names := find_request().environ.get(CHOSEN)):
            text = choose_fields(text, outcome.chosen, names)
        response = make_full(outcome, response_class, text)
    else:
        response = make_empty(outcome, response_class, body)
    if isinstance(value, Reply) and value.headers:
        set_headers(response, value.headers)
    return response


def set_headers(response: Response, headers: Any) -> None:
    """Set headers; a name may have several values.

    :param headers: a mapping, or pairs.
    :raises ResponseMismatch: for characters that HTTP does not allow. Some servers crash on them,
        others send them.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for name, value in iter_multi_items(headers):
        if any(map(NO_HEADER.search, (str(name), str(value)))):
            raise ResponseMismatch(f"a header {name!r} that HTTP can carry", "other characters")
        found.setdefault(str(name).lower(), []).append((str(name), str(value)))
    for pairs in found.values():
        response.headers.setlist(pairs[0][0], [value for _, value in pairs])


#: The characters that a header cannot have: those outside of Latin-1, and control characters.
NO_HEADER = re.compile(r"[^\x20-\x7e\x80-\xff\t]")


def make_full(outcome: Outcome, response_class: type[Response], data: Any) -> Response:
    """Return a response with a body."""
    content_type = write_content_type(outcome.media_types[0])
    return response_class(data, outcome.status, content_type=content_type)


@cache
def write_content_type(media_type: str) -> str:
    """Return a media type, with a charset for text, as werkzeug writes it."""
    return get_content_type(media_type, "utf-8")


def make_empty(outcome: Outcome, response_class: type[Response], body: Any) -> Response:
    """Return a response without a body; ``""`` counts as none, as in ``return "", 204``."""
    if body is not None and body not in ("", b""):
        raise ResponseMismatch("None", f"a value of type {type(body).__name__}")
    response = response_class(status=outcome.status)
    del response.headers["Content-Type"]
    return response


def write_raw(outcome: Outcome, body: Any) -> str | bytes:
    """Return a body that is sent unchanged."""
    if not isinstance(body, outcome.raw or bytes):
        raise ResponseMismatch(name_outcome(outcome), f"a value of type {type(body).__name__}")
    raw: str | bytes = body
    return raw


def name_outcome(outcome: Outcome) -> str:
    """Return the name of an outcome in messages."""
    if outcome.untouched:
        return "a Response"
    if outcome.raw:
        expected = outcome.raw.__name__
    else:
        expected = getattr(outcome.field, "expected", "None" if outcome.field is None else "a body")
    return f"{outcome.reply.__name__}({expected})" if outcome.reply else expected
