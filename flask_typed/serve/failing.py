"""HTTP exceptions of typed routes → problem documents.

Request time. The exceptions stay what they are: Flask's error handlers see them first.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..plan.problems import ProblemShapes
from .responding import make_response


class ProblemWriter:
    """Writes the errors of an app in the shape that it has chosen."""

    def __init__(self, shapes: ProblemShapes, app: Flask) -> None:
        self._app = app
        self.shapes = shapes

    def response(self, error: HTTPException) -> Response:
        """Return the document for an error, with the error's own headers (``Allow``, …)."""
        outcome = replace(self.shapes.outcome(type(error)), status=error.code)
        response = make_response(outcome, self.shapes.value(error), self._app)
        for name, value in error.get_headers(request.environ):
            if name.lower() != "content-type":
                response.headers.add(name, value)
        return response

    def attach(self, error: HTTPException) -> None:
        """Give an error its document, for when no error handler answers it.

        Redirects and ``abort(response)`` bring their own answer.
        """
        if error.response is None and (error.code or 0) >= 400:
            error.response = self.response(error)
