"""Operations with preconditions, validators or a freshness of their own.

Request time; made at registration. The order of work::

    security                                  401 403
    values of the request                     422
    providers, and last the functions of etag= and last_modified=
    preconditions, if functions know the state       304 412 428
    view
    preconditions, if the response has the validators    304 412

The 304 of a view with a decorator comes after the view, although a function knows the state: the
decorator may be a guard.

Every provider runs before a precondition counts, because any of them may refuse the request, and
RFC 9110 (13.2.1) ignores the preconditions of a request that would fail without them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from typing import Any

from flask import Request, current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date, unquote_etag
from werkzeug.wrappers import Response

from ..declare.etags import ETag, SentTag, make_etag, make_variant
from ..declare.preconditions import CurrentState, MatchRequired, judge, read_date, read_modified
from ..declare.replies import Reply
from ..exceptions import ResponseMismatch
from ..libraries.flask import find_request, find_session, is_session_sent
from ..libraries.werkzeug_responses import add_missing_headers, append_header, make_headers
from ..plan.operation import Operation
from ..plan.validators import Conditions, Freshness, Validator
from .dispatch import Served
from .lifespan import Values
from .negotiation import choose_media_type
from .responding import Responder

PRECONDITIONS_LOGGER = logging.getLogger("flask_typed.preconditions")
#: The headers that werkzeug does not send with a 304.
BODY_HEADERS = frozenset(
    ("content-type", "content-length", "content-encoding", "content-language", "last-modified")
)
#: The preconditions in the environ of a request.
PRECONDITIONS = frozenset(
    (
        *("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"),
        *("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"),
    )
)
NO_STATE = CurrentState(exists=False)
#: Stands for an attribute that a value lacks.
LACKING = object()


class ValidatedResponder(Responder):
    """Makes responses whose validators are attributes of the value that the view returns."""

    def __init__(self, operation: Operation, *arguments: Any) -> None:
        super().__init__(operation, *arguments)
        self._conditions: Any = operation.conditions

    def respond(self, value: Any) -> ResponseReturnValue:
        """Return the response for the return value of a view, with its validators."""
        answer = super().respond(value)
        if isinstance(answer, Response) and self._conditions.describes(answer.status_code):
            state = read_returned_state(self._conditions, value, self._name)
            chosen = choose_tag(state, self._conditions, answer.mimetype)
            add_missing_headers(answer.headers, write_state(chosen))
        return answer


def read_returned_state(conditions: Conditions, value: Any, view: str) -> CurrentState:
    """Return the state that the attributes of a returned value tell.

    :param view: its name in messages.
    :raises ResponseMismatch: for a value without the attributes.
    """
    body = value[0] if type(value) is tuple and value else value
    body = body.body if isinstance(body, Reply) else body
    if body is None or isinstance(body, Response):
        return NO_STATE
    try:
        return make_state(
            conditions,
            read_validator(conditions.etag, body),
            read_validator(conditions.last_modified, body),
        )
    except ResponseMismatch as error:
        error.view = view
        raise


def read_validator(validator: Validator | None, body: Any) -> Any:
    """Return an attribute of an object, or the value of a key; ``None`` for a hash."""
    if validator is None or not validator.attribute:
        return None
    name = validator.attribute
    found = body.get(name, LACKING) if isinstance(body, Mapping) else getattr(body, name, LACKING)
    if found is LACKING:
        raise ResponseMismatch(f"a value with the attribute {name!r}", type(body).__name__)
    return found


def compare_value(call: Callable[..., Any], operation: Operation) -> Callable[..., Any]:
    """Return a view that is answered with 304, and not serialized, if the client has its value.

    Only a value without headers of its own is compared here: all others when they are responses.
    """
    conditions: Any = operation.conditions

    def compare(**arguments: Any) -> Any:
        value = call(**arguments)
        if isinstance(value, (tuple, Reply, Response, HTTPException)):
            return value
        state = read_returned_state(conditions, value, operation.name)
        is_known = state.exists and judge(find_request().environ, state, is_safe=True)
        return make_unchanged_response(state, operation) if is_known else value

    return compare


def write_state(state: CurrentState) -> list[tuple[str, str]]:
    """Return the validators as headers."""
    written = [] if state.tag is None else [("ETag", str(state.tag))]
    if state.modified is not None:
        now = datetime.now(timezone.utc)  # a server must not send a later time (8.8.2.1)
        written.append(("Last-Modified", http_date(min(state.modified, now))))
    return written


class Conditional(Served):
    """An operation that compares preconditions; a mixin of the other classes of operations."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        conditions = self.operation.conditions
        self._reader = None if conditions is None else StateReader(self.operation, conditions)
        self._is_safe = conditions is not None and conditions.is_safe
        if conditions is not None and conditions.has_attributes:
            self._responder_class = ValidatedResponder
            is_simple = not (conditions.has_hash or conditions.offered)
            if conditions.is_safe and is_simple and self.operation.is_plain:
                self._call = compare_value(self._call, self.operation)

    def respond(
        self, current: Request, values: Values, responder: Responder
    ) -> ResponseReturnValue:
        """Call the view, unless a precondition decides; return its response.

        :raises PreconditionNotMet: if the method must not be performed.
        :raises MatchRequired: if the request lacks a precondition that the route requires.
        """
        state, reader = NO_STATE, self._reader
        if reader is not None:
            reader.reject_missing_match(current)
            if reader.is_early:
                state = reader.read(current, values)
                exists = state.exists or not self._is_safe  # the view knows what is missing
                decides = exists and reader.decides_early
                if decides and judge(current.environ, state, is_safe=self._is_safe):
                    return make_unchanged_response(state, self.operation)
        response = current_app.make_response(super().respond(current, values, responder))
        if 200 <= response.status_code < 300:
            self._complete(current, response, state)
            if reader is not None and not self._is_safe:
                reader.note_unchecked(values)
        return response

    def _complete(self, current: Request, response: Response, state: CurrentState) -> None:
        """Add the headers of a successful response, or turn it into a 304 if the client has it.

        :param state: that the functions tell.
        :raises PreconditionNotMet: if the client does not want it.
        """
        sent = add_missing_headers(response.headers, write_state(state) if self._is_safe else ())
        freshness = self.operation.freshness
        if freshness is not None:
            add_freshness(response, freshness, sent)
        reader = self._reader
        if not self._is_safe or reader is None or reader.decides_early or response.is_streamed:
            return
        if reader.has_hash and "etag" not in sent:
            sent = add_missing_headers(response.headers, [("ETag", reader.make_hash(response))])
        if not PRECONDITIONS.isdisjoint(current.environ) and judge(
            current.environ, read_sent_state(sent), is_safe=True
        ):
            empty(response)


class StateReader:
    """Reads the state of a resource before the view runs."""

    def __init__(self, operation: Operation, conditions: Conditions) -> None:
        self._name = operation.name
        self._conditions = conditions
        self._keys = [
            None if one is None else one.key for one in (conditions.etag, conditions.last_modified)
        ]
        self._is_noted = not conditions.in_view
        self.is_early = conditions.is_early
        self.decides_early = conditions.decide_early
        self.has_hash = conditions.has_hash

    def reject_missing_match(self, current: Request) -> None:
        """Raise for a request without the precondition that its route requires."""
        header = self._conditions.required_header
        if header and header not in current.headers:
            raise MatchRequired(header=header)

    def read(self, current: Request, values: Values) -> CurrentState:
        """Return the state that the functions tell.

        :raises ResponseMismatch: for a value that is no tag, or no time.
        """
        tag, modified = (None if key is None else values[key] for key in self._keys)
        try:
            state = make_state(self._conditions, tag, modified)
        except ResponseMismatch as error:
            error.view = self._name
            raise
        offered = self._conditions.offered if self._conditions.is_safe else ()
        if not offered:
            return state
        return choose_tag(state, self._conditions, choose_media_type(current, offered).lower())

    def make_hash(self, response: Response) -> str:
        """Return the tag of a response, a hash of its bytes."""
        state = CurrentState(True, ETag.of(response.get_data()))
        return str(choose_tag(state, self._conditions, response.mimetype).tag)

    def note_unchecked(self, values: Values) -> None:
        """Log that the view has ignored the preconditions that it takes, once for each view."""
        if self._is_noted or getattr(values[self._conditions.match], "are_checked", True):
            return
        self._is_noted = True
        PRECONDITIONS_LOGGER.warning(
            "%s takes IfMatch, but nothing has called check(): the change was made whatever version"
            " the client has. Call `match.check(row.version)` before the change.",
            self._name,
        )


def choose_tag(state: CurrentState, conditions: Conditions, media_type: str | None) -> CurrentState:
    """Return the state with the tag of a media type, if clients choose among several.

    The preferred media type has the tag of the version itself.

    :param media_type: in small letters; ``None`` for a response without a body.
    """
    offered = conditions.offered
    if not (state.tag and media_type and offered) or media_type == offered[0].lower():
        return state
    return replace(state, tag=make_variant(state.tag, media_type))


def make_state(conditions: Conditions, tag: Any, modified: Any) -> CurrentState:
    """Return the state of a resource; a function that returns ``None`` tells that it is missing."""
    made, time = make_etag(tag), read_modified(modified)
    exists = (time if conditions.etag is None else made) is not None
    return CurrentState(exists, made, time)


def make_unchanged_response(state: CurrentState, operation: Operation) -> Response:
    """Return the 304 in place of a response that is not made."""
    response = current_app.response_class(b"", 304)
    response.headers = make_headers(write_state(state))
    freshness: Any = operation.freshness  # exists, since the route has validators
    add_freshness(response, freshness, {})
    if operation.is_negotiated:
        response.vary.add("Accept")
    return response


def add_freshness(response: Response, freshness: Freshness, sent: Mapping[str, str]) -> None:
    """Add ``Cache-Control``, unless the view sets it; ``Vary`` is joined with its own.

    A response that was made with the session, or that sets a cookie, is for one client only.

    :param sent: the headers of the response, by their names in small letters.
    """
    if freshness.cache_control and "cache-control" not in sent:
        session = find_session()
        is_personal = is_session_sent(session) or "set-cookie" in sent
        is_private = is_personal or (session.accessed and not freshness.is_public)
        written = freshness.private_control if is_private else freshness.cache_control
        append_header(response.headers, "Cache-Control", written)
    if freshness.vary:
        response.vary.update(freshness.vary)


def read_sent_state(sent: Mapping[str, str]) -> CurrentState:
    """Return the state that the validators of a response tell.

    :param sent: its headers, by their names in small letters.
    """
    opaque, weak = unquote_etag(sent.get("etag"))
    tag = None if opaque is None else SentTag(opaque, bool(weak))
    return CurrentState(True, tag, read_date(sent.get("last-modified")))


def empty(response: Response) -> None:
    """Turn a response into the 304 in its place, which keeps all other headers."""
    response.status_code = 304
    response.response = []
    kept = [pair for pair in response.headers if pair[0].lower() not in BODY_HEADERS]
    response.headers = make_headers(kept)


@cache
def make_conditional(kind: type[Served]) -> type[Served]:
    """Return a class of operations that compare preconditions, too."""
    return type(f"Conditional{kind.__name__}", (Conditional, kind), {})
