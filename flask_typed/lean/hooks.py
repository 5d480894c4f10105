"""Methods of an app that have nothing to do in most requests, at less cost.

Request time; installed at setup. Where there is something to do, the method of the app's class does
it, and so it does once that method has been replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

from flask import Flask, request_tearing_down

from ..libraries.flask import find_session, has_after_functions


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
