"""Operations whose requests are repeatable: a repeated request gets the first response again.

Request time; made at registration. The order of work::

    security                                           401 403
    a key that is missing                              400
    values of the request                              422
    the providers of the route and its blueprints, the client and the store
    the claim of the key                               409 422, or the first response
    the providers of the view, the view, its response
    the response is saved, if the store is part of the transaction
    providers are closed: the commit
    the response is saved, if it is not

An error of the request after the claim undoes the claim with the work: what is committed is stored,
and nothing else.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from io import BytesIO
from typing import IO, Any
from uuid import UUID

from flask import Flask, Request, current_app
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..declare.idempotency import (
    KEY_HEADER,
    REPLAYED_HEADER,
    IdempotencyStore,
    KeyClaim,
    StoredResponse,
)
from ..declare.key_problems import (
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    RequestInProgress,
)
from ..exceptions import DependencyError, ResponseMismatch
from ..libraries.werkzeug import has_form
from ..libraries.werkzeug_responses import make_headers
from ..plan.keys import RepeatableRequests, read_idempotency_key
from ..plan.operation import REQUEST, Operation
from ..plan.readers import FORM_MEDIA_TYPES
from ..security.presented import find_presented
from .body import announces_body, parse_form, read_body
from .dispatch import Served, make_admitting_runner
from .injection import Runner, make_runner
from .lifespan import Values
from .responding import Responder

KEYS_LOGGER = logging.getLogger("flask_typed.idempotency")
#: The key of the attempt among all values of a request.
ATTEMPT = "#attempt"
#: After how many seconds a client may ask again for the response to a request in progress.
ASK_AGAIN = 1
#: How many bytes of a file are read at once.
CHUNK = 65536
#: The headers that belong to one response only; a cookie may be a secret.
NOT_STORED = frozenset(("connection", "date", "keep-alive", "set-cookie", "transfer-encoding"))


class KeyAttempt:
    """One request of an operation, from the claim of its key to the end.

    :ivar answer: the first response, if the request is a repeated one.
    """

    def __init__(self) -> None:
        self.answer: StoredResponse | None = None
        self._store: Any = None
        self._claim: KeyClaim | None = None
        self._made: StoredResponse | None = None

    @property
    def has_claimed(self) -> bool:
        """Whether the response is to be stored."""
        return self._claim is not None

    def begin(self, store: IdempotencyStore, claim: KeyClaim) -> None:
        """Claim a key, or find the first response.

        :raises RequestInProgress: if there is no response yet.
        :raises IdempotencyKeyReused: if the key is that of another request.
        """
        used = call_store(store.claim, claim)
        if used is None:
            self._store, self._claim = store, claim
            return
        if used.fingerprint not in (None, claim.fingerprint):
            raise IdempotencyKeyReused
        if used.response is None:
            raise RequestInProgress(retry_after=ASK_AGAIN)
        self.answer = used.response

    def finish(self, response: StoredResponse) -> None:
        """Save the response before the commit, or keep it until then."""
        self._made = response
        if self._store.in_transaction:
            call_store(self._store.save, self._claim, response)

    def leave(self, kind: type[BaseException] | None, *error: Any) -> None:
        """Save the response after the commit, or release the key after an error.

        The work is done by now, or undone. So an error of the store is logged, and the response of
        the request stays.
        """
        if self._claim is None or self._store.in_transaction:
            return
        try:
            if kind is None:
                call_store(self._store.save, self._claim, self._made)
            else:
                call_store(self._store.release, self._claim)
        except Exception:
            KEYS_LOGGER.exception("The store of idempotency keys has failed after the work")


class Idempotent(Served):
    """An operation whose requests are repeatable; a mixin of the other classes of operations."""

    def _make_runners(self, operation: Operation, app: Flask) -> tuple[Runner, Runner]:
        """Return the runners, with the claim of the key between those of the route and the view."""
        planned: Any = operation.repeatable
        admit = make_admitting_runner(operation, app, self._around)
        steps = operation.work.steps
        begin = make_runner(steps[: planned.steps], app, self._around)
        go_on = make_runner(steps[planned.steps :], app, self._around)

        def admit_attempt(values: Values, stack: ExitStack) -> None:
            values[ATTEMPT] = attempt = KeyAttempt()
            stack.push(attempt.leave)
            admit(values, stack)
            if planned.required and KEY_HEADER not in values[REQUEST].headers:
                raise IdempotencyKeyMissing

        def provide(values: Values, stack: ExitStack) -> None:
            begin(values, stack)
            if values[planned.key] is not None:
                claim = make_claim(planned, operation, values)
                values[ATTEMPT].begin(values[planned.store], claim)
            if values[ATTEMPT].answer is None:
                go_on(values, stack)

        return admit_attempt, provide

    def respond(
        self, current: Request, values: Values, responder: Responder
    ) -> ResponseReturnValue:
        """Call the view and save its response, or return the first response."""
        attempt: KeyAttempt = values[ATTEMPT]
        if attempt.answer is not None:
            return make_replayed(attempt.answer)
        answer = super().respond(current, values, responder)
        if not attempt.has_claimed:
            return answer
        response = current_app.make_response(answer)
        attempt.finish(read_response(response, self.operation.name))
        return response


def call_store(method: Callable[..., Any], *arguments: Any) -> Any:
    """Call a method of a store, which may be ``async def``."""
    return current_app.ensure_sync(method)(*arguments)


def make_claim(planned: RepeatableRequests, operation: Operation, values: Values) -> KeyClaim:
    """Return the claim of a request with a key.

    A key belongs to the client that is named. Where none is, the credentials are part of the
    fingerprint: who sends the same key with others is refused, and gets no response of somebody
    else.
    """
    current: Request = values[REQUEST]
    rule = operation.rule
    key = read_idempotency_key(values[planned.key])
    named = None if planned.client is None else values[planned.client]
    client = () if named is None else (read_client(named),)
    presented = find_presented(current, operation.requirements) if named is None else ()
    return KeyClaim(
        hash_parts((operation.method, rule.host or rule.subdomain or "", rule.rule, key, *client)),
        hash_parts((*read_request(current, operation), *presented)),
        planned.expires,
    )


def read_client(named: Any) -> str:
    """Return the name of a client.

    :raises DependencyError: for an object, whose text would be another one in each request.
    """
    if isinstance(named, bool) or not isinstance(named, (str, int, UUID)):
        raise DependencyError(
            f"The client of an idempotency key is a {type(named).__name__}, not a str, int or UUID:"
            " return its id."
        )
    return str(named)


def hash_parts(parts: Iterable[str | bytes]) -> str:
    """Return a hash of texts, each with its length, so that no two sequences are alike."""
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def read_request(current: Request, operation: Operation) -> Iterator[str | bytes]:
    """Yield all that makes two requests the same."""
    yield f"{current.script_root}{current.path}"
    yield current.query_string
    if operation.payload is None:
        if not announces_body(current):
            return
        read_untaken(current)
    yield current.mimetype
    if not has_form(current):
        yield current.get_data(cache=True)
        return
    for name, text in current.form.items(multi=True):  # the boundary is another one each time
        yield from (name, text)
    for name, file in current.files.items(multi=True):
        file.stream.seek(0)  # an argument may have been made of it
        yield from (name, file.filename or "", file.mimetype, hash_file(file.stream))
        file.stream.seek(0)


def read_untaken(current: Request) -> None:
    """Read a body that no argument takes: the view may read it from ``flask.request``.

    :raises werkzeug.exceptions.HTTPException: for a body that is cut off or cannot be read.
    """
    if current.mimetype in FORM_MEDIA_TYPES:
        parse_form(current)
    else:
        untaken: Any = current  # its stream is cached, so it can be set
        untaken.stream = BytesIO(read_body(current, None))


def hash_file(stream: IO[bytes]) -> bytes:
    """Return a hash of a file, which may be larger than the memory."""
    made = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        made.update(chunk)
    return made.digest()


def read_response(response: Response, view: str) -> StoredResponse:
    """Return what is stored of a response.

    :param view: its name in messages.
    :raises ResponseMismatch: for a stream, or a file.
    """
    if response.is_streamed or response.direct_passthrough:
        error = ResponseMismatch("a response that can be stored", "a stream")
        error.view = view
        raise error
    pairs = (pair for pair in response.headers if pair[0].lower() not in NOT_STORED)
    return StoredResponse(response.status_code, tuple(pairs), response.get_data())


def make_replayed(stored: StoredResponse) -> Response:
    """Return the first response again, marked."""
    response = current_app.response_class(stored.body, stored.status)
    response.headers = make_headers([*stored.headers, (REPLAYED_HEADER, "true")])
    return response


@cache
def make_idempotent(kind: type[Served]) -> type[Served]:
    """Return a class of operations whose requests are repeatable, too."""
    return type(f"Idempotent{kind.__name__}", (Idempotent, kind), {})
