"""ETags, as flask-smorest has them: a version of a body, and the check before a change.

flask_typed has no ETags for views of its own yet. Werkzeug has all that they need.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

from flask import Response, make_response, request
from flask_typed import Depends, Header, Reply, Returns, raises
from werkzeug.datastructures import ETags
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired
from werkzeug.http import generate_etag, parse_etags

V = TypeVar("V", bound=Callable[..., Any])

#: The header, for the document.
TAGGED = Returns(headers={"ETag": str})


class NotModified(Reply[None]):
    """304: the client has the body already."""

    status = 304


def with_etag(view: V) -> V:
    """Send the ETag of the body, or 304 if the client has it. Goes below the route."""

    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Response:
        response = make_response(view(*args, **kwargs))
        response.add_etag()
        response.make_conditional(request)
        return response

    return call  # type: ignore[return-value]  # it is called as the view is


def publish_if_none_match(
    if_none_match: Annotated[
        str | None, Header(description="The ETag that the client has.")
    ] = None,
) -> None:
    """Publish the header that werkzeug reads."""


#: The dependency of a view that reads something.
KNOWN_VERSIONS = Depends(publish_if_none_match)


@raises(PreconditionRequired)
def read_if_match(
    if_match: Annotated[
        str | None, Header(description="The ETag that the client has read.")
    ] = None,
) -> ETags:
    """Return the versions that the client wants to change."""
    if if_match is None:
        raise PreconditionRequired
    return parse_etags(if_match)


#: The versions that a client wants to change, of a view that changes something.
Versions = Annotated[ETags, Depends(read_if_match)]


def check_version(versions: ETags, body: bytes) -> None:
    """Refuse a change of another version than the current one.

    :param body: the current body.
    :raises PreconditionFailed: if the client has read another one.
    """
    if not versions.contains(generate_etag(body)):
        raise PreconditionFailed
