"""Results as HTTP: the media type that the client accepts, and its status code.

Request time. "GraphQL over HTTP" has two media types. With the newer one, a request that is not
executed is a 400; with JSON alone, it is a 200, as clients without it expect.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Request, Response, current_app
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable

from ..plan.operation import JSON
from ..serve.streams import EVENT_STREAM
from .execution import Result

GRAPHQL_JSON = "application/graphql-response+json"
MIXED = "multipart/mixed"
#: The media types of single results, the usual one first.
SINGLE = (JSON, GRAPHQL_JSON)
#: The media types of streams of results.
STREAM_MEDIA_TYPES = (EVENT_STREAM, MIXED)


def choose_accepted(request: Request, offered: Sequence[str]) -> str | None:
    """Return the media type that a client prefers; ``None`` if it accepts none.

    Apollo's clients add a parameter to ``multipart/mixed``.
    """
    if "Accept" not in request.headers:
        return offered[0]
    accepted = ((one.partition(";")[0], quality) for one, quality in request.accept_mimetypes)
    return MIMEAccept(accepted).best_match(offered)


def choose_single(request: Request, *, is_batch: bool) -> str:
    """Return the media type of a result: one of streams, if the client accepts nothing else.

    :raises werkzeug.exceptions.NotAcceptable: if the client accepts none.
    """
    named = GRAPHQL_JSON in request.accept_mimetypes.values()
    found = choose_accepted(request, (GRAPHQL_JSON, JSON) if named else (JSON,))
    if found is None and not is_batch:
        found = choose_accepted(request, STREAM_MEDIA_TYPES)
    if found is None:
        raise NotAcceptable(f"The response is {JSON} or {GRAPHQL_JSON}.")
    return found


def respond(result: Result | Sequence[Result], media_type: str) -> Response:
    """Return the response with the result of an operation, or with those of a batch."""
    status = 200
    if isinstance(result, Result):
        body = result.write()
        if media_type == GRAPHQL_JSON and not result.was_executed:
            status = 400
    else:
        body = b"[%s]" % b",".join(one.write() for one in result)
    response: Response = current_app.response_class(body, status)
    response.headers["Content-Type"] = media_type
    return response
