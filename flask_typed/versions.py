"""What Flask's versions do in different ways: until 3.1 a request has a context of its own, since
3.2 it has the app's, which is given to the methods that dispatch.

Any time; imports nothing of the package.
"""

from __future__ import annotations

import inspect
from typing import Any

import flask.globals
from flask import Flask, current_app

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
