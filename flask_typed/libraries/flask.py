"""Flask's private names, and what its versions do in different ways.

Any time. Checked against Flask 3.1.0 to 3.1.3, and its development version. Until 3.1 a request has
a context of its own, since 3.2 it has the app's, which is given to the methods that dispatch.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, cast

import flask.globals
from flask import Flask, Request, current_app

#: The context of the current request.
current_context: Any = vars(flask.globals).get("request_ctx", flask.globals.app_ctx)
#: Whether a method that dispatches takes the context first.
TAKES_CONTEXT = "ctx" in inspect.signature(Flask.handle_user_exception).parameters


def call_dispatching(method: Any, *arguments: Any) -> Any:
    """Return what a method of Flask's makes, which is given the context where it takes one."""
    if TAKES_CONTEXT:  # pragma: no cover: Flask 3.2
        return method(current_context._get_current_object(), *arguments)
    return method(*arguments)


def handle_user_exception(error: Exception) -> Any:
    """Return what the current app's error handlers make of an error; the error if there is none.

    It is raised again if it is no HTTP exception, and nobody handles it.
    """
    return call_dispatching(current_app.handle_user_exception, error)


def update_template_context(context: dict[str, Any]) -> None:
    """Add what the current app gives to its templates."""
    call_dispatching(current_app.update_template_context, context)


def find_request_variable() -> Any:
    """Return the context variable that holds the request."""
    return getattr(flask.globals, "_cv_request", None) or flask.globals._cv_app


def find_body_limit(request: Request, config: Mapping[str, Any]) -> int | None:
    """Return how long a body may be, as Flask does, which asks for its app by proxies."""
    limit: Any = getattr(request, "_max_content_length", request)
    if limit is request:  # Flask keeps it elsewhere
        limit = request.max_content_length
    elif limit is None:
        limit = config["MAX_CONTENT_LENGTH"]
    return cast("int | None", limit)
