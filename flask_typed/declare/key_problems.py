"""The problems of requests with an idempotency key, or without one.

Declaration time; request time answers with them.
"""

from __future__ import annotations

from typing import Annotated

from werkzeug.exceptions import BadRequest, Conflict, UnprocessableEntity

from .markers import Header
from .problems import Problem


class IdempotencyKeyMissing(Problem, BadRequest):
    """The request needs the header Idempotency-Key, so that it can be repeated."""

    status = 400
    type = "urn:flask-typed:idempotency-key-missing"


class IdempotencyKeyReused(Problem, UnprocessableEntity):
    """The idempotency key was used for another request."""

    status = 422
    type = "urn:flask-typed:idempotency-key-reused"


class RequestInProgress(Problem, Conflict):
    """A request with this idempotency key is in progress."""

    status = 409
    type = "urn:flask-typed:request-in-progress"

    retry_after: Annotated[int, Header(description="In seconds.")]
