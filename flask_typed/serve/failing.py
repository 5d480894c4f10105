"""HTTP exceptions of typed routes → problem documents.

Request time. Flask's error handlers get the exceptions first, unchanged.
"""

from __future__ import annotations

from dataclasses import replace
from threading import RLock

from flask import Request, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..codec.codecs import Codecs
from ..codec.dumping import Dumper
from ..plan.operation import Operation, Outcome
from ..plan.problems import ProblemShapes
from ..schemas.completing import complete_schemas
from ..security.challenges import find_challenges
from .responding import make_dumpers, make_response, set_headers


class ProblemWriter:
    """Writes the error responses of an app in its problem shape.

    :param lock: held while a writer is made, because several threads may need it at once.
    :param max_faults: the number of faults that a response lists.
    """

    def __init__(
        self, shapes: ProblemShapes, codecs: Codecs | None, lock: RLock, max_faults: int
    ) -> None:
        self.max_faults = max_faults
        self._codecs = codecs
        self._lock = lock
        self._writers: dict[tuple[type, int | None], tuple[Outcome, Dumper | None]] = {}
        self.shapes = shapes

    def response(self, error: HTTPException, operation: Operation | None = None) -> Response:
        """Return the problem document for an error, with the error's own headers (``Allow``, …).

        Each request gets a new response. The error is not changed.

        :param operation: that raised the error, if it was one of a typed route.
        """
        shown = self.shapes.fit(error, operation) if operation else error
        outcome, dumper = self._find_writer(shown)
        current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
        response = make_response(
            outcome, self.shapes.value(shown), current_app.response_class, dumper
        )
        if type(error).get_headers is not HTTPException.get_headers:  # which has only Content-Type
            for name, value in error.get_headers(current.environ):
                if name.lower() != "content-type":
                    response.headers.add(name, value)
        headers = self.shapes.headers(error)
        if headers:
            set_headers(response, headers)
        requirements = operation.requirements if operation else ()
        for challenge in find_challenges(error, requirements, current):
            response.headers.add("WWW-Authenticate", challenge.to_header())
        return response

    def _find_writer(self, error: HTTPException) -> tuple[Outcome, Dumper | None]:
        """Return the outcome and the dumper for a kind of error; both are made at the first use."""
        kind = type(error), error.code
        writer = self._writers.get(kind)
        if writer is None:
            with self._lock:
                outcome = replace(self.shapes.outcome(type(error)), status=error.code)
                complete_schemas(outcome.field)
                dumpers = make_dumpers([outcome], self._codecs) if self._codecs else {}
                writer = self._writers[kind] = outcome, dumpers.get(error.code)
        return writer


def keeps_response(error: HTTPException) -> bool:
    """Return whether an error has its own response, as redirects and ``abort(response)`` have."""
    return error.response is not None or (error.code or 0) < 400
