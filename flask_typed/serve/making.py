"""Responses of typed routes that decorators, hooks or Flask make.

Request time; installed at setup. If a decorator below the route calls ``make_response``, it gets
the response that the view would have without the decorator: declared fields only, each checked. An
unhandled exception gets a problem document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, has_request_context, request
from werkzeug.exceptions import HTTPException

from .responding import Responder
from .weakly import hold_weakly

#: The attribute of a request that holds the responder of its typed view while the view runs. It is
#: on the request because threads that a decorator starts with the request's context need it too.
RUNNING = "_flask_typed_running"


#: Returns the problem document for an error of the current request, if its endpoint is typed.
WriteError = Callable[[HTTPException], Any]


def install_making(app: Flask, write_error: WriteError) -> None:
    """Let the app's ``make_response`` use the annotation of the view, or the shape of errors.

    ``flask.make_response`` calls it, and Flask calls it at the end of every request.
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
