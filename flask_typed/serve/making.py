"""Responses that others make for typed routes: decorators, hooks that abort, Flask for a 500.

Request time; installed at setup. A decorator below the route that calls ``make_response`` gets the
response that the view would have without the decorator: declared fields only, each checked. An
exception that nobody has handled gets the document that the app gives to errors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from flask import Flask, Request, Response, has_request_context, request
from werkzeug.exceptions import HTTPException

from .responding import Responder
from .weakly import hold_weakly

#: The request whose typed view runs, with what writes the values of that view.
running: ContextVar[tuple[Request, Responder] | None] = ContextVar(
    "flask_typed_running", default=None
)


#: Returns the document for an error of the current request, if its endpoint is typed.
WriteError = Callable[[HTTPException], Any]


def install_making(app: Flask, write_error: WriteError) -> None:
    """Let the app's ``make_response`` ask the annotation of the view, or the shape of errors.

    ``flask.make_response`` calls it, and so does Flask for whatever ends a request.
    """
    make = hold_weakly(app.make_response, app)

    def make_response(rv: Any) -> Response:
        running_now = running.get()
        if running_now is not None:
            rv = write_returned(rv, *running_now)
        elif isinstance(rv, HTTPException):
            rv = write_error(rv) or rv
        response: Response = make(rv)
        return response

    app.make_response = make_response  # type: ignore[method-assign]  # public, for apps to override


def write_returned(value: Any, current: Request, responder: Responder) -> Any:
    """Return the response for a value, if it is one of the request whose view runs; else the value.

    Other requests that are answered meanwhile, by a test client for instance, are not concerned.
    """
    if not has_request_context() or current is not request._get_current_object():  # type: ignore[attr-defined]  # a proxy
        return value
    return responder.respond_to_decorator(value)
