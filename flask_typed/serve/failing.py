"""HTTP exceptions of typed routes → problem documents.

Request time. The exceptions stay what they are: Flask's error handlers see them first.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..codec.codecs import Codecs, Dumper
from ..plan.operation import Outcome
from ..plan.problems import ProblemShapes
from .responding import make_dumpers, make_response


class ProblemWriter:
    """Writes the errors of an app in the shape that it has chosen."""

    def __init__(self, shapes: ProblemShapes, app: Flask, codecs: Codecs | None) -> None:
        self._app = app
        self._codecs = codecs
        self._writers: dict[tuple[type, int | None], tuple[Outcome, Dumper | None]] = {}
        self.shapes = shapes

    def response(self, error: HTTPException) -> Response:
        """Return the document for an error, with the error's own headers (``Allow``, …)."""
        outcome, dumper = self._find_writer(error)
        response = make_response(outcome, self.shapes.value(error), self._app, dumper)
        if type(error).get_headers is not HTTPException.get_headers:  # which knows but one
            for name, value in error.get_headers(request.environ):
                if name.lower() != "content-type":
                    response.headers.add(name, value)
        return response

    def _find_writer(self, error: HTTPException) -> tuple[Outcome, Dumper | None]:
        """Return how a kind of error is answered; each is made when it first occurs."""
        kind = type(error), error.code
        writer = self._writers.get(kind)
        if writer is None:
            outcome = replace(self.shapes.outcome(type(error)), status=error.code)
            dumpers = make_dumpers([outcome], self._codecs) if self._codecs else {}
            writer = self._writers[kind] = outcome, dumpers.get(error.code)
        return writer

    def attach(self, error: HTTPException) -> None:
        """Give an error its document, for when no error handler answers it.

        Redirects and ``abort(response)`` bring their own answer.
        """
        if error.response is None and (error.code or 0) >= 400:
            error.response = self.response(error)
