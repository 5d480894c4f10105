"""HTTP exceptions of typed routes → problem documents.

Request time. The exceptions stay what they are: Flask's error handlers see them first.
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
from ..schemas.completing import complete
from ..security.challenges import find_challenges
from .responding import make_dumpers, make_response, set_headers


class ProblemWriter:
    """Writes the errors of an app in the shape that it has chosen.

    :param lock: held while something is made that several threads may ask for at once.
    :param max_faults: how many faults of a request are reported.
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
        """Return the document for an error, with the error's own headers (``Allow``, …).

        It is made anew for each request; the error stays as it is.

        :param operation: of the typed route that has raised the error, if one has.
        """
        shown = self.shapes.fit(error, operation) if operation else error
        outcome, dumper = self._find_writer(shown)
        current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
        response = make_response(
            outcome, self.shapes.value(shown), current_app.response_class, dumper
        )
        if type(error).get_headers is not HTTPException.get_headers:  # which knows but one
            for name, value in error.get_headers(current.environ):
                if name.lower() != "content-type":
                    response.headers.add(name, value)
        set_headers(response, self.shapes.headers(error))
        ways = operation.requirements if operation else ()
        for challenge in find_challenges(error, ways, current):
            response.headers.add("WWW-Authenticate", challenge.to_header())
        return response

    def _find_writer(self, error: HTTPException) -> tuple[Outcome, Dumper | None]:
        """Return how a kind of error is answered; each is made when it first occurs."""
        kind = type(error), error.code
        writer = self._writers.get(kind)
        if writer is None:
            with self._lock:
                outcome = replace(self.shapes.outcome(type(error)), status=error.code)
                complete(outcome.field)
                dumpers = make_dumpers([outcome], self._codecs) if self._codecs else {}
                writer = self._writers[kind] = outcome, dumpers.get(error.code)
        return writer


def keeps_response(error: HTTPException) -> bool:
    """Return whether an error brings its own answer: redirects and ``abort(response)`` do."""
    return error.response is not None or (error.code or 0) < 400
