"""Methods of an app that have nothing to do in most requests, at less cost.

Request time; installed at setup. Where there is something to do, the method of the app's class does
it, and so it does once that method has been replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import CO_COROUTINE
from types import FunctionType
from typing import Any
from weakref import ref

from flask import Flask, appcontext_tearing_down, request_tearing_down

from ..libraries.flask import find_session, has_after_functions

#: Whether an attribute can mark a function as async.
HAS_MARKS = sys.version_info >= (3, 12)


def make_ensure_sync(app: Flask) -> Callable[..., Any]:
    """Return the ``ensure_sync`` of an app: ordinary functions are recognized by their code."""
    find_app: Any = ref(app)
    original = Flask.ensure_sync

    def ensure_sync(func: Callable[..., Any]) -> Callable[..., Any]:
        app = find_app()
        kind = type(app)
        if (
            type(func) is FunctionType
            and not func.__code__.co_flags & CO_COROUTINE
            and not (HAS_MARKS and func.__dict__)
            and kind.ensure_sync is original
        ):
            return func
        return kind.ensure_sync(app, func)  # type: ignore[no-any-return]  # of the app's class

    return ensure_sync


def make_preprocess_request(app: Flask) -> Callable[..., Any]:
    """Return the ``preprocess_request`` of an app."""
    find_app: Any = ref(app)
    original = Flask.preprocess_request

    def preprocess_request(*args: Any) -> Any:
        app = find_app()
        kind = type(app)
        has_work = app.before_request_funcs or app.url_value_preprocessors
        if has_work or kind.preprocess_request is not original:
            return kind.preprocess_request(app, *args)
        return None

    return preprocess_request


def make_make_response(app: Flask) -> Callable[..., Any]:
    """Return the ``make_response`` of an app: a response of the app's class is ready."""
    find_app: Any = ref(app)
    original = Flask.make_response

    def make_response(rv: Any) -> Any:
        app = find_app()
        kind = type(app)
        is_ready = type(rv) is app.response_class and kind.make_response is original
        return rv if is_ready else kind.make_response(app, rv)

    return make_response


def make_process_response(app: Flask) -> Callable[..., Any]:
    """Return the ``process_response`` of an app."""
    find_app: Any = ref(app)
    original = Flask.process_response

    def process_response(response: Any) -> Any:
        app = find_app()
        kind = type(app)
        has_work = app.after_request_funcs or has_after_functions()
        if has_work or kind.process_response is not original:
            return kind.process_response(app, response)
        interface, session = app.session_interface, find_session()
        if not interface.is_null_session(session):
            interface.save_session(app, session, response)
        return response

    return process_response


def make_do_teardown_request(app: Flask) -> Callable[..., None]:
    """Return the ``do_teardown_request`` of an app."""
    find_app: Any = ref(app)
    original = Flask.do_teardown_request

    def do_teardown_request(*args: Any, **kwargs: Any) -> None:
        app = find_app()
        kind = type(app)
        has_work = app.teardown_request_funcs or request_tearing_down.receivers
        if has_work or kind.do_teardown_request is not original:
            kind.do_teardown_request(app, *args, **kwargs)

    return do_teardown_request


def make_do_teardown_appcontext(app: Flask) -> Callable[..., None]:
    """Return the ``do_teardown_appcontext`` of an app."""
    find_app: Any = ref(app)
    original = Flask.do_teardown_appcontext

    def do_teardown_appcontext(*args: Any, **kwargs: Any) -> None:
        app = find_app()
        kind = type(app)
        has_work = app.teardown_appcontext_funcs or appcontext_tearing_down.receivers
        if has_work or kind.do_teardown_appcontext is not original:
            kind.do_teardown_appcontext(app, *args, **kwargs)

    return do_teardown_appcontext
