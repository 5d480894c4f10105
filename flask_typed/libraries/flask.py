"""Flask's private names, and the differences between its versions.

Any time. Checked against Flask 3.1.0 to 3.1.3, and its development version. Until 3.1 a request has
a context of its own, since 3.2 it has the app's, which is given to the methods that dispatch.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextvars import Context, ContextVar, copy_context
from typing import Any, cast

import flask.ctx
import flask.globals
from flask import Flask, Request, current_app, request

#: The context of the current request.
current_context: Any = vars(flask.globals).get("request_ctx", flask.globals.app_ctx)
#: The class of the contexts of requests.
REQUEST_CONTEXT: Any = vars(flask.ctx).get("RequestContext", flask.ctx.AppContext)
#: Whether a method that dispatches takes the context first.
TAKES_CONTEXT = "ctx" in inspect.signature(Flask.handle_user_exception).parameters


#: The context variables that hold the current app and request.
CONTEXT_VARIABLES = frozenset(v for v in vars(flask.globals).values() if isinstance(v, ContextVar))


def copy_outer_context() -> Context:
    """Return a copy of the current context without the app and the request."""
    context = Context()
    for variable, value in copy_context().items():
        if variable not in CONTEXT_VARIABLES:
            context.run(variable.set, value)
    return context


def call_dispatching(method: Any, *arguments: Any) -> Any:
    """Call a method of Flask's dispatch, with the context if this version takes one."""
    if TAKES_CONTEXT:  # pragma: no cover: Flask 3.2
        return method(current_context._get_current_object(), *arguments)
    return method(*arguments)


def handle_user_exception(error: Exception) -> Any:
    """Return the result of the current app's error handlers; the error itself without a handler.

    An error that is not an HTTP exception is raised again without a handler.
    """
    return call_dispatching(current_app.handle_user_exception, error)


def update_template_context(context: dict[str, Any]) -> None:
    """Add the context of the current app's templates."""
    call_dispatching(current_app.update_template_context, context)


def find_request_variable() -> Any:
    """Return the context variable that holds the request."""
    return getattr(flask.globals, "_cv_request", None) or flask.globals._cv_app


get_context: Any = find_request_variable().get


def find_request() -> Request:
    """Return the current request, without Flask's slower proxy.

    :raises RuntimeError: outside of a request.
    """
    try:
        current: Request = get_context().request
    except LookupError:
        current = request._get_current_object()  # type: ignore[attr-defined]  # which says so
    return current


def has_after_functions() -> bool:
    """Return whether functions were added by ``after_this_request`` to the current request."""
    return bool(get_context()._after_request_functions)


#: The attribute of a context that holds the session. Since 3.1.3, reading ``session`` marks the
#: session as accessed.
SESSION = "_session" if hasattr(REQUEST_CONTEXT, "session") else "session"


def find_session() -> Any:
    """Return the session of the current request, without marking it as accessed."""
    return getattr(get_context(), SESSION)


def is_session_sent(session: Any) -> bool:
    """Return whether Flask will set the cookie of a session, without marking it as accessed."""
    if session.modified:
        return True
    is_permanent = isinstance(session, dict) and dict.get(session, "_permanent", False)
    return bool(is_permanent) and current_app.config["SESSION_REFRESH_EACH_REQUEST"]


def find_body_limit(request: Request, config: Mapping[str, Any]) -> int | None:
    """Return the maximum length of a body, as Flask does, without Flask's slower proxies."""
    limit: Any = getattr(request, "_max_content_length", request)
    if limit is request:  # Flask keeps it elsewhere
        limit = request.max_content_length
    elif limit is None:
        limit = config["MAX_CONTENT_LENGTH"]
    return cast("int | None", limit)
