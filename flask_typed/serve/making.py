"""Responses that others make for typed routes: decorators, hooks that abort, Flask for a 500.

Request time; installed at setup. A decorator below the route that calls ``make_response`` gets the
response that the view would have without the decorator: declared fields only, each checked. An
exception that nobody has handled gets the document that the app gives to errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, has_request_context, request
from werkzeug.exceptions import HTTPException

from .responding import Responder
from .weakly import hold_weakly

#: The attribute of a request, while its typed view runs, with what writes the values of the view.
#: Threads that a decorator starts with the request's context have the request.
RUNNING = "_flask_typed_running"


#: Returns the document for an error of the current request, if its endpoint is typed.
WriteError = Callable[[HTTPException], Any]


def install_making(app: Flask, write_error: WriteError) -> None:
    """Let the app's ``make_response`` ask the annotation of the view, or the shape of errors.

    ``flask.make_response`` calls it, and so does Flask for whatever ends a request.
    """
    make = hold_weakly(app.make_response, app)

    def make_response(rv: Any) -> Response:
        if not isinstance(rv, Response):  # as typed views' are
            if isinstance(rv, HTTPException):
                rv = write_error(rv) or rv
            elif has_request_context():
                responder: Responder | None = getattr(request, RUNNING, None)
                if responder is not None:
                    rv = responder.respond_to_decorator(rv)
        response: Response = make(rv)
        return response

    app.make_response = make_response  # type: ignore[method-assign]  # public, for apps to override
